"""Do two stated values of one kind agree, and may a difference be the reader's? Shared by the checks that compare."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from rapidfuzz.distance import Levenshtein

from verifier.case import Case
from verifier.model import Document, FieldState, Text, TextFrom
from verifier.values.accounts import compare_accounts
from verifier.values.amount_words import read_amount_in_words
from verifier.values.confusions import confusable
from verifier.values.identifiers import compare_id_numbers, identify
from verifier.values.match import Match, MatchKind, found
from verifier.values.names import compare_names, compare_organisations, compare_products, is_organisation
from verifier.values.periods import Term, read_pay_mode, read_term
from verifier.values.script import squeeze

BEFORE_A_NAME = re.compile(r"^[☑☒☐□■√✓✔]+")
LONGEST_TERM = 14  # characters of 至被保险人年满105周岁 and the like


def _match(kind: MatchKind, zh: str, en: str, how: str = "") -> Match:
    return Match(kind, Text(zh, en), 1.0 if kind is MatchKind.EXACT else 0.0, kind is MatchKind.OCR_NEAR, how)


def _same(a: str, b: str) -> Match:
    return _match(MatchKind.EXACT, f"一致：{a}", f"Same: {a}")


def _differ(a: str, b: str) -> Match:
    return _match(MatchKind.CONFLICT, f"“{a}”与“{b}”不一致", f"{a} and {b} differ")


def _unread(a: str, b: str) -> Match:
    return _match(MatchKind.UNREADABLE, f"“{a}”与“{b}”无法比对", f"{a} and {b} cannot be compared")


def compare_amounts(a: str, b: str) -> Match:
    """To one cent. A value that is a hundred or ten thousand times the other is a slip of unit or of the
    decimal point as often as a difference, and stays a difference: a person would want to know."""
    try:
        first, second = Decimal(a), Decimal(b)
    except InvalidOperation:
        return _unread(a, b)
    return _same(a, b) if abs(first - second) < Decimal("0.01") else _differ(a, b)


def is_amount(value: str) -> bool:
    """Whether the field holds a figure at all."""
    try:
        return Decimal(value).is_finite()
    except InvalidOperation:
        return False


def compare_dates(a: str, b: str) -> Match:
    return _same(a, b) if a == b else _differ(a, b)


def compare_terms(a: str, b: str) -> Match:
    """Cover and payment periods. 终身 and 至105周岁 are two ways to say one cover: left to a person."""
    first, second = read_term(a), read_term(b)
    if max(len(squeeze(a)), len(squeeze(b))) > LONGEST_TERM:
        return _unread(a, b)  # neighbouring cells run together
    if first is None or second is None:
        return _same(a, b) if squeeze(a) == squeeze(b) else _unread(a, b)
    if first == second or _single_once(first, second):
        return _same(a, b)
    ages = [term.to_age for term in (first, second) if term.to_age is not None]
    if (first.whole_life or second.whole_life) and ages and ages[0] >= 99:
        zh, en = f"“{a}”与“{b}”可能是终身的两种写法", f"{a} and {b} may be two ways to say whole life"
        return Match(MatchKind.VARIANT, Text(zh, en), 0.8, True, "whole_life")
    counted = {term.months for term in (first, second)} | {12 * term.years for term in (first, second) if term.years}
    if len(counted - {None}) == 1 and None not in {first.months or first.years, second.months or second.years}:
        return _same(a, b)
    if (first.to_age is None) != (second.to_age is None) or first.until or second.until:
        return Match(MatchKind.VARIANT, Text(f"“{a}”与“{b}”写法不同，需换算", f"{a} and {b} need reckoning"), 0.5, True)
    return _differ(a, b)


def _single_once(first: Term, second: Term) -> bool:
    """One payment, said as 趸交 or as one year of payment."""
    return (first.single and second.years == 1) or (second.single and first.years == 1)


def compare_pay_modes(a: str, b: str) -> Match:
    first, second = read_pay_mode(a), read_pay_mode(b)
    if first is None or second is None:
        return _unread(a, b)
    return _same(a, b) if first == second else _differ(a, b)


def compare_serials(a: str, b: str) -> Match:
    """Numbers of policies, applications, sellers: equal, or one look-alike away (O/0, I/1)."""
    first, second = squeeze(a).upper(), squeeze(b).upper()
    if first == second:
        return _same(a, b)
    if len(first) == len(second) and len(first) > 3:
        pairs = [(x, y) for x, y in zip(first, second, strict=True) if x != y]
        if len(pairs) == 1 and confusable(*pairs[0]) and not (pairs[0][0].isdigit() and pairs[0][1].isdigit()):
            zh, en = f"“{a}”与“{b}”仅一位字形相近", f"{a} and {b} differ in one look-alike"
            return _match(MatchKind.OCR_NEAR, zh, en, "ocr")
    return _differ(a, b)


def compare_texts(a: str, b: str) -> Match:
    return _same(a, b) if squeeze(a) == squeeze(b) else _differ(a, b)


def compare_persons(a: str, b: str) -> Match:
    """Names of persons, or of organisations where both are one. A tick box printed before a name is no part of it."""
    a, b = BEFORE_A_NAME.sub("", a), BEFORE_A_NAME.sub("", b)
    return compare_organisations(a, b) if is_organisation(a) and is_organisation(b) else compare_names(a, b)


def compare_identities(a: str, b: str) -> Match:
    """ID numbers of one kind. A passport and a residence permit are two lawful numbers of one person."""
    first, second = identify(a), identify(b)
    known = {"resident_id_15": "resident_id", "permanent_residence_2017": "permanent_residence"}
    kinds = {known.get(one.kind, one.kind) for one in (first, second)}
    if len(kinds) == 2 and first.valid and second.valid and "*" not in a + b:
        zh, en = f"“{a}”与“{b}”是两种证件的号码", f"{a} and {b} are numbers of two kinds of document"
        return _match(MatchKind.UNREADABLE, zh, en, "other_kind")
    if kinds == {"permanent_residence"} and len(a) != len(b):
        zh, en = f"“{a}”与“{b}”是新旧两版永久居留身份证号码", f"{a} and {b} are numbers of the old and the new card"
        return Match(MatchKind.VARIANT, Text(zh, en), 0.8, True, "renewed_card")
    return compare_id_numbers(a, b)


COMPARISONS: Mapping[str, Callable[[str, str], Match]] = {
    "name": compare_persons,
    "organisation": compare_organisations,
    "product": compare_products,
    "id_number": compare_identities,
    "account": compare_accounts,
    "amount": compare_amounts,
    "date": compare_dates,
    "term": compare_terms,
    "pay_mode": compare_pay_modes,
    "serial": compare_serials,
    "text": compare_texts,
}


@dataclass(frozen=True, slots=True)
class Stated:
    """A value and the paper that states it; None where a list, a system or a person typed it. `proven`: other
    papers bear it out."""

    value: str
    paper: Document | None = None
    proven: bool = False

    @property
    def from_pixels(self) -> bool:
        return self.paper is not None and self.paper.text_from is TextFrom.OCR


def paper_by_id(case: Case, document: str | None) -> Document | None:
    return next((paper for paper in case.documents if paper.id == document), None)


def settled(kind: str, match: Match, one: Stated, other: Stated) -> Match:
    """What a difference means, by how the two values were read. On a text layer nothing is misread: a look-alike
    is another character. Recognised from pixels, one character or a cut end accuses nobody, unless both values
    prove themselves (a check digit, the amount in words, other papers)."""
    if match.kind is MatchKind.OCR_NEAR and not one.from_pixels and not other.from_pixels:
        return found("different", one.value, other.value)
    if match.conflicts and may_be_misread(kind, one, other):
        return found("one_off", one.value, other.value)
    return match


def may_be_misread(kind: str, one: Stated, other: Stated) -> bool:
    """Is at least one of the two a lone reading of pixels, and one slip away from the other?"""
    return not (_proves_itself(kind, one) and _proves_itself(kind, other)) and _one_slip(kind, one.value, other.value)


def _proves_itself(kind: str, one: Stated) -> bool:
    if one.proven or not one.from_pixels:
        return True
    if kind == "id_number":
        known = identify(one.value)
        return known.kind == "resident_id" and known.valid
    return kind == "amount" and one.paper is not None and _said_in_words(one.paper, one.value)


def _said_in_words(paper: Document, amount: str) -> bool:
    for name, field in paper.fields.items():
        if name.endswith("_in_words") and field.state is FieldState.READ:
            said = read_amount_in_words(field.value)
            if said is not None and not said.repaired and f"{said.value:.2f}" == amount:
                return True
    return False


def _one_slip(kind: str, one: str, other: str) -> bool:
    """One character misread, lost or added; an end cut off; a decimal point or noughts lost."""
    first, second = squeeze(one), squeeze(other)
    if kind == "amount":
        first, second = (value.removesuffix(".00") for value in (first, second))
        if first.replace(".", "").strip("0") == second.replace(".", "").strip("0"):
            return True
    if min(len(first), len(second)) < 2:
        return False  # 男 and 女 are no slip
    if Levenshtein.distance(first, second, score_cutoff=1) <= 1:
        return True
    shorter, longer = sorted((first, second), key=len)
    return 2 * len(shorter) >= len(longer) and (longer.startswith(shorter) or longer.endswith(shorter))
