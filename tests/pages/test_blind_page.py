"""A blind second look: taken, judged from the paper without the machine's word, handed back, and counted by heads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import count

import pytest
from playwright.sync_api import Browser, expect
from sqlmodel import col, select

from api.clock import now
from api.permissions import Role
from api.principal import system
from api.tables import BlindLook, Tenant
from api.workflow import blind
from tests.api.house import House, Person
from tests.api.judged import HOLDER_ID, PASSING, Scene
from tests.api.paged import Paged, paged
from tests.pages.browser import PHONE, desk
from verifier.model import Outcome

NUMBERS = count(1)
SAID = "机器看到的 what the machine saw"


@dataclass
class Drawn:
    house: House
    base: str
    scene: Scene
    case: Paged
    reviewer: Person
    head: Person

    def look(self, who: Person, check: str = PASSING) -> BlindLook:
        """The look at this check of the case, taken by this person."""
        with self.house.services.writing() as session:
            look = session.exec(
                select(BlindLook).where(BlindLook.check_id == check, BlindLook.case_id == self.case.case_id)
            ).one()
            look.assigned_to = who.user.id
            session.add(look)
        return look

    def seen(self, look: BlindLook) -> BlindLook:
        with self.house.services.reading() as session:
            return session.get_one(BlindLook, look.id)


@pytest.fixture
def drawn(house: House, base: str) -> Iterator[Drawn]:
    scene = Scene(house, house.tenant(f"盲审机构{next(NUMBERS)}"), words={PASSING: SAID})
    case = paged(scene, outcomes={})
    with house.services.writing() as session:
        session.get_one(Tenant, scene.tenant_id).settings = {"blind_share": 1.0}
        session.flush()
        blind.draw_blind(house.services, session, system(scene.tenant_id), scene.batch_id, 7)
    reviewer = house.person(scene.tenant_id, Role.REVIEWER)
    yield Drawn(house, base, scene, case, reviewer, house.person(scene.tenant_id, Role.ADMINISTRATOR))


def test_a_reviewer_takes_one_and_judges_it_from_the_paper(browser: Browser, drawn: Drawn) -> None:
    with desk(browser, drawn.base, drawn.reviewer) as window:
        page = window.page
        window.go("/blind")
        window.accessible()
        page.get_by_role("button", name="领取一项").click()
        page.wait_for_url("**/blind/*-*")
        look = drawn.look(drawn.reviewer)
        with drawn.house.services.writing() as session:  # of those that they took by chance, this one is left
            for other in session.exec(select(BlindLook).where(col(BlindLook.id) != look.id)):
                other.assigned_to = None
                session.add(other)
        window.go("/blind")
        page.get_by_role("link", name="继续盲审").click()
        expect(page.locator("h1")).to_contain_text("是否满足：投保单必填项完整")
        expect(page.locator("rect.word").first).to_be_attached()
        whole = page.content()
        assert SAID not in whole and "badge pass" not in whole, "neither its words nor its outcome are on the page"
        assert page.locator("rect.evidence").count() == 0
        page.locator(".place", has_text="第3页").click()
        expect(page.locator("#viewer-page")).to_have_js_property("selectedIndex", 2)
        page.locator("rect.word").first.dispatch_event("click")
        expect(page.locator("#word a")).to_have_count(0)
        window.accessible()
        window.shot("blind-look")
        page.keyboard.press("a")
        page.keyboard.press("ArrowDown")
        expect(page.locator('input[value="fail"]')).to_be_checked()
        page.keyboard.press("Tab")
        page.keyboard.type("   ")
        page.get_by_role("button", name="提交结论").click()
        expect(page.locator(".notice.fail")).to_contain_text("请写明理由")
        expect(page.locator('input[value="fail"]')).to_be_checked()
        page.fill('textarea[name="reason"]', f"第3页没有日期，证件号 {HOLDER_ID}")
        page.get_by_role("button", name="提交结论").click()
        expect(page.locator("main")).to_contain_text("计为漏判")
        expect(page.locator(".badge.pass")).to_contain_text("满足")
        window.shot("blind-done")
        window.accessible()
        assert [fault for fault in window.faults if "422" not in fault] == []
    done = drawn.seen(look)
    assert (done.outcome, done.by) == (Outcome.FAIL, drawn.reviewer.user.id)
    assert drawn.scene.row(drawn.case.case_id, PASSING).doubted


def test_one_that_somebody_had_a_hand_in_is_refused_and_can_be_handed_back(browser: Browser, drawn: Drawn) -> None:
    look = drawn.look(drawn.reviewer)
    with drawn.house.services.writing() as session:
        row = drawn.scene.stored(drawn.case.case_id)
        row.assigned_to = drawn.reviewer.user.id
        session.merge(row)
    with desk(browser, drawn.base, drawn.reviewer, language="en", view=PHONE, dark=True) as window:
        page = window.page
        window.go(f"/blind/{look.id}")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        page.check('input[value="review"]')
        page.fill('textarea[name="reason"]', "blurred")
        page.get_by_role("button", name="Give this answer").click()
        expect(page.locator(".notice.fail")).to_contain_text("had a hand in this case")
        expect(page.locator('textarea[name="reason"]')).to_have_value("blurred")
        window.accessible()
        page.once("dialog", lambda asked: asked.accept())
        page.get_by_role("button", name="Hand it back").click()
        expect(page.locator("[role=status]", has_text="Handed back")).to_be_visible()
        expect(page.locator("h2", has_text="Nothing waits for you")).to_be_visible()
        window.shot("blind-phone-dark-en")
    assert drawn.seen(look).assigned_to is None


def test_heads_see_what_is_done_and_which_were_missed(browser: Browser, drawn: Drawn) -> None:
    services, who = drawn.house.services, drawn.reviewer.principal
    blind.judge(services, who, drawn.look(drawn.reviewer).id, Outcome.FAIL, f"漏判，证件号 {HOLDER_ID}")
    blind.judge(services, who, drawn.look(drawn.reviewer, "SIGN-01").id, Outcome.PASS, "看到签名")
    with desk(browser, drawn.base, drawn.head) as window:
        page = window.page
        window.go("/blind/done")
        expect(page.locator("tbody tr")).to_have_count(2)
        assert drawn.scene.stored(drawn.case.case_id).name not in page.content(), "an administrator reads no cases"
        page.get_by_role("link", name="仅漏判").click()
        expect(page.locator("tbody tr")).to_have_count(1)
        expect(page.locator("tbody")).to_contain_text("漏判：实为不满足")
        window.accessible()
        window.shot("blind-missed")
        window.calm()
    tenant = drawn.scene.tenant_id
    regulator = drawn.house.person(tenant, Role.REGULATOR, expires_at=now() + timedelta(days=3))
    told = regulator.client.get("/blind/done").text
    assert HOLDER_ID not in told and "漏判，证件号" in told
    assert regulator.client.get("/blind").status_code == 403
    other = drawn.house.person(drawn.house.tenant("别的机构"), Role.REVIEWER)
    assert "tbody" not in other.client.get("/blind/done").text
    assert other.client.get(f"/blind/{drawn.look(drawn.reviewer, 'PAY-02').id}").status_code == 404
