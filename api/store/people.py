"""What are the people called whose ids stand in a list?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlmodel import Session, col, select

from api.principal import Principal
from api.tables import ApiKey, User


def names(session: Session, who: Principal, ids: Iterable[str | None]) -> Mapping[str, str]:
    """Names by account id, of the asker's institution."""
    wanted = {one for one in ids if one}
    asked = select(User.id, User.name).where(User.tenant_id == who.tenant_id, col(User.id).in_(wanted))
    return {row[0]: row[1] for row in session.exec(asked)}


def actors(session: Session, who: Principal, ids: Iterable[str]) -> Mapping[str, str]:
    """Names of people and of keys by id, of the asker's institution."""
    wanted = set(ids)
    asked = select(ApiKey.id, ApiKey.name).where(ApiKey.tenant_id == who.tenant_id, col(ApiKey.id).in_(wanted))
    return {**names(session, who, wanted), **{row[0]: row[1] for row in session.exec(asked)}}
