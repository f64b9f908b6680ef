"""What can be done with checklists from the command line? list, show, explain, lint, test, publish."""

from __future__ import annotations

import inspect
from collections import Counter
from pathlib import Path

import click

from verifier.checks import CHECKS
from verifier.errors import UsageError
from verifier.model import Text
from verifier.packs.lint import lint_folder, publish_edition
from verifier.packs.load import DEFAULT_HOME, Pack, Requirement, find_pack, load_pack
from verifier.packs.scenario import Scenario, play, problem, scenarios


@click.group()
def packs() -> None:
    """检查清单 / Checklists: list, show, explain, lint, test."""


@packs.command("list")
def list_packs() -> None:
    """列出清单 / All packs with edition and size."""
    for path in sorted(DEFAULT_HOME.glob("*/pack.yaml")):
        pack = load_pack(path.parent)
        click.echo(
            f"{pack.info.id}  {pack.info.edition}  {pack.info.title.zh} / {pack.info.title.en}  "
            f"({len(pack.requirements)} 项 requirements, {len(pack.types)} 种单证 document types)"
        )


@packs.command()
@click.argument("pack")
def show(pack: str) -> None:
    """按阶段列出要求 / The requirements of a pack by stage."""
    loaded = load_pack(find_pack(pack))
    click.echo(f"{loaded.info.id} {loaded.info.edition}  sha256 {loaded.sha256}")
    for stage, title in loaded.info.stages.items():
        click.echo(f"\n{stage} {title.zh} / {title.en}")
        for one in loaded.requirements:
            if one.spec.stage == stage:
                click.echo(f"  {one.id:9} {one.spec.severity.value:8} {one.spec.title.zh} / {one.spec.title.en}")


@packs.command()
@click.argument("check_id")
@click.option("--pack", default="", help="清单 / pack (default: the one that has the id)")
def explain(check_id: str, pack: str) -> None:
    """解释一项要求 / Law, logic, parameters and scenarios of one requirement."""
    loaded, requirement = _requirement(check_id.upper(), pack)
    spec = requirement.spec
    click.echo(f"{spec.id}  {spec.title.zh} / {spec.title.en}")
    stage = loaded.info.stages[spec.stage]
    click.echo(f"阶段 stage: {spec.stage} {stage.zh} / {stage.en}   严重程度 severity: {spec.severity.value}")
    click.echo("\n依据 basis:")
    for basis in spec.basis:
        rule = loaded.rules.get(basis.rule)
        number = f" ({rule.number})" if rule and rule.number else ""
        mark = "已核对 verified" if basis.is_verified else "待核对 to be verified"
        click.echo(f"  {basis.rule}{number} {'、'.join(basis.articles)}  [{basis.source}; {mark}]")
    if spec.in_force.start or spec.in_force.end:
        click.echo(f"施行 in force: {spec.in_force.start or '…'} – {spec.in_force.end or '…'} ({spec.event})")
    click.echo(f"\n适用 applies: {spec.applies or '所有案件 every case'}")
    click.echo(f"检查 check: {spec.check}")
    click.echo("  " + inspect.getdoc(CHECKS[spec.check]).replace("\n", "\n  "))  # type: ignore[union-attr]
    if spec.parameters:
        click.echo(f"参数 parameters: {spec.parameters}")
    click.echo(f"\n整改 remedy: {spec.remedy.zh}\n  {spec.remedy.en}")
    found = scenarios(loaded.home, spec.id)
    click.echo(f"\n情景 scenarios ({len(found)}):")
    for scenario in found:
        click.echo(f"  {scenario.path.name}")


def _requirement(check_id: str, name: str) -> tuple[Pack, Requirement]:
    folders = [find_pack(name)] if name else [path.parent for path in sorted(DEFAULT_HOME.glob("*/pack.yaml"))]
    for folder in folders:
        loaded = load_pack(folder)
        requirement = loaded.requirement(check_id)
        if requirement is not None:
            return loaded, requirement
    raise UsageError(
        "check_unknown",
        Text(f"没有编号为 {check_id} 的要求", f"There is no requirement {check_id}"),
        Text("可用 verifier packs show cn-insurance 查看全部编号", "List them with: verifier packs show cn-insurance"),
    )


def _folders(path: str | None) -> list[Path]:
    return [find_pack(path)] if path else [one.parent for one in sorted(DEFAULT_HOME.glob("*/pack.yaml"))]


@packs.command()
@click.argument("path", required=False)
def lint(path: str | None) -> int:
    """检查清单文件 / Refuse what does not fit: fields, checks, labels, translations, editions."""
    problems = 0
    for folder in _folders(path):
        for line in lint_folder(folder):
            problems += 1
            click.echo(f"{folder.name}: {line}")
    click.echo("未发现问题 / no problems" if not problems else f"{problems} 个问题 / problems", err=bool(problems))
    return 65 if problems else 0


@packs.command()
@click.argument("path", required=False)
def test(path: str | None) -> int:
    """运行情景 / Play all scenarios."""
    wrong = 0
    for folder in _folders(path):
        pack = load_pack(folder)
        played: Counter[str] = Counter()
        for scenario in scenarios(folder):
            trouble = _played(scenario, pack)
            played["wrong" if trouble else scenario.outcome.value] += 1
            if trouble:
                click.echo(trouble)
        wrong += played["wrong"]
        click.echo(f"{folder.name}: {sum(played.values())} 个情景 scenarios: {dict(sorted(played.items()))}")
    return 65 if wrong else 0


def _played(scenario: Scenario, pack: Pack) -> str:
    return problem(scenario, play(scenario, pack))


@packs.command()
@click.argument("pack")
def publish(pack: str) -> None:
    """发布当前版本 / Record the digest of the current edition; a published edition never changes."""
    click.echo(publish_edition(find_pack(pack)))
