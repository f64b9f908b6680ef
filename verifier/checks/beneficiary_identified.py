"""Each beneficiary is named with his relation, and identified before anything is paid to him.

Passes when the beneficiaries are the statutory heirs, the insured himself or a class, or each is named with
his relation to the insured. Fails when a name or relation is blank, or a claim was paid to a beneficiary whose
ID number is in no paper. Review when a name or relation was not found or not read.
"""

from __future__ import annotations

from collections.abc import Iterator

from verifier.case import Case
from verifier.checks.items import bad, doubt, good
from verifier.checks.result import CheckParams, Result, from_items
from verifier.context import Context
from verifier.ledger import payouts, same_holder
from verifier.model import Document, FieldState, Item, Reason, Text
from verifier.values.script import squeeze

RELATION, NAME = Text("与被保险人关系", "relation to the insured"), Text("姓名", "name")


class Params(CheckParams):
    """`needed`: what must be stated of each beneficiary."""

    documents: tuple[str, ...] = ("F01", "F06")
    needed: tuple[str, ...] = ("name", "relation")


def check(case: Case, params: Params, context: Context) -> Result:
    papers = case.documents_of(*params.documents)
    if not papers:
        raise case.missing_document(params.documents[0])
    items = [item for paper in papers for item in _on(case, paper, context, params.needed)]
    if not items:
        items = [_undesignated(case, papers[0], context)]
    return from_items(items, "受益人信息齐全", "The beneficiaries are identified")


def _on(case: Case, paper: Document, context: Context, needed: tuple[str, ...]) -> Iterator[Item]:
    rows = sorted({key.partition("].")[0] for key in paper.fields if key.startswith("beneficiaries[")})
    for row in rows:
        parts = {name: paper.fields.get(f"{row}].{name}") for name in ("name", "relation")}
        filled = [one for one in parts.values() if one and one.state is not FieldState.EMPTY]
        name = parts["name"]
        if not filled:
            continue  # a printed row that was left blank
        if name and _is_class(name.value, context):
            yield good(f"受益人：{name.value}", f"Beneficiary: {name.value}", (name.evidence,), paper.id)
            continue
        for label, key in ((NAME, "name"), (RELATION, "relation")):
            if key not in needed:
                continue
            field = parts[key]
            if field is None:
                zh, en = f"未找到受益人{label.zh}", f"No {label.en} of the beneficiary was found"
                yield doubt(Reason.FIELD_MISSING, zh, en, (), paper.id)
            elif field.state is FieldState.READ:
                where = (field.evidence,)
                yield good(f"受益人{label.zh}：{field.value}", f"{label.en}: {field.value}", where, paper.id)
            elif field.state is FieldState.EMPTY and not _filled(paper, row, key):
                zh, en = (
                    f"受益人{label.zh}空白，该行其余各栏也为空",
                    f"The {label.en} and the rest of the row are blank",
                )
                yield doubt(Reason.FIELD_MISSING, zh, en, (field.evidence,), paper.id)
            elif field.state is FieldState.EMPTY:
                where = (field.evidence,)
                yield bad(f"受益人{label.zh}空白", f"The {label.en} of a beneficiary is blank", where, paper.id)
            else:
                zh, en = f"受益人{label.zh}无法辨认", f"The {label.en} of a beneficiary cannot be read"
                yield doubt(Reason.UNREADABLE, zh, en, (field.evidence,), paper.id)
        if name and name.value:
            yield from _paid_to(case, paper, row, name.value)


def _filled(paper: Document, row: str, but: str) -> int:
    """How many further cells of the row are filled: a lone cell is hardly a beneficiary."""
    cells = [field for key, field in paper.fields.items() if key.startswith(f"{row}].")]
    filled = [field for field in cells if field.state is FieldState.READ and field.name != f"{row}].{but}"]
    return max(len(filled) - 1, 0) if len(cells) > 2 else len(filled)


def _is_class(name: str, context: Context) -> bool:
    plain = squeeze(name).casefold()
    return any(squeeze(word).casefold() in plain for word in context.lexicon("beneficiary_classes"))


def _paid_to(case: Case, paper: Document, row: str, name: str) -> Iterator[Item]:
    """反洗钱法 art. 31: who receives money is identified by then."""
    paid = [one for one in payouts(case) if one.payee and same_holder(one.payee, name).agrees and case.has("A06")]
    number = paper.fields.get(f"{row}].id_number")
    if not paid or (number is not None and number.state is not FieldState.EMPTY):
        return
    cards = [card.fields.get("name") for card in case.documents_of("D-202")]
    if not any(card and card.value and same_holder(card.value, name).agrees for card in cards):
        zh, en = f"已向受益人“{name}”给付，未见其证件", f"{name} was paid, and no ID of the beneficiary was found"
        yield bad(zh, en, paid[0].evidence[:1], paper.id, 1.0)


def _undesignated(case: Case, paper: Document, context: Context) -> Item:
    """No row is filled in: the statutory heirs, unless the form says otherwise."""
    chosen = paper.fields.get("beneficiary_designation")
    if chosen is not None and chosen.value and not _is_class(chosen.value, context):
        zh, en = f"受益人：{chosen.value}，但未见受益人信息", f"Beneficiary: {chosen.value}, but none is named"
        return doubt(Reason.FIELD_MISSING, zh, en, (chosen.evidence,), paper.id)
    return good("未指定受益人，按法定继承人", "No beneficiary is designated: the statutory heirs", (), paper.id, 1.0)
