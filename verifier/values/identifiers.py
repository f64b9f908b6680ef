"""What kind of identity number is this, is it sound, and are these two the same?

GB 11643 (resident ID, with the residence permits and the 2023 permanent-residence card that share its
shape), GB 32100 (unified social credit code), passports and permits. python-stdnum serves the credit code;
its resident-ID check is not used, because its region table refuses residence permits (81-83), foreigners'
cards (9) and several abolished codes that their holders keep for life: see the tests.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from rapidfuzz.distance import Levenshtein
from stdnum.cn import uscc

from verifier.model import Text
from verifier.values.accounts import canonical_account, compare_accounts, passes_luhn, visible_alike
from verifier.values.confusions import DIGIT_FOR_LETTER, DIGIT_PAIRS
from verifier.values.match import Match, found
from verifier.values.script import squeeze, without_boxes

__all__ = [
    "IdNumber",
    "canonical_account",
    "canonical_id_number",
    "compare_accounts",
    "compare_id_numbers",
    "identify",
    "is_uscc",
    "passes_luhn",
    "single_digit_corrections",
]

# GB/T 2260, first two digits. Provinces are never abolished, counties often.
PROVINCES = {
    "11": "北京", "12": "天津", "13": "河北", "14": "山西", "15": "内蒙古", "21": "辽宁", "22": "吉林", "23": "黑龙江",
    "31": "上海", "32": "江苏", "33": "浙江", "34": "安徽", "35": "福建", "36": "江西", "37": "山东", "41": "河南",
    "42": "湖北", "43": "湖南", "44": "广东", "45": "广西", "46": "海南", "50": "重庆", "51": "四川", "52": "贵州",
    "53": "云南", "54": "西藏", "61": "陕西", "62": "甘肃", "63": "青海", "64": "宁夏", "65": "新疆", "71": "台湾",
    "81": "香港", "82": "澳门", "83": "台湾",
}  # fmt: skip
_HMT = {"810000": "香港", "820000": "澳门", "830000": "台湾"}
# Cyrillic and Greek capitals typed for Latin ones, and signs printed for X and *
_LOOK_ALIKE = str.maketrans("ХхΧχ×✕Ⅹ※✱●•АВСЕНКМОРТ", "XXXXXXX****ABCEHKMOPT")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
FIRST_BIRTH = date(1880, 1, 1)


@dataclass(frozen=True, slots=True)
class IdNumber:
    """What can be read from a number. `valid` says that its form and check digit hold."""

    number: str
    kind: str
    valid: bool
    birth_date: date | None = None
    sex: str | None = None
    region: str | None = None
    problem: Text | None = None


@lru_cache(maxsize=65536)
def canonical_id_number(text: str) -> str:
    """Upper case without blanks, boxes or trailing signs; look-alike Х and × are X."""
    plain = squeeze(text).translate(_LOOK_ALIKE).upper()
    plain = without_boxes(plain)
    plain = re.sub(r"^[:;,.#№]+|[:;,.。、]+$", "", plain)
    bare = re.sub(r"[-.·,']", "", plain)
    return bare if re.fullmatch(r"[\dA-Z*]+", bare) else plain


def check_character(first17: str) -> str:
    """GB 11643, ISO 7064 MOD 11-2."""
    return _CHECK[sum(int(digit) * weight for digit, weight in zip(first17, _WEIGHTS, strict=True)) % 11]


def _birth(digits: str) -> date | None:
    try:
        day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None
    return day if FIRST_BIRTH <= day <= date(2199, 12, 31) else None


_CHECK_FAILS = Text("校验码不符", "The check digit is wrong")
_BIRTH_FAILS = Text("号码中的出生日期不存在", "The birth date inside the number does not exist")
_REGION_FAILS = Text("号码中的行政区划代码不存在", "The region code inside the number does not exist")
_OLD_CARD = Text(
    "一代证15位号码，自2013-01-01起停止使用", "A 15-digit first-generation number, not valid since 2013-01-01"
)


def _eighteen(number: str) -> IdNumber:
    birth = _birth(number[6:14])
    sex = "男" if int(number[16]) % 2 else "女"
    checked = check_character(number[:17]) == number[17]
    if number[0] == "9":
        kind, region = "permanent_residence", PROVINCES.get(number[1:3])
    elif number[:6] in _HMT:
        kind, region = "hmt_residence", _HMT[number[:6]]
    else:
        kind, region = "resident_id", PROVINCES.get(number[:2])
    problem = None
    if not checked:
        problem = _CHECK_FAILS
    elif birth is None:
        problem = _BIRTH_FAILS
    elif region is None:
        problem = _REGION_FAILS
    return IdNumber(number, kind, problem is None, birth, sex, region, problem)


def _fifteen(number: str) -> IdNumber:
    birth = _birth("19" + number[6:12])
    region = PROVINCES.get(number[:2])
    if birth is None or region is None:
        return IdNumber(number, "resident_id_15", False, birth, None, region, _BIRTH_FAILS if region else _REGION_FAILS)
    return IdNumber(number, "resident_id_15", True, birth, "男" if int(number[14]) % 2 else "女", region, _OLD_CARD)


def _permanent_2017(number: str) -> IdNumber:
    """3 letters of the country, 4 digits of the place, 6 of the birth (YYMMDD), sequence and check."""
    months, days = int(number[9:11]), int(number[11:13])
    plausible = 1 <= months <= 12 and 1 <= days <= 31
    return IdNumber(
        number, "permanent_residence_2017", plausible, None, None, number[:3], None if plausible else _BIRTH_FAILS
    )


def _plain(kind: str) -> Callable[[str], IdNumber]:
    return lambda number: IdNumber(number, kind, True)


def _code(number: str) -> IdNumber:
    valid = is_uscc(number)
    return IdNumber(number, "uscc", valid, problem=None if valid else _CHECK_FAILS)


def _nine_or_code(number: str) -> IdNumber:
    """Eighteen figures beginning with 9 may be a person's card or a company's code: a birth date inside tells
    a person, even when a digit was misread; a code holds one by chance once in a thousand."""
    person = _eighteen(number)
    return _code(number) if person.birth_date is None and number.isdigit() and is_uscc(number) else person


_KINDS: tuple[tuple[re.Pattern[str], Callable[[str], IdNumber]], ...] = (
    (re.compile(r"9\d{16}[\dX]"), _nine_or_code),
    (re.compile(r"[1-8]\d{16}[\dX]"), _eighteen),
    (re.compile(r"[1-9AN-Y][1-59]\d{6}[0-9A-HJ-NP-RTUW-Y]{10}"), _code),
    (re.compile(r"[1-9]\d{14}"), _fifteen),
    (re.compile(r"[A-Z]{3}\d{12}"), _permanent_2017),
    (re.compile(r"[HM]\d{8}(?:\d{2})?"), _plain("hm_permit")),
    (re.compile(r"\d{8}|\d{10}[A-Z]"), _plain("tw_permit")),
    (re.compile(r"E[A-HJ-NP-Z]\d{7}|[DEGPS]\d{8}|1[45]\d{7}|(?:SE|DE|PE)\d{7}"), _plain("passport_cn")),
    (re.compile(r"(?=.*\d)[A-Z\d]{6,9}"), _plain("passport")),
)


@lru_cache(maxsize=65536)
def identify(number: str) -> IdNumber:
    """Kind, soundness, birth date, sex and region of an identity number as printed."""
    plain = canonical_id_number(number)
    for shape, read in _KINDS:
        if shape.fullmatch(plain):
            return read(plain)
    return IdNumber(
        plain, "unknown", False, problem=Text("不是已知的证件号码格式", "Not the form of a known identity number")
    )


def is_uscc(number: str) -> bool:
    """GB 32100."""
    plain = canonical_id_number(number)
    return len(plain) == 18 and bool(uscc.is_valid(plain))


def with_eighteen(number: str) -> str:
    """A first-generation number in its present form (adds 19 and the check digit); others unchanged."""
    if re.fullmatch(r"\d{15}", number):
        longer = number[:6] + "19" + number[6:]
        return longer + check_character(longer)
    return number


@lru_cache(maxsize=16384)
def _corrections(plain: str) -> tuple[str, ...]:
    """The check digit leaves at most one replacement for each place; only those are looked at closely."""
    body, last = plain[:17], plain[17]
    if not body.isdigit():
        wrong = [place for place, character in enumerate(body) if not character.isdigit()]
        replaced = (body[: wrong[0]] + digit + body[wrong[0] + 1 :] for digit in "0123456789")
        candidates = [b + last for b in replaced] if len(wrong) == 1 else []
    else:
        total = sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True))
        candidates = [body + check_character(body)]
        for place, weight in enumerate(_WEIGHTS):
            for digit in range(10):
                if _CHECK[(total + (digit - int(body[place])) * weight) % 11] == last:
                    candidates.append(f"{body[:place]}{digit}{body[place + 1 :]}{last}")
    sound = [number for number in candidates if number != plain and number[:17].isdigit() and _eighteen(number).valid]
    return tuple(sorted(sound, key=lambda number: not _looks_alike(number, plain)))


def _looks_alike(number: str, printed: str) -> bool:
    """Is the one difference between two characters that OCR mixes up?"""
    pairs = [(x, y) for x, y in zip(number, printed, strict=True) if x != y]
    return all(DIGIT_FOR_LETTER.get(y) == x or frozenset((x, y)) in DIGIT_PAIRS for x, y in pairs)


def single_digit_corrections(number: str) -> list[str]:
    """Every sound number that differs in one character, those with digits that OCR mixes up first."""
    plain = canonical_id_number(number)
    return list(_corrections(plain)) if len(plain) == 18 else []


@lru_cache(maxsize=65536)
def compare_id_numbers(a: str, b: str) -> Match:
    """Compares two identity numbers as printed. A number that fails its own check digit and is within two
    characters of the other was probably misread (or mistyped): OCR_NEAR. Symmetric."""
    first, second = canonical_id_number(a), canonical_id_number(b)
    if not any(c.isdigit() for c in first) or not any(c.isdigit() for c in second):
        return found("nothing", first, second)
    if "*" in first or "*" in second:
        return found("mask" if _masked_alike(first, second) else "mask_differs", first, second)
    if first == second:
        return found("same", first, second)
    if with_eighteen(first) == with_eighteen(second):
        return found("fifteen", first, second)
    if 18 in (len(first), len(second)):
        return found("check_digit" if _misread(first, second) else "different", first, second)
    return found("letter_for_digit" if _letter_for_digit(first, second) else "different", first, second)


def _misread(first: str, second: str) -> bool:
    """Within two characters, or with one or two lost, while they do not both hold by their check digits."""
    if identify(first).valid and identify(second).valid and len(first) == len(second):
        return False
    return abs(len(first) - len(second)) <= 2 and Levenshtein.distance(first, second, score_cutoff=2) <= 2


def _letter_for_digit(first: str, second: str) -> bool:
    """Passports and permits have no check digit: only O for 0 and the like is a reader's slip."""
    if len(first) != len(second):
        return False
    differing = [(x, y) for x, y in zip(first, second, strict=True) if x != y]
    return all(DIGIT_FOR_LETTER.get(x) == y or DIGIT_FOR_LETTER.get(y) == x for x, y in differing)


def _masked_alike(first: str, second: str) -> bool:
    """By place where both have the same length, otherwise from both ends."""
    if len(first) == len(second):
        seen = [(x, y) for x, y in zip(first, second, strict=True) if "*" not in (x, y)]
        return bool(seen) and all(x == y for x, y in seen)
    return visible_alike(first, second)
