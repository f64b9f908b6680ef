"""Files made to harm whoever opens them, small on disk."""

from __future__ import annotations

import struct
import zlib

from tests.reading.papers import form


def huge_png(width: int = 40_000, height: int = 30_000) -> bytes:
    """A picture of more than a billion pixels in a few hundred bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(bytes(10 * (width + 1)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def pdf_of(objects: list[bytes]) -> bytes:
    """A PDF of these objects, numbered from 1; the first is its catalogue."""
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer <</Size %d /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table + trailer


def stream(data: bytes, entries: bytes = b"") -> bytes:
    packed = zlib.compress(data, 9)
    return b"<</Length %d /Filter /FlateDecode %s>>\nstream\n%s\nendstream" % (len(packed), entries, packed)


def looping_pages() -> bytes:
    """A tree of pages whose branch is its own parent."""
    return pdf_of([
        b"<</Type /Catalog /Pages 2 0 R>>",
        b"<</Type /Pages /Kids [2 0 R 3 0 R] /Count 2 /Parent 2 0 R>>",
        b"<</Type /Pages /Kids [2 0 R] /Count 1 /Parent 3 0 R>>",
    ])  # fmt: skip


def doubling_forms(levels: int = 30) -> bytes:
    """A drawing that draws another twice, which draws another twice: a thousand million strokes."""
    first = 5
    page = (
        b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R /Resources <</XObject <</X %d 0 R>>>>>>"
    )
    forms = [
        stream(b"/X Do /X Do", b"/Type /XObject /Subtype /Form /BBox [0 0 200 200] /Resources <</XObject <</X %d 0 R>>>>"
               % (first + level + 1))
        for level in range(levels)
    ]  # fmt: skip
    last = stream(b"0 0 m 150 150 l S", b"/Type /XObject /Subtype /Form /BBox [0 0 200 200]")
    return pdf_of([
        b"<</Type /Catalog /Pages 2 0 R>>", b"<</Type /Pages /Kids [3 0 R] /Count 1>>", page % first,
        stream(b"/X Do"), *forms, last,
    ])  # fmt: skip


def font_bomb(size: int = 1 << 27) -> bytes:
    """An embedded font that unpacks to a thousand times its size."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(1 << 20)) for _ in range(size >> 20)) + packer.flush()
    font = b"<</Length %d /Length1 %d /Filter /FlateDecode>>\nstream\n%s\nendstream" % (len(packed), size, packed)
    return pdf_of([
        b"<</Type /Catalog /Pages 2 0 R>>", b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
        b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R /Resources <</Font <</F 5 0 R>>>>>>",
        stream(b"BT /F 20 Tf 20 100 Td (Premium paid in full) Tj ET"),
        b"<</Type /Font /Subtype /TrueType /BaseFont /Bomb /FirstChar 32 /LastChar 33 /Widths [500 500]"
        b" /FontDescriptor 6 0 R>>",
        b"<</Type /FontDescriptor /FontName /Bomb /Flags 32 /FontBBox [0 0 1000 1000] /ItalicAngle 0 /Ascent 800"
        b" /Descent -200 /CapHeight 700 /StemV 80 /FontFile2 7 0 R>>",
        font,
    ])  # fmt: skip


def sound() -> bytes:
    return form()
