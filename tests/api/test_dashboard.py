"""Do the figures count what their filters open, for each person what they may see?"""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import pytest
from sqlmodel import select

from api.clock import now
from api.permissions import Role
from api.principal import system
from api.store.dashboard import Cut
from api.tables import Action, BlindLook, CaseRow, ReAudit, ReAuditCase, Tenant
from api.workflow import blind, dashboard, decisions
from api.workflow.dashboard import Dashboard, Figure
from api.workflow.decisions import Choice
from tests.api.house import House, Person
from tests.api.judged import CRITICAL, FAIL, MAJOR, PASS, PASSING, REVIEW, SECRET, Scene

SALES = [date(2026, 2, 3), date(2026, 3, 1), date(2026, 3, 31)]


@pytest.fixture
def scene(house: House) -> Scene:
    made = Scene(house, house.tenant())
    for number, sold in enumerate(SALES):
        outcomes = [{MAJOR: FAIL}, {CRITICAL: REVIEW, PASSING: FAIL}, {}][number]
        made.case(
            f"C-{number}", outcomes, sale_date=sold, seller_number=f"S{number % 2}", seller_name="李娜", product="甲",
            created_at=now() - timedelta(days=20 * number),
        )  # fmt: skip
    return made


@pytest.fixture
def head(scene: Scene) -> Person:
    return scene.house.person(scene.tenant_id, Role.APPROVER)


def count(scene: Scene, who: Person, cut: Cut | None = None) -> Dashboard:
    return dashboard.count(scene.house.services, who.principal, cut or Cut())


def opened(who: Person, figure: Figure) -> int:
    assert figure.filter is not None
    return len(who.client.get("/api/v1/cases", params={**figure.filter, "limit": 200}).json()["items"])


def test_every_figure_opens_as_many_cases_as_it_counts(scene: Scene, head: Person) -> None:
    told = count(scene, head)
    figures = [
        *told.verdicts, *told.stages, *told.checks, *told.reviews, *told.sellers, *told.products,
        *(figure for month in told.months for figure in month.verdicts),
    ]  # fmt: skip
    assert len(figures) >= 12
    for figure in figures:
        assert opened(head, figure) == figure.number, figure


def test_months_sellers_and_ages_are_told_apart(scene: Scene, head: Person) -> None:
    told = count(scene, head)
    assert [(month.month, sum(one.number for one in month.verdicts)) for month in told.months] == [
        ("2026-02", 1),
        ("2026-03", 2),
    ]
    assert [(one.key, one.name, one.number, one.of) for one in told.sellers] == [
        ("S0", "李娜", 1, 2),
        ("S1", "李娜", 1, 1),
    ]
    assert [(one.key, one.number) for one in told.open_cases] == [("0-2", 1), ("2-7", 0), ("7-30", 1), (">30", 0)]
    assert told.open_findings == 3


def test_a_part_is_counted_with_its_own_filter(scene: Scene, head: Person) -> None:
    told = count(scene, head, Cut(sold_from=date(2026, 3, 15), sold_to=date(2026, 12, 31)))
    assert [(one.key, one.number) for one in told.verdicts] == [("compliant", 1)]
    assert told.checks == []
    month = told.months[0].verdicts[0]
    assert month.filter == {"verdict": "compliant", "sold_from": "2026-03-15", "sold_to": "2026-03-31"}
    assert opened(head, month) == 1


def test_what_people_decided_is_counted(scene: Scene, head: Person) -> None:
    case = scene.case("C-9", {MAJOR: FAIL})
    decisions.decide(scene.house.services, head.principal, case, MAJOR, Choice(Action.OVERRIDE, "是 yes", PASS))
    decisions.decide(scene.house.services, head.principal, case, PASSING, Choice(Action.OVERRIDE, "否 no", FAIL))
    told = count(scene, head)
    assert {one.key: one.number for one in told.checks} == {MAJOR: 1, PASSING: 2}
    other = scene.case("C-10", {CRITICAL: FAIL})
    decisions.decide(scene.house.services, head.principal, other, CRITICAL, Choice(Action.ACCEPT, "是 yes"))
    assert count(scene, head).waiting_for_second == 1


