"""One requirement that rests on several tests: every one of them holds.

Passes when each test passes or does not apply. Fails when one of them fails. Review when one is left to a
person and none fails. Not applicable when no test applies.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from verifier.applies import truth
from verifier.case import Case, MissingFact
from verifier.checks.items import doubt
from verifier.checks.result import CheckParams, Result, as_item, from_items, gap_item, not_applicable
from verifier.context import Context
from verifier.model import Compared, Item, Outcome, Reason, Severity


class Test(BaseModel):
    """One of the registered checks with its parameters; `when`: it is made only where this holds."""

    __test__ = False  # no test of pytest
    model_config = ConfigDict(extra="forbid", frozen=True)

    check: str
    parameters: dict[str, Any] = Field(default_factory=dict, alias="with")
    when: dict[str, object] = {}

    @model_validator(mode="after")
    def _known(self) -> Test:
        """A wrong name or parameter is refused when the pack is loaded, not when a case is judged."""
        self.params()
        return self

    def params(self) -> CheckParams:
        made: CheckParams = _module(self.check).Params.model_validate(self.parameters)
        return made


class Params(CheckParams):
    tests: tuple[Test, ...]


def _module(name: str) -> Any:
    from verifier.checks import CHECKS  # this module is one of them

    module = CHECKS.get(name)
    if module is None or name == __name__.rpartition(".")[2]:
        raise ValueError(f"there is no check named {name!r}")
    return module


def check(case: Case, params: Params, context: Context) -> Result:
    items: list[Item] = []
    figures: dict[str, str] = {}
    severity: Severity | None = None
    compared: list[Compared] = []
    for test in params.tests:
        result = _outcome(test, case, context)
        if isinstance(result, Item):
            items.append(result)
        elif result is not None:
            items += _items(result)
            figures |= _text(result.parameters)
            compared += result.compared
            severity = severity or (result.severity if result.outcome is Outcome.FAIL else None)
    judged = [item for item in items if item.outcome is not Outcome.NOT_APPLICABLE]
    if not judged:
        return not_applicable("本案不涉及此项", "Nothing of this concerns the case")
    zh = "；".join(dict.fromkeys(item.detail.zh for item in judged if item.outcome is Outcome.PASS))
    en = "; ".join(dict.fromkeys(item.detail.en for item in judged if item.outcome is Outcome.PASS))
    return from_items(judged, zh, en, severity=severity, parameters=figures, compared=compared)


def _outcome(test: Test, case: Case, context: Context) -> Result | Item | None:
    concerned = truth(test.when, case)
    if concerned is None:
        zh, en = "缺少判断是否适用的事实", "A fact that decides whether this applies is not known"
        return doubt(Reason.FACT_MISSING, zh, en)
    if not concerned:
        return None
    try:
        result: Result = _module(test.check).check(case, test.params(), context)
    except MissingFact as gap:
        unneeded = gap.document is not None and context.required.get(gap.document, False) is False
        return None if gap.reason is Reason.DOCUMENT_MISSING and unneeded else gap_item(gap)
    return result


def _items(result: Result) -> list[Item]:
    """A result over several papers keeps its items; another one is an item itself."""
    return list(result.items) if result.items else [as_item(result, None)]


def _text(figures: Mapping[str, str]) -> dict[str, str]:
    return {key: str(value) for key, value in figures.items()}
