"""What do 100,000 payments of history add to the audit of one case? `make bench-ledger`

Judges the sound case of the pack's scenarios by every requirement, with no history and with a long one in which some
payments share its policyholder, account and telephone; the difference is what the ledger costs.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from verifier.audit import audit
from verifier.case import Case
from verifier.context import Context
from verifier.history import CaseIndex
from verifier.model import Payment
from verifier.packs.load import Pack, find_pack, load_pack
from verifier.packs.scenario import build, scenarios

HOLDERS = 30_000


def sound_case(pack: Pack, folder: Path) -> tuple[Case, Context]:
    """The case of a scenario in which two payments lie just below a threshold."""
    scenario = next(one for one in scenarios(folder, "AML-04") if "two-near-20000" in one.path.name)
    return build(scenario.file, pack)


def made_up(count: int, case: Case, seed: int = 5) -> list[Payment]:
    source = random.Random(seed)
    own = next(one for one in case.payments if one.direction == "in")
    payments = []
    for number in range(count):
        who = source.randrange(HOLDERS)
        ours = number % (count // 50 or 1) == 0  # fifty payments that the case hangs together with
        payments.append(
            Payment(
                case=f"H-{number}",
                payer=f"客户{who}",
                payer_account=own.payer_account if ours else f"62220000{who:08d}",
                payee="",
                payee_account="",
                amount=Decimal(source.randrange(500, 60_000)),
                currency="CNY",
                date=date(2024, 1, 1) + timedelta(days=source.randrange(900)),
                method=source.choice(("cash", "transfer")),
                serial=f"S{number:010d}",
                status="",
                direction="in",
                policyholder=own.policyholder if ours else f"客户{who}",
                policyholder_id=own.policyholder_id if ours else f"ID{who}",
            )
        )
    return payments


def milliseconds(case: Case, pack: Pack, context: Context, times: int) -> float:
    """The median of the processor time of one audit."""
    taken = []
    for _ in range(times):
        start = time.process_time()
        audit(case, pack, context)
        taken.append(time.process_time() - start)
    return 1000 * sorted(taken)[times // 2]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--payments", type=int, default=100_000)
    arguments.add_argument("--times", type=int, default=25)
    given = arguments.parse_args()
    folder = find_pack("cn-insurance")
    pack = load_pack(folder)
    case, context = sound_case(pack, folder)
    with tempfile.TemporaryDirectory() as scratch, closing(CaseIndex(Path(scratch) / "index.sqlite")) as index:
        start = time.perf_counter()
        index.add_payments(made_up(given.payments, case))
        print(f"{given.payments} payments filed in {time.perf_counter() - start:.1f} s")
        history = index.history_for(case.id)
        without = milliseconds(case, pack, replace(context, history=None), given.times)
        with_it = milliseconds(case, pack, replace(context, history=history), given.times)
    print(f"one audit: {without:.1f} ms without history, {with_it:.1f} ms with it: {with_it - without:.1f} ms added")


if __name__ == "__main__":
    main()
