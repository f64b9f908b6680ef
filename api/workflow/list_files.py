"""What are the rows of an uploaded list? CSV as any spreadsheet writes it, or the first sheet of a workbook.

UTF-8 (with or without a mark) or GB18030, comma, semicolon or tab. Read as a stream: a list of a million rows needs
no more memory than one of ten. A row is a list of texts, or None where it could not be parsed.
"""

from __future__ import annotations

import codecs
import csv
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from itertools import chain, islice
from typing import BinaryIO

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from api.errors import ServiceError, invalid
from verifier.model import Text
from verifier.reading.limits import LIMITS, MEBIBYTE

Row = list[str] | None
ZIP, OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
SEEN_FOR_DELIMITER = 10  # lines: a title may stand above the heading
MOST_ROWS = 1_048_576  # of a sheet, by its format
MOST_COLUMNS = 60
WORDS_BYTES = 200 * MEBIBYTE  # of a workbook's texts, the one part of it that is held in memory
BROKEN = (
    InvalidFileException, zipfile.BadZipFile, zlib.error, KeyError, ValueError, TypeError, AttributeError, SyntaxError,
    EOFError, OSError,
)  # fmt: skip
EXACT = 10**15  # a spreadsheet keeps fifteen digits of a number; longer ones come out rounded


def is_workbook(head: bytes) -> bool:
    """By how the file begins, whatever it is called. ServiceError for the workbooks of before 2007."""
    if head.startswith(OLD_OFFICE):
        raise invalid(
            "old_workbook",
            Text("这是旧版 .xls 文件，无法读取", "This is a workbook of the old kind (.xls), which cannot be read"),
            Text("请在表格软件中另存为 .xlsx 或 CSV 后重新上传", "Save it as .xlsx or CSV and upload that"),
        )
    return head.startswith(ZIP)


# --- CSV ----------------------------------------------------------------------------------------------


def encoding_of(chunks: Iterable[bytes]) -> str:
    """UTF-8 when every byte of it is; else GB18030."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    try:
        for chunk in chunks:
            decoder.decode(chunk)
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8-sig"


def lines(chunks: Iterable[bytes], encoding: str) -> Iterator[str]:
    """The text line by line, each with its end, as the csv module wants it."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    rest = ""
    for chunk in chunks:
        *whole, rest = (rest + decoder.decode(chunk)).split("\n")
        yield from (line + "\n" for line in whole)
    rest += decoder.decode(b"", True)
    if rest:
        yield rest


def csv_rows(text: Iterator[str]) -> Iterator[Row]:
    first = list(islice(text, SEEN_FOR_DELIMITER))
    if first:
        first[0] = first[0].lstrip("\ufeff")
    # NUL bytes end the csv module's patience; they mean nothing in a list
    reader = csv.reader((line.replace("\0", "") for line in chain(first, text)), delimiter=_delimiter(first))
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield None


def _delimiter(first: list[str]) -> str:
    """Of the first line that holds one."""
    for line in first:
        found = max(",;\t，", key=line.count)
        if found in line:
            return found
    return ","


# --- workbooks ----------------------------------------------------------------------------------------


def sheet_rows(file: BinaryIO) -> Iterator[Row]:
    """Of the first sheet that is not hidden, values as stored."""
    try:
        _check(file)
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
        sheet = next((one for one in book.worksheets if one.sheet_state == "visible"), None)
        if sheet is None:
            return
        sheet.reset_dimensions()  # many programs write a size that is not the sheet's
        for row in islice(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS), MOST_ROWS):
            yield [_text(value) for value in row]
    except BROKEN as fault:
        raise _unreadable() from fault


def _check(file: BinaryIO) -> None:
    """Nothing that unpacks to far more than it is."""
    size = file.seek(0, 2)
    file.seek(0)
    with zipfile.ZipFile(file) as archive:
        members = archive.infolist()
        unpacked = sum(one.file_size for one in members)
        words = sum(one.file_size for one in members if one.filename.endswith("sharedStrings.xml"))
    if unpacked > min(LIMITS.unpacked_bytes, max(LIMITS.ratio * size, 10 * MEBIBYTE)) or words > WORDS_BYTES:
        raise _unreadable()
    file.seek(0)


def _text(value: object) -> str:
    """A cell as text: a date without its empty time, a whole number without a point, a long one as it is shown."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d" if value.time() == time() else "%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) >= EXACT:
        return f"{value:.5E}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _unreadable() -> ServiceError:
    return invalid(
        "workbook_unreadable",
        Text("无法读取该工作簿", "The workbook cannot be read"),
        Text("请另存为新的 .xlsx 或 CSV 后重新上传", "Save it anew as .xlsx or as CSV and upload that"),
    )
