"""The uploader's road: a batch, files dropped in, one refused, one moved, the work watched to its end."""

from __future__ import annotations

import hashlib
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route, expect
from sqlmodel import select

from api.clock import now
from api.pages import batches as pages_of_batches
from api.permissions import Role
from api.tables import Batch, BatchState, CaseRow, CaseState, SourceRow, SourceState, Upload
from api.workflow import batches, forming, uploads
from tests.api.house import House
from tests.api.judged import HOLDER_ID
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


def test_what_is_taken_and_why_not_is_told_while_it_arrives(
    browser: Browser, house: House, base: str, tmp_path: Path
) -> None:
    uploader = house.person(house.tenant("当场机构"), Role.UPLOADER)
    batch = batches.create(house.services, uploader.principal, "当场")
    good, empty, program = tmp_path / "投保单.txt", tmp_path / "空.pdf", tmp_path / "run.exe"
    good.write_text(FORM, encoding="utf-8")
    empty.touch()
    program.write_bytes(b"MZ\x90\x00\x03binary\x00\x00")
    manifest = tmp_path / "cases.csv"
    manifest.write_text("case,product.kind\nC-1,annuity\nC-9,health\n,health\n", encoding="utf-8")
    with desk(browser, base, uploader) as window:
        page = window.page
        window.go(f"/batches/{batch.id}")
        page.set_input_files("#pick-files", [good])
        expect(page.locator("#tally")).to_contain_text("1 件案件")
        page.fill("#into", "C-1")
        page.set_input_files("#pick-files", [good, empty, program])
        expect(page.locator('[data-folder="C-1"] li')).to_have_count(3)
        expect(page.locator("#filled")).to_contain_text("整个批次将作为一件案件审核")
        expect(page.locator("li", has_text="空.pdf").locator(".badge")).to_contain_text("文件为空")
        expect(page.locator("li", has_text="run.exe").locator(".badge")).to_contain_text("不支持的文件类型")
        page.fill("#into", "")
        page.set_input_files("#pick-files", [manifest])
        expect(page.locator("#filled")).to_contain_text("案件清单中另有 1 件案件没有文件夹")
        expect(page.locator("#filled")).to_contain_text("第 4 行没有案件编号")
        expect(page.locator('li[data-path="投保单.txt"]')).to_contain_text("不在任何案件中")
        page.locator('li[data-path="投保单.txt"]').drag_to(page.locator("[data-fresh]"))
        page.fill("#move-to", "C-2")
        page.keyboard.press("Enter")
        expect(page.locator('[data-folder="C-2"] li')).to_have_count(1)
        page.locator('li[data-path="C-2/投保单.txt"]').drag_to(page.locator('[data-folder="C-1"]'))
        expect(page.locator(".toast")).to_contain_text("目标位置已有文件")
        page.locator('li[data-path="C-1/run.exe"] [data-remove]').click()
        expect(page.locator('[data-folder="C-1"] li')).to_have_count(2)
        window.accessible()
        window.shot("batch-told-at-once")
        assert [fault for fault in window.faults if "409" not in fault] == []


