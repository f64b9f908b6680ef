"""The papers name one seller, and the register holds that number under that name.

Passes when numbers, licence numbers and names of the seller agree wherever each of them stands, and the
number resolves to the name in the register where one is supplied. Fails when two well-read papers differ, or
the number belongs to somebody else. Review when the difference may be a reading error or a changed name. Not
applicable when fewer than two papers name a seller: internal number, licence and certificate are three numbers.
"""

from __future__ import annotations

from collections.abc import Iterator

from verifier.case import Case
from verifier.checks import values_agree
from verifier.checks.result import Result, from_items
from verifier.context import Context
from verifier.model import Item, Outcome, Reason, Text
from verifier.values.names import compare_names
from verifier.values.script import squeeze


class Params(values_agree.Params):
    pass


def check(case: Case, params: Params, context: Context) -> Result:
    result = values_agree.check(case, params, context)
    if result.outcome is Outcome.NOT_APPLICABLE:
        return result
    items = [*result.items, *_registered(case, context)]
    return from_items(items, "各单证上的销售人员一致", "All papers name one seller", compared=result.compared)


def _registered(case: Case, context: Context) -> Iterator[Item]:
    """Nothing where there is no list, or it does not hold the number: that is SELL-01's question."""
    number, name = case.maybe("seller.number"), case.maybe("seller.name")
    if number is None or name is None or context.references.sellers is None:
        return
    wanted = squeeze(number.value).upper()
    rows = [row for row in context.references.sellers if squeeze(row.number).upper() == wanted]
    if not rows:
        return
    evidence = (*number.evidence, *name.evidence)
    sure = min(number.confidence, name.confidence)
    matches = [compare_names(row.name, name.value) for row in rows]
    if any(match.agrees for match in matches):
        detail = Text(f"名册中工号 {number} 即 {name}", f"In the register {number} is {name}")
        yield Item(Outcome.PASS, detail, None, number.document, evidence, 1.0)
        return
    detail = Text(
        f"名册中工号 {number} 属于 {rows[0].name}，单证上是 {name}",
        f"In the register {number} belongs to {rows[0].name}; the papers name {name}",
    )
    if all(match.conflicts for match in matches):
        yield Item(Outcome.FAIL, detail, None, number.document, evidence, sure)
    else:
        yield Item(Outcome.REVIEW, detail, Reason.CONFLICTING_VALUES, number.document, evidence)
