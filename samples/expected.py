"""What would a careful reader of a lawful case find for each of the 119 checks?

An outcome, several acceptable ones, or None where the generator cannot know. Written from the domain
specification apart from the checks' own code, so that the two are compared and not copied.
"""

from __future__ import annotations

from datetime import date

from samples.facts import CaseFacts

Expectation = str | list[str] | None
PASS, NONE = "pass", "not_applicable"
HOLDS: list[str] = [PASS, NONE]
ALL_CHECKS = [
    "PRIV-01",
    "PRIV-02",
    "MKT-01",
    "MKT-02",
    "SELL-01",
    "SELL-02",
    "SELL-03",
    "SELL-04",
    "KYC-01",
    "KYC-02",
    "KYC-03",
    "KYC-04",
    "KYC-05",
    "SUIT-01",
    "SUIT-02",
    "SUIT-03",
    "SUIT-04",
    "SUIT-05",
    "SUIT-06",
    "SUIT-07",
    "SUIT-08",
    "SUIT-09",
    "SUIT-10",
    "SUIT-11",
    "SUIT-12",
    "DISC-01",
    "DISC-02",
    "DISC-03",
    "DISC-04",
    "DISC-05",
    "DISC-06",
    "DISC-07",
    "DISC-08",
    "COND-01",
    "COND-02",
    "COND-03",
    "COND-04",
    "COND-05",
    "COND-06",
    "SELL-05",
    "DOC-01",
    "DOC-02",
    "SIGN-01",
    "SIGN-02",
    "SIGN-03",
    "SIGN-04",
    "SIGN-05",
    "SIGN-06",
    "SIGN-07",
    "SIGN-08",
    "SIGN-09",
    "COPY-01",
    "COPY-02",
    "INSI-01",
    "BENE-01",
    "BENE-02",
    "MINOR-01",
    "MINOR-02",
    "AGE-01",
    "HEAL-01",
    "HEAL-02",
    "XDOC-01",
    "XDOC-02",
    "XDOC-03",
    "XDOC-04",
    "AMT-01",
    "AMT-02",
    "DATE-01",
    "REC-01",
    "REC-02",
    "REC-03",
    "REC-04",
    "PRIV-03",
    "PRIV-04",
    "CONT-01",
    "CRS-01",
    "LEGAL-01",
    "PAY-01",
    "PAY-02",
    "PAY-03",
    "PAY-04",
    "PAY-05",
    "PAY-06",
    "PAY-07",
    "PAY-08",
    "CASH-01",
    "CASH-02",
    "AML-01",
    "AML-02",
    "AML-03",
    "AML-04",
    "AML-05",
    "AML-06",
    "AML-07",
    "AML-08",
    "AML-09",
    "AML-10",
    "AML-11",
    "AML-12",
    "DELV-01",
    "DELV-02",
    "DELV-03",
    "COOL-01",
    "CALL-01",
    "CALL-02",
    "CALL-03",
    "CALL-04",
    "SURR-01",
    "SURR-02",
    "SURR-03",
    "SURR-04",
    "CLM-01",
    "CLM-02",
    "CLM-03",
    "CLM-04",
    "PRES-01",
    "COMP-01",
    "ORPH-01",
    "ARCH-01",
]


def _if(condition: bool) -> str:
    return PASS if condition else NONE


def _before_signing(facts: CaseFacts) -> dict[str, Expectation]:
    """S1 to S5."""
    personal, long_term = facts.line == "personal", facts.long_term
    periodic = facts.not_guaranteed and facts.mode != "single"
    in_force = facts.days["application"] >= date(2026, 2, 1)
    statute = facts.not_guaranteed and (in_force or facts.channel == "bank")
    return {
        "PRIV-01": PASS if personal else HOLDS,
        "PRIV-02": HOLDS,
        "MKT-01": NONE,
        "MKT-02": HOLDS,
        "SELL-01": _if(facts.seller is not None),
        "SELL-02": PASS,
        "SELL-03": HOLDS,
        "SELL-04": HOLDS,
        "KYC-01": PASS,
        "KYC-02": PASS,
        "KYC-03": PASS,
        "KYC-04": PASS,
        "KYC-05": NONE,
        "SUIT-01": _if(long_term),
        "SUIT-02": _if(long_term),
        "SUIT-03": _if(long_term and in_force),
        "SUIT-04": _if(statute and facts.mode == "single"),
        "SUIT-05": _if(statute and periodic),
        "SUIT-06": _if(statute and periodic),
        "SUIT-07": _if(statute),
        "SUIT-08": _if(facts.product.kind == "unit_linked"),
        "SUIT-09": HOLDS,
        "SUIT-10": HOLDS if facts.product.kind in ("medical", "property") else NONE,
        "SUIT-11": HOLDS,
        "SUIT-12": None if facts.channel == "bank" else NONE,
        "DISC-01": _if(personal),
        "DISC-02": _if(long_term),
        "DISC-03": PASS,
        "DISC-04": PASS,
        "DISC-05": _if(facts.not_guaranteed),
        "DISC-06": _if(facts.product.kind in ("health", "medical")),
        "DISC-07": HOLDS,
        "DISC-08": _if(long_term),
        "COND-01": HOLDS,
        "COND-02": HOLDS,
        "COND-03": HOLDS,
        "COND-04": HOLDS,
        "COND-05": HOLDS,
        "COND-06": HOLDS,
        "SELL-05": HOLDS,
    }


