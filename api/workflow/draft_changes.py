"""What differs between a draft and its base? File by file, in the words of the field: figures before and after, words
added and removed, what a requirement or a form says otherwise.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from api import yaml_text
from api.permissions import Permission
from api.principal import Principal
from api.services import Services
from api.store import packs as stored
from api.tables import PackDraft
from api.workflow.draft_figures import FILE, Figure, Set, groups, own_values, written
from api.workflow.draft_words import Shelf, entry_title
from api.workflow.drafts import base_files, base_of
from verifier.model import Text
from verifier.packs.load import Pack
from verifier.reports.plain import Speech, condition, term
from verifier.reports.scenario_words import expectation, scenario_words
from verifier.reports.wording import known

NAMES = ("id", "code", "name", "document", "documents", "zh", "phrase")
TITLES = {
    "parameters.yaml": Text("参数", "Figures"),
    "papers.yaml": Text("单证要求表", "Required papers"),
    "rules.yaml": Text("法规清单", "Laws and rules"),
}
KINDS = {
    "lexicons": Text("词表", "Word list"),
    "documents": Text("表单", "Form"),
    "requirements": Text("要求", "Requirements"),
    "scenarios": Text("情景", "Scenario"),
}
CONTEXT = 1  # lines around a changed one


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. A list has `added` and `removed`, anything else `before` and `after`; None: not there."""

    place: Text
    before: Text | None = None
    after: Text | None = None
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    @property
    def of_words(self) -> bool:
        return bool(self.added or self.removed)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a file: `+`, `-` or a blank; `@` where lines are left out. `number` in the draft's file, 0: not there."""

    sign: str
    number: int
    text: str


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file of the draft. `kind`: what it is; `whole`: the base has nothing in its place."""

    name: str
    kind: Text
    title: Text
    changes: tuple[Change, ...]
    lines: tuple[Line, ...]
    whole: bool


def changes(services: Services, who: Principal, draft_id: str) -> tuple[PackDraft, list[FileChange]]:
    who.require(Permission.PACK_READ)
    with services.reading() as session:
        row = stored.draft(session, who, draft_id)
    return row, changes_of(row, base_of(services, row), base_files(services, row))


def changes_of(row: PackDraft, base: Pack, below: Mapping[str, str]) -> list[FileChange]:
    shelf = Shelf(row, base, below)
    return [_of_file(name, text, shelf) for name, text in row.files.items()]


def _of_file(name: str, text: str, shelf: Shelf) -> FileChange:
    kind = TITLES.get(name) or KINDS.get(name.partition("/")[0]) or Text(name, name)
    before = shelf.in_base(name)
    try:
        value, theirs = yaml_text.read(text), yaml_text.read(before)
    except (yaml.YAMLError, ValueError):
        value = theirs = None
    found = tuple(_told(name, value, theirs, shelf))
    return FileChange(name, kind, title_of(name, value, shelf), found, tuple(_lines(name, before, text)), not before)


def title_of(name: str, value: Any, shelf: Shelf) -> Text:
    """What a file is about."""
    folder, _, stem = name.removesuffix(".yaml").partition("/")
    if folder == "lexicons":
        return term("list", stem, "figures") or Text(stem, stem)
    if folder == "documents" and isinstance(value, Mapping):
        said = value.get("title")
        return (
            Text(said["zh"], said["en"])
            if isinstance(said, Mapping) and {"zh", "en"} <= said.keys()
            else Text(stem, stem)
        )
    if folder == "requirements" and isinstance(value, list):
        titles = [one["title"] for one in value if isinstance(one, Mapping) and isinstance(one.get("title"), Mapping)]
        if titles:
            return Text(
                "；".join(str(one.get("zh", "")) for one in titles), "; ".join(str(one.get("en", "")) for one in titles)
            )
    if folder == "scenarios":
        found = shelf.base.requirement(stem.partition(".")[0])
        if found is not None:
            return found.spec.title.text()
    return TITLES.get(name) or Text(stem or name, stem or name)


# --- in words ---------------------------------------------------------------------------------------


def _told(name: str, value: Any, theirs: Any, shelf: Shelf) -> Iterator[Change]:
    speech = Speech(shelf.base)
    folder = name.partition("/")[0]
    if name == FILE:
        yield from _figures(shelf)
    elif folder == "scenarios" and isinstance(value, Mapping):
        said = [*scenario_words(value, speech), *expectation(value)]
        outcome = known("outcome", name.removesuffix(".yaml").rpartition(".")[2])
        place = Text(f"预期：{outcome.zh}", f"expected: {outcome.en}")
        yield Change(place, after=Text("；".join(one.zh for one in said), "; ".join(one.en for one in said)))
    elif folder == "requirements" and isinstance(value, list):
        yield from _requirements(value, theirs if isinstance(theirs, list) else [], speech)
    elif theirs is not None:
        yield from _differences((), theirs, value, speech)


def _figures(shelf: Shelf) -> Iterator[Change]:
    for group in groups(shelf.base, own_values(shelf.row)):
        last: Set | None = None
        for each in group.sets:
            above = [group.title, *([each.title] if each.title else [])]
            if each.new:
                yield Change(_joined(above), after=Text("新增一套数值", "a new set of figures"))
            for one, before in _pairs(each, last):
                if repr(before) != repr(one.value):
                    unit = one.unit or Text("", "")
                    yield Change(_joined([*above, one.title]), _with(before, unit), _with(one.value, unit))
            last = each


def _pairs(each: Set, last: Set | None) -> Iterator[tuple[Figure, Any]]:
    """Each figure with what it was; in a new set, with what it is in the set before."""
    if not each.new or last is None:
        yield from ((one, one.base) for one in each.figures)
        return
    before = {one.place[2:]: one.value for one in last.figures}
    for one in each.figures:
        if one.place[-1] not in ("from", "to", "verified"):
            yield one, before.get(one.place[2:])


def _with(value: Any, unit: Text) -> Text | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return Text("是", "yes") if value else Text("否", "no")
    return Text(f"{written(value)} {unit.zh}".strip(), f"{written(value)} {unit.en}".strip())


def _requirements(value: Sequence[Any], theirs: Sequence[Any], speech: Speech) -> Iterator[Change]:
    before = {one.get("id"): one for one in theirs if isinstance(one, Mapping)}
    several = len(value) > 1
    for one in value:
        if not isinstance(one, Mapping):
            continue
        check = str(one.get("id", ""))
        above = (Text(check, check),) if several else ()
        if check not in before:
            title = one.get("title")
            said = str(title.get("zh")) if isinstance(title, Mapping) else check
            yield Change(_joined([*above, Text("新增要求", "a new requirement")]), after=Text(said, said))
            continue
        for key in dict.fromkeys([*before[check], *one]):
            mine, old = one.get(key), before[check].get(key)
            if mine == old:
                continue
            if key == "applies":
                place = _joined([*above, Text("适用条件", "where it applies")])
                yield Change(place, condition(old or {}, speech), condition(mine or {}, speech))
            else:
                yield from _differences((*above, _label(key, speech)), old, mine, speech)


KEYS = {
    "title": Text("名称", "title"),
    "titles": Text("单证标题", "titles"),
    "labels": Text("栏目名称", "labels"),
    "anchors": Text("定位文字", "anchors"),
    "fields": Text("要素", "fields"),
    "marks": Text("签名与印章", "marks"),
    "severity": Text("级别", "severity"),
    "stage": Text("阶段", "stage"),
    "tier": Text("层级", "tier"),
    "basis": Text("依据", "law"),
    "in_force": Text("适用期间", "in force"),
    "from": Text("自", "from"),
    "to": Text("至", "to"),
    "with": Text("设置", "settings"),
    "remedy": Text("整改", "remedy"),
    "ask": Text("要求补交", "papers asked for"),
    "confidential": Text("保密", "confidential"),
    "check": Text("检查方法", "check"),
    "event": Text("按哪个日期适用法规", "event"),
    "zh": Text("中文", "Chinese"),
    "en": Text("英文", "English"),
    "kind": Text("类型", "kind"),
    "required": Text("必有栏目", "required"),
    "documents": Text("单证", "papers"),
    "when": Text("何时需要", "when"),
}


def _label(key: str, speech: Speech) -> Text:
    return (
        KEYS.get(key)
        or term("list_part", key, "figures")
        or term("setting", key)
        or term("value", key)
        or speech.field(key.replace("{section}.", ""))
        or (speech.document(key) if speech.is_document(key) else None)
        or Text(key, key)
    )


def _differences(above: tuple[Text, ...], before: Any, after: Any, speech: Speech) -> Iterator[Change]:
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in dict.fromkeys([*before, *after]):
            yield from _differences((*above, _label(str(key), speech)), before.get(key), after.get(key), speech)
        return
    if _is_list(before) and _is_list(after):
        yield from _of_lists(above, before or [], after or [], speech)
        return
    yield Change(_joined(above) if above else Text("内容", "content"), _value(before, speech), _value(after, speech))


def _is_list(value: Any) -> bool:
    return value is None or isinstance(value, list)


def _of_lists(above: tuple[Text, ...], before: list[Any], after: list[Any], speech: Speech) -> Iterator[Change]:
    plain = not any(isinstance(one, Mapping) and "phrase" not in one for one in [*before, *after])
    if plain:
        mine, theirs = [_word(one) for one in after], [_word(one) for one in before]
        added, removed = _without(mine, theirs), _without(theirs, mine)
        if added or removed:
            yield Change(_joined(above) if above else Text("词语", "words"), added=added, removed=removed)
        else:
            yield Change(
                _joined(above) if above else Text("词语", "words"),
                after=Text("次序或限定条件有变", "order or conditions differ"),
            )
        return
    known_ones = {_name(one, number): one for number, one in enumerate(before)}
    now = {_name(one, number): one for number, one in enumerate(after)}
    for key in dict.fromkeys([*known_ones, *now]):
        entry = now.get(key, known_ones.get(key))
        if isinstance(key, int):
            said = Text(f"第{key + 1}项", f"no. {key + 1}")
        elif isinstance(entry, Mapping) and "name" in entry:
            said = entry_title(entry, speech)
        else:
            said = _label(key, speech)
        yield from _differences((*above, said), known_ones.get(key), now.get(key), speech)


def _without(words: list[str], others: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for one in words if one not in others))


def _word(entry: Any) -> str:
    return str(entry["phrase"]) if isinstance(entry, Mapping) else str(entry)


def _name(entry: Any, number: int) -> str | int:
    """What tells an entry of a list from the others."""
    if isinstance(entry, Mapping):
        for key in NAMES:
            if key in entry:
                value = entry[key]
                return "、".join(map(str, value)) if isinstance(value, list) else str(value)
    return number


def _value(value: Any, speech: Speech) -> Text | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return Text("是", "yes") if value else Text("否", "no")
    if isinstance(value, (Mapping, list)):
        text = yaml_text.flow(value)
        return Text(text, text)
    text = str(value)
    said = known("severity", text)
    return said if said.zh != text else speech.value(text)


def _joined(parts: Sequence[Text]) -> Text:
    parts = [one for number, one in enumerate(parts) if number == 0 or one != parts[number - 1]]
    return Text(" › ".join(one.zh for one in parts), " › ".join(one.en for one in parts))


# --- line by line -----------------------------------------------------------------------------------


def _lines(name: str, before: str, after: str) -> Iterator[Line]:
    """The lines that differ. Figures are only those of the draft: its file is shown as it is."""
    old = [] if name == FILE else before.splitlines()
    new = after.splitlines()
    if not old:
        yield from (Line("+", number, text) for number, text in enumerate(new, start=1))
        return
    matcher = difflib.SequenceMatcher(a=old, b=new, autojunk=False)
    for group in matcher.get_grouped_opcodes(CONTEXT):
        yield Line("@", group[0][3] + 1, "")
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                yield from (Line(" ", number + 1, new[number]) for number in range(j1, j2))
                continue
            yield from (Line("-", 0, text) for text in old[i1:i2])
            yield from (Line("+", number + 1, new[number]) for number in range(j1, j2))
