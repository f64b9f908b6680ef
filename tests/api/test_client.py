"""The small client goes the main road over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.client import Client, Refused
from api.permissions import Role
from tests.api.house import House, Person
from tests.pages.browser import served
from tests.pages.worked import work_off


@pytest.fixture
def base(house: House) -> Iterator[str]:
    with served(house) as address:
        yield address


@pytest.fixture
def person(house: House) -> Person:
    return house.person(house.tenant(), Role.UPLOADER, Role.REVIEWER)


def test_from_a_folder_to_a_report(house: House, base: str, person: Person, tmp_path: Path) -> None:
    case = tmp_path / "batch" / "C-001"
    case.mkdir(parents=True)
    (case / "投保单.txt").write_text("人身保险投保单\n投保人姓名：林虚构\n", encoding="utf-8")
    (case / "空.pdf").write_bytes(b"")
    with Client(base, person.token) as verifier:
        batch = verifier.create_batch("三月", as_of="2026-11-22")
        assert verifier.upload_folder(batch["id"], tmp_path / "batch") == 2
        assert verifier.submit(batch["id"])["state"] == "queued"
        work_off(house, batch["id"])
        last = list(verifier.follow(batch["id"], every=0))[-1]
        assert (last["state"], last["cases"]) == ("done", {"judged": 1})
        [found] = verifier.cases(batch=batch["id"])
        assert found["name"] == "C-001"
        assert len(verifier.audit(found["id"])["findings"]) == 119 - 6  # the confidential ones are for others
        verifier.report(found["id"], "pdf", tmp_path / "report.pdf")
        assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")


def test_a_refusal_carries_code_sentence_and_next_step(base: str, person: Person) -> None:
    with Client(base, person.token) as verifier, pytest.raises(Refused) as refused:
        verifier.submit("no-such-batch")
    assert (refused.value.status, refused.value.code) == (404, "not_found")
    assert refused.value.hint["zh"]


def test_nobody_without_a_key(base: str) -> None:
    with Client(base, "vk_wrong") as verifier, pytest.raises(Refused) as refused:
        list(verifier.cases())
    assert refused.value.status == 401
