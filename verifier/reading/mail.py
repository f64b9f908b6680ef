"""Which papers hang on this mail? Attachments of .eml and .msg; the letter itself is not a paper."""

from __future__ import annotations

import email
import email.message
import email.policy
from collections.abc import Iterator
from typing import Any

from verifier.reading.rejections import Refused

LOGO_BYTES = 20_000  # pictures set into the letter below this size are logos of the sender


def parts(data: bytes, media_type: str) -> Iterator[tuple[str, bytes | Refused]]:
    """Name and bytes of each attachment; forwarded mails come as `.eml` members."""
    yield from _numbered(_eml(data) if media_type == "message/rfc822" else _msg(data))


def _numbered(found: Iterator[tuple[str, bytes | Refused]]) -> Iterator[tuple[str, bytes | Refused]]:
    """Names made different: two attachments of one mail may bear the same."""
    seen: dict[str, int] = {}
    for name, content in found:
        clean = name.replace("\\", "/").rsplit("/", 1)[-1] or "attachment"
        count = seen[clean] = seen.get(clean, 0) + 1
        stem, dot, ending = clean.rpartition(".")
        if count > 1:
            clean = f"{stem} ({count}){dot}{ending}" if dot else f"{clean} ({count})"
        yield clean, content


def _eml(data: bytes) -> Iterator[tuple[str, bytes | Refused]]:
    try:
        message = email.message_from_bytes(data, policy=email.policy.default)
        found = list(message.walk())
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise Refused("corrupt") from error
    inside: set[int] = set()
    for part in found:
        if id(part) in inside:
            continue
        if part.get_content_type() == "message/rfc822" and part is not message:
            inside.update(id(inner) for inner in part.walk())
            payload = part.get_payload()
            for inner in payload if isinstance(payload, list) else []:
                if isinstance(inner, email.message.Message):
                    yield part.get_filename() or "message.eml", inner.as_bytes()
            continue
        name = part.get_filename()
        attached = part.get_content_disposition() == "attachment"
        if part.is_multipart() or not (name or attached):
            continue
        content = part.get_payload(decode=True)
        octets = content if isinstance(content, bytes) else b""
        if not attached and part.get_content_maintype() == "image" and len(octets) < LOGO_BYTES:
            continue
        yield name or f"attachment.{part.get_content_subtype()}", octets


def _msg(data: bytes) -> Iterator[tuple[str, bytes | Refused]]:
    import extract_msg

    try:
        with extract_msg.openMsg(data) as message:
            for attachment in message.attachments:
                content: Any = attachment.data
                name = attachment.longFilename or attachment.shortFilename or "attachment"
                if isinstance(content, bytes):
                    hidden = bool(getattr(attachment, "hidden", False))
                    if not (hidden and len(content) < LOGO_BYTES):
                        yield name, content
                elif content is not None:  # a mail inside the mail
                    yield f"{name}.msg" if not name.lower().endswith(".msg") else name, content.exportBytes()
    except Exception as error:  # the library raises many kinds; all of them mean the container is broken
        raise Refused("corrupt") from error
