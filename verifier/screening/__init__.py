"""Comparison of names and money across cases, pure."""
