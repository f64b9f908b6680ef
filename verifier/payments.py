"""Which movements of money do the papers and the declared facts of one case show?

Every slip, receipt, payout paper and declared payment is a sighting; sightings of one movement become
one `Payment` that names all its papers. Two slips are the same payment only by serial number or by the
same picture: equal amounts on one day may be two payments, and joining them would hide splitting.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from verifier.model import Document, Evidence, FieldState, Payment
from verifier.values.names import is_organisation

PLAIN_FIGURES = re.compile(r"\d{1,15}(?:\.\d{1,4})?")
SLIPS = ("P02", "P03")
METHOD_OF_VARIANT = {
    "cash_deposit": "cash",
    "pos": "pos",
    "wechat": "wechat",
    "alipay": "alipay",
    "direct_debit": "direct_debit",
    "e_receipt": "transfer",
}


@dataclass(frozen=True, slots=True)
class _Holder:
    """Whose payments these are, for the history."""

    case: str
    policy: str
    name: str
    id_number: str
    currency: str


def payments_of(case_id: str, documents: Sequence[Document], declared: Mapping[str, object]) -> tuple[Payment, ...]:
    """All payments of the case: premiums in first, refunds and claims after, each by date."""
    holder = _holder(case_id, documents, declared)
    ledger: list[Payment] = []
    for document in documents:
        if document.type in SLIPS:
            _enter(ledger, _from_slip(document, holder))
    _confirm_by_receipts(ledger, documents, holder)
    _add_payouts(ledger, documents, holder)
    _add_declared(ledger, declared.get("payments"), holder)
    return tuple(sorted(ledger, key=lambda one: (one.direction != "in", one.date or date.max)))


# --- sightings ---


def _holder(case_id: str, documents: Sequence[Document], declared: Mapping[str, object]) -> _Holder:
    def known(*paths: tuple[str, str], key: str) -> str:
        for code, name in paths:
            for document in documents:
                if document.type == code and document.superseded_by is None:
                    value = _text(document, name)
                    if value:
                        return value
        return str(declared.get(key) or "")

    return _Holder(
        case_id,
        known(("A01", "policy_no"), ("A02", "policy_no"), key="policy_no"),
        known(("F01", "policyholder.name"), ("F01-P", "policyholder.name"), ("A01", "policyholder.name"),
              ("F11", "name"), key="policyholder.name"),
        known(("F01", "policyholder.id_number"), ("F01-P", "policyholder.id_number"),
              ("A01", "policyholder.id_number"), ("F11", "uscc"), key="policyholder.id_number"),
        known(("F01", "currency"), ("F01-P", "currency"), ("A01", "currency"), key="premium.currency") or "CNY",
    )  # fmt: skip


def _text(document: Document, name: str) -> str:
    found = document.fields.get(name)
    return found.value if found is not None and found.state is FieldState.READ else ""


def _amount(text: str) -> Decimal | None:
    """Plain figures only: what an extractor or a policy system writes otherwise is no amount."""
    return Decimal(text) if PLAIN_FIGURES.fullmatch(text) else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _seen(document: Document, *names: str) -> tuple[tuple[Evidence, ...], float]:
    """Where the named fields stand, and the weakest confidence among those that were read."""
    found = [document.fields[name] for name in names if name in document.fields]
    read = [one.confidence for one in found if one.state is FieldState.READ]
    return tuple(one.evidence for one in found), min(read, default=0.0)


def _from_slip(document: Document, holder: _Holder) -> Payment:
    evidence, confidence = _seen(
        document, "amount", "date", "payer.name", "payer.account", "payee.name", "payee.account", "serial", "status"
    )
    payer, payee = _text(document, "payer.name"), _text(document, "payee.name")
    return Payment(
        case=holder.case,
        payer=payer,
        payer_account=_text(document, "payer.account"),
        payee=payee,
        payee_account=_text(document, "payee.account"),
        amount=_amount(_text(document, "amount")),
        currency=_text(document, "currency") or holder.currency,
        date=_day(_text(document, "date")),
        method=_text(document, "method") or METHOD_OF_VARIANT.get(document.variant or "", ""),
        serial=_text(document, "serial"),
        status=_text(document, "status"),
        direction="out" if document.variant == "payout" or _paid_by_insurer(payer, payee) else "in",
        documents=(document.id,),
        evidence=evidence,
        picture_hashes=document.picture_hashes,
        confidence=confidence,
        policy=holder.policy,
        policyholder=holder.name,
        policyholder_id=holder.id_number,
    )


def _paid_by_insurer(payer: str, payee: str) -> bool:
    """A slip that was not told apart by its title: an insurer pays a person."""
    insurer = is_organisation(payer) and ("保险" in payer or "人寿" in payer)
    return insurer and bool(payee) and not is_organisation(payee)


# --- one movement seen twice ---


def _enter(ledger: list[Payment], sighting: Payment) -> None:
    for place, known in enumerate(ledger):
        if _same_slip(known, sighting):
            ledger[place] = _joined(known, sighting)
            return
    ledger.append(sighting)


def _same_slip(known: Payment, sighting: Payment) -> bool:
    """The same number, or the same picture, and nothing read on both that differs."""
    if known.direction != sighting.direction or not _agree(known, sighting):
        return False
    if known.serial and sighting.serial:
        return known.serial == sighting.serial
    return bool(set(known.picture_hashes) & set(sighting.picture_hashes))


def _agree(one: Payment, other: Payment) -> bool:
    amounts = one.amount is None or other.amount is None or one.amount == other.amount
    days = one.date is None or other.date is None or one.date == other.date
    return amounts and days and one.currency == other.currency


def _joined(known: Payment, other: Payment) -> Payment:
    """What the first paper leaves open is taken from the second."""
    return replace(
        known,
        payer=known.payer or other.payer,
        payer_account=known.payer_account or other.payer_account,
        payee=known.payee or other.payee,
        payee_account=known.payee_account or other.payee_account,
        amount=known.amount if known.amount is not None else other.amount,
        date=known.date or other.date,
        method=known.method or other.method,
        serial=known.serial or other.serial,
        status=known.status or other.status,
        documents=tuple(dict.fromkeys(known.documents + other.documents)),
        evidence=known.evidence + other.evidence,
        picture_hashes=tuple(dict.fromkeys(known.picture_hashes + other.picture_hashes)),
        confidence=max(known.confidence, other.confidence),
    )


# --- receipts ---


def _confirm_by_receipts(ledger: list[Payment], documents: Sequence[Document], holder: _Holder) -> None:
    """A receipt confirms the slip of its amount, or all slips of its total. It stands for a payment of
    its own only where no slip does, or where it says that cash was taken."""
    for document in documents:
        if document.type != "P04" or document.superseded_by is not None:
            continue
        receipt = replace(_from_slip(document, holder), direction="in", status="", serial="")
        place = _place_of(ledger, receipt)
        total = sum((one.amount or Decimal(0) for one in ledger if one.direction == "in"), Decimal(0))
        if place is not None:
            known = ledger[place]
            ledger[place] = replace(known, documents=tuple(dict.fromkeys((*known.documents, document.id))))
        elif receipt.amount is not None and receipt.amount == total:
            continue
        elif receipt.method == "cash" or not any(one.direction == "in" for one in ledger):
            ledger.append(receipt)


def _place_of(ledger: Sequence[Payment], receipt: Payment) -> int | None:
    if receipt.amount is None:
        return None
    for place, known in enumerate(ledger):
        if known.direction == "in" and known.amount == receipt.amount and known.currency == receipt.currency:
            return place
    return None


# --- money out ---


def _add_payouts(ledger: list[Payment], documents: Sequence[Document], holder: _Holder) -> None:
    """Surrender and claim papers: the payout slip of the same amount or payee is the same movement."""
    for document in documents:
        if document.type not in ("A05", "A06") or document.superseded_by is not None:
            continue
        wanted = _from_payout(document, holder)
        if wanted.amount is None and not wanted.payee:
            continue
        for place, known in enumerate(ledger):
            if known.direction == "out" and _same_payout(known, wanted):
                ledger[place] = _joined(known, wanted)
                break
        else:
            ledger.append(wanted)


def _from_payout(document: Document, holder: _Holder) -> Payment:
    """The day of a request or decision is not the day of payment: only a payout paper dates it."""
    money = "refund" if document.type == "A05" else "amount"
    paid = document.variant == "payout"
    evidence, confidence = _seen(document, money, "payee.name", "payee.account", "date")
    return Payment(
        case=holder.case,
        payer=_text(document, "payer.name"),
        payer_account=_text(document, "payer.account"),
        payee=_text(document, "payee.name"),
        payee_account=_text(document, "payee.account"),
        amount=_amount(_text(document, money)),
        currency=_text(document, "currency") or holder.currency,
        date=_day(_text(document, "date")) if paid else None,
        method=_text(document, "method"),
        serial=_text(document, "serial") if paid else "",
        status=_text(document, "status") if paid else "",
        direction="out",
        documents=(document.id,),
        evidence=evidence,
        picture_hashes=document.picture_hashes if paid else (),
        confidence=confidence,
        policy=_text(document, "policy_no") or holder.policy,
        policyholder=holder.name,
        policyholder_id=holder.id_number,
    )


def _same_payout(known: Payment, wanted: Payment) -> bool:
    if known.amount is not None and wanted.amount is not None:
        return known.amount == wanted.amount
    return bool(known.payee) and known.payee == wanted.payee


# --- declared payments ---


def _add_declared(ledger: list[Payment], rows: object, holder: _Holder) -> None:
    """Each row of the policy system is one movement: it joins at most one that the papers show."""
    if not isinstance(rows, Sequence) or isinstance(rows, str):
        return
    taken: set[int] = set()
    for row in rows:
        if not isinstance(row, Mapping):
            continue
        wanted = _from_row(row, holder)
        place = _place_for(ledger, wanted, taken)
        if place is None:
            ledger.append(wanted)
            taken.add(len(ledger) - 1)
        else:
            ledger[place] = _joined(ledger[place], wanted)
            taken.add(place)


def _place_for(ledger: Sequence[Payment], wanted: Payment, taken: set[int]) -> int | None:
    free = [n for n, one in enumerate(ledger) if n not in taken and one.direction == wanted.direction]
    by_serial = [n for n in free if wanted.serial and ledger[n].serial == wanted.serial]
    by_figures = [n for n in free if wanted.amount is not None and _agree(ledger[n], wanted)]
    return next(iter([*by_serial, *by_figures]), None)


def _from_row(row: Mapping[str, object], holder: _Holder) -> Payment:
    def cell(name: str) -> str:
        value = row.get(name)
        return "" if value is None else str(value).strip()

    return Payment(
        case=holder.case,
        payer=cell("payer"),
        payer_account=cell("payer_account"),
        payee=cell("payee"),
        payee_account=cell("payee_account"),
        amount=_amount(cell("amount").replace(",", "")),
        currency=cell("currency") or holder.currency,
        date=_day(cell("date")),
        method=cell("method"),
        serial=cell("serial"),
        status=cell("status"),
        direction=cell("direction") or "in",
        policy=cell("policy") or holder.policy,
        policyholder=cell("policyholder") or holder.name,
        policyholder_id=cell("policyholder_id") or holder.id_number,
    )
