"""Which amount of money does the printed text name, and in which currency?

Figures are read strictly: a form that OCR may have bent (`12.860.50`, `500.000.00`, letters among
figures) is no amount, because a wrong amount is worse than none. Capitals are read in
`amount_words`, whose names are at hand here too.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from verifier.values.amount_words import FAULTS, AmountInWords, amount_in_words, read_amount_in_words
from verifier.values.confusions import YUAN_SIGN_SLIPS
from verifier.values.script import single_blanks, squeeze

__all__ = [
    "FAULTS",
    "AmountInWords",
    "amount_in_words",
    "canonical_amount",
    "label_unit",
    "read_amount",
    "read_amount_in_words",
    "read_currency",
]

_UNITS = {"": 1, "百": 100, "千": 1000, "仟": 1000, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8}

# Longer names first: 港元 before 元.
_CURRENCIES = (
    ("人民币元", "CNY"), ("人民币", "CNY"), ("人民市", "CNY"), ("人民布", "CNY"), ("CNY", "CNY"), ("RMB", "CNY"),
    ("CNH", "CNY"), ("美元", "USD"), ("美金", "USD"), ("USD", "USD"), ("US$", "USD"), ("港币", "HKD"),
    ("港元", "HKD"), ("HKD", "HKD"), ("HK$", "HKD"), ("澳门元", "MOP"), ("澳门币", "MOP"), ("MOP", "MOP"),
    ("新台币", "TWD"), ("台币", "TWD"), ("TWD", "TWD"), ("NT$", "TWD"), ("欧元", "EUR"), ("EUR", "EUR"),
    ("€", "EUR"), ("英镑", "GBP"), ("GBP", "GBP"), ("£", "GBP"), ("日元", "JPY"), ("日圆", "JPY"), ("日币", "JPY"),
    ("JPY", "JPY"), ("新加坡元", "SGD"), ("新币", "SGD"), ("SGD", "SGD"), ("澳大利亚元", "AUD"), ("澳元", "AUD"),
    ("AUD", "AUD"), ("加拿大元", "CAD"), ("加元", "CAD"), ("CAD", "CAD"), ("瑞士法郎", "CHF"), ("CHF", "CHF"),
    ("韩元", "KRW"), ("韩币", "KRW"), ("KRW", "KRW"), ("¥", "CNY"), ("$", "USD"),
)  # fmt: skip
_CURRENCY_MARK = re.compile("|".join(re.escape(mark) for mark, _ in _CURRENCIES), re.IGNORECASE)
_CODE_OF = {mark.upper(): code for mark, code in _CURRENCIES}

LONGEST = 200  # characters of one amount with its boxes and capitals; anything longer is no field
_GROUPED = re.compile(r"\d{1,3}(?:[,']\d{3})+(?:\.\d{1,2})?")
_PLAIN = re.compile(r"(?:0|[1-9]\d*)(?:\.\d+)?")
_PART = re.compile(r"(?P<figure>[\d,.']+)(?P<unit>百万|千万|[百千仟万亿])?")
_BOTH_WAYS = re.compile(
    r"(?P<figures>[^零壹贰叁肆伍陆柒捌玖拾佰仟]*\d[^零壹贰叁肆伍陆柒捌玖拾佰仟(]*?)[(/,;]?"
    r"(?P<words>(?:大写:?)?(?:人民币)?(?:\(大写\))?:?[零壹贰叁肆伍陆柒捌玖拾][零壹贰叁肆伍陆柒捌玖拾佰仟万亿元圆][^\d()]*)\)?"
)
_WRAPPING = re.compile(r"[\s|│┃丨□▯_]+")
_LEADING = re.compile(r"^[:;=#*]*(?:\(?(?:大写|小写|金额|合计|每年|每期|每月)\)?:?)*[:;=#*]*")
_TRAILING = re.compile(
    r"(?:[圆元无兀]?[整正]?)?(?:/(?:年|月|季|份|期|次|半年)|每年|每月|每期"
    r"|(?:PER|A|EACH|/)(?:ANNUM|YEAR|MONTH|QUARTER)|P\.?[AM]\.?|ANNUALLY|MONTHLY|YEARLY|QUARTERLY)?[-*#。;,.、]*$"
)


def label_unit(label: str) -> str:
    """The unit that a label announces: `保险金额(万元)` -> 万; `(元)` or nothing -> ""; both -> "?"."""
    plain = squeeze(label)
    plain = plain.strip("()[]")
    named = re.findall(r"(?:^|[(/或单位:为计])((?:百万|千万|[百千仟万亿])?)(?:元|圆)", plain)
    if plain in ("万", "亿", "千", "仟", "百万", "千万"):
        return plain
    units = set(named)
    if len(units) > 1:
        return "?"
    return units.pop() if units else ""


_NEIGHBOURS = re.compile(r"(\d[\d,.]*)[ ]+(?=(\d[\d,.]*))")


def _two_numbers(text: str) -> bool:
    """Do blanks stand between two numbers, and not between the digits of one? Boxes set single digits apart,
    and blanks may group thousands where decimals follow: 24 000.00."""
    spaced = single_blanks(text)
    for match in _NEIGHBOURS.finditer(spaced):
        left, right = match[1], match[2]
        whole = right.split(".")[0].replace(",", "")
        if left[-1] in ",.":
            continue
        if "." in left or (len(left) > 1 and len(whole) > 1 and not re.fullmatch(r"\d{3}(?: \d{3})*\.\d\d", right)):
            return True
    return False


def _figure(text: str) -> Decimal | None:
    if _GROUPED.fullmatch(text):
        return Decimal(text.replace(",", "").replace("'", ""))
    return Decimal(text) if _PLAIN.fullmatch(text) else None


def _scaled(text: str, unit: str) -> Decimal | None:
    """`30` with unit 万, or a mixed form such as `3万5000`; units must go down."""
    total, place, last = Decimal(0), 0, None
    for match in _PART.finditer(text):
        if match.start() != place:
            return None
        figure = _figure(match["figure"])
        scale = Decimal(_UNITS[match["unit"] or ""])
        if figure is None or (last is not None and scale >= last):
            return None
        if scale == 1 and last is None:
            scale = Decimal(_UNITS[unit])
        # Three decimals of a yuan do not exist: 12.860 is 12,860 with a bent comma, or something else.
        if scale == 1 and -int(figure.as_tuple().exponent) > 2:
            return None
        total, place, last = total + figure * scale, match.end(), scale
    return total if place == len(text) and last is not None else None


@lru_cache(maxsize=65536)
def read_amount(text: str, *, unit: str = "") -> Decimal | None:
    """The amount in base units; `unit` is the label, or the unit that it announces. None if in doubt."""
    if len(text) > LONGEST:
        return None
    plain = _WRAPPING.sub("", squeeze(text)).upper()
    both = _BOTH_WAYS.fullmatch(plain)
    if both:
        words = read_amount_in_words(both["words"])
        figures = read_amount(both["figures"], unit=unit)
        return figures if words and words.value == figures else None
    plain = _CURRENCY_MARK.sub("", _LEADING.sub("", plain))
    plain = re.sub(r"^\((?:元|小写|大写)\)|\(\)", "", plain)
    if re.fullmatch(r"\([^()]*\)", plain):
        plain = plain[1:-1]
    plain = plain.lstrip(":")
    plain = re.sub(r"^[-+]", "", plain)
    if re.match(rf"[{YUAN_SIGN_SLIPS}](?=\d[\d,]*\.\d\d)", plain):
        plain = plain[1:]
    plain = _TRAILING.sub("", plain.replace("。", "."))
    if not plain or not plain[0].isdigit():
        return _from_words(text)
    if _two_numbers(text):
        return None
    announced = label_unit(unit)
    stated = re.search(r"元|圆", squeeze(text)) is not None
    if announced == "?":
        if not stated and not plain.endswith(("万", "亿")):
            return None
        announced = ""
    return _scaled(plain, "" if stated else announced)


def _from_words(text: str) -> Decimal | None:
    """Capitals in place of figures, alone or with the figures behind them: 贰万肆仟元整（￥24,000.00）."""
    words = read_amount_in_words(text)
    if words is None or words.repaired:
        return None
    behind = re.search(r"\d[\d,.]*", squeeze(text))
    if behind and _figure(behind[0].rstrip(".")) != words.value:
        return None
    return words.value


def canonical_amount(amount: Decimal) -> str:
    """Plain decimals, two places: 24000.00."""
    amount = abs(amount)
    exact = amount.quantize(Decimal("0.01"))
    return f"{exact:f}" if exact == amount else f"{amount.normalize():f}"


@lru_cache(maxsize=4096)
def read_currency(text: str) -> str | None:
    """ISO 4217 code of the currency that is named."""
    plain = squeeze(text).upper()
    match = _CURRENCY_MARK.search(plain)
    if match:
        return _CODE_OF[match[0].upper()]
    return "CNY" if plain in ("元", "圆") else None
