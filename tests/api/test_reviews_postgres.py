"""Do reviews work on PostgreSQL as they do on SQLite? One road through all of it, on a real server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from api.clock import now
from api.permissions import Role
from api.principal import system
from api.standing import State
from api.tables import Action, Tenant
from api.workflow import blind, comments, corrections, dashboard, decisions, findings, queue, requests
from api.workflow.corrections import Reading
from api.workflow.decisions import Choice
from tests.api.house import House, open_house
from tests.api.judged import CRITICAL, FAIL, FILE, MAJOR, PASS, PASSING, Scene


@pytest.fixture
def there(postgres_url: str, tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path / "data", database_url=postgres_url) as made:
        yield made


def test_the_whole_road(there: House, monkeypatch: pytest.MonkeyPatch) -> None:
    services, scene = there.services, Scene(there, there.tenant())
    case = scene.case(outcomes={CRITICAL: FAIL, MAJOR: FAIL}, seller_number="S1", sale_date=now().date())
    first, second = (there.person(scene.tenant_id, Role.APPROVER, Role.REVIEWER).principal for _ in range(2))
    taken = queue.next_case(services, first)
    assert taken is not None
    assert taken.id == case
    made = decisions.decide(services, first, case, CRITICAL, Choice(Action.OVERRIDE, "附页已签", PASS))
    assert [row.id for row in queue.listed(services, second, state=State.SECOND).items] == [case]
    assert queue.listed(services, first, state=State.SECOND, mine=True).items == []
    assert queue.next_case(services, second, State.SECOND) is not None
    decisions.confirm(services, second, made.decision.id, "同意")
    decisions.decide(services, first, case, MAJOR, Choice(Action.WAIVE, "暂准", expires_at=now() + timedelta(days=9)))
    assert scene.stored(case).verdict == "compliant"
    comments.write(services, first, case, "已核对", MAJOR)
    requests.ask(services, first, case, MAJOR, "D-202")
    corrections.correct(services, first, case, Reading(FILE, 1, "F01", "policyholder.name", "张玮", "原件如此"))
    told = {one.machine["check"]: one for one in findings.of_case(services, first, case).findings}
    assert len(told[MAJOR].comments) == len(told[MAJOR].requests) == 1
    with services.writing() as session:
        session.get_one(Tenant, scene.tenant_id).settings = {"blind_share": 1.0}
        session.flush()
        drawn = blind.draw_blind(services, session, system(scene.tenant_id), scene.batch_id, 1)
    third = there.person(scene.tenant_id, Role.REVIEWER).principal
    look = blind.take(services, third)
    assert look is not None
    blind.judge(services, third, look.id, FAIL, "没有签名")
    figures = dashboard.count(services, first, dashboard.Cut())
    assert (figures.misses[0].missed, figures.misses[0].judged) == (1, 1)
    assert 100 < figures.misses[0].waiting < drawn, "confidential ones are not counted for her"
    assert [one.number for one in figures.sellers] == [0]
    assert queue.age(services) == 1
    later = now() + timedelta(days=10)
    monkeypatch.setattr("api.workflow.decisions.now", lambda: later)
    assert decisions.lapse_waivers(services) == 1
    assert scene.stored(case).verdict == "non_compliant"
    assert [row.check_id for row in findings.listed(services, first, effective="fail").items] == [MAJOR]
    assert PASSING not in {row.check_id for row in findings.listed(services, first).items}
