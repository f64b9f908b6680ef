"""What else may lawfully happen around a sale? Chats, leaflets, a claim, a surrender."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from samples import chats
from samples.papers.after import surrender
from samples.papers.claims import claim_papers, lawful_claim, payout
from samples.plan import Plan

TODAY = date(2026, 11, 20)
HOLDS = ["pass", "not_applicable"]


def add_claim(plan: Plan, rng: Random) -> bool:
    """A small lawful claim on a health or accident policy; False where the case has no room for it."""
    facts = plan.facts
    if (
        facts.product.kind not in ("health", "accident", "medical")
        or facts.minor
        or facts.payer
        or not facts.same_person
    ):
        return False
    claim = lawful_claim(facts, Decimal(rng.randint(12, 90) * 100))
    valid_to = facts.insured.valid_to
    if claim.paid > TODAY or (valid_to != "long_term" and str(claim.paid) > valid_to):
        return False
    plan.papers += claim_papers(facts, claim)
    plan.papers.append(
        payout(facts, claim.amount, claim.paid, claim.payee, claim.account, f"保单{facts.policy_no}理赔款")
    )
    plan.expected.update({"CLM-01": HOLDS, "CLM-02": HOLDS, "CLM-03": "pass", "CLM-04": None, "HEAL-02": None})
    return True


def add_surrender(plan: Plan, rng: Random) -> bool:
    """A lawful surrender after more than a year, paid to the account that paid the premium."""
    facts = plan.facts
    day = facts.days["issue"] + timedelta(days=rng.randint(400, 600))
    paid = day + timedelta(days=rng.randint(2, 9))
    valid_to = facts.policyholder.valid_to
    room = (
        facts.long_term
        and facts.product.cash_value
        and not facts.payer
        and facts.method not in ("wechat", "alipay", "cash")
    )
    if not room or paid > TODAY or (valid_to != "long_term" and str(paid) > valid_to):
        return False
    refund = (facts.annual_premium * Decimal("0.85")).quantize(Decimal(1))
    name = facts.policyholder.name
    plan.papers.append(surrender(facts, day, refund, name, facts.account, "家庭资金安排变化"))
    plan.papers.append(payout(facts, refund, paid, name, facts.account, f"保单{facts.policy_no}退保金"))
    plan.expected.update({"SURR-01": HOLDS, "SURR-02": "pass", "SURR-03": HOLDS, "SURR-04": HOLDS, "COND-06": None})
    return True


def lawful_extras(plan: Plan, rng: Random) -> None:
    """What some lawful cases carry beside the papers of the matrix, with the traps of the word lists in it."""
    facts = plan.facts
    if facts.line != "personal":
        return
    if facts.seller is not None:
        if rng.random() < 0.15:
            plan.texts = {"沟通记录.txt": chats.export(facts, chats.lawful(facts), rng, "txt")}
        if rng.random() < 0.12:
            plan.papers.append(chats.leaflet(facts))
            plan.expected["MKT-01"] = "pass"
    if rng.random() < 0.25:
        add_claim(plan, rng)
    if rng.random() < 0.25:
        add_surrender(plan, rng)
