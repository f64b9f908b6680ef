"""Is everybody told, at least once, provably by us, and never with a customer's data?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select
from standardwebhooks.webhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError

from api.clock import now
from api.errors import ServiceError
from api.permissions import Role
from api.principal import Principal
from api.tables import Delivery, TrailEvent, Webhook
from api.workflow import webhooks
from tests.api.doing import worker
from tests.api.house import House, open_house
from tests.api.listener import Listener, listening


@pytest.fixture
def open_inside(tmp_path: Path) -> Iterator[House]:
    """A house whose operator allows webhooks to loopback."""
    with open_house(tmp_path / "data", webhook_private_networks=True) as made:
        yield made


@pytest.fixture
def other() -> Iterator[Listener]:
    with listening() as made:
        yield made


@pytest.fixture
def admin(open_inside: House) -> Principal:
    return open_inside.person(open_inside.tenant(), Role.ADMINISTRATOR).principal


def tell(house: House, who: Principal, event: str = "batch.finished", **data: object) -> None:
    with house.services.writing() as session:
        webhooks.emit(house.services, session, who.tenant_id, event, **data)


def deliveries(house: House) -> list[Delivery]:
    with house.services.reading() as session:
        return list(session.exec(select(Delivery).order_by(Delivery.id)).all())


def due_now(house: House) -> None:
    """As if the waiting time were over."""
    with house.services.writing() as session:
        for row in session.exec(select(Delivery).where(Delivery.state == "waiting")).all():
            row.next_at = now() - timedelta(hours=1)
            session.add(row)


def test_a_message_is_signed_so_that_the_standards_library_believes_it(
    open_inside: House, other: Listener, admin: Principal
) -> None:
    hook, secret = webhooks.create(open_inside.services, admin, f"{other.url}/in", ["batch.finished"])
    tell(open_inside, admin, batch_id="b-1", verdicts={"compliant": 3})
    tell(open_inside, admin, "case.judged", case_id="nobody asked")
    assert open_inside.queue.run(worker(open_inside.services)) == 1
    told = Verifier(secret).verify(other.bodies[0], other.headers[0])
    assert told["type"] == "batch.finished"
    assert told["data"] == {"tenant_id": admin.tenant_id, "batch_id": "b-1", "verdicts": {"compliant": 3}}
    (row,) = deliveries(open_inside)
    assert (row.state, row.attempts, row.status, other.headers[0]["webhook-id"]) == ("delivered", 1, 200, row.id)
    assert row.webhook_id == hook.id
    with pytest.raises(WebhookVerificationError):
        Verifier(webhooks.new_secret()).verify(other.bodies[0], other.headers[0])


def test_a_failure_is_tried_again_by_the_documented_steps_under_the_same_id(
    open_inside: House, other: Listener, admin: Principal
) -> None:
    webhooks.create(open_inside.services, admin, other.url, ["batch.finished"])
    other.answers = [500]
    tell(open_inside, admin)
    again: list[tuple[str, float]] = []
    open_inside.queue.run(worker(open_inside.services, again))
    for _ in webhooks.BACKOFF:
        due_now(open_inside)
        webhooks.sweep(open_inside.services)
        open_inside.queue.run(worker(open_inside.services, again))
    assert [wait for _, wait in again] == list(webhooks.BACKOFF)
    (row,) = deliveries(open_inside)
    assert (row.state, row.attempts, row.error, row.next_at) == (
        "failed",
        1 + len(webhooks.BACKOFF),
        "status_500",
        None,
    )
    assert {headers["webhook-id"] for headers in other.headers} == {row.id}
    assert len(set(other.bodies)) == 1


def test_a_message_that_is_not_due_or_being_sent_is_not_sent_twice(
    open_inside: House, other: Listener, admin: Principal
) -> None:
    webhooks.create(open_inside.services, admin, other.url, ["batch.finished"])
    tell(open_inside, admin)
    (row,) = deliveries(open_inside)
    assert webhooks.deliver(open_inside.services, row.id) is None
    assert webhooks.deliver(open_inside.services, row.id) is None
    assert len(other.bodies) == 1


def test_what_was_rolled_back_is_not_told(open_inside: House, other: Listener, admin: Principal) -> None:
    webhooks.create(open_inside.services, admin, other.url, ["batch.finished"])
    with pytest.raises(RuntimeError), open_inside.services.writing() as session:
        webhooks.emit(open_inside.services, session, admin.tenant_id, "batch.finished")
        raise RuntimeError
    assert open_inside.queue.asked == []
    assert deliveries(open_inside) == []


def test_a_lost_hand_over_is_found_by_the_sweep(open_inside: House, other: Listener, admin: Principal) -> None:
    webhooks.create(open_inside.services, admin, other.url, ["batch.finished"])
    tell(open_inside, admin)
    open_inside.queue.asked.clear()  # the process died after the commit
    due_now(open_inside)
    webhooks.sweep(open_inside.services)
    open_inside.queue.run(worker(open_inside.services))
    assert deliveries(open_inside)[0].state == "delivered"


def test_a_replay_sends_the_same_message_again(open_inside: House, other: Listener, admin: Principal) -> None:
    hook, secret = webhooks.create(open_inside.services, admin, other.url, ["batch.finished"])
    tell(open_inside, admin)
    open_inside.queue.run(worker(open_inside.services))
    (row,) = deliveries(open_inside)
    webhooks.replay(open_inside.services, admin, hook.id, row.id)
    open_inside.queue.run(worker(open_inside.services))
    assert [headers["webhook-id"] for headers in other.headers] == [row.id, row.id]
    assert Verifier(secret).verify(other.bodies[1], other.headers[1])


def test_both_secrets_sign_for_a_day_after_a_rotation(open_inside: House, other: Listener, admin: Principal) -> None:
    hook, old = webhooks.create(open_inside.services, admin, other.url, ["batch.finished"])
    _, new = webhooks.rotate(open_inside.services, admin, hook.id)
    tell(open_inside, admin)
    open_inside.queue.run(worker(open_inside.services))
    for secret in (old, new):
        assert Verifier(secret).verify(other.bodies[0], other.headers[0])
    kept = webhooks.Secrets("new", "old", now() + timedelta(seconds=1))
    assert kept.signing(now()) == ["new", "old"]
    assert kept.signing(now() + timedelta(hours=25)) == ["new"]
    with open_inside.services.reading() as session:
        stored = session.exec(select(Webhook)).one().secret
    assert old not in stored
    assert new not in stored


def test_410_and_long_failure_switch_a_webhook_off(open_inside: House, other: Listener, admin: Principal) -> None:
    services = open_inside.services
    gone, _ = webhooks.create(services, admin, f"{other.url}/gone", ["batch.finished"])
    other.answers = [410]
    tell(open_inside, admin)
    open_inside.queue.run(worker(services))
    webhooks.remove(services, admin, gone.id)
    other.answers = [500]
    failing, _ = webhooks.create(services, admin, f"{other.url}/failing", ["batch.finished"])
    with services.writing() as session:
        session.get_one(Webhook, failing.id).failing_since = now() - timedelta(days=5)
    tell(open_inside, admin)
    open_inside.queue.run(worker(services))
    with services.reading() as session:
        hooks = {row.id: row.disabled_because for row in session.exec(select(Webhook)).all()}
        actions = [event.action for event in session.exec(select(TrailEvent)).all()]
    assert hooks == {gone.id: "removed", failing.id: "failing"}
    assert actions.count("webhook.disabled") == 2
    assert [row.state for row in deliveries(open_inside)] == ["failed", "failed"]
    tell(open_inside, admin)
    assert len(deliveries(open_inside)) == 2  # nothing more is written for them


def test_an_address_that_turns_private_later_is_not_connected_to(house: House, other: Listener) -> None:
    """It was put in when the operator allowed it, or its name points elsewhere now: it is looked at with every message."""
    who = house.person(house.tenant(), Role.ADMINISTRATOR).principal
    with pytest.raises(ServiceError, match="address_refused"):
        webhooks.create(house.services, who, other.url, ["batch.finished"])
    secret = webhooks._sealed(house.services, who.tenant_id, webhooks.Secrets(webhooks.new_secret()))
    with house.services.writing() as session:
        hook = Webhook(
            tenant_id=who.tenant_id,
            url=other.url,
            secret=secret,
            events=["batch.finished"],
            created_by="t",
            created_at=now(),
        )
        session.add(hook)
    tell(house, who)
    house.queue.run(worker(house.services))
    (row,) = deliveries(house)
    assert (row.error, other.bodies) == ("address_refused", [])


def test_over_http_the_secret_is_shown_once_and_strangers_see_nothing(open_inside: House, other: Listener) -> None:
    tenant = open_inside.tenant()
    client = open_inside.person(tenant, Role.ADMINISTRATOR).client
    made = client.post("/api/v1/webhooks", json={"url": other.url, "events": ["sample.drawn", "sample.drawn"]}).json()
    assert made["secret"].startswith("whsec_")
    path = f"/api/v1/webhooks/{made['id']}"
    assert "secret" not in client.get(path).json()
    assert client.post(f"{path}/ping").status_code == 202
    open_inside.queue.run(worker(open_inside.services))
    (sent,) = client.get(f"{path}/deliveries").json()["items"]
    assert (sent["event"], sent["state"]) == ("ping", "delivered")
    assert json.loads(other.bodies[0])["type"] == "ping"
    stranger = open_inside.person(open_inside.tenant("另一家（虚构）"), Role.ADMINISTRATOR).client
    replay = f"{path}/deliveries/{sent['id']}/replay"
    assert [stranger.get(path).status_code, stranger.post(replay).status_code] == [404, 404]
    assert client.post("/api/v1/webhooks", json={"url": other.url, "events": ["no.such"]}).status_code == 422
    assert client.patch(path, json={"enabled": False}).json()["disabled_because"] == "by_hand"
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404
