"""Oversight: a list of sold policies is loaded and reconciled, samples are drawn, past cases are judged again and compared."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect
from sqlmodel import select

from api.permissions import Role
from api.tables import Draw, Population, ReAudit, SoldPolicy
from api.workflow import drafts, populations
from tests.api.doing import worker
from tests.api.house import House, Person
from tests.api.judged import CRITICAL, FAIL, MAJOR, REVIEW, Scene
from tests.pages.browser import PHONE, Desk, desk
from verifier.model import Outcome, Text

BRANCHES = ("上海分公司", "北京分公司", "苏州中心支公司")
OCTOBER = date(2026, 10, 1), date(2026, 10, 31)
POLICIES = 24


@pytest.fixture(scope="module")
def scene(house: House) -> Scene:
    """Cases of October: of 24 sold policies 14 were audited, some of those failed; two cases stand in no list."""
    made = Scene(house, house.tenant("抽查机构"))
    verdicts: tuple[dict[str, Outcome], ...] = ({}, {CRITICAL: FAIL}, {}, {MAJOR: REVIEW}, {})
    for number in range(14):
        made.case(
            f"C-{number:02d}",
            verdicts[number % 5],
            policy_no=f"P{number:02d}",
            sale_date=date(2026, 10, 1 + number),
            channel="bank" if number % 3 == 0 else "agent",
            product="安华福终身寿险",
            policyholder="张虚构",
        )
    made.case("清单外的案件", sale_date=date(2026, 10, 30), product="安华福终身寿险")
    made.case("无日期的案件")
    return made


@pytest.fixture(scope="module")
def approver(scene: Scene) -> Person:
    return scene.house.person(scene.tenant_id, Role.APPROVER)


def sold() -> list[list[str]]:
    heading = ["保单号", "分公司", "渠道", "险种类型", "产品名称", "业务员编号", "保费", "投保日期"]
    rows = [
        [f"P{n:02d}", BRANCHES[n % 3], "银保" if n % 3 == 0 else "个险", "分红", "安华福终身寿险", f"S{n % 4:03d}",
         str((n + 1) * 9000), f"2026-10-{1 + n:02d}"]
        for n in range(POLICIES)
    ]  # fmt: skip
    return [["2026年10月承保清单"], heading, *rows, ["P01"], ["P99", "", "", "", "", "", "", "2026-11-02"]]


def workbook(folder: Path) -> Path:
    """As an export looks: a title above the heading, a date that is one, a row twice and one outside the period."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in sold():
        sheet.append(row)
    sheet["H3"] = date(2026, 10, 1)
    kept = BytesIO()
    book.save(kept)
    place = folder / "十月承保.xlsx"
    place.write_bytes(kept.getvalue())
    return place


@pytest.fixture(scope="module")
def october(scene: Scene, approver: Person) -> str:
    """The same list, loaded and reconciled beforehand."""
    text = "\n".join(",".join(row) for row in sold()[1:])
    row = populations.load(scene.house.services, approver.principal, "十月承保", *OCTOBER, [text.encode()])
    return row.id


def states(scene: Scene, population_id: str) -> dict[str, str]:
    with scene.house.services.reading() as session:
        rows = session.exec(select(SoldPolicy).where(SoldPolicy.population_id == population_id)).all()
    return {row.policy_no: row.state for row in rows}


def calm_but_refused(desk_: Desk) -> None:
    """Nothing went wrong but what was meant to be refused."""
    assert [fault for fault in desk_.faults if "422" not in fault] == []


def fits(page: Page, width: int) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= width


# --- sold policies --------------------------------------------------------------------------------------


