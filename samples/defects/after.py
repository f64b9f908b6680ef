"""What if delivery, call-back or a surrender went wrong?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from samples.defects.kind import kind
from samples.events import TODAY, add_claim, add_surrender
from samples.paper import Paper, Questions, Section
from samples.papers.after import surrender
from samples.people import draw_person, luhn_card
from samples.plan import Plan, Planted

FAIL = "fail"


@kind("callback_late")
def callback_late(plan: Plan, rng: Random) -> Planted | None:
    if not plan.has("A03"):
        return None
    late = plan.facts.days["receipt"] + timedelta(days=plan.facts.cooling_off + rng.randint(3, 14))
    if late > TODAY:
        return None
    plan.edit("A03", {"date": str(late)})
    return Planted(
        "callback_late", {"CALL-01": FAIL, "DATE-01": FAIL}, (), (("A03", "", "date"), ("A02", "", "received_date"))
    )


@kind("callback_before_receipt")
def callback_before_receipt(plan: Plan, rng: Random) -> Planted | None:
    """The customer was called before the policy was handed over."""
    if not plan.has("A03") or (plan.facts.days["receipt"] - plan.facts.days["issue"]).days < 2:
        return None
    early = plan.facts.days["receipt"] - timedelta(days=1)
    plan.edit("A03", {"date": str(early)})
    return Planted(
        "callback_before_receipt", {"CALL-01": FAIL, "DATE-01": FAIL, "DELV-03": FAIL}, (), (("A03", "", "date"),)
    )


@kind("callback_failed")
def callback_failed(plan: Plan, rng: Random) -> Planted | None:
    if not plan.has("A03"):
        return None
    plan.edit("A03", {"result": "失败"})
    return Planted(
        "callback_failed", {"CALL-01": FAIL}, ("CALL-02", "CALL-04", "DATE-01", "CALL-03"), (("A03", "", "result"),)
    )


@kind("callback_to_seller")
def callback_to_seller(plan: Plan, rng: Random) -> Planted | None:
    if not plan.has("A03") or plan.facts.seller is None:
        return None
    plan.edit("A03", {"phone": plan.facts.seller.person.phone})
    return Planted("callback_to_seller", {"CALL-03": FAIL}, ("CALL-01", "CONT-01"), (("A03", "", "phone"),))


@kind("callback_other_phone")
def callback_other_phone(plan: Plan, rng: Random) -> Planted | None:
    """The number called is not the one on the application."""
    if not plan.has("A03"):
        return None
    other = "13" + plan.facts.policyholder.phone[2:-3] + "417"
    if other == plan.facts.policyholder.phone:
        return None
    plan.edit("A03", {"phone": other})
    return Planted("callback_other_phone", {"CALL-03": FAIL}, ("CONT-01", "CALL-01"), (("A03", "", "phone"),))


@kind("callback_item_missing")
def callback_item_missing(plan: Plan, rng: Random) -> Planted | None:
    if not plan.has("A03"):
        return None
    blank = rng.randint(2, 6)

    def drop(section: Section) -> Section:
        if not isinstance(section, Questions):
            return section
        return replace(section, items=tuple(item for item in section.items if item.name != f"answers[{blank}]"))

    plan.change("A03", lambda paper: _renumbered(paper.altered(drop)))
    return Planted("callback_item_missing", {"CALL-02": FAIL}, ("CALL-01",), (("A03", "", ""),))


def _renumbered(paper: Paper) -> Paper:
    def change(section: Section) -> Section:
        if not isinstance(section, Questions):
            return section
        return replace(
            section, items=tuple(replace(item, name=f"answers[{n}]") for n, item in enumerate(section.items, 1))
        )

    return paper.altered(change)


@kind("receipt_late", refacts=True)
def receipt_late(plan: Plan, rng: Random) -> Planted | None:
    """Handed over long after fifteen working days."""
    if not plan.has("A02"):
        return None
    days = dict(plan.facts.days)
    shift = timedelta(days=rng.randint(35, 50))
    for key in ("receipt", "callback", "recording_checked"):
        days[key] = days[key] + shift
    if days["callback"] > TODAY:
        return None
    plan.refacts(days=days)
    return Planted("receipt_late", {"DELV-02": FAIL}, ("REC-04",), (("A02", "", "received_date"),))


@kind("receipt_before_issue")
def receipt_before_issue(plan: Plan, rng: Random) -> Planted | None:
    if not plan.has("A02"):
        return None
    early = plan.facts.days["issue"] - timedelta(days=rng.randint(2, 6))
    plan.edit("A02", {"received_date": str(early)})
    return Planted(
        "receipt_before_issue",
        {"DELV-03": FAIL, "DATE-01": FAIL},
        ("CALL-01", "DELV-01", "DELV-02", "REC-04"),
        (("A02", "", "received_date"),),
    )


def _surrender(plan: Plan, rng: Random, payee: str, account: str, reason: str, months: int) -> bool:
    facts = plan.facts
    if not facts.long_term or not facts.product.cash_value:
        return False
    day = facts.days["issue"] + timedelta(days=30 * months)
    if day > TODAY or (facts.policyholder.valid_to != "long_term" and str(day) > facts.policyholder.valid_to):
        return False
    refund = (facts.annual_premium * Decimal("0.5")).quantize(Decimal(1)) + 10_000
    plan.papers.append(surrender(facts, day, refund, payee, account, reason))
    plan.expected.update(
        {
            "SURR-01": ["pass", "fail", "review"],
            "SURR-02": "pass",
            "SURR-03": None,
            "SURR-04": None,
            "COND-06": None,
            "AML-05": None,
        }
    )
    return True


@kind("surrender_to_other")
def surrender_to_other(plan: Plan, rng: Random) -> Planted | None:
    """The refund goes to somebody else's account."""
    other = draw_person(rng, plan.facts.days["application"], (28, 50))
    if not _surrender(plan, rng, other.name, luhn_card(rng), "资金周转需要", rng.randint(14, 20)):
        return None
    return Planted(
        "surrender_to_other",
        {"SURR-02": FAIL},
        ("SURR-01", "SURR-03", "CASH-02", "XDOC-01", "AML-07", "AML-05"),
        (("A05", "", "payee.name"),),
    )


