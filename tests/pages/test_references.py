"""A list is loaded, its wrong lines are told, a better one takes its place, and it is withdrawn."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, expect
from sqlmodel import col, select

from api.permissions import Role
from api.tables import ReferenceList
from tests.api.house import House
from tests.pages.browser import PHONE, desk

WRONG = "phone,date\n13900000001,2026-01-01\n13900000002,某日\n"
RIGHT = "phone,date\n13900000001,2026-01-01\n13900000002,2026-02-01\n"
LISTED = "id,schema,name,aliases,birth_date,countries,identifiers,dataset,last_change\na-1,Person,虚构人,,1970-01-01,cn,,t,2026-11-20\n"


def current(house: House, tenant_id: str) -> dict[str, int]:
    with house.services.reading() as session:
        wanted = select(ReferenceList).where(
            ReferenceList.tenant_id == tenant_id, col(ReferenceList.replaced_at).is_(None)
        )
        return {row.file: row.rows for row in session.exec(wanted)}


def test_a_list_with_a_wrong_line_then_right_then_withdrawn(
    browser: Browser, house: House, base: str, tmp_path: Path
) -> None:
    tenant = house.tenant("名单机构")
    approver = house.person(tenant, Role.APPROVER)
    files = {name: tmp_path / name for name in ("退订名单.csv", "制裁名单 11月.csv")}
    with desk(browser, base, approver) as desk_:
        page = desk_.page

        def load(file: Path) -> None:
            page.set_input_files("#file", file)
            page.get_by_role("button", name="装入").click()

        desk_.go("/references")
        desk_.accessible()
        desk_.shot("references-empty")
        page.get_by_role("link", name="装入 拒绝来电登记").click()
        file = files["退订名单.csv"]
        file.write_text("电话,日期\n", encoding="utf-8")
        load(file)
        expect(page.locator(".notice.fail")).to_contain_text("缺少列")
        desk_.accessible()
        file.write_text(WRONG, encoding="gb18030")
        load(file)
        expect(page.locator(".lines li")).to_have_count(1)
        expect(page.locator(".lines li")).to_contain_text("第 3 行")
        desk_.accessible()
        desk_.shot("reference-wrong-line")
        assert current(house, tenant) == {"opt_out.csv": 1}
        page.get_by_role("link", name="装入新版").click()
        file.write_text(RIGHT, encoding="utf-8")
        load(file)
        expect(page.locator(".notice.pass")).to_contain_text("每一行都可用")
        assert current(house, tenant) == {"opt_out.csv": 2}
        desk_.go("/references/kinds/opt_out")
        expect(page.locator("tbody tr")).to_have_count(2)
        desk_.accessible()
        desk_.shot("reference-versions")
        desk_.go("/references/kinds/watchlist")
        listed = files["制裁名单 11月.csv"]
        listed.write_text(
            "id,schema,name,aliases,birth_date,countries,identifiers,dataset,last_change\n", encoding="utf-8"
        )
        load(listed)
        expect(page.locator(".notice.fail")).to_contain_text("没有可用的条目")
        listed.write_text(LISTED, encoding="utf-8")
        load(listed)
        page.wait_for_url("**/references/*-*")
        assert current(house, tenant) == {"opt_out.csv": 2, "watchlist-制裁名单-11月.csv": 1}
        page.once("dialog", lambda asked: asked.accept())
        page.get_by_role("button", name="停用").click()
        expect(page.locator("h1")).to_contain_text("不再使用")
        desk_.go("/references")
        desk_.shot("references")
        assert [fault for fault in desk_.faults if "422" not in fault] == []
    assert current(house, tenant) == {"opt_out.csv": 2}


def test_the_lists_fit_a_telephone_and_a_template_has_their_columns(browser: Browser, house: House, base: str) -> None:
    officer = house.person(house.tenant("手机名单"), Role.AML_OFFICER)
    with desk(browser, base, officer, view=PHONE, language="en", dark=True) as desk_:
        for path in ("/references", "/references/kinds/watchlist", "/references/kinds/sellers"):
            desk_.go(path)
            assert desk_.page.evaluate("document.documentElement.scrollWidth") <= 375, path
            desk_.accessible()
        desk_.shot("reference-phone-dark")
        desk_.calm()
    template = officer.client.get("/references/kinds/sellers/template.csv")
    assert template.text == "﻿number,name,institution,status,from,to\r\n"
    assert officer.client.get("/references/kinds/nothing").status_code == 404
