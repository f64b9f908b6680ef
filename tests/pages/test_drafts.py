"""Can a compliance expert who never saw YAML change a checklist: figures, words, a form's labels; try it, and have it
published by somebody else?"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from reportlab.pdfgen.canvas import Canvas
from sqlmodel import select

from api.clock import now
from api.permissions import Role
from api.tables import PackDraft, SourceRow, SourceState
from api.workflow import draft_trials, drafts, kept
from samples import fonts
from tests.api.doing import worker
from tests.api.house import House, Person
from tests.api.judged import Scene, form
from tests.pages.browser import PHONE, Desk, desk
from verifier.model import Box, Source, Text, TextFrom, Transcript, Word
from verifier.model import Page as Sheet
from verifier.model import SourceState as Read
from verifier.packs.scenario import scenarios

WIDE, HIGH = 595, 842
FILE = "安华投保书.pdf"
PRINTED = (
    ("安华人寿投保书（虚构）", 0.36, 0.06),
    ("要保人姓名", 0.1, 0.14),
    ("张虚构", 0.27, 0.14),
    ("缴费方法", 0.1, 0.2),
    ("年缴", 0.27, 0.2),
    ("要保人亲签", 0.1, 0.8),
)
VALUE = Box(0.26, 0.133, 0.5, 0.165)  # where the name is filled in


@dataclass(frozen=True)
class Office:
    house: House
    base: str
    scene: Scene
    case: str
    author: Person
    publisher: Person


@pytest.fixture(scope="module")
def office(house: House, base: str) -> Office:
    scene = Scene(house, house.tenant("安华人寿（虚构）"))
    author = house.person(scene.tenant_id, Role.REVIEWER)
    publisher = house.person(scene.tenant_id, Role.APPROVER)
    return Office(house, base, scene, filed(scene), author, publisher)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Only the scenarios of one requirement, for time."""
    some = partial(scenarios, check="CONT-01")
    monkeypatch.setattr(draft_trials, "scenarios", lambda folder, check: some(folder))
    yield


