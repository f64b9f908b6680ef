"""Are these two the same bank card, account or wallet?

Cards carry a Luhn digit (ISO/IEC 7812-1), passbooks and company accounts do not; slips mask the middle.
"""

from __future__ import annotations

import re
from functools import lru_cache

from stdnum import luhn

from verifier.values.match import Match, found
from verifier.values.script import squeeze, without_boxes

_MASKS = str.maketrans(dict.fromkeys("＊※✱﹡⁎∗●•×", "*"))
_BEHIND = re.compile(r"(?:尾号|末[四4]位|后四位)[:为]?\(?(\d{3,6})\)?")


@lru_cache(maxsize=65536)
def canonical_account(text: str) -> str:
    """Digits (and letters of some accounts) and `*` without blanks; "" when there is no account."""
    plain = squeeze(text).translate(_MASKS)
    tail = _BEHIND.search(plain)
    if tail:
        return tail[1]
    plain = without_boxes(plain)
    plain = re.sub(r"^[:;,.#]+|[:;,.。、]+$", "", plain)
    bare = re.sub(r"(?<=[\dA-Za-z*])[-,.·'](?=[\dA-Za-z*])", "", plain)
    bare = re.sub(r"(?<=\d)[xX]{2,}(?=\d)", lambda run: "*" * len(run[0]), bare)
    return bare if re.fullmatch(r"[\dA-Za-z*]+", bare) and re.search(r"\d", bare) else ""


def passes_luhn(number: str) -> bool:
    """Luhn over a card number of 12 to 19 digits."""
    plain = canonical_account(number)
    return 12 <= len(plain) <= 19 and plain.isdigit() and bool(luhn.is_valid(plain))


def looks_like_card(number: str) -> bool:
    """16 to 19 digits of a card range: UnionPay 62 and 81, and the international brands."""
    return re.fullmatch(r"(?:62|81|4|5|35|6[05])\d{14,17}", number) is not None and len(number) >= 16


@lru_cache(maxsize=32768)
def compare_accounts(a: str, b: str) -> Match:
    """Compares two accounts as printed; masks by their visible digits. Symmetric."""
    first, second = canonical_account(a), canonical_account(b)
    if not re.search(r"\d", first) or not re.search(r"\d", second):
        return found("nothing", a, b)
    if "*" in first or "*" in second:
        return found("mask" if visible_alike(first, second) else "mask_differs", first, second)
    if first == second:
        return found("same", first, second)
    short, long = sorted((first, second), key=len)
    if 3 <= len(short) <= 6 and len(long) >= 12 and long.endswith(short):
        return found("tail", first, second)
    return found("check_digit" if _misread(first, second) else "different", first, second)


def visible_alike(first: str, second: str) -> bool:
    """Do the characters before and behind the masks agree, and at least three of them?"""
    head = list(zip(first.partition("*")[0], second.partition("*")[0], strict=False))
    tail = list(zip(reversed(first.rpartition("*")[2]), reversed(second.rpartition("*")[2]), strict=False))
    return len(head) + len(tail) >= 3 and all(x == y for x, y in head + tail)


def _misread(first: str, second: str) -> bool:
    """One passes Luhn, the other does not, and they are within two digits of each other."""
    if passes_luhn(first) == passes_luhn(second) or not (looks_like_card(first) or looks_like_card(second)):
        return False
    if len(first) == len(second):
        return sum(x != y for x, y in zip(first, second, strict=True)) <= 2
    short, long = sorted((first, second), key=len)
    place = iter(long)
    return len(long) - len(short) == 1 and all(digit in place for digit in short)
