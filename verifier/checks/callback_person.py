"""The call-back reached the policyholder, on the policyholder's own number.

Passes when the number is one that the policyholder gave and no seller's or staff's, and the respondent is the
policyholder. Fails when the number is a seller's or another one, or somebody else answered. Review when number
or respondent were not read, the number was changed since, or the staff list was not supplied.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from verifier.case import Case, Fact
from verifier.checks.comparing import Stated, may_be_misread, paper_by_id
from verifier.checks.items import bad, doubt, good
from verifier.checks.result import CheckParams, Result, from_items
from verifier.context import Context, StaffMember, need
from verifier.ledger import CLEAN_INK, Likeness, is_party
from verifier.model import Document, Field, FieldState, Item, Outcome, Reason, TextFrom
from verifier.values.accounts import compare_accounts
from verifier.values.phones import canonical_phone
from verifier.values.script import squeeze

AGREED = 0.99  # two papers that read alike were both read well


class Params(CheckParams):
    """`own`: where the policyholder's numbers stand."""

    document: str = "A03"
    own: tuple[str, ...] = ("F01.policyholder.phone", "F01-P.policyholder.phone", "A01.policyholder.phone",
                            "D-101.phone")  # fmt: skip
    changed: str = "A04"


def check(case: Case, params: Params, context: Context) -> Result:
    papers = case.documents_of(params.document)
    if not papers:
        raise case.missing_document(params.document)
    items = [
        item for paper in papers for item in (*_phone(case, params, paper, context), *_respondent(case, paper, context))
    ]
    if all(item.outcome is Outcome.PASS for item in items):
        need(context.references.staff, "staff.csv")
    return from_items(items, "回访号码和受访人均为投保人本人", "The call reached the policyholder on an own number")


def _unread(paper: Document, name: str, zh: str, en: str) -> Item | None:
    field = paper.fields.get(name)
    if field is not None and field.state is FieldState.READ:
        return None
    if field is None:
        return doubt(Reason.FIELD_MISSING, f"回访记录上未找到{zh}", f"No {en} was found on the record", (), paper.id)
    if field.state is FieldState.EMPTY:
        return bad(f"回访记录{zh}空白", f"The {en} on the record is blank", (field.evidence,), paper.id)
    return doubt(
        Reason.UNREADABLE,
        f"回访记录{zh}无法辨认",
        f"The {en} on the record cannot be read",
        (field.evidence,),
        paper.id,
    )


def _phone(case: Case, params: Params, paper: Document, context: Context) -> Iterator[Item]:
    gap = _unread(paper, "phone", "回访号码", "number called")
    if gap is not None:
        yield gap
        return
    called = paper.fields["phone"]
    member = _staff(called.value, context)
    if member is not None:
        zh = f"回访号码 {called.value} 是销售人员或员工“{member.name}”的电话"
        yield bad(
            zh,
            f"The number called, {called.value}, is that of {member.name}, seller or staff",
            (called.evidence,),
            paper.id,
        )
        return
    own = [fact for path in params.own if (fact := case.maybe(path)) is not None]
    if not own:
        raise case.missing_document("F01")
    where = (called.evidence, *(place for fact in own for place in fact.evidence))
    if any(_same(called.value, fact.value) for fact in own):
        yield good("回访号码为投保人所留电话", "The number called is the policyholder's", where, paper.id, AGREED)
        return
    numbers = "、".join(fact.value for fact in own)
    zh, en = f"回访号码 {called.value} 不是投保单所留 {numbers}", f"The number called, {called.value}, is not {numbers}"
    changed = [one for one in case.documents_of(params.changed) if canonical_phone(called.value) in one.text]
    dialled = Stated(canonical_phone(called.value), paper)
    given = [
        Stated(canonical_phone(fact.value), paper_by_id(case, fact.document), len(own) > 1 and _agreed(own))
        for fact in own
    ]
    near = any(may_be_misread("serial", dialled, one) for one in given)
    if changed:
        yield good(f"{zh}，但客户已变更联系电话", f"{en}, but the customer changed the number", where, changed[0].id)
    elif near:
        yield doubt(Reason.LOW_CONFIDENCE, zh, en, where, paper.id)
    else:
        yield bad(zh, en, where, paper.id)


def _staff(phone: str, context: Context) -> StaffMember | None:
    plain = canonical_phone(phone)
    if "*" in plain:
        return None
    return next((one for one in context.references.staff or () if plain and canonical_phone(one.phone) == plain), None)


def _same(one: str, other: str) -> bool:
    first, second = canonical_phone(one), canonical_phone(other)
    if "*" in first or "*" in second:
        return compare_accounts(first, second).agrees
    return bool(first) and first == second


def _agreed(own: Sequence[Fact]) -> bool:
    return len({canonical_phone(fact.value) for fact in own}) == 1


def _respondent(case: Case, paper: Document, context: Context) -> Iterator[Item]:
    field: Field | None = paper.fields.get("respondent")
    if field is None or field.state is FieldState.EMPTY:
        return  # the number and the answers say who it was; many records print no name
    if field.state is FieldState.UNREADABLE:
        yield doubt(Reason.UNREADABLE, "受访人无法辨认", "The respondent cannot be read", (field.evidence,), paper.id)
        return
    holder = case.fact("policyholder.name")
    where = (field.evidence, *holder.evidence)
    plain = squeeze(field.value)
    if any(plain == word for word in context.lexicon("respondent_self")):
        yield good(f"受访人：{field.value}", f"Respondent: {field.value}", where, paper.id)
        return
    clean = paper.text_from is not TextFrom.OCR and field.confidence >= CLEAN_INK
    like, match = is_party(case, "policyholder", field.value, clean=clean)
    if like is Likeness.SAME or holder.value in plain:
        yield good("受访人为投保人本人", "The policyholder answered", where, paper.id, AGREED)
    elif like is Likeness.OTHER:
        zh, en = f"受访人“{field.value}”不是投保人“{holder}”", f"{field.value} answered, not the policyholder {holder}"
        yield bad(zh, en, where, paper.id)
    else:
        yield doubt(Reason.LOW_CONFIDENCE, match.detail.zh, match.detail.en, where, paper.id)