def _signing(facts: CaseFacts) -> dict[str, Expectation]:
    """S6."""
    personal = facts.line == "personal"
    other = personal and not facts.same_person
    death = facts.product.death_benefit and personal
    parent = facts.minor and facts.relation == "父母"
    under_14 = facts.insured.age(facts.days["application"]) < 14
    return {
        "DOC-01": PASS,
        "DOC-02": PASS,
        "SIGN-01": PASS,
        "SIGN-02": PASS if death and other and not parent else HOLDS if death and other else NONE,
        "SIGN-03": HOLDS if facts.minor else NONE,
        "SIGN-04": _if(facts.face_to_face),
        "SIGN-05": PASS,
        "SIGN-06": PASS,
        "SIGN-07": None,
        "SIGN-08": HOLDS,
        "SIGN-09": HOLDS,
        "COPY-01": _if(facts.not_guaranteed),
        "COPY-02": PASS if facts.not_guaranteed else NONE,
        "INSI-01": PASS if other else HOLDS if personal else NONE,
        "BENE-01": _if(death),
        "BENE-02": PASS if other and facts.beneficiaries and not facts.minor else HOLDS,
        "MINOR-01": PASS if parent and death else NONE,
        "MINOR-02": HOLDS if facts.minor and death else NONE,
        "AGE-01": HOLDS,
        "HEAL-01": _if(personal and facts.product.kind != "accident"),
        "HEAL-02": HOLDS,
        "XDOC-01": PASS,
        "XDOC-02": PASS,
        "XDOC-03": PASS,
        "XDOC-04": PASS,
        "AMT-01": PASS,
        "AMT-02": PASS if personal else HOLDS,
        "DATE-01": PASS,
        "REC-01": _if(facts.recorded),
        "REC-02": _if(facts.recorded),
        "REC-03": _if(facts.recorded),
        "REC-04": _if(facts.recorded),
        "PRIV-03": PASS if facts.long_term else HOLDS,
        "PRIV-04": _if(personal and under_14),
        "CONT-01": PASS,
        "CRS-01": PASS if facts.product.cash_value else NONE,
        "LEGAL-01": NONE,
    }


def _payment(facts: CaseFacts) -> dict[str, Expectation]:
    """S7."""
    debit = facts.method == "direct_debit"
    third = facts.payer is not None
    # a card or wallet voucher names nobody; only an invoice then says whose money it was
    nameless = facts.method in ("pos", "wechat") and not facts.long_term
    return {
        "PAY-01": PASS,
        "PAY-02": [PASS, "review"] if nameless else PASS if not third else HOLDS,
        "PAY-03": PASS,
        "PAY-04": PASS,
        "PAY-05": _if(debit) if not (debit and third) else HOLDS,
        "PAY-06": PASS,
        "PAY-07": PASS,
        "PAY-08": HOLDS,
        "CASH-01": HOLDS,
        "CASH-02": PASS,
        "AML-01": HOLDS if facts.method == "cash" else NONE,
        "AML-02": HOLDS if facts.method != "cash" else NONE,
        "AML-03": HOLDS,
        "AML-04": HOLDS,
        "AML-05": PASS if third else HOLDS,
        "AML-06": HOLDS,
        "AML-07": PASS,
        "AML-08": HOLDS,
        "AML-09": HOLDS,
        "AML-10": NONE,
        "AML-11": HOLDS,
        "AML-12": HOLDS,
    }


def _after(facts: CaseFacts) -> dict[str, Expectation]:
    """S8; cases with a surrender or a claim override their own checks."""
    long_term = facts.long_term
    found: dict[str, Expectation] = {
        check: _if(long_term) for check in ("DELV-01", "DELV-02", "DELV-03", "COOL-01", "CALL-01", "CALL-02", "CALL-03")
    }
    found["CALL-04"] = HOLDS
    found.update(
        dict.fromkeys(
            ("SURR-01", "SURR-02", "SURR-03", "SURR-04", "CLM-01", "CLM-02", "CLM-03", "CLM-04", "PRES-01", "COMP-01"),
            NONE,
        )
    )
    found["SURR-03"] = found["ORPH-01"] = found["ARCH-01"] = HOLDS
    return found


def expected(facts: CaseFacts) -> dict[str, Expectation]:
    """The outcome of every check for the lawful sale, in the order of the specification."""
    found = {**_before_signing(facts), **_signing(facts), **_payment(facts), **_after(facts)}
    return {check: found[check] for check in ALL_CHECKS}
