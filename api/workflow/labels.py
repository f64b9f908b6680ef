"""How does a company's form call a field? From a box on one of its pages to a label in the draft of a pack.

Somebody draws a box around a value on a page; the words of the stored transcript say which label stands beside or
above it. Accepted, the label goes into the sheet of that document type, as a line of the draft.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

import yaml

from api import trail
from api.errors import invalid, not_found
from api.permissions import Permission
from api.principal import Principal
from api.services import Services
from api.store import cases as case_rows
from api.store import packs as stored
from api.store import scope
from api.tables import PackDraft
from api.workflow import kept
from api.workflow.drafts import base_files, put_file
from verifier.model import Box, Page, Text, Word
from verifier.packs.document_type import Kind

COLON = re.compile(r"\s*[:：]\s*")
EDGES = " 　:：*＊()（）[]【】_＿-—"
FARTHEST = 0.35  # of the page's width, from a label to its value
LINES_ABOVE = 3.0


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A label that may belong to the box, and where it stands. `where`: inside, left, above."""

    label: str
    box: Box
    where: str


def suggest(
    services: Services, who: Principal, draft_id: str, case_id: str, file: str, page: int, box: Box
) -> list[Suggestion]:
    """Labels near a box on a page of a case, the likeliest first."""
    who.require(Permission.PACK_EDIT)
    who.require(Permission.CASE_READ)
    with services.writing() as session:
        stored.draft(session, who, draft_id)
        case = scope.case(session, who, case_id)
        sources = case_rows.sources(session, case.id)
        trail.record(session, who, "page.viewed", "case", case.id, page=page, draft=draft_id)
    for source in sources:
        for member in source.members:
            if member["file"] == file:
                read = kept.transcript(services.blobs, case.tenant_id, member["sha256"], source.reader)
                found = next((one for one in read.pages if one.number == page), None) if read else None
                if found is not None:
                    return suggestions(found, box)
    raise not_found("页面", "page")


def suggestions(page: Page, box: Box) -> list[Suggestion]:
    inside = [word for word in page.words if _covers(word.box, box) and COLON.search(word.text)]
    left = sorted(_left(page.words, box), key=lambda word: box.left - word.box.right)
    above = sorted(_above(page.words, box), key=lambda word: box.top - word.box.bottom)
    told = [
        *((_label(COLON.split(word.text)[0]), word.box, "inside") for word in inside),
        *((_label(word.text), word.box, "left") for word in left[:2]),
        *((_label(word.text), word.box, "above") for word in above[:2]),
    ]
    seen: dict[str, Suggestion] = {}
    for label, place, where in told:
        if label and label not in seen and not label.replace(".", "").replace(",", "").isdecimal():
            seen[label] = Suggestion(label, place, where)
    return list(seen.values())


def _covers(word: Box, box: Box) -> bool:
    """Whether the box lies on this run of words: label and value may be one run."""
    middle = (word.top + word.bottom) / 2
    return box.top <= middle <= box.bottom and word.left < box.right and word.right > box.left


def _label(text: str) -> str:
    """The last label of a run, without what encloses it."""
    parts = [part for part in COLON.split(text) if part.strip(EDGES)]
    return (parts[-1] if parts else "").strip(EDGES)[:60]


def _left(words: Sequence[Word], box: Box) -> Iterator[Word]:
    for word in words:
        shared = min(word.box.bottom, box.bottom) - max(word.box.top, box.top)
        beside = word.box.right <= box.left + 0.01 and box.left - word.box.right <= FARTHEST
        if beside and shared >= 0.4 * min(word.box.height, box.height):
            yield word


def _above(words: Sequence[Word], box: Box) -> Iterator[Word]:
    for word in words:
        over = min(word.box.right, box.right) - max(word.box.left, box.left)
        gap = box.top - word.box.bottom
        if over > 0 and -0.005 <= gap <= LINES_ABOVE * max(word.box.height, 0.01):
            yield word


# --- into the draft ---------------------------------------------------------------------------------


def add(
    services: Services,
    who: Principal,
    draft_id: str,
    *,
    document_type: str,
    field: str,
    label: str,
    kind: str,
    if_match: str | None = None,
) -> PackDraft:
    """Put a label into the sheet of a document type, for a field that it has or, with its kind, for a new one."""
    who.require(Permission.PACK_EDIT)
    with services.reading() as session:
        row = stored.draft(session, who, draft_id)
    files = {**base_files(services, row), **row.files}
    name, sheet = _sheet(files, document_type)
    _write(sheet, field, label.strip(EDGES), kind)
    text = yaml.safe_dump(sheet, allow_unicode=True, sort_keys=False, width=10_000, default_flow_style=None)
    return put_file(services, who, draft_id, name, text, if_match)


def _sheet(files: Mapping[str, str], document_type: str) -> tuple[str, dict[str, Any]]:
    for name, text in files.items():
        if name.startswith("documents/"):
            sheet = yaml.load(text, Loader=yaml.CSafeLoader)
            if isinstance(sheet, dict) and sheet.get("code") == document_type:
                return name, sheet
    raise not_found("单证类型", "document type")


def _write(sheet: dict[str, Any], field: str, label: str, kind: str) -> None:
    if not label:
        raise invalid(
            "label_missing",
            Text("没有标签文字", "There is no text of a label"),
            Text("请填写表单上印刷的栏目名称", "Give the name that the form prints"),
        )
    fields: list[dict[str, Any]] = sheet.setdefault("fields", [])
    for entry in fields:
        names = [entry.get("name", "").replace("{section}", one) for one in entry.get("sections") or ("",)]
        if field in (entry.get("name"), *names):
            entry["labels"] = list(dict.fromkeys([label, *entry.get("labels", [])]))
            return
    if kind not in get_args(Kind):
        raise invalid(
            "field_unknown",
            Text(
                f"该单证没有字段“{field}”；新字段需说明类型",
                f"The sheet has no field {field!r}; a new one needs its kind",
            ),
            Text(f"类型：{'、'.join(get_args(Kind))}", f"Kinds: {', '.join(get_args(Kind))}"),
        )
    fields.append({"name": field, "labels": [label], "kind": kind})
