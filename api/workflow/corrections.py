"""What if a field was misread? A person reads it, the reading is applied whenever the case is judged, and who
corrected what stays on record. The paper's place stays the evidence; the machine's own reading stays with the file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session, col, select

from api import trail
from api.clock import now
from api.errors import ServiceError, conflict, invalid, not_found
from api.permissions import Permission
from api.principal import Principal
from api.services import Services
from api.store import scope
from api.tables import CaseRow, Correction
from api.workflow import kept
from api.workflow.deciding import check_person, not_judged
from verifier.documents import with_subjects
from verifier.model import Box, Document, Evidence, Field, FieldState, Text
from verifier.packs.document_type import DocumentType
from verifier.papers import Papers
from verifier.values.canonical import canonical

NOTE = "〔人工更正 corrected by a person〕"
KINDS = {"days": "integer"}  # kinds of field that are written as another kind of value


@dataclass(frozen=True, slots=True)
class Reading:
    """What a person read, and where. `value` as printed, or empty where nothing is written; `box` None: the place
    that the machine read, if it found one."""

    file: str
    page: int
    document_type: str
    field: str
    value: str
    reason: str
    box: tuple[float, float, float, float] | None = None


def apply_corrections(papers: Papers, corrections: Iterable[Correction]) -> Papers:
    """The papers as people read them: the latest reading of a field counts, withdrawn ones do not."""
    live = sorted((one for one in corrections if one.withdrawn_at is None), key=lambda one: one.id)
    documents = tuple(_applied(document, live) for document in papers.documents)
    if documents == papers.documents:
        return papers
    return replace(papers, documents=with_subjects(documents, papers.declared))


def correct(services: Services, who: Principal, case_id: str, given: Reading) -> Correction:
    """Record a reading; the case is judged again."""
    check_person(who, Permission.CASE_WRITE)
    with services.reading() as session:
        case = scope.case(session, who, case_id)
    kind, before = _known(services, case, given)
    value = _value(kind, given.value)
    if before is not None and value == before.value and before.state is not FieldState.UNREADABLE:
        raise conflict(
            "nothing_to_correct",
            Text("与现有识别结果相同", "That is what was read already"),
            Text("请核对后再提交", "Check it and correct what differs"),
        )
    with services.writing() as session:
        case = scope.locked_case(session, who, case_id)
        made = Correction(
            tenant_id=case.tenant_id,
            case_id=case.id,
            file=given.file,
            page=given.page,
            document_type=given.document_type,
            field=given.field,
            kind=kind,
            before=before.value if before else "",
            value=value,
            box=list(given.box) if given.box else None,
            reason=given.reason.strip(),
            by=who.id,
            at=now(),
        )
        session.add(made)
        _changed(session, who, case, made, "field.corrected")
    services.jobs.judge_again(case_id, "correction")
    return made


def withdraw(services: Services, who: Principal, correction_id: str) -> Correction:
    """Take a reading back: the machine's counts again, or the reading before it."""
    check_person(who, Permission.CASE_WRITE)
    with services.writing() as session:
        row = session.exec(
            select(Correction).where(Correction.id == correction_id, scope.own_rows(Correction, who))
        ).one_or_none()
        if row is None:
            raise not_found("更正", "correction")
        case = scope.locked_case(session, who, row.case_id)
        if row.withdrawn_at is not None:
            raise conflict(
                "already_withdrawn",
                Text("该更正已撤回", "This correction was withdrawn already"),
                Text("如需更正请重新提交", "Correct the field anew if need be"),
            )
        row.withdrawn_at, row.withdrawn_by = now(), who.id
        session.add(row)
        _changed(session, who, case, row, "correction.withdrawn")
    services.jobs.judge_again(row.case_id, "correction")
    return row


def of_case(session: Session, who: Principal, case_id: str) -> Sequence[Correction]:
    """All corrections of a case that may be seen, withdrawn ones too, the oldest first."""
    case = scope.case(session, who, case_id)
    return session.exec(select(Correction).where(Correction.case_id == case.id).order_by(col(Correction.id))).all()


