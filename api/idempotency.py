"""Was this asked before? A POST or PUT with an `Idempotency-Key` is done once, and its answer given again.

Same asker, key and request: the kept answer, with `Idempotent-Replayed: true`. Another request under the key: 422.
Still being worked on: 409. Only successes are kept: a refusal did nothing, and may be tried again. Answers are
kept for a day, sealed with the institution's data key. JSON only: uploads are resumed by other means.

A process that dies between the work and the keeping of its answer leaves the key taken; after `STALE` it may be used
again, and the work is then done anew.
"""

from __future__ import annotations

import base64
import hashlib
import json
import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.clock import now
from api.errors import ServiceError, conflict, invalid, refusal
from api.principal import Principal
from api.services import Services
from api.tables import Answered
from api.workflow import access
from verifier.model import Text

HEADER = "idempotency-key"
REPLAYED = "Idempotent-Replayed"
LONGEST = 200
KEPT = timedelta(hours=24)
STALE = timedelta(minutes=5)  # no JSON request takes so long
PURPOSE = "idempotency"
AGAIN = frozenset({"content-type", "etag", "location"})  # headers that belong to the answer, not to its delivery
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


class Idempotency:
    """ASGI: stands right before the routes."""

    def __init__(self, app: ASGIApp, services: Services) -> None:
        self.app = app
        self.services = services

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _concerned(scope):
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        body = await request.body()
        try:
            who = await run_in_threadpool(access.authenticated, self.services, request)
            if who is None:
                await self.app(scope, _given(body, receive), send)
                return
            request.state.principal = who  # deps.principal need not ask again
            key = _key(request.headers[HEADER])
            claimed = await run_in_threadpool(claim, self.services, who, key, _fingerprint(request, body))
        except ServiceError as error:
            await refusal(error)(scope, receive, send)
            return
        if isinstance(claimed, Answer):
            await _replay(claimed)(scope, receive, send)
        else:
            await self._do(claimed, who, scope, _given(body, receive), send)

    async def _do(self, row_id: str, who: Principal, scope: Scope, receive: Receive, send: Send) -> None:
        """The answer is kept before it is sent: what the asker has seen can be given again."""
        held = _Held(send)
        kept = False
        try:
            await self.app(scope, receive, held)
            if (answer := held.answer) is not None:
                kept = await run_in_threadpool(self._keep, row_id, who, answer)
        finally:
            if not kept:
                await run_in_threadpool(release, self.services, row_id)
        await held.deliver()

    def _keep(self, row_id: str, who: Principal, answer: Answer) -> bool:
        """The work is done whatever happens here, and its answer must go out."""
        try:
            keep(self.services, row_id, who, answer)
        except Exception:
            log.exception("an answer could not be kept for its Idempotency-Key")
            return False
        return True


