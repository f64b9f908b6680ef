"""Surrenders do not follow a pattern of money passing through.

Passes when none of the patterns shows. Fails when a large premium is surrendered within the cooling-off period,
a policy is surrendered early at a loss without a reason, several are surrendered within months, or the money is
asked for by a third party. Review when a replacement explains it, or the list of surrenders was not supplied.
Not applicable without a surrender.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from verifier.case import Case, Fact
from verifier.checks.items import bad, doubt, good
from verifier.checks.result import CheckParams, Result, from_items, not_applicable
from verifier.context import Context, Surrender, need
from verifier.ledger import same_holder
from verifier.model import Document, Evidence, Item, Reason
from verifier.values.dates import add_months


class Params(CheckParams):
    figures: str = "surrender_pattern"


def check(case: Case, params: Params, context: Context) -> Result:
    papers = case.documents_of("A05")
    listed = _listed(case, context.references.surrenders or ())
    if not papers and not listed:
        return not_applicable("本案没有退保", "There is no surrender")
    figures = context.parameters.get(params.figures)
    assert isinstance(figures, Mapping)
    items = [item for paper in papers for item in _of_paper(case, paper, figures)]
    items += _frequent(case, papers, listed, figures)
    if not items:
        need(context.references.surrenders, "surrenders.csv")
        items = [good("未见异常退保", "No unusual surrender", (), None, 1.0)]
    shown = {key: str(value) for key, value in figures.items()}
    return from_items(items, "未见异常退保模式", "No unusual pattern of surrender", parameters=shown)


def _listed(case: Case, rows: Sequence[Surrender]) -> list[Surrender]:
    """This policyholder's, by ID number, or by name where the list has no number."""
    number, name = case.maybe("policyholder.id_number"), case.maybe("policyholder.name")
    return [
        one
        for one in rows
        if (number and one.policyholder_id and one.policyholder_id.upper() == number.value)
        or (not one.policyholder_id and name and one.policyholder == name.value)
    ]


def _of_paper(case: Case, paper: Document, figures: Mapping[str, object]) -> Iterator[Item]:
    asked = _fact(paper, "signed_date") or _fact(paper, "accepted_date")
    refund, reason, premium = _fact(paper, "refund"), _fact(paper, "reason"), case.maybe("premium.due")
    if asked is not None and premium is not None:
        item = _in_cooling_off(case, paper, asked, premium, figures)
        if item is None and refund is not None:
            item = _early_loss(case, paper, asked, refund, reason, premium, figures)
        if item is not None:
            yield item
    payee, holder = _fact(paper, "payee.name"), case.maybe("policyholder.name")
    if payee and holder and same_holder(payee.value, holder.value).conflicts:
        zh, en = f"要求将退保金付给第三方“{payee}”", f"The refund is asked for by a third party, {payee}"
        yield bad(zh, en, (*payee.evidence, *holder.evidence), paper.id)


def _fact(paper: Document, name: str) -> Fact | None:
    field = paper.fields.get(name)
    return Fact(name, field.value, (field.evidence,), field.confidence, paper.id) if field and field.value else None


def _in_cooling_off(
    case: Case, paper: Document, asked: Fact, premium: Fact, figures: Mapping[str, object]
) -> Item | None:
    received, days = case.maybe("delivery.date"), case.maybe("cooling_off.days")
    limit = Decimal(str(figures["cooling_off_premium_cny"]))
    if received is None or days is None or premium.as_decimal() < limit:
        return None
    if asked.as_date() > received.as_date() + timedelta(days=days.as_int()):
        return None
    zh = f"犹豫期内退保（{asked}），保费 {premium} 不低于 {limit}"
    en = f"Surrendered within cooling-off ({asked}), with a premium of {premium}, not below {limit}"
    return _unless_replaced(case, zh, en, paper, (*asked.evidence, *premium.evidence))


def _early_loss(
    case: Case, paper: Document, asked: Fact, refund: Fact, reason: Fact | None, premium: Fact,
    figures: Mapping[str, object],
) -> Item | None:  # fmt: skip
    issued = case.maybe("issue.date")
    if issued is None or reason is not None or premium.as_decimal() <= 0:
        return None
    early = asked.as_date() <= add_months(issued.as_date(), int(str(figures["early_months"])))
    loss = 1 - refund.as_decimal() / premium.as_decimal()
    if not early or loss <= Decimal(str(figures["loss_ratio"])):
        return None
    zh = f"承保（{issued}）后一年内退保（{asked}），损失 {loss:.0%}，未说明原因"
    en = f"Surrendered on {asked}, within a year of {issued}, at a loss of {loss:.0%}, without a reason"
    return _unless_replaced(case, zh, en, paper, (*asked.evidence, *refund.evidence, *premium.evidence))


def _unless_replaced(case: Case, zh: str, en: str, paper: Document, places: tuple[Evidence, ...]) -> Item:
    """A documented exchange of products explains a surrender, but a person should see it."""
    if case.has("D-503"):
        return doubt(Reason.JUDGEMENT, f"{zh}；附有转保确认书", f"{en}; a replacement is documented", places, paper.id)
    return bad(zh, en, places, paper.id)


def _frequent(
    case: Case, papers: Sequence[Document], listed: Sequence[Surrender], figures: Mapping[str, object]
) -> list[Item]:
    """So many policies within so many months, this one included."""
    own = case.maybe("A05.policy_no") or case.maybe("policy_no")
    days: list[tuple[date, str]] = [
        (one.surrendered, one.policy) for one in listed if one.surrendered and (own is None or one.policy != own.value)
    ]
    for paper in papers:
        asked = _fact(paper, "signed_date")
        if asked is not None:
            days.append((asked.as_date(), own.value if own else "本案保单"))
    months, count = int(str(figures["count_months"])), int(str(figures["count"]))
    for start, _ in sorted(days):
        window = {policy for day, policy in days if start <= day <= add_months(start, months)}
        if len(window) >= count:
            zh = f"{start} 起 {months} 个月内退保 {len(window)} 张：{'、'.join(sorted(window))}"
            en = f"{len(window)} policies surrendered within {months} months from {start}: {', '.join(sorted(window))}"
            where = tuple(field.evidence for paper in papers if (field := paper.fields.get("signed_date")) is not None)
            return [bad(zh, en, where, papers[0].id if papers else None, 1.0 if not where else None)]
    return []