def test_confidential_checks_and_other_institutions_and_branches_are_not_counted(scene: Scene, head: Person) -> None:
    house = scene.house
    scene.case("C-9", {SECRET: FAIL})
    stranger = house.person(house.tenant("别家（虚构）"), Role.APPROVER)
    assert count(scene, stranger).verdicts == []
    assert SECRET not in {one.key for one in count(scene, head).checks}
    officer = house.person(scene.tenant_id, Role.AML_OFFICER)
    assert SECRET in {one.key for one in count(scene, officer).checks}
    shanghai = house.branch(scene.tenant_id)
    Scene(house, scene.tenant_id, shanghai).case("B-1", {MAJOR: FAIL})
    local = house.person(scene.tenant_id, Role.APPROVER, branch_id=shanghai)
    told = count(scene, local)
    assert [one.number for one in told.verdicts] == [1]
    assert [(one.key, one.name) for one in told.branches] == [(shanghai, "上海分公司")]
    assert count(scene, local, Cut(branch=house.branch(scene.tenant_id, "北京分公司"))).checks == []


def test_a_regulator_counts_only_what_was_granted(scene: Scene) -> None:
    granted = scene.house.person(
        scene.tenant_id, Role.REGULATOR, grant_start=date(2026, 3, 1), grant_end=date(2026, 3, 31)
    )
    told = count(scene, granted)
    assert sum(one.number for one in told.verdicts) == 2
    assert {one.key for one in told.checks} == {PASSING}


def test_the_miss_rate_stands_with_its_interval(scene: Scene, head: Person) -> None:
    services = scene.house.services
    with services.writing() as session:
        session.get_one(Tenant, scene.tenant_id).settings = {"blind_share": 1.0}
        session.flush()
        blind.draw_blind(services, session, system(scene.tenant_id), scene.batch_id, 3)
        looks = session.exec(select(BlindLook).where(BlindLook.check_id == "KYC-03")).all()
        for look, outcome in zip(looks, ("fail", "pass", "review"), strict=True):
            look.outcome, look.by, look.at = outcome, "u", now()
            session.add(look)
    misses = {one.key: one for one in count(scene, head).misses}
    assert (misses["KYC-03"].judged, misses["KYC-03"].missed, misses["KYC-03"].rate) == (2, 1, 0.5)
    assert misses["KYC-03"].low < 0.5 < misses["KYC-03"].high
    assert (misses["S2"].missed, misses["all"].missed) == (1, 1)
    assert misses["all"].waiting > 100


def test_what_a_reaudit_changed(scene: Scene, head: Person) -> None:
    with scene.house.services.writing() as session:
        done = ReAudit(
            tenant_id=scene.tenant_id, pack="cn-insurance", edition="2027.01", pack_sha256="", as_of=date(2027, 1, 1),
            by="u", created_at=now(), finished_at=now(), state="done",
        )  # fmt: skip
        session.add(done)
        session.flush()
        for number, moved in enumerate((("compliant", "non_compliant"), ("compliant", "compliant"))):
            case = _case(scene, f"C-{number}")
            session.add(ReAuditCase(reaudit_id=done.id, case_id=case, verdict_before=moved[0], verdict_after=moved[1]))
    found = count(scene, head).reaudits[0]
    assert (found.edition, [(one.key, one.number) for one in found.moves]) == (
        "2027.01",
        [("compliant>non_compliant", 1)],
    )


def test_the_route_answers_and_keeps_its_answer_for_a_minute(scene: Scene, head: Person) -> None:
    first = head.client.get("/api/v1/dashboard").json()
    scene.case("C-9", {MAJOR: FAIL})
    assert head.client.get("/api/v1/dashboard").json() == first
    assert sum(one["number"] for one in first["verdicts"]) == 3
    part = head.client.get("/api/v1/dashboard", params={"sold_from": "2026-03-01"}).json()
    assert sum(one["number"] for one in part["verdicts"]) == 2
    uploader = scene.house.person(scene.tenant_id, Role.UPLOADER)
    assert uploader.client.get("/api/v1/dashboard").status_code == 403


def test_the_export_holds_the_figures_and_no_formula(scene: Scene, head: Person) -> None:
    scene.case("C-9", {MAJOR: FAIL}, seller_number="=1+1", seller_name="@evil")
    answer = head.client.get("/api/v1/dashboard/export")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    told = count(scene, head)
    assert {row["key"]: int(row["number"]) for row in rows if row["figure"] == "verdicts"} == {
        one.key: one.number for one in told.verdicts
    }
    bad = next(row for row in rows if row["figure"] == "sellers" and "1+1" in row["key"])
    assert (bad["key"], bad["name"]) == ("'=1+1", "'@evil")
    administrator = scene.house.person(scene.tenant_id, Role.ADMINISTRATOR)
    assert administrator.client.get("/api/v1/dashboard/export").status_code == 403


def _case(scene: Scene, name: str) -> str:
    with scene.house.services.reading() as session:
        return session.exec(select(CaseRow.id).where(CaseRow.name == name)).one()
