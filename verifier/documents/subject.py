"""Whose paper is an identity document: the policyholder's, the insured's, a beneficiary's, the payer's?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from verifier.model import Document, FieldState
from verifier.values.identifiers import compare_id_numbers
from verifier.values.match import MatchKind
from verifier.values.names import compare_names

ORDER = ("policyholder", "insured", "payer")  # who is asked for first, where one person is several
_PERSON = re.compile(
    r"^(policyholder|insured|payer|agent|applicant|account_name|beneficiaries\[\d+\])(?:\.(name|id_number))?$"
)
_ROLE = {"account_name": "payer", "applicant": "policyholder"}
SUBJECTS = ("name", "id_number")


@dataclass(frozen=True, slots=True)
class Known:
    """What the papers and the policy system say of one person."""

    role: str
    names: tuple[str, ...]
    numbers: tuple[str, ...]


def with_subjects(documents: Sequence[Document], declared: Mapping[str, object]) -> tuple[Document, ...]:
    """The documents with the subject of every identity paper, by number, then name, then order."""
    people = list(_people(documents, declared))
    cards = [doc for doc in documents if doc.fields.keys() & {*SUBJECTS, "child.name"} and _identity(doc)]
    subjects: dict[str, str] = {}
    for doc in cards:
        subject = _by(doc, people)
        if subject is not None:
            subjects[doc.id] = subject
    _by_order([doc for doc in cards if doc.id not in subjects and doc.superseded_by is None], people, subjects)
    return tuple(replace(doc, subject=subjects.get(doc.id, doc.subject)) for doc in documents)


def _identity(doc: Document) -> bool:
    """An identity paper says name or number of one person and of nobody else."""
    names = set(doc.fields)
    if names & {"issuer", "relation_to_head", "child.name", "ethnicity", "household_no", "certificate_no"}:
        return True
    return {"name", "id_number"} <= names and bool(names & {"birth_date", "valid_to"}) and "signed_date" not in names


def _people(documents: Sequence[Document], declared: Mapping[str, object]) -> Iterator[Known]:
    names: dict[str, dict[str, None]] = {}
    numbers: dict[str, dict[str, None]] = {}
    for doc in sorted(documents, key=lambda d: d.superseded_by is not None):
        for name, found in doc.fields.items():
            match = _PERSON.match(name)
            if not match or found.state is not FieldState.READ:
                continue
            role = _ROLE.get(match[1], match[1].replace("beneficiaries", "beneficiary"))
            into = numbers if match[2] == "id_number" else names if match[2] == "name" or role == "payer" else None
            if into is not None:
                into.setdefault(role, {})[found.value] = None
    for role in ("policyholder", "insured"):
        stated = declared.get(role)
        if isinstance(stated, Mapping):
            for key, into in (("name", names), ("id_number", numbers)):
                if stated.get(key):
                    into.setdefault(role, {})[str(stated[key])] = None
    roles = [*ORDER, *sorted((set(names) | set(numbers)) - set(ORDER))]
    for role in roles:
        if role in names or role in numbers:
            yield Known(role, tuple(names.get(role, ())), tuple(numbers.get(role, ())))


def _by(doc: Document, people: Sequence[Known]) -> str | None:
    if _proves_relation(doc):
        return _related(doc, people)
    number = _value(doc, "id_number")
    name = _value(doc, "name") or _value(doc, "child.name")
    for person in people:
        if number and any(compare_id_numbers(number, other).agrees for other in person.numbers):
            return person.role
    for wanted in (True, False):  # first those who agree, then those whom one misread character sets apart
        for person in people:
            if name and any(_alike(name, other, wanted) for other in person.names):
                return person.role
    for person in people:
        if number and any(compare_id_numbers(number, o).kind is MatchKind.OCR_NEAR for o in person.numbers):
            return person.role
    return None


def _proves_relation(doc: Document) -> bool:
    return bool(set(doc.fields) & {"relation_to_head", "head.name", "child.name", "household_no", "spouse.name"})


def _related(doc: Document, people: Sequence[Known]) -> str | None:
    """A register or certificate names several; it is there for the one who is not the policyholder."""
    named = [p.role for p in people if any(name in doc.text for name in p.names if len(name) > 1)]
    own = {name for p in people if p.role == "policyholder" for name in p.names}
    same = {p.role for p in people if own.intersection(p.names)}
    other = [role for role in named if role not in same]
    return next(iter(other or named), None)


def _alike(name: str, other: str, exactly: bool) -> bool:
    match = compare_names(name, other)
    return match.kind in (MatchKind.EXACT, MatchKind.VARIANT) if exactly else match.kind is MatchKind.OCR_NEAR


def _value(doc: Document, name: str) -> str:
    known = doc.fields.get(name)
    return known.value if known is not None and known.state is FieldState.READ else ""


def _by_order(cards: Sequence[Document], people: Sequence[Known], subjects: dict[str, str]) -> None:
    """A card that nothing names, when exactly one person is without a card."""
    taken = set(subjects.values())
    alone = len({n for p in people for n in p.names}) <= 1
    held = {name for p in people if p.role in taken for name in p.names}  # one person's card serves all his roles
    met = {p.role for p in people if held.intersection(p.names)} | taken
    free = [role for role in ("policyholder", "insured") if role not in met]
    if not cards:
        return
    if (not people and "policyholder" in free) or (alone and "policyholder" in free and len(cards) == 1):
        subjects[cards[0].id] = "policyholder"
    elif len(cards) == 1 and len(free) == 1 and any(p.role == free[0] for p in people) and not alone:
        subjects[cards[0].id] = free[0]
