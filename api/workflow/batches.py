"""How is a batch begun, handed over, watched and stopped?"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col

from api import trail
from api.clock import now
from api.errors import ServiceError, conflict, invalid, not_found
from api.permissions import Permission
from api.principal import Principal
from api.services import Services
from api.store import batches as stored
from api.store.batches import FINISHED, Progress
from api.tables import Batch, BatchState, Branch, CaseRow, CaseState, Upload, UploadState, new_id
from api.workflow import uploads
from api.workflow.layout import case_folder
from verifier import batch as layout
from verifier.declared import declared_facts
from verifier.model import InputProblem, Text
from verifier.reports.audience import HINT, Audience

MANIFEST, MANIFEST_BYTES = "cases.csv", 4 * 1024 * 1024
UNREAD_LISTED = 1000  # files of a batch that are looked at to name their cases


def create(
    services: Services,
    who: Principal,
    name: str,
    *,
    pack: str = "",
    as_of: date | None = None,
    priority: int = 10,
    branch_id: str | None = None,
    info: Mapping[str, Any] | None = None,
    origin: str = "upload",
    batch_id: str = "",
) -> Batch:
    """An open batch. Whoever belongs to a branch makes batches of that branch. With `batch_id` it is made once, however
    often it is asked for."""
    who.require(Permission.BATCH_WRITE)
    if pack:
        services.editions.pack(pack, who.tenant_id)
    with services.writing() as session:
        if batch_id and (known := session.get(Batch, batch_id)) is not None:
            return known
        row = Batch(
            id=batch_id or new_id(),
            tenant_id=who.tenant_id,
            branch_id=_branch(session, who, branch_id),
            name=name,
            pack=pack,
            as_of=as_of,
            priority=priority,
            origin=origin,
            info=dict(info or {}),
            created_by=who.id,
            created_at=now(),
        )
        session.add(row)
        session.flush()
        trail.record(session, who, "batch.created", "batch", row.id, pack=pack, origin=origin)
    return row


def _branch(session: Session, who: Principal, branch_id: str | None) -> str | None:
    if who.branch_id is not None and branch_id not in (None, who.branch_id):
        raise not_found("分支机构", "branch")
    if branch_id is None:
        return who.branch_id
    row = session.get(Branch, branch_id)
    if row is None or row.tenant_id != who.tenant_id or row.closed_at is not None:
        raise not_found("分支机构", "branch")
    return row.id


def one(services: Services, who: Principal, batch_id: str) -> tuple[Batch, Progress]:
    who.require(Permission.BATCH_READ)
    with services.reading() as session:
        row = stored.batch(session, who, batch_id)
        return row, stored.progress(session, who, row, verdicts=sees_verdicts(who))


def manifest(services: Services, who: Principal, batch_id: str) -> tuple[Sequence[str], Sequence[InputProblem]]:
    """The cases that the batch's cases.csv names, and its rows that cannot be used: known before it is handed over."""
    who.require(Permission.BATCH_WRITE)
    with services.reading() as session:
        row = stored.upload_at(session, stored.batch(session, who, batch_id).id, MANIFEST)
    if row is None or row.state != UploadState.RECEIVED or (row.size or 0) > MANIFEST_BYTES:
        return (), ()
    try:
        rows, problems = layout.manifest(b"".join(services.blobs.get(row.tenant_id, row.sha256)))
    except csv.Error:
        return (), ()
    return tuple(rows), problems


def unread(services: Services, who: Principal, batch_id: str) -> Sequence[tuple[CaseRow, int]]:
    """Cases with files that could not be read, or not wholly, and how many; files are not named here. Of a file whose
    name hints at something confidential the seller's side is not told."""
    who.require(Permission.CASE_READ)
    with services.reading() as session:
        stored.batch(session, who, batch_id)
        found = stored.unread_files(session, who, batch_id, limit=UNREAD_LISTED)
    cases = {row.id: row for row, _ in found}
    told = Counter(row.id for row, file in found if who.audience is not Audience.CASE or not HINT.search(file))
    return [(cases[case_id], number) for case_id, number in told.most_common()]


def sees_verdicts(who: Principal) -> bool:
    """Verdicts and risks in columns also follow from confidential findings: counted, sorted or filtered by, they could
    tell the seller's side that there is one."""
    return who.audience is not Audience.CASE


