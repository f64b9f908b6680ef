"""What can be done from the command line? `verifier audit | read | packs | doctor`.

The only room beside `api` that knows what day it is. Exit status of `audit`: 0 every case compliant,
1 some case non-compliant, 2 no failure but something is left to a person, 64 and above: not done.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Callable
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from verifier import pipeline
from verifier.errors import UsageError, VerifierError
from verifier.model import Text, Verdict
from verifier.pack_commands import packs
from verifier.reading.doctor import checks as installation
from verifier.reports import FORMATS
from verifier.reports.audience import Audience

log = logging.getLogger(__name__)
COMPLIANT, NON_COMPLIANT, LEFT_TO_A_PERSON, USAGE = 0, 1, 2, 64
INTERRUPTED = 130


def main() -> None:
    """Entry point: every expected error becomes one sentence, a next step and a status of 64 or more."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    try:
        status = app.main(arguments, prog_name="verifier", standalone_mode=False)
        return int(status or 0)
    except VerifierError as error:
        return told(error)
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.UsageError as fault:
        hint = fault.ctx.get_usage() if fault.ctx else "verifier --help"
        return told(UsageError("usage", Text(fault.format_message(), fault.format_message()), Text(hint, hint)))
    except (click.Abort, KeyboardInterrupt):
        click.echo("已中断 / interrupted", err=True)
        return INTERRUPTED
    except Exception:
        log.exception("unexpected")
        return told(
            VerifierError(
                "internal_error",
                Text("程序出现意外错误，审核未完成", "An unexpected error stopped the work"),
                Text("请连同上面的记录报告此问题", "Please report it with the record above"),
            )
        )


def told(error: VerifierError) -> int:
    same = error.message.zh == error.message.en
    click.echo(f"{error.code}: {error.message.zh}" + ("" if same else f" / {error.message.en}"), err=True)
    click.echo(error.hint.zh if error.hint.zh == error.hint.en else f"{error.hint.zh} / {error.hint.en}", err=True)
    return error.exit_code


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="insurance-sales-verifier")
def app() -> None:
    """保险销售合规审核 / Compliance audit of insurance sales."""


app.add_command(packs)


def _day(context: click.Context, option: click.Parameter, value: str | None) -> date:
    if value is None:
        return datetime.now(ZoneInfo("Asia/Shanghai")).date()
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(f"{value}: YYYY-MM-DD") from None


def _formats(context: click.Context, option: click.Parameter, value: str) -> tuple[str, ...]:
    wanted = tuple(dict.fromkeys(part.strip() for part in value.split(",") if part.strip()))
    unknown = [name for name in wanted if name not in FORMATS]
    if unknown:
        raise click.BadParameter(f"{', '.join(unknown)}: {', '.join(FORMATS)}")
    return wanted


def default_cache() -> Path:
    """Where transcripts are kept between runs."""
    home = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(home) / "insurance-sales-verifier" / "transcripts"


@app.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--pack", default="", help="检查清单 / checklist pack, name or folder [that of batch.yaml, else cn-insurance]"
)
@click.option("--as-of", callback=_day, help="以该日为“今天” / judge as of this day (YYYY-MM-DD)")
@click.option("--references", type=click.Path(path_type=Path, exists=True, file_okay=False),
              help="参考清单文件夹 / folder of reference lists")  # fmt: skip
@click.option("--workers", default=lambda: os.cpu_count() or 1, type=click.IntRange(1, 64),
              help="读取进程数 / reading processes [cores]")  # fmt: skip
@click.option("--engine", default="auto", show_default=True, help="识别引擎 / OCR engine: auto, rapid, paddle")
@click.option("--out", default="out", show_default=True, type=click.Path(path_type=Path, file_okay=False),
              help="输出文件夹 / folder for the reports")  # fmt: skip
@click.option("--format", "formats", default="json,html", show_default=True, callback=_formats,
              help="json,html,pdf,xlsx")  # fmt: skip
@click.option("--lang", default="zh", show_default=True, type=click.Choice(["zh", "en"]))
@click.option("--audience", default="compliance", show_default=True,
              type=click.Choice([one.value for one in Audience]),
              help="报告对象 / who will read the reports")  # fmt: skip
