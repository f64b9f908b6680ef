"""The policyholder's telephone and address are his own.

Passes when the telephone is a real number, belongs to no seller or staff member, is shared by no more
policyholders than the parameter allows, and the address names place and street. Fails for a number that
cannot exist, for the seller's or a staff member's number, and for one shared too widely. Review when the
address lacks place or street, or when a digit of the number may be misread. The staff list is needed to pass.
"""

from __future__ import annotations

import re

from verifier.case import Case, Fact
from verifier.checks.items import bad, doubt, good
from verifier.checks.result import CheckParams, Result, from_items
from verifier.context import Context, need
from verifier.model import Item, Outcome, Reason
from verifier.values.names import compare_names
from verifier.values.phones import canonical_phone, is_mobile
from verifier.values.script import squeeze

LANDLINE = re.compile(r"^0\d{2,3}-\d{7,8}(?:-\d{1,5})?$")
PLACE = re.compile(r"省|市|自治区|特别行政区|区|县|旗|州")
STREET = re.compile(r"路|街|道|巷|弄|胡同|号|村|镇|乡|小区|栋|幢|室|楼|苑|园|大厦|组|社区|里")
LATIN_ADDRESS = re.compile(r"[A-Za-z]{3}.*\d|\d.*[A-Za-z]{3}")


class Params(CheckParams):
    phone: str
    address: str
    shared_max: str


def check(case: Case, params: Params, context: Context) -> Result:
    phone = case.fact(params.phone)
    number = canonical_phone(phone.value)
    formed = _formed(phone, number)
    items = [formed] if formed.outcome is not Outcome.PASS else [formed, *_shared(case, phone, number, params, context)]
    address = case.maybe(params.address)
    if address is not None:
        items.append(_address(address))
    if all(item.outcome is not Outcome.FAIL for item in items) or context.references.staff is not None:
        items.append(_staff(case, phone, number, context))
    return from_items(items, "联系方式真实可用", "The contact data are plausible and the policyholder's own")


def _formed(phone: Fact, number: str) -> Item:
    """A number of the right form is not doubted for its digits: fine numbers are sold and carried."""
    if is_mobile(number) or LANDLINE.match(number):
        return good(f"联系电话{number}", f"Telephone {number}", phone.evidence, phone.document, phone.confidence)
    zh, en = f"联系电话“{phone.value}”不是有效号码", f"The telephone {phone.value!r} is not a number that exists"
    return bad(zh, en, phone.evidence, phone.document, phone.confidence)


def _staff(case: Case, phone: Fact, number: str, context: Context) -> Item:
    holder = case.maybe("policyholder.name")
    same = [one for one in need(context.references.staff, "staff.csv") if canonical_phone(one.phone) == number != ""]
    for one in same:
        if holder is not None and compare_names(one.name, holder.value).agrees:
            zh = f"投保人{one.name}本人即公司人员（{one.role}），电话为其本人号码"
            return good(zh, f"The policyholder is himself on the staff ({one.role})", phone.evidence, phone.document)
    if same:
        zh = f"投保人联系电话{number}与销售/工作人员{same[0].name}（{same[0].role}）的电话相同"
        en = f"The policyholder's telephone {number} is that of {same[0].name} ({same[0].role})"
        return bad(zh, en, phone.evidence, phone.document, phone.confidence)
    zh, en = "联系电话不属于销售或工作人员", "The telephone belongs to no seller or staff member"
    return good(zh, en, phone.evidence, phone.document)


def _shared(case: Case, phone: Fact, number: str, params: Params, context: Context) -> list[Item]:
    """Other policyholders of the same telephone; one family's cases count once a name."""
    if context.history is None:
        return []
    holder = case.maybe("policyholder.name")
    own = holder.value if holder is not None else ""
    others: dict[str, str] = {}
    for other_case, name in context.history.cases_with_phone(number):
        if name and not compare_names(name, own).agrees:
            others.setdefault(squeeze(name), other_case)
    most = int(context.parameters.number(params.shared_max))
    if len(others) + 1 <= most:
        return []
    cases = "、".join(others.values())
    zh = f"联系电话{number}为{len(others) + 1}名投保人共用（超过{most}名），另见案件{cases}"
    en = f"{len(others) + 1} policyholders share the telephone {number} (more than {most}); see cases {cases}"
    return [bad(zh, en, phone.evidence, phone.document, phone.confidence)]


def _address(address: Fact) -> Item:
    text = squeeze(address.value)
    if (PLACE.search(text) and STREET.search(text)) or LATIN_ADDRESS.search(text):
        return good("地址完整", "The address is complete", address.evidence, address.document, 0.95)
    zh, en = f"地址“{address.value}”缺少省市或街道门牌", f"The address {address.value!r} lacks place or street"
    return doubt(Reason.JUDGEMENT, zh, en, address.evidence, address.document)
