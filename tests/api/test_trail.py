"""Does the trail tell what happened, to whom it may, and does tampering show?"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from sqlalchemy import text
from sqlmodel import Session, col, select

from api import trail
from api.clock import now
from api.permissions import Permission, Role
from api.principal import Principal, system
from api.tables import Batch, CaseRow, Checkpoint, Decision, FindingRow, Judgement, TrailEvent
from api.workflow import checkpoints, trail_reading
from tests.api.house import House, Person
from verifier.errors import ToolError


def act(house: House, who: Principal, action: str, kind: str = "case", subject: str = "c-1", **detail: object) -> None:
    with house.services.writing() as session:
        trail.record(session, who, action, kind, subject, **detail)


def fill(house: House, tenant_id: str, count: int = 12) -> None:
    for number in range(count):
        act(house, system(tenant_id), "case.viewed", "case", f"c-{number}", number=number)


# --- the chain ---------------------------------------------------------------------------------


def _sql(statement: str) -> Callable[[Session], object]:
    return lambda session: session.connection().execute(text(statement))


@pytest.mark.parametrize(
    ("tamper", "found"),
    [
        (_sql("UPDATE trail_event SET action = 'case.ignored' WHERE seq = 5"), "altered"),
        (_sql("UPDATE trail_event SET actor_id = 'x' WHERE seq = 5"), "altered"),
        (_sql("UPDATE trail_event SET detail = '{}' WHERE seq = 5"), "altered"),
        (_sql("UPDATE trail_event SET at = '2020-01-01 00:00:00' WHERE seq = 5"), "altered"),
        (_sql("DELETE FROM trail_event WHERE seq = 5"), "missing"),
        (_sql("DELETE FROM trail_event WHERE seq = 12"), "head"),
        (_sql("UPDATE trail_head SET seq = 11"), "head"),
        (_sql("UPDATE trail_checkpoint SET sha256 = previous FROM trail_event WHERE trail_event.seq = 3"), "signature"),
        (_sql("UPDATE trail_checkpoint SET seq = 40"), "truncated"),
    ],
)
def test_tampering_shows(house: House, tamper: Callable[[Session], object], found: str) -> None:
    here = house.tenant()
    fill(house, here)
    checkpoints.checkpoint(house.services, here)
    assert checkpoints.verify(house.services, here)[0].breaks == ()
    with house.services.writing() as session:
        tamper(session)
    assert found in {one.kind for one in checkpoints.verify(house.services, here)[0].breaks}


def test_a_tail_that_was_cut_off_and_the_head_mended_shows_against_a_checkpoint(house: House) -> None:
    here = house.tenant()
    fill(house, here)
    checkpoints.checkpoint(house.services, here)
    with house.services.writing() as session:
        _sql("DELETE FROM trail_event WHERE seq > 6")(session)
        _sql("UPDATE trail_head SET seq = 6, sha256 = (SELECT sha256 FROM trail_event WHERE seq = 6)")(session)
    assert {one.kind for one in checkpoints.verify(house.services, here)[0].breaks} == {"truncated"}


def test_a_chain_written_anew_from_some_point_shows_against_a_checkpoint(house: House) -> None:
    here = house.tenant()
    fill(house, here)
    checkpoints.checkpoint(house.services, here)
    with house.services.writing() as session:
        previous = trail.GENESIS
        for event in session.exec(select(TrailEvent).order_by(col(TrailEvent.seq))).all():
            event.detail, event.previous = {"number": 99}, previous
            event.sha256 = previous = trail.link(event)
            session.add(event)
        _sql(f"UPDATE trail_head SET sha256 = '{previous}'")(session)
    assert {(one.seq, one.kind) for one in checkpoints.verify(house.services, here)[0].breaks} == {(12, "altered")}


def test_every_institution_has_its_own_chain(house: House) -> None:
    one, two = house.tenant("甲"), house.tenant("乙")
    fill(house, one, 3)
    fill(house, two, 2)
    made = {mark.tenant_id: mark.seq for mark in checkpoints.checkpoint(house.services)}
    assert made == {one: 3, two: 2}
    assert checkpoints.checkpoint(house.services) == [], "nothing was added since"
    assert [(one.events, one.breaks) for one in checkpoints.verify(house.services)] == [(3, ()), (2, ())]


# --- the signing key ---------------------------------------------------------------------------


def test_the_signing_key_is_its_owners_and_stays(house: House) -> None:
    first = checkpoints.public_key_pem(house.services)
    file = house.services.settings.data_dir / checkpoints.KEY_FILE
    assert file.stat().st_mode & 0o777 == 0o600
    assert checkpoints.public_key_pem(house.services) == first
    assert [path.name for path in file.parent.glob(f"{checkpoints.KEY_FILE}*")] == [checkpoints.KEY_FILE]
    file.chmod(0o644)
    with pytest.raises(ToolError):
        checkpoints.signing_key(house.services)


def test_a_lost_key_shows_and_its_public_half_is_enough_to_verify(house: House) -> None:
    here = house.tenant()
    fill(house, here, 2)
    checkpoints.checkpoint(house.services)
    old = checkpoints.signing_key(house.services).public_key()
    folder = house.services.settings.data_dir
    (folder / checkpoints.KEY_FILE).unlink()
    assert {one.kind for one in checkpoints.verify(house.services)[0].breaks} == {"signature"}
    (folder / "trail-2026.pub").write_text(base64.b64encode(old.public_bytes_raw()).decode() + "\n")
    assert checkpoints.verify(house.services)[0].breaks == ()
    (folder / "trail-broken.pub").write_text("no key\n")
    with pytest.raises(ToolError):
        checkpoints.verify(house.services)


def test_a_checkpoint_can_be_verified_by_an_outsider(house: House) -> None:
    """With the public key, the checkpoint and the export alone, as docs/trail.md says."""
    admin = house.person(house.tenant(), Role.ADMINISTRATOR)
    fill(house, admin.user.tenant_id, 3)
    mark = admin.client.post("/api/v1/trail/checkpoints").json()
    pem = admin.client.get("/api/v1/trail/public-key").text
    lines = [json.loads(line) for line in admin.client.get("/api/v1/trail/export").text.splitlines()]
    assert lines[mark["seq"] - 1]["sha256"] == mark["sha256"]
    members = (
        "tenant_id",
        "seq",
        "at",
        "actor_kind",
        "actor_id",
        "action",
        "subject_kind",
        "subject_id",
        "detail",
        "previous",
    )
    for line in lines:
        told = json.dumps([line[one] for one in members], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        assert hashlib.sha256(told.encode()).hexdigest() == line["sha256"]
    assert all(right["previous"] == left["sha256"] for left, right in pairwise(lines))
    at = mark["at"].replace("Z", "+00:00")
    statement = "\n".join(["verifier.trail.checkpoint/1", admin.user.tenant_id, str(mark["seq"]), mark["sha256"], at])
    key: Any = load_pem_public_key(pem.encode())
    key.verify(base64.b64decode(mark["signature"]), statement.encode())


# --- who reads it ------------------------------------------------------------------------------


def told(person: Person, **asked: str) -> list[tuple[str, str]]:
    answer = person.client.get("/api/v1/trail/events", params=asked)
    assert answer.status_code == 200, answer.text
    return [(one["action"], one["subject_id"]) for one in answer.json()["items"]]


def test_events_are_filtered_and_come_in_pages_latest_first(house: House) -> None:
    here = house.tenant()
    person = house.person(here, Role.APPROVER)
    fill(house, here, 5)
    act(house, person.principal, "finding.decided", "finding", "f-1")
    act(house, person.principal, "case_note.made", "case", "c-3")
    assert told(person)[0] == ("case_note.made", "c-3")
    assert told(person, subject_id="c-3") == [("case_note.made", "c-3"), ("case.viewed", "c-3")]
    assert told(person, actor_id=person.user.id) == [("case_note.made", "c-3"), ("finding.decided", "f-1")]
    assert len(told(person, action="case.")) == 5
    assert told(person, action="finding.decided", subject_kind="finding") == [("finding.decided", "f-1")]
    assert told(person, since=(now() + timedelta(hours=1)).isoformat()) == []
    assert len(told(person, until=(now() + timedelta(hours=1)).isoformat())) == 7
    first = person.client.get("/api/v1/trail/events?limit=4").json()
    rest = person.client.get("/api/v1/trail/events", params={"limit": 4, "cursor": first["next"]}).json()
    assert [one["seq"] for one in first["items"] + rest["items"]] == [7, 6, 5, 4, 3, 2, 1] and rest["next"] is None


@pytest.mark.parametrize("cursor", ["x", "WyJ4Il0", "WzFlOTk5XQ", "Wzk5OTk5OTk5OTk5OTk5OTk5OTk5OTld"])
def test_a_cursor_that_is_none_is_refused(house: House, cursor: str) -> None:
    person = house.person(house.tenant(), Role.APPROVER)
    assert person.client.get("/api/v1/trail/events", params={"cursor": cursor}).json()["code"] == "bad_cursor"


@pytest.mark.parametrize("role", [Role.UPLOADER, Role.REVIEWER, Role.AML_OFFICER])
def test_others_do_not_read_it(house: House, role: Role) -> None:
    person = house.person(house.tenant(), role)
    for path in ("events", "export", "verification", "checkpoints", "public-key"):
        assert person.client.get(f"/api/v1/trail/{path}").status_code == 403


def case(
    house: House, tenant_id: str, branch_id: str | None, sold: date, *, confidential: bool = False
) -> dict[str, str]:
    """A case with one finding and a decision on it, and an event about each."""
    with house.services.writing() as session:
        batch = Batch(tenant_id=tenant_id, branch_id=branch_id, name="b", created_by="x", created_at=now())
        session.add(batch)
        session.flush()
        row = CaseRow(
            tenant_id=tenant_id,
            branch_id=branch_id,
            batch_id=batch.id,
            name=str(sold),
            sale_date=sold,
            created_at=now(),
        )
        session.add(row)
        session.flush()
        judged = Judgement(
            tenant_id=tenant_id,
            case_id=row.id,
            pack="p",
            edition="e",
            pack_sha256="0",
            as_of=sold,
            verdict="fail",
            created_at=now(),
        )
        session.add(judged)
        session.flush()
        finding = FindingRow(
            tenant_id=tenant_id, branch_id=branch_id, case_id=row.id, judgement_id=judged.id, check_id="AML-04", stage="S1",
            severity="major", outcome="fail", confidential=confidential, digest="0", rule_digest="0", effective="fail",
            created_at=now(),
        )  # fmt: skip
        session.add(finding)
        session.flush()
        decision = Decision(
            tenant_id=tenant_id, case_id=row.id, finding_id=finding.id, check_id="AML-04", action="accept", reason="r",
            digest="0", by="x", by_name="x", at=now(),
        )  # fmt: skip
        session.add(decision)
    made = {"case": row.id, "finding": finding.id, "decision": decision.id}
    for kind, subject in made.items():
        act(house, system(tenant_id), f"{kind}.touched", kind, subject)
    return made


def seen(person: Person) -> set[str]:
    return {subject for action, subject in told(person) if action.endswith(".touched")}


def test_a_regulator_reads_about_the_cases_of_the_grant_only(house: House) -> None:
    here = house.tenant()
    branch, other = house.branch(here), house.branch(here, "北京分公司")
    mine = case(house, here, branch, date(2026, 3, 1))
    case(house, here, branch, date(2025, 3, 1))
    case(house, here, other, date(2026, 3, 1))
    act(house, system(here), "account.created", "account", "a-1")
    regulator = house.person(
        here,
        Role.REGULATOR,
        grant_start=date(2026, 1, 1),
        grant_end=date(2026, 12, 31),
        grant_branches=[branch],
        expires_at=now() + timedelta(days=9),
    )
    assert seen(regulator) == set(mine.values())
    assert {action for action, _ in told(regulator)} == {
        "case.touched", "finding.touched", "decision.touched", "regulator.asked",
    }  # fmt: skip
    exported = regulator.client.get("/api/v1/trail/export").text.splitlines()
    assert {json.loads(line)["action"] for line in exported} >= {"case.touched", "trail.exported"}
    assert not any("account.created" in line for line in exported)


def test_an_approver_of_a_branch_reads_about_that_branch(house: House) -> None:
    here = house.tenant()
    branch, other = house.branch(here), house.branch(here, "北京分公司")
    mine = case(house, here, branch, date(2026, 3, 1))
    case(house, here, other, date(2026, 3, 1))
    assert seen(house.person(here, Role.APPROVER, branch_id=branch)) == set(mine.values())


def test_what_was_done_about_confidential_findings_is_not_told(house: House) -> None:
    """That somebody decided one would tell that there is one. The chain still shows as whole to who sees all of it."""
    here = house.tenant()
    secret = case(house, here, None, date(2026, 3, 1), confidential=True)
    approver = house.person(here, Role.APPROVER)
    assert seen(approver) == {secret["case"]}
    assert seen(house.person(here, Role.APPROVER, Role.AML_OFFICER)) == set(secret.values())
    lines = [json.loads(line) for line in approver.client.get("/api/v1/trail/export").text.splitlines()]
    assert [one.get("withheld", False) for one in lines] == [False, True, True, False]
    assert secret["finding"] not in json.dumps(lines)
    assert all(right["previous"] == left["sha256"] for left, right in pairwise(lines))


def test_taking_it_away_and_checking_it_are_on_it(house: House) -> None:
    person = house.person(house.tenant(), Role.ADMINISTRATOR)
    person.client.get("/api/v1/trail/export", params={"action": "case."})
    assert person.client.get("/api/v1/trail/verification").json() == {
        "holds": True, "events": 1, "checkpoints": 0, "breaks": [],
    }  # fmt: skip
    assert [action for action, _ in told(person)] == ["trail.verified", "trail.exported"]
    assert person.client.post("/api/v1/trail/checkpoints").json()["seq"] == 3
    assert len(person.client.get("/api/v1/trail/checkpoints").json()["items"]) == 1


def test_a_long_trail_is_exported_whole_and_in_order(house: House) -> None:
    here = house.tenant()
    with house.services.writing() as session:
        for number in range(1201):
            trail.record(session, system(here), "case.viewed", "case", str(number))
    who = system(here)
    assert who.may(Permission.TRAIL_READ)
    lines = "".join(trail_reading.export(house.services, who, trail_reading.Wanted(action="case.viewed"))).splitlines()
    assert [json.loads(line)["seq"] for line in lines] == list(range(1, 1202))


def test_nothing_of_a_checkpoint_can_be_asked_of_another(house: House) -> None:
    one = house.person(house.tenant("甲"), Role.ADMINISTRATOR)
    two = house.person(house.tenant("乙"), Role.ADMINISTRATOR)
    one.client.post("/api/v1/trail/checkpoints")
    assert two.client.get("/api/v1/trail/checkpoints").json()["items"] == []
    with house.services.reading() as session:
        assert len(session.exec(select(Checkpoint)).all()) == 1
