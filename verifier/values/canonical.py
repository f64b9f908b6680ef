"""What is the canonical text of a printed value of this kind?

The one door for extraction: kind and printed text in, canonical text out, with a factor for how sure the
reading is and the other readings of the same ink. None says that the text is no value of the kind.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from verifier.values import canonical_figures as figures
from verifier.values import canonical_words as words
from verifier.values.canonical_value import LONG_TERM, Ask, Canonical, is_blank
from verifier.values.organisations import canonical_organisation, canonical_product
from verifier.values.periods import read_pay_mode, read_term

__all__ = ["KINDS", "LONG_TERM", "Canonical", "canonical", "is_blank"]

LONGEST_VALUE, LONGEST_TEXT = 300, 5000  # what is longer was not one field

_READERS: dict[str, Callable[[Ask], Canonical | None]] = {
    "text": words.plain_text,
    "address": words.plain_text,
    "choice": words.plain_text,
    "id_type": words.plain_text,
    "name": words.name,
    "organisation": words.named(canonical_organisation),
    "product": words.named(canonical_product),
    "sex": words.sex,
    "level": words.level,
    "term": words.as_printed(read_term),
    "pay_mode": words.as_printed(read_pay_mode),
    "occupation": words.occupation,
    "currency": words.currency,
    "serial": words.serial,
    "email": words.email,
    "id_number": figures.id_number,
    "date": figures.date,
    "date_span": figures.date_span,
    "date_from_span_start": figures.side(end=False),
    "date_from_span_end": figures.side(end=True),
    "money": figures.money,
    "money_in_words": figures.money_in_words,
    "percent": figures.percent,
    "integer": figures.integer,
    "number": figures.number,
    "phone": figures.phone,
    "account": figures.account,
}
KINDS = tuple(_READERS)


@lru_cache(maxsize=131072)
def canonical(
    kind: str, text: str, *, unit: str = "", day_first: bool = False, trusted: bool = False
) -> Canonical | None:
    """The canonical text of a value of this kind; None when the printed text is no such value. `trusted` says
    that no reader stands between paper and text (a sound text layer): an odd value is then the paper's own,
    and as sure as any other; what had to be mended stays unsure."""
    if len(text) > (LONGEST_TEXT if kind in ("text", "address", "choice") else LONGEST_VALUE):
        return None
    read = _READERS[kind](Ask(text, unit, day_first))
    return replace(read, confidence=1.0) if read and trusted and not read.mended else read
