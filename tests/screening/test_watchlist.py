"""The index finds the same hits as comparing with every entry, and a second key decides."""

from __future__ import annotations

import random

import pytest

from verifier.context import Listed
from verifier.screening.watchlist import Screened, SecondKey, WatchlistIndex, list_date, names_of, second_key
from verifier.values.match import MatchKind
from verifier.values.names import compare_names

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "伟芳娜敏静秀英丽强磊军洋勇艳杰娟涛明超兰霞平刚桂"


def entry(number: int, name: str, **more: object) -> Listed:
    known = {
        "aliases": (),
        "birth_date": "",
        "countries": (),
        "identifiers": (),
        "dataset": "test",
        "last_change": "2026-01-01",
    }
    return Listed(id=f"E{number}", schema="Person", name=name, **{**known, **more})  # type: ignore[arg-type]


def random_name(source: random.Random) -> str:
    return source.choice(SURNAMES) + "".join(source.choice(GIVEN) for _ in range(source.choice((1, 2))))


def test_the_index_misses_no_exact_or_variant_name() -> None:
    source = random.Random(3)
    names = [random_name(source) for _ in range(400)] + [
        "ZHANG Wei",
        "Wei Zhang",
        "阿卜杜拉·买买提",
        "阿卜杜拉买买提",
        "張偉",
    ]
    index = WatchlistIndex([entry(number, name) for number, name in enumerate(names)])
    for asked in ["张伟", "阿卜杜拉·买买提", *(random_name(source) for _ in range(60))]:
        hits = {hit.entry.id for hit in index.hits(Screened("policyholder", asked), 0.85)}
        every = set()
        for number, name in enumerate(names):
            match = compare_names(asked, name)
            if match.kind in (MatchKind.EXACT, MatchKind.VARIANT) and match.score >= 0.85 and not match.review:
                every.add(f"E{number}")
        assert every <= hits


def test_aliases_count_and_are_named() -> None:
    index = WatchlistIndex([entry(1, "甲某", aliases=("李静", "乙某"))])
    (hit,) = index.hits(Screened("insured", "李静"), 0.85)
    assert hit.name == "李静"


def test_one_character_apart_is_nobody() -> None:
    assert not WatchlistIndex([entry(1, "张玮")]).hits(Screened("policyholder", "张强"), 0.85)


@pytest.mark.parametrize(
    ("who", "listed", "expected"),
    [
        ({"birth_date": "1986-05-12"}, {"birth_date": "1986-05-12"}, SecondKey.CONFIRMS),
        ({"birth_date": "1986-05-12"}, {"birth_date": "1971-01-01;1986-05-12"}, SecondKey.CONFIRMS),
        ({"birth_date": "1986-05-12"}, {"birth_date": "1971-01-01"}, SecondKey.CLEARS),
        ({"birth_date": "1986-05-12"}, {"birth_date": "1986"}, SecondKey.UNKNOWN),
        ({"id_number": "310115198605120013"}, {"identifiers": ("310115198605120013",)}, SecondKey.CONFIRMS),
        ({"id_number": "310115198605120013"}, {"identifiers": ("310115197101010019",)}, SecondKey.CLEARS),
        ({"id_number": "310115198605120013"}, {"identifiers": ("E12345678",)}, SecondKey.UNKNOWN),
        ({}, {"birth_date": "1986-05-12"}, SecondKey.UNKNOWN),
    ],
)
def test_second_keys(who: dict[str, str], listed: dict[str, object], expected: SecondKey) -> None:
    assert second_key(Screened("policyholder", "张伟", **who), entry(1, "张伟", **listed))[0] is expected


def test_the_list_is_as_old_as_its_latest_change() -> None:
    rows = [entry(1, "甲"), entry(2, "乙", last_change="2026-03-02T10:00:00")]
    assert list_date(rows) == "2026-03-02"
    assert list_date([]) == ""


def test_blank_aliases_are_no_names() -> None:
    assert names_of(entry(1, "甲", aliases=("", " "))) == ("甲",)
