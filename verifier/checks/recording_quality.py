"""The recording was made at the signing and is long enough.

Passes when its day is that of the signing and its length reaches the parameter. Fails for another day or a
shorter recording. Review when day or length cannot be read. What the sheet does not print is not judged.
"""

from __future__ import annotations

import re

from verifier.case import Case
from verifier.checks.items import bad, doubt, good
from verifier.checks.result import CheckParams, Result, from_items, review
from verifier.checks.words import paper_title, place_of
from verifier.context import Context
from verifier.model import Document, Field, FieldState, Item, Reason
from verifier.values.script import squeeze

CLOCK = re.compile(r"^(?:(\d{1,2}):)?(\d{1,3}):(\d{2})$")
SPOKEN = re.compile(r"^(?:(\d+)(?:小时|时|h))?(?:(\d+)(?:分钟?|min|m))?(?:(\d+)(?:秒钟?|s))?$", re.IGNORECASE)


class Params(CheckParams):
    document: str
    minimum: str  # the parameter that holds the least length in seconds


def check(case: Case, params: Params, context: Context) -> Result:
    paper = case.document(params.document)
    items = [item for item in (_day(case, paper), _length(case, paper, params, context)) if item is not None]
    if not items:
        title = paper_title(case, paper)
        return review(
            Reason.FIELD_MISSING,
            f"{title.zh}上未找到录制日期和时长",
            f"{title.en}: neither date nor length was found",
            evidence=[place_of(case, paper)],
        )
    used = {"minimum_seconds": str(context.parameters.number(params.minimum))}
    return from_items(items, "双录时间与时长符合要求", "Day and length of the recording are in order", parameters=used)


def _unread(field: Field, paper: Document, zh: str, en: str) -> Item | None:
    if field.state is FieldState.EMPTY:
        return bad(f"{zh}未填写", f"The {en} is blank", (field.evidence,), paper.id)
    if field.state is FieldState.UNREADABLE:
        return doubt(Reason.UNREADABLE, f"{zh}无法辨认", f"The {en} is unreadable", (field.evidence,), paper.id)
    return None


def _day(case: Case, paper: Document) -> Item | None:
    field = paper.fields.get("date")
    if field is None:
        return None
    unread = _unread(field, paper, "录制日期", "date of the recording")
    if unread is not None:
        return unread
    signed = case.fact("application.date")
    places = (field.evidence, *signed.evidence)
    if field.value == signed.value:
        return good(
            f"录制日期{field.value}与签署日期一致", f"Recorded on {field.value}, the day of signing", places, paper.id
        )
    zh = f"录制日期{field.value}与投保单签署日期{signed.value}不是同一天"
    return bad(zh, f"Recorded on {field.value}, signed on {signed.value}", places, paper.id)


def _length(case: Case, paper: Document, params: Params, context: Context) -> Item | None:
    field = paper.fields.get("duration")
    if field is None:
        return None
    unread = _unread(field, paper, "录制时长", "length of the recording")
    if unread is not None:
        return unread
    length, least = seconds(field.value), int(context.parameters.number(params.minimum))
    places = (field.evidence,)
    if length is None:
        zh, en = f"录制时长“{field.value}”无法辨认", f"The length {field.value!r} was not understood"
        return doubt(Reason.UNREADABLE, zh, en, places, paper.id)
    if length < least:
        return bad(f"录制时长{length}秒，少于{least}秒", f"{length} seconds, fewer than {least}", places, paper.id)
    return good(f"录制时长{length}秒", f"{length} seconds", places, paper.id)


def seconds(text: str) -> int | None:
    """`00:12:30`, `12:30`, `12分30秒`, `750秒`, `750`: None for anything else."""
    plain = squeeze(text)
    clock = CLOCK.match(plain)
    if clock:
        return int(clock[1] or 0) * 3600 + int(clock[2]) * 60 + int(clock[3])
    if plain.isdigit():
        return int(plain)
    spoken = SPOKEN.match(plain)
    if spoken is None or not any(spoken.groups()):
        return None
    return int(spoken[1] or 0) * 3600 + int(spoken[2] or 0) * 60 + int(spoken[3] or 0)
