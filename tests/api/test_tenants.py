"""Who founds and closes institutions, and who sees which branch?"""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import select

from api.permissions import Role
from api.tables import TenantKind, TrailEvent
from tests.api.house import House, Person


@pytest.fixture
def operator(house: House) -> Person:
    return house.person(house.tenant("运营方", TenantKind.OPERATOR), Role.ADMINISTRATOR)


def found(who: Person, name: str = "新机构", login: str = "first@example.com") -> Any:
    return who.client.post("/api/v1/institutions", json={"name": name, "login": login})


def test_an_institution_begins_with_an_administrator(house: House, operator: Person) -> None:
    made = found(operator)
    assert made.status_code == 201
    told = made.json()
    opened = house.anonymous.post(
        "/api/v1/sessions", json={"login": "first@example.com", "password": told["one_time_password"]}
    )
    me = house.anonymous.get("/api/v1/me", headers={"Authorization": f"Bearer {opened.json()['token']}"}).json()
    assert (me["institution_id"], me["roles"]) == (told["id"], ["administrator"])
    assert operator.client.get(made.headers["location"]).json()["name"] == "新机构"
    with house.services.reading() as session:
        chains = session.exec(select(TrailEvent.tenant_id).where(TrailEvent.action == "institution.created")).all()
    assert sorted(chains) == sorted([told["id"], operator.user.tenant_id]), "it stands on both trails"
    assert found(operator, login="second@example.com").json()["code"] == "name_taken"
    assert found(operator, name="另一家").json()["code"] == "login_taken"


def test_administrators_of_others_found_nothing(house: House, operator: Person) -> None:
    """Their role holds the permission; their institution does not. Nor does a branch of the operator."""
    branch = house.branch(operator.user.tenant_id)
    others = (
        house.person(house.tenant(), Role.ADMINISTRATOR),
        house.person(operator.user.tenant_id, Role.ADMINISTRATOR, branch_id=branch),
        house.person(operator.user.tenant_id, Role.APPROVER),
    )
    for other in others:
        assert "tenant.manage" not in other.client.get("/api/v1/me").json()["permissions"]
        assert found(other).status_code == 403
        assert other.client.get("/api/v1/institutions").status_code == 403
        assert other.client.get(f"/api/v1/institutions/{other.user.tenant_id}").status_code == 403
        assert other.client.post(f"/api/v1/institutions/{other.user.tenant_id}/close").status_code == 403


def test_a_closed_institution_stays_on_record(house: House, operator: Person) -> None:
    told = found(operator).json()
    closed = operator.client.post(f"/api/v1/institutions/{told['id']}/close")
    assert closed.json()["closed_at"]
    assert (
        operator.client.post(f"/api/v1/institutions/{told['id']}/close").json()["closed_at"]
        == closed.json()["closed_at"]
    )
    assert told["id"] in {one["id"] for one in operator.client.get("/api/v1/institutions").json()["items"]}
    own = operator.client.post(f"/api/v1/institutions/{operator.user.tenant_id}/close")
    assert own.json()["code"] == "operator_stays"


def test_institutions_come_in_pages(house: House, operator: Person) -> None:
    for number in range(3):
        house.tenant(f"机构 {number}")
    first = operator.client.get("/api/v1/institutions?limit=3").json()
    rest = operator.client.get("/api/v1/institutions", params={"limit": 3, "cursor": first["next"]}).json()
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (3, 1, None)


def test_renaming(house: House, operator: Person) -> None:
    told = found(operator).json()
    own = f"/api/v1/institutions/{told['id']}"
    assert operator.client.patch(own, json={"name": "新名称"}).json()["name"] == "新名称"
    assert operator.client.patch(own, json={"name": "运营方"}).json()["code"] == "name_taken"
    assert operator.client.patch(own, json={"name": ""}).status_code == 422


def test_branches_are_seen_by_those_they_concern(house: House) -> None:
    here, elsewhere = house.tenant(), house.tenant("别家")
    one, two, foreign = house.branch(here), house.branch(here, "北京分公司"), house.branch(elsewhere)
    everyone = house.person(here, Role.REVIEWER)
    inside = house.person(here, Role.REVIEWER, branch_id=two)
    regulator = house.person(here, Role.REGULATOR, grant_branches=[one])

    def seen(person: Person) -> set[str]:
        return {branch["id"] for branch in person.client.get("/api/v1/branches").json()["items"]}

    assert (seen(everyone), seen(inside), seen(regulator)) == ({one, two}, {two}, {one})
    admin = house.person(here, Role.ADMINISTRATOR)
    assert admin.client.patch(f"/api/v1/branches/{foreign}", json={"name": "x"}).status_code == 404


def test_a_branch_is_closed_when_nobody_is_left_in_it(house: House) -> None:
    here = house.tenant()
    admin = house.person(here, Role.ADMINISTRATOR)
    branch = admin.client.post("/api/v1/branches", json={"name": "苏州支公司"}).json()["id"]
    assert admin.client.post("/api/v1/branches", json={"name": "苏州支公司"}).json()["code"] == "name_taken"
    person = house.person(here, Role.UPLOADER, branch_id=branch)
    assert admin.client.post(f"/api/v1/branches/{branch}/close").json()["code"] == "branch_in_use"
    admin.client.post(f"/api/v1/accounts/{person.user.id}/close")
    assert admin.client.post(f"/api/v1/branches/{branch}/close").json()["closed_at"]
    rights = {"roles": ["reviewer"], "branch_id": branch}
    late = admin.client.post("/api/v1/accounts", json={"login": "late", "name": "late", "rights": rights})
    assert late.status_code == 404


def test_how_an_institution_reviews_is_its_administrators_choice(house: House) -> None:
    here = house.tenant()
    admin, reviewer = house.person(here, Role.ADMINISTRATOR), house.person(here, Role.REVIEWER)
    path = "/api/v1/institution/review-choices"
    assert reviewer.client.get(path).json() == {"blind_share": 0.02, "waiver_max_days": 90}
    chosen = {"blind_share": 0.1, "waiver_max_days": 30}
    assert reviewer.client.put(path, json=chosen).status_code == 403
    for wrong in ({"blind_share": 1.5}, {"waiver_max_days": 0}, {"blind_shar": 0.1}):
        assert admin.client.put(path, json=wrong).status_code == 422
    assert admin.client.put(path, json=chosen).json() == chosen == reviewer.client.get(path).json()
    other = house.person(house.tenant("别家"), Role.REVIEWER)
    assert other.client.get(path).json()["blind_share"] == 0.02
    with house.services.reading() as session:
        (told,) = session.exec(
            select(TrailEvent.detail).where(TrailEvent.action == "institution.choices_changed")
        ).all()
    assert (told["before"]["blind_share"], told["after"]["blind_share"]) == (0.02, 0.1)
