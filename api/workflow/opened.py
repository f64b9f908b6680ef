"""What does this person see of one case? The audit through the eyes of their audience, with what people decided.

Whatever shows a part of a case (findings, papers, pages, reports) goes through here, so that what is left out and
masked is left out and masked everywhere.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from sqlmodel import Session, col, select

from api.clock import now
from api.errors import ServiceError, conflict
from api.principal import Principal
from api.services import Services
from api.showing import shown_to
from api.store import decisions as decided
from api.store import findings, scope
from api.tables import BlindLook, CaseRow, CaseState, Decision, FindingRow, Judgement
from api.workflow import kept
from verifier.model import Audit, Text
from verifier.reports.audience import Audience, Shown
from verifier.reports.masking import LOOKS_SENSITIVE, Masker, masked
from verifier.review import Review

KEPT = 32


@dataclass(frozen=True)
class Opened:
    """A case as one person sees it. `full` is the whole audit, for what decides what is hidden: it is never answered;
    `shown` is what may be. Both None while the case is not judged."""

    row: CaseRow
    who: Principal
    full: Audit | None
    shown: Shown | None
    judgement_id: str | None = None  # by which it is opened

    @property
    def closed(self) -> bool:
        """Whether something of this case may be hidden from this person."""
        return self.who.audience is Audience.CASE or not self.who.sees_full_values

    def judged(self) -> Shown:
        """What is shown of the audit; ServiceError while there is none."""
        if self.shown is None:
            raise conflict(
                "not_judged",
                Text("该案件尚未得出结果", "The case has not been judged yet"),
                Text("请待处理完成后再试", "Try again when it has been"),
            )
        return self.shown

    @cached_property
    def masker(self) -> Masker | None:
        """Masks numbers in any text of this case; None for those who see them in full."""
        if self.who.sees_full_values or self.full is None:
            return None
        return Masker(self.full)

    def text(self, text: str) -> str:
        if self.who.sees_full_values:
            return text
        return self.masker.text(text) if self.masker else mask(text)

    @cached_property
    def _names(self) -> Mapping[str, str]:
        """Real names of files by the name they are shown under."""
        return self.shown.originals if self.shown else {}

    def real_name(self, file: str) -> str:
        return self._names.get(file, file)

    def shown_name(self, file: str) -> str:
        return next((told for told, real in self._names.items() if real == file), self.text(file))

    # --- which pages ----------------------------------------------------------------------------

    @cached_property
    def _pages(self) -> frozenset[tuple[str, int]]:
        """Pages, by real name, of the papers that are shown."""
        documents = self.shown.audit.documents if self.shown else ()
        return frozenset((self.real_name(page.file), page.page) for one in documents for page in one.pages)

    @cached_property
    def hidden_files(self) -> frozenset[str]:
        """Files of which this person's copy does not speak at all."""
        if self.full is None or self.shown is None:
            return frozenset()
        known = {self.real_name(one.file) for one in self.shown.audit.sources}
        return frozenset(one.file for one in self.full.sources) - known

    @cached_property
    def _hidden_pages(self) -> frozenset[tuple[str, int]]:
        documents = self.full.documents if self.full else ()
        return frozenset((page.file, page.page) for one in documents for page in one.pages) - self._pages

    def shows_page(self, file: str, page: int) -> bool:
        """Whether a page (real name) may be shown at all. Whoever may not see numbers in full sees recognised pages
        alone: on the others nobody knows what to cover."""
        if not self.closed:
            return True
        self.judged()
        if file in self.hidden_files or (file, page) in self._hidden_pages:
            return False
        return self.who.sees_full_values or (file, page) in self._pages

    def shows_file(self, file: str) -> bool:
        """Whether the file may be handed over as it came."""
        if not self.closed:
            return True
        self.judged()
        hidden = any(one == file for one, _ in self._hidden_pages)
        return self.who.sees_full_values and file not in self.hidden_files and not hidden


def mask(text: str) -> str:
    """What looks like a number of a person, masked, where the papers of the case do not say more."""
    return LOOKS_SENSITIVE.sub(lambda hit: masked(hit[0]), text)


