"""Bytes to Transcript: the only room that meets hostile bytes."""
