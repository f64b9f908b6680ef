"""Which figures has a draft, and how are they changed in place? Thresholds, days, shares: each with its title, the base's
value and the draft's, by the stage of the requirements that read it.

Only what differs is written: a figure that is set back to the base's leaves the draft's file.
"""

from __future__ import annotations

import copy
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from api import yaml_text
from api.errors import ServiceError, invalid
from api.permissions import Permission
from api.principal import Principal
from api.services import Services
from api.store import packs as stored
from api.tables import PackDraft
from api.workflow.draft_checks import CODE, grows
from api.workflow.drafts import base_of, put_file, remove_file
from api.workflow.packs import homes, parameter_keys
from api.yaml_text import Place
from verifier.model import Text
from verifier.packs.load import Pack, Requirement
from verifier.reports.plain import figure_title, figure_unit, term

FILE = "parameters.yaml"
KINDS: tuple[tuple[type, str], ...] = ((int, "integer"), (float, "number"), (date, "day"))
SPLIT = re.compile(r"[,，、;；\s]+")
STRICT = (">", ">=")
TABLES = ("figures", "days", "caps")  # settings whose value is a whole table of figures
THROUGH_FACTS: Mapping[str, tuple[str, ...]] = {  # figures that checks see through facts and through conversions
    "suit_sets": ("statement_required",),
    "recording": ("recording_present", "recording_checked", "recording_quality"),
    "exchange_rates": ("cdd_threshold", "large_cash_report"),
    "jurisdictions": ("cash_limit", "cancellation_right", "days_between", "paper_states"),
}
CHANNELS = ("all", "agent", "bank", "broker", "online", "phone", "direct")


@dataclass(frozen=True, slots=True)
class Figure:
    """One value. `kind`: number, integer, flag, day, numbers, words, text, choice. `base` None: the base has none."""

    place: Place
    title: Text
    unit: Text | None
    kind: str
    base: Any
    value: Any
    choices: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return "/".join(map(str, self.place))

    @property
    def changed(self) -> bool:
        return repr(self.base) != repr(self.value)

    @property
    def written(self) -> str:
        return written(self.value)

    @property
    def was(self) -> str:
        return "" if self.base is None and self.value is not None else written(self.base)


@dataclass(frozen=True, slots=True)
class Set:
    """Figures that belong together inside a group: a dated set, a place, a currency. `title` None: all of the group."""

    title: Text | None
    figures: tuple[Figure, ...]
    new: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """All under one key. `grows`: "" , "dated" (a set from a day on), "rate" (a rate of a day), "entry" (a place)."""

    key: str
    title: Text
    stage: str
    requirements: tuple[Requirement, ...]
    sets: tuple[Set, ...]
    grows: str

    @property
    def changed(self) -> bool:
        return any(one.changed for each in self.sets for one in each.figures)


@dataclass(frozen=True, slots=True)
class Figures:
    row: PackDraft
    base: Pack
    groups: tuple[Group, ...]


def figures(services: Services, who: Principal, draft_id: str) -> Figures:
    """Every figure of the draft, in the order of the stages whose requirements read it."""
    who.require(Permission.PACK_READ)
    with services.reading() as session:
        row = stored.draft(session, who, draft_id)
    base = base_of(services, row)
    return Figures(row, base, tuple(groups(base, own_values(row))))


def own_values(row: PackDraft) -> Mapping[str, Any]:
    """What the draft says itself; nothing where its file cannot be read as a mapping."""
    found = yaml_text.read(row.files.get(FILE, "")) or {}
    return found if isinstance(found, Mapping) else {}


def overlaid(below: Any, above: Any) -> Any:
    """Values of the upper over those of the lower, key by key, as a pack is loaded."""
    if isinstance(below, Mapping) and isinstance(above, Mapping):
        return {**below, **{key: overlaid(below.get(key), value) for key, value in above.items()}}
    return copy.deepcopy(above)


def groups(base: Pack, own: Mapping[str, Any]) -> list[Group]:
    whole = overlaid(base.parameters.values, own)
    readers = _readers(base)
    found = [_group(key, base.parameters.values.get(key), value, readers.get(key, ())) for key, value in whole.items()]
    order = {stage: number for number, stage in enumerate(base.info.stages)}
    return sorted((one for one in found if one.sets), key=lambda one: order.get(one.stage, len(order)))


def _group(key: str, base: Any, value: Any, readers: Sequence[Requirement]) -> Group:
    kind = _growth(base)
    title = term("group", key, "figures") or Text(key, key)
    sets = tuple(one for one in _sets(key, base, value, kind) if one.figures or one.new)
    return Group(key, title, readers[0].spec.stage if readers else "", tuple(readers), sets, kind)