def paper() -> bytes:
    """A company's own application form, with words that the checklist does not know."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(WIDE, HIGH))
    canvas.setFont(fonts.registered("sans"), 12)
    for text, left, top in PRINTED:
        canvas.drawString(left * WIDE, (1 - top) * HIGH - 12, text)
    canvas.rect(VALUE.left * WIDE, (1 - VALUE.bottom) * HIGH, VALUE.width * WIDE, VALUE.height * HIGH)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def filed(scene: Scene) -> str:
    """A judged case that holds the form, with its words."""
    services = scene.house.services
    stored = services.blobs.put(scene.tenant_id, (paper(),))
    words = tuple(Word(text, Box(left, top, left + 0.02 * len(text), top + 0.018)) for text, left, top in PRINTED)
    sheet = Sheet(1, WIDE, HIGH, 0, TextFrom.LAYER, words)
    kept.keep_transcript(
        services.blobs, scene.tenant_id, Transcript(stored.sha256, "application/pdf", (sheet,), reader="t")
    )
    case = scene.case("AH-2026-0007", policyholder="张虚构", product="安禾福泽终身寿险（分红型）")
    source = Source(FILE, stored.sha256, 1, Read.READ)
    document = form()
    pages = tuple(type(one)(FILE, 1, stored.sha256) for one in document.pages)
    scene.judge(case, {}, sources=(source,), documents=(type(document)(document.id, "F01", 0.98, pages, {}),))
    with services.writing() as session:
        session.add(
            SourceRow(
                tenant_id=scene.tenant_id, batch_id=scene.batch_id, case_id=case, file=FILE, sha256=stored.sha256,
                size=stored.size, state=SourceState.READ, pages=1, members=[kept.source_json(source)], reader="t",
                created_at=now(),
            )
        )  # fmt: skip
    return case


def begun(office: Office, pack: str, edition: str = "2027.01") -> PackDraft:
    return drafts.create(
        office.house.services, office.author.principal, pack=pack, base="cn-insurance", edition=edition,
        title=Text("安华销售合规清单", "Anhua’s checklist"),
    )  # fmt: skip


def stored(office: Office, draft_id: str) -> PackDraft:
    with office.house.services.reading() as session:
        return session.get_one(PackDraft, draft_id)


def at_work(office: Office) -> None:
    office.house.queue.run(worker(office.house.services))


def draw(page: Page, box: Box) -> None:
    """A box with the mouse, over the page as it is shown."""
    image = page.locator("#drawing img")
    expect(image).to_have_js_property("complete", True)
    image.scroll_into_view_if_needed()
    shown = image.bounding_box()
    assert shown
    page.mouse.move(shown["x"] + box.left * shown["width"], shown["y"] + box.top * shown["height"])
    page.mouse.down()
    page.mouse.move(shown["x"] + box.right * shown["width"], shown["y"] + box.bottom * shown["height"], steps=4)
    page.mouse.up()


def calm_but(at: Desk, *refusals: int) -> None:
    """Nothing went wrong in the browser but what was meant to be refused."""
    assert [one for one in at.faults if not any(f"status of {code}" in one for code in refusals)] == []


# --- the whole road ---------------------------------------------------------------------------------


def test_from_a_checklist_to_a_new_edition_that_judges(browser: Browser, office: Office, few: None) -> None:
    with desk(browser, office.base, office.author) as author:
        page = author.page
        author.go("/checklists")
        author.accessible()
        page.get_by_role("link", name="中国大陆保险销售合规检查清单").click()
        page.get_by_role("link", name="以此新建草稿").click()
        page.fill("#zh", "安华销售合规清单")
        page.fill("#pack", "cn-insurance")
        page.get_by_role("button", name="开始编写").click()
        expect(page.locator(".notice.fail")).to_contain_text("系统自带清单的名称")
        assert page.input_value("#zh") == "安华销售合规清单"
        page.fill("#pack", "anhua-cn")
        page.fill("#edition", "2026.12")
        page.get_by_role("button", name="开始编写").click()
        expect(page.locator(".next")).to_contain_text("还没有改动")
        draft_id = page.url.rsplit("/", 1)[1].partition("?")[0]

        # a figure: first something that is none
        page.get_by_role("link", name="修改参数").click()
        author.accessible()
        figure = page.locator("#v-shared_phone_max")
        figure.fill("三个")
        page.get_by_role("button", name="保存参数").click()
        expect(page.locator(".notice.fail")).to_contain_text("请填写数字")
        assert figure.input_value() == "三个"
        expect(page.locator(".value", has=figure).locator(".wrong")).to_be_visible()
        figure.fill("1")
        page.locator("#v-risk_test\\/valid_months").fill("6")
        page.get_by_role("button", name="保存参数").click()
        expect(page.locator(".value.changed")).to_have_count(2)
        expect(page.locator(".value.changed del").first).to_have_text("12")
        author.shot("draft-parameters-changed")
        assert stored(office, draft_id).files == {
            "parameters.yaml": "shared_phone_max: 1\nrisk_test: {valid_months: 6}\n"
        } or (
            set(stored(office, draft_id).files["parameters.yaml"].split("\n"))
            == {"risk_test: {valid_months: 6}", "shared_phone_max: 1", ""}
        )

        # a word
        page.get_by_role("link", name="词表与表述").click()
        page.get_by_label("查找名称或词语").fill("返现")
        page.get_by_role("button", name="查找").click()
        page.get_by_role("link", name="合同外利益的话语").click()
        words = page.locator(".list", has=page.get_by_role("heading", name="表述", exact=False)).first
        words.get_by_label("添加到").fill("返油券")
        words.get_by_role("button", name="添加").click()
        expect(page.locator(".words .added")).to_contain_text("返油券")
        author.accessible()
        author.shot("draft-word-list")

        # the company's own label, from the page itself
        page.get_by_role("link", name="在页面上标注", exact=True).click()
        page.get_by_role("link", name="AH-2026-0007").click()
        draw(page, VALUE)
        expect(page.locator("#suggestions input:checked")).to_have_value("要保人姓名")
        page.select_option("#field", "policyholder.name")
        author.accessible()
        author.shot("draft-labels-drawn")
        page.get_by_role("button", name="加入草稿").click()
        expect(page.locator(".notice.pass")).to_contain_text("要保人姓名")
        page.get_by_role("link", name="查看改动").click()
        expect(page.locator(".change")).to_have_count(3)
        expect(page.locator(".changes")).to_contain_text(["要保人姓名"])
        author.shot("draft-overview")
        author.accessible()

        # its scenarios: one comes out otherwise, as it must
        page.get_by_role("button", name="运行情景测试").click()
        expect(page.locator(".notice")).to_contain_text("正在运行")
        at_work(office)
        page.get_by_role("link", name="立即刷新").click()
        first = page.locator(".scenario").first
        expect(first).to_contain_text("预期")
        expect(first.locator(".badge")).to_have_count(2)
        author.accessible()
        author.shot("draft-tests")

        # past cases
        page.get_by_role("link", name="试审", exact=True).click()
        page.get_by_role("button", name="开始试审").click()
        at_work(office)
        author.go(f"/drafts/{draft_id}/trials")
        expect(page.locator(".trial")).to_contain_text("逐案查看")
        author.accessible()
        author.shot("draft-trials")
        page.get_by_role("link", name="概览").click()
        page.once("dialog", lambda asked: asked.accept())
        page.get_by_role("button", name="提交发布").click()
        expect(page.locator(".next")).to_contain_text("等待发布")
        assert page.get_by_role("button", name="发布为").count() == 0
        calm_but(author, 409, 422)

    with desk(browser, office.base, office.publisher) as publisher:
        page = publisher.page
        publisher.go("/drafts")
        publisher.accessible()
        publisher.shot("drafts")
        page.get_by_role("link", name="安华销售合规清单").click()
        page.get_by_label("退回理由").fill("请说明为何只允许一人共用电话。")
        page.get_by_role("button", name="退回修改").click()
        expect(page.locator(".notice.review")).to_contain_text("为何只允许一人")
        drafts.propose(office.house.services, office.author.principal, draft_id)
        publisher.go(f"/drafts/{draft_id}")
        publisher.accessible()
        publisher.shot("draft-to-publish")
        page.once("dialog", lambda asked: asked.accept())
        page.get_by_role("button", name="发布为").click()
        expect(page.locator(".notice.pass").first).to_contain_text("已发布")
        publisher.go("/checklists")
        expect(page.locator("tbody tr", has_text="安华销售合规清单")).to_contain_text("2026.12")
        page.get_by_role("link", name="安华销售合规清单").click()
        publisher.go("/checklists/anhua-cn/CONT-01")
        expect(page.locator("aside")).to_contain_text("1 人")
        publisher.accessible()
        publisher.calm()

    pack = office.house.services.editions.pack("anhua-cn", office.scene.tenant_id)
    assert (pack.info.edition, pack.parameters.get("shared_phone_max")) == ("2026.12", 1)
    sheet = next(one for one in pack.types if one.code == "F01")
    labels = {name: one.labels for one in sheet.fields for name, _ in one.named()}
    assert labels["policyholder.name"][0] == "要保人姓名"
    assert "返油券" in pack.lexicons["inducements"]["phrases"]  # type: ignore[index]
    tried = office.house.person(office.scene.tenant_id, Role.APPROVER).client
    begun_ = tried.post("/api/v1/reaudits", json={"pack": "anhua-cn"}).json()
    at_work(office)
    done = tried.get(f"/api/v1/reaudits/{begun_['id']}").json()
    assert (done["edition"], done["pack_sha256"], done["cases"]) == ("2026.12", pack.sha256, {"judged": 1})


# --- by the keyboard alone --------------------------------------------------------------------------


def tab_to(page: Page, wanted: Locator, most: int = 60) -> None:
    """Go on with Tab until the element has the focus."""
    for _ in range(most):
        if wanted.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{wanted} is not reached by Tab")


def test_a_label_is_taught_by_the_keyboard_alone(browser: Browser, office: Office) -> None:
    with desk(browser, office.base, office.author, dark=True) as author:
        page = author.page
        author.go("/drafts")
        tab_to(page, page.get_by_role("link", name="新建草稿").first)
        page.keyboard.press("Enter")
        page.wait_for_url("**/drafts/new")
        tab_to(page, page.locator("#pack"))
        page.keyboard.type("anhua-keys")
        tab_to(page, page.get_by_role("button", name="开始编写"))
        page.keyboard.press("Enter")
        page.wait_for_selector(".next")
        draft_id = page.url.rsplit("/", 1)[1]
        tab_to(page, page.locator(".next").get_by_role("link", name="在页面上标注"))
        page.keyboard.press("Enter")
        page.wait_for_url("**/labels")
        tab_to(page, page.get_by_role("link", name="AH-2026-0007"))
        page.keyboard.press("Enter")
        page.wait_for_selector("#drawing img")
        tab_to(page, page.locator("#drawing"))
        page.keyboard.press("ArrowRight")  # a box in the middle
        for key, times in (("ArrowLeft", 28), ("ArrowUp", 13), ("Shift+ArrowRight", 8), ("Shift+ArrowDown", 2)):
            for _ in range(times):
                page.keyboard.press(key)
        assert [page.input_value(f'input[name="{side}"]') for side in ("left", "top", "width", "height")] == [
            "26", "13.5", "24", "3.5",
        ]  # fmt: skip
        page.keyboard.press("Enter")
        expect(page.locator("#suggestions input:checked")).to_have_value("要保人姓名")
        author.shot("draft-labels-keyboard-dark")
        tab_to(page, page.locator("#field"))
        for _ in range(20):
            if page.input_value("#field") == "policyholder.name":
                break
            page.keyboard.press("ArrowDown")
        tab_to(page, page.get_by_role("button", name="加入草稿"))
        page.keyboard.press("Enter")
        expect(page.locator(".notice.pass")).to_contain_text("要保人姓名")
        author.calm()
    assert "要保人姓名" in stored(office, draft_id).files["documents/F01-application-form.yaml"]


def test_a_label_is_taught_without_any_script(browser: Browser, office: Office) -> None:
    row = begun(office, "anhua-plain")
    context = browser.new_context(java_script_enabled=False, locale="en-GB")
    context.add_cookies([
        {"name": "verifier_session", "value": office.author.token, "url": office.base},
        {"name": "verifier_language", "value": "en", "url": office.base},
    ])  # fmt: skip
    page = context.new_page()
    page.goto(f"{office.base}/drafts/{row.id}/labels?case={office.case}")
    for side, value in (("left", "26"), ("top", "19.4"), ("width", "20"), ("height", "3")):
        page.fill(f'input[name="{side}"]', value)
    page.get_by_role("button", name="Look for words").click()
    expect(page.locator('input[name="choice"]').first).to_have_value("缴费方法")
    page.select_option("#field", "pay_mode")
    page.get_by_role("button", name="Add to the draft").click()
    expect(page.locator(".notice.pass")).to_contain_text("缴费方法")
    context.close()
    assert "缴费方法" in stored(office, row.id).files["documents/F01-application-form.yaml"]


# --- files, and two at once -------------------------------------------------------------------------


def test_a_fault_names_its_line_and_two_editors_see_both_texts(browser: Browser, office: Office) -> None:
    row = begun(office, "anhua-files")
    path = f"/drafts/{row.id}/files/parameters.yaml"
    with desk(browser, office.base, office.author, language="en", view=PHONE) as author:
        page = author.page
        author.go(path)
        page.fill("#text", "bmi: {min: 12}\nshared_phone_max: [1\n")
        page.get_by_role("button", name="Save").click()
        expect(page.locator(".notice.fail")).to_contain_text("line 3")
        assert page.input_value("#text").startswith("bmi")
        page.fill("#text", "bmi: {min: 12}\nshared_phone: 2\n")
        page.get_by_role("button", name="Save").click()
        expect(page.locator(".notice.review")).to_contain_text("line 2")
        author.shot("draft-file-fault-en-375")
        author.accessible()
        page.locator("[data-line]").click()
        assert page.evaluate(
            "document.getSelection().toString() || document.activeElement.value.slice(15, 30)"
        ).startswith("shared_phone")
        # somebody else is faster
        drafts.put_file(
            office.house.services, office.publisher.principal, row.id, "parameters.yaml", "shared_phone_max: 4\n"
        )
        page.fill("#text", "shared_phone_max: 2\n")
        page.get_by_role("button", name="Save").click()
        expect(page.locator(".notice.fail")).to_contain_text("approver")
        assert page.input_value("#theirs") == "shared_phone_max: 4\n"
        assert page.input_value("#text") == "shared_phone_max: 2\n"
        author.shot("draft-file-conflict-en-375")
        author.accessible()
        page.get_by_role("button", name="Overwrite with mine").click()
        expect(page.locator(".notice.pass")).to_contain_text("Saved")
        page.get_by_role("button", name="Back to what the base says").click()
        expect(page.locator(".notice.pass")).to_contain_text("holds again")
        assert stored(office, row.id).files == {}
        assert page.evaluate("document.documentElement.scrollWidth") <= 375
        calm_but(author, 422, 412)


def test_figures_from_a_day_on_and_a_rate_are_added(browser: Browser, office: Office) -> None:
    row = begun(office, "anhua-days")
    with desk(browser, office.base, office.author) as author:
        page = author.page
        author.go(f"/drafts/{row.id}/parameters")
        group = page.locator("#aml_sets")
        group.locator("summary").click()
        group.get_by_label("开始日期").fill("2027-01-01")
        group.get_by_role("button", name="添加一套").click()
        expect(page.locator("#aml_sets")).to_contain_text("2027-01-01 至 今")
        page.locator("#v-aml_sets\\/cn2027\\/cash_personal_cny").fill("10,000")
        page.get_by_role("button", name="保存参数").click()
        expect(page.locator("#aml_sets h4").last).to_contain_text("2027-01-01")
        author.shot("draft-parameters-new-set")
        author.go(f"/drafts/{row.id}/parameters")
        rates = page.locator("#exchange_rates")
        rates.locator("summary").click()
        rates.get_by_label("币种代码").fill("eur")
        rates.get_by_label("日期").last.fill("2026-11-20")
        rates.get_by_label("数值").fill("7.81")
        rates.get_by_role("button", name="添加").click()
        expect(page.locator("#exchange_rates")).to_contain_text("欧元")
        author.go(f"/drafts/{row.id}")
        expect(page.locator(".changes")).to_contain_text(["新增一套数值"])
        author.calm()
    base = drafts.base_of(office.house.services, stored(office, row.id))
    assert drafts.check(office.house.services, office.author.principal, row.id) == []
    assert base.parameters.get("shared_phone_max") == 3


def test_a_word_is_removed_and_put_back(browser: Browser, office: Office) -> None:
    row = begun(office, "anhua-words")
    with desk(browser, office.base, office.author, language="en") as author:
        page = author.page
        author.go(f"/drafts/{row.id}/words/requirements/PRIV-01")
        author.accessible()
        author.shot("draft-phrases-en")
        page.get_by_role("button", name="Remove 以便").click()
        expect(page.locator(".words .removed")).to_contain_text("以便")
        assert list(stored(office, row.id).files) == ["requirements/PRIV-01.yaml"]
        page.get_by_role("button", name="Put back 以便").click()
        expect(page.locator(".words .removed")).to_have_count(0)
        assert stored(office, row.id).files == {}
        page.get_by_label("Add to").first.fill("处理者")
        page.get_by_role("button", name="Add").first.click()
        expect(page.locator(".notice.fail")).to_contain_text("in the list already")
        # its severity
        page.get_by_label("severity", exact=True).select_option("minor")
        page.get_by_role("button", name="Save").click()
        expect(page.locator(".value.changed del")).to_have_text("major")
        calm_but(author, 409)


# --- checklists in plain words ----------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_requirement_is_told_in_plain_words(browser: Browser, office: Office, language: str) -> None:
    view = PHONE if language == "en" else None
    with desk(browser, office.base, office.author, language=language, **({"view": view} if view else {})) as author:  # type: ignore[arg-type]
        page = author.page
        author.go("/checklists/cn-insurance/PRIV-01")
        told = page.locator("main").inner_text()
        expected = ("须向客户出示的单证", "业务类别为人身保险", "处理目的", "客户信息采集授权书") if language == "zh" else (
            "A paper that the customer has to be shown", "line of business", "the purpose", "Passes when")  # fmt: skip
        for words in expected:
            assert words in told, words
        assert page.locator(".scenario-list li").count() > 5
        author.accessible()
        author.shot(f"requirement-{language}")
        author.go("/checklists/cn-insurance/AML-01")
        author.shot(f"requirement-aml-{language}")
        assert page.evaluate("document.documentElement.scrollWidth") <= (view or {"width": 1280})["width"]
        author.calm()


def test_who_may_not_edit_sees_no_way_to(browser: Browser, office: Office) -> None:
    row = begun(office, "anhua-read")
    uploader = office.house.person(office.scene.tenant_id, Role.UPLOADER)
    stranger = office.house.person(office.house.tenant("另一家（虚构）"), Role.REVIEWER)
    with desk(browser, office.base, uploader) as reader:
        reader.go(f"/drafts/{row.id}/parameters")
        assert reader.page.locator("main form").count() == 0
        reader.go(f"/drafts/{row.id}")
        assert reader.page.locator("main form").count() == 0
        reader.calm()
    assert uploader.client.get(f"/drafts/{row.id}/labels").status_code in (403, 303)
    with desk(browser, office.base, stranger) as other:
        other.go(f"/drafts/{row.id}/files/parameters.yaml")
        expect(other.page.locator(".notice.fail")).to_contain_text("找不到")
    with office.house.services.reading() as session:
        assert session.exec(select(PackDraft.files).where(PackDraft.id == row.id)).one() == {}
