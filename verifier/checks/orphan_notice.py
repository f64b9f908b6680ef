"""The customer was told that the seller left, in time.

Passes when the seller still serves, or a notice was sent within the days allowed after the seller left. Fails
when the seller left, the time is over and no notice was found, or it was sent later. Review when a day was not
read, or the list of sellers was not supplied. Not applicable to contracts of a year or less.
"""

from __future__ import annotations

from datetime import date, timedelta

from verifier.case import Case
from verifier.checks.result import CheckParams, Result, absent, failed, not_applicable, passed
from verifier.context import Context, Seller, need
from verifier.model import Evidence


class Params(CheckParams):
    days: int = 30
    document: str = "A08"


def check(case: Case, params: Params, context: Context) -> Result:
    left, where = _left(case, params, context)
    if left is None:
        return not_applicable("销售人员未离职", "The seller has not left")
    last = left + timedelta(days=params.days)
    if not case.has(params.document):
        if context.as_of <= last:
            return not_applicable(
                f"销售人员 {left} 离职，通知期限至 {last}", f"The seller left on {left}; notice is due by {last}"
            )
        zh, en = f"销售人员 {left} 离职，未见通知客户的记录", f"The seller left on {left}, and no notice was found"
        return absent(case, zh, en, evidence=where)
    sent = case.one(f"{params.document}.notice_date")
    zh, en = f"{left} 离职，{sent} 通知", f"Left on {left}, notice of {sent}"
    evidence = (*where, *sent.evidence)
    if sent.as_date() > last:
        return failed(f"{zh}，超过 {params.days} 日", f"{en}, after more than {params.days} days", evidence=evidence)
    return passed(zh, en, evidence=evidence)


def _left(case: Case, params: Params, context: Context) -> tuple[date | None, tuple[Evidence, ...]]:
    """The day by the notice itself, else by the end of the seller's registration after the sale."""
    stated = case.maybe(f"{params.document}.left_date")
    if stated is not None:
        return stated.as_date(), stated.evidence
    sold = case.fact("application.date")
    ended = [one.end for one in _sellers(case, need(context.references.sellers, "sellers.csv")) if one.end]
    after = [day for day in ended if sold.as_date() <= day <= context.as_of]
    return (max(after), ()) if after else (None, ())


def _sellers(case: Case, rows: tuple[Seller, ...]) -> list[Seller]:
    """All registrations of this seller; an open one means that he still serves."""
    number, name = case.maybe("seller.number"), case.maybe("seller.name")
    own = [one for one in rows if number and one.number == number.value]
    own = own or [one for one in rows if name and not number and one.name == name.value]
    return [] if any(one.end is None and one.status == "active" for one in own) else own
