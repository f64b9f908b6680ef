"""An entity's beneficial owners are identified.

Passes when the corporate papers name each beneficial owner with ID number and share or way of control. Fails
when a named owner's ID number or share is blank. Review when one was not read. Not applicable when the register
of beneficial owners is not among what was supplied.
"""

from __future__ import annotations

from verifier.case import Case
from verifier.checks.items import bad, doubt, good
from verifier.checks.result import CheckParams, Result, from_items, not_applicable
from verifier.context import Context
from verifier.model import Document, FieldState, Item, Reason, Text


class Params(CheckParams):
    document: str = "F11"


NEEDED = {"id_number": Text("证件号码", "ID number"), "share": Text("持股比例", "share")}


def check(case: Case, params: Params, context: Context) -> Result:
    items: list[Item] = []
    for paper in case.documents_of(params.document):
        for key in sorted(paper.fields):
            if key.startswith("beneficial_owners[") and key.endswith("].name"):
                items += [_owner(paper, key.removesuffix(".name"), part, label) for part, label in NEEDED.items()]
    if not items:
        return not_applicable("未提供受益所有人登记资料", "No record of beneficial owners was supplied")
    return from_items(items, "受益所有人信息齐全", "The beneficial owners are identified")


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
