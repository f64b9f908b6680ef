"""Scripts in everything that people and files can bring: stored, processed and shown, and none of it ever runs.

The walk happens in a browser that heeds no content security policy, so that escaping alone has to hold; then once more
in one that does, which must find nothing to complain of.
"""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect
from reportlab.pdfgen.canvas import Canvas
from sqlmodel import select

from api.permissions import Permission, Role
from api.principal import system
from api.tables import Action, BlindLook, CaseRow, FindingRow, Tenant, TenantKind, User
from api.workflow import (
    accounts,
    api_keys,
    batches,
    blind,
    comments,
    corrections,
    decisions,
    requests,
    tenants,
    uploads,
)
from api.workflow.deciding import Choice
from tests.api.house import AS_OF, House, Person
from tests.pages.browser import Desk, desk
from tests.pages.worked import work_off
from verifier.model import Outcome

IMG = '<img src=x onerror="window.ran=1">'
SCRIPT = "<script>window.ran=1</script>"
BROKEN_OUT = '"><svg onload=window.ran=1>'
FORMULA = "=cmd|'/c calc'!A1"
FOLDER = "C<svg onload=window.ran=1>-1"
FORM = f"""人身保险投保单
投保单号：T2026030101
投保人姓名：林{IMG}虚构
险种名称：{FORMULA}终身寿险
投保日期：2026年3月1日
"""
SVG = f'<svg xmlns="http://www.w3.org/2000/svg" onload="window.ran=1">{SCRIPT}<text>logo</text></svg>'
HTML = f"<!doctype html><html><head>{SCRIPT}</head><body onload='window.ran=1'>{IMG}</body></html>"
FILES = {
    f"投保单{IMG}.txt": FORM.encode(),
    "logo.svg": SVG.encode(),
    "page.html": HTML.encode(),
    "名单.csv": f"姓名,说明\n{FORMULA},{SCRIPT}\n{IMG},{BROKEN_OUT}\n".encode(),
}


