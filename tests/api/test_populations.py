"""Does the population reconcile, whatever the list looks like and whoever asks?"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import date

import openpyxl
import pytest
from sqlmodel import select

from api.errors import ServiceError
from api.pages.selling import CHANNELS, KINDS
from api.permissions import Permission, Role
from api.principal import Principal
from api.tables import CaseRow, Population, SoldPolicy, TrailEvent
from api.workflow import populations
from api.workflow.list_files import csv_rows, encoding_of, lines, sheet_rows
from api.workflow.population_list import BadRow, Sold, accepted, policies
from tests.api.house import House
from tests.api.judged import CRITICAL, FAIL, HOLDER_ID, Scene

OCTOBER = date(2026, 10, 1), date(2026, 10, 31)
HEADING = "policy_no,application_no,case,branch,channel,product,product_kind,seller_number,premium,sale_date\n"


@pytest.fixture
def scene(house: House) -> Scene:
    return Scene(house, house.tenant())


@pytest.fixture
def approver(scene: Scene) -> Principal:
    return scene.house.person(scene.tenant_id, Role.APPROVER).principal


def load(scene: Scene, who: Principal, text: str, encoding: str = "utf-8") -> Population:
    data = text.encode(encoding)
    return populations.load(scene.house.services, who, "十月", *OCTOBER, [data[:7], data[7:30], data[30:]])


def states(scene: Scene, row: Population) -> dict[str, str]:
    with scene.house.services.reading() as session:
        found = session.exec(select(SoldPolicy).where(SoldPolicy.population_id == row.id)).all()
    return {one.policy_no: one.state for one in found}


def read(text: str, encoding: str = "utf-8") -> list[Sold | BadRow]:
    data = text.encode(encoding)
    chunks = [data[place : place + 5] for place in range(0, len(data), 5)]
    assert encoding_of(chunks) == ("gb18030" if encoding == "gb18030" else "utf-8-sig")
    return list(policies(csv_rows(lines(chunks, encoding_of(chunks))), *OCTOBER))


# --- the list ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_chinese_headings_in_any_encoding_and_order(encoding: str, mark: str) -> None:
    text = "投保日期,保单号,渠道,险种类型,保费,业务员编号,分公司\n2026年10月2日,P1,银保,分红型,24000元,S1,上海分公司\n"
    (row,) = read(text.replace(",", mark), encoding)
    assert isinstance(row, Sold)
    assert (row.policy_no, row.channel, row.product_kind, row.premium) == ("P1", "bank", "participating", "24000")
    assert (row.seller_number, row.branch, row.sale_date) == ("S1", "上海分公司", date(2026, 10, 2))


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (",,,,,,,,,2026-10-01", "policy_missing"),
        ("P1,,,,,,,,,2026-10-02", "policy_twice"),
        ("P2,,,,,,,,,某日", "bad_date"),
        ("P2,,,,,,,,,2026-11-01", "outside_period"),
        ("P2,,,,,,,,一些,2026-10-01", "bad_amount"),
        ("P2,,,,carrier pigeon,,,,,", "bad_channel"),
        ("P2,,,,,,lottery,,,", "bad_product_kind"),
        (f"{'9' * 101},,,,,,,,,", "too_long"),
    ],
)
def test_a_bad_row_is_named_by_its_number_and_stops_nothing(row: str, code: str) -> None:
    first, bad, last = read(f"{HEADING}P1,,,,,,,,,2026-10-01\n{row}\nP9,,,,,,,,,2026-10-09\n")
    assert isinstance(first, Sold)
    assert isinstance(last, Sold)
    assert isinstance(bad, BadRow)
    assert (bad.row, bad.code, last.row) == (3, code, 4)


def test_quoted_line_ends_blank_rows_and_nul_bytes_are_read_past() -> None:
    found = read(HEADING + 'P1,,,"上海\n分公司",,,,,,2026-10-01\n\n,,,,,,,,,\nP\0002,,,,,,,,,2026-10-01')
    assert [one.policy_no for one in found if isinstance(one, Sold)] == ["P1", "P2"]


def test_a_title_may_stand_above_the_heading_and_a_rounded_number_is_no_policy() -> None:
    one, rounded = read("2026年10月承保清单\n\n保单号,渠道\nP1,银保\n2.02610E+17,银保\n")
    assert isinstance(one, Sold)
    assert (one.row, one.policy_no) == (4, "P1")
    assert isinstance(rounded, BadRow)
    assert (rounded.row, rounded.code) == (5, "policy_rounded")


def workbook(rows: list[list[object]], hidden_first: bool = False) -> bytes:
    book, kept = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    if hidden_first:
        sheet.sheet_state = "hidden"
        sheet = book.create_sheet("清单")
    for row in rows:
        sheet.append(row)
    book.save(kept)
    return kept.getvalue()


def test_a_workbook_is_read_like_a_csv() -> None:
    rows: list[list[object]] = [
        ["十月"],
        ["保单号", "销售日期", "保费", "渠道"],
        ["P1", date(2026, 10, 2), 24000.5, "个人代理人"],
        [202600000001, "2026年10月3日", "1,000元", "bank"],
        [20260000000000001234, None, None, None],
        [None, None, None, None],
    ]
    found = list(policies(sheet_rows(io.BytesIO(workbook(rows, hidden_first=True))), *OCTOBER))
    first, second, rounded = found
    assert isinstance(first, Sold)
    assert (first.policy_no, first.sale_date, first.premium, first.channel) == (
        "P1",
        date(2026, 10, 2),
        "24000.5",
        "agent",
    )
    assert isinstance(second, Sold)
    assert (second.policy_no, second.sale_date, second.premium) == ("202600000001", date(2026, 10, 3), "1000")
    assert isinstance(rounded, BadRow)
    assert (rounded.row, rounded.code) == (5, "policy_rounded")


@pytest.mark.parametrize("key", ["channel", "product.kind"])
def test_every_word_that_the_page_names_is_accepted(key: str) -> None:
    column = {"channel": "渠道", "product.kind": "险种类型"}[key]
    words = [*accepted(key).zh.split("、"), *accepted(key).en.split(", ")]
    shown = CHANNELS if key == "channel" else KINDS  # what pages call them
    words += [text.zh for text in shown.values()]
    rows = "".join(f"P{place},{word}\n" for place, word in enumerate(words))
    assert all(isinstance(one, Sold) for one in read(f"保单号,{column}\n{rows}"))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\xd0\xcf\x11\xe0" + bytes(600), "old_workbook"),
        (b"PK\x03\x04 no archive", "workbook_unreadable"),
        (workbook([["姓名"], ["张虚构"]]), "population_columns"),
        (workbook([["保单号"]]), "population_empty"),
    ],
)
def test_what_is_no_list_is_refused_in_plain_words(scene: Scene, approver: Principal, data: bytes, code: str) -> None:
    with pytest.raises(ServiceError, match=code):
        populations.load(scene.house.services, approver, "十月", *OCTOBER, [data])
    with scene.house.services.reading() as session:
        assert session.exec(select(Population)).all() == []


def test_a_workbook_that_unpacks_to_far_more_is_refused(scene: Scene, approver: Principal) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(30_000_000))
    with pytest.raises(ServiceError, match="workbook_unreadable"):
        populations.load(scene.house.services, approver, "十月", *OCTOBER, [bomb.getvalue()])


def test_a_list_without_policy_numbers_is_refused(scene: Scene, approver: Principal) -> None:
    with pytest.raises(ServiceError, match="population_columns"):
        load(scene, approver, "name,amount\nx,1\n")
    with pytest.raises(ServiceError, match="population_empty"):
        load(scene, approver, HEADING)
    with scene.house.services.reading() as session:
        assert session.exec(select(Population)).all() == []


# --- reconciling ------------------------------------------------------------------------------------


def test_every_policy_is_audited_missing_or_excluded_and_the_totals_say_so(scene: Scene, approver: Principal) -> None:
    scene.case("C-1", policy_no="P1", sale_date=date(2026, 10, 1))
    scene.case("C-2", {CRITICAL: FAIL}, application_no="T2", sale_date=date(2026, 10, 2))
    scene.case("C-3", sale_date=date(2026, 10, 3))
    scene.case("stray", sale_date=date(2026, 10, 4))
    scene.case("undated")
    scene.case("september", sale_date=date(2026, 9, 30))
    text = f"{HEADING}P1,,,,,,,,,\nP2,T2,,,,,,,,\nP3,,C-3,,,,,,,\nP4,,,,,,,,,\nP5,,,,,,,,,\n"
    row = load(scene, approver, text)
    assert states(scene, row) == {"P1": "audited", "P2": "audited", "P3": "audited", "P4": "missing", "P5": "missing"}
    services = scene.house.services
    with services.reading() as session:
        missing = session.exec(select(SoldPolicy.id).where(SoldPolicy.policy_no == "P5")).one()
    populations.exclude(services, approver, row.id, [missing], "已撤单")
    _, told = populations.totals(services, approver, row.id)
    assert told.states == {"audited": 3, "missing": 1, "excluded": 1}
    assert told.policies == sum(told.states.values()) == 5
    assert (told.outside, told.undated) == (1, 1)
    assert told.verdicts == {"compliant": 2, "non_compliant": 1}
    assert told.reasons == {"已撤单": 1}
    populations.include(services, approver, row.id, [missing])
    assert states(scene, row)["P5"] == "missing"


def test_a_case_that_is_judged_later_settles_its_policy(scene: Scene, approver: Principal) -> None:
    row = load(scene, approver, f"{HEADING}P1,,,,,,,,,\nP2,,,,,,,,,\n")
    case_id = scene.case("C-1", policy_no="P1")
    services = scene.house.services
    with services.writing() as session:
        assert populations.settle_case(session, session.get_one(CaseRow, case_id)) == 1
        assert populations.settle_case(session, session.get_one(CaseRow, case_id)) == 0
    assert states(scene, row) == {"P1": "audited", "P2": "missing"}


def test_reconciling_again_follows_corrections_and_keeps_exclusions(scene: Scene, approver: Principal) -> None:
    case_id = scene.case("C-1", policy_no="P1")
    row = load(scene, approver, f"{HEADING}P1,,,,,,,,,\nP2,,,,,,,,,\n")
    services = scene.house.services
    with services.writing() as session:
        session.get_one(CaseRow, case_id).policy_no = "P2"  # it had been misread
        second = session.exec(select(SoldPolicy).where(SoldPolicy.policy_no == "P2")).one()
    populations.exclude(services, approver, row.id, [second.id], "团体业务")
    populations.reconcile(services, approver, row.id)
    assert states(scene, row) == {"P1": "missing", "P2": "excluded"}
    _, told = populations.totals(services, approver, row.id)
    assert told.excluded_audited == 1


def test_an_exclusion_names_who_and_why_and_stands_on_the_trail(scene: Scene, approver: Principal) -> None:
    row = load(scene, approver, f"{HEADING}P1,,,,,,,,,\n")
    services = scene.house.services
    with services.reading() as session:
        policy = session.exec(select(SoldPolicy)).one()
    with pytest.raises(ServiceError, match="reason_missing"):
        populations.exclude(services, approver, row.id, [policy.id], "  ")
    populations.exclude(services, approver, row.id, [policy.id], "已撤单")
    with services.reading() as session:
        policy = session.exec(select(SoldPolicy)).one()
        events = [event.action for event in session.exec(select(TrailEvent)).all()]
    assert (policy.excluded_because, policy.excluded_by) == ("已撤单", approver.id)
    assert policy.excluded_at is not None
    assert events == ["population.loaded", "policy.excluded"]


# --- who sees what ----------------------------------------------------------------------------------


@pytest.fixture
def regulated(scene: Scene, approver: Principal) -> Iterator[Population]:
    scene.house.branch(scene.tenant_id, "上海分公司")
    text = (
        f"{HEADING}P1,,,上海分公司,,,,,,2026-10-05\nP2,,,北京分公司,,,,,,2026-10-05\nP3,,,上海分公司,,,,,,2026-10-25\n"
    )
    yield load(scene, approver, text)


def test_a_regulator_sees_the_granted_days_and_branches_alone(scene: Scene, regulated: Population) -> None:
    house = scene.house
    other = house.branch(scene.tenant_id, "北京分公司")
    client = house.person(
        scene.tenant_id,
        Role.REGULATOR,
        grant_start=date(2026, 10, 1),
        grant_end=date(2026, 10, 10),
        grant_branches=[other],
    ).client
    page = client.get(f"/api/v1/populations/{regulated.id}/policies").json()
    assert [one["policy_no"] for one in page["items"]] == ["P2"]
    assert client.get(f"/api/v1/populations/{regulated.id}").json()["totals"]["policies"] == 1
    assert client.post(f"/api/v1/populations/{regulated.id}/reconciliation").status_code == 403


def test_a_regulator_reads_no_number_of_a_person_and_a_key_no_verdict(scene: Scene, approver: Principal) -> None:
    services, day = scene.house.services, date(2026, 10, 5)
    scene.case(f"{HOLDER_ID}-1", {CRITICAL: FAIL}, policy_no="P1", sale_date=day)
    scene.case(f"{HOLDER_ID}-2", policy_no="P20260001", sale_date=day)
    row = load(scene, approver, f"{HEADING}P1,,{HOLDER_ID}-1,,,,,,,2026-10-05\nP3,,,,,,,,,2026-10-05\n")
    with services.reading() as session:
        missing = session.exec(select(SoldPolicy.id).where(SoldPolicy.policy_no == "P3")).one()
    populations.exclude(services, approver, row.id, [missing], f"{HOLDER_ID} 已撤单")
    path = f"/api/v1/populations/{row.id}"
    regulator = scene.house.person(scene.tenant_id, Role.REGULATOR).client
    for part in ("", "/policies", "/outsiders"):
        answer = regulator.get(path + part)
        assert answer.status_code == 200
        assert HOLDER_ID not in answer.text
    full = scene.house.person(scene.tenant_id, Role.REVIEWER).client
    assert HOLDER_ID in full.get(f"{path}/outsiders").text
    failed = full.get(f"{path}/policies", params={"verdict": "non_compliant"}).json()["items"]
    assert [one["policy_no"] for one in failed] == ["P1"]
    without = full.get(f"{path}/policies", params={"has_case": False}).json()["items"]
    assert [one["policy_no"] for one in without] == ["P3"]
    key = scene.house.key(scene.tenant_id, Permission.POPULATION_READ)
    asked = key.get(f"{path}/policies", params={"verdict": "non_compliant"})
    assert (asked.status_code, asked.json()["code"]) == (422, "filter_not_allowed")


def test_another_institution_sees_nothing(scene: Scene, regulated: Population) -> None:
    house = scene.house
    stranger = house.person(house.tenant("另一家（虚构）"), Role.APPROVER).client
    assert stranger.get("/api/v1/populations").json()["items"] == []
    for path in ("", "/policies", "/outsiders"):
        assert stranger.get(f"/api/v1/populations/{regulated.id}{path}").status_code == 404


def test_the_whole_road_over_http(scene: Scene) -> None:
    scene.case("C-1", policy_no="P1")
    client = scene.house.person(scene.tenant_id, Role.APPROVER).client
    made = client.post(
        "/api/v1/populations",
        params={"name": "十月", "start": "2026-10-01", "end": "2026-10-31"},
        content="保单号\nP1\nP2\nP2\nP3\n".encode("gb18030"),
    )
    assert made.status_code == 201, made.text
    row = made.json()
    assert (row["size"], row["problem_count"], row["problems"][0]["row"]) == (3, 1, 4)
    path = f"/api/v1/populations/{row['id']}"
    first = client.get(f"{path}/policies", params={"limit": 2}).json()
    second = client.get(f"{path}/policies", params={"limit": 2, "cursor": first["next"]}).json()
    assert [one["policy_no"] for one in first["items"] + second["items"]] == ["P1", "P2", "P3"]
    assert second["next"] is None
    missing = client.get(f"{path}/policies", params={"state": "missing"}).json()["items"]
    told = client.post(f"{path}/exclusions", json={"policy_ids": [one["id"] for one in missing], "because": "团体业务"})
    assert told.json() == {"changed": 2}
    totals = client.get(path).json()["totals"]
    assert (totals["audited"], totals["missing"], totals["excluded"]) == (1, 0, 2)
