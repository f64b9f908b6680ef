"""How busy is the service, and how well does it do? Figures for Prometheus, none about any one person or institution.

Requests are counted where they are answered. Everything else is asked of the database and the job engine when the
figures are fetched, so that one address tells about all workers, and a restart forgets nothing.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from importlib import metadata
from typing import Protocol, runtime_checkable

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, func, select
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.clock import now, today
from api.services import Services
from api.tables import Batch, CaseRow, CaseState, Delivery, FindingRow, Hold, SourceRow

log = logging.getLogger(__name__)
LATENCIES = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10, 30, 60)
SILENT = ("/api/v1/health", "/api/v1/metrics", "/static")  # asked all the time, by machines


@runtime_checkable
class Watched(Protocol):
    """A job queue that can be asked how it does."""

    def workers(self) -> int: ...

    def waiting(self) -> dict[str, int]: ...


class Metrics:
    """The figures of one application."""

    def __init__(self, services: Services) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "verifier_http_requests", "Answered requests", ("method", "route", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "verifier_http_request_seconds",
            "Time until the whole answer was sent",
            ("method", "route"),
            buckets=LATENCIES,
            registry=self.registry,
        )
        self.registry.register(Stock(services))

    def text(self) -> bytes:
        return generate_latest(self.registry)


class Stock(Collector):
    """What is there and what waits, over all institutions."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def describe(self) -> Iterator[Metric]:
        """Nothing: the names need not be known before they are asked for."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        build = GaugeMetricFamily("verifier_build", "Version that is running", labels=("version",))
        build.add_metric((metadata.version("insurance-sales-verifier"),), 1)
        yield build
        answers = GaugeMetricFamily("verifier_database_up", "Whether the database answers")
        try:
            with self._services.reading() as session:
                found = [*_counts(session), *_ages(session)]
            if isinstance(self._services.jobs, Watched):
                found += _work(self._services.jobs)
        except SQLAlchemyError as fault:
            log.warning("the figures could not be counted: %s", type(fault).__name__)
            found = []
        answers.add_metric((), 1 if found else 0)
        yield answers
        yield from found


def _counts(session: Session) -> Iterator[Metric]:
    for name, told, column in (
        ("verifier_batches", "Batches by state", col(Batch.state)),
        ("verifier_sources", "Files of cases by state", col(SourceRow.state)),
        ("verifier_cases", "Cases by state", col(CaseRow.state)),
        ("verifier_webhook_deliveries", "Webhook messages by state", col(Delivery.state)),
    ):
        family = GaugeMetricFamily(name, told, labels=("state",))
        for state, number in session.exec(select(column, func.count()).group_by(column)).all():
            family.add_metric((state,), number)
        yield family
    findings = GaugeMetricFamily(
        "verifier_findings", "Findings for people by state and severity", labels=("state", "severity")
    )
    current = select(FindingRow.state, FindingRow.severity, func.count()).where(col(FindingRow.current))
    for state, severity, number in session.exec(current.group_by(FindingRow.state, FindingRow.severity)).all():
        findings.add_metric((state, severity), number)
    yield findings
    held = select(func.count(func.distinct(Hold.case_id))).where(col(Hold.released_at).is_(None))
    yield GaugeMetricFamily("verifier_cases_held", "Cases that must not be purged", value=session.exec(held).one())
    past = select(func.count()).where(col(CaseRow.keep_until) < today(), col(CaseRow.state) != CaseState.PURGED)
    yield GaugeMetricFamily(
        "verifier_cases_past_keeping", "Cases whose term of keeping is over", value=session.exec(past).one()
    )


def _ages(session: Session) -> Iterator[Metric]:
    oldest = select(func.min(Batch.submitted_at)).where(
        col(Batch.finished_at).is_(None), col(Batch.submitted_at).is_not(None)
    )
    since = session.exec(oldest).one()
    yield GaugeMetricFamily(
        "verifier_oldest_batch_seconds",
        "Since the oldest unfinished batch was submitted",
        value=max(0.0, (now() - since).total_seconds()) if since else 0,
    )


def _work(jobs: Watched) -> Iterator[Metric]:
    yield GaugeMetricFamily("verifier_workers", "Worker processes that are alive", value=jobs.workers())
    queues = GaugeMetricFamily("verifier_jobs_waiting", "Pieces of work that wait", labels=("queue",))
    for name, number in jobs.waiting().items():
        queues.add_metric((name,), number)
    yield queues


class Measured:
    """ASGI: counts and times each request, and writes one line of ids about it. Put it outermost."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status, began = 500, time.perf_counter()

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, watched)
        finally:
            self._told(scope, status, time.perf_counter() - began)

    def _told(self, scope: Scope, status: int, seconds: float) -> None:
        route = str(getattr(scope.get("route"), "path", "")) or "unmatched"
        method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        self.metrics.requests.labels(method, route, str(status)).inc()
        self.metrics.seconds.labels(method, route).observe(seconds)
        if not scope["path"].startswith(SILENT):
            state = scope.get("state", {})
            who = state.get("principal")
            log.info(
                "answered",
                extra={
                    "request_id": state.get("id", ""),
                    "method": method,
                    "route": route,
                    "status": status,
                    "milliseconds": round(seconds * 1000, 1),
                    "actor_id": getattr(who, "id", ""),
                },
            )


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
