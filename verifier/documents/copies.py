"""Which of two scans or versions of one paper counts?

The latest signed one; the others stay visible as superseded. Slips, cards of different persons, clauses of
different products and proposals are different papers, however alike they look.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from verifier.model import Document, FieldState, MarkKind, MarkState
from verifier.packs.document_type import DocumentType

DAYS = ("signed_date", "received_date", "issue_date", "test_date", "date")


def with_superseded(documents: Sequence[Document], types: Mapping[str, DocumentType]) -> tuple[Document, ...]:
    """The documents with `superseded_by` set on all copies but the one that counts."""
    groups: dict[tuple[str, ...], list[Document]] = defaultdict(list)
    for doc in documents:
        key = _paper(doc, types[doc.type]) if doc.type in types else None
        if key is not None:
            groups[key].append(doc)
    superseded: dict[str, str] = {}
    for copies in groups.values():
        for family in _families(copies, types[copies[0].type]):
            if len(family) > 1:
                counts = max(family, key=_weight)
                superseded.update({doc.id: counts.id for doc in family if doc.id != counts.id})
    return tuple(replace(doc, superseded_by=superseded.get(doc.id)) for doc in documents)


def _paper(doc: Document, kind: DocumentType) -> tuple[str, ...] | None:
    """What copies of one paper have in common; None when it cannot be told."""
    if kind.chat:
        return None
    return (doc.type, doc.variant or "") if kind.several or kind.identity else (doc.type,)


def _families(copies: Sequence[Document], kind: DocumentType) -> list[list[Document]]:
    """Copies of the same paper among documents of one type."""
    families: list[list[Document]] = []
    for doc in copies:
        for family in families:
            if all(_same(doc, other, kind) for other in family):
                family.append(doc)
                break
        else:
            families.append([doc])
    return families


def _same(doc: Document, other: Document, kind: DocumentType) -> bool:
    if doc.variant and other.variant and doc.variant != other.variant:
        return False  # a marriage certificate is no copy of a household register
    values, others = _keys(doc, kind), _keys(other, kind)
    shared = [name for name in values if name in others]
    if kind.several or kind.identity:
        return bool(shared) and all(values[name] == others[name] for name in shared)
    return all(values[name] == others[name] for name in shared)


def _keys(doc: Document, kind: DocumentType) -> dict[str, str]:
    return {
        name: doc.fields[name].value for name in kind.same_paper
        if name in doc.fields and doc.fields[name].state is FieldState.READ
    }  # fmt: skip


def _weight(doc: Document) -> tuple[str, int, float, float]:
    """The latest signed date, then the most signatures, then the best picture, then the later one."""
    day = next((doc.fields[n].value for n in DAYS if n in doc.fields and doc.fields[n].value), "")
    signed = sum(
        1 for mark in doc.marks
        if mark.kind in (MarkKind.SIGNATURE, MarkKind.ESIGNATURE, MarkKind.SEAL) and mark.state is MarkState.PRESENT
    )  # fmt: skip
    return ("" if not signed else day, signed, doc.legibility, float(doc.id[1:] or 0))
