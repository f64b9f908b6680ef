"""The demanded fields of a paper are filled in.

Passes when every demanded field holds a value that is not a mere placeholder. Fails for a printed field that
is blank, or that holds a placeholder (无, 不详, 11111111111) or a word too vague to count. Review when the ink
in a field cannot be read, or when a field that every such form has was not found. A field that this
company's form does not print is not demanded unless it is one of those; one of several alternatives
(`a|b`) is enough; 同上 and 同投保人 count as filled, and so does a dash where the field may not apply.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Default

from verifier.applies import fact_names, truth
from verifier.case import Case
from verifier.checks.result import CheckParams, Result, from_items, passed
from verifier.checks.words import field_title, paper_title
from verifier.context import Context
from verifier.model import Document, Field, FieldState, Item, Outcome, Reason, Text
from verifier.values.phones import is_mobile, is_placeholder
from verifier.values.script import squeeze

SAME_AS_ABOVE = ("同上", "同左", "同前", "同投保人", "同被保险人", "本人")
DASHES = frozenset("-－—–―/／\\*＊~～")


class FieldGroup(BaseModel):
    """Fields that are demanded when `when` holds: `demand` must be found, `if_printed` only filled in."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    when: dict[str, object] = {}
    demand: tuple[str, ...] = ()
    if_printed: tuple[str, ...] = ()


class Params(CheckParams):
    documents: tuple[str, ...]
    groups: tuple[FieldGroup, ...]
    placeholders: bool = False
    vague: dict[str, str] = Default(default_factory=dict)


def check(case: Case, params: Params, context: Context) -> Result:
    found = case.documents_of(*params.documents)
    if not found:
        raise case.missing_document(params.documents[0])
    paper = found[-1]
    items: list[Item] = []
    for group in params.groups:
        concerned = truth(group.when, case)
        if concerned is None:
            items.append(_unknown(paper, group))
        elif concerned:
            demanded = [(name, True) for name in group.demand] + [(name, False) for name in group.if_printed]
            for names, must in demanded:
                item = _judge(case, paper, tuple(names.split("|")), must, params, context)
                if item is not None:
                    items.append(item)
    title = paper_title(case, paper)
    fine = f"{title.zh}必填项均已填写", f"All mandatory fields of {title.en} are filled in"
    if not items:
        return passed(*fine, evidence=[one.evidence for one in paper.fields.values()][:1], confidence=1.0)
    return from_items(items, *fine)


def _unknown(paper: Document, group: FieldGroup) -> Item:
    names = ", ".join(sorted(fact_names(group.when)))
    said = Text(
        f"无法确定部分栏目是否必填（缺少事实：{names}）", f"Whether some fields are mandatory is not known ({names})"
    )
    return Item(Outcome.REVIEW, said, Reason.FACT_MISSING, paper.id)


def _judge(
    case: Case, paper: Document, names: tuple[str, ...], must: bool, params: Params, context: Context
) -> Item | None:
    """None when one of the alternatives is filled in; else the item that says what is wrong."""
    stated = [paper.fields[name] for name in names if name in paper.fields]
    faults = [fault for one in stated if (fault := _fault(one, params, context)) is not None]
    if len(faults) < len(stated) or (not stated and not must):
        return None
    title, label = paper_title(case, paper), field_title(case, names[0])
    if not stated:
        said = Text(f"{title.zh}上未找到“{label.zh}”", f"{label.en} was not found on {title.en}")
        return Item(Outcome.REVIEW, said, Reason.FIELD_MISSING, paper.id)
    kept = min(faults, key=lambda fault: fault[0] is Outcome.FAIL)  # what may be filled is not called blank
    outcome, zh, en, one = kept
    said = Text(f"{title.zh}“{label.zh}”{zh}", f"{title.en}: {label.en} {en}")
    reason = Reason.UNREADABLE if outcome is Outcome.REVIEW else None
    return Item(outcome, said, reason, paper.id, (one.evidence,))


def _fault(one: Field, params: Params, context: Context) -> tuple[Outcome, str, str, Field] | None:
    if one.state is FieldState.UNREADABLE:
        return Outcome.REVIEW, "有字迹但无法辨认", "holds ink that cannot be read", one
    text = squeeze(one.value or one.text)
    if one.state is FieldState.EMPTY or not text:
        return Outcome.FAIL, "未填写", "is blank", one
    if any(text.startswith(word) for word in SAME_AS_ABOVE):
        return None
    if params.placeholders and not is_mobile(text) and (set(text) <= DASHES or is_placeholder(text)):
        return Outcome.FAIL, f"仅填“{text}”，不是有效内容", f"holds only {text!r}, which says nothing", one
    vague = params.vague.get(one.name)
    if vague is not None and text in context.lexicon(vague):
        return Outcome.FAIL, f"填“{text}”，过于笼统", f"says {text!r}, which is too vague", one
    return None
