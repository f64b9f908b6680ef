"""What does the machine-readable zone of a travel document say, and do its check digits hold?

ICAO Doc 9303 parts 4 (TD3, passports), 5 (TD1, cards) and 6 (TD2). OCR confuses letters and figures; the
field says which of the two can stand in a place, so they are mended there and nowhere else, and the
check digits judge the result.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
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
    return line + "<" * (width - len(line)) if line.endswith("<") and len(line) >= width - 14 else None


def read_mrz(lines: Iterable[str]) -> Mrz | None:
    """The zone found among the lines of a page, or None. Lines may stand among others."""
    cleaned = [line for line in (_line(text) for text in lines) if len(line) >= 24]
    candidates = [line for line in cleaned if "<" in line or re.search(r"\d{6}", line)]
    best: Mrz | None = None
    for start in range(len(candidates)):
        for name, (count, width) in FORMATS.items():
            fitted = _block(candidates[start : start + count], width, name)
            read = _READERS[name](fitted) if fitted and len(fitted) == count else None
            # lines that fit two widths: the one whose check digits hold, and whose width was printed
            if read and (best is None or _merit(read, candidates[start]) > _merit(best, candidates[start])):
                best = read
    return best


def _merit(read: Mrz, first_line: str) -> tuple[float, int]:
    share = sum(read.checks.values()) / len(read.checks)
    return share, -abs(len(first_line) - FORMATS[read.format][1])


def _block(block: list[str], width: int, name: str) -> list[str] | None:
    fitted: list[str] = []
    for place, line in enumerate(block):
        whole = _fitted(line, width)
        if whole is None and name == "TD3" and place == 1:
            whole = _stretched(line, width)
        # the last line of TD1 and the first of the others hold names and may lose their fillers
        holds_names = place == (2 if name == "TD1" else 0)
        if whole is None and holds_names and "<<" in line and 12 <= len(line) < width:
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
    return " ".join(surname.replace("<", " ").split()), " ".join(given.replace("<", " ").split())


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


@dataclass(frozen=True, slots=True)
class _Zone:
    """The fields of a zone as printed. `composite` is told by places: which lines' parts it covers."""

    format: str
    code: str
    issuer: str
    names: str
    number: str
    number_check: str
    data: str  # birth, its check, sex, expiry, its check: 15 characters in every format
    nationality: str
    optional: str
    optional_check: str
    composite_tail: tuple[str, str]  # what the composite covers before and behind the dates, beside the number
    composite_check: str


def _decoded(zone: _Zone) -> Mrz | None:
    if not re.fullmatch(r"[PACIV][A-Z<]", zone.code):
        return None
    data = zone.data[:7].translate(_TO_DIGIT) + zone.data[7] + zone.data[8:].translate(_TO_DIGIT)
    birth, birth_check, sex, expiry, expiry_check = data[:6], data[6], data[7], data[8:14], data[14]
    number_check, composite_check = (c.translate(_TO_DIGIT) for c in (zone.number_check, zone.composite_check))
    number, mended = _number(zone.number, number_check)
    before, behind = zone.composite_tail
    covered = number + number_check + before + birth + birth_check + expiry + expiry_check + behind
    checks = {
        "number": _holds(number, number_check),
        "birth_date": _holds(birth, birth_check),
        "expiry": _holds(expiry, expiry_check),
        "composite": _holds(covered, composite_check),
    }
    if zone.optional_check:
        checks["optional"] = _holds(zone.optional, zone.optional_check.translate(_TO_DIGIT))
    if sum(checks.values()) < 2:
        return None  # two lines of text that merely look like a zone
    surname, given = _names(zone.names)
    return Mrz(
        format=zone.format,
        document_code=zone.code.strip("<"),
        issuer=zone.issuer.translate(_TO_LETTER).strip("<"),
        surname=surname,
        given_names=given,
        number=number.strip("<"),
        nationality=zone.nationality.translate(_TO_LETTER).strip("<"),
        birth_date=_date(birth, birth=True),
        sex=_sex(sex),
        expiry=_date(expiry, birth=False),
        optional=zone.optional.strip("<"),
        checks=checks,
        repaired=mended
        or data != zone.data
        or (number_check, composite_check) != (zone.number_check, zone.composite_check),
    )


def _two_lines(name: str, lines: list[str]) -> Mrz | None:
    first, second = lines
    optional, optional_check = (second[28:42], second[42]) if name == "TD3" else (second[28:35], "")
    return _decoded(
        _Zone(
            format=name,
            code=first[:2],
            issuer=first[2:5],
            names=first[5:],
            number=second[:9],
            number_check=second[9],
            data=second[13:28],
            nationality=second[10:13],
            optional=optional,
            optional_check=optional_check,
            composite_tail=("", optional + optional_check),
            composite_check=second[-1],
        )
    )


def _td1(lines: list[str]) -> Mrz | None:
    first, second, third = lines
    number, number_check, optional = first[5:14], first[14], first[15:30]
    return _decoded(
        _Zone(
            format="TD1",
            code=first[:2],
            issuer=first[2:5],
            names=third,
            number=number,
            number_check=number_check,
            data=second[:15],
            nationality=second[15:18],
            optional=optional,
            optional_check="",
            composite_tail=(optional, second[18:29]),
            composite_check=second[29],
        )
    )


_READERS: dict[str, Callable[[list[str]], Mrz | None]] = {
    "TD3": lambda lines: _two_lines("TD3", lines),
    "TD2": lambda lines: _two_lines("TD2", lines),
    "TD1": _td1,
}
