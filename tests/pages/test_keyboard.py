"""Every road that people take all day, walked without a mouse: from the first key to what stands in the database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlmodel import select

from api.permissions import Role
from api.standing import State
from api.tables import Action, Batch, BatchState, Correction, Decision, Upload
from api.workflow import decisions
from api.workflow.deciding import Choice
from tests.api.house import House, Person
from tests.api.judged import CRITICAL, FAIL, MAJOR, Scene
from tests.api.paged import Paged, paged
from tests.pages.browser import desk
from verifier.model import Outcome

MOST_TABS = 60


def tab_to(page: Page, selector: str, *, back: bool = False) -> None:
    """Tab on until the element has the focus, and shows it."""
    for _ in range(MOST_TABS):
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            assert page.evaluate("document.activeElement.matches(':focus-visible')"), selector
            return
        page.keyboard.press("Shift+Tab" if back else "Tab")
    raise AssertionError(f"{selector} is not reached with {MOST_TABS} tabs")


def chosen(page: Page, check: str) -> None:
    """`j` until this finding is open."""
    for _ in range(MOST_TABS):
        page.keyboard.press("j")
        if page.locator(".finding.chosen").get_attribute("id") == check:
            break
    expect(page.locator(f"#{check}.chosen .finding-body form").first).to_be_visible()


def test_an_uploader_brings_a_batch_in(browser: Browser, house: House, base: str, tmp_path: Path) -> None:
    uploader = house.person(house.tenant("键盘上传机构"), Role.UPLOADER)
    paper = tmp_path / "投保单.txt"
    paper.write_text("人身保险投保单\n投保人姓名：林虚构\n", encoding="utf-8")
    with desk(browser, base, uploader) as window:
        page = window.page
        window.go("/queue")
        page.keyboard.press("g")
        page.keyboard.press("b")
        page.wait_for_url("**/batches")
        tab_to(page, 'button[data-opens="new-batch"]')
        page.keyboard.press("Enter")
        page.keyboard.type("键盘批次")
        page.keyboard.press("Enter")
        page.wait_for_url("**/batches/*-*")
        tab_to(page, "#pick-files")
        with page.expect_file_chooser() as asked:
            page.keyboard.press("Space")
        asked.value.set_files([paper])
        expect(page.locator('li[data-path="投保单.txt"]')).to_be_visible()
        tab_to(page, "li [data-move]")
        page.keyboard.press("Enter")
        page.keyboard.type("C-键盘")
        page.keyboard.press("Enter")
        expect(page.locator('[data-folder="C-键盘"] li')).to_be_visible()
        expect(page.locator('[data-folder="C-键盘"] [data-move]')).to_be_focused()
        tab_to(page, "#start", back=True)
        page.keyboard.press("Enter")
        page.locator("#live").wait_for()
        batch = page.url.rsplit("/", 1)[1]
        window.accessible()
        assert not [fault for fault in window.faults if "403" not in fault]  # of the queue, which is not theirs
    with house.services.reading() as session:
        assert session.get_one(Batch, batch).state == BatchState.QUEUED
        assert [one.path for one in session.exec(select(Upload).where(Upload.batch_id == batch))] == [
            "C-键盘/投保单.txt"
        ]


@dataclass(frozen=True)
class Road:
    house: House
    base: str
    scene: Scene
    case: Paged
    reviewer: Person
    approver: Person


@pytest.fixture(scope="module")
def road(house: House, base: str) -> Iterator[Road]:
    scene = Scene(house, house.tenant("键盘审核机构"))
    reviewer, approver = (house.person(scene.tenant_id, role) for role in (Role.REVIEWER, Role.APPROVER))
    yield Road(house, base, scene, paged(scene, outcomes={MAJOR: FAIL, CRITICAL: FAIL}), reviewer, approver)


def test_a_reviewer_goes_from_the_queue_to_a_decision_and_a_correction(browser: Browser, road: Road) -> None:
    with desk(browser, road.base, road.reviewer) as window:
        page = window.page
        window.go("/queue")
        tab_to(page, 'form[action="/queue/next"] button.primary')
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/cases/{road.case.case_id}")
        page.wait_for_load_state("networkidle")
        chosen(page, MAJOR)
        page.keyboard.press("e")
        page.keyboard.press("a")
        tab_to(page, 'input[name="action"]')
        page.keyboard.press("ArrowDown")
        expect(page.locator(f'#{MAJOR} input[name="action"][value="pass"]')).to_be_checked()
        tab_to(page, 'textarea[name="reason"]')
        page.keyboard.type("原件上两处一致")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator(f"#{MAJOR} .notice.pass")).to_contain_text("已记录")
        expect(page.locator(f"#{MAJOR}")).to_have_attribute("data-outcome", "pass")
        expect(page.locator(f"#{MAJOR} .finding-head")).to_be_focused()
        page.keyboard.press("2")
        page.locator("#documents .correct").first.wait_for()
        tab_to(page, '.correct[data-field="policyholder.name"]')
        page.keyboard.press("Enter")
        page.keyboard.type("张维")
        page.keyboard.press("Tab")
        page.keyboard.type("手写的“维”被识别为“伟”")
        page.keyboard.press("Enter")
        expect(page.locator(".notice.review")).to_contain_text("正在重新审核")
        window.calm()
    services = road.house.services
    assert road.scene.row(road.case.case_id, MAJOR).effective == "pass"
    with services.reading() as session:
        made = session.exec(select(Correction).where(Correction.case_id == road.case.case_id)).one()
    assert (made.before, made.value, made.by) == ("张伟", "张维", road.reviewer.user.id)
    assert ("judge:correction", road.case.case_id) in road.house.queue.asked


def test_a_correction_that_cannot_be_is_told_where_it_is_typed(browser: Browser, road: Road) -> None:
    with desk(browser, road.base, road.reviewer, language="en") as window:
        page = window.page
        window.go(f"/cases/{road.case.case_id}#documents")
        tab_to(page, '.correct[data-field="policyholder.id_number"]')
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.type("it is the same")
        page.keyboard.press("Enter")
        expect(page.locator("#correction-problem")).to_contain_text("read already")
        expect(page.locator("#correction-reason")).to_have_value("it is the same")
        page.keyboard.press("Escape")
        expect(page.locator("#correction")).to_be_hidden()


def test_an_approver_confirms(browser: Browser, road: Road) -> None:
    case = road.scene.case("C-二", {CRITICAL: FAIL})
    choice = Choice(Action.OVERRIDE, "签名在附页", Outcome.PASS)
    decisions.decide(road.house.services, road.reviewer.principal, case, CRITICAL, choice)
    with desk(browser, road.base, road.approver) as window:
        page = window.page
        window.go("/cases")
        page.keyboard.press("g")
        page.keyboard.press("q")
        page.wait_for_url("**/queue")
        tab_to(page, 'form[action="/queue/next"]:has(input[value="second"]) button')
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/cases/{case}")
        page.wait_for_load_state("networkidle")
        chosen(page, CRITICAL)
        page.keyboard.press("a")
        page.keyboard.type("已核对附页签名")
        page.keyboard.press("Enter")
        expect(page.locator(f"#{CRITICAL} .notice.pass")).to_contain_text("决定生效")
        window.shot("keyboard-confirmed")
        assert not [fault for fault in window.faults if "404" not in fault]  # this case has no file to show
    row = road.scene.row(case, CRITICAL)
    assert (row.effective, row.state) == ("pass", State.DECIDED)
    with road.house.services.reading() as session:
        acts = session.exec(select(Decision.action).where(Decision.case_id == case)).all()
    assert sorted(acts) == ["confirm", "override"]
