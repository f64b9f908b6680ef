"""Which amount do these Chinese capitals name, and are they written as the rules ask?

The rules are those of 《支付结算办法》 annex 1 《正确填写票据和结算凭证的基本规定》. The value decides whether
two amounts agree; an error of form is a fault that is named beside it. The blank that may not follow 人民币 is
no fault here: on a page read back it cannot be told from the gap between label and value.

cn2an reads neither 壹拾万柒仟元零伍角叁分 nor a leading 人民币 nor amounts below one yuan, and knows no OCR slips:
hence our own reader (the tests show both).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from verifier.model import Text
from verifier.values.confusions import NUMERAL_SLIPS, NUMERAL_VARIANTS
from verifier.values.script import squeeze

DIGITS = "零壹贰叁肆伍陆柒捌玖"
_SMALL_UNITS = {"拾": 10, "佰": 100, "仟": 1000}

FAULTS = {
    "no_ending": Text("到元为止的金额后应写“整”或“正”", "An amount that ends at yuan must be closed with 整 or 正"),
    "ending_after_fen": Text("有“分”的金额后不写“整”", "After 分 there is no 整"),
    "zero_missing": Text("中间缺少“零”", "A 零 is missing inside the amount"),
    "zero_extra": Text("多写了“零”", "There is a 零 too many"),
    "one_missing": Text("“拾”前应写“壹”", "拾 must be preceded by 壹"),
    "common_numerals": Text("使用了小写数字", "Common instead of capital numerals are used"),
    "yuan_missing": Text("缺少“元”", "The word 元 is missing"),
}


@dataclass(frozen=True, slots=True)
class AmountInWords:
    """`faults` are codes of FAULTS; `repaired` says that a character was taken for an OCR slip."""

    value: Decimal
    faults: tuple[str, ...] = ()
    repaired: bool = False


_STANDARD = {variant: capital for capital, variants in NUMERAL_VARIANTS.items() for variant in variants}
_STANDARD |= {capital: capital for capital in NUMERAL_VARIANTS}
_SLIPS = {slip: capital for capital, slips in NUMERAL_SLIPS.items() for slip in slips if slip not in _STANDARD}
_COMMON = set("一二三四五六七八九十百千两〇")
_MERGED = {"廿": "贰拾", "卄": "贰拾", "念": "贰拾", "卅": "叁拾", "卌": "肆拾"}
_CURRENCY = r"(?:人民[币市布]|RMB|CNY|¥|美[元金]|港[币元]|欧元|英镑|新台币|澳门[元币])"
_PREFIX = re.compile(
    rf"^[:;]?(?:金额|合计|保险费|保费|共计|总计)*(?:\(?大写\)?)?:?(?:\(?{_CURRENCY}\)?)?:?(?:\(?大写\)?)?:?"
)
_FIGURES_BEHIND = re.compile(r"\(?(?:小写)?:?(?:RMB|CNY|[¥$])?:?\d[\d,.]*元?\)?$")
_FOREIGN_YUAN = re.compile("美元|港元|欧元|澳元|加元|日元|日圆|韩元|澳门元")


def _tokens(text: str) -> tuple[str, bool, bool] | None:
    """The capitals of the text, whether slips were mended, whether common numerals stood there."""
    out: list[str] = []
    repaired = common = False
    for character in text:
        if character in _MERGED:
            out.append(_MERGED[character])
            common = True
        elif character in _STANDARD:
            out.append(_STANDARD[character])
            common = common or character in _COMMON
        elif character in _SLIPS:
            out.append(_SLIPS[character])
            repaired = True
        else:
            return None
    return "".join(out), repaired, common


def _section(text: str) -> int | None:
    """仟佰拾 and ones, below ten thousand; None when the order is broken or a unit is in doubt."""
    total, digit, last, zero = 0, None, 10_000, False
    for place, character in enumerate(text):
        if character in DIGITS:
            number = DIGITS.index(character)
            if digit:
                return None
            digit, zero = number, zero or number == 0
            continue
        unit = _SMALL_UNITS.get(character)
        if unit is None or unit >= last or (digit is None and not (unit == 10 and (place == 0 or zero))):
            return None
        if digit == 0 and unit == 10 and total and text[place - 1] == "零" and last > 100:
            return None  # 壹仟零拾: ten or none?
        total, digit, last = total + (1 if digit is None else digit) * unit, None, unit
        zero = False
    # 壹佰贰 is 120 in speech and 102 by the rule: no value.
    if digit and last > 10 and last < 10_000 and not zero:
        return None
    return total + (digit or 0)


def _integer(text: str) -> int | None:
    if not text:
        return None
    for unit, scale in (("亿", 10**8), ("万", 10**4)):
        if unit in text:
            head, tail = text.rsplit(unit, 1) if unit == "亿" else text.split(unit, 1)
            high = _integer(head)
            low = _integer(tail.lstrip("零")) if tail.lstrip("零") else 0
            if high is None or low is None or low >= scale:
                return None
            # 贰万肆 is 24,000 in speech and 20,004 by the rule: no value.
            if tail and low and low < scale // 1000 and not tail.startswith("零"):
                return None
            return high * scale + low
    return _section(text)


_SHAPE = re.compile(
    r"(?P<whole>[^元角分整]*)(?P<yuan>元)?(?P<zero>零?)(?:(?P<jiao>[^元角分整])角)?(?P<zero2>零?)(?:(?P<fen>[^元角分整])分)?(?P<end>整?)"
)


@lru_cache(maxsize=32768)
def read_amount_in_words(text: str) -> AmountInWords | None:
    """The amount, with the faults of its form; None when the words give no single value."""
    if len(text) > 200:
        return None
    plain = squeeze(text)
    body = re.sub(r"[_|()]", "", _FIGURES_BEHIND.sub("", _PREFIX.sub("", plain)))
    body = _FOREIGN_YUAN.sub("元", re.sub(r"[_|,。.;:、\-]+$", "", body))
    # ⊗ and × void the unused places of a printed row of units: ×佰×拾贰万肆仟
    body = re.sub(r"[⊗×xX*][仟佰拾万亿]?", "", body)
    tokens = _tokens(body)
    if tokens is None or not tokens[0]:
        return None
    capitals, repaired, common = tokens
    shape = _SHAPE.fullmatch(capitals)
    if shape is None:
        return None
    value = _value(shape)
    if value is None:
        return None
    faults = ["common_numerals"] * common + _faults(capitals, value)
    return AmountInWords(value, tuple(faults), repaired)


def mended_words(text: str) -> str:
    """The words with every OCR slip put right, otherwise as printed."""
    plain = re.sub(r"^([:;(]*)人民[市布]", r"\1人民币", squeeze(text))
    prefix = _PREFIX.match(plain)
    place = prefix.end() if prefix else 0
    return plain[:place] + "".join(_SLIPS.get(character, character) for character in plain[place:])


def _value(shape: re.Match[str]) -> Decimal | None:
    whole = _integer(shape["whole"])
    if shape["whole"] and whole is None:
        return None
    if shape["yuan"] and whole is None:
        return None
    if not shape["yuan"] and shape["jiao"] is None and shape["fen"] is None and not _is_amount(shape["whole"]):
        return None
    if whole and not shape["yuan"] and (shape["jiao"] or shape["fen"]):
        return None
    cents = 0
    for name, scale in (("jiao", 10), ("fen", 1)):
        digit = shape[name]
        if digit is not None:
            if digit not in DIGITS:
                return None
            cents += DIGITS.index(digit) * scale
    return Decimal(whole or 0) + Decimal(cents) / 100


def _is_amount(whole: str) -> bool:
    return len(whole) > 1 and whole[-1] in "拾佰仟万亿"


def _faults(capitals: str, value: Decimal) -> list[str]:
    """What in the form departs from the rules; the pattern holds every form that they allow."""
    pattern = _pattern(value)
    if re.fullmatch(pattern, capitals):
        return []
    faults: list[str] = []
    if "元" not in capitals and value >= 1:
        faults.append("yuan_missing")
    if capitals.endswith("分整"):
        faults.append("ending_after_fen")
    if not re.search("[整角分]$", capitals):
        faults.append("no_ending")
    # 贰万肆仟零佰零拾零元零角零分 fills a printed row of units: its 零拾 and zeros are no faults
    row = re.search("零[仟佰拾角分]", capitals) is not None
    if not row and re.match("拾|.*[万亿零]拾", capitals):
        faults.append("one_missing")
    wanted, given = re.sub("零[?]", "", pattern).count("零"), capitals.count("零")
    if given < wanted:
        faults.append("zero_missing")
    elif not row and (given > pattern.count("零") or not faults):
        faults.append("zero_extra")
    return faults


def _section_words(number: int) -> str:
    out, zero = "", False
    for place, unit in ((1000, "仟"), (100, "佰"), (10, "拾"), (1, "")):
        digit = number // place % 10
        if digit:
            out += ("零" if zero and out else "") + DIGITS[digit] + unit
            zero = False
        else:
            zero = True
    return out


def _whole_words(number: int, optional: str) -> str:
    """`optional` stands where the rules leave a 零 to the writer: after 万 or 亿 when their ones are 0."""
    out = ""
    for scale, unit in ((10**8, "亿"), (10**4, "万"), (1, "")):
        section = number // scale % 10**4 if scale != 10**8 else number // scale
        if not section:
            continue
        if out:
            higher = number // (scale * 10**4)
            out += "零" if section < 1000 or higher % 10**4 == 0 else (optional if higher % 10 == 0 else "")
        out += (_whole_words(section, optional) if section >= 10**4 else _section_words(section)) + unit
    return out


def _pattern(value: Decimal) -> str:
    whole, cents = divmod(int(value * 100), 100)
    jiao, fen = divmod(cents, 10)
    out = _whole_words(whole, "零?") + "元" if whole else ("零元" if not cents else "(?:零元)?")
    if not cents:
        return out + "整"
    if whole:
        out += "零" if not jiao else ("零?" if whole % 10 == 0 else "")
    elif not jiao:
        out += "零?"
    out += f"{DIGITS[jiao]}角" if jiao else ""
    return out + (f"{DIGITS[fen]}分" if fen else "整?")


def amount_in_words(amount: Decimal) -> str:
    """The amount in capitals by the rules, without 人民币: 壹拾万柒仟元零伍角叁分."""
    if amount < 0 or amount >= 10**16 or amount != amount.quantize(Decimal("0.01")):
        raise ValueError(f"no amount that can be written in capitals: {amount}")
    whole, cents = divmod(int(amount * 100), 100)
    jiao, fen = divmod(cents, 10)
    out = _whole_words(whole, "") + "元" if whole else ""
    if not cents:
        return (out or "零元") + "整"
    if whole and (not jiao or whole % 10 == 0):
        out += "零"
    out += f"{DIGITS[jiao]}角" if jiao else ""
    return out + (f"{DIGITS[fen]}分" if fen else "")
