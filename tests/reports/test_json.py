"""audit.json to the letter of the contract, section 5."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

from tests.reports.sample import ID_NUMBER, sample_audit
from verifier.model import Outcome, Source, SourceState
from verifier.reports.audience import Audience
from verifier.reports.json import audit_bytes, audit_json, digest
from verifier.review import Review

TOP = {
    "schema", "case", "verdict", "unchecked", "pack", "as_of", "law_dates", "software", "counts", "sources",
    "documents", "findings",
}  # fmt: skip
FINDING = {
    "check", "stage", "severity", "outcome", "reason", "title", "detail", "basis", "remedy", "evidence", "items",
    "compared", "parameters", "confidential",
}  # fmt: skip


def test_every_key_of_the_contract_is_there() -> None:
    written = audit_json(sample_audit())
    assert written.keys() >= TOP
    assert written["schema"] == "verifier.audit/1"
    assert all(finding.keys() == FINDING for finding in written["findings"])
    assert len(written["findings"]) == 119
    assert sum(written["counts"].values()) == 119
    assert written["unchecked"] == ["SELL-01", "AML-07"]
    assert written["verdict"] == "non_compliant"


def test_a_field_that_was_not_read_has_no_value() -> None:
    form = audit_json(sample_audit())["documents"][0]
    assert form["fields"]["policyholder.email"]["value"] is None
    assert form["fields"]["policyholder.email"]["state"] == "empty"
    assert form["fields"]["policyholder.occupation"]["state"] == "unreadable"
    read = form["fields"]["policyholder.name"]
    assert read.keys() == {"value", "text", "confidence", "evidence"}
    assert read["evidence"] == {"file": "投保资料扫描件（第一册）.pdf", "page": 1, "box": [0.21, 0.16, 0.36, 0.185]}


def test_documents_say_whose_and_what_they_are() -> None:
    documents = {document["id"]: document for document in audit_json(sample_audit())["documents"]}
    assert documents["d2"]["subject"] == "policyholder"
    assert documents["d2"]["variant"] == "id_card"
    assert (documents["d6"]["superseded"], documents["d6"]["superseded_by"]) == (True, "d1")
    assert documents["d1"]["marks"][0]["state"] == "absent"


def test_a_rejected_source_says_why_and_what_to_do() -> None:
    sources = {source["file"]: source for source in audit_json(sample_audit())["sources"]}
    rejected = sources["客户资料.zip!/保单.pdf"]
    assert (rejected["state"], rejected["code"], rejected["pages"]) == ("rejected", "encrypted", None)
    assert rejected["hint"]["en"] == "Supply the file without a password."
    assert "hint" not in sources["回单.png"]


def test_the_same_audit_gives_the_same_bytes() -> None:
    first, again = (audit_bytes(audit_json(sample_audit())) for _ in range(2))
    assert digest(first) == digest(again)
    assert ID_NUMBER in first.decode()


def test_a_file_name_that_is_no_unicode_comes_back_as_it_was() -> None:
    name = "\udcd5\udcc5.pdf"  # GB18030 bytes that were not decoded
    audit = replace(sample_audit(), sources=(Source(name, "00", 1, SourceState.READ),))
    assert json.loads(audit_bytes(audit_json(audit)))["sources"][0]["file"] == name


def test_decisions_stand_beside_the_machine() -> None:
    at = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
    failing = [one.check for one in sample_audit().findings if one.outcome is Outcome.FAIL]
    reviews = [Review(check, Outcome.PASS, "王复核", at, "已核对原件") for check in failing]
    written = audit_json(sample_audit(), Audience.COMPLIANCE, reviews)
    assert written["machine"]["verdict"] == "non_compliant"
    assert written["verdict"] == "incomplete"
    finding = next(one for one in written["findings"] if one["check"] == "SIGN-01")
    assert finding["outcome"] == "fail"
    assert finding["reviews"] == [
        {"decision": "pass", "by": "王复核", "at": "2026-11-22T08:30:00+00:00", "reason": "已核对原件"}
    ]
