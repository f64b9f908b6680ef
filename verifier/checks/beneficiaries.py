"""Beneficiaries are designated completely, and their shares add up.

Passes when the beneficiary is left to the law (法定), or when each one that is named has the demanded details
and the shares of every order make 100 percent; no shares at all mean equal shares. Fails for a blank detail,
for shares that do not add up, for a designation that is blank altogether, or for an employer's designation of
somebody who is neither the insured nor his near relative. Review when an entry cannot be read or nothing
about beneficiaries was found.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from verifier.case import Case
from verifier.checks.items import bad, doubt, good
from verifier.checks.result import CheckParams, Result, from_items
from verifier.checks.words import field_title, place_of
from verifier.context import Context
from verifier.facts.beneficiaries import by_law, named_rows
from verifier.facts.people import relation_code
from verifier.model import Document, Evidence, Field, FieldState, Item, Reason

TOLERANCE = Decimal("0.05")  # three thirds of 33.33


class Params(CheckParams):
    document: str
    details: tuple[str, ...]
    relatives: tuple[str, ...]  # relation codes whom an employer may have designated


def check(case: Case, params: Params, context: Context) -> Result:
    paper = case.document(params.document)
    rows = named_rows(paper)
    if not rows:
        return from_items([_nobody(case, paper)], "受益人为法定", "The beneficiary is left to the law")
    items = [item for number, row in rows.items() for item in _details(case, paper, number, row, params)]
    items.extend(_shares(paper, rows))
    items.extend(_by_employer(case, paper, rows, params))
    return from_items(items, "受益人信息完整，份额合计100%", "Beneficiaries are complete, and their shares add up")


def _nobody(case: Case, paper: Document) -> Item:
    left = by_law(paper)
    if left is not None:
        return good("受益人为法定", "The beneficiary is left to the law", (left.evidence,), paper.id)
    line = next((line for line in paper.lines if "受益人" in line.text and "法定" in line.text), None)
    if line is not None:
        return good("受益人为法定", "The beneficiary is left to the law", (line.evidence,), paper.id, 1.0)
    blank = [f for n, f in paper.fields.items() if n.startswith("beneficiar") and f.state is FieldState.EMPTY]
    if blank:
        zh, en = "受益人栏空白，未指定亦未注明法定", "The beneficiary is neither named nor left to the law"
        return bad(zh, en, [field.evidence for field in blank[:4]], paper.id)
    zh, en = "未找到受益人栏目", "Nothing about the beneficiary was found"
    return doubt(Reason.FIELD_MISSING, zh, en, (place_of(case, paper),), paper.id)


def _details(case: Case, paper: Document, number: int, row: Mapping[str, Field], params: Params) -> list[Item]:
    items = []
    for name in params.details:
        field = row.get(name)
        if field is None or field.state is FieldState.READ:
            continue
        label = field_title(case, f"beneficiaries[{number}].{name}")
        if field.state is FieldState.EMPTY:
            items.append(bad(f"{label.zh}未填写", f"{label.en} is blank", (field.evidence,), paper.id))
        else:
            zh, en = f"{label.zh}无法辨认", f"{label.en} is unreadable"
            items.append(doubt(Reason.UNREADABLE, zh, en, (field.evidence,), paper.id))
    return items


def _shares(paper: Document, rows: Mapping[int, Mapping[str, Field]]) -> list[Item]:
    """The shares of each order (顺序) make 100; all blank means equal shares (保险法 art. 40)."""
    orders: dict[str, list[Field]] = {}
    unread = [field for row in rows.values() if (field := row.get("order")) and field.state is FieldState.UNREADABLE]
    if unread:
        places = [field.evidence for field in unread]
        return [doubt(Reason.UNREADABLE, "受益顺序无法辨认", "An order of benefit is unreadable", places, paper.id)]
    for row in rows.values():
        order, share = row.get("order"), row.get("share")
        if share is not None:
            orders.setdefault(order.value if order is not None and order.value else "1", []).append(share)
    return [_order(paper, order, shares) for order, shares in sorted(orders.items())]


def _order(paper: Document, order: str, shares: list[Field]) -> Item:
    places: list[Evidence] = [share.evidence for share in shares]
    filled = [share for share in shares if share.state is not FieldState.EMPTY]
    if not filled:
        zh, en = f"第{order}顺序未填份额，依法均等", f"Order {order}: no shares, hence equal ones"
        return good(zh, en, places, paper.id, 1.0)
    try:
        stated = [Decimal(share.value) for share in filled]
    except InvalidOperation:
        zh, en = f"第{order}顺序受益份额无法辨认", f"Order {order}: a share is unreadable"
        return doubt(Reason.UNREADABLE, zh, en, places, paper.id)
    total = sum(stated, Decimal(0))
    if abs(total - 100) <= TOLERANCE and len(filled) == len(shares):
        return good(f"第{order}顺序份额合计{total}%", f"Order {order}: the shares make {total}%", places, paper.id)
    zh, en = f"第{order}顺序受益份额合计{total}%，不等于100%", f"Order {order}: the shares make {total}%, not 100%"
    return bad(zh, en, places, paper.id)


def _by_employer(case: Case, paper: Document, rows: Mapping[int, Mapping[str, Field]], params: Params) -> list[Item]:
    """保险法 art. 39: an employer may designate only the insured or his near relatives."""
    organisation = case.maybe("policyholder.is_organisation")
    if organisation is None or not organisation.is_true:
        return []
    items = []
    for number, row in rows.items():
        relation = row.get("relation")
        code = relation_code(case, relation.value) if relation is not None else None
        if relation is not None and relation.value and code not in params.relatives:
            zh = f"单位投保，受益人{number}与被保险人关系为“{relation.value}”，不是被保险人或其近亲属"
            en = f"An employer designated beneficiary {number} ({relation.value}), no near relative of the insured"
            items.append(bad(zh, en, (relation.evidence,), paper.id))
    return items
