"""From a batch to findings, a report and a late paper: the whole road through the API, with the real worker's steps."""

from __future__ import annotations

import io
import zipfile

import pytest

from api.permissions import Role
from api.workflow.processing import Processing
from tests.api.house import House
from tests.api.paged import pdf
from verifier.reading.sandbox import ReaderPool

API = "/api/v1"
FORM = """人身保险投保单
投保单号：T2026030101
投保人姓名：林虚构
投保人证件号码：110101199003070011
险种名称：福安终身寿险
期交保费：人民币 8000 元
投保日期：2026年3月1日
"""


@pytest.mark.ocr
def test_a_batch_goes_all_the_way(house: House) -> None:
    tenant = house.tenant()
    uploader, reviewer = house.person(tenant, Role.UPLOADER).client, house.person(tenant, Role.REVIEWER).client
    batch = uploader.post(f"{API}/batches", json={"name": "三月", "as_of": "2026-11-22"}).json()["id"]
    where = f"{API}/batches/{batch}/files"
    assert uploader.put(f"{where}/C-1/投保单.txt", content=FORM.encode()).status_code == 201
    assert uploader.put(f"{where}/C-1/扫描/扫描件.pdf", content=pdf()).status_code == 201
    assert uploader.put(f"{where}/C-1/空.pdf", content=b"").status_code == 201
    assert uploader.put(f"{where}/二.zip", content=_packed()).status_code == 201
    facts = {"facts": {"channel": "agent", "policy_no": "P-1"}}
    assert uploader.put(f"{API}/batches/{batch}/cases/C-1/declared", json=facts).status_code == 200
    assert uploader.post(f"{API}/batches/{batch}/submit").status_code == 202

    with ReaderPool(1, "auto") as pool:
        work = Processing(house.services, pool)

        def do(name: str, argument: str) -> None:
            if name == "batch":
                _worked_off(work, argument)
            elif name.startswith("judge:"):
                work.renew(argument, name.partition(":")[2])

        house.queue.run(do)
        progress = reviewer.get(f"{API}/batches/{batch}").json()["progress"]
        assert progress["state"] == "done" and progress["cases"] == {"judged": 2}, progress
        assert progress["sources"] == {"read": 3, "rejected": 1}
        cases = {one["name"]: one for one in reviewer.get(f"{API}/cases?batch={batch}").json()["items"]}
        assert (cases["C-1"]["policyholder"], cases["C-1"]["policy_no"], cases["C-1"]["channel"]) == (
            "林虚构",
            "P-1",
            "agent",
        )
        case = cases["C-1"]["id"]
        sources = reviewer.get(f"{API}/cases/{case}/sources").json()["items"]
        assert [(one["file"], one["state"], one["code"]) for one in sources] == [
            ("扫描/扫描件.pdf", "read", None),
            ("投保单.txt", "read", None),
            ("空.pdf", "rejected", "empty"),
        ]
        before = reviewer.get(f"{API}/cases/{case}")
        assert sum(before.json()["counts"].values()) == len(
            reviewer.get(f"{API}/cases/{case}/audit").json()["findings"]
        )
        picture = {"file": "扫描/扫描件.pdf", "page": 1}
        assert reviewer.get(f"{API}/cases/{case}/pages/picture", params=picture).status_code == 200
        told = reviewer.get(f"{API}/cases/{case}/pages/picture", params={"file": "投保单.txt", "page": 1})
        assert told.json()["code"] == "no_picture"
        assert (
            "林虚构" in reviewer.get(f"{API}/cases/{case}/pages/words", params={"file": "投保单.txt", "page": 1}).text
        )
        assert reviewer.get(f"{API}/cases/{case}/report?format=pdf").content.startswith(b"%PDF-")
        assert reviewer.get(f"{API}/batches/{batch}/summary").json()["totals"]["cases"] == 2

        assert uploader.put(f"{API}/cases/{case}/files/补.txt", content=FORM.encode()).status_code == 201
        house.queue.run(do)
        after = reviewer.get(f"{API}/cases/{case}", headers={"If-None-Match": before.headers["etag"]})
        assert after.status_code == 200 and after.json()["judgement_id"] != before.json()["judgement_id"]
        assert len(reviewer.get(f"{API}/cases/{case}/sources").json()["items"]) == 4


def _packed() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("C-2/投保单.txt", FORM.replace("林虚构", "陈虚构"))
    return out.getvalue()


def _worked_off(work: Processing, batch_id: str) -> None:
    work.form(batch_id)
    for portion in work.unread(batch_id):
        work.read(batch_id, portion)
    for portion in work.ungathered(batch_id):
        work.gather(batch_id, portion)
    for portion in work.unjudged(batch_id):
        work.judge(batch_id, portion)
    work.finish(batch_id)
