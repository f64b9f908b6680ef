"""How is a number shown to a reader who may not see all of it? First three or six and last four characters.

What is masked: identity numbers, telephone numbers and bank accounts, wherever they stand: the values that were
read or declared as such (also inside sentences, quotations and file names), and anything that looks like one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from verifier.model import Audit, Box, Document, Field

SENSITIVE_KINDS = frozenset({"id_number", "phone", "account", "mobile", "bank_account"})
SENSITIVE_NAMES = re.compile(r"(^|\.)(id_number|phone|account|email)$")
ID_NUMBER = r"[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[0-9Xx]"  # GB 11643
MOBILE = r"(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}"
CARD = r"(?:62|4\d|5[1-5]|3[0-9])\d{2}(?:[ -]?\d{4}){2}(?:[ -]?\d{1,7})"
LOOKS_SENSITIVE = re.compile(rf"(?<![0-9A-Za-z])(?:{ID_NUMBER}|{MOBILE}|{CARD})(?![0-9A-Za-z])")
SHORTEST = 6  # shorter values are masked in their own field but not searched for in sentences


def masked(value: str) -> str:
    """`310101199001011234` -> `310101********1234`, `13800001111` -> `138****1111`; mask characters stay."""
    if "@" in value:
        name, _, domain = value.partition("@")
        return f"{name[:1]}***@{domain}"
    places = [index for index, character in enumerate(value) if character.isalnum() or character == "*"]
    first, last = _kept(len(places))
    covered = set(places[first : len(places) - last] if last else places[first:])
    return "".join("*" if index in covered else character for index, character in enumerate(value))


def _kept(length: int) -> tuple[int, int]:
    if length >= 15:
        return 6, 4
    if length >= 11:
        return 3, 4
    return (2, 2) if length >= 7 else (1, 0)


def is_sensitive(field: Field) -> bool:
    return field.kind in SENSITIVE_KINDS or bool(SENSITIVE_NAMES.search(field.name))


class Masker:
    """Masks the sensitive values of one case in any text."""

    def __init__(self, audit: Audit) -> None:
        values = {form for value in _sensitive_values(audit) for form in (value, value.lower(), value.upper())}
        searched = sorted((value for value in values if len(value) >= SHORTEST), key=len, reverse=True)
        known = "|".join(r"[\s-]?".join(re.escape(part) for part in value) for value in searched)
        self._known = re.compile(rf"(?<![0-9A-Za-z])(?:{known})(?![0-9A-Za-z])") if known else None

    def text(self, text: str) -> str:
        if self._known is not None:
            text = self._known.sub(lambda hit: masked(hit[0]), text)
        return LOOKS_SENSITIVE.sub(lambda hit: masked(hit[0]), text)

    def field(self, field: Field, text: str) -> str:
        """A text of this field: masked as a whole when the field itself is sensitive."""
        return masked(text) if is_sensitive(field) else self.text(text)

    def boxes(self, documents: Iterable[Document]) -> dict[tuple[str, int], list[Box]]:
        """Where on the pages something stands that this reader may not see."""
        places: dict[tuple[str, int], list[Box]] = {}
        for document in documents:
            spots = [field.evidence for field in document.fields.values() if is_sensitive(field) and field.text]
            spots += [line.evidence for line in document.lines if self.text(line.text) != line.text]
            for spot in spots:
                if spot.box is not None:
                    places.setdefault((spot.file, spot.page), []).append(_padded(spot.box))
        return places


def _padded(box: Box) -> Box:
    down = box.height * 0.15
    return Box(
        max(0.0, box.left - 0.004),
        max(0.0, box.top - down),
        min(1.0, box.right + 0.004),
        min(1.0, box.bottom + down),
    )


def _sensitive_values(audit: Audit) -> Iterable[str]:
    for document in audit.documents:
        for field in document.fields.values():
            if is_sensitive(field):
                yield from (_bare(text) for text in (field.value, field.text, *field.alternatives) if _bare(text))
    yield from _declared(audit.declared, "")


def _declared(facts: object, name: str) -> Iterable[str]:
    if isinstance(facts, Mapping):
        for key, value in facts.items():
            yield from _declared(value, f"{name}.{key}")
    elif isinstance(facts, list | tuple):
        for value in facts:
            yield from _declared(value, name)
    elif re.search(r"(id_number|phone|account|policyholder_id)$", name) and facts is not None:
        yield _bare(str(facts))


def _bare(text: str) -> str:
    return re.sub(r"[\s-]", "", text)


def masked_name(name: str) -> str:
    """张伟 -> 张*, 欧阳娜娜 -> 欧***: enough to tell rows apart, not enough to know a customer by."""
    parts = name.split()
    if len(parts) > 1:
        return " ".join(part[:1] + "***" for part in parts)
    return name[:1] + "*" * max(1, len(name) - 1) if name else ""
