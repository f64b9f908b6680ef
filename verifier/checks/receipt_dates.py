"""The day of receipt lies between issue and call-back.

Passes when the policy was issued, received and called about in this order. Fails when the receipt is dated
before the issue or after the call-back. Review when a day was not read, or when receipt, issue and application
share one day although no counter issued the policy.
"""

from __future__ import annotations

from collections.abc import Iterator

from verifier.case import Case, Fact
from verifier.checks.items import bad, doubt, good
from verifier.checks.result import CheckParams, Result, from_items
from verifier.context import Context
from verifier.ledger import CLEAN_INK
from verifier.model import Compared, Item, Reason, Text


class Params(CheckParams):
    """`counter`: channels in which a policy is issued and handed over at once."""

    counter: tuple[str, ...] = ("bank", "direct", "online")


def check(case: Case, params: Params, context: Context) -> Result:
    received = case.one("A02.received_date")
    received.as_date()
    issued, called = case.maybe("issue.date"), case.maybe("A03.date")
    items = list(_items(case, params, received, issued, called))
    named = (("签发", "issued", issued), ("收到", "received", received), ("回访", "called", called))
    values = [
        Compared(Text(zh, en), fact.value, next(iter(fact.evidence), None))
        for zh, en, fact in named
        if fact is not None
    ]
    return from_items(items, "回执日期合理", "The day of receipt is plausible", compared=values)


def _items(case: Case, params: Params, received: Fact, issued: Fact | None, called: Fact | None) -> Iterator[Item]:
    day, paper = received.as_date(), received.document
    if issued is not None:
        where, sure = (*received.evidence, *issued.evidence), min(received.confidence, issued.confidence)
        if day < issued.as_date():
            zh, en = f"收到日期 {day} 早于签发日期 {issued}", f"Received on {day}, before the issue of {issued}"
            declared = case.declared_fact("dates.policy_issue")
            if sure < CLEAN_INK and declared is not None and declared.as_date() <= day:
                zh, en = f"{zh}，但系统登记的签发日期为 {declared}", f"{en}, but {declared} by the policy system"
                yield doubt(Reason.CONFLICTING_VALUES, zh, en, where, paper)
            else:
                yield bad(zh, en, where, paper, sure)
        else:
            yield good(f"签发 {issued}，收到 {day}", f"Issued {issued}, received {day}", where, paper, sure)
    if called is not None:
        where, sure = (*received.evidence, *called.evidence), min(received.confidence, called.confidence)
        if day > called.as_date():
            zh, en = f"收到日期 {day} 晚于回访日期 {called}", f"Received on {day}, after the call-back of {called}"
            yield bad(zh, en, where, paper, sure)
        else:
            yield good(f"收到 {day}，回访 {called}", f"Received {day}, called {called}", where, paper, sure)
    applied, channel = case.maybe("application.date"), case.maybe("channel")
    at_counter = channel is None or channel.value in params.counter
    if applied is not None and applied.as_date() == day and not at_counter:
        zh, en = (
            f"收到日期与投保日期同为 {day}，请确认真实送达日期",
            f"Received on the day of application, {day}: is that true?",
        )
        yield doubt(Reason.JUDGEMENT, zh, en, (*received.evidence, *applied.evidence), paper)
