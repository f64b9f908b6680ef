"""Is a sample drawn from what the asker may see, by the rule on record, and can it be proved?"""

from __future__ import annotations

import hashlib
from datetime import date

import pytest
from fastapi.testclient import TestClient
from pydantic import ValidationError

from api.permissions import Permission, Role
from api.workflow.drawing import Unit, draw
from api.workflow.draws import Rule
from tests.api.house import House
from tests.api.judged import CRITICAL, FAIL, Scene

BRANCHES = ("上海分公司", "北京分公司")


@pytest.fixture
def scene(house: House) -> Scene:
    return Scene(house, house.tenant())


@pytest.fixture
def client(scene: Scene) -> TestClient:
    return scene.house.person(scene.tenant_id, Role.APPROVER).client


@pytest.fixture
def population(scene: Scene, client: TestClient) -> str:
    """40 policies of two branches; every fifth was audited, the first of those failed."""
    for number in range(0, 40, 5):
        scene.case(f"C-{number}", {CRITICAL: FAIL} if number == 0 else {}, policy_no=f"P{number:02d}")
    channels = ("bank", "agent", "agent", "agent")
    rows = [
        f"P{n:02d},{BRANCHES[n % 2]},{channels[n % 4]},{(n + 1) * 10_000},2026-10-{1 + n % 20:02d}" for n in range(40)
    ]
    answer = client.post(
        "/api/v1/populations",
        params={"name": "十月", "start": "2026-10-01", "end": "2026-10-31"},
        content="\n".join(["policy_no,branch,channel,premium,sale_date", *rows]).encode(),
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def take(client: TestClient, population: str | None, rule: dict[str, object], seed: str = "seed") -> dict[str, object]:
    answer = client.post("/api/v1/samples", json={"population_id": population, "rule": rule, "seed": seed})
    assert answer.status_code == 201, answer.text
    told: dict[str, object] = answer.json()
    return told


def drawn(client: TestClient, sample: dict[str, object]) -> list[str]:
    page = client.get(f"/api/v1/samples/{sample['id']}/items", params={"limit": 200}).json()
    return [one["policy"]["policy_no"] if one["policy"] else one["case"]["id"] for one in page["items"]]


def test_anybody_can_draw_it_again_from_the_list_alone(client: TestClient, population: str) -> None:
    sample = take(client, population, {"size": 6})
    listed = [Unit(f"P{number:02d}") for number in range(40)]
    assert drawn(client, sample) == [unit.id for unit in draw(listed, "seed", 6)]
    lines = "".join(f"P{number:02d}\t\t1\n" for number in range(40))
    assert sample["population_sha256"] == hashlib.sha256(lines.encode()).hexdigest()
    assert client.get(f"/api/v1/samples/{sample['id']}/frame").text == lines
    assert client.post(f"/api/v1/samples/{sample['id']}/reproduction").json() == {
        "population_holds": True,
        "sample_holds": True,
    }
    assert take(client, population, {"size": 6})["sample_sha256"] == sample["sample_sha256"]
    assert take(client, population, {"size": 6}, "another")["sample_sha256"] != sample["sample_sha256"]


def test_weights_are_told_with_what_was_drawn_and_recorded_with_the_rule(client: TestClient, population: str) -> None:
    weights = {"channel": {"bank": 3}, "verdict": {"non_compliant": 5}, "premium_from": {"100000": 2, "300000": 7}}
    sample = take(client, population, {"method": "risk", "size": 40, "weights": weights})
    items = client.get(f"/api/v1/samples/{sample['id']}/items", params={"limit": 200}).json()["items"]
    told = {one["policy"]["policy_no"]: (one["weight"], one["why"]) for one in items}
    assert told["P00"] == (15, "channel=bank×3 verdict=non_compliant×5")
    assert told["P01"] == (1, "")
    assert told["P09"] == (2, "premium>=100000×2")
    assert told["P32"] == (21, "channel=bank×3 premium>=300000×7")
    assert sample["rule"]["weights"] == weights  # type: ignore[index]
    default = take(client, population, {"method": "risk", "size": 1})
    assert default["rule"]["weights"] == {  # type: ignore[index]
        name: value for name, value in client.get("/api/v1/samples/weights").json().items() if value
    }


def test_each_branch_has_its_share(client: TestClient, population: str) -> None:
    sample = take(client, population, {"strata": "branch", "share": "25"})
    items = client.get(f"/api/v1/samples/{sample['id']}/items").json()["items"]
    strata = [one["stratum"] for one in items]
    assert {name: strata.count(name) for name in BRANCHES} == {BRANCHES[0]: 5, BRANCHES[1]: 5}


def test_filters_narrow_what_is_drawn_from(client: TestClient, population: str) -> None:
    assert take(client, population, {"size": 99, "states": ["missing"]})["population_size"] == 32
    assert take(client, population, {"size": 99, "branch": BRANCHES[0]})["population_size"] == 20
    assert take(client, population, {"size": 99, "start": "2026-10-01", "end": "2026-10-05"})["population_size"] == 10
    assert take(client, None, {"of": "cases", "verdict": "non_compliant", "size": 5})["size"] == 1
    empty = client.post("/api/v1/samples", json={"population_id": population, "rule": {"size": 1, "branch": "nowhere"}})
    assert empty.json()["code"] == "nothing_to_draw"
    missing = client.post("/api/v1/samples", json={"rule": {"size": 1}})
    assert missing.json()["code"] == "population_missing"


def test_a_regulator_draws_from_the_grant_alone_and_sees_own_samples(
    scene: Scene, client: TestClient, population: str
) -> None:
    house = scene.house
    branch = house.branch(scene.tenant_id, BRANCHES[1])
    regulator = house.person(
        scene.tenant_id,
        Role.REGULATOR,
        grant_start=date(2026, 10, 1),
        grant_end=date(2026, 10, 10),
        grant_branches=[branch],
    ).client
    theirs = take(client, population, {"size": 3})
    sample = take(regulator, population, {"size": 99})
    expected = [f"P{number:02d}" for number in range(40) if number % 2 and number % 20 < 10]
    assert sorted(drawn(regulator, sample)) == expected
    assert regulator.get(f"/api/v1/samples/{theirs['id']}").status_code == 404
    assert [one["id"] for one in regulator.get("/api/v1/samples").json()["items"]] == [sample["id"]]
    assert client.get(f"/api/v1/samples/{sample['id']}").status_code == 200


def test_who_may_not_know_verdicts_draws_by_none_and_opens_no_sample_that_tells_one(
    scene: Scene, client: TestClient, population: str
) -> None:
    key = scene.house.key(scene.tenant_id, Permission.SAMPLE_DRAW, Permission.POPULATION_READ)
    assert key.get("/api/v1/samples/weights").json()["verdict"] == {}
    plain = take(key, population, {"method": "risk", "size": 40})
    assert "verdict" not in plain["rule"]["weights"]  # type: ignore[index]
    for rule in ({"of": "cases", "verdict": "non_compliant", "size": 1},
                 {"size": 1, "method": "risk", "weights": {"verdict": {"compliant": 2}}}):  # fmt: skip
        refused = key.post("/api/v1/samples", json={"population_id": population, "rule": rule})
        assert refused.json()["code"] == "filter_not_allowed"
    told = take(client, population, {"method": "risk", "size": 5})
    for path in ("items", "frame"):
        assert key.get(f"/api/v1/samples/{told['id']}/{path}").json()["code"] == "filter_not_allowed"


def test_others_neither_draw_nor_look(scene: Scene, population: str, client: TestClient) -> None:
    house = scene.house
    sample = take(client, population, {"size": 3})
    stranger = house.person(house.tenant("另一家（虚构）"), Role.APPROVER).client
    for path in ("", "/items", "/frame"):
        assert stranger.get(f"/api/v1/samples/{sample['id']}{path}").status_code == 404
    asked = {"population_id": population, "rule": {"size": 1}}
    assert stranger.post("/api/v1/samples", json=asked).status_code == 404
    assert house.person(scene.tenant_id, Role.REVIEWER).client.post("/api/v1/samples", json=asked).status_code == 403


@pytest.mark.parametrize(
    "rule",
    [
        {},
        {"size": 1, "share": 1},
        {"size": 0},
        {"share": 101},
        {"size": 1, "weights": {"channel": {"bank": 2}}},
        {"size": 1, "method": "risk", "weights": {"channel": {"bank": 0}}},
        {"size": 1, "method": "risk", "weights": {"channel": {"bank": 1001}}},
        {"size": 1, "method": "risk", "weights": {"premium_from": {"much": 2}}},
        {"size": 1, "method": "lottery"},
        {"size": 1, "unknown": 1},
    ],
)
def test_a_rule_that_means_nothing_is_refused(rule: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Rule.model_validate(rule)
