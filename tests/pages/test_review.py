"""The reviewer's road: the riskiest case, its findings beside the ink, a decision with its second person, a correction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, expect

from api.permissions import Role
from tests.api.house import House, Person
from tests.pages.browser import PHONE, desk
from tests.pages.worked import batch_of, case_id, work_off

CASE = "K-06-seller-pays"
CHECK = "CASH-02"  # critical: the seller paid the premium
FILES = ("case.yaml", "04投保资料合并.pdf", "05银行回单.pdf", "07保险单.pdf")


@dataclass(frozen=True)
class Scene:
    house: House
    base: str
    case: str
    reviewer: Person
    approver: Person


@pytest.fixture(scope="module")
def scene(house: House, base: str) -> Iterator[Scene]:
    tenant = house.tenant("审核机构")
    uploader = house.person(tenant, Role.UPLOADER)
    batch = batch_of(house, uploader.principal, [CASE], files=FILES)
    work_off(house, batch)
    yield Scene(
        house,
        base,
        case_id(house, batch, CASE),
        house.person(tenant, Role.REVIEWER),
        house.person(tenant, Role.APPROVER),
    )


def test_from_the_queue_to_a_decision_that_a_second_person_confirms(browser: Browser, scene: Scene) -> None:
    with desk(browser, scene.base, scene.reviewer) as reviewer:
        page = reviewer.page
        reviewer.go("/queue")
        reviewer.accessible()
        reviewer.shot("queue")
        page.get_by_role("button", name="处理下一件").click()
        page.wait_for_url("**/cases/*")
        assert page.locator(".path li").count() == 8
        finding = page.locator(f"#{CHECK}")
        finding.locator(".finding-head").click()
        finding.locator(".finding-body .place").first.wait_for()
        expect(page.locator(".pane").first.locator("img")).to_have_js_property("complete", True)
        expect(page.locator(".overlay .evidence").first).to_be_attached()
        reviewer.shot("case-finding")
        reviewer.accessible()
        finding.locator('input[value="pass"]').check()
        finding.locator('textarea[name="reason"]').first.fill("已电话核实，系同一人。")
        finding.get_by_role("button", name="记录决定").click()
        expect(finding.locator(".notice.pass")).to_contain_text("等待第二人确认")
        reviewer.calm()
    with desk(browser, scene.base, scene.approver, language="en") as approver:
        page = approver.page
        approver.go(f"/cases/{scene.case}#{CHECK}")
        finding = page.locator(f"#{CHECK}")
        finding.locator('.second input[name="reason"]').fill("Seen, agreed.")
        finding.get_by_role("button", name="Confirm", exact=True).click()
        expect(finding.locator(".notice.pass")).to_contain_text("holds")
        approver.accessible()
        approver.shot("case-confirmed-en")
        approver.calm()


def test_the_whole_review_by_keyboard(browser: Browser, scene: Scene) -> None:
    with desk(browser, scene.base, scene.reviewer, dark=True) as reviewer:
        page = reviewer.page
        reviewer.go(f"/cases/{scene.case}")
        page.wait_for_load_state("networkidle")
        page.keyboard.press("j")
        chosen = page.locator(".finding.chosen")
        chosen.locator(".finding-body form").first.wait_for()
        first = chosen.get_attribute("id")
        page.keyboard.press("j")
        expect(page.locator(".finding.chosen")).not_to_have_attribute("id", str(first))
        page.locator(".finding.chosen .finding-body .decide").wait_for()
        page.keyboard.press("a")
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
        reviewer.shot("case-keyboard-dark")
        assert page.evaluate("document.activeElement.closest('.decide') !== null")
        reviewer.calm()


def test_a_case_fits_a_telephone(browser: Browser, scene: Scene) -> None:
    with desk(browser, scene.base, scene.reviewer, view=PHONE) as reviewer:
        reviewer.go(f"/cases/{scene.case}")
        reviewer.page.wait_for_load_state("networkidle")
        assert reviewer.page.evaluate("document.documentElement.scrollWidth") <= 375
        reviewer.shot("case-phone")
        reviewer.go("/cases")
        assert reviewer.page.evaluate("document.documentElement.scrollWidth") <= 375
        reviewer.accessible()
