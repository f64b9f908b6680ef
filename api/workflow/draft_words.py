"""Which words does a checklist look for, and how are they added and removed? Word lists, the phrases of requirements,
titles and labels of forms: each list where it stands, with what the draft changed of it.

A list is named by its file and its place in it. A draft takes over a word list whole, a sheet whole, and of a file of
requirements only the one that is changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from api import yaml_text
from api.errors import conflict, invalid, not_found
from api.permissions import Permission
from api.principal import Principal
from api.services import Services
from api.store import packs as stored
from api.tables import PackDraft
from api.workflow.drafts import base_files, base_of, put_file, remove_file
from api.yaml_text import Place
from verifier.documents.phrases import fold
from verifier.model import Text
from verifier.packs.load import Pack
from verifier.reports.plain import PRINTED, Speech, term

PRINTS = ("titles", "not_titles", "weak_titles", "cues")
LONGEST = 200
PREFIX = "~"  # the label that is a section's prefix alone
NOT_WORDS = ("field_names",)  # lists that hold names in both languages


@dataclass(frozen=True, slots=True)
class Word:
    """`text` is what is looked for; `more` what narrows it; `new`: the base does not have it."""

    text: str
    more: Text | None
    new: bool


@dataclass(frozen=True, slots=True)
class WordList:
    """`words` as in the draft; `gone`: of the base, not there now; `shared`: others that count as well, kept elsewhere."""

    file: str
    place: Place
    title: Text
    words: tuple[Word, ...]
    gone: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return "/".join(map(str, self.place))

    @property
    def changed(self) -> bool:
        return bool(self.gone) or any(one.new for one in self.words)


@dataclass(frozen=True, slots=True)
class Book:
    """Lists that belong together: of one word list, form or requirement. `kind`: lexicons, documents, requirements."""

    kind: str
    name: str
    title: Text
    lists: tuple[WordList, ...]
    otherwise: bool = False  # something else of it was changed

    @property
    def changed(self) -> bool:
        return self.otherwise or any(one.changed for one in self.lists)


def books(services: Services, who: Principal, draft_id: str) -> tuple[PackDraft, list[Book]]:
    """All lists of the draft."""
    who.require(Permission.PACK_READ)
    with services.reading() as session:
        row = stored.draft(session, who, draft_id)
    shelf = Shelf(row, base_of(services, row), base_files(services, row))
    return row, list(shelf.books())


def book(services: Services, who: Principal, draft_id: str, kind: str, name: str) -> tuple[PackDraft, Book]:
    who.require(Permission.PACK_READ)
    with services.reading() as session:
        row = stored.draft(session, who, draft_id)
    shelf = Shelf(row, base_of(services, row), base_files(services, row))
    found = next((one for one in shelf.books(kind) if one.name == name), None)
    if found is None:
        raise not_found("词表", "word list")
    return row, found


@dataclass(frozen=True)
class Shelf:
    """The files of a draft over those of its base."""

    row: PackDraft
    base: Pack
    below: Mapping[str, str]

    def text(self, name: str) -> str:
        """A file as the draft has it, else as the base has it."""
        return self.row.files.get(name) or yaml_text.without_aliases(self.below.get(name, ""))

    def books(self, kind: str = "") -> Iterator[Book]:
        if kind in ("", "lexicons"):
            yield from self._lexicons()
        if kind in ("", "documents"):
            yield from self._sheets()
        if kind in ("", "requirements"):
            yield from self._requirements()

    # --- word lists ---

    def _lexicons(self) -> Iterator[Book]:
        for name in self.below:
            stem = name.removeprefix("lexicons/").removesuffix(".yaml")
            if name.startswith("lexicons/") and stem not in NOT_WORDS:
                title = term("list", stem, "figures") or Text(stem, stem)
                value, base = _read(self.text(name)), _read(self.below[name])
                lists = tuple(self._of_lexicon(name, title, value, base))
                if lists:
                    yield Book("lexicons", stem, title, lists)

    def _of_lexicon(self, name: str, title: Text, value: Any, base: Any) -> Iterator[WordList]:
        if isinstance(value, list):
            yield _list(name, (), title, value, base)
        elif isinstance(value, Mapping):
            for key, one in value.items():
                if isinstance(one, list):
                    said = term("list_part", str(key), "figures") or term("value", str(key)) or Text(str(key), str(key))
                    yield _list(name, (str(key),), said, one, base.get(key) if isinstance(base, Mapping) else None)

    # --- forms ---

    def sheet(self, code: str) -> tuple[str, str]:
        """The file of a document type and its text, the draft's before the base's."""
        for files in (self.row.files, self.below):
            for name, text in files.items():
                if name.startswith("documents/") and _code(text) == code:
                    return name, self.text(name)
        raise not_found("单证类型", "document type")

    def _sheets(self) -> Iterator[Book]:
        speech = Speech(self.base)
        for kind in self.base.types:
            name, text = self.sheet(kind.code)
            value = _read(text)
            below: Any = next((_read(one) for one in self.below.values() if _code(one) == kind.code), {})
            shared = {field: spec.labels for spec in kind.fields for field in (spec.name,)}
            lists = [_list(name, (key,), _print(key), value[key], below.get(key)) for key in PRINTS if key in value]
            for part, words in (("fields", "labels"), ("marks", "anchors")):
                lists += self._prints(name, part, words, value, below, speech, shared)
            yield Book("documents", kind.code, kind.title.text(), tuple(lists))

    def _prints(
        self,
        name: str,
        part: str,
        words: str,
        value: Any,
        below: Any,
        speech: Speech,
        shared: Mapping[str, Sequence[str]],
    ) -> Iterator[WordList]:
        known = {_entry_name(one): one for one in below.get(part) or []}
        for number, entry in enumerate(value.get(part) or []):
            own = entry.get(words) or []
            theirs = (known.get(_entry_name(entry)) or {}).get(words) or []
            others = [one for one in shared.get(entry.get("name", ""), ()) if one not in own and one not in theirs]
            place: Place = (part, number, words)
            yield _list(name, place, entry_title(entry, speech), own, theirs, tuple(others) if part == "fields" else ())

    # --- requirements ---

    def _requirements(self) -> Iterator[Book]:
        own = {entry["id"]: (name, number) for name, number, entry in _entries(self.row.files)}
        files = {entry["id"]: (name, number) for name, number, entry in _entries(self.below)}
        parsed = {name: _read(text) for name, text in self.below.items() if name.startswith("requirements/")}
        for one in self.base.requirements:
            name, number = own.get(one.id) or files[one.id]
            value = (_read(self.text(name)) if one.id in own else parsed[name])[number]
            base = parsed[files[one.id][0]][files[one.id][1]]
            at: Place = (number,) if one.id in own else (0,)
            file = name if one.id in own else f"requirements/{one.id}.yaml"
            lists = tuple(_phrases(file, (*at, "with"), value.get("with") or {}, base.get("with") or {}, ()))
            yield Book("requirements", one.id, one.spec.title.text(), lists, value != base)

    def holder(self, check_id: str) -> str:
        """The file of the draft that holds a requirement; nothing where none does."""
        return next((name for name, _, entry in _entries(self.row.files) if entry["id"] == check_id), "")

    def requirement(self, check_id: str) -> str:
        """The text of one requirement, as the base writes it."""
        for name, number, entry in _entries(self.below):
            if entry["id"] == check_id:
                return yaml_text.entries(yaml_text.without_aliases(self.below[name]))[number]
        raise not_found("要求", "requirement")

    def in_base(self, file: str) -> str:
        """What the base says where a file of the draft says something: the same requirements, form or file."""
        own = self.row.files.get(file, "")
        if file.startswith("requirements/"):
            stem = file.removeprefix("requirements/").removesuffix(".yaml")
            ids = [str(entry["id"]) for _, _, entry in _entries({file: own})] if own else [stem]
            known = [one for one in ids if self.base.requirement(one) is not None]
            return "\n".join(self.requirement(one) for one in known)
        if file.startswith("documents/") and own and file not in self.below:
            return next((text for text in self.below.values() if _code(text) == _code(own)), "")
        return self.below.get(file, "")

    def editable(self, file: str) -> tuple[str, str]:
        """What a file says now, and what the base says in its place."""
        base = self.in_base(file)
        return self.row.files.get(file) or yaml_text.without_aliases(base), base


@lru_cache(maxsize=512)
def _read(text: str) -> Any:
    """Read once: the base's files are the same for everybody. Nobody changes what comes out."""
    return yaml_text.read(text) or {}


