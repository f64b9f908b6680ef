"""How often does the machine let a failure pass? A random share of its passes is judged again by a person who does not
see what it said; the share of those that the person finds failing is the miss rate.

The draw follows from the batch, the seed and the share alone, so that anybody can repeat it: a pass is drawn when
SHA-256 of "seed:case:check" as a fraction lies below the share.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, true
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from api import trail
from api.choices import review_choices
from api.clock import now
from api.errors import ServiceError, conflict, invalid, not_found
from api.paging import Page, page, position
from api.permissions import Permission
from api.principal import Principal
from api.services import Services
from api.store import decisions as stored
from api.store import scope
from api.tables import BlindLook, CaseRow, Correction, Decision, Judgement, new_id
from api.workflow.deciding import check_person
from api.workflow.finding_rows import existing_or_new, finding_of
from verifier.model import Outcome, Text
from verifier.packs.load import Pack
from verifier.reports.audience import CONFIDENTIAL

PASSED = Outcome.PASS.value[0]  # in Judgement.outcomes


def is_drawn(seed: int, case_id: str, check_id: str, share: float) -> bool:
    first = hashlib.sha256(f"{seed}:{case_id}:{check_id}".encode()).digest()[:8]
    return int.from_bytes(first, "big") < share * 2**64


def draw_blind(services: Services, session: Session, who: Principal, batch_id: str, seed: int) -> int:
    """Draw from the passes of a batch that is done; how many. Done twice, nothing is drawn twice."""
    share = review_choices(session, who.tenant_id).blind_share
    known = set(session.exec(select(BlindLook.judgement_id).join(CaseRow).where(CaseRow.batch_id == batch_id)).all())
    asked = (
        select(Judgement, CaseRow.branch_id)
        .join(CaseRow, col(CaseRow.judgement_id) == col(Judgement.id))
        .where(CaseRow.batch_id == batch_id, CaseRow.tenant_id == who.tenant_id)
    )
    passes, looks = 0, []
    for judgement, branch_id in session.exec(asked.execution_options(yield_per=500)):
        passed = sorted(check for check, code in judgement.outcomes.items() if code == PASSED)
        passes += len(passed)
        drawn = [check for check in passed if is_drawn(seed, judgement.case_id, check, share)]
        if drawn and judgement.id not in known:
            pack = services.editions.pack(judgement.pack, who.tenant_id, judgement.edition)
            looks += [_look(judgement, branch_id, check, pack, seed, share) for check in drawn]
    session.add_all(looks)
    trail.record(
        session, who, "blind.drawn", "batch", batch_id, seed=seed, share=share, passes=passes, drawn=len(looks)
    )
    return len(looks)


def _look(judgement: Judgement, branch_id: str | None, check: str, pack: Pack, seed: int, share: float) -> BlindLook:
    requirement = pack.requirement(check)
    return BlindLook(
        id=new_id(),
        tenant_id=judgement.tenant_id,
        branch_id=branch_id,
        case_id=judgement.case_id,
        judgement_id=judgement.id,
        check_id=check,
        stage=requirement.spec.stage if requirement else "",
        confidential=check in CONFIDENTIAL or bool(requirement and requirement.spec.confidential),
        drawn_at=now(),
        draw={"seed": seed, "share": share},
    )


# --- by a person ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a person who looks finds: the look that they took and did not finish, and how many others they may take."""

    own: BlindLook | None
    free: int


def waiting(services: Services, who: Principal) -> Waiting:
    who.require(Permission.BLIND_REVIEW)
    with services.reading() as session:
        number = select(func.count()).select_from(BlindLook).where(_free(who))
        return Waiting(session.exec(_taken_by(who)).first(), session.exec(number).one())


def take(services: Services, who: Principal) -> BlindLook | None:
    """The next look that this person may do, assigned to them; what they took and did not finish comes first. None
    when there is none."""
    check_person(who, Permission.BLIND_REVIEW)
    with services.writing() as session:
        own = session.exec(_taken_by(who)).first()
        if own is not None:
            return own
        free = select(BlindLook).where(_free(who)).order_by(col(BlindLook.id)).limit(1)
        found = session.exec(free.with_for_update(skip_locked=True)).first()
        if found is not None:
            found.assigned_to = who.id
            session.add(found)
            trail.record(session, who, "blind.taken", "blind_look", found.id, case=found.case_id, check=found.check_id)
    return found


def hand_back(services: Services, who: Principal, look_id: str) -> None:
    """Leave a look that one took to others."""
    check_person(who, Permission.BLIND_REVIEW)
    with services.writing() as session:
        row = _own(session, who, look_id, unbiased=False)
        row.assigned_to = None
        session.add(row)
        trail.record(session, who, "blind.handed_back", "blind_look", row.id, case=row.case_id, check=row.check_id)


