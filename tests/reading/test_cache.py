"""Does a transcript come back from the cache as it went in, and only to the reader that made it?"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from verifier.model import Box, Esignature, Mark, MarkKind, MarkState, Message, Page, Rule, TextFrom, Transcript, Word
from verifier.reading.cache import TranscriptCache, to_public_json, transcript_from_json, transcript_to_json

BOX = Box(0.1, 0.2, 0.3, 0.4)
TRANSCRIPT = Transcript(
    "ab" * 32,
    "application/pdf",
    (
        Page(
            1, 595.0, 842.0, 90, TextFrom.BOTH, (Word("张伟", BOX, 0.97, BOX),),
            (Mark(MarkKind.SEAL, MarkState.PRESENT, BOX, 0.9, "公章", "red", "ff00"),), (Rule(BOX, True),),
        ),
    ),
    (Esignature("Sig1", "张伟", datetime(2026, 3, 2, tzinfo=UTC), True, True, False, None),),
    (Message("李娜", "2026-03-01T10:22", "您好"),),
    reader="reader 1",
)  # fmt: skip


def test_json_gives_an_equal_transcript_back() -> None:
    assert transcript_from_json(transcript_to_json(TRANSCRIPT)) == TRANSCRIPT


def test_the_cache_answers_only_for_the_same_bytes_and_reader(tmp_path: Path) -> None:
    cache = TranscriptCache(tmp_path)
    cache.put(TRANSCRIPT)
    assert cache.get(TRANSCRIPT.sha256, "reader 1") == TRANSCRIPT
    assert cache.get(TRANSCRIPT.sha256, "reader 2") is None
    assert cache.get("cd" * 32, "reader 1") is None


def test_a_damaged_entry_is_read_again_and_no_half_file_is_left(tmp_path: Path) -> None:
    cache = TranscriptCache(tmp_path)
    cache.put(TRANSCRIPT)
    (entry,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    entry.write_bytes(entry.read_bytes()[:20])
    assert cache.get(TRANSCRIPT.sha256, "reader 1") is None


def test_the_public_form_has_the_keys_of_the_contract() -> None:
    public = to_public_json(TRANSCRIPT, "scan.pdf")
    assert public["schema"] == "verifier.transcript/1"
    page = public["pages"][0]
    assert {"page", "width", "height", "rotation", "text_from", "words", "marks"} <= set(page)
    assert page["words"] == [{"text": "张伟", "box": [0.1, 0.2, 0.3, 0.4], "confidence": 0.97}]
    assert {"kind", "state", "box", "confidence"} <= set(page["marks"][0])
    assert {
        "field", "signer", "signed_at", "intact", "covers_whole_file", "changed_after", "trusted", "problems",
    } <= set(public["esignatures"][0])  # fmt: skip