def hostile_pdf() -> bytes:
    """Scripts in its metadata, in a form field and in its text; and one of its own."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 842))
    canvas.setTitle(SCRIPT)
    canvas.setAuthor(IMG)
    canvas.setSubject(BROKEN_OUT)
    canvas.drawString(60, 760, f"Application form {SCRIPT}")
    canvas.drawString(60, 740, IMG)
    canvas.acroForm.textfield(name=IMG, value=SCRIPT, tooltip=BROKEN_OUT, x=60, y=680, width=300)
    canvas.save()
    return out.getvalue()


@dataclass
class Planted:
    """An institution into which scripts were brought by every way there is."""

    house: House
    base: str
    person: Person
    regulator: Person
    batch: str
    filling: str
    case: str
    look: str
    checks: list[str] = field(default_factory=list)

    @property
    def paths(self) -> list[str]:
        """Every page that shows something of it."""
        case = f"/cases/{self.case}"
        return [
            "/batches", f"/batches/{self.filling}", f"/batches/{self.batch}", "/cases", f"/cases?text={quote(IMG)}",
            f"/cases?product={quote(SCRIPT)}&seller={quote(BROKEN_OUT)}", case, f"{case}/letter", f"{case}/letter?lang=en",
            "/queue", "/requests", "/requests?view=all", "/blind", f"/blind/{self.look}", "/blind/done?missed=true",
            "/dashboard", "/trail", f"/trail?action={quote(IMG)}&subject={quote(BROKEN_OUT)}", "/administration",
            "/administration/keys", "/account", f"/sign-in?next={quote('javascript:window.ran=1')}",
            f"/no-such-page/{quote(SCRIPT, safe='')}",
        ]  # fmt: skip


@pytest.fixture(scope="module")
def planted(house: House, base: str) -> Iterator[Planted]:
    services = house.services
    tenant = house.tenant(f"机构{IMG}", TenantKind.OPERATOR)
    roles = [role for role in Role if role is not Role.REGULATOR]
    person, other = house.person(tenant, *roles), house.person(tenant, *roles)
    with services.writing() as session:
        session.get_one(User, person.user.id).name = f"张{IMG}虚构"
        session.get_one(Tenant, tenant).settings = {"blind_share": 1.0}
    who = person.principal
    branch = tenants.create_branch(services, who, FORMULA)
    batch = batches.create(services, who, f"批{SCRIPT}", as_of=AS_OF, branch_id=branch.id)
    for name, data in {**FILES, "form.pdf": hostile_pdf()}.items():
        uploads.put_file(services, who, batch.id, f"{FOLDER}/{name}", (data,))
    declared = {
        "product": {"name": f"{FORMULA}两全保险"},
        "seller": {"name": BROKEN_OUT},
        "policyholder": {"name": IMG},
    }
    batches.declare(services, who, batch.id, FOLDER, declared)
    batches.submit(services, who, batch.id)
    work_off(house, batch.id)
    filling = batches.create(services, who, f"待{BROKEN_OUT}")
    uploads.put_file(services, who, filling.id, f"{FOLDER}/{IMG}.txt", (b"x",))
    uploads.put_file(services, who, filling.id, "cases.csv", (f"case\n{FOLDER}\n\n{IMG}\n".encode(),))
    case, look, checks = said(house, person, other, batch.id)
    tenants.create_branch(services, who, f"分公司{IMG}")
    rights = accounts.Rights(frozenset({Role.UPLOADER}))
    accounts.create_account(services, who, "li.xugou", rights, accounts.Details(name=f"李{SCRIPT}"))
    api_keys.create_key(services, who, f"系统{IMG}", frozenset({Permission.BATCH_READ}))
    yield Planted(house, base, person, house.person(tenant, Role.REGULATOR), batch.id, filling.id, case, look, checks)


def said(house: House, person: Person, other: Person, batch: str) -> tuple[str, str, list[str]]:
    """Reasons, notes and comments on the case of the batch; the case, a look that is done, the checks concerned."""
    services, who = house.services, person.principal
    with services.reading() as session:
        case = session.exec(select(CaseRow.id).where(CaseRow.batch_id == batch)).one()
        rows = session.exec(select(FindingRow).where(FindingRow.case_id == case, FindingRow.outcome == "fail")).all()
    plain = [row.check_id for row in rows if row.severity != "critical" and not row.confidential]
    first = plain[0]
    comments.write(services, who, case, f"留言{SCRIPT}", first)
    comments.write(services, who, case, f"整案{IMG}")
    requests.ask(services, who, case, first, "D-202", note=f"请补{IMG}{SCRIPT}")
    decisions.decide(services, who, case, first, Choice(Action.OVERRIDE, f"理由{BROKEN_OUT}", Outcome.PASS))
    reading = corrections.Reading(f"投保单{IMG}.txt", 1, "F01", "policyholder.name", f"林{SCRIPT}", f"更正{IMG}")
    corrections.correct(services, who, case, reading)
    with services.writing() as session:
        blind.draw_blind(services, session, system(who.tenant_id), batch, 7)
    with services.reading() as session:
        drawn = session.exec(select(BlindLook).where(BlindLook.case_id == case)).all()
    assert drawn, "a case that nothing passes in would leave this road untried"
    taken = blind.take(services, other.principal)
    assert taken is not None
    blind.judge(services, other.principal, taken.id, Outcome.FAIL, f"看到{IMG}{SCRIPT}")
    return case, taken.id, plain[:2]


def nothing_ran(page: Page, path: str) -> None:
    assert page.evaluate("window.ran") is None, path
    found = page.evaluate(
        """() => [...document.querySelectorAll("img[src='x'], svg[onload], [onerror], [onload], script:not([src])")]
          .map((one) => one.outerHTML)"""
    )
    assert found == [], path


def walk(window: Desk, planted: Planted) -> None:
    """Every page; on the page of the case all that unfolds when somebody looks closer."""
    page = window.page
    page.on("dialog", lambda dialog: (window.faults.append(f"dialog {dialog.message}"), dialog.dismiss()))
    for path in planted.paths:
        window.go(path)
        nothing_ran(page, path)
    window.go(f"/cases/{planted.case}")
    page.locator('.sift input[value="pass"]').check()
    for check in planted.checks:
        page.locator(f"#{check} .finding-head").click()
        page.locator(f"#{check} .finding-body form").first.wait_for()
        nothing_ran(page, check)
    for tab, shown in (("材料", "#documents table"), ("留言", "#comments li"), ("文件", "#files .place")):
        page.get_by_role("tab", name=tab).click()
        page.locator(shown).first.wait_for()
        nothing_ran(page, tab)
    for button in page.locator("#files .place").all():
        button.click()
        page.locator("rect.word").first.wait_for(state="attached")
        page.locator("rect.word").first.dispatch_event("click")
        expect(page.locator("#word")).to_be_visible()
        nothing_ran(page, "words")
    assert not [fault for fault in window.faults if "404" not in fault], window.faults


def test_nothing_that_was_brought_runs_though_no_policy_forbids_it(browser: Browser, planted: Planted) -> None:
    with desk(browser, planted.base, planted.person, lawless=True) as window:
        walk(window, planted)


def test_the_policy_finds_nothing_to_forbid(browser: Browser, planted: Planted) -> None:
    with desk(browser, planted.base, planted.person) as window:
        walk(window, planted)


def test_what_was_brought_is_text_in_every_page(planted: Planted) -> None:
    client = planted.person.client
    parts = [
        f"/cases/{planted.case}/papers",
        f"/batches/{planted.filling}/folders",
        f"/batches/{planted.batch}/progress",
    ]
    parts += [f"/cases/{planted.case}/findings/{check}" for check in planted.checks]
    shown = ""
    for path in [*planted.paths, *parts]:
        answer = client.get(path, headers={"HX-Request": "true"} if path in parts else {})
        for raw in (IMG, SCRIPT, BROKEN_OUT):
            assert raw not in answer.text, path
        shown += answer.text
    for raw in (IMG, SCRIPT, BROKEN_OUT, FORMULA):
        assert html.escape(raw).replace("&#x27;", "&#39;").replace("&quot;", "&#34;") in shown, raw


def test_a_regulators_pages_hold_it_as_text_too(planted: Planted) -> None:
    for path in planted.paths:
        answer = planted.regulator.client.get(path)
        for raw in (IMG, SCRIPT, BROKEN_OUT):
            assert raw not in answer.text, path


@pytest.mark.parametrize("name", ["logo.svg", "page.html", f"投保单{IMG}.txt", "form.pdf"])
def test_an_original_is_handed_over_and_never_shown(browser: Browser, planted: Planted, name: str) -> None:
    where = f"/api/v1/cases/{planted.case}/files/{quote(name)}"
    answer = planted.person.client.get(where)
    assert answer.content == {**FILES, "form.pdf": hostile_pdf()}[name] or name == "form.pdf"
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
    assert answer.headers["x-content-type-options"] == "nosniff"
    with desk(browser, planted.base, planted.person, lawless=True) as window:
        window.go("/account")
        with window.page.expect_download() as arriving:
            window.page.evaluate("address => { location.href = address; }", where)
        assert arriving.value.suggested_filename
        expect(window.page.locator("h1")).to_be_visible()
        nothing_ran(window.page, where)


def test_exports_hold_no_formula_and_reports_no_script(planted: Planted) -> None:
    client = planted.person.client
    sheet = client.get(f"/api/v1/batches/{planted.batch}/summary?format=xlsx")
    book = openpyxl.load_workbook(io.BytesIO(sheet.content))
    cells = [cell for page in book for row in page.iter_rows() for cell in row if cell.value is not None]
    assert cells and not [cell.coordinate for cell in cells if cell.data_type == "f"]
    assert any(FORMULA in str(cell.value) for cell in cells), [c.value for c in cells if "cmd" in str(c.value)]
    table = client.get("/api/v1/dashboard/export").content.decode("utf-8-sig")
    values = [value for row in csv.reader(io.StringIO(table)) for value in row]
    assert any(FORMULA in value for value in values), table
    assert not [value for value in values if value.startswith(("=", "+", "-", "@", "\t", "\r"))]
    for form in ("html", "json"):
        report = client.get(f"/api/v1/cases/{planted.case}/report?format={form}")
        assert report.headers["content-disposition"].startswith("attachment")
        assert form == "json" or not [raw for raw in (IMG, SCRIPT, BROKEN_OUT) if raw in report.text]
    letter = client.get(f"/api/v1/cases/{planted.case}/letter?format=html")
    assert letter.headers["content-disposition"].startswith("attachment")
    assert not [raw for raw in (IMG, SCRIPT, BROKEN_OUT) if raw in letter.text] and html.escape(SCRIPT) in letter.text
