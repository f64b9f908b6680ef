"""A case that was really read and judged, for the pages: a kept sample through the work that a worker does."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sqlmodel import select

from api.principal import Principal
from api.tables import CaseRow
from api.workflow import batches, uploads
from api.workflow.processing import Processing
from tests.api.house import AS_OF, House
from verifier.reading.sandbox import ReaderPool

KEPT = Path(__file__).parents[2] / "samples" / "cases"


def batch_of(house: House, who: Principal, names: Sequence[str], *, files: Sequence[str] = ()) -> str:
    """A submitted batch of kept cases; `files`: only those of each case."""
    services = house.services
    batch = batches.create(services, who, "试运行", as_of=AS_OF)
    for name in names:
        for file in sorted((KEPT / name).rglob("*")):
            if file.is_file() and (not files or file.name in files):
                path = f"{name}/{file.relative_to(KEPT / name).as_posix()}"
                uploads.put_file(services, who, batch.id, path, (file.read_bytes(),))
    batches.submit(services, who, batch.id)
    return batch.id


def work_off(house: House, batch_id: str) -> None:
    """Form, read, gather, judge and finish, as the job engine would."""
    with ReaderPool(1, "auto") as pool:
        work = Processing(house.services, pool)
        work.form(batch_id)
        for step, portions in ((work.read, work.unread), (work.gather, work.ungathered), (work.judge, work.unjudged)):
            for portion in portions(batch_id):
                step(batch_id, portion)
        work.finish(batch_id)


def judge_again(house: House, case_id: str, cause: str) -> None:
    with ReaderPool(1, "auto") as pool:
        Processing(house.services, pool).renew(case_id, cause)


def case_id(house: House, batch_id: str, name: str) -> str:
    with house.services.reading() as session:
        return session.exec(select(CaseRow.id).where(CaseRow.batch_id == batch_id, CaseRow.name.startswith(name))).one()  # type: ignore[attr-defined]
