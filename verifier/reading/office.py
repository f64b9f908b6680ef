"""What do files without a fixed page say? Word papers, text and chat exports.

They get plausible places: text files are page 1 with whole lines as boxes; a Word paper flows over
pages of A4, a table's cells side by side, so that labels and values keep their rows. Pictures in a
Word paper follow as pages of their own.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, time

import cv2
import numpy as np

from verifier.model import Box, Message, Page, TextFrom, Word
from verifier.reading import chat, sniff
from verifier.reading.image import fitted
from verifier.reading.limits import Limits
from verifier.reading.ocr.engine import OcrEngine
from verifier.reading.page import read_picture
from verifier.reading.rejections import Refused

A4 = (595.0, 842.0)
LINES = 46  # of 10.5 point type on a page of A4
LEFT, RIGHT, TOP, BOTTOM = 0.1, 0.9, 0.06, 0.94
CHARACTERS = 42  # full-width characters on a line of A4
_TOKENS = re.compile(r"[!-~]+|.", re.DOTALL)
COLUMNS = 60  # of a sheet; more are no paper
LEAST_PICTURE = 300  # pixels of a picture's longer side that may hold a paper


def read_text(data: bytes, media_type: str) -> tuple[Page, tuple[Message, ...]]:
    """Page 1 with every line as a word, and the messages if it is a conversation."""
    text = sniff.decoded(data)
    if text is None:
        raise Refused("corrupt")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        raise Refused("empty")
    messages = chat.messages_of_csv(text) if media_type == sniff.CSV else ()
    messages = messages or chat.messages_of(text)
    step = (BOTTOM - TOP) / max(len(lines), LINES)
    words = tuple(
        Word(line, Box(LEFT, TOP + index * step, RIGHT, TOP + (index + 0.8) * step)) for index, line in enumerate(lines)
    )
    return Page(1, *A4, 0, TextFrom.LAYER, words=words), messages


@dataclass(slots=True)
class _Flow:
    """Lines of a Word paper poured over pages."""

    pages: list[list[Word]] = field(default_factory=lambda: [[]])
    line: int = 0

    def next_page(self) -> None:
        if self.pages[-1]:
            self.pages.append([])
        self.line = 0

    def row(self, cells: list[str]) -> None:
        """One row of cells side by side; a cell breaks over lines as its width demands."""
        width = (RIGHT - LEFT) / max(len(cells), 1)
        room = max(int(CHARACTERS / max(len(cells), 1)), 1)
        broken = [_broken(cell, room) for cell in cells]
        height = max((len(lines) for lines in broken), default=1)
        if self.line + min(height, LINES) > LINES:
            self.next_page()
        for index, lines in enumerate(broken):
            for down, text in enumerate(lines):
                self._word(text, LEFT + index * width, self.line + down, width, room)
        self.line += max(height, 1)

    def _word(self, text: str, left: float, line: int, width: float, room: int) -> None:
        step = (BOTTOM - TOP) / LINES
        top = min(TOP + line * step, BOTTOM)
        right = left + min(width * 0.98, max(_breadth(text), 1) / room * width)
        if text.strip():
            self.pages[-1].append(Word(text.strip(), Box(left, top, right, min(top + 0.8 * step, 1.0))))


def _breadth(text: str) -> float:
    """Room that a text takes, in full-width characters."""
    return sum(1.0 if unicodedata.east_asian_width(character) in "WF" else 0.5 for character in text)


def _broken(text: str, room: int) -> list[str]:
    """The text in lines of that room; a number or a Latin word is never broken."""
    lines: list[str] = []
    for part in text.split("\n"):
        line = ""
        for token in _TOKENS.findall(part.strip()):
            if line and _breadth(line + token) > room:
                lines.append(line)
                line = ""
            line += token
        lines.append(line)
    return lines


def read_docx(data: bytes, engine: OcrEngine, limits: Limits) -> Iterator[Page]:
    """Pages of a Word paper: its flowing text, then its pictures."""
    _check_archive(data, limits)
    import docx
    from docx.opc.exceptions import OpcError

    try:
        paper = docx.Document(io.BytesIO(data))
        flow = _poured(paper)
        pictures = [part.blob for part in paper.part.package.iter_parts() if part.content_type.startswith("image/")]
    except (OpcError, KeyError, ValueError, AttributeError, zipfile.BadZipFile, SyntaxError) as error:
        raise Refused("corrupt") from error
    filled = [words for words in flow.pages if words]
    if len(filled) + len(pictures) > limits.pages:
        raise Refused("too_many_pages", str(len(filled) + len(pictures)))
    for number, words in enumerate(filled or [[]], 1):
        yield Page(number, *A4, 0, TextFrom.LAYER, words=tuple(words), blank=not words)
    number = max(len(filled), 1)
    for blob in pictures:
        pixels = cv2.imdecode(np.frombuffer(blob, np.uint8), cv2.IMREAD_COLOR) if _decodable(blob, limits) else None
        if pixels is None or max(pixels.shape[:2]) < LEAST_PICTURE:
            continue
        page = read_picture(fitted(np.asarray(pixels, dtype=np.uint8)), number + 1, engine)
        if page.words:
            number += 1
            yield replace(page, number=number)


def read_xlsx(data: bytes, limits: Limits) -> Iterator[Page]:
    """Every sheet from a page of its own on, its rows with their cells side by side, values as stored."""
    _check_archive(data, limits)
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    flow = _Flow()
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        for sheet in book.worksheets:
            if sheet.sheet_state != "visible":
                continue
            flow.next_page()
            for row in sheet.iter_rows(values_only=True, max_col=COLUMNS):
                cells = [_shown(value) for value in row]
                while cells and not cells[-1]:
                    cells.pop()
                if any(cells):
                    flow.row(cells)
                if len(flow.pages) > limits.pages:
                    raise Refused("too_many_pages", f"> {limits.pages}")
    except (
        InvalidFileException,
        KeyError,
        ValueError,
        TypeError,
        zipfile.BadZipFile,
        SyntaxError,
        AttributeError,
    ) as error:
        raise Refused("corrupt") from error
    filled = [words for words in flow.pages if words]
    for number, words in enumerate(filled or [[]], 1):
        yield Page(number, *A4, 0, TextFrom.LAYER, words=tuple(words), blank=not words)


def _shown(value: object) -> str:
    """A cell's value as text; a date without its empty time."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d" if value.time() == time() else "%Y-%m-%d %H:%M:%S")
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value).strip()


def _decodable(blob: bytes, limits: Limits) -> bool:
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(blob)) as picture:
            return bool(picture.width * picture.height <= limits.picture_pixels)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return False


def _check_archive(data: bytes, limits: Limits) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(info.file_size for info in archive.infolist())
            if unpacked > max(limits.ratio * len(data), 10_000_000) or unpacked > limits.unpacked_bytes:
                raise Refused("too_large", f"1:{unpacked // max(len(data), 1)}")
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise Refused("corrupt") from error


def _poured(paper: object) -> _Flow:
    from docx.table import Table

    flow = _Flow()
    for block in paper.iter_inner_content():  # type: ignore[attr-defined]
        if isinstance(block, Table):
            for row in block.rows:
                cells: list[str] = []
                seen: set[int] = set()
                for cell in row.cells:  # a merged cell comes once for each column that it covers
                    if id(cell._tc) not in seen:
                        seen.add(id(cell._tc))
                        cells.append(cell.text)
                flow.row(cells)
            continue
        if block.paragraph_format.page_break_before:
            flow.next_page()
        for index, part in enumerate(block.text.split("\f")):
            if index:
                flow.next_page()
            flow.row([cell for cell in part.split("\t") if cell.strip()] or [""])
    return flow
