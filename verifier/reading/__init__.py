"""bytes -> Transcript: the only room that meets hostile bytes."""

from __future__ import annotations

from verifier.model import Transcript


def read(data: bytes, name: str, *, engine: str = "auto") -> Transcript:
    """The transcript of one file, read in this process. Heavy imports happen on the first call."""
    from verifier.reading.reader import read as read_file

    return read_file(data, name, engine=engine)
