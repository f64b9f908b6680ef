"""What if the papers do not agree on what was sold, or do not say what they must?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from random import Random

from samples.defects.kind import kind
from samples.draw import products_of
from samples.paper import Fields, Prose, Question, Questions, Section
from samples.papers.words import capitals, money
from samples.people import years_after
from samples.plan import Plan, Planted

FAIL = "fail"
NEW_TYPE = ("participating", "universal", "unit_linked")


@kind("sum_differs_on_policy")
def sum_differs_on_policy(plan: Plan, rng: Random) -> Planted | None:
    other = plan.facts.sum_insured + rng.choice((10_000, 50_000, -10_000))
    if other <= 0 or (plan.facts.minor and other > 200_000):
        return None
    plan.edit("A01", {"sum_insured": money(other)})
    return Planted(
        "sum_differs_on_policy",
        {"XDOC-04": FAIL},
        ("MINOR-01", "COND-03", "COND-04"),
        (("A01", "", "sum_insured"), ("F01", "", "sum_insured")),
    )


@kind("product_differs_on_policy")
def product_differs_on_policy(plan: Plan, rng: Random) -> Planted | None:
    if plan.facts.line == "property":
        return None
    others = [
        p
        for p in products_of(plan.facts.company)
        if p.kind != plan.facts.product.kind and p.long_term == plan.facts.product.long_term
    ]
    other = rng.choice(others)
    plan.edit("A01", {"product.name": other.name})
    may = ("COND-03", "COND-04", "DISC-02", "DISC-05")
    return Planted(
        "product_differs_on_policy",
        {"XDOC-04": FAIL, "DISC-03": FAIL},
        may,
        (("A01", "", "product.name"), ("F01", "", "product.name")),
    )


@kind("clauses_of_other_product")
def clauses_of_other_product(plan: Plan, rng: Random) -> Planted | None:
    if plan.facts.line == "property":
        return None
    others = [p for p in products_of(plan.facts.company) if p.kind != plan.facts.product.kind]
    other = rng.choice(others)
    plan.edit("D-403", {"product.name": other.name, "product.code": other.code, "_filing": other.filing})
    return Planted(
        "clauses_of_other_product",
        {"DISC-03": FAIL},
        ("XDOC-04", "DOC-01", "DISC-05", "DISC-06"),
        (("D-403", "", "product.name"),),
    )


@kind("term_differs_on_policy")
def term_differs_on_policy(plan: Plan, rng: Random) -> Planted | None:
    if plan.facts.mode == "single" or not plan.facts.long_term:
        return None
    other = 20 if plan.facts.pay_years != 20 else 15
    plan.edit("A01", {"pay_period": f"{other}年"})
    return Planted("term_differs_on_policy", {"XDOC-04": FAIL}, ("COND-03", "SUIT-06"), (("A01", "", "pay_period"),))


@kind("premium_differs_on_policy")
def premium_differs_on_policy(plan: Plan, rng: Random) -> Planted | None:
    other = plan.facts.total + rng.choice((100, 500, 1200))
    plan.edit("A01", {"premium": money(other), "_words": capitals(other)})
    return Planted(
        "premium_differs_on_policy",
        {"XDOC-04": FAIL},
        ("PAY-04", "AMT-01", "AMT-02", "COND-03", "COND-04"),
        (("A01", "", "premium"),),
    )


@kind("proposal_differs", refacts=True)
def proposal_differs(plan: Plan, rng: Random) -> Planted | None:
    if not plan.facts.long_term:
        return None
    plan.refacts(seed=plan.facts.seed // 4 * 4)
    plan.edit(
        "D-501",
        {
            "premium": money(plan.facts.premium - Decimal(rng.choice((50, 130, 300)))),
            "sum_insured": money(plan.facts.sum_insured + 20_000),
        },
    )
    return Planted(
        "proposal_differs", {"COND-03": FAIL}, ("XDOC-04",), (("D-501", "", "premium"), ("D-501", "", "sum_insured"))
    )


@kind("application_words_differ")
def application_words_differ(plan: Plan, rng: Random) -> Planted | None:
    plan.edit("F01", {"premium_total_in_words": capitals(plan.facts.total + rng.choice((10, 100, 1000)))})
    return Planted(
        "application_words_differ",
        {"AMT-01": FAIL},
        ("XDOC-04", "AMT-02", "PAY-04"),
        (("F01", "", "premium_total_in_words"), ("F01", "", "premium_total")),
    )


@kind("slip_words_differ")
def slip_words_differ(plan: Plan, rng: Random) -> Planted | None:
    if not plan.has("P02"):
        return None
    plan.edit("P02", {"amount_in_words": capitals(plan.facts.total + rng.choice((100, 1000, 5000)))})
    return Planted(
        "slip_words_differ",
        {"AMT-01": FAIL},
        ("PAY-08", "PAY-04"),
        (("P02", "", "amount_in_words"), ("P02", "", "amount")),
    )


@kind("invoice_words_differ")
def invoice_words_differ(plan: Plan, rng: Random) -> Planted | None:
    if not plan.has("P04"):
        return None
    plan.edit("P04", {"amount_in_words": capitals(plan.facts.total + rng.choice((20, 200, 3000)))})
    return Planted(
        "invoice_words_differ", {"AMT-01": FAIL}, ("PAY-04",), (("P04", "", "amount_in_words"), ("P04", "", "amount"))
    )


@kind("total_wrong")
def total_wrong(plan: Plan, rng: Random) -> Planted | None:
    """The items of the premium table do not add up to the total beside them."""
    if not plan.facts.riders:
        return None
    wrong = plan.facts.total + rng.choice((100, 300))
    plan.edit("F01", {"premium_total": money(wrong), "premium_total_in_words": capitals(wrong)})
    return Planted(
        "total_wrong", {"AMT-02": FAIL}, ("XDOC-04", "PAY-04", "SUIT-05", "COND-04"), (("F01", "", "premium_total"),)
    )


@kind("beneficiary_without_share")
def beneficiary_without_share(plan: Plan, rng: Random) -> Planted | None:
    """Relation and number are missing; an empty share alone would mean equal shares by law."""
    if not plan.facts.beneficiaries:
        return None
    plan.edit("F01", {"beneficiaries[1].relation": "", "beneficiaries[1].id_number": "", "beneficiaries[1].share": ""})
    return Planted(
        "beneficiary_without_share",
        {"BENE-01": FAIL},
        ("AML-11", "DOC-02", "KYC-04", "AML-01", "AML-02", "XDOC-02"),
        (("F01", "", "beneficiaries[1].share"),),
    )


@kind("shares_below_hundred")
def shares_below_hundred(plan: Plan, rng: Random) -> Planted | None:
    if not plan.facts.beneficiaries:
        return None
    plan.edit("F01", {"beneficiaries[1].share": str(plan.facts.beneficiaries[0].share - 20)})
    return Planted("shares_below_hundred", {"BENE-01": FAIL}, ("XDOC-04",), (("F01", "", "beneficiaries[1].share"),))


@kind("minor_limit", refacts=True, products=("participating", "universal", "ordinary_life", "accident"))
def minor_limit(plan: Plan, rng: Random) -> Planted | None:
    if not plan.facts.minor or plan.facts.relation != "父母" or not plan.facts.product.death_benefit:
        return None
    young = plan.facts.insured.age(plan.facts.days["application"]) < 10
    plan.refacts(sum_insured=Decimal(300_000 if young else 600_000))
    return Planted("minor_limit", {"MINOR-01": FAIL}, ("AML-08",), (("F01", "", "sum_insured"),))


@kind("minor_limit_elsewhere", refacts=True, products=("participating", "universal", "ordinary_life", "accident"))
def minor_limit_elsewhere(plan: Plan, rng: Random) -> Planted | None:
    """The sum here is lawful, but not together with the cover declared elsewhere."""
    if not plan.facts.minor or plan.facts.relation != "父母" or not plan.facts.product.death_benefit:
        return None
    young = plan.facts.insured.age(plan.facts.days["application"]) < 10
    plan.refacts(elsewhere_cover=150_000 if young else 450_000, sum_insured=Decimal(120_000))
    return Planted("minor_limit_elsewhere", {"MINOR-01": FAIL}, (), (("F05", "", ""),))


@kind("minor_by_grandparent", refacts=True, products=("participating", "ordinary_life", "accident"))
def minor_by_grandparent(plan: Plan, rng: Random) -> Planted | None:
    """Not a parent, and no consent of the parents in the file."""
    facts = plan.facts
    if not facts.minor or facts.relation != "父母":
        return None
    plan.edit("F01", {"policyholder.relation": "祖父母", "insured.relation": "孙子女"})
    plan.drop("F05")
    plan.drop("D-204", "insured")
    may = ("MINOR-01", "INSI-01", "SIGN-03", "DOC-01", "SIGN-02", "BENE-02", "XDOC-04", "BENE-01", "PRIV-04")
    return Planted(
        "minor_by_grandparent", {"MINOR-02": ["fail", "review"]}, may, (("F01", "", "policyholder.relation"),)
    )


@kind("no_insurable_interest")
def no_insurable_interest(plan: Plan, rng: Random) -> Planted | None:
    facts = plan.facts
    if facts.same_person or facts.minor or facts.line != "personal":
        return None
    plan.edit("F01", {"policyholder.relation": "朋友", "insured.relation": "朋友"})
    plan.unsign("F01", "insured_signature")
    plan.drop("D-204", "insured")
    checks = {"INSI-01": FAIL, **({"SIGN-02": FAIL} if facts.product.death_benefit else {})}
    return Planted(
        "no_insurable_interest",
        checks,
        ("BENE-02", "SIGN-01", "BENE-01", "DOC-01", "SIGN-05"),
        (("F01", "", "policyholder.relation"),),
    )


@kind("cooling_off_short", refacts=True)
def cooling_off_short(plan: Plan, rng: Random) -> Planted | None:
    if not plan.facts.long_term:
        return None
    plan.refacts(cooling_off=7)
    may = ("DISC-08", "CALL-01", "DATE-01", "DISC-06", "REC-04", "CALL-02")
    return Planted("cooling_off_short", {"COOL-01": FAIL}, may, (("A01", "", "cooling_off_days"),))


@kind("warning_missing", products=NEW_TYPE)
def warning_missing(plan: Plan, rng: Random) -> Planted | None:
    """No paper warns that the benefits are uncertain."""
    if not plan.facts.not_guaranteed:
        return None
    words = ("不保证", "不确定", "可能亏损", "可能为零")

    def change(section: Section) -> Section | None:
        if not isinstance(section, Prose):
            return section
        kept = tuple(p for p in section.paragraphs if not any(word in p for word in words))
        return replace(section, paragraphs=kept) if kept else None

    for document in ("D-401", "D-402", "D-405", "F01", "D-501", "D-303"):
        plan.resection(document, change)
    return Planted("warning_missing", {"DISC-05": FAIL}, ("DISC-01", "DISC-07", "REC-02"), (("D-402", "", ""),))


@kind("cooling_words_missing")
def cooling_words_missing(plan: Plan, rng: Random) -> Planted | None:
    """No notice of cooling-off and surrender loss in the reminder, the brochure or the clauses."""
    if not plan.facts.long_term:
        return None

    def change(section: Section) -> Section | None:
        if isinstance(section, Prose):
            kept = tuple(p for p in section.paragraphs if "犹豫期" not in p and "退保" not in p)
            return replace(section, paragraphs=kept) if kept else None
        if isinstance(section, Fields):
            return replace(section, entries=tuple(e for e in section.entries if e.name != "cooling_off_days"))
        return section

    for document in ("D-401", "D-402", "D-403", "F01", "D-404", "F02"):
        plan.resection(document, change)
    return Planted(
        "cooling_words_missing",
        {"DISC-08": FAIL},
        ("DISC-06", "COOL-01", "DISC-01", "DISC-02", "SUIT-04", "SUIT-05", "SUIT-06", "SUIT-07"),
        (("D-402", "", ""),),
    )


@kind("health_points_missing", products=("health", "medical"))
def health_points_missing(plan: Plan, rng: Random) -> Planted | None:
    if plan.facts.product.kind not in ("health", "medical"):
        return None
    plan.resection("D-404", lambda s: None if isinstance(s, Prose) and s.key == "health_points" else s)
    return Planted("health_points_missing", {"DISC-06": FAIL}, ("DISC-04",), (("D-404", "", ""),))


@kind("risk_level_low", refacts=True, products=("unit_linked",))
def risk_level_low(plan: Plan, rng: Random) -> Planted | None:
    """A cautious customer and a riskier product, called a match."""
    if plan.facts.product.kind != "unit_linked":
        return None
    plan.refacts(customer_level=plan.facts.product.risk_level - 1)
    checks = {"SUIT-08": FAIL}
    if plan.has("D-303"):
        checks["SUIT-03"] = FAIL
    return Planted("risk_level_low", checks, ("SUIT-03",) if "SUIT-03" not in checks else (), (("D-302", "", "level"),))


@kind("risk_test_old", products=("unit_linked",))
def risk_test_old(plan: Plan, rng: Random) -> Planted | None:
    if not plan.has("D-302"):
        return None
    old = years_after(plan.facts.days["application"], -1) - timedelta(days=rng.randint(20, 200))
    plan.edit("D-302", {"test_date": str(old), "signed_date": str(old)})
    return Planted("risk_test_old", {"SUIT-08": FAIL}, ("SUIT-03", "DATE-01"), (("D-302", "", "test_date"),))


@kind("opinion_mismatch")
def opinion_mismatch(plan: Plan, rng: Random) -> Planted | None:
    """不匹配, and neither the advice to stop nor the customer's own choice is in the file."""
    if not plan.has("D-303"):
        return None
    plan.edit("D-303", {"opinion": "不匹配"})
    return Planted("opinion_mismatch", {"SUIT-03": FAIL}, ("SUIT-08", "DOC-01"), (("D-303", "", "opinion"),))


@kind("recording_incomplete", products=("unit_linked", "participating", "universal", "health", "ordinary_life"))
def recording_incomplete(plan: Plan, rng: Random) -> Planted | None:
    if not plan.has("F09"):
        return None
    bad = rng.randint(1, 6)

    def swap(item: Question) -> Question:
        return replace(item, answer="否") if item.name == f"items[{bad}]" else item

    plan.resection(
        "F09", lambda s: replace(s, items=tuple(swap(i) for i in s.items)) if isinstance(s, Questions) else s
    )
    return Planted(
        "recording_incomplete",
        {"REC-02": FAIL},
        ("REC-04", "SELL-03", "COPY-01", "REC-03"),
        (("F09", "", f"items[{bad}]"),),
    )