@lru_cache(maxsize=512)
def _code(text: str) -> str:
    found = re.search(r"^code: *[\"']?([A-Za-z0-9-]+)", text, re.MULTILINE)
    return found[1] if found else ""


def _entries(files: Mapping[str, str]) -> Iterator[tuple[str, int, Mapping[str, Any]]]:
    for name, text in files.items():
        if name.startswith("requirements/") and isinstance(found := _read(text), list):
            for number, entry in enumerate(found):
                if isinstance(entry, Mapping) and "id" in entry:
                    yield name, number, entry


def _entry_name(entry: Mapping[str, Any]) -> tuple[Any, ...]:
    return (entry.get("name"), entry.get("take"), tuple(entry.get("sections") or ()))


def entry_title(entry: Mapping[str, Any], speech: Speech) -> Text:
    """A field, or all fields of the same name in several sections; a mark."""
    name = str(entry.get("name", ""))
    sections = entry.get("sections") or ()
    names = [name.replace("{section}", one) for one in sections] if sections else [name]
    said = [speech.field(one) or Text(one, one) for one in names]
    return Text("、".join(one.zh for one in said), ", ".join(one.en for one in said))


def _print(key: str) -> Text:
    return {
        "titles": Text("单证标题", "titles of the paper"),
        "not_titles": Text("不是本单证的标题", "titles of other papers"),
        "weak_titles": Text("较弱的标题", "weak titles"),
        "cues": Text("识别线索", "cues"),
    }[key]


