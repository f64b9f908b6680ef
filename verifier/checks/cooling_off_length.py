"""The cooling-off period that the contract prints is not shorter than the minimum.

The minimum is that of the product (long-term health) or the channel. Passes when every paper that prints the
days prints at least the minimum. Fails when one prints fewer. Review when no paper's figure could be read, or
kind or channel are not known and the figure would be too short for one of them.
"""

from __future__ import annotations

from collections.abc import Mapping

from verifier.case import Case
from verifier.checks.items import bad, doubt, good
from verifier.checks.result import CheckParams, Result, from_items, review
from verifier.context import Context
from verifier.model import FieldState, Item, Reason
from verifier.parameters import ParameterSet


class Params(CheckParams):
    """`papers`: which may print the days, the policy first."""

    papers: tuple[str, ...] = ("A01", "D-403", "D-402", "D-401", "D-405", "D-501", "A02")
    field: str = "cooling_off_days"
    figures: str = "cooling_off_min_days"


def check(case: Case, params: Params, context: Context) -> Result:
    minimum = minimum_days(case, context, params.figures)
    days = int(minimum.number("days"))
    items: list[Item] = []
    for paper in case.documents_of(*params.papers):
        field = paper.fields.get(params.field)
        title = case.vocabulary.title(paper.type)
        if field is None or field.state is FieldState.EMPTY:
            continue
        if field.state is FieldState.UNREADABLE or not field.value.isdigit():
            zh, en = f"《{title.zh}》犹豫期天数无法辨认", f"The days on the {title.en} cannot be read"
            items.append(doubt(Reason.UNREADABLE, zh, en, (field.evidence,), paper.id))
        elif int(field.value) < days:
            zh = f"《{title.zh}》犹豫期 {field.value} 日，少于最低 {days} 日（{minimum.name}）"
            en = f"The {title.en} prints {field.value} days, fewer than the minimum of {days} ({minimum.name})"
            items.append(bad(zh, en, (field.evidence,), paper.id))
        else:
            zh, en = f"《{title.zh}》犹豫期 {field.value} 日", f"The {title.en} prints {field.value} days"
            items.append(good(zh, en, (field.evidence,), paper.id))
    figures = {"set": minimum.name, "minimum": str(days), "verified": str(minimum.verified).lower()}
    if not items:
        zh, en = "各单证均未读出犹豫期天数", "No paper's cooling-off days could be read"
        return review(Reason.FIELD_MISSING, zh, en, parameters=figures)
    return from_items(
        items, f"犹豫期不少于 {days} 日", f"The cooling-off period is at least {days} days", parameters=figures
    )


def minimum_days(case: Case, context: Context, figures: str) -> ParameterSet:
    """Long-term health first, then the channel; what is not known takes the general minimum."""
    sets = context.parameters.get(figures)
    assert isinstance(sets, Mapping)
    kind, channel = case.maybe("product.kind"), case.maybe("channel")
    name = "other_personal"
    if kind is not None and kind.value in ("health", "medical"):
        name = "health_long"
    elif channel is not None and channel.value == "bank":
        name = "bank"
    elif channel is not None and channel.value == "online":
        name = "internet_personal"
    return ParameterSet(name, sets[name], bool(sets[name].get("verified")))
