"""What do the checklists demand? Packs, their requirements with law, logic, parameters, scenarios and how often they fail."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from api.editions import BASE, Published
from api.errors import not_found
from api.permissions import Permission
from api.principal import Principal
from api.services import Services
from api.store import packs as stored
from verifier.checks import CHECKS
from verifier.model import Text
from verifier.packs.load import Pack, Requirement, read_yaml
from verifier.packs.requirement import Rule
from verifier.reports.plain import Speech, in_chinese
from verifier.reports.scenario_words import expectation, scenario_words

OUTCOMES = ("fail", "review", "pass", "not_applicable")
PARAMETER = re.compile(r"parameters\.\w+\(\s*\"([\w.]+)\"")


def listed(services: Services, who: Principal) -> list[Published]:
    """Every edition that the institution may judge by."""
    who.require(Permission.PACK_READ)
    return services.editions.listed(who.tenant_id)


def shown(
    services: Services, who: Principal, name: str, edition: str = ""
) -> tuple[Pack, Mapping[str, Mapping[str, int]]]:
    """A pack, and how often each of its requirements came to each outcome."""
    who.require(Permission.PACK_READ)
    pack = services.editions.pack(name, who.tenant_id, edition)
    with services.reading() as session:
        return pack, stored.frequencies(session, who)


@dataclass(frozen=True, slots=True)
class Explained:
    """One requirement whole. `rules`: the law by the name that `basis` gives; `parameters`: the pack's figures that the
    check reads; `scenarios`: what it comes to on which facts, by file name; `outcomes` counts this institution's cases."""

    pack: Pack
    requirement: Requirement
    rules: Mapping[str, Rule]
    logic: str
    logic_zh: str
    parameters: Mapping[str, object]
    scenarios: Sequence[str]
    outcomes: Mapping[str, int]


def explained(services: Services, who: Principal, name: str, check_id: str, edition: str = "") -> Explained:
    pack, frequencies = shown(services, who, name, edition)
    found = pack.requirement(check_id)
    if found is None:
        raise not_found("要求", "requirement")
    named = [value for value in found.params.model_dump().values() if isinstance(value, str)]
    keys = dict.fromkeys([*parameter_keys(found.spec.check), *named])
    return Explained(
        pack=pack,
        requirement=found,
        rules={one.rule: pack.rules[one.rule] for one in found.spec.basis if one.rule in pack.rules},
        logic=inspect.getdoc(CHECKS[found.spec.check]) or "",
        logic_zh=in_chinese(found.spec.check),
        parameters={key: pack.parameters.get(key) for key in keys if _has(pack, key)},
        scenarios=_scenarios(services, pack, check_id),
        outcomes=frequencies.get(check_id, {}),
    )


def _scenarios(services: Services, pack: Pack, check_id: str) -> list[str]:
    """Names of files: those of the pack it extends, and its own."""
    return sorted(_scenario_files(services, pack, check_id))


def _scenario_files(services: Services, pack: Pack, check_id: str) -> dict[str, Path]:
    name, _, edition = pack.info.extends.partition("@")
    base = services.editions.pack(name, "", edition) if name else None
    folders = [one.home / "scenarios" for one in (base, pack) if one is not None]
    return {path.name: path for folder in folders for path in folder.glob(f"{check_id}.*.yaml")}


@dataclass(frozen=True, slots=True)
class Words:
    """A scenario as people read it: what happens, and what the result has to say beside its outcome."""

    happens: tuple[Text, ...]
    expects: tuple[Text, ...]


def in_words(given: Mapping[str, Any], speech: Speech) -> Words:
    return Words(tuple(scenario_words(given, speech)), tuple(expectation(given)))


@dataclass(frozen=True, slots=True)
class Told:
    """A scenario of a requirement. `outcome`: what it has to come to, as its name says."""

    name: str
    outcome: str
    words: Words


def scenarios_told(services: Services, one: Explained) -> list[Told]:
    """The scenarios of a requirement in words, what fails first."""
    speech = Speech(one.pack)
    found = [
        Told(name, name.removesuffix(".yaml").rpartition(".")[2], in_words(read_yaml(path) or {}, speech))
        for name, path in sorted(_scenario_files(services, one.pack, one.requirement.id).items())
    ]
    return sorted(found, key=lambda told: OUTCOMES.index(told.outcome))


@cache
def parameter_keys(check: str) -> tuple[str, ...]:
    """The keys of parameters.yaml that a check names itself; others are given to it by the requirement."""
    return tuple(dict.fromkeys(PARAMETER.findall(inspect.getsource(CHECKS[check]))))


def _has(pack: Pack, key: str) -> bool:
    found: object = pack.parameters.values
    for part in key.split("."):
        if not isinstance(found, Mapping) or part not in found:
            return False
        found = found[part]
    return True


def homes(pack: Pack) -> list[Path]:
    """The folders of a pack: of the one it extends, and its own."""
    base = pack.info.extends.partition("@")[0]
    below = pack.home.parent / BASE / base
    return [*([below] if base and below.is_dir() else []), pack.home]
