"""Checklists on disk to a Pack: strict and early."""
