"""A change of the contract was asked for, consented to and done by the right people in time.

Passes when the form is signed by the policyholder, a change of beneficiary or policyholder also by the insured,
a new account is the policyholder's, and it was accepted and done in time. Fails when one of these does not hold.
Review when ink or a day was not read.
"""

from __future__ import annotations

from collections.abc import Iterator

from verifier.case import Case, Fact
from verifier.checks.comparing import Stated, paper_by_id, settled
from verifier.checks.items import bad, doubt, good
from verifier.checks.result import CheckParams, Result, from_items
from verifier.checks.signing import judge_line
from verifier.context import Context
from verifier.ledger import same_holder
from verifier.model import Document, Item, Reason, Text
from verifier.values.calendar import working_days_between

HOLDER, INSURED = Text("投保人", "policyholder"), Text("被保险人", "insured")


class Params(CheckParams):
    """`accept`, `finish`: working days (人身保险业务基本服务规定 art. 19, 20)."""

    document: str = "A04"
    accept: int = 2
    finish: int = 5


def check(case: Case, params: Params, context: Context) -> Result:
    papers = case.documents_of(params.document)
    if not papers:
        raise case.missing_document(params.document)
    items = [item for paper in papers for item in _items(case, params, paper, context)]
    return from_items(items, "保全变更资料齐全", "The change file is complete")


def _items(case: Case, params: Params, paper: Document, context: Context) -> Iterator[Item]:
    holder = case.maybe("policyholder.name")
    line = judge_line(case, paper, ("applicant_signature", "policyholder_signature"), HOLDER,
                      person=holder.value if holder else "")  # fmt: skip
    if line is not None:
        yield line
    changed = paper.fields.get("change")
    subject = changed.value if changed else ""
    if any(word in subject for word in context.lexicon("changes_needing_insured")) and not _same_person(case):
        consent = judge_line(case, paper, ("insured_signature", "guardian_signature"), INSURED)
        if consent is not None:
            yield consent
    yield from _account(case, paper)
    yield from _times(params, paper)


def _same_person(case: Case) -> bool:
    same = case.maybe("insured.is_policyholder")
    return same is not None and same.is_true


def _account(case: Case, paper: Document) -> Iterator[Item]:
    named, holder = paper.fields.get("account_name"), case.maybe("policyholder.name")
    if named is None or not named.value or holder is None:
        return
    where = (named.evidence, *holder.evidence)
    own = Stated(holder.value, paper_by_id(case, holder.document), len(holder.evidence) > 1)
    match = settled("name", same_holder(named.value, holder.value), Stated(named.value, paper), own)
    if match.conflicts:
        zh, en = (
            f"变更后的账户户名“{named.value}”不是投保人",
            f"The new account is {named.value}'s, not the policyholder's",
        )
        yield bad(zh, en, where, paper.id)
    elif match.agrees:
        yield good("变更后的账户为投保人本人账户", "The new account is the policyholder's", where, paper.id)
    else:
        yield doubt(Reason.CONFLICTING_VALUES, match.detail.zh, match.detail.en, where, paper.id)


def _times(params: Params, paper: Document) -> Iterator[Item]:
    steps = (("signed_date", "accepted_date", params.accept, "受理", "accepted"),
             ("accepted_date", "done_date", params.finish, "办结", "done"))  # fmt: skip
    for first, then, days, zh, en in steps:
        start, end = paper.fields.get(first), paper.fields.get(then)
        if start is None or end is None or not start.value or not end.value:
            continue
        taken = working_days_between(Fact(first, start.value).as_date(), Fact(then, end.value).as_date())
        where = (start.evidence, end.evidence)
        if taken > days:
            said = f"{start.value} 至 {end.value} {zh}，超过 {days} 个工作日"
            yield bad(said, f"{start.value} to {end.value}: {en} after more than {days} working days", where, paper.id)
        else:
            yield good(f"{end.value} {zh}", f"{en} on {end.value}", where, paper.id)
