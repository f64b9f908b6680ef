"""How does a folder of checklists become a Pack? Strictly and early: a broken pack judges nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, TypeAdapter, ValidationError

from verifier.case import Vocabulary
from verifier.checks import CHECKS
from verifier.checks.result import CheckParams
from verifier.errors import PackError
from verifier.model import Basis, Text
from verifier.packs.document_type import SHARED, DocumentType, with_shared
from verifier.packs.requirement import Facts, PackInfo, PaperRule, RequirementSpec, Rule
from verifier.parameters import Parameters

Model = TypeVar("Model", bound=BaseModel)
DEFAULT_HOME = Path(__file__).resolve().parents[2] / "checklists"


@dataclass(frozen=True)
class Requirement:
    """A requirement with its check's parameters validated."""

    spec: RequirementSpec
    params: CheckParams

    @property
    def id(self) -> str:
        return self.spec.id

    @cached_property
    def basis(self) -> tuple[Basis, ...]:
        """One entry for each article, made once: every finding of every case carries them."""
        return tuple(
            Basis(one.rule, article, one.source, one.is_verified)
            for one in self.spec.basis
            for article in (one.articles or ("",))
        )


@dataclass(frozen=True)
class Pack:
    """All of one edition, ready to judge by. `sha256` is over every file that can change a verdict."""

    info: PackInfo
    types: tuple[DocumentType, ...]
    requirements: tuple[Requirement, ...]
    papers: tuple[PaperRule, ...]
    parameters: Parameters
    lexicons: Mapping[str, object]
    rules: Mapping[str, Rule]
    facts: Facts
    sha256: str
    home: Path

    def vocabulary(self) -> Vocabulary:
        return self._vocabulary

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        return Vocabulary(
            paths=self.facts.statements,
            product_kinds=self.facts.product_kinds,
            relations=self.facts.relations,
            titles={kind.code: kind.title.text() for kind in self.types},
            words=self._field_words(),
        )

    def _field_words(self) -> dict[str, Text]:
        words = self.lexicons.get("field_names")
        return {key: Text(said["zh"], said["en"]) for key, said in words.items()} if isinstance(words, dict) else {}

    def requirement(self, check_id: str) -> Requirement | None:
        return self._by_id.get(check_id)

    @cached_property
    def _by_id(self) -> dict[str, Requirement]:
        return {one.id: one for one in self.requirements}


def find_pack(name: str, home: Path = DEFAULT_HOME) -> Path:
    """The folder of a pack: a path to one, or a name below `home`."""
    for folder in (Path(name), home / name):
        if (folder / "pack.yaml").is_file():
            return folder
    known = ", ".join(sorted(path.parent.name for path in home.glob("*/pack.yaml")))
    raise PackError(
        "pack_unknown",
        Text(f"找不到检查清单“{name}”", f"There is no pack named {name!r}"),
        Text(f"可用的清单：{known}", f"Known packs: {known}"),
    )


def load_pack(folder: Path, bases: Path | None = None) -> Pack:
    """The pack in a folder; PackError names the file and the place of the first fault of each kind. The pack that it
    extends lies below `bases`, or beside it."""
    info = _model(folder / "pack.yaml", PackInfo)
    layers = [folder]
    if info.extends:
        layers.insert(0, _base(info.extends, bases or folder.parent))
    types = {kind.code: kind for layer in layers for kind in _types(layer / "documents", layers)}
    specs = {spec.id: spec for layer in layers for spec in _requirements(layer / "requirements")}
    return Pack(
        info=info,
        types=tuple(types.values()),
        requirements=tuple(_requirement(spec, folder) for spec in specs.values()),
        papers=_adapt(folder_file(layers, "papers.yaml"), TypeAdapter(tuple[PaperRule, ...])),
        parameters=Parameters(_merged(layers, "parameters.yaml")),
        lexicons=_lexicons(layers),
        rules=_adapt(folder_file(layers, "rules.yaml"), TypeAdapter(dict[str, Rule])),
        facts=_model(folder_file(layers, "facts.yaml"), Facts),
        sha256=digest(layers),
        home=folder,
    )


