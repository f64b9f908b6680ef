"""What if a signature, a copied sentence, a tick or a signing date is not as it must be?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random

from samples.defects.kind import Plant, kind
from samples.expected import Expectation
from samples.paper import Copied, Question, Questions, Section, Signing, Ticks
from samples.plan import Plan, Planted

FAIL = "fail"
NEW_TYPE = ("participating", "universal", "unit_linked")
HOLDER = "policyholder_signature"
# kind: (document type, mark, checks that must fail, checks that may)
UNSIGNED: dict[str, tuple[str, str, tuple[str, ...], tuple[str, ...]]] = {
    "unsigned_application": (
        "F01",
        HOLDER,
        ("SIGN-01",),
        ("COPY-01", "DOC-02", "SIGN-05", "SIGN-02", "BENE-02", "SIGN-03", "SIGN-06"),
    ),
    "unsigned_reminder": ("D-401", HOLDER, ("SIGN-01", "DISC-01"), ("SIGN-05",)),
    "unsigned_exclusions": ("D-404", HOLDER, ("SIGN-01", "DISC-04"), ("SIGN-05", "DISC-06")),
    "unsigned_receipt": ("A02", HOLDER, ("SIGN-01", "DELV-01"), ("SIGN-05",)),
    "unsigned_needs": ("D-301", HOLDER, ("SUIT-01",), ("SIGN-01", "SIGN-05")),
    "unsigned_consent": ("D-101", HOLDER, ("PRIV-01",), ("SIGN-01", "SIGN-05")),
    "unsigned_risk_profile": ("D-302", HOLDER, ("SUIT-08",), ("SIGN-01", "SIGN-05")),
    "unsigned_statement": ("F02", HOLDER, ("SIGN-01",), ("SUIT-04", "SUIT-05", "SUIT-06", "SUIT-07", "SIGN-05")),
    "unsigned_by_seller": ("F01", "seller_signature", ("SIGN-04",), ("SIGN-05",)),
    "unsigned_debit": ("P01", HOLDER, ("SIGN-01", "PAY-05"), ("SIGN-05",)),
    "unsigned_payer": ("P05", "payer_signature", ("AML-05",), ("PAY-02", "SIGN-01", "SIGN-05")),
}


def _unsigned(name: str, document: str, mark: str, checks: tuple[str, ...], may: tuple[str, ...]) -> Plant:
    def plant(plan: Plan, rng: Random) -> Planted | None:
        if not plan.has(document):
            return None
        lines = [
            line for section in plan.paper(document).sections if isinstance(section, Signing) for line in section.lines
        ]
        if mark not in {line.mark for line in lines}:
            return None
        if mark == "seller_signature" and not plan.facts.face_to_face:
            return None
        plan.unsign(document, mark)
        return Planted(name, dict.fromkeys(checks, FAIL), may, ((document, "", mark),))

    return plant


for _name, (_document, _mark, _checks, _may) in UNSIGNED.items():
    _products = {"unsigned_risk_profile": ("unit_linked",), "unsigned_statement": NEW_TYPE}.get(_name, ())
    kind(_name, products=_products)(_unsigned(_name, _document, _mark, _checks, _may))


@kind("unsigned_by_insured")
def unsigned_by_insured(plan: Plan, rng: Random) -> Planted | None:
    """Another adult's life is insured for death and he or she did not sign."""
    facts = plan.facts
    if facts.same_person or facts.minor or not facts.product.death_benefit or facts.line != "personal":
        return None
    plan.unsign("F01", "insured_signature")
    checks = {"SIGN-02": FAIL}
    if facts.beneficiaries:
        checks["BENE-02"] = FAIL
    return Planted(
        "unsigned_by_insured",
        checks,
        ("INSI-01", "SIGN-01", "SIGN-05", "HEAL-01", "BENE-02") if not facts.beneficiaries else ("INSI-01", "SIGN-05"),
        (("F01", "", "insured_signature"),),
    )


@kind("signature_copied")
def signature_copied(plan: Plan, rng: Random) -> Planted | None:
    """One and the same picture of a signature on several papers: for a person to judge."""
    occasion = rng.randrange(1, 1 << 16)

    def change(section: Section) -> Section:
        if not isinstance(section, Signing):
            return section
        return replace(
            section, lines=tuple(replace(ln, occasion=occasion) if ln.mark == HOLDER else ln for ln in section.lines)
        )

    for document in ("F01", "D-401", "D-404"):
        plan.resection(document, change)
    targets = tuple((document, "", HOLDER) for document in ("F01", "D-401", "D-404") if plan.has(document))
    if len(targets) < 2:
        return None
    # a signing platform may lawfully print one picture on all its electronic pages
    outcome: Expectation = ["review", "pass"] if plan.look == "digital" else "review"
    return Planted("signature_copied", {"SIGN-06": outcome}, (), targets)


@kind("signed_with_other_name")
def signed_with_other_name(plan: Plan, rng: Random) -> Planted | None:
    """Somebody signs the application with another name; unreadable hands are for a person."""
    if plan.facts.seller is None:
        return None
    seller = plan.facts.seller.person

    def change(section: Section) -> Section:
        if not isinstance(section, Signing):
            return section
        return replace(
            section, lines=tuple(replace(ln, who=seller) if ln.mark == HOLDER else ln for ln in section.lines)
        )

    plan.resection("F01", change)
    return Planted(
        "signed_with_other_name",
        {"SIGN-07": ["fail", "review"]},
        ("SIGN-06", "SIGN-01", "KYC-05", "COPY-02"),
        (("F01", "", HOLDER),),
    )


