"""Which payments of others belong to one customer's, and by what do they hang together?

The same person; the same payer's account; the same telephone; the same address. Family (the insured and the
beneficiaries of the application), what a company pays for its people, and a family name in common take a payment
out, or leave the question to a person: who shares a home or a surname may be one household.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from verifier.case import Case
from verifier.context import Context, History
from verifier.ledger import same_holder
from verifier.model import Payment, Text
from verifier.values.names import is_organisation

LINKS = {
    "holder": Text("同一投保人", "the same policyholder"),
    "account": Text("同一付款账户", "the same paying account"),
    "phone": Text("同一电话", "the same telephone"),
    "address": Text("同一住址", "the same address"),
}


@dataclass(frozen=True, slots=True)
class Linked:
    """Another payment and what ties it to this customer; `household` when a home or a surname is shared."""

    payment: Payment
    by: str
    household: bool = False


def linked(case: Case, own: Sequence[Payment], context: Context) -> list[Linked]:
    """Money in of other cases, each by its strongest tie."""
    if context.history is None:
        return []
    found: dict[tuple[object, ...], Linked] = {}
    family = family_of(case)
    for one in (*_same_holder(case, context.history), *_same_account(own, context.history, family),
                *_same_contact(case, context.history, family)):  # fmt: skip
        payment = one.payment
        if payment.direction == "in" and "失败" not in payment.status:
            found.setdefault((payment.case, payment.serial, payment.amount, payment.date, payment.payer), one)
    return list(found.values())


def family_of(case: Case) -> list[str]:
    """The insured and the beneficiaries of this application."""
    insured = case.maybe("insured.name")
    named = [
        field.value
        for form in case.documents_of("F01")
        for key, field in form.fields.items()
        if key.startswith("beneficiaries[") and key.endswith("].name") and field.value
    ]
    holder = case.maybe("policyholder.name")
    return [one for one in [*([insured.value] if insured else []), *named] if holder is None or one != holder.value]


def _same_holder(case: Case, history: History) -> Iterator[Linked]:
    number, name = case.maybe("policyholder.id_number"), case.maybe("policyholder.name")
    for one in history.payments(
        policyholder_id=number.value if number else "", policyholder=name.value if name and not number else ""
    ):
        yield Linked(one, "holder")


def _same_account(own: Sequence[Payment], history: History, family: Sequence[str]) -> Iterator[Linked]:
    for account in dict.fromkeys(one.payer_account for one in own if not is_organisation(one.payer)):
        for other in history.payments(payer_account=account):
            if not is_organisation(other.payer) and not _is_family(other.policyholder, family):
                yield Linked(other, "account")


def _same_contact(case: Case, history: History, family: Sequence[str]) -> Iterator[Linked]:
    """Premiums of people who give the same telephone or address; paid by companies they tell nothing."""
    holder, phone, address = (case.maybe(f"policyholder.{part}") for part in ("name", "phone", "address"))
    if holder is None or is_organisation(holder.value):
        return
    by_phone = dict(history.cases_with_phone(phone.value)) if phone else {}
    by_address = dict(history.cases_at_address(address.value)) if address else {}
    for other, name in (by_address | by_phone).items():
        if not name or _is_family(name, family) or is_organisation(name):
            continue
        household = other in by_address or name[:1] == holder.value[:1]
        for payment in history.payments_of(other):
            if not is_organisation(payment.payer):
                yield Linked(payment, "phone" if other in by_phone else "address", household)


def _is_family(name: str, family: Sequence[str]) -> bool:
    return bool(name) and any(same_holder(name, relative).agrees for relative in family)