def test_a_list_is_loaded_reconciled_and_its_exclusions_add_up(
    browser: Browser, scene: Scene, base: str, approver: Person, tmp_path: Path
) -> None:
    with desk(browser, base, approver) as desk_:
        page = desk_.page
        desk_.go("/populations")
        page.get_by_role("link", name="载入清单").first.click()
        desk_.accessible()
        with page.expect_download() as example:
            page.get_by_role("link", name="下载样例").click()
        assert Path(example.value.path()).read_text("utf-8-sig").startswith("保单号,")
        page.fill("#name", "十月承保清单")
        page.fill("#start", "2026-10-31")
        page.fill("#end", "2026-10-01")
        page.set_input_files("#file", workbook(tmp_path))
        page.get_by_role("button", name="载入并核对").click()
        expect(page.locator(".notice.fail")).to_contain_text("期间不可用")
        assert page.input_value("#name") == "十月承保清单"
        desk_.shot("population-refused")
        page.fill("#start", "2026-10-01")
        page.fill("#end", "2026-10-31")
        page.set_input_files("#file", workbook(tmp_path))
        page.get_by_role("button", name="载入并核对").click()
        expect(page.locator("h1")).to_contain_text("十月承保清单")
        population = page.url.rsplit("/", 1)[1]
        assert sorted(states(scene, population).values()).count("missing") == POLICIES - 14
        expect(page.locator("details.notice summary")).to_contain_text("2 行未能采用")
        desk_.accessible()
        desk_.shot("population")

        page.locator(".key a").nth(3).click()  # what is missing
        expect(page.locator("tbody tr")).to_have_count(POLICIES - 14)
        page.get_by_role("button", name="排除所选").click()
        expect(page.locator(".notice.fail")).to_contain_text("请先勾选保单")
        for policy in ("P20", "P21"):
            page.get_by_role("checkbox", name=f"勾选 {policy}").check()
        page.get_by_role("button", name="排除所选").click()
        expect(page.locator(".notice.fail")).to_contain_text("请说明排除原因")
        expect(page.get_by_role("checkbox", name="勾选 P20")).to_be_checked()
        page.fill("#because", "承保前撤单")
        page.keyboard.press("Enter")
        expect(page.locator(".notice.pass")).to_contain_text("已排除 2 张保单")
        assert [states(scene, population)[one] for one in ("P20", "P21", "P22")] == ["excluded", "excluded", "missing"]
        page.get_by_role("link", name="查看已排除的保单").click()
        expect(page.locator("tbody tr").first).to_contain_text("承保前撤单")
        page.get_by_role("checkbox", name="勾选本页全部").check()
        desk_.shot("population-excluded")
        page.get_by_role("checkbox", name="勾选 P21").uncheck()
        page.get_by_role("button", name="恢复所选").click()
        expect(page.locator(".notice.pass")).to_contain_text("已恢复 1 张保单")
        assert states(scene, population)["P20"] == "missing"
        told = approver.client.get(f"/api/v1/populations/{population}").json()["totals"]
        assert (told["audited"], told["missing"], told["excluded"]) == (14, POLICIES - 15, 1)
        page.get_by_role("button", name="重新核对").click()
        expect(page.locator(".notice.pass")).to_contain_text("重新核对")
        page.get_by_role("link", name="1 件").first.click()
        expect(page.locator("tbody tr")).to_contain_text("清单外的案件")
        desk_.accessible()
        calm_but_refused(desk_)


def test_whoever_only_reads_sees_the_figures_and_no_acts(
    browser: Browser, scene: Scene, base: str, october: str
) -> None:
    reviewer = scene.house.person(scene.tenant_id, Role.REVIEWER)
    with desk(browser, base, reviewer, view=PHONE, language="en", dark=True) as desk_:
        page = desk_.page
        desk_.go("/populations")
        fits(page, 375)
        desk_.accessible()
        page.get_by_role("link", name="十月承保", exact=True).click()
        expect(page.locator("#policies tbody tr")).to_have_count(POLICIES)
        assert page.locator("input[name=policy_ids], .head form, #because").count() == 0
        fits(page, 375)
        desk_.accessible()
        desk_.shot("population-phone-dark")
        desk_.go(f"/populations/{october}?verdict=non_compliant&state=audited")
        expect(page.locator("#policies tbody tr")).to_have_count(3)
        desk_.go("/populations/new")
        expect(page.locator(".notice.fail")).to_be_visible()


# --- samples --------------------------------------------------------------------------------------------


