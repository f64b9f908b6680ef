"""What is this file really? Judged by its first bytes; the name decides nothing but text formats."""

from __future__ import annotations

import io
import zipfile

PDF = "application/pdf"
ZIP = "application/zip"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OFD = "application/ofd"
XML = "text/xml"
EML = "message/rfc822"
MSG = "application/vnd.ms-outlook"
TEXT = "text/plain"
CSV = "text/csv"
UNKNOWN = "application/octet-stream"
PICTURES = frozenset({"image/jpeg", "image/png", "image/tiff", "image/webp", "image/bmp", "image/heic"})
READABLE = PICTURES | {PDF, DOCX, XLSX, OFD, XML, TEXT, CSV}
CONTAINERS = frozenset({ZIP, EML, MSG})

_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (0, b"II+\x00", "image/tiff"),
    (0, b"MM\x00+", "image/tiff"),
    (8, b"WEBP", "image/webp"),
    (0, b"BM", "image/bmp"),
    (0, b"GIF8", "image/gif"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"Rar!", "application/vnd.rar"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"{\\rtf", "application/rtf"),
)
_HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1")
PACKED = b"PK"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAIL_HEADERS = (
    b"received:",
    b"from:",
    b"to:",
    b"subject:",
    b"date:",
    b"mime-version:",
    b"return-path:",
    b"message-id:",
    b"delivered-to:",
    b"x-",
    b"content-type:",
    b"dkim-signature:",
    b"arc-",
    b"reply-to:",
)


def media_type(data: bytes, name: str = "") -> str:
    """The media type of the bytes; `application/octet-stream` when nothing is known to fit."""
    for offset, magic, found in _MAGIC:
        if data[offset : offset + len(magic)] == magic:
            return found
    if data[:4] in (b"PK\x03\x04", b"PK\x05\x06"):  # before PDF: an archive may hold one that is not packed
        return _zip_kind(data)
    if b"%PDF-" in data[:1024]:
        return PDF
    if data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS:
        return "image/heic"
    if data.startswith(OLE):
        return _ole_kind(data)
    return _text_kind(data, name)


def _zip_kind(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist()[:5000])
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return ZIP
    if "word/document.xml" in names:
        return DOCX
    if "xl/workbook.xml" in names:
        return XLSX
    if "ppt/presentation.xml" in names:
        return "application/vnd.openxmlformats-officedocument.presentationml.presentation"
    return OFD if "OFD.xml" in names else ZIP


def _ole_kind(data: bytes) -> str:
    if "__substg1.0_".encode("utf-16-le") in data or "__nameid_version1.0".encode("utf-16-le") in data:
        return MSG
    if "EncryptedPackage".encode("utf-16-le") in data:
        return "application/x-ole-encrypted"
    return "application/x-ole-storage"


def _text_kind(data: bytes, name: str) -> str:
    head = data[:4096]
    if _looks_like_mail(head):
        return EML
    if not head.strip() or decoded(data[:65536], partial=True) is None:
        return UNKNOWN
    if head.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<" and not name.lower().endswith((".txt", ".csv")):
        return "text/html" if b"<html" in head.lower() or b"<!doctype html" in head.lower() else XML
    return CSV if name.lower().endswith(".csv") else TEXT


def _looks_like_mail(head: bytes) -> bool:
    lines = [line.lower() for line in head.replace(b"\r\n", b"\n").split(b"\n")[:40]]
    headers = [line for line in lines if line.startswith(_MAIL_HEADERS) and b":" in line]
    first = lines[0] if lines else b""
    return (first.startswith(_MAIL_HEADERS) or first.startswith(b"from ")) and len(headers) >= 3


def decoded(data: bytes, partial: bool = False) -> str | None:
    """Text of UTF-8, UTF-16 with its mark or GB18030 bytes; None when the bytes are no text.

    `partial`: the bytes are the beginning of a file and may end inside a character.
    """
    codecs = ["utf-16"] if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "gb18030"]
    for codec in codecs:
        for cut in range(4 if partial else 1):
            try:
                text = data[: len(data) - cut].decode(codec)
            except UnicodeDecodeError:
                continue
            control = sum(1 for character in text if ord(character) < 32 and character not in "\r\n\t\f")
            if control <= len(text) // 200:
                return text
            break
    return None
