"""What would a draft of a pack change? Its scenarios played, and past cases judged by it without any of it counting."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from api import yaml_text
from api.errors import ServiceError, not_found
from api.permissions import Permission
from api.principal import Principal
from api.services import Services
from api.store import packs as stored
from api.store.reaudits import ACTIVE, Scope
from api.tables import PackDraft, ReAudit
from api.workflow import reaudits
from api.workflow.draft_checks import faults_of, laid_out, load
from api.workflow.drafts import base_of, digest_of, info_of, keep, refused
from api.workflow.packs import Words, homes, in_words
from api.workflow.reaudits import Compared
from verifier.errors import VerifierError
from verifier.model import Text
from verifier.packs.load import Pack
from verifier.packs.scenario import Scenario, play, problem, scenarios
from verifier.reports.plain import Speech

ONE_CHECK = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,39}")
TESTED = "draft-test"  # kind of blob
NOTHING = Text("", "")
SHOWN = 5  # trials of a draft that are told


@dataclass(frozen=True, slots=True)
class Played:
    """What a scenario came to under the draft. `problem` empty: what its name says; `detail` is the finding's sentence."""

    scenario: str
    check: str
    expected: str
    outcome: str
    problem: str
    detail: Text = NOTHING


@dataclass(frozen=True, slots=True)
class Tested:
    """All scenarios under the draft as it is now. `state`: none, running, done, failed (`problem` says why)."""

    state: str
    played: tuple[Played, ...] = ()
    problem: Text | None = None

    @property
    def failing(self) -> tuple[Played, ...]:
        return tuple(one for one in self.played if one.problem)


def play_scenarios(services: Services, who: Principal, draft_id: str, check_id: str) -> list[Played]:
    """The scenarios of one requirement, those of the base and those of the draft."""
    who.require(Permission.PACK_READ)
    if not ONE_CHECK.fullmatch(check_id):  # it becomes part of a pattern of file names
        raise not_found("要求", "requirement")
    with services.reading() as session:
        row = stored.draft(session, who, draft_id)
    return _play(services, row, check_id)


def _play(services: Services, row: PackDraft, check_id: str) -> list[Played]:
    base = base_of(services, row)
    if faults := faults_of(row.files, info_of(row, base), base):
        raise refused(faults)
    with laid_out(row.files, info_of(row, base), base) as home:
        pack = load(home)
        found = {one.path.name: one for folder in homes(pack) for one in scenarios(folder, check_id or "*")}
        return [_played(one, pack) for _, one in sorted(found.items())]


def _played(scenario: Scenario, pack: Pack) -> Played:
    name, expected = scenario.path.name, scenario.outcome.value
    try:
        finding = play(scenario, pack)
    except VerifierError as fault:
        return Played(name, scenario.check, expected, "", fault.message.zh, fault.message)
    except (ValueError, TypeError, KeyError, AttributeError, AssertionError) as fault:
        said = Text("情景内容不可用", "What the scenario says cannot be used")
        return Played(name, scenario.check, expected, "", f"{said.zh} ({type(fault).__name__})", said)
    return Played(name, scenario.check, expected, finding.outcome.value, problem(scenario, finding), finding.detail)


def begin_test(services: Services, who: Principal, draft_id: str) -> PackDraft:
    """Play every scenario, as a job; `tested` has the result."""
    who.require(Permission.PACK_READ)
    with services.reading() as session:
        row = stored.draft(session, who, draft_id)
    key = _tested_as(row)
    if services.blobs.named(row.tenant_id, TESTED, key) is None:
        _keep_test(services, row.tenant_id, key, {"state": "running"})
    services.jobs.enqueue("draft.test", key, key=key)
    return row


def _tested_as(row: PackDraft) -> str:
    """A draft by what it says: being proposed or sent back changes nothing of that."""
    said = json.dumps([row.base, sorted(row.files.items())], ensure_ascii=False)
    return f"{row.id}:{hashlib.sha256(said.encode()).hexdigest()[:16]}"


def test_task(services: Services, argument: str) -> None:
    with services.reading() as session:
        row = session.get(PackDraft, argument.partition(":")[0])
    if row is None or _tested_as(row) != argument:
        return
    try:
        told: dict[str, object] = {"state": "done", "played": [asdict(one) for one in _play(services, row, "")]}
    except ServiceError as fault:
        told = {"state": "failed", "problem": asdict(fault.message)}
    _keep_test(services, row.tenant_id, argument, told)


