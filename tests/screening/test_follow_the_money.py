"""Planted patterns and the innocent ones that look like them, over many amounts, days and names.

Structuring, a shared payer, a slip used twice and a staff account are found in every planted case; families,
payrolls and monthly plans of the same size are never accused.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from verifier.model import Outcome
from verifier.packs.load import Pack, find_pack, load_pack
from verifier.packs.scenario import Scenario, ScenarioFile, play

TIMES = 8
STRANGERS = ["王芳", "陈强", "赵敏", "周杰", "吴磊", "孙婷"]


@lru_cache(maxsize=1)
def the_pack() -> tuple[Pack, Path]:
    folder = find_pack("cn-insurance")
    return load_pack(folder), folder


def finding(check: str, changes: dict[str, Any]) -> Outcome:
    """What the check says of the sound case with these changes."""
    from verifier.packs.scenario import read_scenario

    pack, folder = the_pack()
    sound = read_scenario(folder / "scenarios" / "base" / "sound.yaml").model_dump()
    for code, paper in changes.get("documents", {}).items():
        sound["documents"][code]["fields"] |= paper["fields"]
    sound["history"] = changes.get("history", [])
    for name, rows in changes.get("references", {}).items():
        sound["references"][name] = rows
    file = ScenarioFile.model_validate(sound)
    return play(Scenario(Path("made.yaml"), check, Outcome.PASS, file), pack).outcome


def row(number: int, amount: int, day: date, **more: str) -> dict[str, str]:
    known = {"case": f"C-9{number}", "policy": f"P{number}", "policyholder": STRANGERS[number % 6],
             "policyholder_id": f"ID{number}", "payer": STRANGERS[number % 6], "payer_account": f"62170000000000000{number:02d}",
             "currency": "CNY", "method": "transfer", "serial": f"8888888{number:04d}"}  # fmt: skip
    return {**known, "amount": f"{amount}.00", "date": day.isoformat(), **more}


PAID = date(2026, 3, 3)
OWN = {
    "policyholder": "张伟",
    "policyholder_id": "310115198605120013",
    "payer": "张伟",
    "payer_account": "6222020000000000000",
}
EMPLOYER = {"payer": "上海虚构科技有限公司", "payer_account": "31000000000000000"}
WIFE = {"policyholder": "李静", "policyholder_id": "31011519880923002X"}


def paid(amount: int) -> dict[str, Any]:
    return {"P02": {"fields": {"amount": f"{amount}.00"}}}


def near(source: random.Random, threshold: int) -> int:
    return source.randrange(threshold * 8 // 10, threshold)


@pytest.mark.parametrize("seed", range(TIMES))
@pytest.mark.parametrize("threshold", [20_000, 50_000, 200_000])
@pytest.mark.parametrize("tie", ["holder", "account", "phone"])
def test_planted_structuring_is_found(seed: int, threshold: int, tie: str) -> None:
    source = random.Random(f"{seed}{threshold}{tie}")
    shared = {"holder": OWN, "account": {"payer": "张伟", "payer_account": OWN["payer_account"]},
              "phone": {"phone": "13912345678"}}[tie]  # fmt: skip
    day = PAID + timedelta(days=source.randrange(-10, 11))
    history = [row(source.randrange(6), near(source, threshold), day, **shared)]
    assert finding("AML-04", {"documents": paid(near(source, threshold)), "history": history}) is Outcome.FAIL


@pytest.mark.parametrize("seed", range(TIMES))
def test_a_monthly_plan_is_not_accused(seed: int) -> None:
    source = random.Random(seed)
    amount = near(source, source.choice((20_000, 50_000)))
    months = [PAID + timedelta(days=30 * n + source.randrange(-1, 2)) for n in range(1, 7)]
    history = [row(n, amount, day, **OWN) for n, day in enumerate(months)]
    assert finding("AML-04", {"documents": paid(amount), "history": history}) is not Outcome.FAIL


@pytest.mark.parametrize("seed", range(TIMES))
@pytest.mark.parametrize("check", ["AML-04", "AML-12"])
def test_families_and_payrolls_are_not_accused(seed: int, check: str) -> None:
    source = random.Random(seed)
    amount = near(source, source.choice((20_000, 50_000)))
    family = [row(1, amount, PAID, **{**OWN, **WIFE}), row(2, amount, PAID, **WIFE, phone="13912345678")]
    home = [
        row(3, amount, PAID, address="上海市浦东新区虚构路100号"),
        row(4, amount, PAID, address="上海市浦东新区虚构路100号"),
    ]
    payroll = [row(n, amount, PAID, **EMPLOYER, phone="") for n in range(6)]
    for history in (family, home, payroll):
        outcome = finding(check, {"documents": paid(amount), "history": history})
        assert outcome is not Outcome.FAIL


@pytest.mark.parametrize("seed", range(TIMES))
def test_an_account_that_pays_for_strangers_is_found(seed: int) -> None:
    source = random.Random(seed)
    account = {"payer": "张伟", "payer_account": OWN["payer_account"]}
    history = [row(n, source.randrange(500, 90_000), PAID, **account) for n in source.sample(range(6), 2)]
    assert finding("AML-12", {"history": history}) is Outcome.FAIL


@pytest.mark.parametrize("seed", range(TIMES))
def test_a_slip_used_twice_is_found(seed: int) -> None:
    source = random.Random(seed)
    serial = "".join(source.choice("0123456789") for _ in range(14))
    amount = source.randrange(500, 24_000)
    slip = {"P02": {"fields": {"amount": f"{amount}.00", "serial": serial}}}
    twice = [row(1, amount, PAID, serial=serial, payer="张伟", payer_account=OWN["payer_account"])]
    other = [row(1, amount, PAID, serial=serial[::-1] + "1")]
    assert finding("PAY-07", {"documents": slip, "history": twice}) is Outcome.FAIL
    assert finding("PAY-07", {"documents": slip, "history": other}) is Outcome.PASS


@pytest.mark.parametrize("seed", range(TIMES))
def test_a_staff_account_is_found(seed: int) -> None:
    source = random.Random(seed)
    account = "6228" + "".join(source.choice("0123456789") for _ in range(15))
    staff = [{"name": source.choice(STRANGERS), "role": "内勤", "phone": "13700000000", "account": account}]
    slip = {"P02": {"fields": {"payer.name": staff[0]["name"], "payer.account": account}}}
    assert finding("CASH-02", {"documents": slip, "references": {"staff": staff}}) is Outcome.FAIL
    assert finding("CASH-02", {"references": {"staff": staff}}) is Outcome.PASS
