"""Until when is a case kept, who holds it, and which may be purged? The purge itself is `api.workflow.purging`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, select

from api import keeping, trail
from api.clock import now, today
from api.errors import conflict, forbidden, not_found
from api.keeping import Basis, Term
from api.paging import Page
from api.permissions import Permission
from api.principal import Principal
from api.services import Services
from api.store import retention as stored
from api.store import scope
from api.tables import CaseRow, CaseState, Hold
from api.workflow.opened import purged
from verifier.errors import PackError, VerifierError
from verifier.model import Text
from verifier.packs.load import Pack


@dataclass(frozen=True, slots=True)
class Kept:
    """Why a case is kept. `laws`: what the pack rests the terms on. `purgeable`: its term is over and nobody holds it."""

    case: CaseRow
    basis: Basis
    terms: tuple[Term, ...]
    why: Text
    laws: tuple[str, ...]
    holds: Sequence[Hold]
    purgeable: bool


def view(services: Services, who: Principal, case_id: str) -> Kept:
    if not (who.may(Permission.RETENTION) or who.may(Permission.CASE_READ)):
        raise forbidden(Permission.CASE_READ.value)
    with services.reading() as session:
        row = scope.case(session, who, case_id)
        holds = stored.holds_of(session, row.id)
    pack = _pack(services, row)
    basis = keeping.parse(row.keep_basis)
    terms = keeping.terms(basis, pack.parameters) if pack else ()
    held = any(one.released_at is None for one in holds)
    over = row.state != CaseState.PURGED and not held and is_over(row.keep_until)
    return Kept(row, basis, terms, keeping.why(basis, keeping.decisive(terms)), _laws(pack), holds, over)


def is_over(keep_until: date | None) -> bool:
    """The last day of keeping is kept too."""
    return keep_until is not None and keep_until < today()


def found(services: Services, who: Principal, text: str) -> Sequence[CaseRow]:
    """Cases by how they are called: whoever keeps or releases them is given a name or a number."""
    who.require(Permission.RETENTION)
    with services.reading() as session:
        return stored.called(session, who, text.strip()) if text.strip() else ()


def due(services: Services, who: Principal, *, limit: int = 50, cursor: str | None = None) -> Page[CaseRow]:
    """Cases that may be purged."""
    who.require(Permission.RETENTION)
    with services.reading() as session:
        return stored.due(session, who, today(), limit=limit, cursor=cursor)


def holds(services: Services, who: Principal, *, limit: int = 50, cursor: str | None = None) -> Page[Hold]:
    """Holds in force."""
    who.require(Permission.RETENTION)
    with services.reading() as session:
        return stored.holds(session, who, limit=limit, cursor=cursor)


def hold(services: Services, who: Principal, case_id: str, reason: str) -> Hold:
    """Keep a case beyond its term: a dispute, an investigation. Several holds may lie on one case."""
    who.require(Permission.RETENTION)
    with services.writing() as session:
        row = locked(session, who, case_id)
        if row.state == CaseState.PURGED:
            raise purged()
        made = Hold(tenant_id=row.tenant_id, case_id=row.id, reason=reason.strip(), by=who.id, at=now())
        session.add(made)
        trail.record(session, who, "retention.held", "case", row.id, hold=made.id)
    return made


def release(services: Services, who: Principal, hold_id: str) -> Hold:
    who.require(Permission.RETENTION)
    with services.writing() as session:
        found = session.exec(select(Hold).where(Hold.id == hold_id, scope.own_rows(Hold, who))).one_or_none()
        if found is None:
            raise not_found("保全", "hold")
        locked(session, who, found.case_id)
        if found.released_at is not None:
            raise conflict(
                "hold_released",
                Text("该保全已解除", "This hold was released already"),
                Text("无需再次操作", "There is nothing left to do"),
            )
        found.released_at, found.released_by = now(), who.id
        session.add(found)
        trail.record(session, who, "retention.released", "case", found.case_id, hold=found.id)
    return found


def locked(session: Session, who: Principal, case_id: str) -> CaseRow:
    """The case; nobody else changes it until this transaction ends."""
    row = scope.case(session, who, case_id)
    session.refresh(row, with_for_update=True)
    return row


def _pack(services: Services, row: CaseRow) -> Pack | None:
    if not row.pack:
        return None
    try:
        return services.editions.pack(row.pack, row.tenant_id, row.edition)
    except (PackError, VerifierError):  # an edition that is no longer here: the day in the row still holds
        return None


def _laws(pack: Pack | None) -> tuple[str, ...]:
    found = [one for one in (pack.requirements if pack else ()) if one.spec.check == "retention"]
    return tuple(f"{basis.rule} {basis.article}".strip() for one in found for basis in one.basis)
