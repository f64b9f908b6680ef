"""Which cryptographic signatures does this PDF carry? Facts, not verdicts.

Signer, time, integrity, what each signature covers and what came after it. Trust needs a store of
roots that this room does not have: `trusted` is None, never False for want of one.
"""

from __future__ import annotations

import io
import logging
from datetime import datetime
from typing import Any

from verifier.model import Box, Esignature

logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)

_CHINESE_ALGORITHMS = ("1.2.156.10197.",)  # SM2, SM3: no kept library verifies them


def esignatures(data: bytes) -> tuple[Esignature, ...]:
    """The signatures of a PDF in their order; empty when it has none."""
    if b"/ByteRange" not in data and b"/Sig" not in data:
        return ()
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        reader = PdfFileReader(io.BytesIO(data), strict=False)
        embedded = [*reader.embedded_regular_signatures]
    except Exception:  # a damaged structure: the pages are read by others, the signatures are not
        return (_unreadable("", "structure_unreadable"),) if b"/ByteRange" in data else ()
    return tuple(_facts(reader, signature, data) for signature in embedded)


def _facts(reader: Any, signature: Any, data: bytes) -> Esignature:
    field = str(signature.field_name or "")
    page, box = _place(reader, signature)
    try:
        covers = _covers_whole_file(signature, data)
        problems = _algorithm_problems(signature)
        signer = _signer(signature)
    except Exception:  # a signature that cannot even be parsed is still a fact
        return _unreadable(field, "signature_unreadable", page, box)
    if problems:
        return Esignature(
            field, signer, _signed_at(signature), None, covers, not covers, None, False, tuple(problems), page, box
        )
    try:
        from pyhanko.sign.validation import validate_pdf_signature
        from pyhanko_certvalidator import ValidationContext

        status = validate_pdf_signature(signature, ValidationContext(trust_roots=[], allow_fetching=False))
    except Exception as error:
        return Esignature(
            field, signer, _signed_at(signature), None, covers, not covers, None, False,
            (f"not_validated: {type(error).__name__}",), page, box,
        )  # fmt: skip
    return Esignature(
        field=field,
        signer=signer,
        signed_at=status.signer_reported_dt or _signed_at(signature),
        intact=bool(status.intact and status.valid),
        covers_whole_file=covers,
        changed_after=not covers and _changed(status),
        trusted=None,
        timestamped=status.timestamp_validity is not None,
        problems=tuple(_problems(status, covers)),
        page=page,
        box=box,
    )


def _unreadable(field: str, problem: str, page: int | None = None, box: Box | None = None) -> Esignature:
    return Esignature(field, "", None, None, False, True, None, False, (problem,), page, box)


def _covers_whole_file(signature: Any, data: bytes) -> bool:
    """The byte range, measured by us: from the first byte to the last, with one hole that holds the
    signature's value and nothing else."""
    ranges = [int(number) for number in signature.byte_range]
    if len(ranges) != 4 or ranges[0] != 0:
        return False
    hole = data[ranges[1] : ranges[2]]
    value_alone = hole[:1] == b"<" and hole[-1:] == b">" and not hole[1:-1].strip(b"0123456789abcdefABCDEF \r\n\t")
    return value_alone and len(data) - (ranges[2] + ranges[3]) <= 2


def _changed(status: Any) -> bool:
    """Anything after the signed bytes counts, whatever the library thinks of it: two known attacks
    pass its difference rules (stack.md)."""
    from pyhanko.sign.diff_analysis import ModificationLevel

    level = status.modification_level
    return level is None or level != ModificationLevel.LTA_UPDATES


def _problems(status: Any, covers: bool) -> list[str]:
    problems = []
    if not covers:
        problems.append("content_outside_signature")
    if not status.intact:
        problems.append("digest_differs")
    elif not status.valid:
        problems.append("signature_invalid")
    if status.revoked:
        problems.append("revoked")
    certificate = status.signing_cert
    when = status.signer_reported_dt
    if when is not None and not certificate.not_valid_before <= when <= certificate.not_valid_after:
        problems.append("certificate_not_in_force")
    if certificate.self_signed in ("yes", "maybe"):
        problems.append("self_signed")
    problems.append("trust_not_checked")
    return problems


def _algorithm_problems(signature: Any) -> list[str]:
    info = signature.signer_info
    asked = [info["digest_algorithm"]["algorithm"].dotted, info["signature_algorithm"]["algorithm"].dotted]
    asked.append(signature.signer_cert.public_key["algorithm"]["algorithm"].dotted)
    parameters = signature.signer_cert.public_key["algorithm"]["parameters"].native
    asked.append(str(parameters))
    if any(name.startswith(_CHINESE_ALGORITHMS) for name in asked):
        return ["unsupported_algorithm: SM2/SM3"]
    return []


def _signer(signature: Any) -> str:
    subject = signature.signer_cert.subject.native
    return str(subject.get("common_name") or subject.get("organization_name") or "")


def _signed_at(signature: Any) -> datetime | None:
    try:
        found: datetime | None = signature.self_reported_timestamp
    except Exception:
        return None
    return found


def _place(reader: Any, signature: Any) -> tuple[int | None, Box | None]:
    """Page and box of the signature's visible field; None where it is invisible."""
    try:
        widget = signature.sig_field
        rect = [float(side) for side in widget["/Rect"]]
        target = widget.raw_get("/P")
        root_pages = reader.root["/Pages"]["/Count"]
        for index in range(int(root_pages)):
            reference, _ = reader.find_page_for_modification(index)
            if reference.reference == target.reference:
                return index + 1, _field_box(reader, index, rect)
    except Exception:  # no place is no fault: the facts of the signature stand
        return None, None
    return None, None


def _field_box(reader: Any, index: int, rect: list[float]) -> Box | None:
    _, page = reader.find_page_for_modification(index)[0], reader.root["/Pages"]
    kids = page["/Kids"]
    media = [float(side) for side in (kids[index].get("/MediaBox") if index < len(kids) else page["/MediaBox"])]
    width, height = media[2] - media[0], media[3] - media[1]
    if rect[2] <= rect[0] or rect[3] <= rect[1] or width <= 0 or height <= 0:
        return None
    return Box(
        max((rect[0] - media[0]) / width, 0.0), max((media[3] - rect[3]) / height, 0.0),
        min((rect[2] - media[0]) / width, 1.0), min((media[3] - rect[1]) / height, 1.0),
    )  # fmt: skip
