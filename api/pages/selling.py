"""What are kinds of products, ways of selling and changes of an outcome called on the pages of oversight?"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from verifier.declared import CHOICES
from verifier.model import Text
from verifier.reports.wording import known

CHANNELS: Mapping[str, Text] = {code: known("channel", code) for code in CHOICES["channel"]}
KINDS: Mapping[str, Text] = {
    "participating": Text("分红型", "Participating"),
    "universal": Text("万能型", "Universal"),
    "unit_linked": Text("投连型", "Unit-linked"),
    "ordinary_life": Text("普通型寿险", "Ordinary life"),
    "annuity": Text("年金", "Annuity"),
    "health": Text("健康险", "Health"),
    "medical": Text("医疗险", "Medical"),
    "accident": Text("意外险", "Accident"),
    "property": Text("财产险", "Property"),
}
STATES: Mapping[str, Text] = {
    "audited": Text("已审", "Audited"),
    "missing": Text("未审", "Missing"),
    "excluded": Text("已排除", "Excluded"),
}
VERDICTS = ("compliant", "incomplete", "non_compliant")


def amount(text: str) -> str:
    """An amount as a list states it, with its thousands apart."""
    try:
        return f"{Decimal(text):,}" if text else ""
    except InvalidOperation:
        return text


def verdict(code: str) -> Text:
    return known("verdict", code) if code else Text("无结论", "No verdict")