def test_the_same_seed_draws_the_same_and_anybody_can_prove_it(
    browser: Browser, scene: Scene, base: str, approver: Person, october: str, tmp_path: Path
) -> None:
    with desk(browser, base, approver) as desk_:
        page = desk_.page
        desk_.go("/samples")
        desk_.accessible()
        desk_.go(f"/populations/{october}")
        digests = []
        for turn in range(2):
            page.get_by_role("link", name="从中抽样").click() if not turn else desk_.go(
                f"/samples/new?population={october}"
            )
            page.fill("input[name=amount]", "6")
            page.fill("#seed", "2026-10-开奖-4711")
            page.fill("#name", f"十月抽查 {turn}")
            page.check("input[name=method][value=risk]")
            page.check("input[name=strata]")
            if not turn:
                page.locator("summary", has_text="风险权重是什么").click()
                desk_.accessible()
                desk_.shot("sample-new")
            page.get_by_role("button", name="抽取", exact=True).click()
            expect(page.locator("h1")).to_contain_text(f"十月抽查 {turn}")
            digests.append(page.locator("#sample-digest").inner_text())
            drawn = page.locator("#drawn tbody tr td:nth-child(2)").all_inner_texts()
        assert digests[0] == digests[1] and len(drawn) == 6
        page.get_by_role("button", name="重新抽取并比对").click()
        expect(page.locator(".notice.pass")).to_contain_text("完全相同的样本")
        desk_.accessible()
        desk_.shot("sample")
        with page.expect_download() as frame:
            page.get_by_role("link", name="下载底册").click()
        frame.value.save_as(tmp_path / "frame.tsv")
        page.locator("summary", has_text="现成的小程序").click()
        with page.expect_download() as program:
            page.get_by_role("link", name="draw_again.py").click()
        program.value.save_as(tmp_path / "draw_again.py")
        command = page.locator("#command").inner_text()
        assert command.startswith('python draw_again.py frame.tsv "2026-10-开奖-4711" 6 branch')
        told = subprocess.run(
            [sys.executable, "draw_again.py", "frame.tsv", "2026-10-开奖-4711", "6", "branch"],
            cwd=tmp_path, capture_output=True, text=True, check=True,
        ).stdout.splitlines()  # fmt: skip
        assert told[0].endswith(page.locator("#frame-digest").inner_text())
        assert told[-1].endswith(digests[0])
        assert told[1:-1] == [text.split()[0] for text in drawn]
        desk_.calm()


def test_a_drawn_case_opens_as_it_was_judged_when_it_was_drawn(
    browser: Browser, scene: Scene, base: str, approver: Person
) -> None:
    case = scene.case("C-当时", {CRITICAL: FAIL}, policy_no="P77", sale_date=date(2026, 9, 3))
    made = approver.client.post(
        "/api/v1/samples", json={"rule": {"of": "cases", "size": 5, "start": "2026-09-01", "end": "2026-09-30"}}
    ).json()
    scene.judge(case, {MAJOR: REVIEW}, "reaudit")
    with desk(browser, base, approver) as desk_:
        page = desk_.page
        desk_.go(f"/samples/{made['id']}")
        row = page.locator("#drawn tbody tr")
        expect(row.locator("td").nth(2)).to_contain_text("不合规")
        expect(row.locator("td").nth(3)).to_contain_text("待补充")
        row.get_by_role("link", name="C-当时").click()
        expect(page.locator(".notice.then")).to_contain_text("只读")
        expect(page.locator(".notice.then")).to_contain_text("此后已重新审核")
        expect(page.locator(f"#{CRITICAL}")).to_be_visible()
        page.locator(f"#{CRITICAL} .finding-head").click()
        expect(page.locator(f"#{CRITICAL} .finding-body .place").first).to_be_visible()
        assert page.locator(".finding-body form, .decide").count() == 0
        desk_.accessible()
        desk_.shot("judged-then")
        page.get_by_role("link", name="打开现在的案件").click()
        expect(page.locator(f"#{MAJOR}")).to_be_visible()
        expect(page.locator(f"#{CRITICAL}")).to_be_hidden()
        assert [fault for fault in desk_.faults if "404" not in fault] == []  # this case has no page to show


# --- re-audits ------------------------------------------------------------------------------------------


def test_cases_are_judged_again_compared_and_adopted(
    browser: Browser, scene: Scene, base: str, approver: Person, october: str
) -> None:
    house = scene.house
    with desk(browser, base, approver) as desk_:
        page = desk_.page
        desk_.go("/reaudits")
        desk_.accessible()
        page.get_by_role("link", name="发起重新审核").first.click()
        page.select_option("select[name=population_id]", october)
        page.select_option("select[name=channel]", "bank")
        page.fill("#as_of", "2027-01-01")
        page.get_by_role("button", name="先看有多少件").click()
        expect(page.locator("#matching")).to_have_text("5")
        assert page.input_value("#as_of") == "2027-01-01"
        desk_.accessible()
        desk_.shot("reaudit-new")
        page.get_by_role("button", name="开始").click()
        expect(page.locator("#live")).to_contain_text("0 / 5")
        desk_.shot("reaudit-working")
        house.queue.run(worker(house.services))
        page.locator("#adopt").wait_for()  # the page renews itself
        reaudit = page.url.rsplit("/", 1)[1].partition("?")[0]
        told = approver.client.get(f"/api/v1/reaudits/{reaudit}").json()
        assert told["as_of"] == "2027-01-01" and told["cases"] == {"judged": 5}
        expect(page.locator("#cases tbody tr")).to_have_count(5)
        desk_.accessible()
        desk_.shot("reaudit")
        moved = page.locator(".moves a").first
        number = int(moved.inner_text())
        moved.click()
        expect(page.locator("#cases tbody tr")).to_have_count(number)
        page.locator("#checks .bars li a").first.click()
        expect(page.locator("#cases tbody tr").first).to_be_visible()
        page.locator("#cases tbody tr a").first.click()
        expect(page.locator(".notice.then")).to_contain_text("不影响案件的现有结论")
        desk_.accessible()
        page.go_back()
        page.once("dialog", lambda asked: asked.accept())
        page.get_by_role("button", name="采用结果").click()
        expect(page.locator("#live")).to_contain_text("已采用")
        house.queue.run(worker(house.services))
        expect(page.locator(".notice.pass")).to_contain_text("已被采用")
        with house.services.reading() as session:
            assert session.get_one(ReAudit, reaudit).state == "adopted"
        desk_.calm()


