"""What is the canonical text of a printed value of this kind?

The one door for extraction: kind and printed text in, canonical text out, with a factor for how sure the
reading is and the other readings of the same ink. None says that the text is no value of the kind.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from verifier.values.accounts import canonical_account, looks_like_card, passes_luhn
from verifier.values.amount_words import mended_words, read_amount_in_words
from verifier.values.confusions import DIGIT_FOR_LETTER, YUAN_SIGN_SLIPS
from verifier.values.dates import read_date_span, read_one_date
from verifier.values.identifiers import canonical_id_number, identify, single_digit_corrections
from verifier.values.levels import read_level
from verifier.values.money import canonical_amount, read_amount, read_currency
from verifier.values.names import canonical_name, canonical_organisation, canonical_product, is_organisation
from verifier.values.numerals import small_number
from verifier.values.periods import read_pay_mode, read_term
from verifier.values.phones import canonical_phone, is_usual
from verifier.values.script import half_width, is_cjk, printed, squeeze

LONG_TERM = "long_term"
LONGEST_VALUE, LONGEST_TEXT = 300, 5000  # what is longer was not one field


@dataclass(frozen=True, slots=True)
class Canonical:
    """`confidence` is a factor 0..1 for the reader's own confidence: below 1 where the value is odd (a check
    digit fails) or where a slip was `mended` to read it."""

    value: str
    confidence: float = 1.0
    alternatives: tuple[str, ...] = ()
    mended: bool = False


@dataclass(frozen=True, slots=True)
class _Ask:
    text: str
    unit: str
    day_first: bool


_FURNITURE = re.compile(r"[\s:;,.，。、_\-/\\|│┃丨□▯▢¥￥$()（）\[\]年月日元圆整至%·~=*]*")
_LEADING = re.compile(r"^[\s:：;；,，。、_|│┃=]+")
_TRAILING = re.compile(r"[\s:：;；,，、_|│┃=]+$")


def is_blank(text: str) -> bool:
    """Is there only the form's own furniture: lines, boxes, `年 月 日`, `￥`, a dash?"""
    return _FURNITURE.fullmatch(half_width(text)) is not None


def _clean(text: str) -> str:
    return _TRAILING.sub("", _LEADING.sub("", printed(text)))


def _tight(text: str) -> str:
    """Chinese text without blanks, other text with single ones."""
    plain = _clean(text)
    return re.sub(r"(?<![A-Za-z0-9]) +| +(?![A-Za-z0-9])", "", plain) if is_cjk(plain) else plain


def _text(ask: _Ask) -> Canonical | None:
    plain = _tight(ask.text)
    return Canonical(plain) if plain and not is_blank(plain) else None


_REMARK = re.compile(r"(?<=[^\s(（]{2})[(（][^()（）]*[)）]$")


def _name(ask: _Ask) -> Canonical | None:
    """A person's name without a remark in brackets behind it; an organisation's by its own rules."""
    if is_organisation(ask.text):
        return Canonical(canonical_organisation(ask.text))
    plain = canonical_name(_REMARK.sub("", _clean(ask.text)))
    if not any(c.isalpha() for c in plain):
        return None
    odd = (
        any(c.isdigit() for c in plain) or (is_cjk(plain) and re.search(r"[A-Za-z]", plain) is not None) or "?" in plain
    )
    return Canonical(plain, 0.7 if odd else 1.0)


def _named(make: Callable[[str], str]) -> Callable[[_Ask], Canonical | None]:
    def read(ask: _Ask) -> Canonical | None:
        plain = make(ask.text)
        return Canonical(plain) if any(c.isalpha() for c in plain) else None

    return read


def _or_mended(value: str, mended: bool, factor: float) -> Canonical:
    return Canonical(value, factor, mended=True) if mended else Canonical(value)


def _figures(text: str) -> str:
    """Digits for the letters that look like them, where only digits can stand."""
    return "".join(DIGIT_FOR_LETTER.get(character, character) for character in text)


def _id_number(ask: _Ask) -> Canonical | None:
    plain = canonical_id_number(ask.text)
    if not re.fullmatch(r"[\dA-Z*]{5,20}", plain) or not any(c.isdigit() for c in plain):
        return None
    known = identify(plain)
    if known.valid or "*" in plain:
        return Canonical(plain)
    mended = _letters_to_digits(plain)
    if mended != plain and identify(mended).valid:
        return Canonical(mended, 0.95, (plain,), mended=True)
    if len(plain) == 18:
        return Canonical(plain, 0.8, tuple(single_digit_corrections(plain)[:4]))
    return Canonical(plain, 0.6 if known.kind == "unknown" else 0.9)


