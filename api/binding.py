"""To what is a person's decision bound? To the finding, its rule and its evidence, as one digest.

A decision holds for as long as the digest is the same: judged again with the same words, figures and places on the
same bytes under the same rule, it carries over; when anything of that differs it lapses.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from verifier.model import Evidence, Finding, Item, Text
from verifier.packs.load import Pack, Requirement

_BY_PACK: dict[str, Mapping[str, str]] = {}  # by the digest of the pack, which never changes


def rule_digest(requirement: Requirement) -> str:
    """Over the requirement as written and its check's parameters."""
    return _sha256(
        [
            requirement.spec.model_dump(mode="json", by_alias=True),
            requirement.params.model_dump(mode="json", by_alias=True),
        ]
    )


def rule_digests(pack: Pack) -> Mapping[str, str]:
    """Of every requirement of a pack, made once."""
    known = _BY_PACK.get(pack.sha256)
    if known is None:
        known = _BY_PACK[pack.sha256] = {one.id: rule_digest(one) for one in pack.requirements}
    return known


def finding_digest(finding: Finding, rule: str) -> str:
    """Over what was found, by which rule (`rule_digest`), on which evidence. How sure the reading was and what files
    are called is not part of it: neither is what a person decided about."""
    return _sha256(
        {
            "rule": rule,
            "check": finding.check,
            "severity": finding.severity.value,
            "outcome": finding.outcome.value,
            "reason": finding.reason.value if finding.reason else None,
            "detail": _text(finding.detail),
            "parameters": dict(finding.parameters),
            "compared": [
                [_text(one.label), one.value, _place(one.evidence) if one.evidence else None]
                for one in finding.compared
            ],
            "items": [_item(one) for one in finding.items],
            "evidence": [_place(one) for one in finding.evidence],
        }
    )


def _item(item: Item) -> list[Any]:
    absent = (
        None if item.evidence else item.document
    )  # ids of papers shift when others come; a missing one's code stays
    reason = item.reason.value if item.reason else None
    return [item.outcome.value, reason, _text(item.detail), absent, [_place(one) for one in item.evidence]]


def _place(evidence: Evidence) -> list[Any]:
    box = evidence.box.as_list() if evidence.box else None
    return [evidence.case, evidence.sha256 or evidence.file, evidence.page, box, evidence.text]


def _text(text: Text) -> list[str]:
    return [text.zh, text.en]


def _sha256(value: object) -> str:
    told = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(told.encode()).hexdigest()