def _written(plan: Plan, text: str) -> None:
    plan.resection("F01", lambda section: replace(section, written=text) if isinstance(section, Copied) else section)


@kind("copy_missing", products=("participating", "universal", "unit_linked"))
def copy_missing(plan: Plan, rng: Random) -> Planted | None:
    if not plan.facts.not_guaranteed:
        return None
    _written(plan, "")
    return Planted("copy_missing", {"COPY-01": FAIL}, ("DOC-02", "COPY-02"), (("F01", "", "copied_sentence"),))


@kind("copy_short", products=("participating", "universal", "unit_linked"))
def copy_short(plan: Plan, rng: Random) -> Planted | None:
    """Only the first half was copied."""
    if not plan.facts.not_guaranteed:
        return None
    _written(plan, "本人已阅读保险条款、产品说明书和投保提示书")
    return Planted("copy_short", {"COPY-01": FAIL}, ("COPY-02",), (("F01", "", "copied_sentence"),))


@kind("undated_application")
def undated_application(plan: Plan, rng: Random) -> Planted | None:
    plan.edit("F01", {"signed_date": ""})
    may = (
        "DOC-02",
        "DATE-01",
        "KYC-03",
        "SUIT-02",
        "DISC-01",
        "SELL-01",
        "SELL-02",
        "SUIT-08",
        "PAY-06",
        "AGE-01",
        "XDOC-03",
        "COPY-01",
        "REC-03",
        "MINOR-01",
    )
    return Planted("undated_application", {"SIGN-05": FAIL}, may, (("F01", "", "signed_date"),))


@kind("undated_exclusions")
def undated_exclusions(plan: Plan, rng: Random) -> Planted | None:
    plan.edit("D-404", {"signed_date": ""})
    return Planted("undated_exclusions", {"SIGN-05": FAIL}, ("DISC-04", "DATE-01"), (("D-404", "", "signed_date"),))


@kind("needs_after_application")
def needs_after_application(plan: Plan, rng: Random) -> Planted | None:
    if not plan.has("D-301"):
        return None
    late = plan.facts.days["application"] + timedelta(days=rng.randint(2, 9))
    plan.edit("D-301", {"signed_date": str(late)})
    return Planted(
        "needs_after_application",
        {"SUIT-02": FAIL, "DATE-01": FAIL},
        ("SUIT-01",),
        (("D-301", "", "signed_date"), ("F01", "", "signed_date")),
    )


@kind("reminder_after_application")
def reminder_after_application(plan: Plan, rng: Random) -> Planted | None:
    if not plan.has("D-401"):
        return None
    late = plan.facts.days["application"] + timedelta(days=rng.randint(2, 9))
    plan.edit("D-401", {"signed_date": str(late)})
    return Planted(
        "reminder_after_application", {"DISC-01": FAIL, "DATE-01": FAIL}, (), (("D-401", "", "signed_date"),)
    )


@kind("consent_after_application")
def consent_after_application(plan: Plan, rng: Random) -> Planted | None:
    if not plan.has("D-101"):
        return None
    late = plan.facts.days["application"] + timedelta(days=rng.randint(3, 12))
    plan.edit("D-101", {"signed_date": str(late)})
    return Planted("consent_after_application", {"PRIV-01": FAIL}, ("DATE-01",), (("D-101", "", "signed_date"),))


@kind("health_unanswered")
def health_unanswered(plan: Plan, rng: Random) -> Planted | None:
    if not plan.has("F03"):
        return None
    blank = rng.randint(0, 5)

    def change(section: Section) -> Section:
        if not isinstance(section, Questions):
            return section
        items = tuple(
            replace(item, answer="", detail="") if n == blank else item for n, item in enumerate(section.items)
        )
        return replace(section, items=items)

    plan.resection("F03", change)
    return Planted("health_unanswered", {"HEAL-01": FAIL}, ("DOC-02",), (("F03", "", f"answers[{blank + 1}]"),))


@kind("health_yes_without_details")
def health_yes_without_details(plan: Plan, rng: Random) -> Planted | None:
    if not plan.has("F03"):
        return None

    def swap(item: Question) -> Question:
        return replace(item, answer="是", detail="") if item.name == "answers[2]" else item

    plan.resection(
        "F03", lambda s: replace(s, items=tuple(swap(i) for i in s.items)) if isinstance(s, Questions) else s
    )
    return Planted("health_yes_without_details", {"HEAL-01": FAIL}, ("HEAL-02",), (("F03", "", "answers[2]"),))


@kind("separate_consent_unticked")
def separate_consent_unticked(plan: Plan, rng: Random) -> Planted | None:
    """Nothing is ticked and nobody signed: a form that lies in the file only."""
    if not plan.has("F08") or not plan.facts.long_term:
        return None
    plan.resection(
        "F08",
        lambda s: replace(s, items=tuple(replace(i, ticked=False) for i in s.items)) if isinstance(s, Ticks) else s,
    )
    plan.unsign("F08", HOLDER)
    plan.unsign("F08", "guardian_signature")
    return Planted(
        "separate_consent_unticked",
        {"PRIV-03": FAIL},
        ("PRIV-04", "SIGN-01", "SIGN-03", "SIGN-05"),
        (("F08", "", HOLDER),),
    )