def listed(services: Services, who: Principal, case_id: str) -> Sequence[Correction]:
    """As `of_case`, with the view on record. Readings are the customer's data: only for those who see it in full."""
    who.require(Permission.UNMASKED)
    with services.writing() as session:
        found = of_case(session, who, case_id)
        trail.record(session, who, "corrections.viewed", "case", case_id)
    return found


def _changed(session: Session, who: Principal, case: CaseRow, row: Correction, event: str) -> None:
    case.version += 1
    session.add(case)
    trail.record(
        session, who, event, "case", case.id,
        correction=row.id, document=row.document_type, field=row.field, page=row.page,
    )  # fmt: skip


# --- on the papers ----------------------------------------------------------------------------------


def _applied(document: Document, corrections: Sequence[Correction]) -> Document:
    fields = dict(document.fields)
    for one in corrections:
        if _concerns(document, one.document_type, one.file, one.page):
            fields[one.field] = _field(document, fields.get(one.field), one)
    return replace(document, fields=fields) if fields != document.fields else document


def _concerns(document: Document, kind: str, file: str, page: int) -> bool:
    return document.type == kind and any((ref.file, ref.page) == (file, page) for ref in document.pages)


def _field(document: Document, was: Field | None, correction: Correction) -> Field:
    sha256 = next((ref.sha256 for ref in document.pages if ref.file == correction.file), "")
    box = Box(*correction.box) if correction.box else was.evidence.box if was is not None else None
    place = Evidence(correction.file, correction.page, box, f"{correction.value}{NOTE}", 1.0, sha256)
    return Field(
        name=correction.field,
        value=correction.value,
        text=correction.value,
        kind=was.kind if was is not None else correction.kind,
        confidence=1.0,
        evidence=place,
        state=FieldState.READ if correction.value else FieldState.EMPTY,
    )


# --- what can be corrected --------------------------------------------------------------------------


def _known(services: Services, case: CaseRow, given: Reading) -> tuple[str, Field | None]:
    """The kind of value of the field, and what was read there; refused where the paper has no such place or field."""
    if case.judgement_id is None:
        raise not_judged()
    audit = kept.audit(services.blobs, case.tenant_id, case.judgement_id)
    documents = audit.documents if audit else ()
    found = next((one for one in documents if _concerns(one, given.document_type, given.file, given.page)), None)
    if found is None:
        raise invalid(
            "no_such_document",
            Text("该页上没有这种单证", "There is no paper of this kind on that page"),
            Text("请核对文件、页码与单证代码", "Check the file, the page and the code of the paper"),
        )
    was = found.fields.get(given.field)
    if was is not None:
        return was.kind, was
    pack = services.editions.pack(case.pack, case.tenant_id, case.edition)
    sheet = next((one for one in pack.types if one.code == given.document_type), None)
    kind = _kind(sheet, given.field) if sheet else None
    if kind is None:
        raise invalid(
            "no_such_field",
            Text("这种单证没有该字段", "A paper of this kind has no such field"),
            Text("请核对字段名称", "Check the name of the field"),
        )
    return kind, None


def _kind(sheet: DocumentType, field: str) -> str | None:
    return sheet.kinds().get(re.sub(r"\[\d+\]", "[n]", field))


def _value(kind: str, text: str) -> str:
    """The canonical value of what was typed; empty says that nothing is written there."""
    if not text.strip():
        return ""
    read = canonical(KINDS.get(kind, kind), text.strip())
    if read is None:
        raise _unusable()
    return read.value


def _unusable() -> ServiceError:
    return invalid(
        "bad_value",
        Text("该内容不是此类字段的值", "That is no value of this kind of field"),
        Text(
            "请按单证上印写的内容填写，例如日期 2026-03-02", "Write it as the paper prints it, for example 2026-03-02"
        ),
    )
