"""What must be kept stays, what may go goes, and the trail says so: holds and purges as an administrator does them."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import Browser, expect
from sqlmodel import select

from api.clock import now, today
from api.permissions import Role
from api.tables import Batch, BatchState, CaseRow, CaseState, TrailEvent, Upload, UploadState
from tests.api.house import House, Person
from tests.api.judged import HOLDER_ID, Scene
from tests.pages.browser import PHONE, desk

PAST = today() - timedelta(days=1)


def over(scene: Scene, name: str, **columns: object) -> str:
    """A judged case whose term is over."""
    told = {"keep_until": PAST, "keep_basis": f"declared/long/{PAST.replace(year=PAST.year - 10)}"}
    return scene.case(name, policyholder="张虚构", **(told | columns))


def keeper(house: House, name: str) -> tuple[Person, Scene]:
    tenant = house.tenant(name)
    return house.person(tenant, Role.ADMINISTRATOR), Scene(house, tenant)


def test_a_hold_keeps_a_case_until_it_is_released_and_then_it_goes(browser: Browser, house: House, base: str) -> None:
    admin, scene = keeper(house, "保全机构")
    case_id = over(scene, f"C-001-{HOLDER_ID}")
    over(scene, "C-002", keep_until=today())
    with desk(browser, base, admin) as desk_:
        page = desk_.page
        desk_.go("/retention")
        expect(page.locator("tbody tr")).to_have_count(1)
        assert HOLDER_ID not in page.content(), "whoever sees no numbers sees none here"
        desk_.accessible()
        desk_.shot("retention-due")
        page.fill('input[type="search"]', "C-00")
        page.keyboard.press("Enter")
        expect(page.locator("tbody tr")).to_have_count(2)
        page.get_by_role("link", name="C-001").first.click()
        page.fill("#reason", "投诉处理中")
        page.get_by_role("button", name="保全此案件").click()
        expect(page.locator("h1")).to_contain_text("保全中")
        expect(page.get_by_role("button", name="永久清除")).to_have_count(0)
        desk_.accessible()
        desk_.shot("retention-held")
        refused = admin.client.post(f"/retention/cases/{case_id}/purge")
        assert (refused.status_code, "保全状态" in refused.text) == (409, True)
        page.get_by_role("link", name="保存与保全").click()
        expect(page.locator(".empty-title")).to_have_text("没有期满的案件")
        page.get_by_role("link", name="保全中").click()
        expect(page.locator("tbody tr")).to_contain_text("投诉处理中")
        desk_.accessible()
        page.once("dialog", lambda asked: asked.accept())
        page.get_by_role("button", name="解除").click()
        expect(page.locator("h1")).to_contain_text("可清除")
        expect(page.locator(".goes")).to_contain_text("原件")
        page.get_by_role("button", name="永久清除").click()  # nothing without the tick
        assert scene.stored(case_id).state != CaseState.PURGED
        page.get_by_role("checkbox").check()
        desk_.accessible()
        desk_.shot("retention-purge")
        page.get_by_role("button", name="永久清除").click()
        expect(page.locator("h1")).to_contain_text("已清除")
        expect(page.locator("ol.timeline li")).to_have_count(4)
        expect(page.locator("ol.timeline li").first).to_contain_text("清除完成")
        assert "投诉处理中" not in page.content()
        desk_.accessible()
        desk_.shot("retention-purged")
        page.get_by_role("link", name="审计轨迹").last.click()
        expect(page.locator("tbody")).to_contain_text("case.purged")
        desk_.calm()
    row = scene.stored(case_id)
    assert (row.state, row.policyholder, row.purged_at is not None) == (CaseState.PURGED, "", True)
    with house.services.reading() as session:
        told = select(TrailEvent.action).where(TrailEvent.subject_id == case_id).order_by(TrailEvent.seq)  # type: ignore[arg-type]
        acts = list(session.exec(told))
    assert acts[-4:] == ["retention.held", "retention.released", "case.purging", "case.purged"]


def test_a_batch_that_was_sent_by_mistake_goes_whole(browser: Browser, house: House, base: str) -> None:
    admin, scene = keeper(house, "误传机构")
    kept = over(scene, "C-3", keep_until=today())
    long_ago = now() - timedelta(hours=2)
    with house.services.writing() as session:
        own = {"tenant_id": scene.tenant_id, "created_by": "x", "created_at": long_ago}
        batch = Batch(name="误传的批次", state=BatchState.CANCELLED, finished_at=long_ago, **own)
        session.add(batch)
        session.flush()
        session.add(CaseRow(tenant_id=scene.tenant_id, batch_id=batch.id, name="X-1", created_at=long_ago))
        session.add(Upload(batch_id=batch.id, path="X-1/a.pdf", state=UploadState.RECEIVED, **own))
        session.get_one(Batch, scene.batch_id).finished_at = long_ago
    with desk(browser, base, admin, view=PHONE) as desk_:
        page = desk_.page
        desk_.go("/retention")
        page.get_by_role("link", name="误传").click()
        page.get_by_role("link", name="误传的批次").click()
        assert page.evaluate("document.documentElement.scrollWidth") <= 375
        desk_.accessible()
        desk_.shot("retention-batch-phone")
        page.get_by_role("checkbox").check()
        page.get_by_role("button", name="永久清除").click()
        expect(page.locator(".notice.pass")).to_contain_text("已全部清除")
        desk_.go("/retention?view=given-up")
        expect(page.locator(".empty-title")).to_be_visible()
        desk_.go(f"/retention/batches/{scene.batch_id}")
        expect(page.locator("tbody tr")).to_contain_text("保存期限未满")
        expect(page.get_by_role("button", name="永久清除")).to_have_count(0)
        desk_.accessible()
        desk_.calm()
    with house.services.reading() as session:
        assert session.exec(select(CaseRow).where(CaseRow.batch_id == batch.id)).one().purged_at is not None
        assert "batch.purged" in session.exec(select(TrailEvent.action).where(TrailEvent.subject_id == batch.id)).all()
    assert scene.stored(kept).purged_at is None


def test_retention_in_english_dark_on_a_telephone(browser: Browser, house: House, base: str) -> None:
    admin, scene = keeper(house, "英文机构")
    case_id = over(scene, "C-7")
    with desk(browser, base, admin, view=PHONE, language="en", dark=True) as desk_:
        paths = ("/retention", "/retention?view=holds", "/retention?text=C-9", f"/retention/cases/{case_id}",
                 f"/retention/batches/{scene.batch_id}")  # fmt: skip
        for path in paths:
            desk_.go(path)
            assert desk_.page.evaluate("document.documentElement.scrollWidth") <= 375, path
            desk_.accessible()
        desk_.go(f"/retention/cases/{case_id}")
        desk_.shot("retention-case-phone-dark")
        desk_.calm()
