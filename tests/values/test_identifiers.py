"""Identity numbers, codes, cards: the vectors of specification 4.9 and what python-stdnum makes of them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.cn import ric, uscc
from stdnum.iso7064 import mod_11_2

from verifier.values.accounts import canonical_account, compare_accounts, looks_like_card, passes_luhn
from verifier.values.identifiers import (
    canonical_id_number,
    check_character,
    compare_id_numbers,
    identify,
    is_uscc,
    single_digit_corrections,
    with_eighteen,
)
from verifier.values.match import MatchKind

# All fictional or the standards' own examples.
WOMAN_1949 = "11010519491231002X"


@pytest.mark.parametrize(
    ("number", "kind", "birth", "sex", "region"),
    [
        (WOMAN_1949, "resident_id", date(1949, 12, 31), "女", "北京"),
        ("440524188001010014", "resident_id", date(1880, 1, 1), "男", "广东"),
        ("810000199001010019", "hmt_residence", date(1990, 1, 1), "男", "香港"),
        ("820000199001010010", "hmt_residence", date(1990, 1, 1), "男", "澳门"),
        ("830000199001010012", "hmt_residence", date(1990, 1, 1), "男", "台湾"),
        ("911156198108100011", "permanent_residence", date(1981, 8, 10), "男", "北京"),
        ("91350100M000100Y43", "uscc", None, None, None),
        ("110105491231002", "resident_id_15", date(1949, 12, 31), "女", "北京"),
        ("USA110080010112", "permanent_residence_2017", None, None, "USA"),
        ("H12345678", "hm_permit", None, None, None),
        ("M1234567801", "hm_permit", None, None, None),
        ("12345678", "tw_permit", None, None, None),
        ("1234567890A", "tw_permit", None, None, None),
        ("E12345678", "passport_cn", None, None, None),
        ("EA1234567", "passport_cn", None, None, None),
        ("G12345678", "passport_cn", None, None, None),
        ("L898902C3", "passport", None, None, None),
        ("123456789", "passport", None, None, None),
    ],
)
def test_kinds(number: str, kind: str, birth: date | None, sex: str | None, region: str | None) -> None:
    known = identify(number)
    assert (known.kind, known.valid, known.birth_date, known.sex, known.region) == (kind, True, birth, sex, region)


@pytest.mark.parametrize(
    ("number", "kind", "word"),
    [
        ("110105194912310021", "resident_id", "校验码"),
        ("440524188001010015", "resident_id", "校验码"),
        ("110105194913310022", "resident_id", ""),
        ("91350100M000100Y44", "uscc", "校验码"),
        ("张伟", "unknown", "格式"),
        ("", "unknown", "格式"),
        ("1101051949123100", "unknown", "格式"),
    ],
)
def test_unsound_numbers_say_why(number: str, kind: str, word: str) -> None:
    known = identify(number)
    assert (known.kind, known.valid) == (kind, False)
    assert known.problem is not None and word in known.problem.zh and known.problem.en


def test_a_birth_date_that_does_not_exist() -> None:
    body = "11010519490230002"
    known = identify(body + check_character(body))
    assert not known.valid and known.birth_date is None
    assert known.problem is not None and "出生" in known.problem.zh


def test_a_region_that_does_not_exist() -> None:
    body = "99010519490228002"
    assert identify("1" + "9" + body[2:] + check_character("19" + body[2:])).problem is not None


def test_first_generation_numbers() -> None:
    assert with_eighteen("110105491231002") == WOMAN_1949
    problem = identify("110105491231002").problem
    assert problem is not None and "2013-01-01" in problem.en


def valid_number(region: str, birth: date, sequence: int) -> str:
    body = f"{region}{birth:%Y%m%d}{sequence:03}"
    return body + check_character(body)


NUMBERS = st.builds(
    valid_number,
    st.sampled_from(["110105", "310103", "132401", "452501", "512501", "650102", "810000", "820000", "830000"]),
    st.dates(min_value=date(1900, 1, 1), max_value=date(2026, 1, 1)),
    st.integers(1, 999),
)


@given(NUMBERS)
def test_check_digit_agrees_with_the_standard_library(number: str) -> None:
    assert mod_11_2.is_valid(number)
    assert identify(number).valid
    assert identify(number).birth_date == date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


@given(NUMBERS, st.integers(0, 16), st.integers(1, 9))
def test_every_single_error_is_seen_and_can_be_mended(number: str, place: int, shift: int) -> None:
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    assert mod_11_2.is_valid(wrong) is False
    assert not identify(wrong).valid
    assert number in single_digit_corrections(wrong)
    assert all(identify(candidate).valid for candidate in single_digit_corrections(wrong))
    assert compare_id_numbers(number, wrong).kind is MatchKind.OCR_NEAR


def test_likely_corrections_come_first() -> None:
    # 8 read for 3: the pair is in the table, the other candidates are not all
    assert single_digit_corrections(WOMAN_1949.replace("31002", "81002"))[0] == WOMAN_1949
    assert single_digit_corrections("1101051949123l002X") == [WOMAN_1949]
    assert single_digit_corrections("12345") == []


def test_where_stdnum_is_right_and_where_not() -> None:
    """Its check digits are right; its region table is not what holders of sound cards need."""
    assert ric.is_valid(WOMAN_1949)
    assert uscc.is_valid("91350100M000100Y43") and luhn.is_valid("6222020000000000000")
    # the standard's own second example, the residence permits and the five-star card
    for number in ("440524188001010014", "810000199001010019", "830000199001010012", "911156198108100011"):
        assert not ric.is_valid(number)
        assert identify(number).valid
    # regions that existed when the number was given and are abolished since
    for region in ("132401", "452501", "210682"):
        number = valid_number(region, date(1980, 1, 1), 1)
        assert not ric.is_valid(number)
        assert identify(number).valid


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("110105 19491231 002x", WOMAN_1949),
        ("１１０１０５１９４９１２３１００２Ｘ", WOMAN_1949),
        ("11010519491231002Х", WOMAN_1949),
        ("11010519491231002×", WOMAN_1949),
        ("：11010519491231002X。", WOMAN_1949),
        ("|1|1|0|1|0|5|1|9|4|9|1|2|3|1|0|0|2|X|", WOMAN_1949),
        ("1101051949-1231-002X", WOMAN_1949),
        ("110105＊＊＊＊＊＊＊＊002X", "110105********002X"),
        ("e12345678", "E12345678"),
    ],
)
def test_canonical(text: str, number: str) -> None:
    assert canonical_id_number(text) == number


@pytest.mark.parametrize(
    ("a", "b", "kind"),
    [
        (WOMAN_1949, "110105 19491231 002x", MatchKind.EXACT),
        (WOMAN_1949, "11010519491231002Х", MatchKind.EXACT),
        (WOMAN_1949, "110105491231002", MatchKind.VARIANT),
        (WOMAN_1949, "110105********002X", MatchKind.MASKED),
        (WOMAN_1949, "1101***********02X", MatchKind.MASKED),
        (WOMAN_1949, "1101****002X", MatchKind.MASKED),
        (WOMAN_1949, "110105********0021", MatchKind.CONFLICT),
        (WOMAN_1949, "110105194912310021", MatchKind.OCR_NEAR),
        (WOMAN_1949, "1101O519491231002X", MatchKind.OCR_NEAR),
        (WOMAN_1949, "1101051949123102X", MatchKind.OCR_NEAR),
        (WOMAN_1949, "440524188001010014", MatchKind.CONFLICT),
        (WOMAN_1949, "810000199001010019", MatchKind.CONFLICT),
        (WOMAN_1949, "", MatchKind.UNREADABLE),
        ("E12345678", "E12345678", MatchKind.EXACT),
        ("E12345678", "E12345679", MatchKind.CONFLICT),
        ("EO1234567", "E01234567", MatchKind.OCR_NEAR),
    ],
)
def test_compare(a: str, b: str, kind: MatchKind) -> None:
    assert compare_id_numbers(a, b).kind is kind
    assert compare_id_numbers(b, a).kind is kind


def test_two_sound_numbers_that_are_near_are_two_people() -> None:
    """A twin's number: one digit of the sequence and the check digit differ, and both hold."""
    first, second = valid_number("110105", date(1980, 1, 1), 1), valid_number("110105", date(1980, 1, 1), 3)
    assert compare_id_numbers(first, second).kind is MatchKind.CONFLICT


ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@given(st.sampled_from(["91", "51", "12", "92"]), st.integers(0, 999999), st.text(ALPHABET, min_size=9, max_size=9))
def test_credit_codes(head: str, region: int, organisation: str) -> None:
    body = f"{head}{region:06}{organisation}"
    total = sum(ALPHABET.index(c) * pow(3, place, 31) for place, c in enumerate(body))
    code = body + ALPHABET[(31 - total % 31) % 31]
    assert is_uscc(code)
    wrong = code[:-1] + ALPHABET[(ALPHABET.index(code[-1]) + 1) % 31]
    assert not is_uscc(wrong)