class _Held:
    """Holds a JSON answer that succeeded until it is kept; everything else passes."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._messages: list[Message] = []
        self._holds = True

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            kind = Headers(raw=message["headers"]).get("content-type", "")
            self._holds = 200 <= message["status"] < 300 and (not kind or "json" in kind) and "stream" not in kind
        if self._holds:
            self._messages.append(message)
        else:
            await self._send(message)

    @property
    def answer(self) -> Answer | None:
        if not self._holds or not self._messages:
            return None
        start, *rest = self._messages
        headers = tuple(
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, value in start["headers"]
            if name.decode("latin-1").lower() in AGAIN
        )
        return Answer(start["status"], headers, b"".join(one.get("body", b"") for one in rest))

    async def deliver(self) -> None:
        for message in self._messages:
            await self._send(message)


# --- what is kept ------------------------------------------------------------------------------


def claim(services: Services, who: Principal, key: str, request_sha256: str) -> str | Answer:
    """The id of a row that now stands for this request, or the answer that was given to it before."""
    try:
        row = _claim(services, who, key, request_sha256)
    except IntegrityError:  # somebody else was as fast
        raise _in_progress() from None
    if row.request_sha256 != request_sha256:
        raise invalid(
            "idempotency_key_reused",
            Text("该 Idempotency-Key 已用于另一请求", "This Idempotency-Key was used for another request"),
            Text("请为每个请求使用新的键", "Use a new key for each request"),
        )
    if row.status == 0:
        return row.id
    told = json.loads(services.keys.unseal(who.tenant_id, PURPOSE, base64.b64decode(row.body)))
    return Answer(row.status, tuple((name, value) for name, value in told["headers"]), base64.b64decode(told["body"]))


def _claim(services: Services, who: Principal, key: str, request_sha256: str) -> Answered:
    at = now()
    with services.writing() as session:
        session.exec(delete(Answered).where(col(Answered.created_at) < at - KEPT))
        row = session.exec(
            select(Answered).where(Answered.who == who.id, Answered.key == key).with_for_update()
        ).one_or_none()
        if row and row.status == 0 and row.request_sha256 == request_sha256:
            if row.created_at > at - STALE:
                raise _in_progress()
            row.created_at = at
        if row is None:
            row = Answered(tenant_id=who.tenant_id, who=who.id, key=key, request_sha256=request_sha256, created_at=at)
        session.add(row)
    return row


def keep(services: Services, row_id: str, who: Principal, answer: Answer) -> None:
    told = json.dumps({"headers": answer.headers, "body": base64.b64encode(answer.body).decode()})
    sealed = base64.b64encode(services.keys.seal(who.tenant_id, PURPOSE, told.encode())).decode()
    with services.writing() as session:
        row = session.get_one(Answered, row_id)
        row.status, row.body = answer.status, sealed
        session.add(row)


def release(services: Services, row_id: str) -> None:
    with services.writing() as session:
        session.exec(delete(Answered).where(col(Answered.id) == row_id, col(Answered.status) == 0))


def describe(method: str, operation: dict[str, Any]) -> None:
    """Tell of the header in an operation of the OpenAPI document that it works for."""
    body = operation.get("requestBody", {}).get("content", {"application/json": {}})
    answers = operation.get("responses", {})
    public = operation.get("security") == [] or "403" not in answers
    if public or method not in {"post", "put"} or "application/json" not in body:
        return
    operation.setdefault("parameters", []).append(
        {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "description": "同一键的同一请求只执行一次 / The same request under one key is done once; its answer comes again",
            "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST, "pattern": "^[!-~]+$"},
        }
    )
    answers.setdefault(
        "409", answers["403"] | {"description": "同一请求仍在处理中 / The same is still being worked on"}
    )


# --- the request -------------------------------------------------------------------------------


def _concerned(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] not in {"POST", "PUT"}:
        return False
    headers = Headers(scope=scope)
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    return HEADER in headers and (kind in {"", "application/json"} or kind.endswith("+json"))


def _key(given: str) -> str:
    if not 0 < len(given) <= LONGEST or not given.isprintable():
        raise invalid(
            "bad_idempotency_key",
            Text(
                f"Idempotency-Key 须为 1 至 {LONGEST} 个可见字符", f"An Idempotency-Key has 1 to {LONGEST} characters"
            ),
            Text("例如使用 UUID", "Use a UUID, for example"),
        )
    return given


def _fingerprint(request: Request, body: bytes) -> str:
    told = "\n".join([request.method, request.url.path, request.url.query, request.headers.get("if-match", "")])
    return hashlib.sha256(told.encode() + b"\n" + body).hexdigest()


def _given(body: bytes, receive: Receive) -> Receive:
    told = False

    async def once() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return once


def _replay(answer: Answer) -> Response:
    return Response(answer.body or None, answer.status, {**dict(answer.headers), REPLAYED: "true"})


def _in_progress() -> ServiceError:
    return conflict(
        "in_progress",
        Text("同一请求仍在处理中", "The same request is still being worked on"),
        Text("请稍后用同一 Idempotency-Key 重试", "Try again shortly with the same Idempotency-Key"),
    )
