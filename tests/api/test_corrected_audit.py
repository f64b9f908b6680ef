"""Does the audit rest on a person's reading, from the request to the finding, and on the machine's again without it?"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlmodel import select

from api.permissions import Role
from api.tables import Batch, BlindLook, CaseRow, Tenant
from api.workflow import corrections, kept
from api.workflow.corrections import NOTE, Reading
from api.workflow.processing import Processing
from tests.api.house import House
from tests.api.test_processing import files, submitted, worked_off
from verifier.model import Audit, Field
from verifier.reading.sandbox import ReaderPool

READING = Reading("投保单.txt", 1, "F01", "policyholder.name", "林真", "原件如此 as printed")


@pytest.fixture(scope="module")
def pool() -> Iterator[ReaderPool]:
    with ReaderPool(1, "auto") as made:
        yield made


def audit(house: House, case_id: str) -> Audit:
    with house.services.reading() as session:
        case = session.get_one(CaseRow, case_id)
    found = kept.audit(house.services.blobs, case.tenant_id, case.judgement_id or "")
    assert found is not None
    return found


def name(house: House, case_id: str) -> Field:
    return next(one for one in audit(house, case_id).documents if one.type == "F01").fields["policyholder.name"]


def test_a_reading_is_judged_by_until_it_is_withdrawn(house: House, pool: ReaderPool) -> None:
    tenant_id = house.tenant()
    with house.services.writing() as session:
        session.get_one(Tenant, tenant_id).settings = {"blind_share": 1.0}
    work = Processing(house.services, pool)
    batch_id = submitted(house, tenant_id, files())
    worked_off(work, batch_id)
    with house.services.reading() as session:
        case_id = session.exec(select(CaseRow.id).where(CaseRow.name == "C-001")).one()
        drawn = session.exec(select(BlindLook)).all()
        assert session.get_one(Batch, batch_id).state == "done"
    passes = {one.check for one in audit(house, case_id).findings if one.outcome == "pass"}
    assert {one.check_id for one in drawn if one.case_id == case_id} == passes
    who = house.person(tenant_id, Role.REVIEWER).principal
    read = name(house, case_id)
    made = corrections.correct(house.services, who, case_id, READING)
    house.queue.run(lambda asked, argument: work.renew(argument, asked.partition(":")[2]))
    mine = name(house, case_id)
    assert (read.value, mine.value, mine.confidence, mine.evidence.box) == ("林虚构", "林真", 1.0, read.evidence.box)
    assert NOTE in mine.evidence.text
    with house.services.reading() as session:
        assert session.get_one(CaseRow, case_id).policyholder == "林真"
    corrections.withdraw(house.services, who, made.id)
    house.queue.run(lambda asked, argument: work.renew(argument, asked.partition(":")[2]))
    assert name(house, case_id) == read
