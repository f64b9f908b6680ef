"""What if the money did not come from the right person, in the right way, to the right account?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from random import Random

from samples.defects.kind import kind
from samples.paper import Entry, Fields, Section
from samples.papers.payment import receipt, slip
from samples.papers.words import capitals, money
from samples.people import draw_person, luhn_card
from samples.plan import Plan, Planted
from samples.references import seller_account

FAIL = "fail"


def _slip_type(plan: Plan) -> str:
    return "P02" if plan.has("P02") else "P03"


@kind("third_party_without_papers", refacts=True)
def third_party_without_papers(plan: Plan, rng: Random) -> Planted | None:
    """A stranger's account paid, and nothing in the file says why."""
    facts = plan.facts
    if facts.payer or facts.method not in ("transfer",) or facts.line == "property":
        return None
    stranger = draw_person(rng, facts.days["application"], (28, 55))
    if stranger.name[0] == facts.policyholder.name[0]:
        return None
    account = luhn_card(rng)
    plan.edit("P02", {"payer.name": stranger.name, "payer.account": account})
    may = ("AML-12", "PAY-05", "XDOC-01", "CASH-02", "AML-09", "AML-07", "COND-01", "PAY-01", "PAY-04", "DOC-01")
    return Planted("third_party_without_papers", {"PAY-02": FAIL, "AML-05": FAIL}, may, (("P02", "", "payer.name"),))


@kind("payer_papers_missing")
def payer_papers_missing(plan: Plan, rng: Random) -> Planted | None:
    """The spouse paid; neither statement nor proof of relation is there."""
    if not plan.facts.payer:
        return None
    plan.drop("P05")
    plan.drop("D-204", "payer")
    plan.drop("D-202", "payer")
    return Planted(
        "payer_papers_missing",
        {"AML-05": FAIL},
        ("PAY-02", "DOC-01", "SIGN-01", "PAY-05", "KYC-01", "XDOC-01", "AML-09"),
        ((_slip_type(plan), "", "payer.name"),),
    )


@kind("payee_is_a_person")
def payee_is_a_person(plan: Plan, rng: Random) -> Planted | None:
    if not plan.has("P02") or plan.facts.method == "direct_debit":
        return None
    who = draw_person(rng, plan.facts.days["application"], (28, 55))
    plan.edit("P02", {"payee.name": who.name, "payee.account": luhn_card(rng), "payee.bank": "中国农业银行上海分行"})
    return Planted(
        "payee_is_a_person",
        {"PAY-03": FAIL},
        ("CASH-02", "PAY-01", "PAY-04", "XDOC-01", "AML-12", "AML-07", "COND-01"),
        (("P02", "", "payee.name"),),
    )


@kind("seller_collects")
def seller_collects(plan: Plan, rng: Random) -> Planted | None:
    """The premium went to the seller's own account."""
    if not plan.has("P02") or plan.facts.seller is None or plan.facts.method == "direct_debit":
        return None
    seller = plan.facts.seller.person
    plan.edit(
        "P02",
        {"payee.name": seller.name, "payee.account": seller_account(plan.facts), "payee.bank": "中国农业银行上海分行"},
    )
    return Planted(
        "seller_collects",
        {"PAY-03": FAIL, "CASH-02": FAIL},
        ("PAY-01", "PAY-04", "COND-01", "AML-12"),
        (("P02", "", "payee.name"),),
    )


@kind("seller_pays")
def seller_pays(plan: Plan, rng: Random) -> Planted | None:
    """The seller's account paid the customer's premium."""
    facts = plan.facts
    if facts.method != "transfer" or facts.seller is None or facts.payer or facts.line == "property":
        return None
    plan.edit("P02", {"payer.name": facts.seller.person.name, "payer.account": seller_account(facts)})
    may = ("COND-01", "AML-12", "PAY-05", "AML-09", "DOC-01", "PAY-04", "PAY-01")
    return Planted("seller_pays", {"CASH-02": FAIL, "PAY-02": FAIL, "AML-05": FAIL}, may, (("P02", "", "payer.name"),))


@kind("underpaid")
def underpaid(plan: Plan, rng: Random) -> Planted | None:
    paid = (plan.facts.total * Decimal("0.6")).quantize(Decimal(1))
    if plan.facts.total - paid < 20:
        return None
    plan.edit(_slip_type(plan), {"amount": money(paid), "amount_in_words": capitals(paid)})
    return Planted(
        "underpaid", {"PAY-04": FAIL}, ("PAY-01", "XDOC-04", "PAY-08", "AMT-01"), ((_slip_type(plan), "", "amount"),)
    )


@kind("slip_failed")
def slip_failed(plan: Plan, rng: Random) -> Planted | None:
    word = {"P02": rng.choice(("交易失败", "处理中", "已撤销")), "P03": "支付失败"}[_slip_type(plan)]
    plan.edit(_slip_type(plan), {"status": word})
    return Planted(
        "slip_failed",
        {"PAY-01": FAIL},
        ("PAY-04", "PAY-02", "PAY-06", "AML-01", "AML-02", "DATE-01", "AML-05"),
        ((_slip_type(plan), "", "status"),),
    )


@kind("slip_used_before")
def slip_used_before(plan: Plan, rng: Random) -> Planted | None:
    """The same serial, amount and day stand in the history of another case."""
    paper = plan.paper(_slip_type(plan))
    row = (
        "H-DUP",
        "7700000000000999",
        "虚构客户戊",
        "",
        "虚构客户戊",
        "",
        paper.value("amount"),
        "CNY",
        paper.value("date"),
        paper.value("method"),
        paper.value("serial"),
    )
    plan.references.setdefault("payments", []).append(row)
    return Planted("slip_used_before", {"PAY-07": FAIL}, ("AML-12", "AML-04"), ((_slip_type(plan), "", "serial"),))