def _phrases(file: str, place: Place, value: Any, base: Any, above: tuple[Text, ...]) -> Iterator[WordList]:
    """Lists of words inside what a requirement tells its check."""
    if isinstance(value, Mapping):
        for key, one in value.items():
            below = base.get(key) if isinstance(base, Mapping) else None
            label = term("setting", str(key)) or term("value", str(key)) or Text(str(key), str(key))
            if _is_words(str(key), one):
                yield _list(file, (*place, str(key)), _said((*above, label)), one, below)
            elif key != "when":
                nested = (
                    (*above, label) if isinstance(one, (list, Mapping)) and key not in ("groups", "points") else above
                )
                yield from _phrases(file, (*place, str(key)), one, below, nested)
    elif isinstance(value, list):
        for number, one in enumerate(value):
            below = base[number] if isinstance(base, list) and number < len(base) else None
            named = (Text(one["zh"], one["en"]),) if isinstance(one, Mapping) and {"zh", "en"} <= one.keys() else ()
            yield from _phrases(file, (*place, number), one, below, (*above, *named))


def _is_words(key: str, value: Any) -> bool:
    plain = isinstance(value, list) and bool(value) and all(isinstance(one, str) for one in value)
    return plain and PRINTED.fullmatch(key) is not None


def _said(parts: Sequence[Text]) -> Text:
    return Text(" › ".join(one.zh for one in parts), " › ".join(one.en for one in parts))


def _list(
    file: str, place: Place, title: Text, value: Sequence[Any], base: Any, shared: tuple[str, ...] = ()
) -> WordList:
    theirs = [_word_text(one) for one in base] if isinstance(base, list) else []
    mine = [_word_text(one) for one in value]
    words = tuple(Word(_word_text(one), _narrowed(one), _word_text(one) not in theirs) for one in value)
    return WordList(file, place, title, words, tuple(one for one in theirs if one not in mine), shared)


def _word_text(entry: Any) -> str:
    return str(entry.get("phrase", "")) if isinstance(entry, Mapping) else str(entry)


def _narrowed(entry: Any) -> Text | None:
    """What else has to hold for a phrase; what a label is that has no words of its own."""
    if entry == PREFIX:
        return Text("只印所属部分的名称，如“投保人”", "the name of the section alone")
    if not isinstance(entry, Mapping):
        return None
    zh, en = [], []
    for key, value in entry.items():
        if key == "phrase":
            continue
        said = term("phrase", key, "figures") or Text(key, key)
        words = "、".join(map(str, value)) if isinstance(value, list) else "" if value is True else str(value)
        zh.append(f"{said.zh}：{words}" if words else said.zh)
        en.append(f"{said.en}: {words}" if words else said.en)
    return Text("；".join(zh), "; ".join(en)) if zh else None


