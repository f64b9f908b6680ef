"""The administrator's roads to what runs by itself: a webhook, a watched folder, a schedule by the keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlmodel import select
from standardwebhooks.webhooks import Webhook as Verifier

from api.clock import now
from api.pages import recurring
from api.permissions import Role
from api.tables import Batch, BatchState, Schedule, TrailEvent, Watch, Watched, Webhook
from api.workflow import hooks_in, watches
from tests.api.doing import worker
from tests.api.house import House, open_house
from tests.api.listener import listening
from tests.pages.browser import PHONE, desk

MOST_TABS = 60


@pytest.fixture(scope="module")
def incoming(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("incoming")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, incoming: Path) -> Iterator[House]:
    """A house whose operator allows webhooks to loopback and opened a folder."""
    folder = tmp_path_factory.mktemp("house")
    with open_house(folder, webhook_private_networks=True, watch_roots=(incoming,)) as made:
        yield made


def actions(house: House, tenant_id: str) -> list[str]:
    with house.services.reading() as session:
        found = select(TrailEvent).where(TrailEvent.tenant_id == tenant_id).order_by(TrailEvent.seq)  # type: ignore[arg-type]
        return [event.action for event in session.exec(found)]


def test_a_webhook_is_made_pinged_seen_replayed_rotated_and_paused(browser: Browser, house: House, base: str) -> None:
    tenant = house.tenant("推送机构")
    admin = house.person(tenant, Role.ADMINISTRATOR)
    with listening() as other, desk(browser, base, admin) as desk_:
        page = desk_.page
        desk_.go("/webhooks")
        desk_.accessible()
        desk_.shot("webhooks-empty")
        page.get_by_role("link", name="新建推送").first.click()
        page.fill("#url", "https://user:secret@hooks.example.com/in")
        page.get_by_role("button", name="创建").click()
        expect(page.locator(".notice.fail")).to_contain_text("不能使用该地址")
        expect(page.locator("#url")).to_have_value("https://user:secret@hooks.example.com/in")
        page.fill("#url", f"{other.url}/in")
        page.uncheck('input[value="edition.published"]')
        desk_.accessible()
        page.get_by_role("button", name="创建").click()
        secret = page.locator("#secret").inner_text()
        page.get_by_role("button", name="发送测试消息").click()
        expect(page.locator(".deliveries tbody tr")).to_contain_text("等待投递")
        house.queue.run(worker(house.services))
        expect(page.locator(".deliveries tbody tr")).to_contain_text("已送达")  # by itself
        told = Verifier(secret).verify(other.bodies[0], other.headers[0])
        assert told["type"] == "ping"
        expect(page.locator("#secret")).to_have_count(0)
        page.get_by_text("查看").first.click()
        expect(page.locator("pre")).to_contain_text(other.headers[0]["webhook-id"])
        desk_.accessible()
        desk_.shot("webhook-delivered")
        other.answers = [500]
        page.get_by_role("button", name="重新投递").click()
        house.queue.run(worker(house.services))
        expect(page.locator(".deliveries tbody tr")).to_contain_text("对方返回 500")
        assert other.headers[1]["webhook-id"] == other.headers[0]["webhook-id"]
        page.once("dialog", lambda asked: asked.accept())
        page.get_by_role("button", name="更换密钥").click()
        assert page.locator("#secret").inner_text() != secret
        page.get_by_role("button", name="暂停").click()
        expect(page.get_by_role("button", name="发送测试消息")).to_have_count(0)
        expect(page.locator("h1")).to_contain_text("已暂停")
        page.get_by_role("button", name="重新启用").click()
        page.once("dialog", lambda asked: asked.accept())
        page.get_by_role("button", name="移除").click()
        expect(page.locator(".empty-title")).to_have_text("还没有结果推送")
        assert [fault for fault in desk_.faults if "422" not in fault] == []
    with house.services.reading() as session:
        kept = session.exec(select(Webhook).where(Webhook.tenant_id == tenant)).one()
    assert (kept.disabled_because, len(kept.events)) == ("removed", 5)
    assert actions(house, tenant) == [
        f"webhook.{act}" for act in ("created", "pinged", "replayed", "rotated", "changed", "changed", "removed")
    ]


def looked(house: House, watch_id: str) -> None:
    """As the worker looks, some time after the look before."""
    with house.services.writing() as session:
        for seen in session.exec(select(Watched)).all():
            seen.seen_at = now() - 2 * watches.SETTLES
            session.add(seen)
    watches.look(house.services, watch_id)


def test_a_folder_is_watched_what_it_holds_is_taken_in_and_it_is_paused(
    browser: Browser, house: House, base: str, incoming: Path
) -> None:
    tenant = house.tenant("监视机构")
    branch = house.branch(tenant, "苏州分公司")
    admin = house.person(tenant, Role.ADMINISTRATOR)
    place = incoming / tenant / "新单"
    (place / "C-001").mkdir(parents=True)
    (place / "C-001" / "投保单.txt").write_text("投保单", encoding="utf-8")
    with desk(browser, base, admin) as desk_:
        page = desk_.page
        desk_.go("/watches")
        desk_.accessible()
        page.get_by_role("link", name="新建监视").first.click()
        page.fill("#location", "/etc")
        page.select_option('select[name="branch_id"]', branch)
        page.get_by_role("button", name="开始监视").click()
        expect(page.locator(".notice.fail")).to_contain_text("不在允许监视的位置")
        expect(page.locator("#location")).to_have_value("/etc")
        desk_.accessible()
        desk_.shot("watch-refused")
        page.fill("#location", str(place))
        page.get_by_role("button", name="开始监视").click()
        expect(page.locator("h1")).to_contain_text("等待首次查看")
        watch_id = page.url.rsplit("/", 1)[1]
        looked(house, watch_id)
        page.get_by_role("link", name="刷新").click()
        expect(page.locator("tbody tr")).to_contain_text("等待稳定")
        looked(house, watch_id)
        page.get_by_role("link", name="刷新").click()
        expect(page.locator("tbody tr")).to_contain_text("已接收")
        desk_.accessible()
        desk_.shot("watch-taken")
        page.get_by_role("button", name="暂停").click()
        expect(page.locator("h1")).to_contain_text("已暂停")
        (place / "C-002.txt").write_text("late", encoding="utf-8")
        looked(house, watch_id)
        page.get_by_role("link", name="刷新").click()
        expect(page.locator("tbody tr")).to_have_count(1)
        desk_.go("/watches")
        page.fill("#allowed", "files.example.com\nnot a host!")
        page.locator("#hosts button").click()
        expect(page.locator("#hosts .notice.fail")).to_contain_text("主机名不可用")
        page.fill("#allowed", "files.example.com\npapers.example.com")
        page.locator("#hosts button").click()
        expect(page.locator("#hosts .notice")).to_have_count(0)
        assert [fault for fault in desk_.faults if "422" not in fault] == []
    with house.services.reading() as session:
        row = session.exec(select(Watch).where(Watch.tenant_id == tenant)).one()
        batch = session.exec(select(Batch).where(Batch.tenant_id == tenant)).one()
    assert (row.branch_id, row.paused_at is not None) == (branch, True)
    assert (batch.name, batch.state, batch.branch_id) == ("C-001", BatchState.QUEUED, branch)
    assert hooks_in.allowed_hosts(house.services, tenant) == {"files.example.com", "papers.example.com"}


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is there, as somebody without a mouse does."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
    raise AssertionError(f"no way to {selector} by the keyboard")


def test_a_schedule_is_made_changed_paused_and_removed_with_the_keyboard_alone(
    browser: Browser, house: House, base: str
) -> None:
    tenant = house.tenant("定时机构")
    admin = house.person(tenant, Role.ADMINISTRATOR)
    with desk(browser, base, admin) as desk_:
        page = desk_.page
        desk_.go("/schedules")
        tab_to(page, 'a[href="/schedules/new"]')
        page.keyboard.press("Enter")
        page.wait_for_url("**/schedules/new")
        desk_.accessible()
        tab_to(page, 'a[href$="work=sample"]')
        page.keyboard.press("Enter")
        page.wait_for_url("**work=sample")
        tab_to(page, 'input[name="every"]')
        page.keyboard.press("ArrowDown")  # from every week to every month
        tab_to(page, 'select[name="day"]')
        page.keyboard.type("15")
        tab_to(page, 'input[name="size"]')
        page.keyboard.press("Control+a")
        page.keyboard.type("40")
        tab_to(page, 'input[name="share"]')
        page.keyboard.type("5")
        desk_.shot("schedule-form")
        page.keyboard.press("Enter")
        expect(page.locator(".wrong")).to_contain_text("填其中一项")
        desk_.accessible()
        tab_to(page, 'input[name="share"]')
        page.keyboard.press("Control+a")
        page.keyboard.press("Delete")
        page.keyboard.press("Enter")
        page.wait_for_url("**/schedules")
        row = page.locator("tbody tr")
        expect(row).to_contain_text("每月 15 日 02:00")
        expect(row).to_contain_text("从近 7 天成交的已审案件中按风险抽取 40 件")
        desk_.accessible()
        desk_.shot("schedules")
        with house.services.reading() as session:
            kept = session.exec(select(Schedule).where(Schedule.tenant_id == tenant)).one()
        assert (kept.cron, kept.parameters["rule"]["size"], kept.parameters["days_back"]) == ("0 2 15 * *", 40, 7)
        assert kept.next_at is not None
        expect(row).to_contain_text(recurring.coming(kept.next_at, now()).zh)
        tab_to(page, f'a[href="/schedules/{kept.id}"]')
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/schedules/{kept.id}")
        tab_to(page, 'input[name="every"]')
        page.keyboard.press("ArrowUp")
        tab_to(page, 'select[name="weekday"]')
        page.keyboard.press("Home")
        tab_to(page, "form.card button.primary")
        page.keyboard.press("Enter")
        page.wait_for_url("**/schedules")
        expect(row).to_contain_text("每周日 02:00")
        tab_to(page, 'form[action$="/pause"] button')
        page.keyboard.press("Enter")
        expect(row).to_contain_text("已暂停")
        page.once("dialog", lambda asked: asked.accept())
        tab_to(page, 'form[action$="/remove"] button')
        page.keyboard.press("Enter")
        expect(page.locator(".empty-title")).to_have_text("没有定时任务")
        assert [fault for fault in desk_.faults if "422" not in fault] == []
    made = [action for action in actions(house, tenant) if action.startswith("schedule.")]
    assert made == ["schedule.created", "schedule.changed", "schedule.changed", "schedule.removed"]


def test_automation_fits_a_telephone_in_english_and_dark(browser: Browser, house: House, base: str) -> None:
    tenant = house.tenant("手机自动化")
    admin = house.person(tenant, Role.ADMINISTRATOR)
    hook = {
        "url": "http://127.0.0.1:9/a-rather-long-path/that-goes-on/and-on/for-a-telephone",
        "events": ["case.judged"],
    }
    made = admin.client.post("/api/v1/webhooks", json=hook).json()["id"]
    admin.client.post(f"/api/v1/webhooks/{made}/ping")
    house.queue.run(worker(house.services))
    for work in ("purge", "checkpoint", "reaudit"):
        answer = admin.client.post("/api/v1/schedules", json={"work": work, "cron": "30 1 * * *"})
        assert answer.status_code == 201, answer.text
    kept = answer.json()["id"]
    paths = ("/webhooks", f"/webhooks/{made}", "/webhooks/new", "/watches", "/watches/new", "/schedules", "/schedules/new",
             f"/schedules/{kept}", "/schedules/new?work=purge")  # fmt: skip
    with desk(browser, base, admin, view=PHONE, language="en", dark=True) as desk_:
        for path in paths:
            desk_.go(path)
            assert desk_.page.evaluate("document.documentElement.scrollWidth") <= 375, path
            desk_.accessible()
        desk_.go(f"/webhooks/{made}")
        desk_.shot("webhook-phone-dark")
        expect(desk_.page.locator(".deliveries tbody tr")).to_contain_text("The connection was refused")
        desk_.go("/schedules")
        desk_.shot("schedules-phone-dark")
        desk_.calm()


@pytest.mark.parametrize(
    ("cron", "zh"),
    [
        ("0 2 * * *", "每天 02:00"),
        ("30 9 * * 1-5", "周一至周五 09:30"),
        ("0 2 * * 7", "每周日 02:00"),
        ("5 0 28 * *", "每月 28 日 00:05"),
        ("*/30 * * * *", "按 cron：*/30 * * * *"),
        ("0 2 1 * 1", "按 cron：0 2 1 * 1"),
    ],
)
def test_an_expression_is_told_in_words_and_a_choice_is_the_same_expression(cron: str, zh: str) -> None:
    assert recurring.in_words(cron).zh == zh
    assert recurring.choice_of(cron).expression == cron.replace("* * 7", "* * 0")


def test_a_moment_that_lies_ahead_is_told_as_people_say_it() -> None:
    at = now().replace(hour=4, minute=0, second=0)  # noon in Shanghai
    said = [recurring.coming(at + timedelta(days=days), at).zh for days in (0, 1, 2, 9)]
    assert [one.split("（")[0] for one in said] == ["今天", "明天", "后天", "9 天后"]
    assert all(one.endswith("12:00") for one in said)
    assert recurring.coming(at - timedelta(hours=1), at + timedelta(days=1)).en == "any moment now"
