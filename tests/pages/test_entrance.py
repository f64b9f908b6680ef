from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from api.permissions import Role
from tests.api.house import House
from tests.pages.browser import PHONE, desk


@pytest.mark.parametrize("language", ["zh", "en"])
def test_whoever_is_not_signed_in_is_asked_to(browser: Browser, base: str, language: str) -> None:
    with desk(browser, base, None, language=language) as visitor:
        visitor.go("/?from=mail")
        assert "/sign-in?next=" in visitor.page.url
        assert visitor.page.locator("h1").inner_text() == ("登录" if language == "zh" else "Sign in")
        visitor.accessible()
        visitor.shot(f"sign-in-{language}")
        visitor.calm()


def test_a_page_that_is_not_there_says_so_as_a_page(browser: Browser, house: House, base: str) -> None:
    person = house.person(house.tenant(), Role.REVIEWER)
    with desk(browser, base, person, view=PHONE, dark=True) as reviewer:
        reviewer.go("/nothing-here")
        assert "not_found" in reviewer.page.locator("main").inner_text()
        reviewer.accessible()
        reviewer.shot("not-found-phone-dark")
