"""How does an exported conversation become a document?"""

from __future__ import annotations

from verifier.model import Document, Evidence, Line, PageRef, Transcript


def chat_document(file: str, transcript: Transcript, code: str) -> Document:
    """A communication record: every message with its place (a chat has pages but no boxes)."""
    page = transcript.pages[0].number if transcript.pages else 1
    ref = PageRef(file, page, transcript.sha256)
    messages = tuple(
        (message, Evidence(file, page, None, message.text, 1.0, transcript.sha256)) for message in transcript.messages
    )
    lines = tuple(
        Line(f"{message.speaker}：{message.text}" if message.speaker else message.text, evidence)
        for message, evidence in messages
    )
    return Document(id="", type=code, confidence=0.99, pages=(ref,), lines=lines, messages=messages)
