"""Is every file unpacked, ignored or refused as the contract says?"""

from __future__ import annotations

import io
import zipfile

import pytest

from tests.reading.papers import mail
from verifier.reading.intake import Member, is_ignored, unpack
from verifier.reading.limits import Limits
from verifier.reading.rejections import SENTENCES, Rejection

PDF = b"%PDF-1.7\n%fictional\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 16


def archive(*members: tuple[str, bytes], codec: str | None = None) -> bytes:
    """A ZIP; `codec` writes the names in those bytes without the UTF-8 flag, as old Windows tools do."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for place, (name, data) in enumerate(members):
            file.writestr(f"{place:04d}" + "x" * (len(name.encode(codec)) - 4) if codec else name, data)
    data = buffer.getvalue()
    for place, (name, _) in enumerate(members if codec else ()):
        raw = name.encode(codec or "utf-8")
        data = data.replace(f"{place:04d}".encode() + b"x" * (len(raw) - 4), raw)
    return data


def seen(name: str, data: bytes, limits: Limits | None = None) -> list[tuple[str, str]]:
    found = unpack(name, data, limits or Limits())
    return [(item.name, item.media_type if isinstance(item, Member) else item.code) for item in found]


@pytest.mark.parametrize("codec", [None, "gb18030", "utf-8"])
def test_names_in_archives_are_read_in_any_of_the_codings(codec: str | None) -> None:
    assert seen("资料.zip", archive(("扫描/投保单.pdf", PDF), codec=codec)) == [
        ("资料.zip!/扫描/投保单.pdf", "application/pdf")
    ]


def test_the_type_is_judged_by_the_bytes_and_not_by_the_name() -> None:
    assert seen("scan.pdf", PNG) == [("scan.pdf", "image/png")]
    assert seen("notes.docx", "张伟: 好的".encode()) == [("notes.docx", "text/plain")]


def test_an_archive_that_holds_a_pdf_as_it_is_stays_an_archive() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as stored:
        stored.writestr("a.pdf", b"%PDF-1.7\n")
    assert seen("s.zip", out.getvalue()) == [("s.zip!/a.pdf", "application/pdf")]


def test_litter_of_file_managers_is_neither_read_nor_rejected() -> None:
    litter = ("Thumbs.db", "__MACOSX/._a.pdf", "a/.DS_Store", "desktop.ini")
    data = archive(*((name, b"x") for name in litter), ("a.pdf", PDF))
    assert seen("z.zip", data) == [("z.zip!/a.pdf", "application/pdf")]
    assert is_ignored("case/THUMBS.DB") and not is_ignored("case/thumbs.pdf")


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.pdf", b"", "empty"),
        ("a.exe", b"MZ\x90\x00\x03\x00\x00\x00\x00", "unsupported_type"),
        ("a.7z", b"7z\xbc\xaf\x27\x1c\x00", "unsupported_type"),
        ("a.zip", b"PK\x03\x04 no archive", "corrupt"),
        ("a.zip", archive(), "empty"),
        ("big.pdf", PDF + b"\0" * 300, "too_large"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_code(name: str, data: bytes, code: str) -> None:
    found = list(unpack(name, data, Limits(file_bytes=300)))
    assert [(item.name, getattr(item, "code", "read")) for item in found] == [(name, code)]
    refused = found[0]
    assert isinstance(refused, Rejection)
    assert refused.message.zh and refused.message.en and refused.hint.zh and refused.hint.en


def test_an_encrypted_member_is_refused_and_its_neighbour_read() -> None:
    data = bytearray(archive(("secret.pdf", PDF), ("open.pdf", PDF)))
    data[6] |= 1  # the flag in the member's own header, and in the directory
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert seen("z.zip", bytes(data)) == [
        ("z.zip!/secret.pdf", "encrypted"), ("z.zip!/open.pdf", "application/pdf"),
    ]  # fmt: skip


def test_containers_are_opened_three_deep_and_no_deeper() -> None:
    data = PDF
    for depth in range(4):
        data = archive((f"{depth}.zip" if depth else "a.pdf", data))
    assert seen("z.zip", data) == [("z.zip!/3.zip!/2.zip!/1.zip", "nested_too_deep")]


def test_a_bomb_is_refused_by_its_ratio_and_by_what_it_unpacks_together() -> None:
    zeros = b"\0" * (12 * 1024 * 1024)
    assert seen("z.zip", archive(("zeros.pdf", zeros), ("a.pdf", PDF))) == [
        ("z.zip!/zeros.pdf", "too_large"), ("z.zip!/a.pdf", "application/pdf"),
    ]  # fmt: skip
    small = Limits(unpacked_bytes=30)
    assert [code for _, code in seen("z.zip", archive(("a.pdf", PDF), ("b.pdf", PDF), ("c.pdf", PDF)), small)] == [
        "application/pdf", "too_large", "too_large",
    ]  # fmt: skip


def test_attachments_of_a_mail_are_members_and_same_names_are_told_apart() -> None:
    data = mail(("scan.pdf", PDF), ("scan.pdf", PDF), ("资料.zip", archive(("id.png", PNG))))
    assert [name for name, _ in seen("mail.eml", data)] == [
        "mail.eml!/scan.pdf", "mail.eml!/scan (2).pdf", "mail.eml!/资料.zip!/id.png",
    ]  # fmt: skip


def test_every_code_of_the_contract_has_its_sentence_and_hint() -> None:
    assert set(SENTENCES) == {
        "encrypted", "corrupt", "empty", "unsupported_type", "too_large", "too_many_pages", "timeout", "reader_crashed",
        "nested_too_deep",
    }  # fmt: skip
