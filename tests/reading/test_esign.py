"""Which facts does a signed PDF give, whole, altered and appended to?"""

from __future__ import annotations

import io
from datetime import datetime
from functools import cache

import pytest
from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers

from tests.reading.papers import form
from verifier.reading.esign import esignatures


@cache
def signer() -> signers.SimpleSigner:
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "张伟（虚构）")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(5).not_valid_before(datetime(2020, 1, 1)).not_valid_after(datetime(2050, 1, 1))
    certificate = builder.sign(key, hashes.SHA256())
    secret = serialization.BestAvailableEncryption(b"p")
    store = serialization.pkcs12.serialize_key_and_certificates(b"x", key, certificate, None, secret)
    loaded = signers.SimpleSigner.load_pkcs12_data(store, [], b"p")
    assert loaded is not None
    return loaded


@cache
def signed() -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(form(seal=False)))
    fields.append_signature_field(writer, fields.SigFieldSpec("Sig1", on_page=0, box=(100, 100, 300, 160)))
    out = signers.sign_pdf(writer, signers.PdfSignatureMetadata(field_name="Sig1"), signer=signer())
    return bytes(out.getbuffer())


def test_a_whole_signature() -> None:
    (fact,) = esignatures(signed())
    assert (fact.field, fact.signer, fact.page) == ("Sig1", "张伟（虚构）", 1)
    assert fact.intact and fact.covers_whole_file and not fact.changed_after
    assert fact.trusted is None and fact.signed_at is not None
    assert fact.box is not None and 0.16 < fact.box.left < 0.18 and 0.80 < fact.box.top < 0.82


def test_altered_bytes_are_not_intact() -> None:
    altered = signed().replace(b"/MediaBox", b"/MediaBoy", 1)
    (fact,) = esignatures(altered)
    assert fact.intact is False
    assert "digest_differs" in fact.problems


def test_what_was_added_after_signing_is_outside_the_signature() -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(signed()))
    writer.root["/Note"] = generic.pdf_name("/Added")
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    (fact,) = esignatures(out.getvalue())
    assert fact.intact and fact.changed_after and not fact.covers_whole_file
    assert "content_outside_signature" in fact.problems


def test_a_file_without_signatures_and_a_broken_one() -> None:
    assert esignatures(form(seal=False)) == ()
    (fact,) = esignatures(b"%PDF-1.7 /ByteRange [0 1 2 3] broken")
    assert fact.problems == ("structure_unreadable",)


# --- attacks: what is shown was not signed ---------------------------------------------------------


def covered_over(data: bytes, text: str) -> bytes:
    """The incremental saving attack: a new content stream for the page, put in a later revision."""
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    page = writer.root["/Pages"]["/Kids"][0]
    content = generic.StreamObject(stream_data=f"0 0 595 842 re 1 g f BT ({text}) Tj ET".encode())
    page["/Contents"] = writer.add_object(content)
    writer.update_container(page)
    return written(writer)


def written(writer: IncrementalPdfFileWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_page_replaced_in_a_later_revision_is_named() -> None:
    (fact,) = esignatures(covered_over(signed(), "another amount"))
    assert fact.changed_after and not fact.covers_whole_file
    assert "content_outside_signature" in fact.problems


def test_a_form_field_filled_after_signing_is_no_pass() -> None:
    """A shadow replacement is shown by libraries as lawful form filling; here anything after counts."""
    writer = IncrementalPdfFileWriter(io.BytesIO(signed()))
    widget = writer.root["/AcroForm"]["/Fields"][0]
    widget["/TU"] = generic.pdf_string("24,000.00")
    writer.update_container(widget)
    (fact,) = esignatures(written(writer))
    assert fact.changed_after and "content_outside_signature" in fact.problems


def test_hidden_content_made_visible_after_signing_is_named() -> None:
    """The shadow attack: what lay in the signed file unseen is shown by a later cross-reference table."""
    data = signed()
    place = data.rindex(b"startxref")
    shadow = b"9 0 obj\n<</Type/Catalog>>\nendobj\n" + data[place:]
    (fact,) = esignatures(data + b"\n" + shadow)
    assert fact.changed_after and not fact.covers_whole_file


def test_bytes_behind_the_end_are_named() -> None:
    (fact,) = esignatures(signed() + b"%" + b"x" * 4000 + b"\n")
    assert fact.changed_after and not fact.covers_whole_file


def test_a_hole_wider_than_the_value_is_not_covered() -> None:
    """A byte range that leaves out more than the signature's own value covers no whole file."""
    data = signed()
    start = data.index(b"/ByteRange")
    end = data.index(b"]", start)
    numbers = [int(n) for n in data[start:end].split(b"[")[1].split()]
    moved = f"/ByteRange [{numbers[0]} {numbers[1] - 400} {numbers[2]} {numbers[3]}".encode()
    assert len(moved) <= end - start
    (fact,) = esignatures(data[:start] + moved.ljust(end - start) + data[end:])
    assert fact.intact is not True
    assert not fact.covers_whole_file and fact.changed_after


def test_a_second_signature_leaves_the_first_uncovered_and_says_so() -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(signed()))
    fields.append_signature_field(writer, fields.SigFieldSpec("Sig2", on_page=0, box=(320, 100, 500, 160)))
    out = signers.sign_pdf(writer, signers.PdfSignatureMetadata(field_name="Sig2"), signer=signer())
    first, second = esignatures(bytes(out.getbuffer()))
    assert (first.field, first.intact, first.covers_whole_file) == ("Sig1", True, False)
    assert (second.field, second.intact, second.covers_whole_file) == ("Sig2", True, True)
    assert "content_outside_signature" in first.problems


@pytest.mark.parametrize("part", ["digest_algorithm", "signature_algorithm"])
def test_chinese_algorithms_are_undecided_and_not_invalid(part: str) -> None:
    """SM3 and SM2 with SM3 (GM/T 0004, 0003): no kept library verifies them, so a person decides."""
    data = signed()
    start = data.index(b"/Contents <") + 11
    end = data.index(b">", start)
    told = cms.ContentInfo.load(bytes.fromhex(data[start:end].decode()))
    oid = {"digest_algorithm": "1.2.156.10197.1.401", "signature_algorithm": "1.2.156.10197.1.501"}[part]
    told["content"]["signer_infos"][0][part] = {"algorithm": oid}
    value = told.dump(force=True).hex().encode()
    (fact,) = esignatures(data[:start] + value.ljust(end - start, b"0") + data[end:])
    assert fact.intact is None and fact.covers_whole_file and not fact.changed_after
    assert fact.problems == ("unsupported_algorithm: SM2/SM3",)
