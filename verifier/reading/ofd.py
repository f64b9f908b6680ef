"""What does an OFD file (GB/T 33190-2016) show? Pages of words, text of pictures, facts of its signatures.

The usual form of Chinese e-invoices and many bank receipts: a ZIP of XML with every character's place in
millimetres. Read here without a library, for none that is kept gives positions. Drawn paths are not rendered.
"""

from __future__ import annotations

import hashlib
import io
import posixpath
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree as Xml

import cv2
import numpy as np

from verifier.model import Box, Esignature, Page, TextFrom, Word
from verifier.reading.image import fitted, unread
from verifier.reading.limits import Limits
from verifier.reading.ocr.engine import OcrEngine
from verifier.reading.ocr.words import pieces
from verifier.reading.order import in_reading_order
from verifier.reading.plain_xml import named, parsed
from verifier.reading.rejections import Refused

POINTS = 72 / 25.4  # in a millimetre
WORD_GAP = 0.9  # blank in character heights that ends a word, as in PDF layers
LEAST_PICTURE = 0.01  # share of the page that a picture with text takes
DIGESTS = {"1.2.156.10197.1.401": "sm3", "sm3": "sm3", "sha256": "sha256", "sha1": "sha1", "md5": "md5"}
Matrix = tuple[float, ...]


@dataclass(slots=True)
class _Package:
    """The members of the file, read within limits."""

    archive: zipfile.ZipFile
    left: int

    def read(self, path: str) -> bytes:
        info = self.archive.getinfo(path.lstrip("/"))
        self.left -= info.file_size
        if self.left < 0:
            raise Refused("too_large", path)
        return self.archive.read(info)

    def xml(self, path: str) -> Xml.Element:
        return parsed(self.read(path))


def opened(data: bytes, limits: Limits) -> _Package:
    try:
        return _Package(
            zipfile.ZipFile(io.BytesIO(data)), min(limits.unpacked_bytes, max(limits.ratio * len(data), 10**7))
        )
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise Refused("corrupt") from error