def _growth(base: Any) -> str:
    if not isinstance(base, Mapping):
        return ""
    if isinstance(base.get("rates"), Mapping):
        return "rate"
    if not grows(base):
        return ""
    first = next(iter(base.values()))
    if isinstance(first, Mapping) and "from" in first:
        return "dated"
    return "" if isinstance(first, list) or _dated(first) else "entry"


def _dated(value: Any) -> bool:
    return isinstance(value, Mapping) and all(isinstance(one, Mapping) and "from" in one for one in value.values())


def _sets(key: str, base: Any, value: Any, kind: str) -> Iterator[Set]:
    if not isinstance(value, Mapping):
        yield Set(None, tuple(_leaves((key,), base, value)))
        return
    plain = {name: one for name, one in value.items() if not isinstance(one, Mapping)}
    if plain:
        below = base if isinstance(base, Mapping) else {}
        yield Set(
            None, tuple(one for name in plain for one in _leaves((key, _part(name)), _get(below, name), value[name]))
        )
    for name, one in value.items():
        if isinstance(one, Mapping):
            theirs = _get(base, name)
            place: Place = (key, _part(name))
            yield Set(
                _set_title(str(name), one), tuple(_leaves(place, theirs, one)), theirs is None and kind == "dated"
            )


def _set_title(name: str, values: Mapping[str, Any]) -> Text:
    said = term("part", name, "figures")
    start, end = values.get("from"), values.get("to")
    if start:
        return Text(f"{start} 至 {end or '今'}", f"{start} to {end or 'now'}")
    return said or Text(name, name)


def _leaves(place: Place, base: Any, value: Any) -> Iterator[Figure]:
    if isinstance(value, Mapping):
        for name, one in value.items():
            yield from _leaves((*place, _part(name)), _get(base, name), one)
    elif isinstance(value, list) and value and all(isinstance(one, Mapping) for one in value):
        for number, entry in enumerate(value):
            below = base[number] if isinstance(base, list) and number < len(base) else None
            yield from _leaves((*place, number), below, entry)
    else:
        yield _figure(place, base, value)


def _figure(place: Place, base: Any, value: Any) -> Figure:
    path = ".".join(map(str, place))
    choices: tuple[str, ...] = ()
    kind = _kind(place, base if base is not None else value)
    if kind == "choice":
        choices = STRICT if "strict" in place else CHANNELS
    return Figure(place, _title(place, path), figure_unit(path), kind, base, value, choices)


def _title(place: Place, path: str) -> Text:
    said = figure_title(path)
    last, above = str(place[-1]), place[1:-1]
    if said is None:
        return term("part", last, "figures") or Text(last, last)
    names = [
        name
        for part in above[1:]
        if isinstance(part, str) and part not in ("rates", "strict") and (name := term("part", part, "figures"))
    ]
    if _day(last) or CODE.fullmatch(last):
        names.append(term("part", last, "figures") or Text(last, last))
    if isinstance(above[-1] if above else None, int):
        names.append(Text(f"第{int(above[-1]) + 1}档", f"step {int(above[-1]) + 1}"))
    return Text(" · ".join([*(one.zh for one in names), said.zh]), " · ".join([*(one.en for one in names), said.en]))


def _kind(place: Place, value: Any) -> str:
    if place[-1] == "channel" or "strict" in place:
        return "choice"
    if place[-1] in ("from", "to"):
        return "day"
    if isinstance(value, bool):
        return "flag"
    if isinstance(value, list):
        return "words" if any(isinstance(one, str) for one in value) else "numbers"
    return next((name for kind, name in KINDS if isinstance(value, kind)), "text")


def _get(value: Any, key: Any) -> Any:
    return value.get(key) if isinstance(value, Mapping) else None


def _part(key: Any) -> str | int:
    return key.isoformat() if isinstance(key, date) else str(key)


def _day(text: str) -> bool:
    return re.fullmatch(r"\d{4}-\d\d-\d\d", text) is not None