def judge(services: Services, who: Principal, look_id: str, outcome: Outcome, reason: str) -> BlindLook:
    """A person's own outcome; `review` where they cannot tell. One that comes to a failure opens the finding again."""
    check_person(who, Permission.BLIND_REVIEW)
    if not reason.strip():
        raise invalid(
            "reason_needed",
            Text("请写明理由", "Give your reason"),
            Text("写明看到了什么、在哪一页", "Say what you saw, and on which page"),
        )
    with services.reading() as session:
        seen = _own(session, who, look_id)
    machine = finding_of(services, who, seen.case_id, seen.check_id)
    with services.writing() as session:
        case = scope.locked_case(session, who, seen.case_id)
        row = _own(session, who, look_id)
        row.outcome, row.reason, row.by, row.at = outcome, reason.strip(), who.id, now()
        session.add(row)
        session.flush()
        if outcome is Outcome.FAIL:
            finding = existing_or_new(session, services, who, case, row.check_id, machine)
            if finding.outcome == Outcome.PASS and not finding.doubted:
                finding.doubted = True
                session.add(finding)
                session.flush()
                stored.settle(session, who, case, row.at)
        trail.record(
            session, who, "blind.judged", "blind_look", row.id,
            case=row.case_id, check=row.check_id, outcome=outcome.value, missed=outcome is Outcome.FAIL,
        )  # fmt: skip
    return row


def seen(services: Services, who: Principal, look_id: str) -> BlindLook:
    """One look: one's own, or one that is done and whose result may be seen."""
    who.require(Permission.BLIND_REVIEW)
    with services.reading() as session:
        row = session.exec(select(BlindLook).where(BlindLook.id == look_id, _scope(who))).one_or_none()
    if row is None or (row.at is None and row.assigned_to != who.id):
        raise not_found("盲审任务", "blind look")
    return row


def listed(services: Services, who: Principal, *, missed: bool, limit: int, cursor: str | None) -> Page[BlindLook]:
    """Looks that are done, the newest first; with `missed` only those that came to a failure."""
    who.require(Permission.DASHBOARD)
    asked = select(BlindLook).where(_scope(who), col(BlindLook.at).is_not(None))
    if missed:
        asked = asked.where(BlindLook.outcome == Outcome.FAIL)
    if after := position(cursor, 1):
        asked = asked.where(col(BlindLook.id) < str(after[0]))
    with services.writing() as session:
        rows = session.exec(asked.order_by(col(BlindLook.id).desc()).limit(limit + 1)).all()
        trail.record(session, who, "blind.viewed", "tenant", who.tenant_id, shown=len(rows))
    return page(rows, limit, lambda row: (row.id,))


def requirement_of(services: Services, row: BlindLook) -> tuple[Text, Text] | None:
    """Title and remedy of what is looked at; None where the pack knows it no more."""
    with services.reading() as session:
        judgement = session.get_one(Judgement, row.judgement_id)
    found = services.editions.pack(judgement.pack, row.tenant_id, judgement.edition).requirement(row.check_id)
    return (found.spec.title.text(), found.spec.remedy.text()) if found else None


def hidden_checks(session: Session, who: Principal, case_id: str) -> frozenset[str]:
    """Checks of a case that this person is judging blind: nothing that shows the machine's outcome on them may be shown
    to them until they have."""
    asked = select(BlindLook.check_id).where(
        BlindLook.case_id == case_id, BlindLook.assigned_to == who.id, col(BlindLook.at).is_(None)
    )
    return frozenset(session.exec(asked).all())


# --- whose ------------------------------------------------------------------------------------------


def _scope(who: Principal) -> ColumnElement[bool]:
    return and_(
        col(BlindLook.tenant_id) == who.tenant_id,
        col(BlindLook.branch_id) == who.branch_id if who.branch_id else true(),
        true() if who.may(Permission.AML_READ) else col(BlindLook.confidential).is_(False),
        col(BlindLook.case_id).in_(select(CaseRow.id).where(scope.of_cases(who))) if who.grant else true(),
    )


def _open(who: Principal) -> ColumnElement[bool]:
    return and_(_scope(who), col(BlindLook.at).is_(None))


def _taken_by(who: Principal) -> SelectOfScalar[BlindLook]:
    return select(BlindLook).where(_open(who), BlindLook.assigned_to == who.id).order_by(col(BlindLook.id))


def _free(who: Principal) -> ColumnElement[bool]:
    return and_(_open(who), col(BlindLook.assigned_to).is_(None), ~_biased(who))


def _biased(who: Principal) -> ColumnElement[bool]:
    """Whether the asker had a hand in the case: decided or corrected something in it, or is working on it."""
    decided = select(Decision.id).where(Decision.case_id == BlindLook.case_id, Decision.by == who.id).exists()
    corrected = select(Correction.id).where(Correction.case_id == BlindLook.case_id, Correction.by == who.id).exists()
    working = select(CaseRow.id).where(CaseRow.id == BlindLook.case_id, CaseRow.assigned_to == who.id).exists()
    return or_(decided, corrected, working)


def _own(session: Session, who: Principal, look_id: str, *, unbiased: bool = True) -> BlindLook:
    row = session.exec(select(BlindLook).where(BlindLook.id == look_id, _scope(who))).one_or_none()
    if row is None or row.assigned_to != who.id:
        raise not_found("盲审任务", "blind look")
    if row.at is not None:
        raise conflict(
            "already_judged",
            Text("该盲审已完成", "This look is done"),
            Text("请领取下一项", "Take the next one"),
        )
    if unbiased and session.exec(select(BlindLook.id).where(BlindLook.id == row.id, _biased(who))).first() is not None:
        raise _had_a_hand()
    return row


def _had_a_hand() -> ServiceError:
    return conflict(
        "not_blind",
        Text("您已参与该案件的处理，不能对其进行盲审", "You had a hand in this case and cannot judge it blind"),
        Text("请退回该任务，由他人盲审", "Hand it back and leave it to others"),
    )