def open_case(services: Services, session: Session, who: Principal, case_id: str) -> Opened:
    """The case within the asker's scope. Whether that is told on the trail is the use case's."""
    row = scope.case(session, who, case_id)
    if row.state == CaseState.PURGED:
        raise purged()
    if row.judgement_id is None:
        return Opened(row, who, None, None)
    reviews = _reviews(session, who, row, now())
    return Opened(row, who, *_found(services, session, who, row, row.judgement_id, reviews), row.judgement_id)


def open_then(
    services: Services, session: Session, who: Principal, judgement: Judgement, at: datetime | None
) -> Opened:
    """The case by an earlier judgement, with what people had decided at that moment; None: with nothing decided.
    Blind second looks hide from who is to make them what they hide of the judgement that counts."""
    row = scope.case(session, who, judgement.case_id)
    if row.state == CaseState.PURGED:
        raise purged()
    reviews = decided.reviews_of(*decided_then(session, who, judgement, at), at) if at else ()
    return Opened(row, who, *_found(services, session, who, row, judgement.id, reviews), judgement.id)


def _found(
    services: Services, session: Session, who: Principal, row: CaseRow, judgement_id: str, reviews: tuple[Review, ...]
) -> tuple[Audit, Shown]:
    """The audit and what is shown of it; of those looked at last, without opening it again."""
    blind = _blind(session, who, row)
    view = (
        judgement_id, row.version, who.tenant_id, who.audience, who.sees_full_values, who.permissions, reviews, blind,
    )  # fmt: skip
    found = _recent.get(view)
    if found is None:
        found = _shown(services, who, judgement_id, reviews, blind)
        _recent.put(view, found)
    return found


def decided_then(
    session: Session, who: Principal, judgement: Judgement, at: datetime
) -> tuple[Sequence[FindingRow], Mapping[str, Sequence[Decision]]]:
    """The findings of a judgement that this person may see, and the decisions on its checks made by that moment."""
    made = decided.of_case(session, judgement.case_id)
    rows = findings.visible_then(session, who, judgement.id)
    return rows, {check: [one for one in all_of_it if one.at <= at] for check, all_of_it in made.items()}


def _shown(
    services: Services, who: Principal, judgement_id: str, reviews: tuple[Review, ...], blind: frozenset[str]
) -> tuple[Audit, Shown]:
    full = kept.audit(services.blobs, who.tenant_id, judgement_id)
    if full is None:
        raise purged()
    findings_seen = tuple(one for one in full.findings if one.check not in blind)
    decisions = tuple(one for one in reviews if one.check not in blind)
    return full, shown_to(who, replace(full, findings=findings_seen), decisions)


def _reviews(session: Session, who: Principal, row: CaseRow, at: datetime) -> tuple[Review, ...]:
    seen = findings.visible(session, who, row)
    return decided.reviews_of(seen, decided.of_case(session, row.id), at)


def _blind(session: Session, who: Principal, row: CaseRow) -> frozenset[str]:
    """Checks of this case that the asker is judging blind: what the machine found is not for them yet."""
    asked = select(BlindLook.check_id).where(
        BlindLook.case_id == row.id, BlindLook.assigned_to == who.id, col(BlindLook.at).is_(None)
    )
    return frozenset(session.exec(asked).all())


def purged() -> ServiceError:
    return ServiceError(
        410,
        "case_purged",
        Text("该案件材料已按保存期限清除", "The papers of this case were purged at the end of their retention"),
        Text("仅余审计轨迹可查", "Only the audit trail still tells of it"),
    )


class _Recent:
    """Audits that were looked at last: pictures and words of a page come back to the same one."""

    def __init__(self) -> None:
        self._found: OrderedDict[object, tuple[Audit, Shown]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: object) -> tuple[Audit, Shown] | None:
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
            return self._found.get(key)

    def put(self, key: object, value: tuple[Audit, Shown]) -> None:
        with self._lock:
            self._found[key] = value
            while len(self._found) > KEPT:
                self._found.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._found.clear()


_recent = _Recent()
forget_recent = _recent.clear