@click.option("--cache/--no-cache", "cached", default=True, help="保留识别结果供重审 / keep transcripts for re-audits")
def audit(paths: tuple[Path, ...], audience: str, cached: bool, **asked: Any) -> int:
    """审核案件文件夹或 ZIP / Audit folders or ZIPs of cases."""
    options = pipeline.Options(audience=Audience(audience), cache=default_cache() if cached else None, **asked)
    with _shown_progress() as report:
        outcome = pipeline.audit_batch(paths, options, report)
    _closing_words(outcome, options)
    return exit_status(outcome)


def exit_status(outcome: pipeline.Outcome) -> int:
    if outcome.verdicts.get(Verdict.NON_COMPLIANT.value):
        return NON_COMPLIANT
    if outcome.verdicts.get(Verdict.INCOMPLETE.value):
        return LEFT_TO_A_PERSON
    return COMPLIANT


def _closing_words(outcome: pipeline.Outcome, options: pipeline.Options) -> None:
    words = {"compliant": "合规 compliant", "non_compliant": "不合规 non-compliant", "incomplete": "待定 incomplete"}
    click.echo(f"{outcome.cases} 个案件 / cases: " + ", ".join(f"{words[k]} {n}" for k, n in outcome.verdicts.items()))
    for problem in outcome.problems:
        click.echo(f"! {problem.message.zh}；{problem.hint.zh} / {problem.message.en}. {problem.hint.en}", err=True)
    for row in outcome.row_problems:
        click.echo(f"! {row.message.zh} / {row.message.en}", err=True)
    if outcome.references_missing:
        listed = ", ".join(outcome.references_missing)
        click.echo(f"未提供的参考清单 / lists not supplied: {listed}", err=True)
    click.echo(f"报告 / reports: {options.out / 'summary.json'}, {options.out / 'summary.xlsx'}")
    reports = sorted(options.out.glob("*/report.html"))
    if reports:
        click.echo(f"  {reports[0]}" + (f" … (+{len(reports) - 1})" if len(reports) > 1 else ""))


@contextmanager
def _shown_progress() -> Any:
    """A bar on a terminal; on anything else a plain line for each case and each tenth of the files."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _plain_progress()
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        tasks = {
            "read": bar.add_task("读取 reading", total=None),
            "audit": bar.add_task("审核 auditing", total=None, visible=False),
        }

        def report(step: pipeline.Progress) -> None:
            bar.update(tasks[step.stage], completed=step.done, total=step.total or None, visible=True)

        yield report


def _plain_progress() -> Callable[[pipeline.Progress], None]:
    said: dict[str, int] = {}

    def report(step: pipeline.Progress) -> None:
        tenth = step.done * 10 // step.total if step.total else 0
        if said.get(step.stage) != tenth:
            said[step.stage] = tenth
            word = {"read": "读取 reading", "audit": "审核 auditing"}[step.stage]
            click.echo(f"{word} {step.done}/{step.total}", err=True)

    return report


@app.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="写入文件 / write to a file")
@click.option("--engine", default="auto", show_default=True)
def read(file: Path, out: Path | None, engine: str) -> int:
    """读取一个文件并输出文字稿 / Read one file: pages, words, boxes, marks."""
    transcripts, refused = pipeline.read_file(file, engine)
    for rejection in refused:
        click.echo(f"{rejection.name}: {rejection.code}: {rejection.message.zh} / {rejection.message.en}", err=True)
        click.echo(f"  {rejection.hint.zh} / {rejection.hint.en}", err=True)
    if transcripts:
        shown = transcripts[0] if len(transcripts) == 1 else transcripts
        text = json.dumps(shown, ensure_ascii=False, indent=1)
        if out is None:
            click.echo(text)
        else:
            out.write_text(text + "\n", encoding="utf-8")
    return 0 if transcripts else 66


@app.command()
def doctor() -> int:
    """检查安装 / What is installed, what is missing and how to mend it."""
    healthy = True
    for fact in installation():
        healthy = healthy and (fact.ok or not fact.needed)
        sign = "✓" if fact.ok else ("✗" if fact.needed else "–")
        click.echo(f"{sign} {fact.name}: {fact.detail}")
        if not fact.ok and fact.remedy:
            click.echo(f"    {fact.remedy}" + (f"  ({fact.note.zh} / {fact.note.en})" if fact.note else ""))
    return 0 if healthy else 69
