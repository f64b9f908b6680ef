"""What do the institution's other cases say about these people, accounts and papers? `context.History` on our tables.

A case that was sent in a second time is the same case: its former rows are no other case's. It is known by its id
together with its policyholder.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, or_
from sqlmodel import Session, SQLModel, col, select

from api.tables import CaseRow, HistoryContact, HistoryPayment, HistoryPicture
from verifier.case import Case
from verifier.history import (
    KEYS,
    WIDEST_BY_BANDS,
    address_key,
    bands,
    bits_apart,
    payment_from_json,
    payment_to_json,
    traces_of,
)
from verifier.model import Payment

PHONE, ADDRESS = "phone", "address"
ROWS: tuple[type[SQLModel], ...] = (HistoryPayment, HistoryContact, HistoryPicture)


def index_case(session: Session, row: CaseRow, case: Case) -> None:
    """All that other cases may ask about this one, instead of what stood there."""
    forget(session, row.id)
    told = traces_of(case)
    own = {"tenant_id": row.tenant_id, "case_id": row.id, "case_name": row.name}
    _add(session, HistoryPayment, (own | _payment(one) for one in case.payments))
    contacts = [(PHONE, phone) for phone in told.phones] + [(ADDRESS, key) for key in told.addresses]
    _add(
        session,
        HistoryContact,
        (own | {"kind": kind, "key": key[:300], "policyholder": told.policyholder[:200]} for kind, key in contacts),
    )
    _add(
        session,
        HistoryPicture,
        (
            own | {"file": file, "page": page, "hash": found, "band": band, "value": value}
            for found, file, page in told.pictures
            for band, value in enumerate(bands(found))
        ),
    )


def index_list(session: Session, tenant_id: str, list_id: str, payments: Iterable[Payment]) -> None:
    """The payments of a supplied list, once."""
    if session.exec(select(HistoryPayment.id).where(HistoryPayment.list_id == list_id).limit(1)).first() is None:
        own = {"tenant_id": tenant_id, "list_id": list_id}
        _add(session, HistoryPayment, (own | {"case_name": one.case[:200]} | _payment(one) for one in payments))


def forget(session: Session, case_id: str) -> None:
    """The case leaves no more traces in others: it was purged, or is indexed anew."""
    for table in ROWS:
        session.exec(delete(table).where(table.case_id == case_id))  # type: ignore[attr-defined]


def _add(session: Session, table: type[SQLModel], rows: Iterable[dict[str, Any]]) -> None:
    if listed := list(rows):
        session.exec(insert(table), params=listed)


def _payment(one: Payment) -> dict[str, Any]:
    keys = {key: str(getattr(one, key))[: 200 if key in ("policyholder", "payer", "serial") else 100] for key in KEYS}
    return {**keys, "payment": json.loads(payment_to_json(one))}


def _in_order(rows: Iterable[HistoryPayment]) -> list[Payment]:
    """By case and then as the case has them: not by who was faster, or the same files would be judged in other words."""
    ordered = sorted(rows, key=lambda row: (row.case_name, row.case_id or "", row.id))
    return [payment_from_json(json.dumps(row.payment)) for row in ordered]


class TableHistory:
    """The tables seen from one case. `lists`: ids of the lists of payments that count for it."""

    def __init__(self, session: Session, row: CaseRow, policyholder: str, lists: Sequence[str] = ()) -> None:
        self._session = session
        self._tenant = row.tenant_id
        self._name = row.name
        self._lists = list(lists)
        same = select(CaseRow.id).where(
            CaseRow.tenant_id == row.tenant_id,
            CaseRow.name == row.name,
            or_(col(CaseRow.policyholder) == policyholder, col(CaseRow.policyholder) == ""),
        )
        self._own = {row.id, *session.exec(same).all()}

    def payments(
        self,
        *,
        policyholder_id: str = "",
        policyholder: str = "",
        payer: str = "",
        payer_account: str = "",
        serial: str = "",
    ) -> Sequence[Payment]:
        wanted = dict(zip(KEYS, (policyholder_id, policyholder, payer, payer_account, serial), strict=True))
        found: dict[int, HistoryPayment] = {}
        for key, value in wanted.items():  # one indexed query for each key
            if value:
                found.update(self._payments(getattr(HistoryPayment, key) == value))
        return _in_order(found.values())

    def payments_of(self, case: str) -> Sequence[Payment]:
        if case == self._name:
            return []
        return _in_order(self._payments(col(HistoryPayment.case_name) == case).values())

    def _payments(self, condition: ColumnElement[bool]) -> dict[int, HistoryPayment]:
        rows = self._session.exec(
            select(HistoryPayment).where(HistoryPayment.tenant_id == self._tenant, condition)
        ).all()
        return {
            row.id: row
            for row in rows
            if row.id is not None
            and (row.list_id in self._lists if row.case_id is None else row.case_id not in self._own)
        }

    def cases_with_phone(self, phone: str) -> Sequence[tuple[str, str]]:
        return self._contacts(PHONE, phone)

    def cases_at_address(self, address: str) -> Sequence[tuple[str, str]]:
        return self._contacts(ADDRESS, address_key(address)[:300])

    def _contacts(self, kind: str, key: str) -> Sequence[tuple[str, str]]:
        if not key:
            return []
        rows = self._session.exec(
            select(HistoryContact.case_name, HistoryContact.policyholder, HistoryContact.case_id).where(
                HistoryContact.tenant_id == self._tenant, HistoryContact.kind == kind, HistoryContact.key == key
            )
        ).all()
        return sorted({(name, holder) for name, holder, case_id in rows if case_id not in self._own})

    def pictures_like(self, picture_hash: str, distance: int) -> Sequence[tuple[str, str, int]]:
        if bits_apart(picture_hash, picture_hash):
            return []
        near = {
            (one.case_name, one.file, one.page)
            for one in self._candidates(picture_hash, distance)
            if one.case_id not in self._own and bits_apart(one.hash, picture_hash) <= distance
        }
        return sorted(near)

    def _candidates(self, picture_hash: str, distance: int) -> Sequence[HistoryPicture]:
        own = select(HistoryPicture).where(HistoryPicture.tenant_id == self._tenant)
        if distance > WIDEST_BY_BANDS:
            return self._session.exec(own.where(HistoryPicture.band == 0)).all()
        return [
            one
            for band, value in enumerate(bands(picture_hash))
            for one in self._session.exec(own.where(HistoryPicture.band == band, HistoryPicture.value == value)).all()
        ]
