"""An entity's beneficial owners are identified.

Passes when the corporate papers name each beneficial owner with ID number and share or way of control. Fails
when a named owner's ID number or share is blank, or nobody is named where the owners are demanded. Review when
one was not read, or the named ones leave a share open that another owner may hold. Not applicable when the
register of beneficial owners is not among what was supplied and not demanded, or the entity is exempt.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from verifier.case import Case
from verifier.checks.items import bad, doubt, good
from verifier.checks.result import CheckParams, Result, absent, from_items, not_applicable
from verifier.context import Context
from verifier.model import Document, FieldState, Item, Reason, Text
from verifier.screening.wording import Passage, says


class Params(CheckParams):
    """`needed` of each owner. `demanded`: an entity without any named owner is at fault, unless one of the words
    of the lexicon `exempt` stands on the paper. `threshold`: a share, in percent, that makes an owner."""

    document: str = "F11"
    needed: tuple[str, ...] = ("id_number", "share")
    demanded: bool = False
    exempt: str = ""
    threshold: Decimal = Decimal(0)


LABELS = {
    "id_number": Text("证件号码", "ID number"),
    "birth_date": Text("出生日期", "birth date"),
    "share": Text("持股比例", "share"),
}


def check(case: Case, params: Params, context: Context) -> Result:
    papers = case.documents_of(params.document)
    for paper in papers if params.exempt else ():
        passage = Passage.of(paper.lines)
        if says(passage, context.lexicon(params.exempt)) is not None:
            return not_applicable("该单位豁免识别受益所有人", "The entity is exempt (listed or public)")
    items: list[Item] = []
    for paper in papers:
        for key in sorted(paper.fields):
            if key.startswith("beneficial_owners[") and key.endswith("].name") and paper.fields[key].value:
                row = key.removesuffix(".name")
                items += [_owner(paper, row, part, LABELS[part]) for part in params.needed]
        if params.threshold and items:
            items += _rest(paper, params.threshold)
    if not items and params.demanded:
        return absent(case, "未见受益所有人信息", "No beneficial owner is named")
    if not items:
        return not_applicable("未提供受益所有人登记资料", "No record of beneficial owners was supplied")
    return from_items(items, "受益所有人信息齐全", "The beneficial owners are identified")


def _rest(paper: Document, threshold: Decimal) -> list[Item]:
    """What the named owners leave open may hide another one."""
    shares = [f for key, f in paper.fields.items() if key.startswith("beneficial_owners[") and key.endswith("].share")]
    try:
        total = sum((Decimal(field.value) for field in shares if field.value), Decimal(0))
    except InvalidOperation:
        return []
    if not shares or 100 - total < threshold:
        return []
    zh = f"已列受益所有人合计 {total}%，其余 {100 - total}% 可能另有受益所有人"
    en = f"The owners named hold {total}%; another owner may stand behind the other {100 - total}%"
    return [doubt(Reason.JUDGEMENT, zh, en, tuple(field.evidence for field in shares), paper.id)]


def _owner(paper: Document, row: str, part: str, label: Text) -> Item:
    name, field = paper.fields[f"{row}.name"].value, paper.fields.get(f"{row}.{part}")
    control = paper.fields.get(f"{row}.control")
    if part == "share" and control is not None and control.value:
        field = control
    if field is None or field.state is FieldState.UNREADABLE:
        where = (field.evidence,) if field else ()
        zh, en = f"受益所有人“{name}”的{label.zh}未读出", f"The {label.en} of {name} was not read"
        return doubt(Reason.FIELD_MISSING, zh, en, where, paper.id)
    if field.state is FieldState.EMPTY:
        zh, en = f"受益所有人“{name}”的{label.zh}空白", f"The {label.en} of {name} is blank"
        return bad(zh, en, (field.evidence,), paper.id)
    return good(f"{name}：{field.value}", f"{name}: {field.value}", (field.evidence,), paper.id, 1.0)
