"""The recording was checked for quality within the cooling-off period, with a good result.

Passes when the sheet bears a good result dated within the period, or, where only a share of the batch has to
be checked, when this recording was not drawn. Fails for a bad result, for a check after the period, or for no
check where every recording must be checked. Review when result or date cannot be read, or the end of the
period is not known. The share over the batch stands in the summary and fails no single case.
"""

from __future__ import annotations

from datetime import date

from verifier.case import Case
from verifier.checks.items import bad, doubt, good, lacking
from verifier.checks.result import CheckParams, Result, from_items
from verifier.checks.words import place_of
from verifier.context import Context
from verifier.model import Document, FieldState, Item, Reason
from verifier.values.script import squeeze


class Params(CheckParams):
    document: str
    bad_results: str  # lexicon
    good_results: str


def check(case: Case, params: Params, context: Context) -> Result:
    paper = case.document(params.document)
    every = case.fact("recording.fully_checked").is_true
    result, checked = paper.fields.get("result"), paper.fields.get("checked_date")
    blank = [field for field in (result, checked) if field is None or field.state is FieldState.EMPTY]
    if len(blank) == 2:
        items = [_unchecked(case, paper, every)]
    else:
        items = [*_result(paper, params, context), *_in_time(case, paper)]
    used = {"share": "all" if every else str(context.parameters.number("recording.qc_ratio"))}
    return from_items(items, "双录已质检", "The recording was checked", parameters=used)


def _unchecked(case: Case, paper: Document, every: bool) -> Item:
    places = [field.evidence for name in ("result", "checked_date") if (field := paper.fields.get(name)) is not None]
    places = places or [place_of(case, paper)]
    if not every:
        return good(
            "本件未被抽检，抽检比例按批次统计", "Not drawn; the share is counted over the batch", places, paper.id
        )
    if not any(field.state is FieldState.READ for field in paper.fields.values()):
        zh, en = "双录单证上未读到质检结果和日期", "Neither result nor date of the check was found on the sheet"
        return doubt(Reason.FIELD_MISSING, zh, en, places, paper.id)
    return lacking(
        case,
        "应全部质检的双录没有质检结果",
        "No quality check, though every such recording needs one",
        paper.id,
        places,
    )


def _result(paper: Document, params: Params, context: Context) -> list[Item]:
    field = paper.fields.get("result")
    if field is None:
        return []
    places = (field.evidence,)
    if field.state is FieldState.EMPTY:
        return [bad("质检结果未填写", "The result of the check is blank", places, paper.id)]
    text = squeeze(field.value)
    if any(word in text for word in context.lexicon(params.bad_results)):
        return [bad(f"质检结果为“{text}”", f"The result of the check is {text!r}", places, paper.id)]
    if any(word in text for word in context.lexicon(params.good_results)):
        return [good(f"质检结果为“{text}”", f"The result of the check is {text!r}", places, paper.id)]
    return [doubt(Reason.UNREADABLE, f"质检结果“{text}”无法判断", f"The result {text!r} is unclear", places, paper.id)]


def _in_time(case: Case, paper: Document) -> list[Item]:
    field = paper.fields.get("checked_date")
    if field is None:
        return []
    places = (field.evidence,)
    if field.state is FieldState.EMPTY:
        return [bad("质检日期未填写", "The date of the check is blank", places, paper.id)]
    try:
        day = date.fromisoformat(field.value)
    except ValueError:
        return [doubt(Reason.UNREADABLE, "质检日期无法辨认", "The date of the check is unreadable", places, paper.id)]
    last = case.fact("cooling_off.last_day")
    both = (field.evidence, *last.evidence)
    if day > last.as_date():
        zh = f"质检日期{day}晚于犹豫期届满日{last.value}"
        return [bad(zh, f"Checked on {day}, after the cooling-off period ({last.value})", both, paper.id)]
    return [good(f"质检日期{day}在犹豫期内", f"Checked on {day}, within the period", both, paper.id)]
