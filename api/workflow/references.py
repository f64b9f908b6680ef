"""Which lists does the institution judge against? Supplied, checked row by row, replaced by newer ones, all on record.

The names are those of the contract (sellers.csv, watchlist.csv …); watchlists may also come as their publishers issue
them (the UN's XML, OFAC's sdn.csv with alt.csv and add.csv) and count together, one of each file. Which lists count
for a batch, and how they are loaded once, says `api.workflow.lists`.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col, select

from api import trail
from api.clock import now
from api.errors import ServiceError, conflict, invalid, not_found
from api.paging import Page, page, position
from api.permissions import Permission
from api.principal import Principal
from api.services import Services
from api.store import history, scope
from api.tables import HistoryPayment, ReferenceList
from api.workflow.lists import PAYMENTS, WATCHLIST
from api.workflow.uploads import bounded
from verifier.context import REFERENCE_NAMES, References
from verifier.model import Text
from verifier.references import COLUMNS, OFAC, OPTIONAL, SIMPLE, UNITED_NATIONS, RowProblem, load_references

NAMES: Mapping[str, Text] = {
    "sellers": Text("销售人员登记", "Registered sellers"),
    "institutions": Text("机构与许可", "Institutions and licences"),
    "products": Text("备案产品", "Products on file"),
    "payments": Text("收付款流水", "Ledger of payments"),
    "payees": Text("收款账户", "Accounts that are paid into"),
    "staff": Text("员工与账户", "Staff and their accounts"),
    "surrenders": Text("退保记录", "Surrenders"),
    "watchlist": Text("制裁与观察名单", "Sanctions and watchlists"),
    "opt_out": Text("拒绝来电登记", "People who want no calls"),
    "contact_log": Text("外呼记录", "Log of calls made"),
}
BESIDE_OFAC = re.compile(r"(?:alt|add)[\w.-]*\.csv", re.I)
LARGEST = 512 * 1024 * 1024
KEPT_PROBLEMS = 1000


def list_of(file: str) -> str:
    """Which list a file is, by its name; ServiceError for a name that is none."""
    if file.endswith(".csv") and file.removesuffix(".csv") in REFERENCE_NAMES:
        return file.removesuffix(".csv")
    if any(shape.fullmatch(file) for shape in (SIMPLE, UNITED_NATIONS, OFAC, BESIDE_OFAC)):
        return WATCHLIST
    known = "、".join(f"{name}.csv" for name in REFERENCE_NAMES)
    raise invalid(
        "reference_unknown",
        Text(f"没有名为“{file[:100]}”的参考清单", f"There is no reference list {file[:100]!r}"),
        Text(
            f"可用：{known}；联合国 XML；OFAC sdn/alt/add.csv", f"Lists: {', '.join(REFERENCE_NAMES)}; UN XML; OFAC CSV"
        ),
    )


def file_for(name: str, given: str) -> str:
    """What a list is to be called that somebody chose from a folder of theirs. Only publishers of watchlists mean
    something by the name of a file; it is kept as far as it can be."""
    if name != WATCHLIST:
        return f"{name}.csv"
    with suppress(ServiceError):
        if len(given) <= 200 and list_of(given) == WATCHLIST:
            return given
    stem, dot, kind = given.rpartition(".")
    plain = re.sub(r"[^\w.-]+", "-", stem if dot else given).strip("-.")[:100] or "list"
    return f"un-{plain}.xml" if kind.lower() == "xml" else f"watchlist-{plain}.csv"


def load(services: Services, who: Principal, file: str, chunks: Iterable[bytes]) -> ReferenceList:
    """Keep and check a list; it counts from now on, in place of the one of its name before."""
    who.require_everywhere(Permission.REFERENCE_WRITE)
    name = list_of(file)
    kept = services.blobs.put(who.tenant_id, bounded(chunks, LARGEST))
    references, problems = _checked(services, who.tenant_id, file, kept.sha256)
    rows = getattr(references, name)
    if name == WATCHLIST and not rows and not BESIDE_OFAC.fullmatch(file):
        raise ServiceError(
            422,
            "reference_empty",
            Text("名单没有可用的条目，不予采用", "The list holds no usable entry and is not used"),
            Text("请使用发布机构的原始文件", "Use the file as its publisher issued it"),
            errors=[_told(one) for one in problems[:100]],
        )
    at = now()
    with services.writing() as session:
        row = ReferenceList(
            tenant_id=who.tenant_id,
            name=name,
            file=file,
            sha256=kept.sha256,
            rows=len(rows or ()),
            problems=[_told(one) for one in problems[:KEPT_PROBLEMS]],
            created_by=who.id,
            created_at=at,
        )
        for old in _counting(session, who.tenant_id, name, file):
            _retire(session, old, at)
        session.add(row)
        session.flush()
        if name == PAYMENTS:
            history.index_list(session, who.tenant_id, row.id, rows or ())
        trail.record(
            session, who, "reference.loaded", "reference_list", row.id,
            name=name, rows=row.rows, problems=len(problems), sha256=kept.sha256,
        )  # fmt: skip
    return row


def _checked(services: Services, tenant_id: str, file: str, sha256: str) -> tuple[References, tuple[RowProblem, ...]]:
    scratch = services.settings.data_dir / "scratch"
    scratch.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        with (Path(folder) / file).open("wb") as out:
            out.writelines(services.blobs.get(tenant_id, sha256))
        return load_references(Path(folder))


def _told(one: RowProblem) -> dict[str, Any]:
    return {"row": one.row, "message": {"zh": one.message.zh, "en": one.message.en}}


def _counting(session: Session, tenant_id: str, name: str, file: str) -> list[ReferenceList]:
    """The institution's list that a new one takes the place of; watchlists stand side by side, one of each file."""
    asked = select(ReferenceList).where(
        ReferenceList.tenant_id == tenant_id,
        ReferenceList.name == name,
        col(ReferenceList.batch_id).is_(None),
        col(ReferenceList.replaced_at).is_(None),
    )
    return list(session.exec(asked.where(ReferenceList.file == file) if name == WATCHLIST else asked).all())


