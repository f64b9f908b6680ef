"""Is the second look random, repeatable, truly blind, and counted with its doubt?"""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from api import wilson
from api.errors import ServiceError
from api.permissions import Role
from api.principal import Principal, system
from api.tables import Action, BlindLook, Tenant, TrailEvent
from api.workflow import blind, decisions, findings
from api.workflow.decisions import Choice
from tests.api.house import House, Person
from tests.api.judged import CRITICAL, FAIL, MAJOR, NONE, PASS, PASSING, REVIEW, SECRET, Scene, pack


@pytest.fixture
def scene(house: House) -> Scene:
    return Scene(house, house.tenant())


def draw(scene: Scene, share: float, seed: int = 7) -> list[BlindLook]:
    services = scene.house.services
    with services.writing() as session:
        session.get_one(Tenant, scene.tenant_id).settings = {"blind_share": share}
        session.flush()
        blind.draw_blind(services, session, system(scene.tenant_id), scene.batch_id, seed)
    with services.reading() as session:
        return list(session.exec(select(BlindLook)).all())


def reviewer(scene: Scene, *roles: Role) -> Person:
    return scene.house.person(scene.tenant_id, *(roles or (Role.REVIEWER,)))


def take_check(scene: Scene, who: Principal, check: str) -> BlindLook:
    """Have this person take the look at one check, by handing others to nobody."""
    with scene.house.services.writing() as session:
        look = session.exec(select(BlindLook).where(BlindLook.check_id == check)).one()
        look.assigned_to = who.id
        session.add(look)
    return look


def test_only_passes_are_drawn_and_the_seed_says_which(scene: Scene) -> None:
    case = scene.case(outcomes={CRITICAL: FAIL, MAJOR: REVIEW, PASSING: NONE})
    drawn = {look.check_id for look in draw(scene, 0.3)}
    passed = {one.id for one in pack().requirements} - {CRITICAL, MAJOR, PASSING}
    assert drawn == {check for check in passed if blind.is_drawn(7, case, check, 0.3)}
    assert 0 < len(drawn) < len(passed)
    again = draw(scene, 0.3)
    assert len(again) == len(drawn), "drawn once, though the batch's end is told twice"
    with scene.house.services.reading() as session:
        told = session.exec(select(TrailEvent).where(TrailEvent.action == "blind.drawn")).first()
    assert told is not None
    assert told.detail == {"seed": 7, "share": 0.3, "passes": len(passed), "drawn": len(drawn)}


@given(st.integers(), st.floats(0, 1), st.floats(0, 1))
def test_a_greater_share_draws_all_that_a_smaller_one_does(seed: int, one: float, other: float) -> None:
    less, more = sorted((one, other))
    assert blind.is_drawn(seed, "case", "check", 1.0)
    assert not blind.is_drawn(seed, "case", "check", 0.0)
    assert blind.is_drawn(seed, "case", "check", more) or not blind.is_drawn(seed, "case", "check", less)


def test_who_looks_does_not_see_what_the_machine_found(scene: Scene) -> None:
    scene.words[PASSING] = "机器看到的 what the machine saw"
    case = scene.case()
    draw(scene, 1.0)
    who = reviewer(scene)
    take_check(scene, who.principal, PASSING)
    told = {one.machine["check"]: one for one in findings.of_case(scene.house.services, who.principal, case).findings}
    assert told[PASSING].blind
    assert told[PASSING].machine["title"]["zh"]
    assert "what the machine saw" not in json.dumps(told[PASSING].machine)
    assert (told[PASSING].machine["outcome"], told[PASSING].effective) == (None, None)
    over_http = [
        who.client.get(f"/api/v1/cases/{case}/findings").text,
        who.client.get(f"/api/v1/cases/{case}/findings/{PASSING}").text,
        who.client.get(f"/api/v1/cases/{case}/audit").text,
        who.client.get(f"/api/v1/cases/{case}/findings/{PASSING}/history").text,
    ]
    assert all("what the machine saw" not in text for text in over_http)
    with pytest.raises(ServiceError, match="blind_look_open"):
        decisions.decide(scene.house.services, who.principal, case, PASSING, Choice(Action.OVERRIDE, "猜 guess", FAIL))


