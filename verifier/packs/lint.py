"""What is wrong with a pack that loads? Everything that would surprise its owner later.

Loading already refuses unknown keys, unknown checks and wrong parameters. Here: facts and documents
that do not exist, rules without an entry, missing scenarios, a docstring without its three sentences,
and an edition whose content changed after it was published.
"""

from __future__ import annotations

import inspect
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from verifier.applies import fact_names
from verifier.case import PATH
from verifier.checks import CHECKS
from verifier.declared import KEYS
from verifier.documents import Problem, lint_types
from verifier.errors import PackError
from verifier.facts import FACTS
from verifier.model import Outcome, Text
from verifier.packs.load import Pack, Requirement, load_pack
from verifier.packs.scenario import scenarios

PAPERS, FACT_FILE = "papers.yaml", "facts.yaml"
THREE_SENTENCES = (re.compile(r"\bPasses"), re.compile(r"\bFails"), re.compile(r"\bReview\b"))
NEVER = {Outcome.PASS: "Passes: never", Outcome.FAIL: "Fails: never"}  # what a docstring says of such a check


def lint_folder(folder: Path) -> list[str]:
    """One line for each problem; the message of the PackError when it does not even load."""
    try:
        pack = load_pack(folder)
    except PackError as fault:
        return [fault.message.en]
    content = [problem.said.en for problem in lint_pack(pack)]
    return [*content, *_duplicates(pack), *_docstrings(pack), *_scenarios(pack), *_edition(pack)]


def lint_pack(pack: Pack) -> list[Problem]:
    """What is wrong with its content: documents, facts, stages and rules that do not exist."""
    return [
        *lint_types(pack.types),
        *(line for one in pack.requirements for line in _requirement(one, pack)),
        *_papers(pack),
        *_paths(pack),
    ]


def _codes(pack: Pack) -> set[str]:
    return {kind.code for kind in pack.types}


def _duplicates(pack: Pack) -> Iterator[str]:
    texts = [path.read_text(encoding="utf-8") for path in (pack.home / "requirements").glob("*.yaml")]
    written = Counter(found for text in texts for found in re.findall(r"^- id: (\S+)", text, re.MULTILINE))
    yield from (f"{check_id} is written twice" for check_id, times in sorted(written.items()) if times > 1)


def _requirement(one: Requirement, pack: Pack) -> Iterator[Problem]:
    spec = one.spec

    def lacking(zh: str, en: str) -> Problem:
        return Problem(spec.id, Text(f"{spec.id}：{zh}", f"{spec.id}: {en}"))

    if spec.stage not in pack.info.stages:
        yield lacking(f"没有 {spec.stage} 这一阶段", f"there is no stage {spec.stage}")
    for basis in spec.basis:
        if basis.rule not in pack.rules:
            yield lacking(f"法规清单中没有“{basis.rule}”", f"rules.yaml has no rule {basis.rule}")
    for name in sorted(fact_names(spec.applies)):
        if not _is_fact(name, pack):
            yield lacking(f"适用条件所用的事实 {name} 不存在", f"applies names the fact {name}, which does not exist")
    for code in spec.ask:
        if code not in _codes(pack):
            yield lacking(f"要求补交的单证 {code} 不存在", f"ask names the document {code}, which does not exist")


def _is_fact(name: str, pack: Pack) -> bool:
    if name in FACTS or name in pack.facts.statements or name in KEYS:
        return True
    return PATH.match(name) is not None and name.split("[", maxsplit=1)[0].split(".", maxsplit=1)[0] in _codes(pack)


def _papers(pack: Pack) -> Iterator[Problem]:
    for rule in pack.papers:
        for code in rule.documents:
            if code not in _codes(pack):
                yield Problem(
                    PAPERS, Text(f"单证要求表：没有单证类型 {code}", f"{PAPERS}: there is no document type {code}")
                )
        for name in sorted(fact_names(rule.when)):
            if not _is_fact(name, pack):
                codes = "|".join(rule.documents)
                yield Problem(
                    PAPERS,
                    Text(f"单证要求表 {codes}：没有事实 {name}", f"{PAPERS}: {codes}: there is no fact {name}"),
                )


def _paths(pack: Pack) -> Iterator[Problem]:
    known = {kind.code: kind.kinds() for kind in pack.types}
    for fact, paths in pack.facts.statements.items():
        for path in paths:
            match = PATH.match(path)
            if match is None:
                said = Text(f"事实 {fact}：{path} 不是字段路径", f"{FACT_FILE}: {fact}: {path} is not a field path")
                yield Problem(FACT_FILE, said)
            elif match["code"] not in known or match["field"] not in known[match["code"]]:
                said = Text(f"事实 {fact}：没有单证印有 {path}", f"{FACT_FILE}: {fact}: no document type prints {path}")
                yield Problem(match["code"], said)


def _docstrings(pack: Pack) -> Iterator[str]:
    for name in sorted({one.spec.check for one in pack.requirements}):
        text = inspect.getdoc(CHECKS[name]) or ""
        if not all(sentence.search(text) for sentence in THREE_SENTENCES):
            yield f"check {name}: its docstring does not say when it passes, fails and is left to review"


def _scenarios(pack: Pack) -> Iterator[str]:
    shown: dict[str, set[Outcome]] = {}
    for scenario in scenarios(pack.home):
        shown.setdefault(scenario.check, set()).add(scenario.outcome)
    for one in pack.requirements:
        lacking = sorted(outcome.value for outcome in _possible(one.spec.check) - shown.get(one.id, set()))
        if one.spec.tier == "core" and lacking:
            yield f"{one.id}: no scenario shows {', '.join(lacking)}"
    for check_id in sorted(set(shown) - {one.id for one in pack.requirements}):
        yield f"scenarios: {check_id} is no requirement of this pack"


def _possible(check: str) -> set[Outcome]:
    """The outcomes that scenarios have to show, by what the check's docstring says of itself."""
    text = inspect.getdoc(CHECKS[check]) or ""
    never = {outcome for outcome, words in NEVER.items() if words in text}
    return {Outcome.PASS, Outcome.FAIL, Outcome.REVIEW} - never


def _edition(pack: Pack) -> Iterator[str]:
    published = pack.home / "editions" / f"{pack.info.edition}.sha256"
    if not published.is_file():
        yield f"edition {pack.info.edition} is not published (verifier packs publish {pack.info.id})"
    elif published.read_text(encoding="ascii").split()[0] != pack.sha256:
        yield f"edition {pack.info.edition} was published with other content: give the change a new edition"


def publish_edition(folder: Path) -> str:
    """Record the digest of the edition; PackError when another digest is on record."""
    pack = load_pack(folder)
    published = folder / "editions" / f"{pack.info.edition}.sha256"
    if published.is_file() and published.read_text(encoding="ascii").split()[0] != pack.sha256:
        raise PackError(
            "edition_changed",
            Text(
                f"版本 {pack.info.edition} 已发布，内容不可更改",
                f"Edition {pack.info.edition} is published and never changes",
            ),
            Text("请在 pack.yaml 中使用新的版本号", "Give the change a new edition in pack.yaml"),
        )
    published.parent.mkdir(exist_ok=True)
    published.write_text(f"{pack.sha256}  {pack.info.id} {pack.info.edition}\n", encoding="ascii")
    return f"{pack.info.id} {pack.info.edition} {pack.sha256}"
