"""Which editions of packs are on record? Rows that are written once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from api.clock import now
from api.database import reading, writing
from api.editions import Published
from api.tables import PackEdition


class EditionTable:
    """The `api.editions.EditionRows` of the service."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def files(self, tenant_id: str, pack: str, edition: str) -> tuple[str, Mapping[str, str]] | None:
        with reading(self._engine) as session:
            row = session.get(PackEdition, edition_id(tenant_id, pack, edition))
            return (row.sha256, row.files) if row is not None else None

    def listed(self, tenant_id: str) -> Sequence[Published]:
        mine = col(PackEdition.tenant_id) == tenant_id if tenant_id else col(PackEdition.tenant_id).is_(None)
        asked = (
            select(
                col(PackEdition.pack),
                col(PackEdition.edition),
                col(PackEdition.sha256),
                col(PackEdition.created_by),
                col(PackEdition.created_at),
            )
            .where(mine, col(PackEdition.trial).is_(False))
            .order_by(col(PackEdition.created_at), col(PackEdition.id))
        )
        with reading(self._engine) as session:
            rows = session.execute(asked).all()
        return [Published(tenant_id, *row) for row in rows]

    def keep(self, one: Published, files: Mapping[str, str], *, trial: bool) -> None:
        key = edition_id(one.tenant_id, one.pack, one.edition)
        with reading(self._engine) as session:
            if session.get(PackEdition, key) is not None:
                return
        row = PackEdition(
            id=key,
            tenant_id=one.tenant_id or None,
            pack=one.pack,
            edition=one.edition,
            sha256=one.sha256,
            files=dict(files),
            trial=trial,
            created_by=one.created_by,
            created_at=one.created_at or now(),
        )
        try:
            with writing(self._engine) as session:
                session.add(row)
        except IntegrityError:  # another process was faster
            if self.files(one.tenant_id, one.pack, one.edition) is None:
                raise


def edition_id(tenant_id: str, pack: str, edition: str) -> str:
    return hashlib.sha256(f"{tenant_id}\n{pack}\n{edition}".encode()).hexdigest()[:36]