def _keep_test(services: Services, tenant_id: str, key: str, told: Mapping[str, object]) -> None:
    services.blobs.put_named(tenant_id, TESTED, key, json.dumps(told, ensure_ascii=False).encode())


def test_of(services: Services, who: Principal, draft_id: str) -> Tested:
    """What all scenarios came to under the draft as it is now."""
    who.require(Permission.PACK_READ)
    with services.reading() as session:
        row = stored.draft(session, who, draft_id)
    data = services.blobs.named(row.tenant_id, TESTED, _tested_as(row))
    if data is None:
        return Tested("none")
    told = json.loads(data)
    played = tuple(Played(**{**one, "detail": Text(**one["detail"])}) for one in told.get("played", ()))
    return Tested(told["state"], played, Text(**told["problem"]) if "problem" in told else None)


def tested(services: Services, who: Principal, draft_id: str) -> Sequence[Played] | None:
    """The result for the draft as it is now; None while there is none."""
    found = test_of(services, who, draft_id)
    return found.played if found.state in ("done", "failed") else None


def scenarios_told(services: Services, who: Principal, draft_id: str, names: Iterable[str]) -> dict[str, Words]:
    """Scenarios of the draft, or of its base, by the names of their files."""
    who.require(Permission.PACK_READ)
    with services.reading() as session:
        row = stored.draft(session, who, draft_id)
    base = base_of(services, row)
    speech, found = Speech(base), {}
    for name in names:
        text = row.files.get(f"scenarios/{name}")
        path = base.home / "scenarios" / name
        if text is None and path.is_file():
            text = path.read_text(encoding="utf-8")
        found[name] = in_words(yaml_text.read(text or "") or {}, speech)
    return found


def try_on(services: Services, who: Principal, draft_id: str, wanted: Scope, told: Mapping[str, object]) -> ReAudit:
    """Judge past cases by the draft: a re-audit that never counts."""
    who.require(Permission.PACK_EDIT)
    who = replace(who, permissions=who.permissions | {Permission.REAUDIT})  # to look, not to adopt
    with services.reading() as session:
        row = stored.draft(session, who, draft_id)
    edition = trial_edition(row, digest_of(services, row))
    trial = _under(row, edition)
    keep(services, trial, digest_of(services, trial), trial=True)
    return reaudits.begin(services, who, wanted, pack=row.pack, edition=edition, told=told)


@dataclass(frozen=True, slots=True)
class Trial:
    """A re-audit under the draft. `now`: under the draft as it is now, not as it once was."""

    compared: Compared
    now: bool

    @property
    def running(self) -> bool:
        return self.compared.row.state in ACTIVE

    @property
    def moved(self) -> Mapping[tuple[str, str], int]:
        """Cases by verdict before and after, where these differ."""
        pairs = [(*move.partition(">")[::2], number) for move, number in self.compared.standing.verdicts.items()]
        return {(before, after): number for before, after, number in pairs if before != after}

    @property
    def unmoved(self) -> int:
        return sum(self.compared.standing.verdicts.values()) - sum(self.moved.values())


def trials(services: Services, who: Principal, draft_id: str) -> list[Trial]:
    """The re-audits by which the draft was tried, the newest first, as far as this person may see them."""
    who.require(Permission.PACK_EDIT)
    with services.reading() as session:
        row = stored.draft(session, who, draft_id)
        found = stored.trials(session, who, row, reaudits.TRIAL, SHOWN)
    if not found:
        return []
    now = _edition_now(services, row)
    return [Trial(reaudits.compared(services, who, one.id), one.edition == now) for one in found]


def _edition_now(services: Services, row: PackDraft) -> str:
    try:
        return trial_edition(row, digest_of(services, row))
    except ServiceError:  # it has faults: nothing was tried that is like it
        return ""


def trial_edition(row: PackDraft, sha256: str) -> str:
    return f"{row.edition}{reaudits.TRIAL}{sha256[:12]}"


def _under(row: PackDraft, edition: str) -> PackDraft:
    return PackDraft.model_validate(row.model_dump() | {"edition": edition})


TASKS = {"draft.test": test_task}