@kind("surrender_to_seller")
def surrender_to_seller(plan: Plan, rng: Random) -> Planted | None:
    if plan.facts.seller is None:
        return None
    seller = plan.facts.seller.person.name
    if not _surrender(plan, rng, seller, luhn_card(rng), "资金周转需要", rng.randint(14, 18)):
        return None
    return Planted(
        "surrender_to_seller",
        {"SURR-02": FAIL, "CASH-02": FAIL},
        ("SURR-01", "SURR-03", "COND-01"),
        (("A05", "", "payee.name"),),
    )


@kind("claim_to_stranger", products=("accident", "medical", "health"))
def claim_to_stranger(plan: Plan, rng: Random) -> Planted | None:
    """The money of a claim goes to somebody who is neither insured nor beneficiary."""
    if not plan.has("A06") and not add_claim(plan, rng):
        return None
    other = draw_person(rng, plan.facts.days["application"], (28, 50))
    for document in ("A06", "P02"):
        plan.papers = [
            paper.with_values({"payee.name": other.name, "payee.account": luhn_card(Random(other.hand))})
            if paper.type == document and (document == "A06" or paper.variant == "payout")
            else paper
            for paper in plan.papers
        ]
    may = ("CLM-01", "CLM-04", "CASH-02", "XDOC-01", "AML-07", "AML-12", "COND-01", "PAY-02", "AML-05")
    return Planted("claim_to_stranger", {"CLM-03": FAIL}, may, (("A06", "", "payee.name"),))


@kind("surrender_paid_late", products=("participating", "ordinary_life", "annuity", "health"))
def surrender_paid_late(plan: Plan, rng: Random) -> Planted | None:
    """More than thirty days lie between the request and the payment."""
    if not plan.has("A05") and not add_surrender(plan, rng):
        return None
    asked = date.fromisoformat(plan.paper("A05").value("signed_date"))
    late = asked + timedelta(days=rng.randint(38, 60))
    if late > TODAY:
        return None
    plan.papers = [p.with_values({"date": str(late)}) if p.variant == "payout" else p for p in plan.papers]
    return Planted("surrender_paid_late", {"SURR-04": FAIL}, ("SURR-02",), (("A05", "", "signed_date"),))