def require_verdicts(who: Principal) -> None:
    """Before something is sorted, chosen or drawn by verdict or risk."""
    if not sees_verdicts(who):
        raise invalid(
            "filter_not_allowed",
            Text("您的角色不能按结论或风险筛选", "Your role cannot filter by verdict or sort by risk"),
            Text("请去掉该筛选条件", "Leave this filter out"),
        )


def submit(services: Services, who: Principal, batch_id: str) -> Batch:
    """Hand the batch to the workers. Asked again, it is handed over again, which changes nothing."""
    who.require(Permission.BATCH_WRITE)
    with services.writing() as session:
        row = stored.batch(session, who, batch_id, lock=True)
        if row.state == BatchState.OPEN:
            _check_complete(stored.progress(session, who, row, verdicts=False).uploads)
            row.state, row.submitted_at = BatchState.QUEUED, now()
            session.add(row)
            trail.record(session, who, "batch.submitted", "batch", row.id)
        elif row.state in FINISHED:
            raise conflict(
                "batch_finished",
                Text("批次已结束", "The batch has ended"),
                Text("请新建批次，或对案件重新审核", "Create another batch, or re-audit its cases"),
            )
    services.jobs.submit_batch(row.id, row.priority)
    return row


def _check_complete(files: Mapping[str, int]) -> None:
    if waiting := files.get(UploadState.OPEN, 0):
        raise conflict(
            "uploads_open",
            Text(f"有 {waiting} 个文件尚未传完", f"{waiting} uploads are not complete"),
            Text("请传完或移除这些文件后再提交", "Complete or remove them, then submit"),
        )
    if not files.get(UploadState.RECEIVED, 0):
        raise conflict(
            "batch_empty",
            Text("批次内没有文件", "There is no file in the batch"),
            Text("请先上传文件", "Upload files first"),
        )


def cancel(services: Services, who: Principal, batch_id: str) -> Batch:
    """Start no further work. What is judged stays; what is being read ends."""
    who.require(Permission.BATCH_WRITE)
    with services.writing() as session:
        row = stored.batch(session, who, batch_id, lock=True)
        if row.state == BatchState.CANCELLED:
            return row
        if row.state in FINISHED:
            raise conflict(
                "batch_finished",
                Text("批次已结束，无法取消", "The batch has ended and cannot be cancelled"),
                Text("无需操作", "Nothing needs to be done"),
            )
        handed_over = row.state != BatchState.OPEN
        row.state, row.finished_at = BatchState.CANCELLED, now()
        session.add(row)
        session.execute(
            update(CaseRow)
            .where(col(CaseRow.batch_id) == row.id, col(CaseRow.state) == CaseState.WAITING)
            .values(state=CaseState.CANCELLED, version=CaseRow.version + 1)
        )
        trail.record(session, who, "batch.cancelled", "batch", row.id)
    if handed_over:
        services.jobs.cancel_batch(row.id)
    return row


def declare(services: Services, who: Principal, batch_id: str, case_name: str, facts: Mapping[str, Any]) -> Upload:
    """What the policy system declares about a case of a batch that is being put together: its case.yaml."""
    who.require(Permission.BATCH_WRITE)
    check_facts(facts)
    text = json.dumps(facts, indent=1, default=str)  # JSON is YAML
    path = f"{case_folder(case_name)}/case.yaml"
    kept = uploads.put_file(services, who, batch_id, path, (text.encode(),))
    assert kept.upload is not None
    return kept.upload


def check_facts(facts: Mapping[str, Any]) -> dict[str, object]:
    """The facts by dotted key. One that does not exist or has no usable value refuses them all."""
    try:
        json.dumps(facts, ensure_ascii=False, allow_nan=False, default=str).encode()
    except (UnicodeEncodeError, ValueError):
        raise invalid(
            "bad_facts",
            Text("申报信息含有无法保存的字符或数值", "The facts hold characters or numbers that cannot be kept"),
            Text("请更正后再提交", "Correct them and send them again"),
        ) from None
    usable, problems = declared_facts(facts, "declared")
    if problems:
        raise ServiceError(
            422,
            "bad_facts",
            Text(f"有 {len(problems)} 项申报信息不可用", f"{len(problems)} declared facts cannot be used"),
            Text("请更正 errors 所列各项", "Correct those listed under errors"),
            errors=[
                {
                    "code": one.code,
                    "message": {"zh": one.message.zh, "en": one.message.en},
                    "hint": {"zh": one.hint.zh, "en": one.hint.en},
                }
                for one in problems
            ],
        )
    return usable
