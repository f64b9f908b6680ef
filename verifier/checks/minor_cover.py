"""The death cover of a minor stays within the cap.

Passes when the cover of all insurers together does not exceed the cap for the child's age on the application
date, and the question about cover elsewhere was answered. Fails when the sum exceeds the cap, or when that
question was left blank. Review when a sum cannot be read or the answer was not found. Cover that pays no more
than the premiums or the cash value before 18 does not count (`uncounted`: the words of such a clause).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from verifier.case import Case, Fact
from verifier.checks.items import bad, doubt, good
from verifier.checks.result import CheckParams, Result, from_items
from verifier.checks.words import paper_title, place_of
from verifier.context import Context
from verifier.facts.registry import first_known
from verifier.model import Document, Evidence, FieldState, Item, Reason
from verifier.values.script import squeeze

NONE_SAID = ("无", "没有", "否", "0", "未投保")


class Params(CheckParams):
    caps: str
    here: tuple[str, ...]
    elsewhere: tuple[str, ...]
    total: tuple[str, ...]
    answers: tuple[str, ...] = ()  # fields that say in words whether there is cover elsewhere
    notice: str
    uncounted: str = ""
    uncounted_in: tuple[str, ...] = ()


def check(case: Case, params: Params, context: Context) -> Result:
    age = case.fact("insured.age")
    cap = _cap(context, params, age.as_int())
    excused = _uncounted(case, params, context)
    here = first_known(case, *params.here)
    elsewhere, total = first_known(case, *params.elsewhere), first_known(case, *params.total)
    items = [*_sum(age, cap, here, elsewhere, total, excused), *_asked(case, params, elsewhere, total)]
    used = {"cap": str(cap), "age": age.value}
    return from_items(items, f"身故保险金额未超过{cap}元", f"The death cover does not exceed {cap}", parameters=used)


def _cap(context: Context, params: Params, age: int) -> Decimal:
    steps = context.parameters.get(params.caps)
    assert isinstance(steps, Sequence)
    limits: list[Mapping[str, object]] = sorted(steps, key=lambda step: int(str(step["below_age"])))
    return next(Decimal(str(step["cny"])) for step in limits if age < int(str(step["below_age"])))


def _sum(
    age: Fact, cap: Decimal, here: Fact | None, elsewhere: Fact | None, total: Fact | None, excused: Evidence | None
) -> list[Item]:
    own = Decimal(0) if excused is not None or here is None else here.as_decimal()
    other = elsewhere.as_decimal() if elsewhere is not None else Decimal(0)
    added = own + other
    if total is not None and excused is None:
        added = max(added, total.as_decimal())
    places = [e for fact in (here, elsewhere, total) if fact is not None for e in fact.evidence]
    known = [fact for fact in (here, elsewhere, total, age) if fact is not None]
    sure = min(fact.confidence for fact in known)
    if here is None and total is None and excused is None:
        return [
            doubt(
                Reason.FIELD_MISSING, "未读到本次身故保险金额", "The death cover of this contract was not read", places
            )
        ]
    if added > cap:
        zh = f"被保险人{age.value}周岁，身故保险金额合计{added}元，超过上限{cap}元"
        return [
            bad(
                zh,
                f"Aged {age.value}, the insured has death cover of {added}, above the cap of {cap}",
                places,
                None,
                sure,
            )
        ]
    zh = f"被保险人{age.value}周岁，身故保险金额合计{added}元，未超过上限{cap}元"
    if excused is not None:
        zh += "（18周岁前身故仅给付已交保险费或现金价值的部分不计入）"
        places.append(excused)
    return [good(zh, f"Aged {age.value}, death cover {added}, cap {cap}", places, None, sure)]


def _asked(case: Case, params: Params, elsewhere: Fact | None, total: Fact | None) -> list[Item]:
    """The question about cover with other insurers must be answered (rule of 2015, section two)."""
    if elsewhere is not None or total is not None:
        return []
    for paper in case.documents_of(params.notice):
        return [_answer(case, paper, params)]
    raise case.missing_document(params.notice)


def _answer(case: Case, paper: Document, params: Params) -> Item:
    title = paper_title(case, paper)
    stated = [paper.fields[name] for name in params.answers if name in paper.fields]
    for field in stated:
        if field.state is FieldState.READ and any(squeeze(field.value).startswith(word) for word in NONE_SAID):
            return good(
                f"{title.zh}载明其他公司无身故保额", f"{title.en}: no cover elsewhere", (field.evidence,), paper.id
            )
    if stated and all(field.state is FieldState.EMPTY for field in stated):
        zh, en = f"{title.zh}未填写其他公司身故保额情况", f"{title.en}: cover with other insurers was not answered"
        return bad(zh, en, [field.evidence for field in stated], paper.id)
    places = [field.evidence for field in stated] or [place_of(case, paper)]
    zh, en = f"{title.zh}上未读到其他公司身故保额", f"{title.en}: the amount of cover elsewhere was not read"
    return doubt(Reason.FIELD_MISSING, zh, en, places, paper.id)


def _uncounted(case: Case, params: Params, context: Context) -> Evidence | None:
    """The line by which this contract pays no more than premiums or cash value before 18."""
    if not params.uncounted:
        return None
    phrases = context.lexicon(params.uncounted)
    for paper in case.documents_of(*params.uncounted_in):
        for line in paper.lines:
            if any(phrase in squeeze(line.text) for phrase in phrases):
                return line.evidence
    return None
