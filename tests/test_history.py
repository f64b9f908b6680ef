"""Both histories answer alike, and leave out the asking case."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from verifier.history import CaseIndex, MemoryHistory, bits_apart
from verifier.model import Payment

ROWS = [
    {
        "case": "C1",
        "policyholder": "王芳",
        "policyholder_id": "X1",
        "payer": "张伟",
        "payer_account": "6222",
        "serial": "S1",
        "amount": "19800.00",
        "currency": "CNY",
        "date": "2026-03-01",
        "method": "transfer",
        "policy": "P1",
    },
    {
        "case": "C2",
        "policyholder": "李静",
        "payer": "李静",
        "payer_account": "6233",
        "serial": "S2",
        "amount": "500",
        "date": "2026-03-02",
        "phone": "13912345678",
        "picture_hash": "00000000000000ff",
        "file": "a.jpg",
        "page": "2",
    },
]


def index(tmp_path: Path) -> CaseIndex:
    made = CaseIndex(tmp_path / "index.sqlite")
    made.add_payments(MemoryHistory.of_rows(ROWS).rows)
    made._connection.execute("INSERT INTO phones VALUES ('13912345678', 'C2', '李静')")
    made._add_picture("00000000000000ff", "C2", "a.jpg", 2)
    made._connection.commit()
    return made


@pytest.fixture(params=["memory", "batch"])
def history(request: pytest.FixtureRequest, tmp_path: Path) -> object:
    return MemoryHistory.of_rows(ROWS) if request.param == "memory" else index(tmp_path).history_for("C9")


def cases(found: list[Payment]) -> list[str]:
    return [one.case for one in found]


def test_any_of_the_keys_finds_a_payment(history: MemoryHistory) -> None:
    assert cases(list(history.payments(payer_account="6222", serial="S2"))) == ["C1", "C2"]
    assert cases(list(history.payments(policyholder_id="X1"))) == ["C1"]
    assert not history.payments(payer="没有")


def test_an_empty_key_finds_nothing(history: MemoryHistory) -> None:
    assert not history.payments(policyholder_id="")


def test_phones_and_pictures(history: MemoryHistory) -> None:
    assert list(history.cases_with_phone("13912345678")) == [("C2", "李静")]
    assert list(history.pictures_like("00000000000000fe", 6)) == [("C2", "a.jpg", 2)]
    assert not history.pictures_like("ffffffffffffff00", 6)
    assert len(history.pictures_like("ffffffffffffff00", 64)) == 1


def test_the_asking_case_is_left_out(tmp_path: Path) -> None:
    mine = index(tmp_path).history_for("C2")
    assert not mine.payments(serial="S2")
    assert not mine.cases_with_phone("13912345678")
    assert not mine.pictures_like("00000000000000ff", 6)


def test_an_answer_survives_the_way_to_another_process(tmp_path: Path) -> None:
    there = pickle.loads(pickle.dumps(index(tmp_path).history_for("C9")))
    (payment,) = there.payments(serial="S1")
    assert (str(payment.amount), str(payment.date), payment.policy) == ("19800.00", "2026-03-01", "P1")


def test_distance_of_what_is_no_hash() -> None:
    assert bits_apart("", "00") == 64
