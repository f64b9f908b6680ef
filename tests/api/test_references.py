"""Do supplied lists count, row by row, until a newer one takes their place?"""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from api.permissions import Role
from api.tables import HistoryPayment
from api.workflow import references
from api.workflow.lists import Lists
from tests.api.house import House
from tests.api.judged import Scene
from verifier.context import REFERENCE_NAMES

PAYMENTS = "case,policy,policyholder,policyholder_id,payer,payer_account,amount,currency,date,method,serial\n"
WATCHLIST = "id,schema,name,aliases,birth_date,countries,identifiers,dataset,last_change\n"
UN = (
    '<CONSOLIDATED_LIST dateGenerated="2026-11-20"><INDIVIDUALS><INDIVIDUAL><DATAID>1</DATAID>'
    "<FIRST_NAME>JOHN</FIRST_NAME><SECOND_NAME>FICTIONAL</SECOND_NAME></INDIVIDUAL></INDIVIDUALS></CONSOLIDATED_LIST>"
)
SDN = '36,"FICTIONAL TRADING","-0-","CUBA","-0-","-0-","-0-","-0-","-0-","-0-","-0-","-0-"\n'
ALT = '36,12,"aka","FICTIONAL TRADERS","-0-"\n'


@pytest.fixture
def scene(house: House) -> Scene:
    return Scene(house, house.tenant())


@pytest.fixture
def client(scene: Scene) -> TestClient:
    return scene.house.person(scene.tenant_id, Role.AML_OFFICER).client


def send(client: TestClient, file: str, text: str) -> dict[str, object]:
    answer = client.post("/api/v1/references", params={"file": file}, content=text.encode())
    assert answer.status_code == 201, answer.text
    told: dict[str, object] = answer.json()
    return told


def test_a_newer_list_takes_the_place_of_the_older(scene: Scene, client: TestClient) -> None:
    old = send(client, "opt_out.csv", "phone,date\n13900000001,2026-01-01\n13900000002,某日\n")
    assert (old["rows"], len(old["problems"])) == (1, 1)  # type: ignore[arg-type]
    new = send(client, "opt_out.csv", "phone,date\n13900000003,2026-02-01\n")
    current = client.get("/api/v1/references", params={"current": True}).json()["items"]
    assert [one["id"] for one in current] == [new["id"]]
    versions = client.get("/api/v1/references", params={"name": "opt_out"}).json()["items"]
    assert [one["id"] for one in versions] == [new["id"], old["id"]]
    lists = Lists(scene.house.services)
    supplied = lists.of(scene.tenant_id, scene.batch_id).references
    assert [one.phone for one in supplied.opt_out or ()] == ["13900000003"]
    assert lists.of(scene.tenant_id, scene.batch_id).references is supplied  # loaded once
    assert client.delete(f"/api/v1/references/{new['id']}").status_code == 204
    assert client.delete(f"/api/v1/references/{new['id']}").status_code == 409
    assert lists.of(scene.tenant_id, scene.batch_id).references.opt_out is None


def test_watchlists_of_several_publishers_stand_side_by_side(scene: Scene, client: TestClient) -> None:
    send(client, "watchlist.csv", WATCHLIST + "a-1,Person,虚构人,,1970-01-01,cn,,test,2026-11-20\n")
    send(client, "un-consolidated.xml", UN)
    send(client, "sdn-2026-11-20.csv", SDN)
    send(client, "alt-2026-11-20.csv", ALT)
    found = Lists(scene.house.services).of(scene.tenant_id, scene.batch_id).references.watchlist
    assert {one.name for one in found or ()} == {"虚构人", "JOHN FICTIONAL", "FICTIONAL TRADING"}
    assert [one.aliases for one in found or () if one.id == "OFAC-36"] == [("FICTIONAL TRADERS",)]
    send(client, "watchlist.csv", WATCHLIST + "a-2,Person,另一虚构人,,1970-01-01,cn,,test,2026-11-21\n")
    found = Lists(scene.house.services).of(scene.tenant_id, scene.batch_id).references.watchlist
    assert {one.name for one in found or ()} == {"另一虚构人", "JOHN FICTIONAL", "FICTIONAL TRADING"}