@kind("payment_long_after")
def payment_long_after(plan: Plan, rng: Random) -> Planted | None:
    """Paid after the policy was issued, and after more than sixty days."""
    if plan.facts.method == "direct_debit" or (
        plan.facts.days["application"].year == 2026 and plan.facts.days["application"].month > 7
    ):
        return None
    late = plan.facts.days["application"] + timedelta(days=rng.randint(66, 90))
    plan.edit(_slip_type(plan), {"date": str(late)})
    return Planted(
        "payment_long_after", {"DATE-01": FAIL, "PAY-06": FAIL}, ("PAY-01", "PAY-04"), ((_slip_type(plan), "", "date"),)
    )


@kind("account_differs_from_authority")
def account_differs_from_authority(plan: Plan, rng: Random) -> Planted | None:
    if not plan.has("P01") or not plan.has("P02"):
        return None
    plan.edit(
        "P02", {"payer.account": luhn_card(rng, "621700" if not plan.facts.account.startswith("621700") else "622202")}
    )
    return Planted(
        "account_differs_from_authority",
        {"PAY-05": FAIL},
        ("XDOC-04", "PAY-02", "AML-12"),
        (("P02", "", "payer.account"),),
    )


@kind("cash_by_agent", refacts=True, products=("accident", "medical"))
def cash_by_agent(plan: Plan, rng: Random) -> Planted | None:
    """The agent took more than 1,000 yuan in cash at the customer's home; only a receipt shows it."""
    facts = plan.facts
    if facts.channel != "agent" or facts.seller is None or facts.payer:
        return None
    plan.refacts(premium=Decimal(rng.randint(1200, 1900)), method="cash", payer=None)
    paper = receipt(plan.facts)
    extra = Fields(
        "cash",
        (
            Entry("method", "cash", "method"),
            Entry("_handler", f"{facts.seller.person.name}（业务员，客户住所现场收取）"),
        ),
    )
    sections: list[Section] = [*paper.sections[:2], extra, *paper.sections[2:]]
    plan.drop("P02")
    plan.papers.append(replace(paper, sections=tuple(sections)))
    may = (
        "PAY-01",
        "DOC-01",
        "CASH-02",
        "PAY-03",
        "PAY-02",
        "PAY-04",
        "AML-01",
        "PAY-06",
        "PAY-07",
        "PAY-08",
        "DATE-01",
    )
    return Planted("cash_by_agent", {"CASH-01": ["fail", "review"]}, may, (("P04", "", "amount"),))


def _cash_slips(plan: Plan, amounts: list[Decimal], spread: int) -> None:
    """Replace the slip by several cash deposits."""
    plan.drop("P02")
    plan.drop("P03")
    first = plan.facts.days["payment"]
    for n, amount in enumerate(amounts):
        day = first if not spread else first - timedelta(days=spread * (len(amounts) - 1 - n))
        plan.papers.append(slip(plan.facts, amount, max(day, plan.facts.days["application"]), n + 1, "cash"))


@kind("cash_large", refacts=True, products=("participating", "universal", "annuity", "health"))
def cash_large(plan: Plan, rng: Random) -> Planted | None:
    """50,000 yuan or more in cash on one day, and no report in the file."""
    facts = plan.facts
    if not facts.long_term or facts.payer or facts.riders or facts.minor:
        return None
    amount = Decimal(rng.randint(52, 70) * 1000)
    plan.refacts(
        premium=amount, mode="annual", method="cash", household_income=int(amount) * 8, budget=int(amount), pay_years=5
    )
    if plan.facts.statement_triggers:
        return None
    return Planted(
        "cash_large",
        {"AML-03": FAIL},
        ("AML-01", "AML-04", "AML-08", "AML-09", "CASH-01", "PAY-01"),
        (("P02", "", "amount"),),
    )


@kind("cash_split", refacts=True, products=("participating", "universal", "annuity", "health"))
def cash_split(plan: Plan, rng: Random) -> Planted | None:
    """Three deposits just under 20,000 within ten days."""
    facts = plan.facts
    if not facts.long_term or facts.payer or facts.riders or facts.minor:
        return None
    amounts = [Decimal(19_800), Decimal(19_500), Decimal(19_600)]
    total = sum(amounts, Decimal(0))
    days = {**facts.days}
    for key in ("payment", "issue", "effective", "receipt", "callback", "recording_checked"):
        days[key] = days[key] + timedelta(days=4)
    plan.refacts(
        premium=total, mode="annual", method="cash", household_income=480_000, budget=int(total), pay_years=5, days=days
    )
    if plan.facts.statement_triggers:
        return None
    _cash_slips(plan, amounts, 2)
    may = ("AML-03", "AML-01", "AML-08", "AML-09", "CASH-01", "PAY-01", "DELV-02", "PAY-04")
    return Planted("cash_split", {"AML-04": FAIL}, may, (("P02", "", "amount"),))


@kind("watchlist_hit")
def watchlist_hit(plan: Plan, rng: Random) -> Planted | None:
    """Name, birth date and number of the policyholder stand on the list."""
    who = plan.facts.policyholder
    row = (
        f"NK-plant-{plan.facts.case}",
        "Person",
        who.name,
        "",
        str(who.birth),
        "cn",
        "",
        who.id_number,
        "fictional list",
        "",
        "",
        "fictional",
        "2024-01-01T00:00:00",
        "2026-11-20T00:00:00",
        "2026-11-20T00:00:00",
    )
    plan.references.setdefault("watchlist", []).append(row)
    return Planted("watchlist_hit", {"AML-07": FAIL}, ("AML-08",), (("D-202", "policyholder", "name"),))
