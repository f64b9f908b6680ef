"""Fictional cases with their truth, and the generator that draws them."""
