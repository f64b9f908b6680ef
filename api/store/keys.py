"""Where are the wrapped data keys? Rows, each written in a transaction of its own."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from api.database import reading, writing
from api.keys import WrappedKey
from api.tables import DataKey


class KeyTable:
    """The `api.keys.KeyRows` of the service."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of_tenant(self, tenant_id: str) -> Sequence[WrappedKey]:
        with reading(self._engine) as session:
            return [_wrapped(row) for row in session.exec(select(DataKey).where(DataKey.tenant_id == tenant_id)).all()]

    def every(self) -> Sequence[WrappedKey]:
        with reading(self._engine) as session:
            return [_wrapped(row) for row in session.exec(select(DataKey)).all()]

    def add(self, key: WrappedKey) -> bool:
        try:
            with writing(self._engine) as session:
                session.add(
                    DataKey(
                        tenant_id=key.tenant_id,
                        serial=key.serial,
                        wrapped=key.wrapped,
                        master_key_id=key.master_key_id,
                        created_at=key.created_at,
                        retired_at=key.retired_at,
                    )
                )
        except IntegrityError:
            if self._has(key):
                return False
            raise  # there is no such tenant
        return True

    def put(self, key: WrappedKey) -> None:
        with writing(self._engine) as session:
            row = _row(session, key)
            assert row is not None, key.name
            row.wrapped, row.master_key_id, row.retired_at = key.wrapped, key.master_key_id, key.retired_at
            session.add(row)

    def _has(self, key: WrappedKey) -> bool:
        with reading(self._engine) as session:
            return _row(session, key) is not None


def _row(session: Session, key: WrappedKey) -> DataKey | None:
    wanted = select(DataKey).where(DataKey.tenant_id == key.tenant_id, DataKey.serial == key.serial)
    return session.exec(wanted).one_or_none()


def _wrapped(row: DataKey) -> WrappedKey:
    return WrappedKey(row.tenant_id, row.serial, row.wrapped, row.master_key_id, row.created_at, row.retired_at)
