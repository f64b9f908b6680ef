"""How does a company's form call a field? From a box on one of its pages to a label in the draft of a pack.

Somebody draws a box around a value on a page; the words of the stored transcript say which label stands beside or
above it. Accepted, the label goes into the sheet of that document type, as a line of the draft.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from api import yaml_text
from api.errors import invalid
from api.permissions import Permission
from api.principal import Principal
from api.services import Services
from api.store import packs as stored
from api.tables import PackDraft
from api.workflow.cases import viewed
from api.workflow.draft_words import PREFIX, Shelf, entry_title
from api.workflow.drafts import base_files, base_of, put_file
from api.workflow.pages import found_page
from verifier.model import Box, Page, Text, Word
from verifier.packs.document_type import Kind
from verifier.reports.plain import Speech

TITLES = "titles"  # instead of a field: how the form itself is called
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
    with services.reading() as session:
        stored.draft(session, who, draft_id)
    found = found_page(services, who, case_id, file, page)
    viewed(services, who, found.case, "page.viewed", source=found.row.id, page=page, draft=draft_id)
    return suggestions(found.page, box)


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


@dataclass(frozen=True, slots=True)
class Choice:
    """Something of a form that may be called otherwise. `name` is a field's, a mark's, or TITLES; `kind`: title, field,
    mark; `labels` are those that the sheet has itself."""

    name: str
    kind: str
    title: Text
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A form of the draft with all that may get a further label."""

    code: str
    title: Text
    choices: tuple[Choice, ...]


def forms(services: Services, who: Principal, draft_id: str) -> list[tuple[str, Text]]:
    """Code and title of every form."""
    who.require(Permission.PACK_READ)
    with services.reading() as session:
        row = stored.draft(session, who, draft_id)
    return [(kind.code, kind.title.text()) for kind in base_of(services, row).types]


def sheet(services: Services, who: Principal, draft_id: str, code: str) -> Sheet:
    who.require(Permission.PACK_READ)
    with services.reading() as session:
        row = stored.draft(session, who, draft_id)
    shelf = _shelf(services, row)
    value = yaml_text.read(shelf.sheet(code)[1])
    speech = Speech(shelf.base)
    choices = [Choice(TITLES, "title", Text("单证标题", "title of the paper"), tuple(value.get(TITLES) or ()))]
    for entry in value.get("fields") or []:
        names = _names(entry)
        for name in names:
            title = entry_title({"name": name}, speech)
            own = tuple(one for one in entry.get("labels") or () if one != PREFIX)
            choices.append(Choice(name, "field", title, own))
    for entry in value.get("marks") or []:
        choices.append(Choice(entry["name"], "mark", entry_title(entry, speech), tuple(entry.get("anchors") or ())))
    return Sheet(code, speech.document(code), tuple(choices))


def _shelf(services: Services, row: PackDraft) -> Shelf:
    return Shelf(row, base_of(services, row), base_files(services, row))


def _names(entry: Mapping[str, Any]) -> list[str]:
    return [str(entry.get("name", "")).replace("{section}", one) for one in entry.get("sections") or ("",)]


def add(
    services: Services,
    who: Principal,
    draft_id: str,
    *,
    document_type: str,
    field: str,
    label: str,
    kind: str = "",
    if_match: str | None = None,
) -> PackDraft:
    """Put a label into the sheet of a document type: for a field or mark that it has, for its title, or, with its kind,
    for a new field. The rest of the sheet stays as it is written."""
    who.require(Permission.PACK_EDIT)
    with services.reading() as session:
        row = stored.draft(session, who, draft_id)
    name, text = _shelf(services, row).sheet(document_type)
    label = label.strip(EDGES)
    if not label:
        raise invalid(
            "label_missing",
            Text("没有标签文字", "There is no text of a label"),
            Text("请填写表单上印刷的栏目名称", "Give the name that the form prints"),
        )
    return put_file(services, who, draft_id, name, _labelled(text, field, label, kind), if_match)


def _labelled(text: str, field: str, label: str, kind: str) -> str:
    value = yaml_text.read(text)
    if field == TITLES:
        return _first(text, (TITLES,), value.get(TITLES), label)
    for part, words in (("fields", "labels"), ("marks", "anchors")):
        for number, entry in enumerate(value.get(part) or []):
            if field in (entry.get("name"), *_names(entry)):
                return _first(text, (part, number, words), entry.get(words), label)
    if kind not in get_args(Kind):
        raise invalid(
            "field_unknown",
            Text(
                f"该单证没有字段“{field}”；新字段需说明类型",
                f"The sheet has no field {field!r}; a new one needs its kind",
            ),
            Text(f"类型：{'、'.join(get_args(Kind))}", f"Kinds: {', '.join(get_args(Kind))}"),
        )
    new = {"name": field, "labels": [label], "kind": kind}
    if not value.get("fields"):
        return yaml_text.put(text, ("fields",), [new])
    return yaml_text.insert(text, ("fields",), new)


def _first(text: str, place: yaml_text.Place, labels: list[str] | None, label: str) -> str:
    """The company's own word stands before the others."""
    if not labels:
        return yaml_text.put(text, place, [label])
    if label in labels:
        number = labels.index(label)
        return text if number == 0 else yaml_text.insert(yaml_text.drop(text, (*place, number)), place, label, before=0)
    return yaml_text.insert(text, place, label, before=0)
