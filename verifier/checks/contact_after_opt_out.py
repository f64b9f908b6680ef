"""Nobody who asked not to be contacted was contacted for marketing afterwards.

Passes when no contact of the customer's number is dated after the opt-out, or the number never opted out.
Fails when a contact before the application is dated after the opt-out. Review when the contact came after the
application, for it may have been a service notice. Not applicable unless opt_out.csv and contact_log.csv are
supplied.
"""

from __future__ import annotations

from verifier.case import Case
from verifier.checks.result import CheckParams, Result, failed, not_applicable, passed, review
from verifier.context import Context
from verifier.model import Compared, Reason, Text
from verifier.values.phones import canonical_phone


class Params(CheckParams):
    phone: str = "policyholder.phone"


def check(case: Case, params: Params, context: Context) -> Result:
    opted, log = context.references.opt_out, context.references.contact_log
    if opted is None or log is None:
        return not_applicable(
            "未提供拒绝营销名单和联系记录", "The opt-out list and the contact log were not both supplied"
        )
    phone = case.maybe(params.phone) or case.maybe("D-101.phone") or case.fact(params.phone)
    number = canonical_phone(phone.value)
    refused = min((row.date for row in opted if canonical_phone(row.phone) == number), default=None)
    if refused is None:
        return passed(f"{number} 未拒绝营销", f"{number} did not opt out", evidence=phone.evidence)
    later = sorted(row.date for row in log if canonical_phone(row.phone) == number and row.date > refused)
    compared = [
        Compared(Text("拒绝日", "opt-out"), refused.isoformat()),
        *(Compared(Text("联系日", "contact"), day.isoformat()) for day in later),
    ]
    if not later:
        zh, en = f"{number} 于 {refused} 拒绝营销，其后没有联系", f"{number} opted out on {refused}; no contact since"
        return passed(zh, en, evidence=phone.evidence, compared=compared)
    applied = case.maybe("application.date")
    if applied is not None and later[0] >= applied.as_date():
        return review(
            Reason.JUDGEMENT,
            f"{number} 于 {refused} 拒绝营销，{later[0]} 又被联系；此时已投保，请确认是否服务性通知",
            f"{number} opted out on {refused} and was contacted on {later[0]}, after applying: a service notice?",
            evidence=phone.evidence,
            compared=compared,
        )
    return failed(
        f"{number} 于 {refused} 拒绝营销，{later[0]} 仍被联系",
        f"{number} opted out on {refused} and was contacted on {later[0]}",
        evidence=phone.evidence,
        compared=compared,
    )
