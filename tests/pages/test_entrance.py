from __future__ import annotations

import pyotp
import pytest
from playwright.sync_api import Browser

from api.permissions import Role
from api.workflow import accounts
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


def test_the_first_day_of_an_account(browser: Browser, house: House, base: str) -> None:
    """Sign in with the one-time password, change it, take a second factor, come back with a code; keyboard alone."""
    admin = house.person(house.tenant("首日机构"), Role.ADMINISTRATOR)
    made, password = accounts.create_account(
        house.services,
        admin.principal,
        "wang.min",
        accounts.Rights(frozenset({Role.REVIEWER})),
        accounts.Details(name="王敏"),
    )
    with desk(browser, base, None) as visitor:
        page = visitor.page
        visitor.go("/queue")
        page.keyboard.type("wang.min")
        page.keyboard.press("Tab")
        page.keyboard.type("wrong password")
        page.keyboard.press("Enter")
        page.wait_for_selector(".notice.fail")
        page.fill("#password", password)
        page.keyboard.press("Enter")
        page.wait_for_url("**/account")
        page.fill("#current", password)
        page.fill("#new", "a long way to the sea")
        page.fill("#again", "a long way to the sea")
        page.keyboard.press("Enter")
        page.wait_for_url("**/queue")
        visitor.accessible()
        visitor.go("/account")
        visitor.accessible()
        page.get_by_role("button", name="启用").click()
        secret = page.locator(".small .id").inner_text()
        visitor.shot("account-second-factor")
        page.fill('input[name="code"]', pyotp.TOTP(secret).now())
        page.keyboard.press("Enter")
        page.wait_for_selector("ul.id li")
        recovery = page.locator("ul.id li").first.inner_text()
        page.get_by_role("button", name="退出").click()
        page.wait_for_url("**/sign-in")
        page.fill("#login", "wang.min")
        page.fill("#password", "a long way to the sea")
        page.fill("#code", recovery)
        page.keyboard.press("Enter")
        page.wait_for_url("**/queue")
        assert [fault for fault in visitor.faults if "401" not in fault] == []
    assert made.login == "wang.min"
