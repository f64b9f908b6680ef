"""What does the machine-readable zone of a travel document say, and do its check digits hold?

ICAO Doc 9303 parts 4 (TD3, passports), 5 (TD1, cards) and 6 (TD2). OCR confuses letters and figures; the
field says which of the two can stand in a place, so they are mended there and nowhere else, and the
check digits judge the result.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from verifier.values.script import squeeze

_FILLERS = str.maketrans(
    {
        "«": "<<",
        "‹": "<",
        "《": "<<",
        "〈": "<",
        "＜": "<",
        "≤": "<",
        "(": "<",
        "{": "<",
        "[": "<",
        "く": "<",
        "＿": "<",
    }
)
_TO_DIGIT = str.maketrans("OQDILZSBG", "000112586")
_TO_LETTER = str.maketrans("01258", "OIZSB")
_WEIGHTS = (7, 3, 1)
FORMATS = {"TD3": (2, 44), "TD2": (2, 36), "TD1": (3, 30)}


@dataclass(frozen=True, slots=True)
class Mrz:
    """`checks` says of each check digit whether it holds; `valid` when all do. `expiry` None may be an
    unspecified date. `repaired` says that a look-alike was mended."""

    format: str
    document_code: str
    issuer: str
    surname: str
    given_names: str
    number: str
    nationality: str
    birth_date: date | None
    sex: str | None
    expiry: date | None
    optional: str
    checks: dict[str, bool]
    repaired: bool = False

    @property
    def valid(self) -> bool:
        return all(self.checks.values())

    @property
    def name(self) -> str:
        return f"{self.surname} {self.given_names}".strip()


def check_digit(text: str) -> str:
    """Weights 7, 3, 1; A is 10, `<` is 0."""
    total = 0
    for place, character in enumerate(text):
        value = int(character) if character.isdigit() else 0 if character == "<" else ord(character) - 55
        total += value * _WEIGHTS[place % 3]
    return str(total % 10)


def _holds(text: str, digit: str) -> bool:
    # an empty optional field may carry `<` in place of 0
    return check_digit(text) == digit or (digit == "<" and set(text) <= {"<"})


def _line(text: str) -> str:
    return re.sub(r"[^A-Z0-9<]", "", squeeze(text).upper().translate(_FILLERS))


def _fitted(line: str, width: int) -> str | None:
    """The line at its width: runs of fillers are what OCR miscounts, so only they are filled or cut."""
    if len(line) == width:
        return line
    if len(line) > width:
        return line[:width] if set(line[width:]) <= {"<", "K", "C"} else None
    if line.endswith("<") and len(line) >= width - 12:
        return line + "<" * (width - len(line))
    return None


def read_mrz(lines: Iterable[str]) -> Mrz | None:
    """The zone found among the lines of a page, or None. Lines may stand among others."""
    cleaned = [line for line in (_line(text) for text in lines) if len(line) >= 24]
    joined = [line for line in cleaned if "<" in line or re.search(r"\d{6}", line)]
    for start in range(len(joined)):
        for name, (count, width) in FORMATS.items():
            block = joined[start : start + count]
            if len(block) < count:
                continue
            fitted = _block(block, width, name)
            if fitted:
                read = _READERS[name](fitted)
                if read:
                    return read
    return None


def _block(block: list[str], width: int, name: str) -> list[str] | None:
    fitted: list[str] = []
    for place, line in enumerate(block):
        whole = _fitted(line, width) or (_stretched(line, width) if name == "TD3" and place == 1 else None)
        # the last line of TD1 and the first of the others hold names and may lose their fillers
        if whole is None and (place == 0) == (name != "TD1") and "<<" in line and width - 30 <= len(line) < width:
            whole = line + "<" * (width - len(line))
        if whole is None:
            return None
        fitted.append(whole)
    return fitted


def _stretched(line: str, width: int) -> str | None:
    """A second line whose optional field lost or gained fillers between its data and its last two digits."""
    match = re.fullmatch(r"(.{28})(.*?)(<+)([<\dOILZSBG]{1,2})", line)
    if match is None or not width - 8 <= len(line) <= width + 8:
        return None
    fillers = width - 28 - len(match[2]) - len(match[4])
    return match[1] + match[2] + "<" * fillers + match[4] if fillers > 0 else None


def _date(digits: str, *, birth: bool) -> date | None:
    """YYMMDD. An expiry lies within the century that began in 2000; a birth is taken in the past century
    when its year would lie after 2030, which the caller can compare with the printed date."""
    if not re.fullmatch(r"\d{6}", digits):
        return None
    year = int(digits[:2])
    year += 1900 if (birth and year > 30) or (not birth and year > 80) else 2000
    try:
        return date(year, int(digits[2:4]), int(digits[4:6]))
    except ValueError:
        return None


def _names(field: str) -> tuple[str, str]:
    surname, _, given = field.translate(_TO_LETTER).strip("<").partition("<<")
    return tuple(" ".join(part.replace("<", " ").split()) for part in (surname, given))  # type: ignore[return-value]


def _number(field: str, digit: str) -> tuple[str, bool]:
    """The document number with its check: letters and figures both may stand here, so a look-alike is
    mended only where that alone makes the check digit hold."""
    if _holds(field, digit):
        return field, False
    candidates: list[str] = []
    for place, character in enumerate(field):
        for other in {character.translate(_TO_DIGIT), character.translate(_TO_LETTER)} - {character}:
            candidate = field[:place] + other + field[place + 1 :]
            if _holds(candidate, digit):
                candidates.append(candidate)
    return (candidates[0], True) if len(candidates) == 1 else (field, False)


def _sex(character: str) -> str | None:
    return {"M": "男", "F": "女"}.get(character)


def _build(
    name: str, first: str, code: str, issuer: str, names: str, number: str, number_check: str, rest: dict[str, str]
) -> Mrz | None:
    del first
    if not re.fullmatch(r"[PACIV][A-Z<]", code):
        return None
    digits = {
        key: rest[key].translate(_TO_DIGIT)
        for key in ("birth", "birth_check", "expiry", "expiry_check", "composite_check")
    }
    number_check = number_check.translate(_TO_DIGIT)
    mended_number, repaired = _number(number, number_check)
    composite = rest["composite"].format(
        number=mended_number, number_check=number_check, birth=digits["birth"], birth_check=digits["birth_check"],
        expiry=digits["expiry"], expiry_check=digits["expiry_check"],
    )  # fmt: skip
    checks = {
        "number": _holds(mended_number, number_check),
        "birth_date": _holds(digits["birth"], digits["birth_check"]),
        "expiry": _holds(digits["expiry"], digits["expiry_check"]),
        "composite": _holds(composite, digits["composite_check"]),
    }
    if rest.get("optional_check"):
        checks["optional"] = _holds(rest["optional"], rest["optional_check"].translate(_TO_DIGIT).replace("<", "<"))
    if sum(checks.values()) < 2:
        return None  # two lines of text that merely look like a zone
    surname, given = _names(names)
    return Mrz(
        format=name, document_code=code.strip("<"), issuer=issuer.translate(_TO_LETTER).strip("<"), surname=surname,
        given_names=given, number=mended_number.strip("<"), nationality=rest["nationality"].translate(_TO_LETTER).strip("<"),
        birth_date=_date(digits["birth"], birth=True), sex=_sex(rest["sex"]), expiry=_date(digits["expiry"], birth=False),
        optional=rest["optional"].strip("<"), checks=checks,
        repaired=repaired or any(rest[key] != digits[key] for key in digits),
    )  # fmt: skip


def _td3(lines: list[str]) -> Mrz | None:
    first, second = lines
    optional, optional_check = second[28:42], second[42]
    return _build("TD3", first, first[:2], first[2:5], first[5:], second[:9], second[9], {
        "nationality": second[10:13], "birth": second[13:19], "birth_check": second[19], "sex": second[20],
        "expiry": second[21:27], "expiry_check": second[27], "optional": optional, "optional_check": optional_check,
        "composite": "{number}{number_check}{birth}{birth_check}{expiry}{expiry_check}" + optional + optional_check,
        "composite_check": second[43],
    })  # fmt: skip


def _td2(lines: list[str]) -> Mrz | None:
    first, second = lines
    return _build("TD2", first, first[:2], first[2:5], first[5:], second[:9], second[9], {
        "nationality": second[10:13], "birth": second[13:19], "birth_check": second[19], "sex": second[20],
        "expiry": second[21:27], "expiry_check": second[27], "optional": second[28:35],
        "composite": "{number}{number_check}{birth}{birth_check}{expiry}{expiry_check}" + second[28:35],
        "composite_check": second[35],
    })  # fmt: skip


def _td1(lines: list[str]) -> Mrz | None:
    first, second, third = lines
    return _build("TD1", first, first[:2], first[2:5], third, first[5:14], first[14], {
        "nationality": second[15:18], "birth": second[:6], "birth_check": second[6], "sex": second[7],
        "expiry": second[8:14], "expiry_check": second[14], "optional": first[15:30],
        "composite": "{number}{number_check}" + first[15:30] + "{birth}{birth_check}{expiry}{expiry_check}" + second[18:29],
        "composite_check": second[29],
    })  # fmt: skip


_READERS = {"TD3": _td3, "TD2": _td2, "TD1": _td1}
