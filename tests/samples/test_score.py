"""Does the scoring tell a perfect audit from one that misses, invents and misplaces?"""

import copy
from typing import Any

from samples.score import Score, same_value, score_documents, score_findings

LINE = {"file": "a.pdf", "page": 1, "box": [0.1, 0.8, 0.3, 0.84]}
PAGES = [{"file": "a.pdf", "page": 1}]
HOLDER = {"name": "policyholder_signature", "kind": "signature", "state": "absent"}
TRUTH: dict[str, Any] = {
    "case": "C-1",
    "style": "ruled",
    "look": "digital",
    "defects": [{"kind": "unsigned_application", "checks": {"SIGN-01": "fail"}, "may": [], "evidence": [LINE]}],
    "expected": {"SIGN-01": "fail", "KYC-02": "pass", "MKT-01": "not_applicable"},
    "documents": [
        {
            "type": "F01",
            "look": "digital",
            "pages": PAGES,
            "fields": {"premium": {"value": "24000.00", "file": "a.pdf", "page": 1, "box": [0.2, 0.2, 0.3, 0.22]}},
            "marks": [{**HOLDER, **LINE}],
        }
    ],
}
PLACE = {"file": "a.pdf", "page": 1, "box": [0.19, 0.19, 0.31, 0.23]}
AUDIT: dict[str, Any] = {
    "documents": [
        {
            "type": "F01",
            "pages": PAGES,
            "fields": {"premium": {"value": "24000", "evidence": PLACE}},
            "marks": [{**HOLDER, "evidence": LINE}],
        }
    ],
    "findings": [
        {"check": "SIGN-01", "outcome": "fail", "reason": None, "evidence": [LINE]},
        {"check": "KYC-02", "outcome": "pass", "reason": None, "evidence": []},
        {"check": "MKT-01", "outcome": "not_applicable", "reason": None, "evidence": []},
    ],
}


def whole(audit: dict[str, Any]) -> Score:
    score = score_findings(TRUTH, audit)
    score.add(score_documents(TRUTH, audit))
    return score


def test_a_perfect_audit() -> None:
    score = whole(AUDIT)
    assert score.planted == {"caught": 1}
    assert score.planted_critical == {"caught": 1}
    assert score.evidence == {"right": 1}
    assert not score.false_failures
    assert score.fields_right["F01"] == score.fields["F01"] == 1
    assert score.located["right"] == score.documents["right"] == 1
    assert score.marks == {"empty_right": 1}


def test_a_missed_defect_and_an_invented_one() -> None:
    audit = copy.deepcopy(AUDIT)
    audit["findings"][0]["outcome"] = "pass"
    audit["findings"][1]["outcome"] = "fail"
    audit["documents"][0]["marks"][0]["state"] = "present"
    score = whole(audit)
    assert score.planted_critical == {"missed": 1}
    assert score.missed[0].startswith("CRITICAL")
    assert score.false_failures == {"KYC-02": 1}
    assert score.marks == {"empty_wrong": 1}


def test_a_wrong_value_in_the_wrong_document() -> None:
    audit = copy.deepcopy(AUDIT)
    audit["documents"][0]["type"] = "F02"
    score = whole(audit)
    assert score.documents == {"wrong": 1}
    assert score.field_errors == {"F01.premium": 1}


def test_values_are_compared_as_values() -> None:
    assert same_value("24000.00", "24000")
    assert same_value("600", "10分00秒")
    assert not same_value("6222020950699205753", "6222020950699205754")
    assert not same_value("2026-03-02", "2026-03-03")
