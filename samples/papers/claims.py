"""What do the papers of a claim say: claim form, diagnosis, decision, payout?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from samples.facts import CaseFacts
from samples.paper import Entry, Fields, Paper, Prose, Seal, Sign, Signing
from samples.papers.words import capitals, money, signed


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim: what happened, who is paid, and when each step was taken."""

    event: date
    reported: date
    decided: date
    paid: date
    amount: Decimal
    payee: str
    account: str
    cause: str
    hospital: str = "市第一人民医院"


def lawful_claim(facts: CaseFacts, amount: Decimal) -> Claim:
    """An event after any waiting period, decided and paid in time, to the insured's own account."""
    event = facts.days["effective"] + timedelta(days=120)
    reported = event + timedelta(days=9)
    decided = reported + timedelta(days=4)
    cause = "意外摔伤骨折住院" if facts.product.kind == "accident" else "疾病住院手术治疗"
    return Claim(
        event, reported, decided, decided + timedelta(days=3), amount, facts.insured.name, facts.account, cause
    )


def claim_papers(facts: CaseFacts, claim: Claim) -> list[Paper]:
    """A06 in its four variants."""
    insured = facts.insured
    number = Entry("policy_no", facts.policy_no, "digits")
    form = Paper(
        "A06",
        (
            Fields(
                "claim",
                (
                    number,
                    Entry("_insured", insured.name),
                    Entry("_id", insured.id_number, "id"),
                    Entry("event_date", str(claim.event), "date"),
                    Entry("_cause", claim.cause),
                    Entry("amount", money(claim.amount), "money"),
                ),
            ),
            Fields("payout", (Entry("payee.name", claim.payee), Entry("payee.account", claim.account, "account"))),
            Prose("claim_words", ("本人声明以上填写内容属实，申请贵公司给付保险金，并授权贵公司向有关机构调查核实。",)),
            Signing((Sign("applicant_signature", "applicant_signature", insured, signed(claim.reported, "_signed")),)),
        ),
        "claim_form",
    )
    diagnosis = Paper(
        "A06",
        (
            Fields(
                "diagnosis",
                (
                    Entry("_name", insured.name),
                    Entry("_sex", insured.sex),
                    Entry("_admitted", str(claim.event), "date"),
                    Entry("_diagnosis", claim.cause),
                ),
            ),
            Prose("diagnosis_words", ("诊断意见：病情稳定，准予出院，建议休息两周，门诊随访。",)),
            Seal(claim.hospital, "诊断证明专用章", mark="seal"),
        ),
        "diagnosis",
    )
    decision = Paper(
        "A06",
        (
            Fields(
                "decision",
                (
                    number,
                    Entry("_insured", insured.name),
                    Entry("_conclusion", "正常给付"),
                    Entry("amount", money(claim.amount), "money"),
                    Entry("_words_paid", capitals(claim.amount), "words"),
                    Entry("decision_date", str(claim.decided), "date"),
                ),
            ),
            Prose("decision_words", ("经审核，本次事故属于保险责任，本公司将在十日内履行给付义务。",)),
            Seal(facts.company.name, "理赔专用章"),
        ),
        "decision",
    )
    return [form, diagnosis, decision]


def payout(facts: CaseFacts, amount: Decimal, day: date, payee: str, account: str, purpose: str) -> Paper:
    """P02 payout: the insurer pays somebody; not a premium payment."""
    entries = (
        Entry("serial", f"{day:%Y%m%d}{(facts.seed * 7 + 13) % 10**10:010d}"),
        Entry("date", str(day), "date"),
        Entry("payer.name", facts.company.name),
        Entry("payer.account", facts.company.account, "account"),
        Entry("payer.bank", facts.company.bank),
        Entry("payee.name", payee),
        Entry("payee.account", account, "account"),
        Entry("payee.bank", facts.account_bank),
        Entry("currency", "CNY"),
        Entry("amount", money(amount), "money"),
        Entry("amount_in_words", capitals(amount), "words"),
        Entry("purpose", purpose),
        Entry("status", "交易成功"),
        Entry("method", "transfer"),
    )
    seal = Seal(facts.company.bank.split("分行")[0], "电子回单专用章", "round", "seal")
    return Paper("P02", (Fields("slip", entries), seal), "payout", None, "bank_slip", people=(facts.insured,))
