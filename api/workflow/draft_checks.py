"""Can a draft of a pack be judged by? Every fault of it with the file, the line and the place.

A draft lies over the pack it extends. What nothing would ever read (a parameter, a word list, a key that the base does
not know) is a fault, for it is mistyped and would silently change nothing.
"""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError

from api.editions import BASE, PACK, files_of, lay_out
from verifier.documents import Problem
from verifier.errors import PackError
from verifier.model import Outcome, Text
from verifier.packs.document_type import SHARED, DocumentType, with_shared
from verifier.packs.lint import lint_pack
from verifier.packs.load import Pack, load_pack
from verifier.packs.requirement import PaperRule, RequirementSpec, Rule
from verifier.packs.scenario import ScenarioFile

EDITABLE = re.compile(
    r"(parameters|papers|rules)\.yaml|(documents|lexicons|requirements|scenarios)/[A-Za-z0-9_][A-Za-z0-9._-]{0,120}\.yaml"
)
CODE = re.compile(r"[A-Z]{2,3}(-[A-Z]{2})?")  # of a place or a currency
LARGEST = 512 * 1024  # bytes of one file
MOST_FILES = 300
SAID = {
    "extra_forbidden": "没有这一项",
    "missing": "缺少这一项",
    "literal_error": "不在允许的取值之内",
    "enum": "不在允许的取值之内",
    "string_type": "应为文字",
    "bool_type": "应为 true 或 false",
    "too_short": "过短",
}
SCHEMAS: Mapping[str, TypeAdapter[Any]] = {
    "papers.yaml": TypeAdapter(tuple[PaperRule, ...]),
    "rules.yaml": TypeAdapter(dict[str, Rule]),
    "requirements": TypeAdapter(list[RequirementSpec]),
    "scenarios": TypeAdapter(ScenarioFile),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """`line` 0: of the file as a whole. `place`: the path of keys inside it."""

    file: str
    line: int
    place: str
    message: Text


@contextmanager
def laid_out(files: Mapping[str, str], info: str, base: Pack) -> Iterator[Path]:
    """The draft as a folder over its base, for as long as it is looked at."""
    with tempfile.TemporaryDirectory(prefix="verifier-draft-") as scratch:
        home = Path(scratch)
        lay_out(home / PACK, {**files, "pack.yaml": info})
        (home / BASE).mkdir()
        below = home / BASE / base.info.id
        below.symlink_to(base.home.resolve(), target_is_directory=True)
        (home / PACK / "scenarios").mkdir(exist_ok=True)
        (home / PACK / "scenarios" / "base").symlink_to(below / "scenarios" / "base", target_is_directory=True)
        yield home


def load(home: Path) -> Pack:
    return load_pack(home / PACK, home / BASE)


def faults_of(files: Mapping[str, str], info: str, base: Pack) -> list[Fault]:
    """Everything that is wrong with a draft; nothing: it can be judged by."""
    return list(looked_at(files, info, base)[0])


def looked_at(files: Mapping[str, str], info: str, base: Pack) -> tuple[tuple[Fault, ...], str]:
    """The faults of a draft, and the digest of the pack that it makes; none where it has faults."""
    told = json.dumps([base.sha256, info, sorted(files.items())], ensure_ascii=False)
    return _looked_at(_Asked(hashlib.sha256(told.encode()).hexdigest(), files, info, base))


@dataclass(frozen=True, slots=True)
class _Asked:
    """A draft by its content."""

    key: str
    files: Mapping[str, str] = field(compare=False)
    info: str = field(compare=False)
    base: Pack = field(compare=False)


@lru_cache(maxsize=64)
def _looked_at(asked: _Asked) -> tuple[tuple[Fault, ...], str]:
    """Once for each content: a draft is looked at many times between two changes."""
    files, base = asked.files, asked.base
    found = [fault for name, text in sorted(files.items()) for fault in file_faults(name, text, base)]
    if found:
        return tuple(found), ""
    with laid_out(files, asked.info, base) as home:
        try:
            pack = load(home)
        except PackError as fault:
            return (Fault("", 0, "", fault.message),), ""
        known = set(lint_pack(base))
        problems = tuple(_placed(files, problem) for problem in lint_pack(pack) if problem not in known)
        return problems, "" if problems else pack.sha256


def _placed(files: Mapping[str, str], problem: Problem) -> Fault:
    """The fault in the file of the draft that speaks of what the problem is about."""
    if problem.about in files:
        return Fault(problem.about, 0, "", problem.said)
    declares = re.compile(rf"^(?:- )?(?:id|code): *[\"']?{re.escape(problem.about)}[\"']? *$", re.MULTILINE)
    for name, text in files.items():
        if found := declares.search(text):
            return Fault(name, text.count("\n", 0, found.start()) + 1, problem.about, problem.said)
    return Fault("", 0, problem.about, problem.said)


def file_faults(name: str, text: str, base: Pack) -> list[Fault]:
    """What is wrong with one file by itself."""
    if not EDITABLE.fullmatch(name):
        return [_fault(name, "不是可编辑的清单文件", "is no file of a checklist that can be edited")]
    if len(text.encode()) > LARGEST:
        return [_fault(name, "过大", "is too large")]
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=yaml.CSafeLoader)):
            return [_fault(name, "不能使用 YAML 别名", "must not use YAML aliases")]
        value = yaml.load(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as fault:
        line = fault.problem_mark.line + 1 if fault.problem_mark else 0
        return [_fault(name, f"不是可读取的 YAML：{fault.problem}", f"is not readable YAML: {fault.problem}", line)]
    except (yaml.YAMLError, ValueError) as fault:
        return [_fault(name, "不是可读取的 YAML", f"is not readable YAML: {type(fault).__name__}")]
    return list(_content(name, text, value, base))


def _content(name: str, text: str, value: Any, base: Pack) -> Iterator[Fault]:
    folder = name.partition("/")[0]
    if name == "parameters.yaml":
        yield from _parameters(name, text, base.parameters.values, value, ())
    elif folder == "lexicons":
        yield from _lexicon(name, value, base)
    elif folder == "documents":
        yield from _document(name, text, value, base)
    else:
        yield from _schema(name, text, SCHEMAS[folder], value)
        if folder == "scenarios":
            yield from _scenario_name(name, value)


def _schema(name: str, text: str, schema: TypeAdapter[Any], value: Any) -> Iterator[Fault]:
    try:
        schema.validate_python(value if value is not None else {})
    except ValidationError as fault:
        for one in fault.errors()[:50]:
            place = ".".join(str(part) for part in one["loc"])
            said = SAID.get(one["type"], "取值不可用")
            yield Fault(name, line_of(text, one["loc"]), place, Text(f"{place}：{said}", f"{place}: {one['msg']}"))


def _document(name: str, text: str, value: Any, base: Pack) -> Iterator[Fault]:
    """A sheet, with what it takes over from the shared sheet of the base."""
    if Path(name).stem == SHARED:
        yield _fault(name, "公共表不能在草稿中更改", "is shared by all sheets and not edited in a draft")
        return
    if not isinstance(value, dict):
        yield _fault(name, "应为键值结构", "is no mapping")
        return
    shared = yaml.load(files_of(base.home / "documents").get(f"{SHARED}.yaml", "{}"), Loader=yaml.CSafeLoader)
    try:
        whole = with_shared(value, shared)
    except KeyError as unknown:
        yield _fault(name, f"like 所指的 {unknown} 不存在", f"like: {unknown} does not exist")
        return
    except (AttributeError, TypeError):
        yield _fault(name, "结构有误", "has fields, tables or marks that are no lists of mappings")
        return
    yield from _schema(name, text, TypeAdapter(DocumentType), whole)


def _lexicon(name: str, value: Any, base: Pack) -> Iterator[Fault]:
    known = base.lexicons.get(Path(name).stem)
    if known is None:
        yield _fault(name, "基础清单没有这一词表，不会被采用", "is no word list of the base, so nothing would read it")
    elif type(known) is not type(value):
        zh, en = ("列表", "a list") if isinstance(known, list) else ("键值结构", "a mapping")
        yield _fault(name, f"应为{zh}", f"has to be {en}, as in the base")
    elif isinstance(known, dict) and isinstance(value, dict) and (lacking := sorted({*known} - {*value})):
        yield _fault(name, f"缺少 {'、'.join(lacking)}", f"lacks {', '.join(lacking)}, which the base has")
    elif isinstance(value, list) and not all(isinstance(one, (str, dict)) and one for one in value):
        yield _fault(name, "含有空白或非文字的条目", "holds an entry that is blank or no text")


def _parameters(name: str, text: str, known: object, value: Any, place: tuple[str, ...]) -> Iterator[Fault]:
    """Keys that the base has, with values of the same kind. Some tables may get further entries."""
    if not isinstance(value, Mapping):
        yield Fault(name, line_of(text, place), ".".join(place), Text("应为键值结构", "has to be a mapping"))
        return
    assert isinstance(known, Mapping)
    further = _further(known)
    for key, mine in value.items():
        where = (*place, str(key))
        theirs = known.get(key, further)
        told = ".".join(where)
        if theirs is _NOTHING:
            yield Fault(
                name, line_of(text, where), told,
                Text(f"{told}：基础清单没有这一参数", f"{told}: the base has no such parameter"),
            )  # fmt: skip
        elif isinstance(theirs, Mapping) and theirs:
            yield from _parameters(name, text, theirs, mine, where)
        elif theirs is not None and mine is not None and not _alike(theirs, mine):
            kind = type(theirs).__name__
            yield Fault(
                name, line_of(text, where), told,
                Text(f"{told}：取值类型应与基础清单一致（{kind}）", f"{told}: has to be of the base's kind ({kind})"),
            )  # fmt: skip


def grows(known: Mapping[Any, Any]) -> bool:
    """Whether a table of figures may get further entries: dated sets, rates by day, figures by currency or place."""
    if not known:
        return False
    dated = all(isinstance(one, Mapping) and "from" in one for one in known.values())
    return dated or all(isinstance(key, date) or CODE.fullmatch(str(key)) for key in known)


def _further(known: Mapping[Any, Any]) -> object:
    """What a further entry of a table may look like: whatever one of those that are there has."""
    if not grows(known):
        return _NOTHING
    values = list(known.values())
    whole = [one for one in values if isinstance(one, Mapping)]
    return {key: value for one in whole for key, value in one.items()} if whole else values[0]


_NOTHING = object()


def _alike(known: object, mine: object) -> bool:
    numbers = (int, float)
    if isinstance(known, bool) or isinstance(mine, bool):
        return isinstance(known, bool) and isinstance(mine, bool)
    if isinstance(known, numbers):
        return isinstance(mine, numbers)
    return isinstance(mine, type(known)) or (isinstance(known, Mapping) and isinstance(mine, Mapping))


def _scenario_name(name: str, value: Any) -> Iterator[Fault]:
    lower = value.get("base") if isinstance(value, dict) else ""
    if lower and not re.fullmatch(r"[A-Za-z0-9_-]{1,80}", str(lower)):
        yield _fault(name, "base 应为基础情景的名称", "names no base scenario under base")
    parts = Path(name).name.removesuffix(".yaml").split(".")
    if len(parts) < 3 or parts[-1] not in Outcome._value2member_map_:
        yield _fault(name, "文件名应为 <编号>.<情形>.<结果>.yaml", "is not named <CHECK>.<what>.<outcome>.yaml")


def line_of(text: str, place: tuple[int | str, ...]) -> int:
    """The line on which the value at a path of keys stands; the deepest part of the path that is there."""
    node = yaml.compose(text, Loader=yaml.CSafeLoader)
    line = 0
    for part in place:
        below = None
        if isinstance(node, yaml.MappingNode):
            below = next((value for key, value in node.value if key.value == str(part)), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            below = node.value[part]
        if below is None:
            break
        node = below
        line = below.start_mark.line + 1
    return line


def _fault(name: str, zh: str, en: str, line: int = 0) -> Fault:
    return Fault(name, line, "", Text(f"{name} {zh}", f"{name} {en}"))
