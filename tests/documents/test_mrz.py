"""Machine-readable zones: the ICAO specimens, what OCR does to them, and what is none."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.documents.mrz import check_digit, read_mrz

TD3 = ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"]
TD1 = ["I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"]
TD2 = ["I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6"]


@pytest.mark.parametrize(
    ("lines", "form", "number"), [(TD3, "TD3", "L898902C3"), (TD2, "TD2", "D23145890"), (TD1, "TD1", "D23145890")]
)
def test_specimens(lines: list[str], form: str, number: str) -> None:
    read = read_mrz(lines)
    assert read is not None
    assert read.valid and not read.repaired
    assert (read.format, read.number, read.issuer, read.nationality) == (form, number, "UTO", "UTO")
    assert (read.surname, read.given_names, read.name) == ("ERIKSSON", "ANNA MARIA", "ERIKSSON ANNA MARIA")
    assert (read.birth_date, read.sex, read.expiry) == (date(1974, 8, 12), "女", date(2012, 4, 15))


def test_check_digit_of_the_standard() -> None:
    assert (check_digit("L898902C3"), check_digit("740812"), check_digit("520727"), check_digit("AB2134<<<")) == (
        "6",
        "2",
        "3",
        "5",
    )


@pytest.mark.parametrize(
    "lines",
    [
        ["护照 PASSPORT", *TD3, "签发机关"],
        [line.lower() for line in TD3],
        [" ".join(line) for line in TD3],
        ["P<UT0ERIKSS0N<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", TD3[1]],
        [TD3[0], "L898902C36UTO74O8122F12O4159ZE184226B<<<<<1O"],
        [TD3[0][:33], TD3[1]],
        ["P<UTOERIKSSON«ANNA<MARIA<<<<<<<<", TD3[1]],
        [TD3[0], "L898902C36UTO7408122F1204159ZE184226B<<<10"],
        [TD3[0], "L8989O2C36UTO7408122F1204159ZE184226B<<<<<10"],
    ],
)
def test_what_ocr_does(lines: list[str]) -> None:
    read = read_mrz(lines)
    assert read is not None
    assert read.valid
    assert (read.number, read.name, read.nationality) == ("L898902C3", "ERIKSSON ANNA MARIA", "UTO")


def test_a_changed_figure_fails_its_check() -> None:
    read = read_mrz([TD3[0], TD3[1].replace("740812", "750812")])
    assert read is not None
    assert not read.valid
    assert not read.checks["birth_date"] and not read.checks["composite"] and read.checks["number"]


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["张伟"],
        TD3[:1],
        TD3[1:],
        ["PAYMENT OF PREMIUM TO THE COMPANY LIMITED 123456", "ACCOUNT 1234567890123456789012345678901234567"],
        ["P<UTO" + "<" * 39, "0" * 44][:1],
        ["6222020000000000000 6222020000000000000", "6222020000000000000 6222020000000000000"],
    ],
)
def test_no_zone(lines: list[str]) -> None:
    assert read_mrz(lines) is None


LETTERS = st.text("ABCDEFGHJKLMNPQRSTUVWXYZ", min_size=2, max_size=10)


@given(
    LETTERS,
    LETTERS,
    st.from_regex(r"E[A-H][0-9]{7}|[EG][0-9]{8}", fullmatch=True),
    st.dates(min_value=date(1931, 1, 1), max_value=date(2024, 1, 1)),
    st.dates(min_value=date(2000, 1, 1), max_value=date(2040, 1, 1)),
    st.sampled_from("MF"),
)
def test_round_trip_of_a_chinese_passport(
    surname: str, given_name: str, number: str, birth: date, expiry: date, sex: str
) -> None:
    body = f"{number}{check_digit(number)}CHN{birth:%y%m%d}{check_digit(f'{birth:%y%m%d}')}{sex}"
    body += f"{expiry:%y%m%d}{check_digit(f'{expiry:%y%m%d}')}" + "<" * 14 + "<"
    second = body + check_digit(body[:10] + body[13:20] + body[21:43])
    read = read_mrz([f"POCHN{surname}<<{given_name}".ljust(44, "<"), second])
    assert read is not None
    assert read.valid
    assert (read.number, read.surname, read.given_names, read.nationality) == (number, surname, given_name, "CHN")
    assert read.expiry == expiry
    # two figures cannot tell 1924 from 2024: the caller compares with the printed date
    assert read.birth_date is not None and f"{read.birth_date:%y%m%d}" == f"{birth:%y%m%d}"