def test_payments_stand_in_the_history_until_they_are_replaced(scene: Scene, client: TestClient) -> None:
    send(client, "payments.csv", f"{PAYMENTS}C-9,P9,虚构甲,,虚构乙,6222,100,CNY,2026-01-01,transfer,S1\n")
    new = send(client, "payments.csv", f"{PAYMENTS}C-9,P9,虚构甲,,虚构丙,6222,100,CNY,2026-01-01,transfer,S2\n")
    with scene.house.services.reading() as session:
        rows = session.exec(select(HistoryPayment)).all()
    assert [(row.payer, row.list_id) for row in rows] == [("虚构丙", new["id"])]


@pytest.mark.parametrize(
    ("file", "text", "code"),
    [
        ("strangers.csv", "a,b\n", "reference_unknown"),
        ("../sellers.csv", "a,b\n", "reference_unknown"),
        ("watchlist/../../x.csv", "a,b\n", "reference_unknown"),
        ("sellers.csv", "number,name\n1,x\n", "reference_column_missing"),
        ("watchlist.csv", WATCHLIST, "reference_empty"),
        ("un.xml", '<!DOCTYPE x [<!ENTITY e "x">]><CONSOLIDATED_LIST/>', "watchlist_entities"),
        ("un.xml", "<OTHER/>", "watchlist_format"),
    ],
)
def test_what_is_no_list_is_refused_and_nothing_changes(client: TestClient, file: str, text: str, code: str) -> None:
    answer = client.post("/api/v1/references", params={"file": file}, content=text.encode())
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert client.get("/api/v1/references").json()["items"] == []


def test_the_lists_of_another_institution_are_not_seen(scene: Scene, client: TestClient) -> None:
    row = send(client, "opt_out.csv", "phone,date\n")
    house = scene.house
    stranger = house.person(house.tenant("另一家（虚构）"), Role.AML_OFFICER).client
    assert stranger.get("/api/v1/references").json()["items"] == []
    assert stranger.get(f"/api/v1/references/{row['id']}").status_code == 404
    assert stranger.delete(f"/api/v1/references/{row['id']}").status_code == 404
    kinds = client.get("/api/v1/references/kinds").json()["items"]
    assert {"name": "payees", "columns": ["name", "account"]} in kinds


def test_people_of_a_branch_do_not_change_the_lists_of_all(scene: Scene, client: TestClient) -> None:
    row = send(client, "opt_out.csv", "phone,date\n")
    house = scene.house
    local = house.person(scene.tenant_id, Role.AML_OFFICER, branch_id=house.branch(scene.tenant_id)).client
    assert local.post("/api/v1/references", params={"file": "opt_out.csv"}, content=b"phone,date\n").status_code == 403
    assert local.delete(f"/api/v1/references/{row['id']}").status_code == 403


@pytest.mark.parametrize(
    ("name", "given", "kept"),
    [
        ("sellers", "业务员 2026.xlsx.csv", "sellers.csv"),
        ("watchlist", "targets.simple.csv", "targets.simple.csv"),
        ("watchlist", "consolidated-2026.xml", "consolidated-2026.xml"),
        ("watchlist", "sdn-2026-11-20.csv", "sdn-2026-11-20.csv"),
        ("watchlist", "制裁名单 (11月).csv", "watchlist-制裁名单-11月.csv"),
        ("watchlist", "my list.xml", "un-my-list.xml"),
        ("watchlist", "sellers.csv", "watchlist-sellers.csv"),
        ("watchlist", "../../etc/passwd", "watchlist-list.csv"),
        ("watchlist", "x" * 300 + ".csv", f"watchlist-{'x' * 100}.csv"),
        ("watchlist", ".csv", "watchlist-list.csv"),
    ],
)
def test_a_file_that_somebody_chose_is_called_as_its_list(name: str, given: str, kept: str) -> None:
    assert references.file_for(name, given) == kept
    assert references.list_of(kept) == name
    assert set(references.NAMES) == set(REFERENCE_NAMES)
