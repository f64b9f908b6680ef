"""Text to canonical value and back, pure."""
