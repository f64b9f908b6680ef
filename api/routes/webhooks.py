"""Webhooks: addresses that are told, their secrets, and every message that was sent."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from api.deps import Allowed, Bound, Cursor, Limit
from api.permissions import Permission
from api.principal import Principal
from api.routes.documented import problems
from api.store import webhooks as stored
from api.tables import Delivery, Webhook
from api.workflow import webhooks

router = APIRouter(tags=["webhooks"])
Manager = Annotated[Principal, Depends(Allowed(Permission.AUTOMATION))]


class EventOut(BaseModel):
    name: str = Field(examples=["batch.finished"])
    zh: str = Field(examples=["批次处理完毕"])
    en: str = Field(examples=["A batch was worked off"])


class EventsOut(BaseModel):
    items: list[EventOut]


class WebhookIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    url: str = Field(min_length=8, max_length=1000, examples=["https://hooks.anhua.example/verifier"])
    events: list[str] = Field(min_length=1, max_length=50, examples=[["batch.finished", "case.judged"]])


class WebhookChange(BaseModel):
    model_config = ConfigDict(extra="forbid")
    url: str | None = Field(default=None, min_length=8, max_length=1000)
    events: list[str] | None = Field(default=None, min_length=1, max_length=50)
    enabled: bool | None = None


class WebhookOut(BaseModel):
    id: str
    url: str
    events: list[str]
    created_by: str
    created_at: datetime
    rotated_at: datetime | None
    failing_since: datetime | None
    disabled_at: datetime | None
    disabled_because: str = Field(description="by_hand, failing, gone", examples=[""])


class WebhookWithSecret(WebhookOut):
    secret: str = Field(
        description="只显示一次；按 Standard Webhooks 验签 / Shown once; verify as Standard Webhooks says",
        examples=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
    )


class WebhooksOut(BaseModel):
    items: list[WebhookOut]
    next: str | None = Field(examples=[None])


class DeliveryOut(BaseModel):
    """`id` is the webhook-id header, the same over retries and replays. `state`: waiting, delivered, failed."""

    id: str
    event: str
    payload: dict[str, Any]
    state: str = Field(examples=["delivered"])
    attempts: int
    status: int | None = Field(examples=[200])
    error: str
    created_at: datetime
    next_at: datetime | None
    delivered_at: datetime | None


class DeliveriesOut(BaseModel):
    items: list[DeliveryOut]
    next: str | None = Field(examples=[None])


@router.get("/webhooks/events", operation_id="list_events", summary="可订阅的事件 / Events", responses=problems())
def events(who: Manager) -> EventsOut:
    return EventsOut(items=[EventOut(name=name, zh=said.zh, en=said.en) for name, said in webhooks.EVENTS.items()])


@router.post(
    "/webhooks",
    operation_id="create_webhook",
    summary="新建 Webhook / Create a webhook",
    status_code=201,
    responses=problems(),
)
def create(given: WebhookIn, response: Response, who: Manager, services: Bound) -> WebhookWithSecret:
    row, secret = webhooks.create(services, who, given.url, given.events)
    response.headers["Location"] = f"/api/v1/webhooks/{row.id}"
    return WebhookWithSecret(**_out(row).model_dump(), secret=secret)


@router.get("/webhooks", operation_id="list_webhooks", summary="Webhook 列表 / Webhooks", responses=problems())
def listed(who: Manager, services: Bound, limit: Limit = 50, cursor: Cursor = None) -> WebhooksOut:
    with services.reading() as session:
        found = stored.listed(session, who, limit, cursor)
    return WebhooksOut(items=[_out(row) for row in found.items], next=found.next)


@router.get(
    "/webhooks/{webhook_id}", operation_id="get_webhook", summary="一个 Webhook / A webhook", responses=problems(404)
)
def one(webhook_id: str, who: Manager, services: Bound) -> WebhookOut:
    with services.reading() as session:
        return _out(stored.webhook(session, who, webhook_id))


@router.patch(
    "/webhooks/{webhook_id}",
    operation_id="change_webhook",
    summary="修改或启停 / Change it, switch it",
    responses=problems(404),
)
def change(webhook_id: str, given: WebhookChange, who: Manager, services: Bound) -> WebhookOut:
    return _out(webhooks.change(services, who, webhook_id, url=given.url, wanted=given.events, on=given.enabled))


@router.delete(
    "/webhooks/{webhook_id}",
    operation_id="remove_webhook",
    summary="移除 / Remove it",
    status_code=204,
    responses=problems(404),
)
def remove(webhook_id: str, who: Manager, services: Bound) -> None:
    webhooks.remove(services, who, webhook_id)


@router.post(
    "/webhooks/{webhook_id}/secret",
    operation_id="rotate_webhook_secret",
    summary="更换密钥 / Another secret",
    description="旧密钥在 24 小时内同时签名 / The old one signs beside it for 24 hours",
    responses=problems(404),
)
def rotate(webhook_id: str, who: Manager, services: Bound) -> WebhookWithSecret:
    row, secret = webhooks.rotate(services, who, webhook_id)
    return WebhookWithSecret(**_out(row).model_dump(), secret=secret)


@router.post(
    "/webhooks/{webhook_id}/ping",
    operation_id="ping_webhook",
    summary="发送测试消息 / Send a message that only says that it works",
    status_code=202,
    responses=problems(404),
)
def ping(webhook_id: str, who: Manager, services: Bound) -> DeliveryOut:
    return _delivery(webhooks.ping(services, who, webhook_id))


@router.get(
    "/webhooks/{webhook_id}/deliveries",
    operation_id="list_deliveries",
    summary="投递记录 / Messages to it",
    responses=problems(404),
)
def deliveries(
    webhook_id: str,
    who: Manager,
    services: Bound,
    state: Annotated[str | None, Query(pattern="^(waiting|delivered|failed)$")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> DeliveriesOut:
    with services.reading() as session:
        stored.webhook(session, who, webhook_id)
        found = stored.deliveries(session, who, webhook_id, state=state, limit=limit, cursor=cursor)
    return DeliveriesOut(items=[_delivery(row) for row in found.items], next=found.next)


@router.post(
    "/webhooks/{webhook_id}/deliveries/{delivery_id}/replay",
    operation_id="replay_delivery",
    summary="重新投递 / Send it again",
    status_code=202,
    responses=problems(404),
)
def replay(webhook_id: str, delivery_id: str, who: Manager, services: Bound) -> DeliveryOut:
    return _delivery(webhooks.replay(services, who, webhook_id, delivery_id))


def _out(row: Webhook) -> WebhookOut:
    return WebhookOut.model_validate(row, from_attributes=True)


def _delivery(row: Delivery) -> DeliveryOut:
    return DeliveryOut.model_validate(row, from_attributes=True)
