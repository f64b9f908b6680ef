"""A bank sells an older customer only guaranteed benefits, and the case is underwritten by hand.

Passes when the policyholder is not above the age for this way of payment, or the benefits are guaranteed and
manual underwriting is shown. Fails when an older policyholder buys a product without guaranteed benefits.
Review when the benefits are guaranteed but manual underwriting is not shown. The income limit needs the
province's disposable income, which no list supplies.
"""

from __future__ import annotations

from verifier.case import Case
from verifier.checks.result import CheckParams, Result, failed, passed, review
from verifier.context import Context
from verifier.model import Compared, Reason, Text
from verifier.screening.wording import Passage, says


class Params(CheckParams):
    underwriting_words: tuple[str, ...]


def check(case: Case, params: Params, context: Context) -> Result:
    age, mode = case.fact("policyholder.age"), case.fact("pay_mode")
    once = mode.value == "single"
    limit = int(context.parameters.number(f"bank_older_customer.{'single_age' if once else 'periodic_age'}"))
    used = {"set": "banc2014", "age": str(limit)}
    compared = [Compared(Text("投保人周岁", "policyholder's age"), age.value, next(iter(age.evidence), None))]
    how = Text("趸交" if once else "期交", "single premium" if once else "periodic premium")
    if age.as_int() <= limit:
        zh, en = (
            f"投保人 {age} 周岁，未超过{how.zh} {limit} 周岁",
            f"The policyholder is {age}, not above {limit} ({how.en})",
        )
        return passed(zh, en, evidence=age.evidence, compared=compared, parameters=used)
    if case.fact("product.new_type").is_true:
        return failed(
            f"银行渠道投保人 {age} 周岁（{how.zh}超过 {limit} 周岁），所购产品保单利益不确定",
            f"Bank channel, policyholder {age} (above {limit}, {how.en}): the benefits are not guaranteed",
            evidence=age.evidence, compared=compared, parameters=used, confidence=age.confidence,
        )  # fmt: skip
    shown = next((paper for paper in case.documents if says(Passage.of(paper.lines), params.underwriting_words)), None)
    if shown is None and not case.has("F10"):
        return review(
            Reason.JUDGEMENT,
            f"投保人 {age} 周岁，产品利益确定，但未见人工核保记录",
            f"The policyholder is {age} and the benefits are guaranteed, but no manual underwriting is shown",
            evidence=age.evidence, compared=compared, parameters=used,
        )  # fmt: skip
    zh, en = (
        f"投保人 {age} 周岁，产品利益确定并经人工核保",
        f"The policyholder is {age}: guaranteed, underwritten by hand",
    )
    return passed(zh, en, evidence=age.evidence, compared=compared, parameters=used)
