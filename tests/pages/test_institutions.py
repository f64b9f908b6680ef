"""Who lets others in: the operator an institution, its administrator people, branches, and the way they review."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import Browser, expect
from sqlmodel import select

from api.clock import today
from api.permissions import Role
from api.tables import Branch, Tenant, TenantKind, TrailEvent, User
from tests.api.house import House
from tests.pages.browser import PHONE, desk

PASSWORD = "a long way to the sea"


def test_an_institution_is_founded_and_its_administrator_comes_in(browser: Browser, house: House, base: str) -> None:
    operator = house.person(house.tenant("运营方", TenantKind.OPERATOR), Role.ADMINISTRATOR)
    with desk(browser, base, operator) as desk_:
        page = desk_.page
        desk_.go("/institutions")
        desk_.accessible()
        page.fill("#new-name", "运营方")
        page.fill("#new-login", "first@anhe.example")
        page.get_by_role("button", name="建立").click()
        expect(page.locator(".notice.fail")).to_contain_text("该名称已被使用")
        expect(page.locator("#new-login")).to_have_value("first@anhe.example")
        page.fill("#new-name", "安禾人寿（虚构）")
        page.get_by_role("button", name="建立").click()
        password = page.locator("#one-time").inner_text()
        desk_.accessible()
        desk_.shot("institutions-founded")
        with desk(browser, base, None) as other:
            other.go("/sign-in")
            other.page.fill("#login", "first@anhe.example")
            other.page.fill("#password", password)
            other.page.keyboard.press("Enter")
            other.page.wait_for_url("**/account")
            other.page.fill("#current", password)
            other.page.fill("#new", PASSWORD)
            other.page.fill("#again", PASSWORD)
            other.page.keyboard.press("Enter")
            other.page.wait_for_url("**/administration")
            expect(other.page.locator(".tabs a", has_text="审核设置")).to_be_visible()
            assert other.page.locator('.tabs a[href="/institutions"]').count() == 0
            other.go("/institutions")
            expect(other.page.locator(".notice.fail")).to_contain_text("无权")
        desk_.go("/institutions")
        expect(page.locator("#one-time")).to_have_count(0)
        row = page.locator("tbody tr", has_text="安禾人寿（虚构）")
        row.locator("summary").click()
        row.locator('input[name="name"]').fill("安禾人寿保险（虚构）")
        row.get_by_role("button", name="更名").click()
        row = page.locator("tbody tr", has_text="安禾人寿保险（虚构）")
        row.locator("summary").click()
        page.once("dialog", lambda asked: asked.accept())
        row.get_by_role("button", name="关闭机构").click()
        expect(row).to_contain_text("已关闭")
        assert [fault for fault in desk_.faults if "409" not in fault] == []
    with house.services.reading() as session:
        made = session.exec(select(Tenant).where(Tenant.name == "安禾人寿保险（虚构）")).one()
    assert made.closed_at is not None


def test_branches_people_their_roles_and_a_regulators_limits(browser: Browser, house: House, base: str) -> None:
    tenant = house.tenant("人员机构")
    admin = house.person(tenant, Role.ADMINISTRATOR)
    with desk(browser, base, admin) as desk_:
        page = desk_.page
        desk_.go("/administration")
        for name in ("苏州支公司", "无锡支公司"):
            page.get_by_label("新分支名称").fill(name)
            page.get_by_role("button", name="添加").click()
            expect(page.locator("#branches li", has_text=name)).to_be_visible()
        wuxi = page.locator("#branches li", has_text="无锡支公司")
        wuxi.locator("summary").click()
        page.once("dialog", lambda asked: asked.accept())
        wuxi.get_by_role("button", name="关闭分支").click()
        expect(wuxi).to_contain_text("已关闭")
        suzhou = page.locator("#branches li", has_text="苏州支公司")
        suzhou.locator("summary").click()
        suzhou.locator("input[name=name]").fill("苏州分公司")
        suzhou.get_by_role("button", name="更名").click()
        page.get_by_role("link", name="新建账户").click()
        page.fill("#login", "jianguan@example.gov")
        page.fill("#name", "赵虚构")
        page.check('input[name="roles"][value="regulator"]')
        page.get_by_role("button", name="创建").click()
        expect(page.locator(".notice.fail")).to_contain_text("须有起止日期")
        expect(page.locator("#login")).to_have_value("jianguan@example.gov")
        page.fill('input[name="start"]', "2026-01-01")
        page.fill('input[name="end"]', "2026-12-31")
        page.fill('input[name="expires"]', (today() + timedelta(days=30)).isoformat())
        page.locator(".regulator-only label", has_text="苏州分公司").locator("input").check()
        desk_.accessible()
        desk_.shot("account-regulator")
        page.get_by_role("button", name="创建").click()
        expect(page.locator("#one-time")).not_to_be_empty()
        desk_.shot("administration")
        page.get_by_role("link", name="赵虚构").click()
        expect(page.locator('input[name="end"]')).to_have_value("2026-12-31")
        page.fill('input[name="end"]', "2026-06-30")
        page.get_by_role("button", name="保存").click()
        expect(page.locator(".notice.pass")).to_be_visible()
        desk_.accessible()
        desk_.shot("account-one")
        assert [fault for fault in desk_.faults if "422" not in fault] == []
    with house.services.reading() as session:
        user = session.exec(select(User).where(User.login == "jianguan@example.gov")).one()
        branch = session.exec(select(Branch).where(Branch.tenant_id == tenant, Branch.name == "苏州分公司")).one()
    assert (user.roles, user.grant_branches, str(user.grant_end)) == (["regulator"], [branch.id], "2026-06-30")
    assert user.expires_at is not None
    assert not user.grant_unmasked


def test_the_roles_of_an_account_change_and_its_sign_ins_end(browser: Browser, house: House, base: str) -> None:
    tenant = house.tenant("角色变更")
    admin, person = house.person(tenant, Role.ADMINISTRATOR), house.person(tenant, Role.UPLOADER)
    with desk(browser, base, admin, view=PHONE, language="en", dark=True) as desk_:
        page = desk_.page
        desk_.go(f"/administration/accounts/{person.user.id}")
        desk_.accessible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 375
        page.check('input[name="roles"][value="reviewer"]')
        page.uncheck('input[name="roles"][value="uploader"]')
        page.get_by_role("button", name="Save").click()
        expect(page.locator(".notice.pass")).to_be_visible()
        desk_.shot("account-phone-dark")
        page.once("dialog", lambda asked: asked.accept())
        page.get_by_role("button", name="Reset the password").click()
        expect(page.locator("#one-time")).not_to_be_empty()
        desk_.go(f"/administration/accounts/{admin.user.id}")
        page.uncheck('input[name="roles"][value="administrator"]')
        page.check('input[name="roles"][value="reviewer"]')
        page.get_by_role("button", name="Save").click()
        expect(page.locator(".notice.fail")).to_contain_text("last administrator")
        assert [fault for fault in desk_.faults if "409" not in fault] == []
    assert person.client.get("/api/v1/me").status_code == 401
    with house.services.reading() as session:
        assert session.get_one(User, person.user.id).roles == ["reviewer"]


def test_how_an_institution_reviews_is_chosen_on_a_page(browser: Browser, house: House, base: str) -> None:
    tenant = house.tenant("复核机构")
    admin = house.person(tenant, Role.ADMINISTRATOR)
    with desk(browser, base, admin) as desk_:
        page = desk_.page
        desk_.go("/institution")
        desk_.accessible()
        expect(page.locator("#percent")).to_have_value("2")
        page.fill("#percent", "7.5")
        page.fill("#days", "30")
        page.get_by_role("button", name="保存").click()
        expect(page.locator(".notice.pass")).to_contain_text("已保存")
        desk_.shot("institution")
        desk_.calm()
    assert admin.client.get("/api/v1/institution/review-choices").json() == {
        "blind_share": 0.075, "waiver_max_days": 30,
    }  # fmt: skip
    inside = house.person(tenant, Role.ADMINISTRATOR, branch_id=house.branch(tenant))
    with desk(browser, base, inside) as desk_:
        desk_.go("/institution")
        expect(desk_.page.locator("#percent")).to_be_disabled()
        refused = inside.client.post("/institution/review-choices", data={"percent": "3", "days": "3"})
        assert refused.status_code == 403
    with house.services.reading() as session:
        told = select(TrailEvent.detail).where(TrailEvent.action == "institution.choices_changed")
        assert session.exec(told).one()["after"]["waiver_max_days"] == 30
