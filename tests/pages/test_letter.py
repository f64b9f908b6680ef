"""Papers asked for over all cases, and the letter of a case: on the screen, in both languages, and on paper."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from unicodedata import normalize

import pytest
from playwright.sync_api import Browser, expect
from pypdf import PdfReader

from api.clock import now
from api.permissions import Role
from api.tables import PaperRequest, RequestState
from api.workflow import requests
from tests.api.house import House, Person
from tests.api.judged import CRITICAL, FAIL, MAJOR, MINOR, SECRET, Scene
from tests.pages.browser import PHONE, desk

NUMBERS = count(1)
SELLER = "李虚构"


@dataclass
class Asked:
    """A case with three requests: one with a day, one that is overdue, one that is confidential."""

    house: House
    base: str
    institution: str
    scene: Scene
    case: str
    reviewer: Person
    dated: PaperRequest
    overdue: PaperRequest

    def state(self, one: PaperRequest) -> str:
        with self.house.services.reading() as session:
            return session.get_one(PaperRequest, one.id).state


@pytest.fixture
def asked(house: House, base: str) -> Iterator[Asked]:
    services = house.services
    institution = f"安禾人寿保险股份有限公司（虚构{next(NUMBERS)}）"
    scene = Scene(house, house.tenant(institution))
    case = scene.case("C-补件", {MAJOR: FAIL, MINOR: FAIL, SECRET: FAIL}, seller_name=SELLER, policy_no="P2026030101")
    reviewer = house.person(scene.tenant_id, Role.REVIEWER)
    officer = house.person(scene.tenant_id, Role.AML_OFFICER)
    requests.ask(services, officer.principal, case, SECRET, "P06", note="强化尽调 suspicious")
    due = now() + timedelta(days=14)
    dated = requests.ask(services, reviewer.principal, case, MAJOR, "D-202", note="正反两面，在有效期内", due_at=due)
    overdue = requests.ask(services, reviewer.principal, case, MINOR, "D-401")
    with services.writing() as session:
        session.get_one(PaperRequest, overdue.id).due_at = now() - timedelta(days=1)
    yield Asked(house, base, institution, scene, case, reviewer, dated, overdue)


def test_requests_of_all_cases_by_what_became_of_them(browser: Browser, asked: Asked) -> None:
    with desk(browser, asked.base, asked.reviewer) as window:
        page = window.page
        window.go("/requests")
        expect(page.locator("tbody tr")).to_have_count(2)
        assert "P06" not in page.content(), "what is confidential is not told to a reviewer"
        expect(page.locator('a[href="?view=overdue"]')).to_contain_text("1")
        window.accessible()
        window.shot("requests")
        page.get_by_role("link", name="已逾期").click()
        expect(page.locator("tbody tr")).to_have_count(1)
        expect(page.locator("tbody .badge.fail")).to_contain_text("已逾期")
        page.once("dialog", lambda dialog: dialog.accept())
        page.get_by_role("button", name="撤回").click()
        expect(page.locator(".empty-title")).to_contain_text("没有逾期")
        assert asked.state(asked.overdue) == RequestState.WITHDRAWN
        window.go("/requests?view=withdrawn")
        expect(page.locator("tbody tr")).to_have_count(1)
        page.locator("tbody a").first.click()
        page.wait_for_url(f"**/cases/{asked.case}")
        assert not [fault for fault in window.faults if "404" not in fault]  # this case has no file to show


def test_one_that_somebody_else_settled_is_told_on_the_list(browser: Browser, asked: Asked) -> None:
    with desk(browser, asked.base, asked.reviewer, view=PHONE, language="en", dark=True) as window:
        page = window.page
        window.go("/requests")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        window.shot("requests-phone-dark-en")
        requests.withdraw(asked.house.services, asked.reviewer.principal, asked.dated.id)
        page.once("dialog", lambda dialog: dialog.accept())
        page.locator(f'form[action="/requests/{asked.dated.id}/withdraw"] button').click()
        expect(page.locator(".notice.fail")).to_contain_text("settled already")
        window.accessible()


def test_the_letter_says_what_is_missing_and_never_what_is_confidential(browser: Browser, asked: Asked) -> None:
    with desk(browser, asked.base, asked.reviewer) as window:
        page = window.page
        window.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=asked.base)
        window.go(f"/cases/{asked.case}")
        page.get_by_role("link", name="补件函").click()
        page.wait_for_url("**/letter")
        letter = page.locator(".letter")
        expect(letter.locator(".letterhead")).to_have_text(asked.institution)
        expect(letter.locator("h1")).to_have_text("补充材料通知书")
        expect(letter.locator(".to")).to_have_text(f"{SELLER}：")
        expect(letter.locator("ol > li")).to_have_count(2)
        expect(letter).to_contain_text("正反两面，在有效期内")
        assert "suspicious" not in page.content() and "强化尽调" not in page.content()
        window.accessible()
        window.shot("letter")
        page.get_by_role("button", name="复制文字").click()
        expect(page.locator(".toast")).to_contain_text("已复制")
        taken = page.evaluate("navigator.clipboard.readText()")
        assert "补充材料通知书" in taken and "正反两面" in taken and "suspicious" not in taken
        with page.expect_download() as arriving:
            page.get_by_role("link", name="PDF").click()
        assert arriving.value.suggested_filename.endswith(".pdf")
        page.get_by_role("navigation", name="信函语言").get_by_role("link", name="English").click()
        expect(page.locator(".letter h1")).to_have_text("Request for further papers")
        expect(page.locator(".letter")).to_have_attribute("lang", "en")
        assert not [fault for fault in window.faults if "404" not in fault]


def test_on_paper_it_is_the_letter_alone_on_one_sheet_of_a4(browser: Browser, asked: Asked) -> None:
    with desk(browser, asked.base, asked.reviewer, dark=True) as window:
        window.go(f"/cases/{asked.case}/letter?lang=zh")
        window.page.emulate_media(media="print", color_scheme="dark")
        window.shot("letter-print")
        reader = PdfReader(io.BytesIO(window.page.pdf(prefer_css_page_size=True, print_background=True)))
        assert len(reader.pages) == 1
        sheet = reader.pages[0].mediabox
        assert (round(sheet.width), round(sheet.height)) == (595, 842)
        text = "".join(normalize("NFKC", reader.pages[0].extract_text()).split())
        assert "补充材料通知书" in text and normalize("NFKC", asked.institution) in text
        assert "复制文字" not in text and "退出" not in text and "English" not in text
        shown = window.page.locator(".letter").evaluate("one => getComputedStyle(one).backgroundColor")
        assert shown == "rgb(255, 255, 255)", "ink is not spent on a dark sheet"


def test_a_case_of_which_nothing_is_asked_says_what_to_do(browser: Browser, asked: Asked) -> None:
    empty = asked.scene.case("C-空", {CRITICAL: FAIL})
    with desk(browser, asked.base, asked.reviewer, view=PHONE) as window:
        window.go(f"/cases/{empty}/letter")
        expect(window.page.locator(".empty")).to_contain_text("请先在检查结果处提出补件要求")
        assert window.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        window.accessible()
        window.page.get_by_role("link", name="回到案件").click()
        window.page.wait_for_url(f"**/cases/{empty}")


def test_letters_and_requests_are_for_those_who_decide(asked: Asked) -> None:
    uploader = asked.house.person(asked.scene.tenant_id, Role.UPLOADER)
    stranger = asked.house.person(asked.house.tenant("别家保险公司"), Role.REVIEWER)
    for path in ("/requests", f"/cases/{asked.case}/letter"):
        assert uploader.client.get(path).status_code == 403
    assert stranger.client.get(f"/cases/{asked.case}/letter").status_code == 404
    assert "D-202" not in stranger.client.get("/requests?view=all").text