def _letters_to_digits(number: str) -> str:
    """Letters where an eighteen-place number has only figures; the last place may be X."""
    if len(number) != 18:
        return number
    return _figures(number[:17]) + (number[17] if number[17] == "X" else _figures(number[17]))


def _date(ask: _Ask) -> Canonical | None:
    found = read_one_date(ask.text, day_first=ask.day_first) or read_one_date(
        squeeze(ask.text), day_first=ask.day_first
    )
    if found is None:
        span = read_date_span(ask.text)
        if span and span.long_term and span.start is None:
            return _or_mended(LONG_TERM, span.repaired, 0.95)
        return None
    return _or_mended(found.value.isoformat(), found.repaired, 0.9)


def _date_span(ask: _Ask) -> Canonical | None:
    span = read_date_span(ask.text, day_first=ask.day_first)
    if span is None or (span.start is None and span.end is None and not span.long_term):
        return None
    start = span.start.isoformat() if span.start else ""
    end = LONG_TERM if span.long_term else (span.end.isoformat() if span.end else "")
    return _or_mended(f"{start}/{end}", span.repaired, 0.95)


def _side(end: bool) -> Callable[[_Ask], Canonical | None]:
    """One side of a validity; a single date where only that side is printed serves for it."""

    def read(ask: _Ask) -> Canonical | None:
        span = read_date_span(ask.text, day_first=ask.day_first)
        if span is None:
            return None
        if end and span.long_term:
            return _or_mended(LONG_TERM, span.repaired, 0.95)
        day = (span.end or (span.start if _single(ask.text) else None)) if end else span.start
        return _or_mended(day.isoformat(), span.repaired, 0.95) if day else None

    return read


def _single(text: str) -> bool:
    """No span sign behind the date: the paper prints only the end (有效期至 2035-01-01)."""
    return re.search(r"[-~至到起]\s*$", half_width(text).strip()) is None


# 649.109.14: every comma bent to a point. One reading is left, but not one to decide by: well below any threshold.
_BENT_THOUSANDS = re.compile(r"(?:[¥YV]|人民币|RMB)?(\d{1,3}(?:[.,]\d{3})+)(\.\d\d)(?:元整?)?")


def _money(ask: _Ask) -> Canonical | None:
    amount = read_amount(ask.text, unit=ask.unit)
    if amount is None:
        bent = _BENT_THOUSANDS.fullmatch(squeeze(ask.text))
        straight = read_amount(bent[1].replace(",", ".").replace(".", "") + bent[2]) if bent and not ask.unit else None
        return Canonical(canonical_amount(straight), 0.6, mended=True) if straight is not None else None
    slip = half_width(ask.text).strip()[:1] in YUAN_SIGN_SLIPS
    return _or_mended(canonical_amount(amount), slip, 0.9)


def _money_in_words(ask: _Ask) -> Canonical | None:
    words = read_amount_in_words(ask.text)
    plain = re.sub(r"^(?:金额)?\(?大写\)?:?", "", squeeze(_clean(ask.text)))
    if words is not None:
        return Canonical(mended_words(plain), 0.9, (plain,), mended=True) if words.repaired else Canonical(plain)
    numerals = sum(c in "零壹贰叁肆伍陆柒捌玖拾佰仟万亿元圆角分整正" for c in plain)
    return Canonical(plain, 0.6) if len(plain) > 2 and numerals >= 0.6 * len(plain) else None


def _decimal(text: str) -> Decimal | None:
    plain = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)
    try:
        return Decimal(plain) if re.fullmatch(r"[-+]?\d+(?:\.\d+)?", plain) else None
    except InvalidOperation:
        return None


def _plain_decimal(number: Decimal) -> str:
    return f"{number.normalize():f}" if number == number.to_integral() or number.as_tuple().exponent else str(number)


def _percent(ask: _Ask) -> Canonical | None:
    plain = re.sub(r"^百分之", "", re.sub(r"[|□_]", "", squeeze(_clean(ask.text))))
    bare = re.sub(r"(?:%|％|百分之?)$", "", plain)
    if bare in ("全部", "全额", "百"):
        return Canonical("100")
    fraction = re.fullmatch(r"(\d+)/(\d+)", bare)
    if fraction and int(fraction[2]):
        share = Decimal(100) * int(fraction[1]) / int(fraction[2])
        return Canonical(f"{share.quantize(Decimal('0.01')).normalize():f}") if share <= 100 else None
    number = _decimal(bare)
    if number is None and small_number(bare) is not None:
        number = Decimal(small_number(bare) or 0)
    return Canonical(_plain_decimal(number)) if number is not None and 0 <= number <= 1000 else None