def test_an_upload_that_was_cut_goes_on_when_one_comes_back(
    browser: Browser, house: House, base: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages_of_batches, "WHOLE_FILE", 4096)
    uploader = house.person(house.tenant("断线机构"), Role.UPLOADER)
    batch = batches.create(house.services, uploader.principal, "断线")
    large = tmp_path / "大文件.txt"
    large.write_bytes(FORM.encode() * 100)
    pieces = -(-large.stat().st_size // 4096)
    sent: list[str] = []

    def cut_after_two(route: Route) -> None:
        if route.request.method == "PATCH":
            sent.append(route.request.url)
        route.abort() if len(sent) > 2 else route.continue_()

    with desk(browser, base, uploader) as window:
        window.page.route("**/api/v1/uploads/*", cut_after_two)
        window.go(f"/batches/{batch.id}")
        window.page.fill("#into", "C-1")
        window.page.set_input_files("#pick-files", [large])
        expect(window.page.locator("#under-way li")).to_contain_text("大文件")
        window.page.wait_for_timeout(500)
        assert len(sent) > 2
    with desk(browser, base, uploader) as window:
        page = window.page
        window.go(f"/batches/{batch.id}")
        expect(page.locator("#filled")).to_contain_text("1 个文件未传完")
        page.get_by_role("button", name="开始审核").click()
        expect(page.locator(".notice.fail")).to_contain_text("有 1 个文件尚未传完")
        resumed: list[str] = []
        page.on("request", lambda asked: resumed.append(asked.method) if "/api/v1/uploads/" in asked.url else None)
        page.fill("#into", "C-1")
        page.set_input_files("#pick-files", [large])
        expect(page.locator('[data-folder="C-1"] .badge.pass')).to_be_visible()
        assert resumed.count("PATCH") == pieces - 2, "what had arrived is not sent again"
    with house.services.reading() as session:
        row = session.exec(select(Upload).where(Upload.batch_id == batch.id)).one()
    assert row.sha256 == hashlib.sha256(large.read_bytes()).hexdigest()


def test_work_is_watched_by_case_and_stopped(browser: Browser, house: House, base: str) -> None:
    uploader = house.person(house.tenant("进度机构"), Role.UPLOADER)
    services, who = house.services, uploader.principal
    batch = batches.create(services, who, "进度")
    for name in ("C-1", "C-2"):
        uploads.put_file(services, who, batch.id, f"{name}/投保单.txt", (FORM.encode(),))
    batches.submit(services, who, batch.id)
    forming.form(services, batch.id)
    with services.writing() as session:
        case = session.exec(select(CaseRow).where(CaseRow.batch_id == batch.id, CaseRow.name == "C-1")).one()
        case.state = CaseState.READING
        source = session.exec(select(SourceRow).where(SourceRow.case_id == case.id)).one()
        source.state = SourceState.REJECTED
        session.add_all((case, source))
    with desk(browser, base, uploader) as window:
        page = window.page
        window.go(f"/batches/{batch.id}")
        row = page.locator("#cases tbody tr", has_text="C-1")
        expect(row).to_contain_text("读取中")
        expect(row).to_contain_text("1 / 1")
        expect(row).to_contain_text("1 未读全")
        expect(page.locator('[data-part="sources"]')).to_contain_text("1 / 2")
        window.accessible()
        window.shot("batch-by-case")
        with services.writing() as session:
            session.get_one(CaseRow, case.id).state = CaseState.JUDGING
        expect(row).to_contain_text("审核中", timeout=15_000)
        page.once("dialog", lambda asked: asked.accept())
        page.get_by_role("button", name="停止").click()
        expect(page.locator(".notice", has_text="这个批次已停止")).to_be_visible()
        expect(page.locator("details", has_text="件案件有未能读全的文件")).to_be_visible()
        window.accessible()
        window.shot("batch-stopped")
    with services.reading() as session:
        assert session.get_one(Batch, batch.id).state == BatchState.CANCELLED


def test_a_regulator_sees_no_number_in_a_path_and_no_problem_that_quotes_one(house: House, base: str) -> None:
    tenant = house.tenant("遮盖机构")
    services, who = house.services, house.person(tenant, Role.UPLOADER).principal
    regulator = house.person(tenant, Role.REGULATOR, expires_at=now() + timedelta(days=3))
    made = batches.create(services, who, "遮盖")
    paths = (f"案{HOLDER_ID}/身份证{HOLDER_ID}.txt", f"{HOLDER_ID}.txt")
    came = [uploads.put_file(services, who, made.id, path, (b"x",)).upload for path in paths]
    with services.writing() as session:
        case = CaseRow(tenant_id=tenant, batch_id=made.id, name=f"案{HOLDER_ID}", created_at=now())
        session.add(case)
        session.flush()
        for upload in filter(None, came):
            row = SourceRow(
                tenant_id=tenant, batch_id=made.id, case_id=case.id, file=upload.path, sha256=upload.sha256,
                state=SourceState.REJECTED, upload_id=upload.id, created_at=now(),
            )  # fmt: skip
            session.add(row)
    assert "身份证3101" in regulator.client.get(f"/batches/{made.id}/folders").text
    for _ in range(2):
        for path in ("", "/folders", "/progress"):
            told = regulator.client.get(f"/batches/{made.id}{path}")
            assert told.status_code == 200 and HOLDER_ID not in told.text, path
            acts = ("data-path", '<form method="post"', "<button type")
            assert not [act for act in acts if act in told.text.partition("<main")[2]], path
        with services.writing() as session:
            batch = session.get_one(Batch, made.id)
            batch.state = BatchState.DONE
            quoted = {"zh": f"第 2 行 {HOLDER_ID}", "en": f"row 2 {HOLDER_ID}"}
            batch.problems = [{"file": "cases.csv", "code": "bad_row", "message": quoted, "hint": quoted}]
            session.add(batch)
