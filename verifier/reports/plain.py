"""What does a requirement demand, in plain words of both languages? No code stands where people have a word for it.

The words stand in terms.yaml, figures.yaml and logic.yaml; names of papers and stages come from the pack.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, cast

import yaml

from verifier.case import PATH
from verifier.checks import CHECKS
from verifier.model import Text
from verifier.packs.load import Pack
from verifier.packs.requirement import RequirementSpec
from verifier.reports.wording import field_name, known, section

PARTS = ("pass", "fail", "review", "none")
SENTENCES = re.compile(r"(?:^|(?<=\. )|(?<=\) ))(?=(?:Passes|Fails|Review|Not applicable)\b)")
BEGINS = {"Passes": "pass", "Fails": "fail", "Review": "review", "Not": "none"}
EVERY_CASE = Text("所有案件", "every case")


@cache
def words_of(name: str) -> Mapping[str, Any]:
    """terms.yaml, figures.yaml or logic.yaml."""
    text = files(__package__).joinpath(f"{name}.yaml").read_text("utf-8")
    return cast(Mapping[str, Any], yaml.load(text, Loader=yaml.CSafeLoader))


def term(kind: str, key: str, book: str = "terms") -> Text | None:
    said = words_of(book)[kind].get(key)
    return Text(said["zh"], said["en"]) if said else None


# --- how it is decided ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Logic:
    """`what` is demanded; `parts` by outcome: when it is met, not met, left to a person, does not apply (where that is
    said); `note` holds before any of them."""

    what: Text
    parts: Mapping[str, Text]
    note: Text | None


@cache
def logic(check: str) -> Logic:
    """How a check decides: the English is its docstring, the Chinese stands in logic.yaml."""
    zh = words_of("logic")[check]
    what, note, en = english(check)
    parts = {part: Text(zh.get(part, ""), en.get(part, "")) for part in PARTS if part in zh or part in en}
    return Logic(Text(zh["what"], what), parts, Text(zh.get("note", ""), note) if note or "note" in zh else None)


def in_chinese(check: str) -> str:
    """The whole logic as one text."""
    said = logic(check)
    heads = {part: "不适用" if part == "none" else known("outcome", part).zh for part in PARTS}
    parts = [f"{heads[part]}：{text.zh}" for part, text in said.parts.items() if text.zh]
    return "\n".join([said.what.zh, *([said.note.zh] if said.note and said.note.zh else []), *parts])


def english(check: str) -> tuple[str, str, dict[str, str]]:
    """A check's docstring: what it demands, what has to be known first, and the sentences for each outcome."""
    what, _, body = (inspect.getdoc(CHECKS[check]) or "").partition("\n\n")
    note, *sentences = SENTENCES.split(" ".join(body.split()))
    parts: dict[str, str] = {}
    for one in sentences:
        part = BEGINS[one.split(maxsplit=1)[0].rstrip(":,")]
        parts[part] = f"{parts.get(part, '')} {one}".strip()
    return what, note.strip(), parts


# --- names ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Speech:
    """How people call what a pack is made of."""

    pack: Pack

    def document(self, code: str) -> Text:
        title = self.pack.vocabulary().titles.get(code)
        return title or known("document", code)

    def is_document(self, code: str) -> bool:
        return code in self.pack.vocabulary().titles or code in section("document")

    def paper(self, key: str) -> Text:
        """`D-202[insured]#2` -> 身份证件（被保险人，第2份）."""
        hit = re.fullmatch(r"([A-Z][A-Z0-9-]*)(?:\[(\w+)\])?(?:#(\d+))?", key)
        if hit is None:
            return Text(key, key)
        title = self.document(hit[1])
        more = [term("value", hit[2]) or known("subject", hit[2])] if hit[2] else []
        more += [Text(f"第{hit[3]}份", f"no. {hit[3]}")] if hit[3] else []
        if not more:
            return title
        return Text(
            f"{title.zh}（{'，'.join(one.zh for one in more)}）", f"{title.en} ({', '.join(one.en for one in more)})"
        )

    def field(self, name: str) -> Text | None:
        """A field or mark; None where a part of the name has no word."""
        if name not in section("field") and not all(_known_part(part) for part in name.split(".")):
            return None
        said = field_name(name)
        return Text(said.zh.replace(" · ", ""), said.en.replace(" · ", " "))

    def path(self, text: str) -> Text | None:
        """`F01.policyholder.name` -> 投保单的投保人姓名."""
        fact = term("path", text) or term("declared", text) or term("fact", text)
        if fact:
            return fact
        match = PATH.match(text)
        if match is None or not self.is_document(match["code"]):
            return None
        subject = match["subject"]
        paper = self.paper(f"{match['code']}[{subject}]" if subject else match["code"])
        field = self.field(match["field"]) or Text(match["field"], match["field"].replace("_", " "))
        return Text(f"{paper.zh}的{field.zh}", f"{field.en} on {paper.en}")

    def figure(self, key: str) -> Text | None:
        """A group of figures, or one of them."""
        group = term("group", key.split(".", maxsplit=1)[0], "figures")
        if group is None or not _there(self.pack.parameters.values, key):
            return None
        one = figure_title(key)
        return (
            group
            if one is None or key in words_of("figures")["group"]
            else Text(f"{group.zh}：{one.zh}", f"{group.en}: {one.en}")
        )

    def word_list(self, name: str) -> Text | None:
        return (term("list", name, "figures") or Text(name, name)) if name in self.pack.lexicons else None

    def value(self, text: str) -> Text:
        """Whatever a code stands for; a word that is no code stands for itself."""
        for said in (
            self.document(text) if self.is_document(text) else None,
            self.path(text),
            _quoted(self.word_list(text), "词表", "the word list"),
            _quoted(self.figure(text), "参数", "the figure"),
            term("value", text),
            self.field(text),
        ):
            if said is not None:
                return said
        return Text(text, text)


