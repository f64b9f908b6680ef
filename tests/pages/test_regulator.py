"""The supervisor's whole road: in by the sign-in page, masked and marked, a sample drawn, a case as it was judged, the
evidence taken away, and the trail that tells of all of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from api.clock import now
from api.permissions import Role
from api.principal import Grant
from api.tables import CaseRow
from api.workflow import accounts, kept
from tests.api.house import House, Person
from tests.api.judged import CRITICAL, FAIL, HOLDER_ID, MAJOR, PASS, Scene
from tests.api.paged import paged
from tests.pages.browser import PHONE, desk

PASSWORD = "a long way to the sea"


@dataclass(frozen=True)
class Supervised:
    scene: Scene
    cases: tuple[str, ...]
    login: str
    one_time: str
    person: Person


@pytest.fixture(scope="module")
def supervised(house: House) -> Iterator[Supervised]:
    """Three cases sold in October, with papers; one of September, which the grant does not cover."""
    scene = Scene(house, house.tenant("被检机构"))
    cases = []
    for number, day in enumerate((date(2026, 10, 5), date(2026, 10, 6), date(2026, 10, 7), date(2026, 9, 7))):
        made = paged(scene, f"{HOLDER_ID}-C{number}", outcomes={CRITICAL: FAIL})
        with house.services.writing() as session:
            row = session.get_one(CaseRow, made.case_id)
            row.sale_date, row.policy_no, row.policyholder = day, f"P2026{number}", "张伟"
        cases.append(made.case_id)
    grant = Grant(date(2026, 10, 1), date(2026, 10, 31))
    admin = house.person(scene.tenant_id, Role.ADMINISTRATOR)
    user, password = accounts.create_account(
        house.services,
        admin.principal,
        "jianguan.zhang",
        accounts.Rights(frozenset({Role.REGULATOR}), None, grant, now() + timedelta(days=7)),
        accounts.Details(name="张监管"),
    )
    person = house.person(
        scene.tenant_id, Role.REGULATOR, expires_at=now() + timedelta(days=3), grant_start=grant.start, grant_end=grant.end
    )  # fmt: skip
    yield Supervised(scene, tuple(cases), user.login, password, person)


def test_from_the_sign_in_to_the_evidence_and_the_trail(
    browser: Browser, supervised: Supervised, base: str, tmp_path: Path
) -> None:
    scene = supervised.scene
    with desk(browser, base, None) as desk_:
        page = desk_.page
        desk_.go("/samples")
        page.fill("#login", supervised.login)
        page.fill("#password", supervised.one_time)
        page.keyboard.press("Enter")
        page.wait_for_url("**/account")
        for field, value in (("current", supervised.one_time), ("new", PASSWORD), ("again", PASSWORD)):
            page.fill(f"#{field}", value)
        page.keyboard.press("Enter")
        page.wait_for_url("**/cases")
        expect(page.locator("svg.watermark text")).to_contain_text("张监管")
        assert HOLDER_ID not in page.content() and page.locator("tbody tr").count() == 3
        assert page.locator(".menu a", has_text="管理").count() == 0

        page.locator(".menu a", has_text="抽查").click()
        expect(page.locator("h1")).to_have_text("销售清单")
        page.locator("nav.tabs a", has_text="抽样").click()
        page.get_by_role("link", name="抽取样本").first.click()
        page.check("input[name=of][value=cases]")
        page.fill("input[name=amount]", "2")
        page.fill("#seed", "监管抽签 20261123")
        page.fill("#name", "现场检查")
        page.get_by_role("button", name="抽取", exact=True).click()
        expect(page.locator("h1")).to_have_text("现场检查")
        rows = page.locator("#drawn tbody tr")
        expect(rows).to_have_count(2)
        assert HOLDER_ID not in page.content()
        sample = page.url.rsplit("/", 1)[1]
        for case in supervised.cases[:3]:
            judged_otherwise(scene, case)

        rows.first.locator("a").first.click()
        expect(page.locator(".notice.then")).to_contain_text("此后已重新审核")
        expect(page.locator("svg.watermark text")).to_contain_text("仅供监管查阅")
        expect(page.locator(f"#{CRITICAL}")).to_be_visible()
        expect(page.locator(f"#{MAJOR}")).to_be_hidden()
        page.locator(f"#{CRITICAL} .finding-head").click()
        expect(page.locator(f"#{CRITICAL} .finding-body .place").first).to_be_visible()
        expect(page.locator(".pane.loading")).to_have_count(0)
        page.wait_for_function("document.querySelector('.pane img').naturalWidth > 0")
        assert HOLDER_ID not in page.content()
        desk_.accessible()
        desk_.shot("regulator-judged-then")

        page.locator("summary", has_text="下载当时的报告").click()
        with page.expect_download() as told:
            page.get_by_role("link", name="JSON").click()
        told.value.save_as(tmp_path / "case.json")
        report = json.loads((tmp_path / "case.json").read_text())
        outcomes = {one["check"]: one["outcome"] for one in report["findings"]}
        assert (outcomes[CRITICAL], outcomes[MAJOR]) == ("fail", "pass")
        assert HOLDER_ID not in json.dumps(report, ensure_ascii=False)
        with page.expect_download() as told:
            page.get_by_role("link", name="PDF").click()
        told.value.save_as(tmp_path / "case.pdf")
        assert (tmp_path / "case.pdf").read_bytes().startswith(b"%PDF")
        assert HOLDER_ID not in told.value.suggested_filename
        page.get_by_role("tab", name="页面图像").click()
        with page.expect_download() as told:
            page.locator("#files").get_by_role("link", name="下载").first.click()
        told.value.save_as(tmp_path / "page.jpg")
        assert (tmp_path / "page.jpg").read_bytes().startswith(b"\xff\xd8")

        page.locator(".menu a", has_text="审计轨迹").click()
        seen = {event["action"] for event in _own(page, base)}
        assert {"sample.drawn", "sample.viewed", "case.viewed", "page.viewed", "report.exported"} <= seen
        viewed = next(one for one in _own(page, base) if one["action"] == "case.viewed")
        assert viewed["detail"]["sample"] == sample
        expect(page.locator("main")).to_contain_text("report.exported")
        desk_.shot("regulator-trail")
        assert [fault for fault in desk_.faults if "401" not in fault] == []


def judged_otherwise(scene: Scene, case: str) -> None:
    """The same papers, and another check of them fails."""
    full = kept.audit(scene.house.services.blobs, scene.tenant_id, scene.stored(case).judgement_id or "")
    assert full is not None
    findings = tuple(replace(one, outcome=FAIL if one.check == MAJOR else PASS) for one in full.findings)
    scene.judge(case, {}, "reaudit", sources=full.sources, documents=full.documents, findings=findings)


def _own(page: Page, base: str) -> list[dict[str, Any]]:
    me = page.request.get(f"{base}/api/v1/me").json()["id"]
    told = page.request.get(f"{base}/api/v1/trail/events", params={"actor": me, "limit": 200}).json()
    return [event for event in told["items"] if event["actor_id"] == me]


def to(page: Page, words: str, key: str = "Tab") -> None:
    """Go on with the tabulator until what is focused says this."""
    for _ in range(90):
        page.keyboard.press(key)
        here = page.evaluate(
            "((one) => one.matches('a, button, input, select, summary') ? [one.innerText, one.value, one.name].join(' ') : '')"
            "(document.activeElement)"
        )
        if words in here:
            return
    raise AssertionError(f"the tabulator never comes to {words}")


def test_the_same_by_the_keyboard_alone(browser: Browser, supervised: Supervised, base: str) -> None:
    with desk(browser, base, supervised.person) as desk_:
        page = desk_.page
        keys = page.keyboard
        desk_.go("/cases")
        to(page, "抽查")
        keys.press("Enter")
        page.wait_for_url("**/populations")
        to(page, "抽样")
        keys.press("Enter")
        page.wait_for_url("**/samples")
        to(page, "抽取样本")
        keys.press("Enter")
        page.wait_for_url("**/samples/new")
        to(page, "amount")
        keys.press("Control+A")
        keys.type("1")
        to(page, "seed")
        keys.type("keyboard")
        keys.press("Enter")
        page.locator("#drawn").wait_for()
        to(page, "重新抽取并比对")
        keys.press("Enter")
        expect(page.locator(".notice.pass")).to_contain_text("一致")
        to(page, "*")  # the name of the case, masked
        keys.press("Enter")
        page.locator(".notice.then").wait_for()
        page.wait_for_load_state("networkidle")
        keys.press("j")
        page.locator(".finding.chosen .finding-body h3, .finding.chosen .finding-body details").first.wait_for()
        to(page, "下载当时的报告", "Shift+Tab")
        keys.press("Enter")
        to(page, "JSON")
        with page.expect_download() as told:
            keys.press("Enter")
        assert told.value.suggested_filename.endswith(".json")
        desk_.calm()


def test_it_fits_a_telephone_in_english_and_the_dark(browser: Browser, supervised: Supervised, base: str) -> None:
    sample = supervised.person.client.post("/api/v1/samples", json={"rule": {"of": "cases", "size": 3}}).json()
    assert HOLDER_ID not in supervised.person.client.get(f"/api/v1/samples/{sample['id']}/items").text
    with desk(browser, base, supervised.person, view=PHONE, language="en", dark=True) as desk_:
        for path in (
            "/populations",
            "/samples",
            "/samples/new",
            f"/samples/{sample['id']}",
            f"/samples/{sample['id']}/cases/1",
        ):
            desk_.go(path)
            assert desk_.page.evaluate("document.documentElement.scrollWidth") <= 375, path
            assert HOLDER_ID not in desk_.page.content()
            expect(desk_.page.locator("svg.watermark text")).to_contain_text("for supervision only")
            desk_.accessible()
            desk_.shot(f"regulator-phone-{path.strip('/').replace('/', '-')[:12]}{path[-6:].replace('/', '-')}")