def test_nobody_judges_blind_in_a_case_they_had_a_hand_in(scene: Scene) -> None:
    case = scene.case(outcomes={MAJOR: FAIL})
    draw(scene, 1.0)
    who, other = reviewer(scene).principal, reviewer(scene).principal
    taken = blind.take(scene.house.services, who)
    assert taken is not None
    assert blind.take(scene.house.services, who) == taken
    decisions.decide(scene.house.services, who, case, MAJOR, Choice(Action.ACCEPT, "是 yes"))
    with pytest.raises(ServiceError, match="not_blind"):
        blind.judge(scene.house.services, who, taken.id, PASS, "看过 seen")
    blind.hand_back(scene.house.services, who, taken.id)
    assert blind.take(scene.house.services, who) is None
    assert blind.take(scene.house.services, other) is not None
    with pytest.raises(ServiceError, match="not_found"):
        blind.judge(scene.house.services, who, taken.id, PASS, "不是我的 not mine")


def test_what_waits_for_a_person_is_theirs_first_and_never_of_their_own_cases(scene: Scene) -> None:
    services = scene.house.services
    case, other = scene.case("C-1", {MAJOR: FAIL}), scene.case("C-2")
    draw(scene, 1.0)
    who = reviewer(scene).principal
    of_one, of_other = (sum(look.case_id == one for look in _looks(scene)) for one in (case, other))
    secret = sum(look.confidential for look in _looks(scene))
    assert blind.waiting(services, who) == blind.Waiting(None, of_one + of_other - secret)
    decisions.decide(services, who, case, MAJOR, Choice(Action.ACCEPT, "是 yes"))
    assert blind.waiting(services, who).free == of_other - secret // 2
    taken = blind.take(services, who)
    assert taken is not None
    assert blind.waiting(services, who) == blind.Waiting(taken, of_other - secret // 2 - 1)
    with pytest.raises(ServiceError, match="reason_needed"):
        blind.judge(services, who, taken.id, PASS, "  ")


def _looks(scene: Scene) -> list[BlindLook]:
    with scene.house.services.reading() as session:
        return list(session.exec(select(BlindLook)).all())


def test_a_miss_opens_the_finding_again_and_is_judged_once(scene: Scene) -> None:
    case = scene.case()
    draw(scene, 1.0)
    who = reviewer(scene).principal
    look = take_check(scene, who, PASSING)
    blind.judge(scene.house.services, who, look.id, FAIL, "没有签名 no signature")
    row, stored = scene.row(case, PASSING), scene.stored(case)
    assert (row.outcome, row.effective, row.state, row.doubted) == ("pass", "pass", "open", True)
    assert (stored.verdict, stored.open_findings) == ("compliant", 1)
    with pytest.raises(ServiceError, match="already_judged"):
        blind.judge(scene.house.services, who, look.id, PASS, "改主意 changed my mind")
    decisions.decide(
        scene.house.services, reviewer(scene).principal, case, PASSING, Choice(Action.OVERRIDE, "是", FAIL)
    )
    assert scene.stored(case).verdict == "non_compliant"


def test_confidential_checks_are_looked_at_by_those_who_may_see_them(scene: Scene) -> None:
    scene.case()
    draw(scene, 1.0)
    officer = reviewer(scene, Role.AML_OFFICER, Role.REVIEWER).principal
    secret = take_check(scene, officer, SECRET)
    assert secret.confidential
    blind.judge(scene.house.services, officer, secret.id, FAIL, "漏报 missed")
    seen = blind.listed(scene.house.services, reviewer(scene).principal, missed=True, limit=10, cursor=None)
    assert seen.items == []
    assert [
        look.check_id for look in blind.listed(scene.house.services, officer, missed=True, limit=10, cursor=None).items
    ] == [SECRET]


@pytest.mark.parametrize(
    ("hits", "tries", "low", "high"),
    [
        (0, 0, 0.0, 1.0),
        (0, 10, 0.0, 0.27754),
        (10, 10, 0.72246, 1.0),
        (5, 50, 0.04348, 0.21360),
        (1, 1000, 0.00018, 0.00565),
    ],
)
def test_wilson_bounds_are_those_of_the_tables(hits: int, tries: int, low: float, high: float) -> None:
    assert wilson.interval(hits, tries) == pytest.approx((low, high), abs=2e-5)


@given(st.integers(0, 500), st.integers(0, 500))
def test_wilson_bounds_hold_the_share(hits: int, more: int) -> None:
    low, high = wilson.interval(hits, hits + more)
    assert 0 <= low <= high <= 1
    assert hits + more == 0 or low <= hits / (hits + more) <= high
