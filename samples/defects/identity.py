"""What if the papers do not agree on who the people are?"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from samples.defects.kind import kind
from samples.people import FEMALE, MALE, with_check_digit
from samples.plan import Plan, Planted

FAIL = "fail"


@kind("id_expired")
def id_expired(plan: Plan, rng: Random) -> Planted | None:
    holder = plan.facts.policyholder
    if holder.valid_to == "long_term":
        return None
    ended = plan.facts.days["application"] - timedelta(days=rng.randint(10, 300))
    span = 10 if holder.age(plan.facts.days["application"]) < 36 else 20
    begun = date(ended.year - span, ended.month, min(ended.day, 28))
    plan.edit(
        "D-202",
        {"valid_from": str(begun), "valid_to": str(date(ended.year, ended.month, min(ended.day, 28)))},
        "policyholder",
    )
    plan.edit("F01", {"policyholder.id_valid_to": str(date(ended.year, ended.month, min(ended.day, 28)))})
    if plan.facts.same_person:
        plan.edit("F01", {"insured.id_valid_to": str(date(ended.year, ended.month, min(ended.day, 28)))})
    return Planted(
        "id_expired", {"KYC-03": FAIL}, ("KYC-04", "DOC-02", "KYC-01"), (("D-202", "policyholder", "valid_to"),)
    )


@kind("id_check_digit")
def id_check_digit(plan: Plan, rng: Random) -> Planted | None:
    """One digit of the number on the application is wrong: its check digit does not hold."""
    number = plan.facts.policyholder.id_number
    place = rng.randint(14, 16)
    wrong = number[:place] + str((int(number[place]) + 4) % 10) + number[place + 1 :]
    plan.edit(
        "F01", {"policyholder.id_number": wrong, **({"insured.id_number": wrong} if plan.facts.same_person else {})}
    )
    return Planted(
        "id_check_digit",
        {"KYC-02": FAIL, "XDOC-02": ["fail", "review"]},
        ("XDOC-03", "KYC-04", "AML-11"),
        (("F01", "", "policyholder.id_number"),),
    )


@kind("id_differs_on_policy")
def id_differs_on_policy(plan: Plan, rng: Random) -> Planted | None:
    """Two valid numbers for one person."""
    number = plan.facts.policyholder.id_number
    other = with_check_digit(number[:14] + f"{(int(number[14:17]) + 22) % 980 + 10:03d}")
    if other == number or (int(other[16]) - int(number[16])) % 2:
        return None
    plan.edit("A01", {"policyholder.id_number": other})
    return Planted("id_differs_on_policy", {"XDOC-02": FAIL}, ("XDOC-04",), (("A01", "", "policyholder.id_number"),))


@kind("id_differs_on_application")
def id_differs_on_application(plan: Plan, rng: Random) -> Planted | None:
    number = plan.facts.policyholder.id_number
    other = with_check_digit(number[:14] + f"{(int(number[14:17]) + 46) % 980 + 10:03d}")
    if other == number or (int(other[16]) - int(number[16])) % 2:
        return None
    plan.edit(
        "F01", {"policyholder.id_number": other, **({"insured.id_number": other} if plan.facts.same_person else {})}
    )
    return Planted(
        "id_differs_on_application",
        {"XDOC-02": FAIL},
        ("XDOC-03", "KYC-02", "KYC-04", "AML-11"),
        (("F01", "", "policyholder.id_number"),),
    )


def _other_name(name: str, sex: str, rng: Random) -> str:
    given = [one for one in (MALE if sex == "男" else FEMALE) if not set(one) & set(name)]
    return name[0] + rng.choice(given)


@kind("name_differs_on_policy")
def name_differs_on_policy(plan: Plan, rng: Random) -> Planted | None:
    holder = plan.facts.policyholder
    if "·" in holder.name:
        return None
    other = _other_name(holder.name, holder.sex, rng)
    plan.edit("A01", {"policyholder.name": other, **({"insured.name": other} if plan.facts.same_person else {})})
    return Planted(
        "name_differs_on_policy",
        {"XDOC-01": FAIL},
        ("XDOC-04", "DELV-01", "SIGN-07", "PAY-02", "AML-05", "AML-07"),
        (("A01", "", "policyholder.name"),),
    )


@kind("name_differs_on_receipt")
def name_differs_on_receipt(plan: Plan, rng: Random) -> Planted | None:
    holder = plan.facts.policyholder
    if not plan.has("A02") or "·" in holder.name:
        return None
    plan.edit("A02", {"policyholder.name": _other_name(holder.name, holder.sex, rng)})
    return Planted(
        "name_differs_on_receipt",
        {"XDOC-01": FAIL},
        ("DELV-01", "SIGN-07", "XDOC-04"),
        (("A02", "", "policyholder.name"),),
    )


@kind("birth_differs")
def birth_differs(plan: Plan, rng: Random) -> Planted | None:
    wrong = plan.facts.policyholder.birth + timedelta(days=rng.choice((31, 62, 366)))
    plan.edit(
        "F01",
        {
            "policyholder.birth_date": str(wrong),
            **({"insured.birth_date": str(wrong)} if plan.facts.same_person else {}),
        },
    )
    return Planted("birth_differs", {"XDOC-03": FAIL}, ("KYC-02", "AGE-01"), (("F01", "", "policyholder.birth_date"),))


@kind("sex_differs")
def sex_differs(plan: Plan, rng: Random) -> Planted | None:
    wrong = "女" if plan.facts.policyholder.sex == "男" else "男"
    plan.edit("F01", {"policyholder.sex": wrong, **({"insured.sex": wrong} if plan.facts.same_person else {})})
    return Planted("sex_differs", {"XDOC-03": FAIL}, (), (("F01", "", "policyholder.sex"),))


@kind("occupation_blank")
def occupation_blank(plan: Plan, rng: Random) -> Planted | None:
    plan.edit(
        "F01",
        {
            "policyholder.occupation": "",
            "_occupation_code": "",
            **({"insured.occupation": ""} if plan.facts.same_person else {}),
        },
    )
    return Planted(
        "occupation_blank",
        {"KYC-04": FAIL, "DOC-02": FAIL},
        ("AML-01", "AML-02", "AML-08"),
        (("F01", "", "policyholder.occupation"),),
    )


@kind("address_placeholder")
def address_placeholder(plan: Plan, rng: Random) -> Planted | None:
    same = {"insured.address": "不详", "insured.employer": "无"} if plan.facts.same_person else {}
    plan.edit("F01", {"policyholder.address": "不详", "policyholder.employer": "无", **same})
    return Planted(
        "address_placeholder",
        {"KYC-04": FAIL},
        ("CONT-01", "DOC-02", "SELL-02", "AML-01", "AML-02"),
        (("F01", "", "policyholder.address"),),
    )


@kind("phone_malformed")
def phone_malformed(plan: Plan, rng: Random) -> Planted | None:
    wrong = plan.facts.policyholder.phone[:10]
    plan.edit("F01", {"policyholder.phone": wrong, **({"insured.phone": wrong} if plan.facts.same_person else {})})
    return Planted(
        "phone_malformed",
        {"CONT-01": FAIL},
        ("CALL-03", "KYC-04", "DOC-02", "AML-01", "AML-02"),
        (("F01", "", "policyholder.phone"),),
    )


@kind("phone_of_seller")
def phone_of_seller(plan: Plan, rng: Random) -> Planted | None:
    """The seller's own number stands for the customer's, and the call-back went there (penalty P-01)."""
    if plan.facts.seller is None:
        return None
    number = plan.facts.seller.person.phone
    plan.edit("F01", {"policyholder.phone": number, **({"insured.phone": number} if plan.facts.same_person else {})})
    checks = {"CONT-01": FAIL}
    if plan.has("A03"):
        plan.edit("A03", {"phone": number})
        checks["CALL-03"] = FAIL
    return Planted(
        "phone_of_seller", checks, ("CASH-02", "CALL-01"), (("F01", "", "policyholder.phone"), ("A03", "", "phone"))
    )
