"""Was this file read before by the same reader? Transcripts kept by content and reader version."""

from __future__ import annotations

import hashlib
import os
import tempfile
import zlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from verifier.model import Box, Transcript


@cache
def _adapter() -> TypeAdapter[Transcript]:
    return TypeAdapter(Transcript)


def transcript_to_json(transcript: Transcript) -> bytes:
    """The whole transcript; `transcript_from_json` gives an equal one back."""
    return _adapter().dump_json(transcript)


def transcript_from_json(data: bytes | str) -> Transcript:
    return _adapter().validate_json(data)


def to_public_json(transcript: Transcript, file: str) -> Mapping[str, Any]:
    """The shape of the contract's `verifier.transcript/1`."""

    def sides(box: Box) -> list[float]:
        return box.as_list()

    return {
        "schema": "verifier.transcript/1",
        "file": file,
        "sha256": transcript.sha256,
        "media_type": transcript.media_type,
        "reader": transcript.reader,
        "pages": [
            {
                "page": page.number,
                "width": round(page.width, 2),
                "height": round(page.height, 2),
                "rotation": page.rotation,
                "text_from": page.text_from.value,
                "read": page.read,
                "blank": page.blank,
                "legibility": page.legibility,
                "problems": list(page.problems),
                "words": [
                    {"text": word.text, "box": sides(word.box), "confidence": round(word.confidence, 4)}
                    for word in page.words
                ],
                "marks": [
                    {
                        "kind": mark.kind.value,
                        "state": mark.state.value,
                        "box": sides(mark.box),
                        "confidence": round(mark.confidence, 4),
                        "text": mark.text,
                        "colour": mark.colour,
                    }
                    for mark in page.marks
                ],
            }
            for page in transcript.pages
        ],
        "esignatures": [
            {
                "field": signature.field,
                "signer": signature.signer,
                "signed_at": signature.signed_at.isoformat() if signature.signed_at else None,
                "intact": signature.intact,
                "covers_whole_file": signature.covers_whole_file,
                "changed_after": signature.changed_after,
                "trusted": signature.trusted,
                "timestamped": signature.timestamped,
                "problems": list(signature.problems),
            }
            for signature in transcript.esignatures
        ],
        "messages": [
            {"speaker": message.speaker, "time": message.time, "text": message.text} for message in transcript.messages
        ],
    }


class TranscriptCache:
    """A folder of compressed transcripts. Writes are atomic: a reader never meets half a file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _place(self, sha256: str, reader: str) -> Path:
        version = hashlib.sha256(reader.encode()).hexdigest()[:16]
        return self._folder / version / sha256[:2] / f"{sha256}.json.z"

    def get(self, sha256: str, reader: str) -> Transcript | None:
        try:
            transcript = transcript_from_json(zlib.decompress(self._place(sha256, reader).read_bytes()))
        except (OSError, zlib.error, ValidationError):
            return None  # absent, or written by a version with other fields: it is read again
        return transcript if (transcript.sha256, transcript.reader) == (sha256, reader) else None

    def put(self, transcript: Transcript) -> None:
        place = self._place(transcript.sha256, transcript.reader)
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, temporary = tempfile.mkstemp(dir=place.parent, prefix=".writing-")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(zlib.compress(transcript_to_json(transcript), 3))
            Path(temporary).replace(place)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
