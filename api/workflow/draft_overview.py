"""How does a draft stand, and what is the next step with it?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from api.paging import Page
from api.permissions import Permission
from api.principal import Kind, Principal
from api.services import Services
from api.store import packs as stored
from api.store import people
from api.tables import PackDraft
from api.workflow import draft_trials, drafts
from api.workflow.draft_changes import FileChange, changes_of
from api.workflow.draft_checks import Fault
from api.workflow.draft_trials import Tested, Trial
from api.workflow.drafts import base_files, base_of
from verifier.packs.load import Pack


@dataclass(frozen=True, slots=True)
class SentBack:
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Overview:
    """`next`: change, mend, test, running, look, try, propose for whoever edits it; publish or wait when it is proposed;
    nothing when it has ended. `names` by account id."""

    row: PackDraft
    base: Pack
    changes: Sequence[FileChange]
    faults: Sequence[Fault]
    test: Tested
    trials: Sequence[Trial]
    names: Mapping[str, str]
    next: str
    may_publish: bool

    @property
    def sent_back(self) -> SentBack | None:
        told = self.row.sent_back
        if not told:
            return None
        return SentBack(told["reason"], self.names.get(told["by"], ""), datetime.fromisoformat(told["at"]))


def listed(
    services: Services, who: Principal, state: str | None, cursor: str | None
) -> tuple[Page[PackDraft], Mapping[str, str]]:
    """Drafts, and the names of those who work on them."""
    who.require(Permission.PACK_READ)
    with services.reading() as session:
        found = stored.drafts(session, who, state=state, limit=30, cursor=cursor)
        ids = {
            one for row in found.items for one in (row.created_by, row.changed_by, row.proposed_by, row.published_by)
        }
        return found, people.names(session, who, ids)


def overview(services: Services, who: Principal, draft_id: str) -> Overview:
    faults = drafts.check(services, who, draft_id)
    test = draft_trials.test_of(services, who, draft_id)
    tried = draft_trials.trials(services, who, draft_id) if who.may(Permission.PACK_EDIT) else []
    with services.reading() as session:
        row = stored.draft(session, who, draft_id)
        names = people.names(session, who, people_of(row))
    base = base_of(services, row)
    second = may_publish(row, who)
    step = _next(row, faults, test, tried, second=second)
    changed = changes_of(row, base, base_files(services, row))
    return Overview(row, base, changed, faults, test, tried, names, step, second)


def people_of(row: PackDraft) -> set[str | None]:
    told = {row.created_by, row.changed_by, row.proposed_by, row.published_by, *row.editors}
    return told | {row.sent_back.get("by")}


def may_publish(row: PackDraft, who: Principal) -> bool:
    """Whether this person could be the second one."""
    everywhere = who.may(Permission.PACK_PUBLISH) and not who.branch_id and who.kind is Kind.USER
    return everywhere and who.id not in {row.proposed_by, *row.editors}


def _next(row: PackDraft, faults: Sequence[Fault], test: Tested, tried: Sequence[Trial], *, second: bool) -> str:
    if row.state == "proposed":
        return "publish" if second else "wait"
    if row.state != "draft":
        return ""
    steps = (
        ("change", not row.files),
        ("mend", bool(faults)),
        ("test", test.state in ("none", "failed")),
        ("running", test.state == "running"),
        ("look", bool(test.failing)),
        ("try", not any(one.now for one in tried)),
    )
    return next((step for step, holds in steps if holds), "propose")
