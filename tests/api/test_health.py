"""Liveness, readiness with its reasons, and figures: without a person's data, for machines that watch."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from api.clock import now, today
from api.logging import Lines
from api.permissions import Role
from api.tables import Batch, CaseRow
from tests.api.house import House, open_house
from tests.api.servers import PostgresServer

TOKEN = "metrics-token"


def figures(house: House) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    answer = house.anonymous.get("/api/v1/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_a_process_is_alive_whatever_has_gone_away(house: House) -> None:
    house.services.engine.dispose()
    assert house.anonymous.get("/api/v1/health/live").json() == {"alive": True}


def test_a_whole_service_is_ready(tmp_path: Path) -> None:
    with open_house(tmp_path / "data") as house:
        answer = house.anonymous.get("/api/v1/health/ready")
        parts = {part["name"]: part for part in answer.json()["parts"]}
        assert {"database", "tables", "keys", "storage"} <= set(parts)
        assert all(part["well"] for name, part in parts.items() if name != "tables")
        assert all(part["zh"] and part["en"] for part in parts.values())


def test_what_is_away_is_named(tmp_path: Path) -> None:
    gone = {"storage_url": "s3://bucket", "storage_endpoint": "http://127.0.0.1:9", "storage_access_key": "k"}
    with open_house(tmp_path / "data", **gone, storage_secret_key="s") as house:
        answer = house.anonymous.get("/api/v1/health/ready")
        assert answer.status_code == 503
        assert not answer.json()["ready"]
        parts = {part["name"]: part["code"] for part in answer.json()["parts"]}
        assert parts["storage"] == "storage_unavailable"
        assert parts["database"] == ""


def test_a_database_that_is_gone_is_named_and_comes_back(tmp_path: Path, postgres: PostgresServer) -> None:
    with open_house(tmp_path / "data", database_url=postgres.create(), metrics_token=TOKEN) as house:
        postgres.stop()
        try:
            answer = house.anonymous.get("/api/v1/health/ready")
            counted = figures(house)
        finally:
            postgres.start()
        assert answer.status_code == 503
        parts = {part["name"]: part["code"] for part in answer.json()["parts"]}
        assert (parts["database"], parts["storage"]) == ("OperationalError", "")
        assert counted["verifier_database_up", ()] == 0
        assert house.anonymous.get("/api/v1/health/ready").json()["parts"][0]["well"]


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Bearer "}])
def test_figures_are_for_who_has_the_token(tmp_path: Path, header: dict[str, str]) -> None:
    with open_house(tmp_path / "data", metrics_token=TOKEN) as house:
        assert house.anonymous.get("/api/v1/metrics", headers=header).status_code == 401


def test_without_a_token_figures_are_for_this_machine_only(house: House) -> None:
    assert house.anonymous.get("/api/v1/metrics").status_code == 401


def test_requests_and_stock_are_counted_without_names(tmp_path: Path) -> None:
    with open_house(tmp_path / "data", metrics_token=TOKEN) as house:
        tenant = house.tenant("甲保险（虚构）")
        with house.services.writing() as session:
            batch = Batch(tenant_id=tenant, name="三月", created_by="x", state="reading", created_at=now())
            batch.submitted_at = now() - timedelta(minutes=5)
            session.add(batch)
            session.flush()
            session.add(
                CaseRow(
                    tenant_id=tenant,
                    batch_id=batch.id,
                    name="C-0001",
                    created_at=now(),
                    keep_until=today() - timedelta(days=1),
                )
            )
        house.anonymous.get("/api/v1/nothing/110105194912310021")
        house.anonymous.get("/api/v1/health/live")
        found = figures(house)
        assert found["verifier_batches", (("state", "reading"),)] == 1
        assert found["verifier_cases", (("state", "waiting"),)] == 1
        assert found["verifier_cases_past_keeping", ()] == 1
        assert 290 < found["verifier_oldest_batch_seconds", ()] < 400
        assert found["verifier_database_up", ()] == 1
        counted = {labels: value for (name, labels), value in found.items() if name == "verifier_http_requests_total"}
        assert counted[("method", "GET"), ("route", "unmatched"), ("status", "404")] == 1
        text = str(found)
        assert not any(word in text for word in ("110105194912310021", "甲保险", "三月", "C-0001", tenant))


def test_one_line_of_ids_is_logged_for_each_request(house: House, caplog: pytest.LogCaptureFixture) -> None:
    person = house.person(house.tenant(), Role.REVIEWER)
    with caplog.at_level(logging.INFO, "api.metrics"):
        answer = person.client.get("/api/v1/me", params={"q": "张三"})
        person.client.get("/api/v1/health/live")
    (line,) = [json.loads(Lines().format(record)) for record in caplog.records if record.name == "api.metrics"]
    assert line["actor_id"] == person.user.id
    assert line["request_id"] == answer.headers["x-request-id"]
    assert (line["method"], line["status"]) == ("GET", answer.status_code)
    assert "张三" not in json.dumps(line, ensure_ascii=False)
