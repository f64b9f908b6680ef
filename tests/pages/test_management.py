"""The pages of those who answer for it: accounts and keys, checklists, trail, dashboard."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from api.clock import now
from api.permissions import Role
from tests.api.house import House
from tests.pages.browser import PHONE, desk

PAGES = ("/dashboard", "/checklists", "/checklists/cn-insurance", "/checklists/cn-insurance/PAY-02", "/trail", "/cases", "/queue",
         "/requests", "/blind", "/blind/done",
         "/batches", "/administration", "/administration/keys", "/administration/health", "/account",
         "/administration/accounts/new", "/administration/keys/new", "/institution", "/webhooks", "/webhooks/new", "/watches",
         "/watches/new", "/schedules", "/schedules/new", "/retention", "/references", "/references/kinds/sellers",
         "/populations", "/populations/new",
         "/samples", "/samples/new", "/reaudits", "/reaudits/new", "/drafts", "/drafts/new")  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_is_accessible_calm_and_fits(browser: Browser, house: House, base: str, language: str) -> None:
    person = house.person(
        house.tenant(f"全权机构{language}"), Role.UPLOADER, Role.REVIEWER, Role.APPROVER, Role.ADMINISTRATOR
    )
    view = PHONE if language == "en" else {"width": 1280, "height": 900}
    with desk(browser, base, person, language=language, view=view, dark=language == "en") as desk_:  # type: ignore[arg-type]
        for path in PAGES:
            desk_.go(path)
            assert desk_.page.evaluate("document.documentElement.scrollWidth") <= view["width"], path
            desk_.accessible()
            assert len(desk_.page.content().encode()) <= 150_000, path
        desk_.calm()


def test_an_administrator_lets_somebody_in_and_out(browser: Browser, house: House, base: str) -> None:
    admin = house.person(house.tenant("管理机构"), Role.ADMINISTRATOR)
    with desk(browser, base, admin) as desk_:
        page = desk_.page
        desk_.go("/administration")
        page.get_by_role("link", name="新建账户").click()
        page.fill("#name", "张虚构")
        page.fill("#login", "zhang.xg")
        page.check('input[name="roles"][value="reviewer"]')
        page.get_by_role("button", name="创建").click()
        expect(page.locator("#one-time")).not_to_be_empty()
        desk_.shot("administration-one-time-password")
        page.get_by_role("link", name="张虚构").click()
        page.once("dialog", lambda asked: asked.accept())
        page.get_by_role("button", name="关闭账户").click()
        expect(page.locator("tbody tr", has_text="zhang.xg")).to_have_count(0)
        desk_.go("/administration/keys")
        page.get_by_role("link", name="新建密钥").first.click()
        page.fill("#key-name", "核心系统")
        page.check('input[value="batch.write"]')
        page.get_by_role("button", name="创建").click()
        assert page.locator(".notice code").inner_text().startswith("vk_")
        desk_.go("/trail")
        page.get_by_role("button", name="立即核对").click()
        expect(page.locator(".notice.pass")).to_contain_text("轨迹完整")
        page.get_by_role("button", name="立即签名").click()
        expect(page.locator("tbody tr").first).to_contain_text("trail.signed")
        desk_.shot("trail-verified")
        desk_.calm()


def test_what_a_role_may_not_see_is_not_in_its_menu_and_is_refused_by_its_address(
    browser: Browser, house: House, base: str
) -> None:
    uploader = house.person(house.tenant("角色机构"), Role.UPLOADER)
    with desk(browser, base, uploader) as desk_:
        desk_.go("/batches")
        assert desk_.page.locator(".menu a", has_text="管理").count() == 0
        desk_.go("/administration")
        expect(desk_.page.locator(".notice.fail")).to_contain_text("无权")


def test_a_regulators_pages_are_marked_and_masked(browser: Browser, house: House, base: str) -> None:
    tenant = house.tenant("被检机构")
    regulator = house.person(tenant, Role.REGULATOR, expires_at=now() + timedelta(days=3))
    with desk(browser, base, regulator) as desk_:
        for path in ("/cases", "/dashboard", "/trail", "/checklists"):
            desk_.go(path)
            expect(desk_.page.locator("svg.watermark text")).to_contain_text("仅供监管查阅")
            desk_.accessible()
        assert desk_.page.locator(".menu a", has_text="管理").count() == 0
        desk_.shot("regulator")
        desk_.calm()
