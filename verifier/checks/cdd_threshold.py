"""Customer due diligence is complete where the premium reaches the threshold.

The set of figures is that of the contract date; all premiums payable under the contract count. Passes when the
contract stays below, or when identity documents and the nine items of policyholder, insured and named
beneficiaries are in the file. Fails when an identity document is absent or an item is blank. Review when an
item is printed nowhere or was not read, the premium of the contract is not known, or it is in a foreign currency
and there is no exchange rate of the day.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from verifier.case import Case, Fact
from verifier.checks.items import bad, doubt, good, lacking
from verifier.checks.result import CheckParams, Result, from_items, not_applicable, passed, review
from verifier.context import Context
from verifier.exchange import convert
from verifier.model import Compared, Document, Evidence, FieldState, Item, Reason, Text
from verifier.parameters import ParameterSet
from verifier.values.money import canonical_amount

# what a paper may call each of the nine items (反洗钱客户身份基本信息), and which a child does not have
ITEMS: tuple[tuple[str, Text, tuple[str, ...], tuple[str, ...]], ...] = (
    ("name", Text("姓名", "name"), ("name",), ("name",)),
    ("sex", Text("性别", "sex"), ("sex",), ("sex", "id_number")),
    ("nationality", Text("国籍", "nationality"), ("nationality",), ("nationality", "ethnicity", "issuer")),
    ("occupation", Text("职业", "occupation"), ("occupation", "occupation_code"), ()),
    ("address", Text("住址", "address"), ("address",), ("address",)),
    ("phone", Text("联系方式", "phone"), ("phone", "landline"), ()),
    ("id_type", Text("证件类型", "ID type"), ("id_type",), ("id_number",)),
    ("id_number", Text("证件号码", "ID number"), ("id_number",), ("id_number",)),
    ("id_valid_to", Text("证件有效期", "validity of the ID"), ("id_valid_to",), ("valid_to",)),
)
OF_ADULTS = ("occupation", "phone")
ADULT = 16


class Params(CheckParams):
    """`money`: cash or transfer, which picks the figure; `sets`: the parameter that holds the dated sets."""

    money: str
    sets: str = "aml_sets"


def check(case: Case, params: Params, context: Context) -> Result:
    day = case.fact("contract.date")
    chosen = context.parameters.dated(params.sets, day.as_date())
    if chosen is None:
        return not_applicable(f"{day} 尚无尽职调查起点", f"No threshold was in force on {day}")
    line = case.fact("line").value
    always = chosen.values.get("all_personal_contracts_cdd") is True and line == "personal"
    figures = {"set": chosen.name}
    values: list[Compared] = []
    if not always:
        due, currency = _payable(case, line), _currency(case)
        limit = threshold(chosen, params.money, line, currency)
        figures["threshold"] = canonical_amount(limit)
        values.append(Compared(Text("合同应交保费合计", "premiums of the contract"), due.value))
        worth = convert(
            due.as_decimal(), currency, "USD" if currency == "USD" else "CNY", day.as_date(), context.parameters
        )
        if worth is None:
            zh, en = f"合同保费合计 {due} {currency}，{day} 无可用汇率", f"{due} {currency}: no exchange rate for {day}"
            return review(Reason.FACT_MISSING, f"{zh}，无法与起点比较", en, evidence=due.evidence, parameters=figures)
        if worth.basis:
            figures["exchange"] = worth.basis
        if worth.amount < limit:
            zh = f"合同保费合计 {due}，未达到 {chosen.name} 的起点 {canonical_amount(limit)}"
            en = f"The premiums of the contract, {due}, stay below {canonical_amount(limit)} ({chosen.name})"
            return passed(zh, en, evidence=due.evidence, compared=values, parameters=figures)
    items = list(_diligence(case))
    zh, en = "已达尽职调查要求：身份证件和基本信息齐全", "Due diligence was due and is complete"
    return from_items(items, zh, en, parameters=figures, compared=values)


def _payable(case: Case, line: str) -> Fact:
    """All premiums of the contract; a property contract of a year has one."""
    total = case.maybe("premium.contract_total")
    if total is None and line == "property":
        total = case.maybe("premium.due")
    return total or case.fact("premium.contract_total")


def threshold(chosen: ParameterSet, money: str, line: str, currency: str) -> Decimal:
    """`cash_personal_cny`, `cash_property_usd`, `transfer_cny` ..."""
    suffix = "usd" if currency == "USD" else "cny"
    kind = "property" if line == "property" else "personal"
    key = f"cash_{kind}_{suffix}" if money == "cash" else f"{money}_{suffix}"
    return chosen.number(key)


def _currency(case: Case) -> str:
    stated = case.maybe("premium.currency")
    return stated.value if stated else "CNY"


def _diligence(case: Case) -> Iterator[Item]:
    if case.fact("policyholder.is_organisation").is_true:
        papers = case.documents_of("F11")
        zh, en = "已附单位投保资料", "The corporate papers are filed"
        yield (
            good(zh, en, (), papers[0].id)
            if papers
            else lacking(case, "未见单位投保资料", "No corporate papers", "F11")
        )
        return
    yield from _person(case, "policyholder", Text("投保人", "policyholder"))
    same = case.maybe("insured.is_policyholder")
    if same is None or not same.is_true:
        yield from _person(case, "insured", Text("被保险人", "insured"))
        relation = case.maybe("insured.relation_code") or case.maybe("insured.relation")
        if relation is None:
            yield doubt(
                Reason.FIELD_MISSING, "未读出投保人与被保险人的关系", "The relation of the insured was not read"
            )


def _person(case: Case, role: str, who: Text) -> Iterator[Item]:
    cards = _cards(case, role)
    form = next(iter([*case.documents_of("F01"), *case.documents_of("F01-P")]), None)
    if case.maybe(f"{role}.name") is None:
        yield doubt(Reason.FACT_MISSING, f"{who.zh}不明", f"The {who.en} is not known")
        return
    if not cards:
        yield lacking(case, f"未见{who.zh}的身份证件", f"No identity document of the {who.en}", "D-202")
    else:
        yield good(f"已附{who.zh}身份证件", f"The {who.en}'s identity document is filed", (), cards[0].id)
    age = case.maybe(f"{role}.age")
    child = age is not None and age.as_decimal() < ADULT
    for name, label, on_form, on_card in ITEMS:
        if not (child and name in OF_ADULTS):
            yield from _item(case, form, role, who, label, on_form, [(card, on_card) for card in cards])


def _cards(case: Case, role: str) -> tuple[Document, ...]:
    found = case.documents_of("D-202", subject=role)
    same = case.maybe("insured.is_policyholder")
    if not found and same is not None and same.is_true:
        found = case.documents_of("D-202", subject="policyholder")
    return found or tuple(paper for paper in case.documents_of("D-202") if paper.subject is None)


def _item(
    case: Case, form: Document | None, role: str, who: Text, label: Text, on_form: tuple[str, ...],
    cards: list[tuple[Document, tuple[str, ...]]],
) -> Iterator[Item]:  # fmt: skip
    fields = [form.fields[f"{role}.{name}"] for name in on_form if form and f"{role}.{name}" in form.fields]
    fields += [card.fields[name] for card, names in cards for name in names if name in card.fields]
    if any(field.state is FieldState.READ for field in fields):
        return
    where: tuple[Evidence, ...] = tuple(field.evidence for field in fields)
    if any(field.state is FieldState.UNREADABLE for field in fields):
        yield doubt(
            Reason.UNREADABLE, f"{who.zh}{label.zh}无法辨认", f"The {who.en}'s {label.en} cannot be read", where
        )
    elif fields:
        yield bad(f"{who.zh}{label.zh}空白", f"The {who.en}'s {label.en} is blank", where)
    else:
        yield doubt(Reason.FIELD_MISSING, f"未见{who.zh}{label.zh}", f"The {who.en}'s {label.en} is stated nowhere")
