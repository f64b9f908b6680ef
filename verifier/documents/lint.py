"""Would the document types of a pack contradict one another or themselves?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from verifier.documents.phrases import fold
from verifier.model import Text
from verifier.packs.document_type import DocumentType


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and with what: `about` is the code of a document type, the id of a requirement, or a file."""

    about: str
    said: Text


def lint_types(types: Sequence[DocumentType]) -> list[Problem]:
    """Every problem in words: codes and titles used twice, labels and anchors that collide, names that
    nothing declares."""
    codes = Counter(t.code for t in types)
    problems = [
        Problem(code, Text(f"单证类型 {code} 出现两次", f"document type {code} is there twice"))
        for code, n in codes.items()
        if n > 1
    ]
    problems += _titles(types)
    for kind in types:
        problems += [
            Problem(kind.code, Text(f"{kind.code}：{said.zh}", f"{kind.code}: {said.en}")) for said in _own(kind)
        ]
    return problems


def _titles(types: Sequence[DocumentType]) -> Iterator[Problem]:
    owners: dict[str, set[str]] = defaultdict(set)
    for kind in types:
        for title in (*kind.titles, *kind.weak_titles):
            owners[fold(title)].add(kind.code)
    for title, codes in owners.items():
        if len(codes) > 1:
            several = sorted(codes)
            said = Text(
                f"标题“{title}”同时属于 {'、'.join(several)}", f"the title {title} belongs to {', '.join(several)}"
            )
            yield Problem(several[0], said)


def _own(kind: DocumentType) -> Iterator[Text]:
    sections = {section.id for section in kind.sections}
    marks = set(kind.mark_names())
    owners: dict[tuple[str | None, str], set[str]] = defaultdict(set)
    for spec in kind.fields:
        if spec.near and spec.near not in marks:
            yield Text(
                f"{spec.name} 的 near 所指的签名或印章 {spec.near} 不在该单证中",
                f"{spec.name}: near names the mark {spec.near}, which the type does not have",
            )
        if "{section}" in spec.name and not spec.sections:
            yield Text(f"{spec.name} 没有写明所属部分", f"{spec.name}: no sections are given for the name")
        for name, section in spec.named():
            if section is not None and section not in sections:
                yield Text(f"{name}：没有 {section} 这一部分", f"{name}: there is no section {section}")
            for label in spec.labels:
                owners[(section, fold(label))].add(f"{name}{'.' + spec.take if spec.take else ''}")
    for (section, label), names in owners.items():
        if len(names) > 1 and not _halves(names):
            several = sorted(names)
            yield Text(
                f"{section or '-'} 部分的栏目名称“{label}”同时属于 {'、'.join(several)}",
                f"the label {label} of section {section or '-'} belongs to {', '.join(several)}",
            )
    yield from _marks_and_tables(kind)


def _marks_and_tables(kind: DocumentType) -> Iterator[Text]:
    anchors: dict[str, set[str]] = defaultdict(set)
    for mark in kind.marks:
        if not mark.anchors and not mark.anywhere:
            yield Text(f"{mark.name} 没有定位文字", f"the mark {mark.name} has no anchors")
        for anchor in mark.anchors:
            anchors[fold(anchor)].add(mark.name)
    for anchor, names in anchors.items():
        if len(names) > 1:
            several = sorted(names)
            yield Text(
                f"定位文字“{anchor}”同时属于 {'、'.join(several)}",
                f"the anchor {anchor} belongs to {', '.join(several)}",
            )
    for table in kind.tables:
        if table.key not in {column.name for column in table.columns}:
            yield Text(
                f"表格 {table.name} 的关键列 {table.key} 不在其列中",
                f"table {table.name}: the key {table.key} is none of its columns",
            )


def _halves(names: set[str]) -> bool:
    """The two sides of one printed span, which share its label."""
    return all(name.endswith((".start", ".end")) for name in names)
