"""An older customer who buys a high-risk product gets extra care.

Passes when the file shows one of the measures: a procedure or form of its own, a relative or witness, an added
warning of risk, a longer time to consider, an early call-back. Fails when the product is of high risk and a
file that was wholly read shows none. Review when the product's level is not known, or a part of the file was
not read. Not applicable when the product is not of high risk.
"""

from __future__ import annotations

from verifier.case import Case, Fact
from verifier.checks.result import CheckParams, Result, absent, not_applicable, passed, review
from verifier.checks.words import paper_title
from verifier.context import Context
from verifier.model import Compared, MarkState, Reason, Text
from verifier.screening.wording import Passage, says
from verifier.values.levels import level_number
from verifier.values.organisations import compare_products


class Params(CheckParams):
    """`high_level`: product levels from it on are of high risk; `always_high`, `never_high`: kinds of product
    whatever the level; `phrases`: words of the measures; `marks`: signatures of a relative or witness."""

    high_level: int
    always_high: tuple[str, ...] = ()
    never_high: tuple[str, ...] = ()
    phrases: tuple[str, ...]
    marks: tuple[str, ...] = ()


def check(case: Case, params: Params, context: Context) -> Result:
    age = case.fact("policyholder.age")
    high, why = _high_risk(case, params, context)
    if high is False:
        return not_applicable(f"投保人 {age} 周岁，{why.zh}", f"The policyholder is {age}; {why.en}")
    if high is None:
        return review(
            Reason.FIELD_MISSING,
            f"投保人 {age} 周岁，产品等级不能确定，请确认是否高风险产品",
            f"The policyholder is {age} and the product's level is not known: is it of high risk?",
            evidence=age.evidence,
        )
    compared = [Compared(Text("投保人周岁", "policyholder's age"), age.value, next(iter(age.evidence), None))]
    for paper in case.documents:
        for mark in paper.marks:
            if mark.name in params.marks and mark.state is MarkState.PRESENT:
                return passed(
                    f"投保人 {age} 周岁，有见证人或家属签名", f"Aged {age}; a witness or relative signed",
                    evidence=(mark.evidence,), compared=compared, confidence=mark.confidence,
                )  # fmt: skip
        passage = Passage.of(paper.lines)
        span = says(passage, params.phrases)
        if span is not None:
            title = paper_title(case, paper)
            return passed(
                f"投保人 {age} 周岁，{title.zh}载有对老年客户的特别措施",
                f"The policyholder is {age}; {title.en} shows the extra care taken",
                evidence=passage.evidence(*span), compared=compared,
            )  # fmt: skip
    early = _early_call_back(case)
    if early is not None:
        zh, en = (
            f"投保人 {age} 周岁，承保前已于 {early} 回访",
            f"The policyholder is {age}; called back early on {early}",
        )
        return passed(zh, en, evidence=early.evidence, compared=compared)
    return absent(
        case,
        f"投保人 {age} 周岁，{why.zh}，未见对老年客户的特别注意措施",
        f"The policyholder is {age}; {why.en}; no extra care is shown",
        evidence=age.evidence,
    )


def _high_risk(case: Case, params: Params, context: Context) -> tuple[bool | None, Text]:
    kind = case.fact("product.kind")
    if kind.value in params.always_high:
        return True, Text(f"产品类型 {kind} 属高风险", f"the product ({kind}) is of high risk")
    level = _level(case, context)
    if level is not None:
        high = level >= params.high_level
        return high, Text(
            f"产品等级 R{level}{'属' if high else '不属'}高风险",
            f"level R{level} is {'' if high else 'not '}of high risk",
        )
    if kind.value in params.never_high:
        return False, Text("产品不属高风险", "the product is not of high risk")
    return None, Text("", "")


def _level(case: Case, context: Context) -> int | None:
    """The higher of the opinion's and the list's level."""
    found = [case.maybe("D-303.product_level")]
    numbers = [level_number(fact.value) for fact in found if fact is not None]
    name, code = case.maybe("product.name"), case.maybe("product.code")
    for row in context.references.products or ():
        if (code is not None and row.code == code.value) or (
            name is not None and compare_products(row.name, name.value).agrees
        ):
            numbers.append(row.risk_level)
    return max((number for number in numbers if number is not None), default=None)


def _early_call_back(case: Case) -> Fact | None:
    """A call before the policy was issued; the one after delivery is due to everybody."""
    called, issued = case.maybe("A03.date"), case.maybe("issue.date")
    if called is None or issued is None:
        return None
    return called if called.as_date() <= issued.as_date() else None
