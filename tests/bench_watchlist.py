"""How fast is a long watchlist loaded and asked, and how much memory does it take? `make bench-watchlist`

A fictional list of entries with a name and an alias each: Chinese names in characters and romanised, Latin,
Cyrillic and Arabic names put together from parts. Asked with names of the same make, so that many are near.
"""

from __future__ import annotations

import argparse
import csv
import random
import resource
import tempfile
import time
from pathlib import Path

from verifier.references import load_references
from verifier.screening.watchlist import Screened, index_of

HEADER = (
    "id", "schema", "name", "aliases", "birth_date", "countries", "addresses", "identifiers", "sanctions", "phones", "emails",
    "dataset", "first_seen", "last_seen", "last_change",
)  # fmt: skip
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢"
GIVEN = "伟芳娜敏静秀英丽强磊军洋勇艳杰娟涛明超兰霞平刚桂文辉玲建国华志俊峰波红梅雪琳宇浩然子轩梓涵思远嘉怡晨曦博文佳慧"
SYLLABLES = [
    "ka",
    "ri",
    "mo",
    "sha",
    "vel",
    "tor",
    "an",
    "de",
    "li",
    "bas",
    "nur",
    "ha",
    "mid",
    "os",
    "tev",
    "gor",
    "mar",
    "ti",
    "lu",
    "fa",
    "rez",
    "ib",
    "ra",
    "him",
    "sal",
    "em",
    "yu",
    "dra",
]
FIRST = [
    "Muhammad",
    "Ahmad",
    "Ali",
    "Hassan",
    "Hussein",
    "Ivan",
    "Sergei",
    "Vladimir",
    "Dmitri",
    "Maria",
    "Jose",
    "Juan",
    "Carlos",
    "John",
    "Peter",
    "Omar",
    "Yusuf",
    "Khalid",
]
CYRILLIC = ["Иван", "Сергей", "Владимир", "Дмитрий", "Мария", "Юрий", "Андрей", "Николай"]


def chinese(source: random.Random) -> str:
    return source.choice(SURNAMES) + "".join(source.choice(GIVEN) for _ in range(source.choice((1, 2, 2))))


def latin(source: random.Random) -> str:
    last = "".join(source.choice(SYLLABLES) for _ in range(source.choice((2, 2, 3)))).capitalize()
    return (
        f"{source.choice(FIRST)} {last}"
        if source.random() < 0.8
        else f"{source.choice(FIRST)} {source.choice(FIRST)} {last}"
    )


def a_name(source: random.Random) -> str:
    kind = source.random()
    if kind < 0.4:
        return chinese(source)
    return latin(source) if kind < 0.9 else f"{source.choice(CYRILLIC)} {latin(source).split()[-1]}"


def write_list(path: Path, entries: int, seed: int = 7) -> None:
    from pypinyin import lazy_pinyin

    source = random.Random(seed)
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(HEADER)
        for number in range(entries):
            name = a_name(source)
            alias = " ".join(lazy_pinyin(name)).title() if name[0] > "\u3000" else a_name(source)
            born = f"{source.randint(1940, 2000)}-{source.randint(1, 12):02d}-{source.randint(1, 28):02d}"
            out.writerow(
                [f"E{number}", "Person", name, alias, born, "cn", "", "", "", "", "", "made", "", "", "2026-11-20"]
            )


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--entries", type=int, default=100_000)
    arguments.add_argument("--names", type=int, default=2_000)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        write_list(Path(folder) / "watchlist.csv", given.entries)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        start, cpu = time.perf_counter(), time.process_time()
        references, problems = load_references(Path(folder))
        assert references.watchlist is not None and not problems
        index = index_of(references.watchlist)
        took, worked = time.perf_counter() - start, time.process_time() - cpu
    print(f"{given.entries} entries loaded and filed in {took:.1f} s ({worked:.1f} s of processor)")
    source = random.Random(8)
    asked = [a_name(source) for _ in range(given.names)]
    start, cpu = time.perf_counter(), time.process_time()
    hits = sum(bool(index.hits(Screened("x", name), 0.85)) for name in asked)
    took, worked = time.perf_counter() - start, time.process_time() - cpu
    print(
        f"{given.names / worked:.0f} names a second of processor ({given.names / took:.0f} by the clock); {hits} with a hit"
    )
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"peak memory {most / 1024:.0f} MB, of which {before / 1024:.0f} MB before the list")


if __name__ == "__main__":
    main()