def _quoted(said: Text | None, zh: str, en: str) -> Text | None:
    return Text(f"{zh}“{said.zh}”", f"{en} “{said.en}”") if said else None


def _known_part(part: str) -> bool:
    return re.sub(r"\[(\d+|n)\]$", "", part) in section("part")


def _there(values: object, key: str) -> bool:
    for part in key.split("."):
        if not isinstance(values, Mapping) or part not in values:
            return False
        values = values[part]
    return True


def figure_title(path: str) -> Text | None:
    """What a figure is called by its path, whatever the name of its set, place or currency."""
    said = _figure(path)
    return Text(said["zh"], said["en"]) if said else None


def figure_unit(path: str) -> Text | None:
    said = _figure(path)
    return term("unit", said["unit"], "figures") if said and "unit" in said else None


def _figure(path: str) -> Mapping[str, str] | None:
    titles = words_of("figures")["figure"]
    return next((said for pattern, said in titles.items() if _fits(pattern, path)), None)


@cache
def _fits(pattern: str, path: str) -> bool:
    wanted, parts = pattern.split("."), path.split(".")
    if wanted[0] == "*" and len(wanted) == 2:
        return len(parts) > 1 and parts[-1] == wanted[1]
    return len(wanted) == len(parts) and all(one in ("*", part) for one, part in zip(wanted, parts, strict=True))


# --- conditions -------------------------------------------------------------------------------------

BOUNDS = {
    "min": ("不低于", "at least"),
    "max": ("不高于", "at most"),
    "above": ("高于", "above"),
    "below": ("低于", "below"),
}


def condition(when: Mapping[str, Any], speech: Speech) -> Text:
    """A condition over facts as a phrase: 业务类别为人身保险，且被保险人年龄低于18."""
    return _joined([_part(key, wanted, speech) for key, wanted in when.items()], "，且", " and ") or EVERY_CASE


def _part(key: str, wanted: Any, speech: Speech) -> Text:
    match key:
        case "all":
            return _joined([_inside(one, speech) for one in wanted], "，且", " and ") or EVERY_CASE
        case "any":
            return _joined([_inside(one, speech) for one in wanted], "，或", " or ") or EVERY_CASE
        case "not":
            inner = condition(wanted, speech)
            return Text(f"不属于“{inner.zh}”的情形", f"not where {inner.en}")
        case "paper":
            codes = [wanted] if isinstance(wanted, str) else wanted
            papers = either([speech.document(code) for code in codes])
            return Text(f"案卷中有{papers.zh}", f"the file holds {papers.en}")
    return _fact(key, wanted, speech)


def _inside(when: Mapping[str, Any], speech: Speech) -> Text:
    said = condition(when, speech)
    grouped = len(when) > 1 or any(key in ("any", "all") and len(when[key]) > 1 for key in when)
    return Text(f"（{said.zh}）", f"({said.en})") if grouped else said


def _fact(name: str, wanted: Any, speech: Speech) -> Text:
    said = term("fact", name) or speech.path(name) or speech.value(name)
    if wanted is True:
        return said
    if wanted is False:
        return term("negated", name) or Text(f"不是：{said.zh}", f"not: {said.en}")
    if isinstance(wanted, Mapping):
        bounds = [(BOUNDS[bound], figure) for bound, figure in wanted.items()]
        return Text(
            said.zh + "、".join(f"{zh}{figure}" for (zh, _), figure in bounds),
            f"{said.en} {' and '.join(f'{en} {figure}' for (_, en), figure in bounds)}",
        )
    values = either([term("value", str(one)) or speech.value(str(one)) for one in _listed(wanted)])
    return Text(f"{said.zh}为{values.zh}", f"{said.en}: {values.en}")