def test_a_re_audit_is_stopped_and_a_scope_without_cases_is_refused(
    browser: Browser, scene: Scene, base: str, approver: Person
) -> None:
    house = scene.house
    with desk(browser, base, approver, view=PHONE, language="en", dark=True) as desk_:
        page = desk_.page
        desk_.go("/reaudits/new?channel=phone")
        page.get_by_role("button", name="Begin", exact=True).click()
        expect(page.locator(".notice.fail")).to_contain_text("No judged case fits")
        assert page.input_value("select[name=channel]") == "phone"
        fits(page, 375)
        page.select_option("select[name=channel]", "bank")
        page.get_by_role("button", name="Begin", exact=True).click()
        page.once("dialog", lambda asked: asked.accept())
        page.get_by_role("button", name="Stop").click()
        expect(page.locator("h1")).to_contain_text("Stopped")
        fits(page, 375)
        desk_.accessible()
        desk_.go("/reaudits")
        fits(page, 375)
        desk_.accessible()
        desk_.shot("reaudits-phone-dark")
    house.queue.asked.clear()


def test_who_tries_a_draft_sees_re_audits_and_adopts_none(browser: Browser, scene: Scene, base: str) -> None:
    reviewer = scene.house.person(scene.tenant_id, Role.REVIEWER)
    with desk(browser, base, reviewer) as desk_:
        desk_.go("/reaudits")
        expect(desk_.page.locator("tbody tr").first).to_be_visible()
        assert desk_.page.get_by_role("link", name="发起重新审核").count() == 0
        desk_.page.locator("tbody a").last.click()
        assert desk_.page.get_by_role("button", name="采用结果").count() == 0
        desk_.go("/reaudits/new")
        expect(desk_.page.locator(".notice.fail")).to_contain_text("无权")


def test_the_trial_of_a_draft_leads_back_to_it(browser: Browser, scene: Scene, base: str) -> None:
    house = scene.house
    author = house.person(scene.tenant_id, Role.REVIEWER)
    draft = drafts.create(
        house.services,
        author.principal,
        pack="anhua-cn",
        base="cn-insurance",
        edition="2026.12",
        title=Text("安华清单", "Own"),
    ).id
    drafts.put_file(house.services, author.principal, draft, "parameters.yaml", "shared_phone_max: 1\n")
    told = author.client.post(f"/api/v1/drafts/{draft}/trial", json={"channel": "bank"})
    assert told.status_code == 202, told.text
    tried = told.json()["id"]
    house.queue.run(worker(house.services))
    with desk(browser, base, author) as desk_:
        page = desk_.page
        desk_.go("/reaudits")
        page.get_by_role("link", name="anhua-cn 2026.12").click()
        assert page.url.endswith(tried)
        expect(page.locator(".notice", has_text="草稿的试审")).to_be_visible()
        assert page.locator("#adopt").count() == 0
        desk_.accessible()
        assert page.get_by_role("link", name="打开这份草稿").get_attribute("href") == f"/drafts/{draft}"
        desk_.calm()


def test_nothing_of_it_is_there_for_another_institution(
    browser: Browser, house: House, base: str, scene: Scene
) -> None:
    stranger = house.person(house.tenant("别家机构"), Role.APPROVER)
    with scene.house.services.reading() as session:
        ids = [
            f"/{name}/{one}"
            for name, table in (("populations", Population), ("samples", Draw), ("reaudits", ReAudit))
            for one in session.exec(select(table.id).where(table.tenant_id == scene.tenant_id)).all()[:1]
        ]
    with desk(browser, base, stranger) as desk_:
        for path in ids:
            desk_.go(path)
            expect(desk_.page.locator("main")).to_contain_text("not_found")