@given(st.text("0123456789", min_size=13, max_size=16))
def test_luhn(body: str) -> None:
    number = "62" + body + luhn.calc_check_digit("62" + body)
    assert passes_luhn(number)
    assert looks_like_card(number) == (len(number) >= 16)
    wrong = number[:5] + str((int(number[5]) + 3) % 10) + number[6:]
    assert not passes_luhn(wrong)


@pytest.mark.parametrize(
    ("text", "account"),
    [
        ("6222 0200 0000 0000 000", "6222020000000000000"),
        ("6222****1234", "6222****1234"),
        ("6222 **** **** 1234", "6222********1234"),
        ("６２２２＊＊＊＊１２３４", "6222****1234"),
        ("6222xxxxxxxx1234", "6222********1234"),
        ("工商银行(尾号1234)", "1234"),
        ("尾号 1234", "1234"),
        ("：31001234567890", "31001234567890"),
        ("3100-1234-5678", "310012345678"),
        ("无", ""),
        ("", ""),
    ],
)
def test_canonical_account(text: str, account: str) -> None:
    assert canonical_account(text) == account


@pytest.mark.parametrize(
    ("a", "b", "kind"),
    [
        ("6222020000000000000", "6222 0200 0000 0000 000", MatchKind.EXACT),
        ("6222020000000000000", "6222****0000", MatchKind.MASKED),
        ("6222020000000000000", "6222***********0000", MatchKind.MASKED),
        ("6222020000000000000", "*0000", MatchKind.MASKED),
        ("6222020000000000000", "0000", MatchKind.MASKED),
        ("6222020000000000000", "6222****1234", MatchKind.CONFLICT),
        ("6222020000000000000", "6222020000000000008", MatchKind.OCR_NEAR),
        ("6222020000000000000", "622202000000000000", MatchKind.OCR_NEAR),
        ("6222020000000000000", "6222020000000000018", MatchKind.CONFLICT),
        ("31001234567890", "31001234567891", MatchKind.CONFLICT),
        ("138******00", "13812345600", MatchKind.MASKED),
        ("", "6222020000000000000", MatchKind.UNREADABLE),
    ],
)
def test_compare_accounts(a: str, b: str, kind: MatchKind) -> None:
    assert compare_accounts(a, b).kind is kind
    assert compare_accounts(b, a).kind is kind
