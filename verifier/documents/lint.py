"""Would the document types of a pack contradict one another or themselves?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from verifier.documents.phrases import fold
from verifier.packs.document_type import DocumentType


def lint_types(types: Sequence[DocumentType]) -> list[str]:
    """Every problem in words: codes and titles used twice, labels and anchors that collide, names that
    nothing declares."""
    problems = [f"document type {code} is there twice" for code, n in Counter(t.code for t in types).items() if n > 1]
    problems += _titles(types)
    for kind in types:
        problems += [f"{kind.code}: {problem}" for problem in _own(kind)]
    return problems


def _titles(types: Sequence[DocumentType]) -> Iterator[str]:
    owners: dict[str, set[str]] = defaultdict(set)
    for kind in types:
        for title in (*kind.titles, *kind.weak_titles):
            owners[fold(title)].add(kind.code)
    for title, codes in owners.items():
        if len(codes) > 1:
            yield f"the title {title} belongs to {', '.join(sorted(codes))}"


def _own(kind: DocumentType) -> Iterator[str]:
    sections = {section.id for section in kind.sections}
    marks = set(kind.mark_names())
    owners: dict[tuple[str | None, str], set[str]] = defaultdict(set)
    for spec in kind.fields:
        if spec.near and spec.near not in marks:
            yield f"{spec.name}: near names the mark {spec.near}, which the type does not have"
        if "{section}" in spec.name and not spec.sections:
            yield f"{spec.name}: no sections are given for the name"
        for name, section in spec.named():
            if section is not None and section not in sections:
                yield f"{name}: there is no section {section}"
            for label in spec.labels:
                owners[(section, fold(label))].add(f"{name}{'.' + spec.take if spec.take else ''}")
    for (section, label), names in owners.items():
        if len(names) > 1 and not _halves(names):
            yield f"the label {label} of section {section or '-'} belongs to {', '.join(sorted(names))}"
    yield from _marks_and_tables(kind)


def _marks_and_tables(kind: DocumentType) -> Iterator[str]:
    anchors: dict[str, set[str]] = defaultdict(set)
    for mark in kind.marks:
        if not mark.anchors and not mark.anywhere:
            yield f"the mark {mark.name} has no anchors"
        for anchor in mark.anchors:
            anchors[fold(anchor)].add(mark.name)
    for anchor, names in anchors.items():
        if len(names) > 1:
            yield f"the anchor {anchor} belongs to {', '.join(sorted(names))}"
    for table in kind.tables:
        if table.key not in {column.name for column in table.columns}:
            yield f"table {table.name}: the key {table.key} is none of its columns"


def _halves(names: set[str]) -> bool:
    """The two sides of one printed span, which share its label."""
    return all(name.endswith((".start", ".end")) for name in names)
