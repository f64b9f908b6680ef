from __future__ import annotations

from api.permissions import Role
from tests.api.house import House


def test_an_unknown_address_is_a_problem_with_a_code_in_both_languages(house: House) -> None:
    answer = house.anonymous.get("/api/v1/nothing-here")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "not_found"
    assert answer.json()["hint"]["zh"]
    assert answer.headers["x-request-id"]


def test_tenants_have_their_own_people(house: House) -> None:
    one, two = house.tenant("甲"), house.tenant("乙")
    assert house.person(one, Role.REVIEWER).principal.tenant_id != house.person(two, Role.REVIEWER).principal.tenant_id


def test_the_openapi_document_is_served(house: House) -> None:
    document = house.anonymous.get("/api/v1/openapi.json").json()
    assert document["info"]["title"]
