"""Was every policy that was sold audited? Lists of sold business, reconciled with the cases: audited, missing, excluded."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from itertools import islice
from typing import Any

from sqlmodel import Session

from api import trail
from api.clock import now
from api.errors import invalid
from api.paging import Page
from api.permissions import Permission
from api.principal import Principal
from api.services import Services, ServiceTask
from api.store import populations as stored
from api.tables import CaseRow, Population, SoldPolicy, SoldState, new_id
from api.workflow.batches import require_verdicts
from api.workflow.list_files import Row, csv_rows, encoding_of, is_workbook, lines, sheet_rows
from api.workflow.population_list import KEPT_PROBLEMS, BadRow, Sold, policies
from api.workflow.uploads import bounded
from verifier.model import Text

AT_ONCE = 20_000  # policies that are reconciled while the caller waits
SLICE = 1000
LONGEST_PERIOD_DAYS = 3660


def load(services: Services, who: Principal, name: str, start: date, end: date, chunks: Iterable[bytes]) -> Population:
    """Keep the list, read it, and reconcile it with the cases there are. A list without one usable row is refused."""
    who.require_everywhere(Permission.POPULATION_WRITE)
    if end < start or (end - start).days > LONGEST_PERIOD_DAYS:
        raise invalid(
            "bad_period",
            Text("期间不可用", "The period cannot be used"),
            Text("结束日期不得早于开始日期，且不超过十年", "It ends after it starts, and within ten years"),
        )
    kept = services.blobs.put(who.tenant_id, bounded(chunks, services.settings.upload_bytes))
    row = Population(
        tenant_id=who.tenant_id,
        name=name,
        start=start,
        end=end,
        sha256=kept.sha256,
        created_by=who.id,
        created_at=now(),
    )
    with services.writing() as session:
        session.add(row)
    try:
        with _rows_of(services, who.tenant_id, kept.sha256) as rows:
            _fill(services, row, policies(rows, start, end))
    except BaseException:
        with services.writing() as session:
            stored.drop(session, row.id)
        raise
    with services.writing() as session:
        session.add(row)
        trail.record(
            session, who, "population.loaded", "population", row.id,
            size=row.size, problems=row.problem_count, sha256=kept.sha256,
        )  # fmt: skip
    if row.size <= AT_ONCE:
        _reconcile(services, row)
    else:
        services.jobs.enqueue("population.reconcile", row.id, key=f"{row.id}:loaded")
    return row


@contextmanager
def _rows_of(services: Services, tenant_id: str, sha256: str) -> Iterator[Iterator[Row]]:
    """The rows of a list that was kept; a workbook is laid on disk while it is read, for it is not read in order."""
    chunks = services.blobs.get(tenant_id, sha256)
    if not is_workbook(next(iter(chunks), b"")):
        encoding = encoding_of(services.blobs.get(tenant_id, sha256))
        yield csv_rows(lines(services.blobs.get(tenant_id, sha256), encoding))
        return
    scratch = services.settings.data_dir / "scratch"
    scratch.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryFile(dir=scratch) as file:
        file.writelines(services.blobs.get(tenant_id, sha256))
        yield sheet_rows(file)


def _fill(services: Services, row: Population, read: Iterator[Sold | BadRow]) -> None:
    """Slice by slice, so that nobody else waits long; until its size is written, nobody sees the population."""
    problems: list[dict[str, Any]] = []
    size = bad_rows = 0
    while part := list(islice(read, SLICE)):
        good = [_columns(row, one) for one in part if isinstance(one, Sold)]
        bad = [one for one in part if isinstance(one, BadRow)]
        problems += [one.told() for one in bad[: max(0, KEPT_PROBLEMS - len(problems))]]
        size, bad_rows = size + len(good), bad_rows + len(bad)
        if good:
            with services.writing() as session:
                stored.add_policies(session, good)
    if not size:
        raise invalid(
            "population_empty",
            Text("清单中没有可用的保单", "The list holds no usable policy"),
            Text("请按列名与样例核对后重新上传", "Check it against the columns and the example, and send it again"),
        )
    row.size, row.problem_count, row.problems = size, bad_rows, problems


def _columns(row: Population, sold: Sold) -> Mapping[str, Any]:
    return {
        "id": new_id(),
        "tenant_id": row.tenant_id,
        "population_id": row.id,
        "policy_no": sold.policy_no,
        "application_no": sold.application_no,
        "case_name": sold.case,
        "branch": sold.branch,
        "channel": sold.channel,
        "product": sold.product,
        "product_kind": sold.product_kind,
        "seller_number": sold.seller_number,
        "premium": sold.premium,
        "sale_date": sold.sale_date,
        "state": SoldState.MISSING,
    }


# --- reconciling ------------------------------------------------------------------------------------


def reconcile(services: Services, who: Principal, population_id: str) -> Population:
    """Compare the whole list with the cases again: after corrections of policy numbers, or purges."""
    who.require_everywhere(Permission.POPULATION_WRITE)
    with services.reading() as session:
        row = stored.population(session, who, population_id)
    changed = _reconcile(services, row)
    with services.writing() as session:
        row = stored.population(session, who, population_id)
        trail.record(session, who, "population.reconciled", "population", row.id, changed=changed)
    return row


def reconcile_task(services: Services, population_id: str) -> None:
    """The same, as a job after a long list was loaded."""
    with services.reading() as session:
        row = session.get(Population, population_id)
    if row is not None:
        _reconcile(services, row)


def _reconcile(services: Services, row: Population) -> int:
    """Slice by slice, each its own transaction: it may be broken off and begun again at any point."""
    changed = 0
    with services.reading() as session:
        for part in stored.slices(session, row.id):
            found = stored.cases_of(session, part)
            differing = [
                (policy, found.get(policy.id)) for policy in part if policy.case_id != found.get(policy.id)
            ]  # fmt: skip
            session.rollback()  # the next slice sees what was written meanwhile
            if differing:
                with services.writing() as writing:
                    changed += stored.settle(writing, differing)
    with services.writing() as session:
        kept = session.get_one(Population, row.id)
        kept.reconciled_at = now()
        session.add(kept)
    row.reconciled_at = kept.reconciled_at
    return changed


def settle_case(session: Session, case: CaseRow) -> int:
    """A case was judged: the policies that waited for it are audited. In the transaction that judges it."""
    return stored.settle(session, [(policy, case.id) for policy in stored.without_case(session, case)])


# --- looking, excluding -----------------------------------------------------------------------------


def totals(services: Services, who: Principal, population_id: str) -> tuple[Population, stored.Totals]:
    who.require(Permission.POPULATION_READ)
    with services.reading() as session:
        row = stored.population(session, who, population_id)
        return row, stored.totals(session, who, row)


def policies_of(
    services: Services, who: Principal, population_id: str, filters: stored.Filters, limit: int, cursor: str | None
) -> Page[SoldPolicy]:
    """Policies of a population. Who looked at them is on the trail."""
    who.require(Permission.POPULATION_READ)
    if filters.verdict:
        require_verdicts(who)
    with services.writing() as session:
        row = stored.population(session, who, population_id)
        found = stored.policies(session, who, row.id, filters, limit, cursor)
        trail.record(session, who, "population.viewed", "population", row.id, rows=len(found.items))
    return found


def outsiders(
    services: Services, who: Principal, population_id: str, *, undated: bool, limit: int, cursor: str | None
) -> Page[CaseRow]:
    """Judged cases that stand in no list. Who looked at them is on the trail."""
    who.require(Permission.POPULATION_READ)
    with services.writing() as session:
        row = stored.population(session, who, population_id)
        found = stored.outsiders(session, who, row, undated=undated, limit=limit, cursor=cursor)
        trail.record(session, who, "population.viewed", "population", row.id, outside=len(found.items))
    return found


def exclude(services: Services, who: Principal, population_id: str, policy_ids: list[str], because: str) -> int:
    """These policies need no audit, for a reason that is kept with who gave it."""
    who.require(Permission.POPULATION_WRITE)
    if not because.strip():
        raise invalid(
            "reason_missing",
            Text("请说明排除原因", "An exclusion needs a reason"),
            Text("例如：已撤单、团体业务", "For example: withdrawn before acceptance, group business"),
        )
    with services.writing() as session:
        rows = _policies(session, who, population_id, policy_ids)
        for row in rows:
            row.state, row.excluded_because = SoldState.EXCLUDED, because.strip()
            row.excluded_by, row.excluded_at = who.id, now()
            session.add(row)
            trail.record(session, who, "policy.excluded", "sold_policy", row.id, population=population_id)
    return len(rows)


def include(services: Services, who: Principal, population_id: str, policy_ids: list[str]) -> int:
    """Take exclusions back."""
    who.require(Permission.POPULATION_WRITE)
    with services.writing() as session:
        rows = _policies(session, who, population_id, policy_ids)
        for row in rows:
            row.state = stored.state_of(row.case_id)
            row.excluded_because, row.excluded_by, row.excluded_at = "", None, None
            session.add(row)
            trail.record(session, who, "policy.included", "sold_policy", row.id, population=population_id)
    return len(rows)


def _policies(session: Session, who: Principal, population_id: str, policy_ids: list[str]) -> list[SoldPolicy]:
    stored.population(session, who, population_id)
    return [stored.policy(session, who, population_id, one) for one in dict.fromkeys(policy_ids)]


TASKS: Mapping[str, ServiceTask] = {"population.reconcile": reconcile_task}