# --- changing ---------------------------------------------------------------------------------------


def place_of(key: str) -> Place:
    return tuple(int(part) if part.isdecimal() else part for part in key.split("/")) if key else ()


def add_word(
    services: Services, who: Principal, draft_id: str, file: str, place: Place, word: str, if_match: str | None = None
) -> PackDraft:
    """One more word in a list; one that is there already, in whatever form, is refused."""
    who.require(Permission.PACK_EDIT)
    row, text, base = _opened(services, who, draft_id, file)
    word = " ".join(word.split())
    if not word or len(word) > LONGEST:
        raise invalid(
            "word_unusable",
            Text("没有填写词语，或词语过长", "There is no word, or it is too long"),
            Text(f"最多 {LONGEST} 个字", f"{LONGEST} characters at most"),
        )
    there = _at(text, place)
    if any(fold(_word_text(one)) == fold(word) for one in there or ()):
        raise conflict(
            "word_there",
            Text(f"“{word}”已在列表中", f"“{word}” is in the list already"),
            Text("无需重复添加", "It need not be added again"),
        )
    made = yaml_text.put(text, place, [word]) if there is None else yaml_text.insert(text, place, word)
    return _keep(services, who, row, file, made, base, if_match)


def remove_word(
    services: Services, who: Principal, draft_id: str, file: str, place: Place, word: str, if_match: str | None = None
) -> PackDraft:
    who.require(Permission.PACK_EDIT)
    row, text, base = _opened(services, who, draft_id, file)
    words = [_word_text(one) for one in _at(text, place) or ()]
    if word not in words:
        raise not_found("词语", "word")
    made = yaml_text.drop(text, (*place, words.index(word)))
    if len(words) == 1 and place and not yaml_text.has(yaml_text.read(base), place):
        made = yaml_text.drop(made, place)
    return _keep(services, who, row, file, made, base, if_match)


def restore_word(
    services: Services, who: Principal, draft_id: str, file: str, place: Place, word: str, if_match: str | None = None
) -> PackDraft:
    """A word of the base that the draft removed, as the base has it."""
    who.require(Permission.PACK_EDIT)
    row, text, base = _opened(services, who, draft_id, file)
    theirs = _at(base, place) or []
    mine = [_word_text(one) for one in _at(text, place) or ()]
    number = next((at for at, one in enumerate(theirs) if _word_text(one) == word), None)
    if number is None or word in mine:
        raise not_found("词语", "word")
    behind = next((mine.index(said) for one in theirs[number + 1 :] if (said := _word_text(one)) in mine), None)
    return _keep(services, who, row, file, yaml_text.insert(text, place, theirs[number], before=behind), base, if_match)


def _opened(services: Services, who: Principal, draft_id: str, file: str) -> tuple[PackDraft, str, str]:
    with services.reading() as session:
        row = stored.draft(session, who, draft_id)
    shelf = Shelf(row, base_of(services, row), base_files(services, row))
    text, base = shelf.editable(file)
    if not text:
        raise not_found("文件", "file")
    return row, text, base


def _at(text: str, place: Place) -> list[Any] | None:
    """The list at a place; None where there is none yet and one may be made; refused where no list belongs."""
    value = yaml_text.read(text)
    if yaml_text.has(value, place):
        found = yaml_text.at(value, place)
        if isinstance(found, list):
            return found
    elif place and place[-1] in ("labels", "anchors") and yaml_text.has(value, place[:-1]):
        return None
    raise not_found("词表", "word list")


def _keep(
    services: Services, who: Principal, row: PackDraft, file: str, text: str, base: str, if_match: str | None
) -> PackDraft:
    """What says the same as the base again leaves the draft."""
    same = yaml_text.read(text) == yaml_text.read(base)
    if same and file not in row.files:
        return row
    if same:
        return remove_file(services, who, row.id, file, if_match)
    return put_file(services, who, row.id, file, text, if_match)
