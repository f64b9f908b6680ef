"""Which reader made this transcript? The second half of the cache key."""

from __future__ import annotations

from verifier.reading.ocr import models
from verifier.reading.ocr.engine import engine_version

READER_VERSION = "12"  # raise when the same bytes give another transcript


def reader_version(engine: str = "auto") -> str:
    """The reader, the engine with its library and weights, and the orientation weights."""
    return f"reader {READER_VERSION}; {engine_version(engine)}; turn {models.ORIENTATION.sha256[:12]}"