def either(said: Sequence[Text]) -> Text:
    """A、B或C."""
    if len(said) < 2:
        return said[0] if said else Text("", "")
    return Text(
        f"{'、'.join(one.zh for one in said[:-1])}或{said[-1].zh}",
        f"{', '.join(one.en for one in said[:-1])} or {said[-1].en}",
    )


def _joined(said: Sequence[Text], zh: str, en: str) -> Text | None:
    return Text(zh.join(one.zh for one in said), en.join(one.en for one in said)) if said else None


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, (list, tuple)) else [value]


# --- what a requirement tells its check ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Setting:
    """`values` in words; `inside` where it is made of further settings. `quoted`: words that papers print."""

    label: Text
    values: tuple[Text, ...] = ()
    inside: tuple[Setting, ...] = ()
    quoted: bool = False


PRINTED = re.compile(
    r"phrases|words|.*_words|.*_labels|.*_cues|declared_by|everywhere|scopes|active|elsewhere_cues|not_replacing"
)
NAMED = ("zh", "en")


def settings(spec: RequirementSpec, pack: Pack) -> list[Setting]:
    """All that a requirement tells its check, with names instead of codes."""
    return list(_settings(spec.parameters, _Local(Speech(pack), spec.parameters)))


class _Local:
    """Names inside one requirement: steps that it makes itself stand before those of the pack."""

    def __init__(self, speech: Speech, given: Mapping[str, Any]) -> None:
        self.speech = speech
        steps = given.get("steps")
        self.steps = (
            {key: Text(one["zh"], one["en"]) for key, one in steps.items()} if isinstance(steps, Mapping) else {}
        )

    def value(self, key: str, value: Any) -> Text:
        if isinstance(value, bool):
            return Text("是", "yes") if value else Text("否", "no")
        text = str(value)
        if key == "check":
            return logic(text).what if text in CHECKS else Text(text, text)
        if key in ("first", "then") and text in self.steps:
            return self.steps[text]
        if key == "lexicons":
            return self.speech.word_list(text) or Text(text, text)
        if "|" in text:
            return either([self.value(key, part) for part in text.split("|")])
        return self.speech.value(text)

    def label(self, key: str) -> Text:
        return self.steps.get(key) or term("setting", key) or self.speech.value(key)


def _settings(given: Mapping[str, Any], local: _Local, printed: bool = False) -> Iterator[Setting]:
    for key, value in _paired(given).items():
        if key == "when":
            yield Setting(Text("适用", "where"), (condition(value, local.speech),))
        else:
            yield _setting(key, value, local, printed or PRINTED.fullmatch(key) is not None)


def _setting(key: str, value: Any, local: _Local, printed: bool) -> Setting:
    label = local.label(key) if key else Text("其他", "other")
    if isinstance(value, Text):
        return Setting(label, (value,))
    if isinstance(value, Mapping):
        below = {one: said for one, said in _paired(value).items() if (one, said) != ("label", label)}
        return Setting(label, inside=tuple(_settings(below, local, printed)))
    items = _listed(value)
    if any(isinstance(one, Mapping) for one in items):
        return Setting(label, inside=tuple(_entry(one, local, printed) for one in items))
    if any(isinstance(one, (list, tuple)) for one in items):
        return Setting(label, tuple(local.value(key, part) for one in items for part in one))
    if printed and isinstance(value, (list, tuple)):
        return Setting(label, tuple(Text(str(one), str(one)) for one in items), quoted=True)
    return Setting(label, tuple(local.value(key, one) for one in items))


def _entry(given: Any, local: _Local, printed: bool) -> Setting:
    """One of several: what names it is its label."""
    if not isinstance(given, Mapping):
        return Setting(local.value("", given))
    paired = _paired(given)
    name = next((key for key in ("label", "role", "document", "mark", "check", "field") if key in paired), "")
    said = paired.pop(name) if name else None
    label = said if isinstance(said, Text) else local.value(name, said) if said is not None else Text("", "")
    return Setting(label, inside=tuple(_settings(paired, local, printed)))


def _paired(given: Mapping[str, Any]) -> dict[str, Any]:
    """`label_zh` and `label_en`, `zh` and `en`, as one name."""
    found: dict[str, Any] = {}
    for key, value in given.items():
        stem = "" if key in NAMED else key[:-3] if key.endswith(("_zh", "_en")) else None
        if stem is None:
            found[key] = value
        else:
            zh, en = (given.get(f"{stem}_{lang}" if stem else lang, "") for lang in NAMED)
            found[stem or "label"] = Text(str(zh), str(en))
    return found