def _retire(session: Session, row: ReferenceList, at: datetime) -> None:
    row.replaced_at = at
    session.add(row)
    session.execute(delete(HistoryPayment).where(col(HistoryPayment.list_id) == row.id))


def withdraw(services: Services, who: Principal, list_id: str) -> None:
    """The list counts no more, and nothing takes its place: checks that need it say that it is missing."""
    who.require_everywhere(Permission.REFERENCE_WRITE)
    with services.writing() as session:
        row = _one(session, who, list_id)
        if row.replaced_at is not None:
            raise conflict(
                "reference_replaced",
                Text("该清单已不再使用", "The list does not count any more"),
                Text("无需操作", "Nothing needs to be done"),
            )
        _retire(session, row, now())
        trail.record(session, who, "reference.withdrawn", "reference_list", row.id, name=row.name)


def one(services: Services, who: Principal, list_id: str) -> ReferenceList:
    who.require(Permission.REFERENCE_WRITE)
    with services.reading() as session:
        return _one(session, who, list_id)


def _one(session: Session, who: Principal, list_id: str) -> ReferenceList:
    row = session.exec(
        select(ReferenceList).where(
            ReferenceList.id == list_id, scope.own_rows(ReferenceList, who), col(ReferenceList.batch_id).is_(None)
        )
    ).one_or_none()
    if row is None:
        raise not_found("参考清单", "reference list")
    return row


def listed(
    services: Services, who: Principal, *, name: str | None, current: bool, limit: int, cursor: str | None
) -> Page[ReferenceList]:
    """Versions of the institution's lists, the newest first; `current`: only those that count."""
    who.require(Permission.REFERENCE_WRITE)
    asked = select(ReferenceList).where(scope.own_rows(ReferenceList, who), col(ReferenceList.batch_id).is_(None))
    if name:
        asked = asked.where(ReferenceList.name == name)
    if current:
        asked = asked.where(col(ReferenceList.replaced_at).is_(None))
    if after := position(cursor, 1):
        asked = asked.where(col(ReferenceList.id) < str(after[0]))
    with services.reading() as session:
        rows = session.exec(asked.order_by(col(ReferenceList.id).desc()).limit(limit + 1)).all()
    return page(rows, limit, lambda row: (row.id,))


def columns(name: str) -> tuple[str, ...]:
    """The heading of a list."""
    return COLUMNS[name] + OPTIONAL.get(name, ())