def _integer(ask: _Ask) -> Canonical | None:
    plain = re.sub(r"[|□_]", "", squeeze(_clean(ask.text)))
    match = re.fullmatch(r"[第共约]?([\d,]+|[零〇一二三四五六七八九十百千两]+)(?:\D{0,3})?", plain)
    if match is None:
        return None
    number = _decimal(match[1]) if match[1][0].isdigit() else None
    whole = int(number) if number is not None else small_number(match[1])
    return Canonical(str(whole)) if whole is not None else None


def _number(ask: _Ask) -> Canonical | None:
    match = re.fullmatch(r"([-+]?[\d,]+(?:\.\d+)?)(?:\D{0,3})?", re.sub(r"[|□_]", "", squeeze(_clean(ask.text))))
    number = _decimal(match[1]) if match else None
    return Canonical(_plain_decimal(number)) if number is not None else None


def _phone(ask: _Ask) -> Canonical | None:
    plain = canonical_phone(ask.text)
    if not plain:
        mended = canonical_phone(_figures(squeeze(ask.text)))
        return Canonical(mended, 0.9, mended=True) if mended and is_usual(mended) else None
    if not is_usual(plain):
        return Canonical(plain, 0.8)
    return _or_mended(plain, sum(c.isdigit() for c in plain) > sum(c.isdigit() for c in ask.text), 0.9)


def _account(ask: _Ask) -> Canonical | None:
    plain = canonical_account(ask.text)
    if not plain:
        return None
    mended = _figures(plain)
    if mended != plain and looks_like_card(mended) and passes_luhn(mended):
        return Canonical(mended, 0.95, (plain,), mended=True)
    return Canonical(plain, 0.95 if looks_like_card(plain) and not passes_luhn(plain) else 1.0)


def _email(ask: _Ask) -> Canonical | None:
    plain = squeeze(_clean(ask.text)).replace("。", ".")
    return Canonical(plain) if re.fullmatch(r"[\w.+\-*]+@[\w\-]+(?:\.[\w\-]+)+", plain) else None


def _sex(ask: _Ask) -> Canonical | None:
    plain = squeeze(_clean(ask.text)).upper()
    found = {
        sex
        for sex, words in (("男", ("男", "M", "MALE")), ("女", ("女", "F", "FEMALE")))
        if plain in words or sex in plain
    }
    return Canonical(found.pop()) if len(found) == 1 else None


def _level(ask: _Ask) -> Canonical | None:
    level = read_level(ask.text)
    return Canonical(level.code) if level else None


def _printed(understood: Callable[[str], object]) -> Callable[[_Ask], Canonical | None]:
    """As printed; less sure when we do not understand it."""

    def read(ask: _Ask) -> Canonical | None:
        plain = _tight(ask.text)
        if not plain or is_blank(plain):
            return None
        return Canonical(plain, 1.0 if understood(plain) is not None else 0.7)

    return read


def _occupation(ask: _Ask) -> Canonical | None:
    plain = _tight(ask.text)
    plain = re.sub(
        r"^[(\[（]?[A-Z]?\d{3,8}(?:-\d+)*[)\]）]?[-/:、 ]*|[-/:、 ]*[(\[（]?(?:代码|编码)?:?[A-Z]?\d{4,8}[)\]）]?$",
        "",
        plain,
    )
    return Canonical(plain) if any(c.isalpha() for c in plain) else None


def _currency(ask: _Ask) -> Canonical | None:
    code = read_currency(ask.text)
    return Canonical(code) if code else None


def _serial(ask: _Ask) -> Canonical | None:
    plain = re.sub(r"^[:;,.#№]+|[:;,.。、]+$", "", re.sub(r"[|│┃丨□▯_]", "", squeeze(ask.text)))
    return Canonical(plain) if re.search(r"[\dA-Za-z]", plain) else None


_READERS: dict[str, Callable[[_Ask], Canonical | None]] = {
    "text": _text, "address": _text, "choice": _text, "id_type": _text, "name": _name,
    "organisation": _named(canonical_organisation), "product": _named(canonical_product), "id_number": _id_number,
    "date": _date, "date_span": _date_span, "date_from_span_start": _side(False), "date_from_span_end": _side(True),
    "money": _money, "money_in_words": _money_in_words, "percent": _percent, "integer": _integer, "number": _number,
    "phone": _phone, "account": _account, "email": _email, "sex": _sex, "level": _level, "term": _printed(read_term),
    "pay_mode": _printed(read_pay_mode), "occupation": _occupation, "currency": _currency, "serial": _serial,
}  # fmt: skip
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
    read = _READERS[kind](_Ask(text, unit, day_first))
    return replace(read, confidence=1.0) if read and trusted and not read.mended else read
