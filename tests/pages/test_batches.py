"""The uploader's road: a batch, files dropped in, one refused, one moved, the work watched to its end."""

from __future__ import annotations

import threading
from pathlib import Path

from playwright.sync_api import Browser, expect

from api.permissions import Role
from tests.api.house import House
from tests.pages.browser import PHONE, desk
from tests.pages.worked import work_off

FORM = """人身保险投保单
投保单号：T2026030101
投保人姓名：林虚构
险种名称：福安终身寿险
投保日期：2026年3月1日
"""


def test_from_an_empty_list_to_a_judged_batch(browser: Browser, house: House, base: str, tmp_path: Path) -> None:
    uploader = house.person(house.tenant("上传机构"), Role.UPLOADER)
    one, two = tmp_path / "投保单.txt", tmp_path / '<img src=x onerror="document.title=1">.txt'
    one.write_text(FORM, encoding="utf-8")
    two.write_text("<script>document.title = 'broken into'</script>", encoding="utf-8")
    with desk(browser, base, uploader) as desk_:
        page = desk_.page
        desk_.go("/batches")
        desk_.accessible()
        desk_.shot("batches-empty")
        page.get_by_role("button", name="新建批次").first.click()
        page.fill("#name", "三月新单")
        page.keyboard.press("Enter")
        page.wait_for_url("**/batches/*-*")
        expect(page.get_by_role("button", name="开始审核")).to_be_disabled()
        page.fill("#into", "C-001")
        page.set_input_files("#pick-files", [one, two])
        page.locator('[data-folder="C-001"] li').nth(1).wait_for()
        desk_.accessible()
        desk_.shot("batch-filling")
        page.locator('[data-folder="C-001"] li', has_text="img").get_by_role("button", name="移动").click()
        page.fill("#move-to", "C-002")
        page.keyboard.press("Enter")
        page.locator('[data-folder="C-002"] li').wait_for()
        assert page.title() != "broken into" and page.title() != "1"
        page.get_by_role("button", name="开始审核").click()
        page.locator("#live").wait_for()
        desk_.shot("batch-working")
        batch = page.url.rsplit("/", 1)[1]
        worker = threading.Thread(target=work_off, args=(house, batch))
        worker.start()
        page.locator(".figures").wait_for(timeout=120_000)
        worker.join()
        assert page.locator("tbody tr").count() == 2
        desk_.accessible()
        desk_.shot("batch-done")
        desk_.calm()


def test_a_batch_fits_a_telephone_in_english(browser: Browser, house: House, base: str) -> None:
    uploader = house.person(house.tenant("手机机构"), Role.UPLOADER)
    with desk(browser, base, uploader, view=PHONE, language="en") as desk_:
        desk_.go("/batches")
        assert desk_.page.evaluate("document.documentElement.scrollWidth") <= 375
        desk_.accessible()
