"""Which fixed words do the reports use? All of them stand in wording.yaml, in both languages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, cast

import yaml

from verifier.model import Text
from verifier.packs.load import Pack

Words = Mapping[str, Any]


@cache
def _words() -> Words:
    return cast(Words, yaml.safe_load(files(__package__).joinpath("wording.yaml").read_text("utf-8")))


def section(name: str) -> Words:
    """One part of wording.yaml as it stands."""
    return cast(Words, _words()[name])


def wanted_facts() -> list[Words]:
    """The key facts for the head of a report, in order: label, places, declared key."""
    return cast(list[Words], _words()["facts"])


def say(section_name: str, key: str, **values: object) -> Text:
    """A fixed phrase, filled in. A key that is not there is a defect of ours and raises KeyError."""
    found = section(section_name)[key]
    return Text(_fill(found["zh"], values), _fill(found["en"], values))


def known(section_name: str, key: str) -> Text:
    """A phrase for a code that others may add to: the code itself where no phrase is known."""
    found = section(section_name).get(key)
    return Text(found["zh"], found["en"]) if found else Text(key, key)


def _fill(pattern: str, values: Mapping[str, object]) -> str:
    """One pass only: what is filled in may itself contain braces, and it is not a pattern."""
    return re.sub(r"\{(\w+)\}", lambda hit: str(values.get(hit[1], hit[0])), pattern)


def both(text: Text) -> str:
    """One line that says it in both languages: for headers of tables."""
    return text.zh if text.zh == text.en else f"{text.zh} {text.en}"


def field_name(name: str) -> Text:
    """`beneficiaries[1].share` -> 受益人1 · 份额 / beneficiary 1 · share."""
    whole = section("field").get(name)
    if whole:
        return Text(whole["zh"], whole["en"])
    said = [_part(part) for part in name.split(".")]
    return Text(" · ".join(part.zh for part in said), " · ".join(part.en for part in said))


def _part(part: str) -> Text:
    hit = re.fullmatch(r"(\w+)\[(\d+)\]", part)
    stem, number = (hit[1], hit[2]) if hit else (part, "")
    word = known("part", stem)
    return Text(word.zh + number, f"{word.en} {number}".strip())


def article(number: str) -> Text:
    """`29` -> 第29条; `13,14` -> 第13、14条; `39(一)` -> 第39条(一); anything else as it is cited."""
    parts = [part.strip() for part in re.split(r"[,，、]", number) if part.strip()]
    if not parts:
        return Text("", "")
    english = ("Art. " if re.match(r"\d", parts[0]) else "") + ", ".join(parts)
    if all(part.isdigit() for part in parts):
        return Text(f"第{'、'.join(parts)}条", english)
    said = [re.sub(r"^(\d+)((?:[(（][^)）]+[)）])*)$", r"第\1条\2", part) for part in parts]
    return Text("、".join(said), english)


@dataclass(frozen=True)
class Names:
    """What the pack in use calls its papers and stages; wording.yaml answers where the pack does not."""

    documents: Mapping[str, Text] = field(default_factory=dict)
    stages: Mapping[str, Text] = field(default_factory=dict)

    @classmethod
    def of(cls, pack: Pack) -> Names:
        return cls(pack.vocabulary().titles, {code: title.text() for code, title in pack.info.stages.items()})

    def document(self, code: str) -> Text:
        return self.documents.get(code) or known("document", code)

    def stage(self, code: str, pack: str = "") -> Text:
        if code in self.stages:
            return self.stages[code]
        stages = section("stage")
        found = (stages.get(pack) or stages["cn-insurance"]).get(code)
        return Text(found["zh"], found["en"]) if found else Text(code, code)
