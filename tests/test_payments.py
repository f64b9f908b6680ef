"""One movement of money is one Payment, however many papers show it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from verifier.model import Box, Document, Evidence, Field, FieldState, PageRef
from verifier.payments import payments_of

SLIP = {"serial": "A1", "date": "2026-03-03", "payer.name": "张伟", "payee.name": "安禾人寿保险股份有限公司",
        "currency": "CNY", "amount": "24000.00", "method": "transfer"}  # fmt: skip


def paper(code: str, number: int = 1, variant: str | None = None, **fields: Any) -> Document:
    stated = {name.replace("__", "."): value for name, value in fields.items()}
    return _document(code, number, variant, stated)


def _place(number: int, text: str) -> Evidence:
    return Evidence(f"{number}.pdf", 1, Box(0.1, 0.1, 0.2, 0.2), text, 0.98)


def _document(code: str, number: int, variant: str | None, stated: dict[str, str], **more: Any) -> Document:
    fields = {
        name: Field(name, value, value, "text", 0.98, _place(number, value), FieldState.READ)
        for name, value in stated.items()
    }
    return Document(f"d{number}", code, 0.98, (PageRef(f"{number}.pdf", 1),), fields, variant=variant, **more)


def slip(number: int, **changes: str) -> Document:
    return _document("P02", number, "e_receipt", {**SLIP, **{k.replace("__", "."): v for k, v in changes.items()}})


def test_two_copies_of_a_slip_are_one_payment() -> None:
    (payment,) = payments_of("C", [slip(1), slip(2)], {})
    assert payment.documents == ("d1", "d2")
    assert payment.amount == Decimal("24000.00")


def test_equal_amounts_with_different_serials_stay_two_payments() -> None:
    assert len(payments_of("C", [slip(1), slip(2, serial="A2")], {})) == 2


def test_equal_amounts_without_serials_stay_two_payments() -> None:
    assert len(payments_of("C", [slip(1, serial=""), slip(2, serial="")], {})) == 2


def test_the_same_serial_with_another_amount_is_not_joined() -> None:
    assert len(payments_of("C", [slip(1), slip(2, amount="9000.00")], {})) == 2


def test_copies_without_serial_are_joined_by_their_picture() -> None:
    stated = {**SLIP, "serial": ""}
    papers = [_document("P03", n, "wechat", stated, picture_hashes=("ff00ff00ff00ff00",)) for n in (1, 2)]
    assert len(payments_of("C", papers, {})) == 1


def test_a_receipt_confirms_its_slip() -> None:
    (payment,) = payments_of("C", [slip(1), paper("P04", 2, amount="24000.00", payer__name="张伟")], {})
    assert payment.documents == ("d1", "d2")
    assert payment.serial == "A1"


def test_a_receipt_over_the_total_adds_no_payment() -> None:
    papers = [slip(1, amount="12000.00"), slip(2, serial="A2", amount="12000.00"), paper("P04", 3, amount="24000.00")]
    assert [one.amount for one in payments_of("C", papers, {})] == [Decimal("12000.00")] * 2


def test_a_receipt_alone_stands_for_the_payment() -> None:
    (payment,) = payments_of("C", [paper("P04", 1, amount="24000.00")], {})
    assert payment.direction == "in"
    assert payment.documents == ("d1",)


def test_a_payout_slip_and_the_surrender_form_are_one_payment_out() -> None:
    papers = [
        paper("A05", 1, refund="18000.00", payee__name="张伟", signed_date="2026-05-01"),
        _document("P02", 2, "payout", {**SLIP, "amount": "18000.00", "payee.name": "张伟", "date": "2026-05-09"}),
    ]
    (payment,) = payments_of("C", papers, {})
    assert payment.direction == "out"
    assert str(payment.date) == "2026-05-09"
    assert payment.documents == ("d2", "d1")


def test_declared_payments_join_the_slips_that_show_them() -> None:
    declared = {"payments": [{"amount": "24000", "date": "2026-03-03", "serial": "A1", "payer": "张伟"},
                             {"amount": "500", "date": "2026-03-09", "method": "cash"}]}  # fmt: skip
    joined, other = payments_of("C", [slip(1)], declared)
    assert joined.documents == ("d1",)
    assert (other.documents, other.method, other.amount) == ((), "cash", Decimal("500"))


def test_two_declared_payments_alike_are_two() -> None:
    row = {"amount": "19800.00", "date": "2026-03-03"}
    assert len(payments_of("C", [], {"payments": [row, dict(row)]})) == 2


def test_an_unreadable_amount_leaves_the_payment_without_one() -> None:
    (payment,) = payments_of("C", [slip(1, amount="")], {})
    assert payment.amount is None
