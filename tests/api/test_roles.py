"""Is the table of who may do what whole, and the page made from it?"""

from __future__ import annotations

from pathlib import Path

from api.permissions import (
    ALONE,
    FOR_KEYS,
    PERMISSION_NAMES,
    ROLE_NAMES,
    ROLES,
    WHOLE,
    Permission,
    Role,
    described,
    permissions_of,
)
from tests.api.house import House

DOCS = Path(__file__).parents[2] / "docs" / "roles.md"
P = Permission


def test_the_page_is_the_table() -> None:
    """After a change: python -c "from api.permissions import described; print(described(), end='')" > docs/roles.md"""
    assert DOCS.read_text(encoding="utf-8") == described()


def test_every_role_and_permission_is_in_the_tables() -> None:
    assert set(ROLES) == set(ROLE_NAMES) == set(Role)
    assert set(PERMISSION_NAMES) == set(Permission)
    assert permissions_of(frozenset(Role)) == set(Permission), "a permission that nobody has guards a dead door"


def test_a_regulator_changes_nothing_and_sees_no_more_than_masked_values() -> None:
    allowed = {
        P.BATCH_READ,
        P.CASE_READ,
        P.REPORT_EXPORT,
        P.POPULATION_READ,
        P.SAMPLE_DRAW,
        P.PACK_READ,
        P.TRAIL_READ,
        P.DASHBOARD,
    }
    assert ROLES[Role.REGULATOR] == allowed
    assert {Role.REGULATOR} == ALONE


def test_confidential_findings_are_for_one_role() -> None:
    assert [role for role in Role if P.AML_READ in ROLES[role]] == [Role.AML_OFFICER]


def test_who_lets_others_in_does_not_judge() -> None:
    assert not ROLES[Role.ADMINISTRATOR] & {P.CASE_READ, P.FINDING_DECIDE, P.FINDING_APPROVE, P.UNMASKED}


def test_keys_neither_judge_nor_let_in() -> None:
    people_only = {
        P.FINDING_DECIDE,
        P.FINDING_APPROVE,
        P.BLIND_REVIEW,
        P.PACK_PUBLISH,
        P.ACCOUNT_MANAGE,
        P.TENANT_MANAGE,
    }
    assert set(Permission) - FOR_KEYS == people_only


def test_a_branch_holds_nothing_that_reaches_beyond_it(house: House) -> None:
    """Neither a person of it nor a key, also one that was given more before."""
    here = house.tenant()
    branch = house.branch(here)
    person = house.person(here, Role.ADMINISTRATOR, branch_id=branch)
    key = house.key(here, *Permission, branch_id=branch)
    for client in (person.client, key):
        held = set(client.get("/api/v1/me").json()["permissions"])
        assert "account.manage" in held and not held & {one.value for one in WHOLE}
        assert client.get("/api/v1/webhooks").status_code == 403
    admin = house.person(here, Role.ADMINISTRATOR)
    asked = {"name": "k", "scopes": ["automation.manage"], "branch_id": branch}
    assert admin.client.post("/api/v1/keys", json=asked).status_code == 422
    assert admin.client.post("/api/v1/keys", json=asked | {"branch_id": None}).status_code == 201
