"""What is the canonical text of a value made of figures: numbers, dates, amounts, shares?"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from verifier.values.accounts import canonical_account, looks_like_card, passes_luhn
from verifier.values.amount_words import mended_words, read_amount_in_words
from verifier.values.canonical_value import LONG_TERM, Ask, Canonical, clean, or_mended
from verifier.values.confusions import DIGIT_FOR_LETTER, YUAN_SIGN_SLIPS
from verifier.values.dates import read_date_span, read_one_date
from verifier.values.identifiers import canonical_id_number, identify, single_digit_corrections
from verifier.values.money import canonical_amount, read_amount
from verifier.values.numerals import small_number
from verifier.values.phones import canonical_phone, is_usual
from verifier.values.script import half_width, squeeze


def _figures(text: str) -> str:
    """Digits for the letters that look like them, where only digits can stand."""
    return "".join(DIGIT_FOR_LETTER.get(character, character) for character in text)


_WORDS_BESIDE = re.compile(r"[\u4e00-\u9fff()（）:：]+")


def id_number(ask: Ask) -> Canonical | None:
    """Words beside the number (its kind, whose it is) are left out."""
    plain = canonical_id_number(_WORDS_BESIDE.sub("", ask.text))
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


def date(ask: Ask) -> Canonical | None:
    found = read_one_date(ask.text, day_first=ask.day_first) or read_one_date(
        squeeze(ask.text), day_first=ask.day_first
    )
    if found is None:
        span = read_date_span(ask.text)
        if span and span.long_term and span.start is None:
            return or_mended(LONG_TERM, span.repaired, 0.95)
        return None
    return or_mended(found.value.isoformat(), found.repaired, 0.9)


def date_span(ask: Ask) -> Canonical | None:
    span = read_date_span(ask.text, day_first=ask.day_first)
    if span is None or (span.start is None and span.end is None and not span.long_term):
        return None
    start = span.start.isoformat() if span.start else ""
    end = LONG_TERM if span.long_term else (span.end.isoformat() if span.end else "")
    return or_mended(f"{start}/{end}", span.repaired, 0.95)


def side(*, end: bool) -> Callable[[Ask], Canonical | None]:
    """One side of a validity; a single date where only that side is printed serves for it."""

    def read(ask: Ask) -> Canonical | None:
        span = read_date_span(ask.text, day_first=ask.day_first)
        if span is None:
            return None
        if end and span.long_term:
            return or_mended(LONG_TERM, span.repaired, 0.95)
        day = (span.end or (span.start if _single(ask.text) else None)) if end else span.start
        return or_mended(day.isoformat(), span.repaired, 0.95) if day else None

    return read


def _single(text: str) -> bool:
    """No span sign behind the date: the paper prints only the end (有效期至 2035-01-01)."""
    return re.search(r"[-~至到起]\s*$", half_width(text).strip()) is None


# 649.109.14: every comma bent to a point. One reading is left, but not one to decide by: well below any threshold.
_CENTS_GRID = re.compile(r"^[^\d.元]*(?:\d[ |│┃丨□_]+){3,}\d[ |│┃丨□_]*$")
_BENT_THOUSANDS = re.compile(r"(?:[¥YV]|人民币|RMB)?(\d{1,3}(?:[.,]\d{3})+)(\.\d\d)(?:元整?)?")


def money(ask: Ask) -> Canonical | None:
    amount = read_amount(ask.text, unit=ask.unit)
    if amount is None:
        bent = _BENT_THOUSANDS.fullmatch(squeeze(ask.text))
        straight = read_amount(bent[1].replace(",", ".").replace(".", "") + bent[2]) if bent and not ask.unit else None
        return Canonical(canonical_amount(straight), 0.6, mended=True) if straight is not None else None
    if _CENTS_GRID.search(half_width(ask.text)):
        # digit boxes of a slip run down to 角 and 分, those of a form often do not
        return Canonical(canonical_amount(amount), 0.8, (canonical_amount(amount / 100),))
    slip = half_width(ask.text).strip()[:1] in YUAN_SIGN_SLIPS
    return or_mended(canonical_amount(amount), slip, 0.9)


def money_in_words(ask: Ask) -> Canonical | None:
    words = read_amount_in_words(ask.text)
    plain = re.sub(r"^(?:金额)?\(?大写\)?:?", "", squeeze(clean(ask.text)))
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


def percent(ask: Ask) -> Canonical | None:
    plain = re.sub(r"\([^()]*\)$|^百分之", "", re.sub(r"[|□_]", "", squeeze(clean(ask.text))))
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


_COUNT = re.compile(r"[第共约(]?([\d,]+|[零〇一二三四五六七八九十百千两壹贰叁肆伍陆柒捌玖拾佰]+)\)?\D{0,3}")


def integer(ask: Ask) -> Canonical | None:
    """A count with the words around it: 第3顺位, 15天, 十五日."""
    match = _COUNT.fullmatch(re.sub(r"[|□_]", "", squeeze(clean(ask.text))))
    if match is None:
        return None
    figure = _decimal(match[1]) if match[1][0].isdigit() else None
    whole = int(figure) if figure is not None else small_number(match[1])
    return Canonical(str(whole)) if whole is not None else None


def number(ask: Ask) -> Canonical | None:
    match = re.fullmatch(r"([-+]?[\d,]+(?:\.\d+)?)(?:\D{0,3})?", re.sub(r"[|□_]", "", squeeze(clean(ask.text))))
    number = _decimal(match[1]) if match else None
    return Canonical(_plain_decimal(number)) if number is not None else None


def phone(ask: Ask) -> Canonical | None:
    plain = canonical_phone(_WORDS_BESIDE.sub("", ask.text)) or canonical_phone(ask.text)
    if not plain:
        several = [number for part in re.split(r"[/、,;，；]", ask.text) if is_usual(number := canonical_phone(part))]
        if several:
            return Canonical(several[0], 0.9, tuple(several[1:]))
        mended = canonical_phone(_figures(squeeze(ask.text)))
        return Canonical(mended, 0.9, mended=True) if mended and is_usual(mended) else None
    if not is_usual(plain):
        return Canonical(plain, 0.8)
    return or_mended(plain, sum(c.isdigit() for c in plain) > sum(c.isdigit() for c in ask.text), 0.9)


def account(ask: Ask) -> Canonical | None:
    plain = canonical_account(ask.text) or canonical_account(_WORDS_BESIDE.sub("", ask.text))
    if not plain:
        return None
    mended = _figures(plain)
    if mended != plain and looks_like_card(mended) and passes_luhn(mended):
        return Canonical(mended, 0.95, (plain,), mended=True)
    return Canonical(plain, 0.95 if looks_like_card(plain) and not passes_luhn(plain) else 1.0)
