"""The index finds the same hits as comparing with every entry, and a second key decides."""

from __future__ import annotations

import random
import time

import pytest
from pypinyin import lazy_pinyin

from verifier.context import Listed
from verifier.screening.alike import alike
from verifier.screening.watchlist import (
    Screened,
    SecondKey,
    WatchlistIndex,
    editions_of,
    list_date,
    names_of,
    second_key,
)

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


PARTS = [
    "ivan",
    "sergei",
    "vladimir",
    "muhammad",
    "mohamed",
    "ahmad",
    "ahmed",
    "hasan",
    "hussein",
    "maria",
    "yuri",
    "juri",
    "petrov",
    "petrow",
    "iwanow",
    "ivanov",
]
ODD = ["阿卜杜拉·买买提", "阿不都拉·麦麦提", "阿卜杜拉买买提", "阿卜杜拉", "張偉", "张KUN", "张?", "张堃", "肖战明", "萧战明",
       "محمد حسين", "Сергей Иванов", "Юрий Петров", "CHEUNG Wai", "Chang Wei", "Wei ZHANG", "Peter CHAN Tai Man", "陈大文",
       "Romashka LLC", "ООО Ромашка", "海通贸易有限公司", "海通贸易有限责任公司", "Ali Aly", "A. Petrov", "Petroneft", "Petronefft",
       "张伟 ZHANG WEI", "abdul rahman khalid", "Abdulrahman Khaled", "x", "王", "", "123"]  # fmt: skip


def a_name(source: random.Random) -> str:
    kind = source.random()
    if kind < 0.3:
        return random_name(source)
    if kind < 0.5:
        return " ".join(lazy_pinyin(random_name(source))).title()
    if kind < 0.6:
        return source.choice(ODD)
    words = [source.choice(PARTS) for _ in range(source.choice((2, 2, 3)))]
    if source.random() < 0.5:
        place = source.randrange(len(words))
        cut = source.randrange(len(words[place]))
        words[place] = words[place][:cut] + source.choice(("", "a", "x")) + words[place][cut + 1 :]
    return " ".join(words).title()


def test_the_index_finds_what_comparing_with_every_entry_finds() -> None:
    source = random.Random(3)
    names = [*ODD, *(a_name(source) for _ in range(700))]
    index = WatchlistIndex([entry(number, name) for number, name in enumerate(names) if name.strip()])
    asked = [*ODD, *(a_name(source) for _ in range(150))]
    found = 0
    for name in asked:
        every = {
            f"E{n}": alike(name, listed).score
            for n, listed in enumerate(names)
            if listed.strip() and alike(name, listed).score >= 0.85
        }
        assert {hit.entry.id: hit.alike.score for hit in index.hits(Screened("policyholder", name), 0.85)} == every, (
            name
        )
        found += len(every)
    assert found > 500


def test_a_text_of_ten_thousand_characters_is_no_trouble() -> None:
    index = WatchlistIndex([entry(1, "张伟" * 5000), entry(2, "ab cd " * 2000), entry(3, "张伟")])
    for name in ("张伟" * 5000, "ivan petrov " * 900, "*" * 10_000, "\u0301" * 10_000):
        start = time.perf_counter()
        index.hits(Screened("payer", name), 0.85)
        assert time.perf_counter() - start < 1


def test_of_two_names_of_an_entry_the_better_is_told() -> None:
    index = WatchlistIndex([entry(1, "Wei Zhang", aliases=("張偉", "Chang Wei"))])
    (hit,) = index.hits(Screened("insured", "张伟"), 0.85)
    assert (hit.name, hit.alike.rule, hit.by_alias) == ("張偉", "script", True)


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


@pytest.mark.parametrize(
    ("name", "mine", "born", "listed", "expected"),
    [
        (
            "Ivan Petrov",
            ("ru", "russia"),
            "1960-04-01",
            {"countries": ("ru",), "birth_date": "1960"},
            SecondKey.CONFIRMS,
        ),
        (
            "Ivan Petrov",
            ("ru", "russia"),
            "1960-04-01",
            {"countries": ("Russia",), "birth_date": "1960"},
            SecondKey.CONFIRMS,
        ),
        ("Ivan Petrov", ("ru",), "", {"countries": ("ru",)}, SecondKey.UNKNOWN),
        ("张伟", ("cn",), "1986-05-12", {"countries": ("cn",), "birth_date": "1986"}, SecondKey.UNKNOWN),
        ("Iwan Petrow", ("ru",), "", {"countries": ("ua",)}, SecondKey.CLEARS),
        ("Iwan Petrow", ("ru",), "", {"countries": ("Ukraine",)}, SecondKey.UNKNOWN),
        ("Ivan Petrov", ("ru",), "", {"countries": ("ua",)}, SecondKey.UNKNOWN),
    ],
)
def test_the_country_helps_but_rarely_decides(
    name: str, mine: tuple[str, ...], born: str, listed: dict[str, object], expected: SecondKey
) -> None:
    (hit,) = WatchlistIndex([entry(1, name if name == "张伟" else "Ivan Petrov", **listed)]).hits(
        Screened("policyholder", name, birth_date=born, countries=mine), 0.85
    )
    assert hit.second is expected


def test_a_likeness_blocks_nobody_even_with_a_second_key() -> None:
    (hit,) = WatchlistIndex([entry(1, "萧战明", birth_date="1986-05-12")]).hits(
        Screened("policyholder", "肖战明", birth_date="1986-05-12"), 0.85
    )
    assert hit.second is SecondKey.CONFIRMS
    assert not hit.blocks


def test_each_list_has_its_own_day_and_the_oldest_counts() -> None:
    rows = [entry(1, "甲", source="a.csv"), entry(2, "乙", source="b.xml", last_change="2026-03-02T10:00:00")]
    assert [(one.source, one.date, one.entries) for one in editions_of(rows)] == [
        ("a.csv", "2026-01-01", 1),
        ("b.xml", "2026-03-02", 1),
    ]
    assert list_date(rows) == "2026-01-01"


def test_the_list_is_as_old_as_its_latest_change() -> None:
    rows = [entry(1, "甲"), entry(2, "乙", last_change="2026-03-02T10:00:00")]
    assert list_date(rows) == "2026-03-02"
    assert list_date([]) == ""


def test_blank_aliases_are_no_names() -> None:
    assert names_of(entry(1, "甲", aliases=("", " "))) == ("甲",)