def read_ofd(data: bytes, engine: OcrEngine, limits: Limits) -> Iterator[Page]:
    """The pages of the first document; one whose content is damaged is yielded unread."""
    package = opened(data, limits)
    try:
        root = _document(package)
        document = package.xml(root)
        listed = [page for page in named(document, "Page") if page.get("BaseLoc")]
    except (KeyError, zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise Refused("corrupt") from error
    if not listed:
        raise Refused("corrupt")
    if len(listed) > limits.pages:
        raise Refused("too_many_pages", str(len(listed)))
    whole = _numbers(next((one.text or "" for one in named(document, "PhysicalBox")), "0 0 210 297"))
    base = posixpath.dirname(root)
    media = _media(package, document, base)
    templates = {one.get("ID", ""): one.get("BaseLoc", "") for one in named(document, "TemplatePage")}
    for number, page in enumerate(listed, 1):
        try:
            yield _page(
                package, posixpath.join(base, page.get("BaseLoc", "")), base, number, whole, templates, media, engine
            )
        except (KeyError, ValueError, Refused, zipfile.BadZipFile, RuntimeError, cv2.error):
            yield unread(number, whole[2] * POINTS, whole[3] * POINTS)


def _document(package: _Package) -> str:
    for one in named(package.xml("OFD.xml"), "DocRoot"):
        return (one.text or "").strip().lstrip("/")
    raise Refused("corrupt")


def _numbers(text: str | None, count: int = 4) -> tuple[float, ...]:
    values = tuple(float(part) for part in (text or "").split())
    if len(values) != count:
        raise ValueError(f"{count} numbers expected, not {text!r}")
    return values


def _media(package: _Package, document: Xml.Element, base: str) -> dict[str, str]:
    """Path of every picture by its resource id."""
    found: dict[str, str] = {}
    for kind in ("PublicRes", "DocumentRes"):
        for one in named(document, kind):
            path = posixpath.join(base, (one.text or "").strip())
            try:
                resources = package.xml(path)
            except (KeyError, Refused):
                continue
            folder = posixpath.join(posixpath.dirname(path), resources.get("BaseLoc", ""))
            for item in named(resources, "MultiMedia"):
                for file in named(item, "MediaFile"):
                    found[item.get("ID", "")] = posixpath.normpath(posixpath.join(folder, (file.text or "").strip()))
    return found


def _page(
    package: _Package, path: str, base: str, number: int, whole: Sequence[float], templates: dict[str, str],
    media: dict[str, str], engine: OcrEngine,
) -> Page:  # fmt: skip
    content = package.xml(path)
    size = next((_numbers(one.text) for one in named(content, "PhysicalBox")), tuple(whole))
    layers = [content]
    for one in named(content, "Template"):
        if place := templates.get(one.get("TemplateID", "")):
            layers.append(package.xml(posixpath.join(base, place)))
    words = [word for layer in layers for item in named(layer, "TextObject") for word in _words(item, size)]
    seen = [
        word for layer in layers for item in named(layer, "ImageObject")
        for word in _picture_words(package, item, size, media, engine)
    ]  # fmt: skip
    return Page(
        number, size[2] * POINTS, size[3] * POINTS, 0, TextFrom.BOTH if seen else TextFrom.LAYER,
        words=tuple(in_reading_order(words + seen)), blank=not words and not seen,
    )  # fmt: skip


def _words(item: Xml.Element, size: Sequence[float]) -> Iterator[Word]:
    """The runs of a text object. Hidden and fully transparent text is not shown."""
    if item.get("Visible", "true").lower() == "false" or item.get("Alpha", "255") == "0":
        return
    boundary, height = _numbers(item.get("Boundary")), float(item.get("Size", "4"))
    matrix = _numbers(item.get("CTM"), 6) if item.get("CTM") else (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    scale = float(item.get("HScale", "1"))
    x = y = 0.0
    for code in named(item, "TextCode"):
        x, y = float(code.get("X", x)), float(code.get("Y", y))
        text = (code.text or "").strip("\r\n")
        rights, downs = (_deltas(code.get(name), len(text)) for name in ("DeltaX", "DeltaY"))
        run, start, at_x, at_y, end = "", (x, y), x, y, x
        for place, character in enumerate(text):
            advance = height * scale * (1.0 if ord(character) > 0x2E7F else 0.5)
            if run and (at_x - end > WORD_GAP * height or abs(at_y - start[1]) > 0.5 * height):
                yield from _word(run, start, end, height, boundary, matrix, size)
                run = ""
            if not run:
                start = (at_x, at_y)
            run += character
            end = at_x + advance
            at_x += rights[place] if place < len(rights) else (0.0 if downs else advance)
            at_y += downs[place] if place < len(downs) else 0.0
        yield from _word(run, start, end, height, boundary, matrix, size)


def _deltas(text: str | None, length: int) -> list[float]:
    """`g 3 5.0 4.2` is 5.0 three times and then 4.2."""
    found: list[float] = []
    parts = iter((text or "").split())
    for part in parts:
        if part == "g":
            times, step = min(int(next(parts, "0")), length), float(next(parts, "0"))
            found += [step] * times
        else:
            found.append(float(part))
        if len(found) > length:
            break
    return found


def _word(
    text: str, start: tuple[float, float], end: float, height: float, boundary: Sequence[float], matrix: Matrix,
    size: Sequence[float],
) -> Iterator[Word]:  # fmt: skip
    if not text.strip():
        return
    a, b, c, d, e, f = matrix
    left, base = start
    corners = [
        (left, base - 0.86 * height),
        (end, base - 0.86 * height),
        (left, base + 0.12 * height),
        (end, base + 0.12 * height),
    ]
    xs = [a * x + c * y + e + boundary[0] - size[0] for x, y in corners]
    ys = [b * x + d * y + f + boundary[1] - size[1] for x, y in corners]
    box = _box(min(xs), min(ys), max(xs), max(ys), size)
    if box is not None:
        yield Word(text.strip(), box)


def _box(left: float, top: float, right: float, bottom: float, size: Sequence[float]) -> Box | None:
    """The part on the page, as fractions; None when there is none."""
    sides = [
        min(max(value / whole, 0.0), 1.0)
        for value, whole in zip((left, top, right, bottom), (*size[2:], *size[2:]), strict=True)
    ]
    return Box(*sides) if sides[2] - sides[0] > 1e-4 and sides[3] - sides[1] > 1e-4 else None


def _picture_words(
    package: _Package, item: Xml.Element, size: Sequence[float], media: dict[str, str], engine: OcrEngine
) -> Iterator[Word]:
    left, top, wide, high = _numbers(item.get("Boundary"))
    path = media.get(item.get("ResourceID", ""))
    if path is None or wide * high < LEAST_PICTURE * size[2] * size[3]:
        return
    pixels = cv2.imdecode(np.frombuffer(package.read(path), np.uint8), cv2.IMREAD_COLOR)
    if pixels is None or min(pixels.shape[:2]) < 24:
        return
    picture = fitted(np.asarray(pixels, np.uint8))
    rows, columns = picture.shape[:2]
    for line in engine.read(picture):
        for piece in pieces(line):
            x0, y0, x1, y1 = piece.bounds
            box = _box(
                left + x0 / columns * wide,
                top + y0 / rows * high,
                left + x1 / columns * wide,
                top + y1 / rows * high,
                size,
            )
            if box is not None and piece.text:
                yield Word(piece.text, box, round(min(max(piece.confidence, 0.0), 1.0), 4))


# --- signatures -----------------------------------------------------------------------------------


def ofd_signatures(data: bytes, limits: Limits) -> tuple[Esignature, ...]:
    """Facts of the signatures: who sealed, when, whether the sealed members are unchanged, and which
    members no signature covers. The value itself (SM2, GB/T 38540) is not verified here."""
    package = opened(data, limits)
    try:
        lists = [(one.text or "").strip().lstrip("/") for one in named(package.xml("OFD.xml"), "Signatures")]
    except (KeyError, Refused):
        return ()
    found = []
    for path in lists:
        try:
            entries = named(package.xml(path), "Signature")
        except (KeyError, Refused):
            found.append(Esignature("", "", None, None, False, True, None, False, ("signature_unreadable",)))
            continue
        for entry in entries:
            place = entry.get("BaseLoc", "")
            place = place.lstrip("/") if place.startswith("/") else posixpath.join(posixpath.dirname(path), place)
            found.append(_signature(package, entry.get("ID", ""), place))
    return tuple(found)


def _signature(package: _Package, name: str, path: str) -> Esignature:
    try:
        signature = package.xml(path)
    except (KeyError, Refused, zipfile.BadZipFile):
        return Esignature(name, "", None, None, False, True, None, False, ("signature_unreadable",))
    problems = ["signature_value_not_verified"]
    covered: set[str] = set()
    intact: bool | None = None
    for references in named(signature, "References"):
        method = DIGESTS.get(references.get("CheckMethod", "").strip().lower(), "")
        for one in named(references, "Reference"):
            member = one.get("FileRef", "").lstrip("/")
            value = next((value.text or "" for value in named(one, "CheckValue")), "")
            if not _unchanged(package, member, value, method):
                intact = False
            covered.add(member)
    if intact is False:
        problems.append("digest_differs")
    if any("1.2.156.10197" in (one.text or "") for one in named(signature, "SignatureMethod")):
        problems.append("unsupported_algorithm: SM2/SM3")
    others = [
        n for n in package.archive.namelist() if not n.endswith("/") and "/Signs/" not in f"/{n}" and n not in covered
    ]
    outside = [member for member in others if member != "OFD.xml"]  # its list of signatures is written after sealing
    if outside:
        problems.append("content_outside_signature")
    provider = next((one.get("ProviderName", "") for one in named(signature, "Provider")), "")
    return Esignature(
        name,
        provider,
        _when(signature),
        intact,
        not outside,
        bool(outside) or intact is False,
        None,
        False,
        tuple(problems),
    )


def _unchanged(package: _Package, member: str, value: str, method: str) -> bool:
    import base64
    import binascii

    try:
        expected = base64.b64decode(value, validate=False)
        return bool(method) and hashlib.new(method, package.read(member)).digest() == expected
    except (KeyError, ValueError, binascii.Error, Refused):
        return False


def _when(signature: Xml.Element) -> datetime | None:
    text = next((one.text or "" for one in named(signature, "SignatureDateTime")), "").strip()
    for form in ("%Y-%m-%dT%H:%M:%S", "%Y%m%d%H%M%SZ", "%Y%m%d%H%M%S", "%Y-%m-%d %H:%M:%S"):
        try:
            return datetime.strptime(text[:19] if "-" in text else text, form)
        except ValueError:
            continue
    return None


def page_count(data: bytes, limits: Limits) -> int:
    package = opened(data, limits)
    try:
        return max(sum(bool(page.get("BaseLoc")) for page in named(package.xml(_document(package)), "Page")), 1)
    except (KeyError, zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise Refused("corrupt") from error
