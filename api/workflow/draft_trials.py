"""What would a draft of a pack change? Its scenarios played, and past cases judged by it without any of it counting."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from api.errors import ServiceError, not_found
from api.permissions import Permission
from api.principal import Principal
from api.services import Services
from api.store import packs as stored
from api.store.reaudits import Scope
from api.tables import PackDraft, ReAudit
from api.workflow import reaudits
from api.workflow.draft_checks import faults_of, laid_out, load
from api.workflow.drafts import base_of, digest_of, info_of, keep, refused
from api.workflow.packs import homes
from verifier.errors import VerifierError
from verifier.packs.load import Pack
from verifier.packs.scenario import Scenario, play, problem, scenarios

ONE_CHECK = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,39}")
TESTED = "draft-test"  # kind of blob


@dataclass(frozen=True, slots=True)
class Played:
    """What a scenario came to under the draft. `problem` empty: what its name says."""

    scenario: str
    check: str
    expected: str
    outcome: str
    problem: str


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
        return Played(name, scenario.check, expected, "", fault.message.zh)
    except (ValueError, TypeError, KeyError, AttributeError, AssertionError) as fault:
        return Played(name, scenario.check, expected, "", f"情景内容不可用 ({type(fault).__name__})")
    return Played(name, scenario.check, expected, finding.outcome.value, problem(scenario, finding))


def begin_test(services: Services, who: Principal, draft_id: str) -> PackDraft:
    """Play every scenario, as a job; `tested` has the result."""
    who.require(Permission.PACK_READ)
    with services.reading() as session:
        row = stored.draft(session, who, draft_id)
    services.jobs.enqueue("draft.test", f"{row.id}:{row.version}", key=f"{row.id}:{row.version}")
    return row


def test_task(services: Services, argument: str) -> None:
    draft_id, _, version = argument.partition(":")
    with services.reading() as session:
        row = session.get(PackDraft, draft_id)
    if row is None or str(row.version) != version:
        return
    try:
        told: dict[str, object] = {"played": [_told(one) for one in _play(services, row, "")]}
    except ServiceError as fault:
        told = {"played": [], "problem": fault.message.zh}
    services.blobs.put_named(row.tenant_id, TESTED, argument, json.dumps(told, ensure_ascii=False).encode())


def _told(one: Played) -> dict[str, str]:
    return {name: getattr(one, name) for name in Played.__dataclass_fields__}


def tested(services: Services, who: Principal, draft_id: str) -> list[Played] | None:
    """The result for the draft as it is now; None while there is none."""
    who.require(Permission.PACK_READ)
    with services.reading() as session:
        row = stored.draft(session, who, draft_id)
    data = services.blobs.named(row.tenant_id, TESTED, f"{row.id}:{row.version}")
    return [Played(**one) for one in json.loads(data)["played"]] if data else None


def try_on(services: Services, who: Principal, draft_id: str, wanted: Scope, told: Mapping[str, object]) -> ReAudit:
    """Judge past cases by the draft: a re-audit that never counts."""
    who.require(Permission.PACK_EDIT)
    who = replace(who, permissions=who.permissions | {Permission.REAUDIT})  # to look, not to adopt
    with services.reading() as session:
        row = stored.draft(session, who, draft_id)
    edition = f"{row.edition}{reaudits.TRIAL}{digest_of(services, row)[:12]}"
    trial = _under(row, edition)
    keep(services, trial, digest_of(services, trial), trial=True)
    return reaudits.begin(services, who, wanted, pack=row.pack, edition=edition, told=told)


def _under(row: PackDraft, edition: str) -> PackDraft:
    return PackDraft.model_validate(row.model_dump() | {"edition": edition})


TASKS = {"draft.test": test_task}