def _base(extends: str, home: Path) -> Path:
    """The folder of the pack that is extended; its edition is the one that was meant."""
    name, _, edition = extends.partition("@")
    if Path(name).name != name:
        raise _broken(home / "pack.yaml", f"extends: {name!r} is no name of a pack")
    folder = find_pack(name, home)
    there = _model(folder / "pack.yaml", PackInfo).edition
    if edition and there != edition:
        raise _broken(home / "pack.yaml", f"extends: {name} is there in edition {there}, not {edition}")
    return folder


def digest(layers: list[Path]) -> str:
    """SHA-256 over names and contents of all files that can change a verdict, in name order."""
    total = hashlib.sha256()
    for layer in layers:
        for path in sorted(layer.rglob("*.yaml")):
            name = path.relative_to(layer)
            if name.parts[0] not in ("scenarios", "editions"):
                total.update(name.as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def folder_file(layers: list[Path], name: str) -> Path:
    """The file of the uppermost layer that has it."""
    return next((layer / name for layer in reversed(layers) if (layer / name).is_file()), layers[-1] / name)


def read_yaml(path: Path) -> Any:
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as fault:
        raise _broken(path, str(fault).replace("\n", " ")) from fault


def _broken(path: Path, problem: str) -> PackError:
    return PackError(
        "pack_broken",
        Text(f"检查清单文件 {path.name} 有误：{problem}", f"{path.name}: {problem}"),
        Text("请修改该文件后运行 verifier packs lint", "Mend the file, then run: verifier packs lint"),
    )


def _adapt(path: Path, adapter: TypeAdapter[Any]) -> Any:
    try:
        return adapter.validate_python(read_yaml(path))
    except ValidationError as fault:
        raise _broken(path, "; ".join(_place(error) for error in fault.errors()[:3])) from fault


def _place(error: Any) -> str:
    return f"{'.'.join(str(part) for part in error['loc'])}: {error['msg']}"


def _model(path: Path, model: type[Model]) -> Model:
    loaded: Model = _adapt(path, TypeAdapter(model))
    return loaded


def _types(folder: Path, layers: list[Path]) -> list[DocumentType]:
    """The document types of a folder, with what they take over from the shared sheets of all layers."""
    shared: dict[str, object] = {}
    for layer in layers:
        if (path := layer / "documents" / f"{SHARED}.yaml").is_file():
            _overlay(shared, read_yaml(path) or {})
    return [_type(path, shared) for path in sorted(folder.glob("*.yaml")) if path.stem != SHARED]


def _type(path: Path, shared: dict[str, object]) -> DocumentType:
    try:
        return DocumentType.model_validate(with_shared(read_yaml(path), shared))
    except KeyError as unknown:
        raise _broken(path, f"like: {unknown} is not in {SHARED}.yaml") from unknown
    except ValidationError as fault:
        raise _broken(path, "; ".join(_place(error) for error in fault.errors()[:3])) from fault


def _requirements(folder: Path) -> list[RequirementSpec]:
    adapter = TypeAdapter(list[RequirementSpec])
    return [spec for path in sorted(folder.glob("*.yaml")) for spec in _adapt(path, adapter)]


def _requirement(spec: RequirementSpec, folder: Path) -> Requirement:
    place = folder / "requirements" / spec.stage
    module = CHECKS.get(spec.check)
    if module is None:
        raise _broken(place, f"{spec.id}: there is no check named {spec.check!r}")
    try:
        params: CheckParams = module.Params.model_validate(spec.parameters)
        return Requirement(spec, params)
    except ValidationError as fault:
        raise _broken(place, f"{spec.id}.with: {_place(fault.errors()[0])}") from fault


def _merged(layers: list[Path], name: str) -> dict[str, object]:
    """Figures of the upper layer over those of the lower, key by key."""
    merged: dict[str, object] = {}
    for layer in layers:
        if (layer / name).is_file():
            _overlay(merged, read_yaml(layer / name) or {})
    return merged


def _overlay(below: dict[str, Any], above: Mapping[str, Any]) -> None:
    for key, value in above.items():
        if isinstance(value, dict) and isinstance(below.get(key), dict):
            _overlay(below[key], value)
        else:
            below[key] = value


def _lexicons(layers: list[Path]) -> dict[str, object]:
    return {path.stem: read_yaml(path) for layer in layers for path in sorted((layer / "lexicons").glob("*.yaml"))}
