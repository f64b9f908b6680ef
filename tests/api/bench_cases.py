"""How fast are cases listed, filtered and opened with 100,000 of them in SQLite?

    python -m tests.api.bench_cases [number of cases] [folder to keep the database in, and to find it again]

Makes a database of fictional cases, starts the API in this process and asks it at most 20 times a second, each time
with other filters. Prints p50, p95 and the slowest of each question, and the p95 of the processor's time that asking
and answering took: on a busy machine the better figure.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from sqlmodel import select

from api.clock import now
from api.paging import cursor
from api.permissions import Role
from api.tables import Batch, CaseRow, FindingRow, Judgement, SourceRow, Tenant, new_id
from tests.api.house import House, Person, open_house
from tests.api.judged import CRITICAL, SECRET, Scene
from verifier.model import Outcome

API = "/api/v1"
CHECKS = [f"{stem}-{number:02d}" for stem in ("SIGN", "DISC", "PAY", "ID", "DOC", "AML") for number in range(1, 20)]
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"


def fill(house: House, tenant: str, number: int) -> list[str]:
    """`number` judged cases with about eight findings each, and what an honest row holds besides."""
    chance = random.Random(7)
    branches = [house.branch(tenant, f"分公司{n}") for n in range(30)]
    people = [house.person(tenant, Role.REVIEWER).user.id for _ in range(5)]
    ids: list[str] = []
    for start in range(0, number, 2500):
        size = min(2500, number - start)
        _fill_batch(house, tenant, chance, branches, people, start, size, ids)
    return ids


def _fill_batch(
    house: House,
    tenant: str,
    chance: random.Random,
    branches: list[str],
    people: list[str],
    start: int,
    size: int,
    ids: list[str],
) -> None:
    batch = Batch(tenant_id=tenant, name=f"批次{start}", state="done", created_by="bench", created_at=now())
    cases: list[dict[str, Any]] = []
    judgements: list[dict[str, Any]] = []
    findings: list[dict[str, Any]] = []
    sources: list[dict[str, Any]] = []
    for n in range(start, start + size):
        case = _case(chance, tenant, batch.id, branches, people, n)
        ids.append(case["id"])
        cases.append(case)
        judgements.append(_judgement(case))
        findings += [_finding(chance, case, check) for check in chance.sample(CHECKS, 8)]
        sources += [
            {"id": new_id(), "tenant_id": tenant, "batch_id": batch.id, "case_id": case["id"], "file": f"{k}.pdf",
             "sha256": f"{n * 8 + k:064x}", "state": "read", "pages": 3, "size": 1, "attempts": 0, "members": [],
             "reader": "", "created_at": now()}
            for k in range(4)
        ]  # fmt: skip
    with house.services.writing() as session:
        session.add(batch)
        session.flush()
        session.execute(insert(CaseRow), cases)
        session.execute(insert(Judgement), judgements)
        session.execute(insert(FindingRow), findings)
        session.execute(insert(SourceRow), sources)


def _case(
    chance: random.Random, tenant: str, batch: str, branches: list[str], people: list[str], n: int
) -> dict[str, Any]:
    name = chance.choice(SURNAMES) + chance.choice("伟芳娜敏静丽强磊军洋") + chance.choice("一二三")
    return {
        "id": new_id(), "tenant_id": tenant, "branch_id": chance.choice(branches), "batch_id": batch, "name": f"C-{n:06d}",
        "state": "judged", "declared": {"policyholder.name": name, "note": "x" * 300}, "problems": [],
        "pack": "cn-insurance", "edition": "2026.11",
        "verdict": chance.choices(["non_compliant", "incomplete", "compliant"], [5, 3, 2])[0], "machine_verdict": None,
        "fails": 3, "critical_fails": 1, "reviews": 4, "open_findings": 7, "risk": chance.randrange(400), "weight": 0,
        "policyholder": name, "policy_no": f"P{chance.randrange(10**12):012d}", "application_no": f"A{n:010d}",
        "product": f"某某终身寿险{chance.randrange(40)}", "product_kind": chance.choice(["participating", "annuity", "health"]),
        "channel": chance.choices(["agent", "bank", "broker", "phone"], [60, 30, 9.9, 0.1])[0],
        "seller_number": f"S{chance.randrange(3000):05d}", "seller_name": "某某",
        "sale_date": date(2024, 1, 1) + timedelta(days=chance.randrange(1000)), "premium": "24000.00",
        "judgement_id": new_id(), "assigned_to": chance.choice(people) if n % 50 == 0 else None, "created_at": now(),
        "judged_at": now(), "keep_basis": "", "version": 3,
    }  # fmt: skip


def _judgement(case: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": case["judgement_id"], "tenant_id": case["tenant_id"], "case_id": case["id"], "pack": "cn-insurance",
        "edition": "2026.11", "pack_sha256": "0" * 64, "as_of": date(2026, 11, 22), "verdict": case["verdict"], "counts": {},
        "outcomes": dict.fromkeys(CHECKS, "p"), "software": {}, "cause": "batch", "audit_sha256": "",
        "created_by": "system", "created_at": now(),
    }  # fmt: skip


def _finding(chance: random.Random, case: dict[str, Any], check: str) -> dict[str, Any]:
    outcome = chance.choice(["fail", "review"])
    return {
        "id": new_id(), "tenant_id": case["tenant_id"], "branch_id": case["branch_id"], "case_id": case["id"],
        "judgement_id": case["judgement_id"], "current": True, "check_id": check, "stage": f"S{chance.randrange(1, 9)}",
        "severity": "major", "outcome": outcome, "confidential": check.startswith("AML"), "digest": "0" * 64,
        "rule_digest": "0" * 64, "effective": outcome, "state": "open", "risk": 3, "created_at": now(),
    }  # fmt: skip


QUESTIONS = {
    "newest": "",
    "riskiest": "sort=risk",
    "verdict": "verdict=incomplete",
    "verdict, risk": "verdict=compliant&sort=risk",
    "rare channel": "channel=phone&verdict=compliant",
    "none at all": "channel=direct&verdict=compliant",
    "none, by risk": "channel=direct&sort=risk",
    "seller": "seller=S00042",
    "product": "product=某某终身寿险7&verdict=compliant",
    "sold in a week": "sold_from=2025-03-01&sold_to=2025-03-07",
    "sold in a year, bank": "sold_from=2025-01-01&sold_to=2025-12-31&channel=bank&sort=risk",
    "failing check": "check=SIGN-07",
    "failing check, rare": "check=PAY-03&channel=phone&verdict=compliant",
    "failing stage": "stage=S4",
    "failing stage, risk": "stage=S4&sort=risk&verdict=compliant",
    "name": "q=C-0421",
    "policy number": "q=P0042",
    "policyholder": "q=魏",
    "policyholder, few": "q=魏磊二",
}


Time = tuple[float, float]
"""Milliseconds on the wall's clock and on the processor's."""


def ask(person: Person, where: str) -> Time:
    began, spent = time.perf_counter(), time.process_time()
    answer = person.client.get(f"{API}/{where}")
    took = (time.perf_counter() - began) * 1000, (time.process_time() - spent) * 1000
    assert answer.status_code == 200, (where, answer.text[:300])
    return took


def p95(times: list[float]) -> float:
    return sorted(times)[min(len(times) - 1, round(len(times) * 0.95))]


def told(name: str, times: list[Time]) -> None:
    wall, processor = [one for one, _ in times], [one for _, one in times]
    print(
        f"{name:26} p50 {statistics.median(wall):6.1f}   p95 {p95(wall):6.1f}   slowest {max(wall):6.1f}"
        f"   processor p50 {statistics.median(processor):6.1f}   p95 {p95(processor):6.1f} ms",
        flush=True,
    )


def measure(house: House, tenant: str, ids: list[str]) -> None:
    person = house.person(tenant, Role.REVIEWER)
    chance = random.Random(3)
    uploader = house.person(tenant, Role.UPLOADER)
    scene = Scene(house, tenant)
    judged = [scene.case(f"J-{n}", {CRITICAL: Outcome.FAIL, SECRET: Outcome.FAIL}) for n in range(100)]
    every: list[Time] = []
    for who, label in ((person, ""), (uploader, "uploader: ")):
        for name, question in QUESTIONS.items():
            if who is uploader and ("verdict" in question or "sort" in question):
                continue
            times: list[Time] = []
            for _ in range(20):
                began = time.perf_counter()
                times.append(ask(who, f"cases?{question}"))
                time.sleep(max(0.0, 0.05 - (time.perf_counter() - began)))
            told(label + name, times)
            every += times
    for name, times in {
        "next pages": [ask(person, f"cases?limit=50&cursor={_cursor(chance.choice(ids))}") for _ in range(40)],
        "one case": [ask(person, f"cases/{chance.choice(judged)}") for _ in range(200)],
        "one case, whole audit": [ask(person, f"cases/{chance.choice(judged)}/audit") for _ in range(100)],
    }.items():
        told(name, times)
        every += times
    told("all", every)


def _cursor(case_id: str) -> str:
    return cursor(case_id)


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        folder = Path(sys.argv[2] if len(sys.argv) > 2 else scratch)
        there = (folder / "service.sqlite").exists()
        with open_house(folder, rate_per_minute=10**6) as house:
            if there:
                with house.services.reading() as session:
                    tenant = session.exec(select(Tenant.id)).first() or ""
                    ids = list(session.exec(select(CaseRow.id).where(CaseRow.tenant_id == tenant)).all())
            else:
                tenant = house.tenant()
                began = time.perf_counter()
                ids = fill(house, tenant, number)
                size = (folder / "service.sqlite").stat().st_size / 1e6
                print(f"{number} cases made in {time.perf_counter() - began:.0f} s, {size:.0f} MB")
            measure(house, tenant, ids)


if __name__ == "__main__":
    main()
