"""What does this one file say? `bytes -> Transcript`, in the process that calls it.

Callers outside the reading room go through `sandbox.ReaderPool`: this function trusts its process
with hostile bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from verifier.model import Transcript
from verifier.reading import image, invoice, ofd, office, pdf, sniff
from verifier.reading.esign import esignatures
from verifier.reading.limits import LIMITS, Limits
from verifier.reading.ocr.engine import engine_named
from verifier.reading.rejections import Refused
from verifier.reading.version import reader_version


def read(data: bytes, name: str, *, engine: str = "auto", limits: Limits = LIMITS) -> Transcript:
    """The transcript of one file that is no container. Raises Refused with the contract's code."""
    check_size(data, limits)
    media_type = sniff.media_type(data, name)
    reader = engine_named(engine)
    version = reader_version(engine)
    sha256 = hashlib.sha256(data).hexdigest()
    if media_type == sniff.PDF:
        pages = tuple(pdf.read_pdf(data, reader, limits))
        producer, revisions = pdf.facts(data)
        return Transcript(sha256, media_type, pages, esignatures(data), (), producer, revisions, version)
    if media_type in sniff.PICTURES:
        return Transcript(sha256, media_type, tuple(image.read_image(data, reader, limits)), reader=version)
    if media_type in (sniff.TEXT, sniff.CSV):
        page, messages = office.read_text(data, media_type)
        return Transcript(sha256, media_type, (page,), (), messages, reader=version)
    if media_type == sniff.DOCX:
        return Transcript(sha256, media_type, tuple(office.read_docx(data, reader, limits)), reader=version)
    if media_type == sniff.XLSX:
        return Transcript(sha256, media_type, tuple(office.read_xlsx(data, limits)), reader=version)
    if media_type == sniff.XML:
        return Transcript(sha256, media_type, tuple(invoice.read_xml(data, limits)), reader=version)
    if media_type == sniff.OFD:
        pages = tuple(ofd.read_ofd(data, reader, limits))
        return Transcript(sha256, media_type, pages, ofd.ofd_signatures(data, limits), reader=version)
    raise Refused(refusal_code(media_type), media_type)


def check_size(data: bytes, limits: Limits) -> None:
    if not data:
        raise Refused("empty")
    if len(data) > limits.file_bytes:
        raise Refused("too_large", f"{len(data) // (1024 * 1024)} MB")


def refusal_code(media_type: str) -> str:
    return "encrypted" if media_type == "application/x-ole-encrypted" else "unsupported_type"


def page_count(data: bytes, name: str, limits: Limits = LIMITS) -> int:
    """Pages of a file without reading them, for the time it may take."""
    media_type = sniff.media_type(data, name)
    counts: dict[str, Callable[[bytes, Limits], int]] = {sniff.PDF: pdf.page_count, sniff.OFD: ofd.page_count}
    counts.update(dict.fromkeys(sniff.PICTURES, image.page_count))
    return counts[media_type](data, limits) if media_type in counts else 1
