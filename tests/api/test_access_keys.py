"""Which keys may be made, for what, and how do they end?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from fastapi.testclient import TestClient
from sqlmodel import select

from api.clock import now
from api.permissions import FOR_KEYS, ROLES, Permission, Role
from api.tables import ApiKey
from tests.api.house import House


def make(client: TestClient, *scopes: Permission, **more: Any) -> Any:
    return client.post("/api/v1/keys", json={"name": "核心系统", "scopes": list(scopes), **more})


def test_a_key_is_told_once_and_kept_as_a_hash(house: House) -> None:
    admin = house.person(house.tenant(), Role.ADMINISTRATOR)
    made = make(admin.client, Permission.BATCH_WRITE, Permission.BATCH_READ)
    told = made.json()
    assert made.status_code == 201 and told["token"].startswith(told["prefix"])
    assert "token" not in admin.client.get(made.headers["location"]).json()
    with house.services.reading() as session:
        kept = session.exec(select(ApiKey)).one()
    assert told["token"] not in str(kept.model_dump())
    client = TestClient(house.app, headers={"Authorization": f"Bearer {told['token']}"})
    assert client.get("/api/v1/me").json()["permissions"] == ["batch.read", "batch.write"]
    assert client.get("/api/v1/batches").status_code == 200
    assert client.get("/api/v1/trail/events").status_code == 403
    assert client.get("/api/v1/keys").json()["items"] == []


def test_nobody_gives_what_no_key_may_have(house: House) -> None:
    here = house.tenant()
    everything = house.person(here, *(role for role in Role if role is not Role.REGULATOR))
    for scope in set(Permission) - FOR_KEYS:
        refused = make(everything.client, scope)
        assert (refused.status_code, refused.json()["scopes"]) == (422, [scope.value])


def test_others_give_of_their_own_rights(house: House) -> None:
    here = house.tenant()
    reviewer = house.person(here, Role.REVIEWER)
    own = ROLES[Role.REVIEWER] & FOR_KEYS
    assert make(reviewer.client, *own).status_code == 201
    assert make(reviewer.client, Permission.BATCH_WRITE).status_code == 422
    admin = house.person(here, Role.ADMINISTRATOR)
    assert make(admin.client, Permission.BATCH_WRITE).status_code == 201, "for systems, of what any key may have"


def test_regulators_and_keys_make_no_keys(house: House) -> None:
    """A regulator's limits in time, branch and masking do not fit into a key."""
    here = house.tenant()
    assert make(house.person(here, Role.REGULATOR).client, Permission.CASE_READ).status_code == 403
    assert make(house.key(here, *Permission), Permission.CASE_READ).status_code == 403


def test_a_key_keeps_to_its_branch(house: House) -> None:
    here = house.tenant()
    branch, other, foreign = house.branch(here), house.branch(here, "北京"), house.branch(house.tenant("别家"))
    person = house.person(here, Role.UPLOADER, branch_id=branch)
    assert make(person.client, Permission.BATCH_READ).status_code == 403, "wider than its maker"
    assert make(person.client, Permission.BATCH_READ, branch_id=other).status_code == 403
    made = make(person.client, Permission.BATCH_READ, branch_id=branch)
    client = TestClient(house.app, headers={"Authorization": f"Bearer {made.json()['token']}"})
    assert client.get("/api/v1/me").json()["branch_id"] == branch
    admin = house.person(here, Role.ADMINISTRATOR)
    for unknown in (foreign, "", "nowhere"):
        assert make(admin.client, Permission.BATCH_READ, branch_id=unknown).status_code == 404


def test_a_key_ends_when_it_is_revoked_or_its_time_is_over(house: House) -> None:
    admin = house.person(house.tenant(), Role.ADMINISTRATOR)
    assert make(admin.client, Permission.BATCH_READ, expires_at="2020-01-01T00:00:00Z").status_code == 422
    later = (now() + timedelta(days=1)).isoformat()
    told = make(admin.client, Permission.BATCH_READ, expires_at=later).json()
    client = TestClient(house.app, headers={"Authorization": f"Bearer {told['token']}"})
    assert client.get("/api/v1/batches").status_code == 200
    for _ in range(2):
        assert admin.client.delete(f"/api/v1/keys/{told['id']}").status_code == 204
    assert client.get("/api/v1/batches").status_code == 401
    assert admin.client.get(f"/api/v1/keys/{told['id']}").json()["revoked_at"]


def test_everybody_sees_their_own_keys_and_administrators_all(house: House) -> None:
    here = house.tenant()
    admin, one, two = (house.person(here, role) for role in (Role.ADMINISTRATOR, Role.REVIEWER, Role.REVIEWER))
    first = make(one.client, Permission.CASE_READ).json()["id"]
    second = make(two.client, Permission.CASE_READ).json()["id"]

    def seen(client: TestClient) -> list[str]:
        return [key["id"] for key in client.get("/api/v1/keys").json()["items"]]

    assert (seen(one.client), seen(two.client), seen(admin.client)) == ([first], [second], [second, first])
    assert one.client.delete(f"/api/v1/keys/{second}").status_code == 404
    assert admin.client.delete(f"/api/v1/keys/{second}").status_code == 204
