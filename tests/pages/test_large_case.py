"""A case of 200 findings and 60 pages opens whole, asks for no picture that nobody looks at, and turns to page 57."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from api.permissions import Role
from tests.api.house import House, Person
from tests.api.judged import Scene
from tests.pages.browser import PHONE, Desk, desk
from tests.pages.large import FINDINGS, FIRST, FIRST_PAGE, LATE, LATE_PAGE, PAGES, large_case

MOST_BYTES = 100_000  # of a first page, without pictures


@dataclass(frozen=True)
class Opened:
    base: str
    case: str
    person: Person


@pytest.fixture(scope="module")
def opened(house: House, base: str) -> Iterator[Opened]:
    scene = Scene(house, house.tenant("大案机构"))
    person = house.person(scene.tenant_id, Role.UPLOADER, Role.REVIEWER, Role.APPROVER, Role.AML_OFFICER)
    yield Opened(base, large_case(scene).case_id, person)


def pictures(page: Page) -> list[int]:
    """The pages whose picture is asked for from now on, as it happens."""
    asked: list[int] = []

    def note(url: str) -> None:
        if urlsplit(url).path.endswith("/pages/picture"):
            asked.append(int(parse_qs(urlsplit(url).query)["page"][0]))

    page.on("request", lambda request: note(request.url))
    return asked


def test_pictures_are_asked_for_when_somebody_looks(browser: Browser, opened: Opened) -> None:
    with desk(browser, opened.base, opened.person) as reviewer:
        page = reviewer.page
        asked = pictures(page)
        reviewer.go(f"/cases/{opened.case}")
        expect(page.locator(".finding")).to_have_count(FINDINGS)
        expect(page.locator("#viewer-page option")).to_have_count(PAGES)
        expect(page.locator(".pane").first.locator("rect.word").first).to_be_attached()
        page.wait_for_load_state("networkidle")
        assert asked == [1], "opening a case shows its first page and asks for no other"
        finding = page.locator(f"#{LATE}")
        finding.locator(".finding-head").click()
        evidence = page.locator(".pane").first.locator(".overlay rect.evidence")
        expect(evidence).to_have_count(1)
        assert page.locator("#viewer-page").evaluate("list => list.selectedOptions[0].dataset.page") == str(LATE_PAGE)
        page.wait_for_load_state("networkidle")
        assert asked == [1, LATE_PAGE]
        in_sight(reviewer)
        page.locator(f"#{FIRST} .finding-head").click()
        expect(page.locator("#viewer-page")).to_have_js_property("selectedIndex", FIRST_PAGE - 1)
        page.wait_for_load_state("networkidle")
        assert asked == [1, LATE_PAGE, FIRST_PAGE]
        reviewer.shot("case-large")
        reviewer.accessible()
        reviewer.calm()


def test_on_a_telephone_a_piece_of_evidence_leads_to_the_page_below(browser: Browser, opened: Opened) -> None:
    with desk(browser, opened.base, opened.person, view=PHONE) as reviewer:
        page = reviewer.page
        reviewer.go(f"/cases/{opened.case}")
        page.locator(f"#{LATE} .finding-head").click()
        evidence = page.locator(f"#{LATE} .finding-body .place").first
        evidence.wait_for()
        expect(page.locator("#viewer")).not_to_be_in_viewport()
        evidence.click()
        expect(page.locator(".pane .overlay rect.evidence")).to_be_in_viewport()
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        reviewer.calm()


def in_sight(reviewer: Desk) -> None:
    """The evidence that is marked lies inside what the viewer shows."""
    reviewer.page.wait_for_function(
        """() => {
          const mark = document.querySelector(".overlay rect.evidence").getBoundingClientRect();
          const seen = document.querySelector(".pane .canvas").getBoundingClientRect();
          return mark.width > 20 && mark.left >= seen.left && mark.right <= seen.right
            && mark.top >= seen.top && mark.bottom <= seen.bottom;
        }"""
    )


def test_findings_are_sifted_by_outcome_and_severity(browser: Browser, opened: Opened) -> None:
    with desk(browser, opened.base, opened.person, language="en") as reviewer:
        page = reviewer.page
        reviewer.go(f"/cases/{opened.case}")
        shown = page.locator(".finding:visible")
        page.get_by_label("Major", exact=True).uncheck()
        page.get_by_label("Minor", exact=True).uncheck()
        critical = page.locator('.finding[data-severity="critical"]').count()
        assert 0 < critical < FINDINGS
        expect(shown).to_have_count(critical)
        page.locator('.sift input[value="review"]').uncheck()
        expect(shown).to_have_count(page.locator('.finding.fail[data-severity="critical"]').count())
        page.locator('.sift input[value="fail"]').uncheck()
        expect(page.locator("#none-shown")).to_be_visible()
        reviewer.calm()


@pytest.mark.parametrize("path", ["/queue", "/cases", "/batches", "/dashboard", "/cases/{case}"])
def test_a_first_page_is_light_over_the_wire(browser: Browser, opened: Opened, path: str) -> None:
    """Whatever a browser with an empty cache is sent until the page is quiet: page, styles, scripts and data."""
    with desk(browser, opened.base, opened.person) as visitor:
        wire = visitor.context.new_cdp_session(visitor.page)
        wire.send("Network.enable")
        wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
        urls: dict[str, str] = {}
        sizes: dict[str, int] = {}
        wire.on("Network.requestWillBeSent", lambda told: urls.update({told["requestId"]: told["request"]["url"]}))
        wire.on(
            "Network.loadingFinished", lambda told: sizes.update({told["requestId"]: int(told["encodedDataLength"])})
        )
        visitor.go(path.format(case=opened.case))
        visitor.page.wait_for_load_state("networkidle")
        sent = {urls[one]: size for one, size in sizes.items() if not urls[one].partition("?")[0].endswith("/picture")}
        assert len(sent) >= 4, sent
        assert sum(sent.values()) <= MOST_BYTES, sent
