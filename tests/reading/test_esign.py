"""Which facts does a signed PDF give, whole, altered and appended to?"""

from __future__ import annotations

import io
from datetime import datetime
from functools import cache

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
def signed() -> bytes:
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "张伟（虚构）")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(5).not_valid_before(datetime(2020, 1, 1)).not_valid_after(datetime(2050, 1, 1))
    certificate = builder.sign(key, hashes.SHA256())
    secret = serialization.BestAvailableEncryption(b"p")
    store = serialization.pkcs12.serialize_key_and_certificates(b"x", key, certificate, None, secret)
    signer = signers.SimpleSigner.load_pkcs12_data(store, [], b"p")
    writer = IncrementalPdfFileWriter(io.BytesIO(form(seal=False)))
    fields.append_signature_field(writer, fields.SigFieldSpec("Sig1", on_page=0, box=(100, 100, 300, 160)))
    out = signers.sign_pdf(writer, signers.PdfSignatureMetadata(field_name="Sig1"), signer=signer)
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
