"""What of one requirement is changed in place beside its words? Its severity, its numbers, what it says to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from api import yaml_text
from api.errors import invalid, not_found
from api.permissions import Permission
from api.principal import Principal
from api.services import Services
from api.store import packs as stored
from api.tables import PackDraft
from api.workflow.draft_figures import Figure, parsed, refused_values
from api.workflow.draft_words import Shelf
from api.workflow.drafts import base_files, base_of, put_file, remove_file
from api.yaml_text import Place
from verifier.model import Severity, Text
from verifier.reports.plain import term

SEVERITIES = tuple(one.value for one in Severity)
SAID: Mapping[Place, Text] = {
    ("title", "zh"): Text("名称（中文）", "Name in Chinese"),
    ("title", "en"): Text("名称（英文）", "Name in English"),
    ("remedy", "zh"): Text("整改（中文）", "Remedy in Chinese"),
    ("remedy", "en"): Text("整改（英文）", "Remedy in English"),
}


def values(services: Services, who: Principal, draft_id: str, check_id: str) -> tuple[Figure, ...]:
    """Severity, numbers and sentences of a requirement, as the draft has them."""
    who.require(Permission.PACK_READ)
    with services.reading() as session:
        row = stored.draft(session, who, draft_id)
    shelf = _shelf(services, row)
    _, text, base = _opened(shelf, check_id)
    number = _position(text, check_id)
    return tuple(_figures(yaml_text.read(text)[number], yaml_text.read(base)[_position(base, check_id)], number))


def set_values(
    services: Services,
    who: Principal,
    draft_id: str,
    check_id: str,
    given: Mapping[str, str],
    if_match: str | None = None,
) -> PackDraft:
    """Values as people wrote them, by their keys; the requirement is taken over into the draft, or leaves it again."""
    who.require(Permission.PACK_EDIT)
    with services.reading() as session:
        row = stored.draft(session, who, draft_id)
    known = {one.key: one for one in values(services, who, draft_id, check_id)}
    wrong: dict[str, Text] = {}
    file, text, base = _opened(_shelf(services, row), check_id)
    before = text
    for key, said in given.items():
        if key not in known:
            wrong[key] = Text("没有这一项", "There is no such value")
            continue
        try:
            value = parsed(known[key], said)
        except ValueError:
            wrong[key] = Text("这个值不可用", "This value cannot be used")
            continue
        if repr(value) != repr(known[key].value):
            text = yaml_text.put(text, known[key].place, value)
    if wrong:
        raise refused_values(wrong)
    if text == before:
        return row
    if yaml_text.read(text) == yaml_text.read(base):
        return remove_file(services, who, draft_id, file, if_match) if file in row.files else row
    return put_file(services, who, draft_id, file, text, if_match)


def _shelf(services: Services, row: PackDraft) -> Shelf:
    return Shelf(row, base_of(services, row), base_files(services, row))


def _opened(shelf: Shelf, check_id: str) -> tuple[str, str, str]:
    """The file that holds the requirement in the draft, or would; its text; what the base says there."""
    if shelf.base.requirement(check_id) is None:
        raise not_found("要求", "requirement")
    file = shelf.holder(check_id) or f"requirements/{check_id}.yaml"
    text, base = shelf.editable(file)
    return file, text, base


def _position(text: str, check_id: str) -> int:
    for number, entry in enumerate(yaml_text.read(text) or []):
        if entry.get("id") == check_id:
            return number
    raise invalid(
        "requirement_moved",
        Text("该要求不在这个文件中", "The requirement is not in this file"),
        Text("请刷新后再试", "Look again, then change it"),
    )


def _figures(entry: Mapping[str, Any], base: Mapping[str, Any], number: int) -> Iterator[Figure]:
    severity = Text("级别", "severity")
    yield Figure((number, "severity"), severity, None, "choice", base["severity"], entry["severity"], SEVERITIES)
    for path, value in _numbers(entry.get("with") or {}, ()):
        below = base.get("with") or {}
        theirs = yaml_text.at(below, path) if yaml_text.has(below, path) else None
        kind = "flag" if isinstance(value, bool) else "integer" if isinstance(value, int) else "number"
        yield Figure((number, "with", *path), _title(entry["with"], path), None, kind, theirs, value)
    for path, title in SAID.items():
        yield Figure(
            (number, *path), title, None, "text", yaml_text.at(dict(base), path), yaml_text.at(dict(entry), path)
        )


def _numbers(value: Any, above: Place) -> Iterator[tuple[Place, Any]]:
    if isinstance(value, Mapping):
        for key, one in value.items():
            if key != "when":
                yield from _numbers(one, (*above, str(key)))
    elif isinstance(value, list):
        for number, one in enumerate(value):
            if isinstance(one, (Mapping, list)):
                yield from _numbers(one, (*above, number))
    elif isinstance(value, (bool, int, float)) and above:
        yield above, value


def _title(given: Mapping[str, Any], path: Place) -> Text:
    """What names the parts on the way, then the value itself."""
    said: list[Text] = []
    below: Any = given
    for part in path[:-1]:
        below = below[part]
        if isinstance(below, Mapping) and {"zh", "en"} <= below.keys():
            said.append(Text(below["zh"], below["en"]))
        elif isinstance(below, Mapping) and "document" in below:
            said.append(Text(str(below["document"]), str(below["document"])))
    last = str(path[-1])
    said.append(term("setting", last) or Text(last, last))
    return Text(" › ".join(one.zh for one in said), " › ".join(one.en for one in said))
