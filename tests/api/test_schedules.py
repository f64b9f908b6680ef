"""Is what is due done once, at the right hour of Shanghai, however many workers look?"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import select

from api.clock import now
from api.errors import ServiceError
from api.permissions import Role
from api.tables import Checkpoint, Draw, ReAudit, Schedule
from api.workflow import schedules
from tests.api.doing import worker
from tests.api.house import House
from tests.api.judged import CRITICAL, FAIL, Scene

SAMPLE = {"rule": {"of": "cases", "method": "risk", "size": 2}}


@pytest.fixture
def scene(house: House) -> Scene:
    return Scene(house, house.tenant())


def made(scene: Scene, work: str, parameters: dict[str, object] | None = None) -> Schedule:
    who = scene.house.person(scene.tenant_id, Role.ADMINISTRATOR).principal
    return schedules.create(scene.house.services, who, work, "0 2 * * 1", parameters or {})


def due(scene: Scene, row: Schedule, at: datetime) -> None:
    with scene.house.services.writing() as session:
        session.get_one(Schedule, row.id).next_at = at


@pytest.mark.parametrize(
    ("cron", "after", "expected"),
    [
        ("0 2 * * *", datetime(2026, 11, 22, 17, 59, tzinfo=UTC), datetime(2026, 11, 22, 18, 0, tzinfo=UTC)),
        ("0 2 * * *", datetime(2026, 11, 22, 18, 0, tzinfo=UTC), datetime(2026, 11, 23, 18, 0, tzinfo=UTC)),
        ("30 9 1 * *", datetime(2026, 11, 30, 20, 0, tzinfo=UTC), datetime(2026, 12, 1, 1, 30, tzinfo=UTC)),
        ("0 0 * * 1", datetime(2026, 11, 22, 10, 0, tzinfo=UTC), datetime(2026, 11, 22, 16, 0, tzinfo=UTC)),
    ],
)
def test_times_are_those_of_shanghai(cron: str, after: datetime, expected: datetime) -> None:
    assert schedules.following(cron, after) == expected


@pytest.mark.parametrize(
    "cron",
    ["* * * * *", "*/2 * * * *", "0,1 3 * * *", "0 2 * *", "0 2 * * * *", "@hourly", "61 * * * *", "a b c d e", ""],
)
def test_what_is_no_time_or_too_often_is_refused(cron: str) -> None:
    with pytest.raises(ServiceError, match="bad_cron"):
        schedules.following(cron, now())


def test_each_due_time_is_one_key_and_missed_times_are_one(scene: Scene) -> None:
    row = made(scene, "sample", SAMPLE)
    long_ago = datetime(2026, 9, 6, 18, 0, tzinfo=UTC)
    due(scene, row, long_ago)
    services = scene.house.services
    schedules.tick(services)
    schedules.tick(services)  # another worker, a moment later
    assert scene.house.queue.asked == [("schedule.run", f"{row.id}|2026-09-06T18:00:00+00:00")]
    with services.reading() as session:
        following = session.get_one(Schedule, row.id).next_at
    assert following is not None
    assert following > now()


def test_a_worker_that_dies_after_handing_over_doubles_nothing(scene: Scene) -> None:
    """The row still says that it is due: the same key is handed over again, and what it does has the same id."""
    for number in range(5):
        scene.case(f"C-{number}", {CRITICAL: FAIL} if number else {})
    row = made(scene, "sample", SAMPLE)
    at = now() - timedelta(minutes=1)
    services = scene.house.services
    for _ in range(2):
        due(scene, row, at)
        schedules.tick(services)
    assert len(set(scene.house.queue.asked)) == 1
    scene.house.queue.run(worker(services))
    with services.reading() as session:
        (drawn,) = session.exec(select(Draw)).all()
        kept = session.get_one(Schedule, row.id)
    assert (drawn.size, drawn.population_size, drawn.by) == (2, 5, f"schedule:{row.id}")
    assert kept.ran_at is not None
    assert kept.problem == ""


def test_a_scheduled_sample_takes_the_last_days(scene: Scene) -> None:
    today = schedules.today()
    scene.case("new", sale_date=today - timedelta(days=2))
    scene.case("old", sale_date=date(2020, 1, 1))
    row = made(scene, "sample", {**SAMPLE, "days_back": 7})
    due(scene, row, now() - timedelta(minutes=1))
    schedules.tick(scene.house.services)
    scene.house.queue.run(worker(scene.house.services))
    with scene.house.services.reading() as session:
        assert session.exec(select(Draw)).one().population_size == 1


def test_a_scheduled_reaudit_stands_beside_and_never_counts(scene: Scene) -> None:
    case = scene.case("C-1")
    before = scene.stored(case).judgement_id
    row = made(scene, "reaudit", {})
    due(scene, row, now() - timedelta(minutes=1))
    schedules.tick(scene.house.services)
    scene.house.queue.run(worker(scene.house.services))
    with scene.house.services.reading() as session:
        found = session.exec(select(ReAudit)).one()
    assert (found.state, found.adopt, found.total) == ("done", False, 1)
    assert scene.stored(case).judgement_id == before
    with pytest.raises(ServiceError, match="bad_parameters"):
        made(scene, "reaudit", {"adopt": True})


def test_a_checkpoint_is_signed(scene: Scene) -> None:
    row = made(scene, "checkpoint")
    due(scene, row, now() - timedelta(minutes=1))
    schedules.tick(scene.house.services)
    scene.house.queue.run(worker(scene.house.services))
    with scene.house.services.reading() as session:
        assert session.exec(select(Checkpoint)).one().tenant_id == scene.tenant_id


def test_what_cannot_be_done_stands_on_the_schedule(scene: Scene) -> None:
    row = made(scene, "sample", SAMPLE)  # there is no case to draw from
    due(scene, row, now() - timedelta(minutes=1))
    schedules.tick(scene.house.services)
    scene.house.queue.run(worker(scene.house.services))
    with scene.house.services.reading() as session:
        assert session.get_one(Schedule, row.id).problem.startswith("nothing_to_draw")


def test_over_http_a_paused_schedule_is_not_due_and_strangers_see_none(scene: Scene) -> None:
    house = scene.house
    client = house.person(scene.tenant_id, Role.ADMINISTRATOR).client
    given = {"work": "sample", "cron": "0  2 * * 1", "parameters": SAMPLE}
    row = client.post("/api/v1/schedules", json=given).json()
    assert (row["cron"], row["parameters"]["rule"]["size"]) == ("0 2 * * 1", 2)
    path = f"/api/v1/schedules/{row['id']}"
    assert client.patch(path, json={"paused": True}).json()["paused_at"]
    with house.services.writing() as session:
        session.get_one(Schedule, row["id"]).next_at = now() - timedelta(hours=1)
    schedules.tick(house.services)
    assert house.queue.asked == []
    bad = {"work": "sample", "cron": "0 2 * * 1", "parameters": {"rule": {"of": "cases"}}}
    assert client.post("/api/v1/schedules", json=bad).json()["code"] == "bad_parameters"
    stranger = house.person(house.tenant("另一家（虚构）"), Role.ADMINISTRATOR).client
    assert stranger.get(path).status_code == stranger.delete(path).status_code == 404
    assert client.delete(path).status_code == 204