def written(value: Any) -> str:
    """A value as a person writes it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return (
            "、".join(map(written, value))
            if any(isinstance(one, str) for one in value)
            else ", ".join(map(written, value))
        )
    return str(value)


@cache
def _named_in(text: str, ids: frozenset[str]) -> Mapping[str, tuple[str, ...]]:
    """Requirements that the comments of parameters.yaml name beside each key."""
    found: dict[str, list[str]] = {}
    key, above = "", []
    for line in text.splitlines():
        named = [one for one in re.findall(r"[A-Z](?:-?[A-Z])*-\d\d", line.partition("#")[2]) if one in ids]
        if line.startswith("#"):
            above += named
            continue
        if top := re.match(r"([a-z_]+):", line):
            key, named, above = top[1], above + named, []
        found.setdefault(key, []).extend(named)
    return {name: tuple(dict.fromkeys(ones)) for name, ones in found.items()}


def _readers(base: Pack) -> dict[str, tuple[Requirement, ...]]:
    """The requirements that read each group of figures: by their checks, by what they are told, by the comments."""
    files = [home / FILE for home in homes(base) if (home / FILE).is_file()]
    text = "".join(path.read_text(encoding="utf-8") for path in files)
    commented = _named_in(text, frozenset(one.id for one in base.requirements))
    found: dict[str, list[Requirement]] = {}
    for one in base.requirements:
        keys = {key.partition(".")[0] for key in parameter_keys(one.spec.check)}
        keys |= set(_told(one.params.model_dump(), base)) | {key for key, ids in commented.items() if one.id in ids}
        keys |= {key for key, checks in THROUGH_FACTS.items() if one.spec.check in checks}
        for key in keys & base.parameters.values.keys():
            found.setdefault(key, []).append(one)
    return {key: tuple(ones) for key, ones in found.items()}


def _told(value: Any, base: Pack, key: str = "") -> Iterator[str]:
    """Keys of figures that a requirement gives to its check: a figure itself, or where its check wants a table."""
    if isinstance(value, Mapping):
        for name, one in value.items():
            yield from _told(one, base, str(name))
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _told(one, base, key)
    elif isinstance(value, str) and yaml_text.has(dict(base.parameters.values), tuple(value.split("."))):
        there = base.parameters.get(value)
        if not isinstance(there, Mapping) or key in TABLES:
            yield value.partition(".")[0]


# --- changing ---------------------------------------------------------------------------------------


def set_figures(
    services: Services, who: Principal, draft_id: str, values: Mapping[str, str], if_match: str | None = None
) -> PackDraft:
    """Figures as people wrote them, by their keys. What cannot be a value of its kind is refused, all of it at once."""
    who.require(Permission.PACK_EDIT)
    found = figures(services, who, draft_id)
    known = {one.key: one for group in found.groups for each in group.sets for one in each.figures}
    wrong: dict[str, Text] = {}
    chosen: dict[str, Any] = {}
    for key, text in values.items():
        if key not in known:
            wrong[key] = Text("没有这一参数", "There is no such figure")
            continue
        try:
            value = parsed(known[key], text)
        except ValueError:
            wrong[key] = _asked(known[key].kind)
            continue
        if repr(value) != repr(known[key].value):
            chosen[key] = value
    if wrong:
        raise refused_values(wrong)
    if not chosen:
        return found.row
    text = found.row.files.get(FILE, "")
    for key, value in chosen.items():
        text = _written_into(text, known[key], value, found)
    return _kept(services, who, found.row, text, if_match)


def _written_into(text: str, figure: Figure, value: Any, found: Figures) -> str:
    """The draft's file with this value. Entries of a list are written with the whole list, which replaces the base's."""
    number = next((at for at, part in enumerate(figure.place) if isinstance(part, int)), None)
    if number is None:
        place, base = figure.place, figure.base
    else:
        place = figure.place[:number]
        base = yaml_text.at(dict(found.base.parameters.values), place)
        own = yaml_text.read(text) or {}
        whole = copy.deepcopy(yaml_text.at(own, place) if yaml_text.has(own, place) else base)
        whole[figure.place[number]][figure.place[number + 1]] = value
        value = whole
    if repr(value) == repr(base):
        own = yaml_text.read(text) or {}
        return yaml_text.drop(text, place) if yaml_text.has(own, place) else text
    return yaml_text.put(text, place, value)


def _kept(services: Services, who: Principal, row: PackDraft, text: str, if_match: str | None) -> PackDraft:
    if yaml_text.read(text):
        return put_file(services, who, row.id, FILE, text, if_match)
    return remove_file(services, who, row.id, FILE, if_match) if FILE in row.files else row


def parsed(figure: Figure, text: str) -> Any:
    """The value that a person meant; ValueError where it is none of this kind."""
    text = text.strip()
    match figure.kind:
        case "flag":
            if text not in ("true", "false"):
                raise ValueError(text)
            return text == "true"
        case "day":
            if not text and figure.place[-1] == "to":
                return None
            return date.fromisoformat(text)
        case "choice":
            if text not in figure.choices:
                raise ValueError(text)
            return text
        case "numbers":
            return [_number(one, False) for one in SPLIT.split(text) if one]
        case "words":
            return [one for one in SPLIT.split(text) if one]
        case "integer" | "number":
            return _number(text, figure.kind == "number")
    if not text:
        raise ValueError(text)
    return text


def _number(text: str, share: bool) -> int | float:
    """A number as people write it: thousands apart, a share as a percentage."""
    plain = text.replace(",", "").replace("，", "").replace(" ", "")
    if plain.endswith(("%", "％")):
        return round(float(plain[:-1]) / 100, 6)
    value = float(plain)
    if not math.isfinite(value):
        raise ValueError(text)
    if share:
        return value
    return int(value) if value == int(value) and "." not in plain else value


def _asked(kind: str) -> Text:
    return {
        "day": Text("请按 年-月-日 填写", "Write YYYY-MM-DD"),
        "numbers": Text("请填写数字，用逗号隔开", "Write numbers with commas between"),
        "flag": Text("请选择是或否", "Choose yes or no"),
        "choice": Text("请从列表中选择", "Choose one of the list"),
        "text": Text("不能为空", "It cannot be blank"),
    }.get(kind, Text("请填写数字", "Write a number"))


def refused_values(wrong: Mapping[str, Text]) -> ServiceError:
    """The values that cannot be used, by their keys under `fields`."""
    first = next(iter(wrong.values()))
    return ServiceError(
        422,
        "figure_unusable",
        Text(f"有 {len(wrong)} 个数值不可用：{first.zh}", f"{len(wrong)} values cannot be used: {first.en}"),
        Text("请修改标出的数值", "Mend the values that are marked"),
        fields={key: {"zh": said.zh, "en": said.en} for key, said in wrong.items()},
    )


# --- sets from a day on, rates, places --------------------------------------------------------------


def begin_set(
    services: Services, who: Principal, draft_id: str, key: str, start: date, if_match: str | None = None
) -> PackDraft:
    """New figures from a day on: a copy of the last set, which ends the day before, to be changed then."""
    who.require(Permission.PACK_EDIT)
    found = figures(services, who, draft_id)
    group = next((one for one in found.groups if one.key == key and one.grows == "dated"), None)
    if group is None:
        raise invalid(
            "no_dated_sets",
            Text("这些数值不按日期分套", "These figures have no dated sets"),
            Text("请直接修改数值", "Change the figure itself"),
        )
    whole = overlaid(found.base.parameters.values, own_values(found.row))[key]
    name, last = max(whole.items(), key=lambda one: one[1]["from"])
    if start <= last["from"]:
        raise invalid(
            "set_too_early",
            Text(f"开始日期须晚于 {last['from']}", f"It has to begin after {last['from']}"),
            Text("请选择更晚的日期", "Choose a later day"),
        )
    values = {**last, "from": start, "to": None}
    if "verified" in values:
        values["verified"] = False
    text = yaml_text.put(found.row.files.get(FILE, ""), (key, str(name), "to"), start - timedelta(days=1))
    text = yaml_text.put(text, (key, _new_name(str(name), start, whole)), values)
    return _kept(services, who, found.row, text, if_match)


def _new_name(last: str, start: date, taken: Mapping[str, Any]) -> str:
    """`cn2026` -> `cn2027`; the name is printed on findings."""
    stem = re.sub(r"\d+$", "", last) or "set"
    return next(
        name for name in (f"{stem}{start.year}", f"{stem}{start:%Y%m}", f"{stem}{start:%Y%m%d}") if name not in taken
    )


def add_entry(
    services: Services, who: Principal, draft_id: str, key: str, name: str, value: str, day: str = "",
    if_match: str | None = None,
) -> PackDraft:  # fmt: skip
    """A rate of a day (`name` is the currency), or a figure of a place or currency that the base does not have."""
    who.require(Permission.PACK_EDIT)
    found = figures(services, who, draft_id)
    group = next((one for one in found.groups if one.key == key and one.grows in ("rate", "entry")), None)
    name = name.strip().upper()
    try:
        if group is None or not CODE.fullmatch(name):
            raise ValueError(name)
        place: Place = (
            (key, "rates", name, date.fromisoformat(day).isoformat()) if group.grows == "rate" else (key, name)
        )
        number = _number(value, group.grows == "rate")
        first = next(iter(yaml_text.at(dict(found.base.parameters.values), (key,)).values()))
        entry: Any = dict.fromkeys(first, number) if group.grows == "entry" and isinstance(first, Mapping) else number
    except ValueError:
        raise invalid(
            "entry_unusable",
            Text("这一条不可用", "This entry cannot be used"),
            Text(
                "代码用大写字母（如 USD、DE），日期按 年-月-日，数值填写数字",
                "A code in capitals (USD, DE), a day as YYYY-MM-DD, a number",
            ),
        ) from None
    return _kept(services, who, found.row, yaml_text.put(found.row.files.get(FILE, ""), place, entry), if_match)
