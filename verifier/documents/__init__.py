"""Transcript to Documents, pure."""
