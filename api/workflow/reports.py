"""How is a case or a batch handed over on paper? In the audience's view and language, made when it is asked for."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from sqlmodel import col, select

from api import trail
from api.clock import LEGAL_ZONE
from api.errors import ServiceError, conflict
from api.permissions import Permission
from api.principal import Principal
from api.services import Services
from api.store import batches as stored_batches
from api.store import cases as stored
from api.store import scope
from api.tables import Batch, CaseRow, CaseState
from api.workflow.judged_then import Then
from api.workflow.lists import counting
from api.workflow.opened import Opened, open_case
from api.workflow.pages import CasePictures
from verifier.context import REFERENCE_NAMES
from verifier.errors import VerifierError
from verifier.model import Text
from verifier.reports import FORMATS, Report
from verifier.reports.audience import Audience, Shown, for_audience, is_confidential
from verifier.reports.summary import BatchSummary
from verifier.reports.wording import Names

MEDIA = {
    "json": "application/json",
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MOST_CASES = 5_000  # in one summary that somebody waits for
CHUNK = 256 * 1024


@dataclass(frozen=True, slots=True)
class Made:
    """A report as a file that is gone once its bytes are."""

    name: str
    media_type: str
    size: int
    sha256: str
    chunks: Iterator[bytes]


def audience_for(who: Principal, asked: str) -> Audience:
    """The audience that was asked for, where it sees no more than the asker; empty: the asker's own."""
    own = who.audience
    wanted = Audience(asked) if asked else own
    allowed = {
        Audience.AML: {Audience.AML, Audience.COMPLIANCE, Audience.CASE},
        Audience.COMPLIANCE: {Audience.COMPLIANCE, Audience.CASE},
    }.get(own, {own})
    if wanted not in allowed:
        raise ServiceError(
            403,
            "audience_not_allowed",
            Text("您无权为该受众出具报告", "You may not make reports for this audience"),
            Text(f"可选受众：{'、'.join(sorted(allowed))}", f"Possible audiences: {', '.join(sorted(allowed))}"),
        )
    return wanted


def _for(shown: Shown, own: Audience, audience: Audience) -> Shown:
    """A view that is narrower than the asker's own."""
    if audience is own:
        return shown
    plain = replace(shown.audit, findings=tuple(one for one in shown.audit.findings if not is_confidential(one)))
    known = {one.check for one in plain.findings}
    return for_audience(plain, audience, [one for one in shown.reviews if one.check in known], granted=True)


def of_case(services: Services, who: Principal, case_id: str, form: str, lang: str, audience: str) -> Made:
    """The report of one case. `form`: json, html, pdf, xlsx."""
    who.require(Permission.REPORT_EXPORT)
    wanted = audience_for(who, audience)
    with services.reading() as session:
        case = open_case(services, session, who, case_id)
    names = names_of(services, case.row.tenant_id, case.row.pack, case.row.edition)
    made = _of_opened(services, case, names, form, lang, wanted)
    _exported(services, who, "case", case_id, form, lang, wanted, made)
    return made


def of_then(services: Services, who: Principal, then: Then, form: str, lang: str, audience: str) -> Made:
    """The report of a case as it was judged then."""
    who.require(Permission.REPORT_EXPORT)
    wanted = audience_for(who, audience)
    judged = then.judgement
    names = names_of(services, judged.tenant_id, judged.pack, judged.edition)
    made = _of_opened(services, then.case, names, form, lang, wanted, judged.created_at.astimezone(LEGAL_ZONE).date())
    _exported(
        services, who, "case", then.row.id, form, lang, wanted, made, judgement=judged.id, **then.within
    )  # fmt: skip
    return made


def _of_opened(
    services: Services, case: Opened, names: Names, form: str, lang: str, wanted: Audience, day: date | None = None
) -> Made:
    with services.reading() as session:
        rows = stored.sources(session, case.row.id)
    shown = _for(case.judged(), case.who.audience, wanted)
    report = Report(shown, CasePictures(services, case, rows), lang, names)
    name = f"{_safe(case)}-{day}" if day else _safe(case)
    return _written(services, lambda folder: FORMATS[form](report, folder), f"{name}.{form}", form)


def names_of(services: Services, tenant_id: str, pack_name: str, edition: str = "") -> Names:
    """What the checklist calls its papers and stages; the general words where it is there no more."""
    try:
        return Names.of(services.editions.pack(pack_name, tenant_id, edition))
    except VerifierError:
        return Names()


def _safe(case: Opened) -> str:
    return "".join("_" if one in '/\\:*?"<>|' else one for one in case.text(case.row.name))


# --- a batch ----------------------------------------------------------------------------------------


def of_batch(services: Services, who: Principal, batch_id: str, form: str, audience: str) -> Made:
    """summary.json or summary.xlsx over the judged cases of a batch that the asker may see."""
    who.require(Permission.REPORT_EXPORT)
    wanted = audience_for(who, audience)
    with services.reading() as session:
        batch = stored_batches.batch(session, who, batch_id)
        cases = session.exec(
            select(CaseRow.id)
            .where(CaseRow.batch_id == batch_id, CaseRow.state == CaseState.JUDGED, scope.of_cases(who))
            .order_by(col(CaseRow.name))
            .limit(MOST_CASES + 1)
        ).all()
        supplied = {one.name for one in counting(session, batch.tenant_id, batch.id)}
    if len(cases) > MOST_CASES:
        raise conflict(
            "too_many_cases",
            Text(f"汇总最多 {MOST_CASES} 个案件", f"A summary covers {MOST_CASES} cases at most"),
            Text("请用案件列表分页读取，或分批提交", "Read the list of cases by pages, or submit smaller batches"),
        )
    missing = [f"{name}.csv" for name in REFERENCE_NAMES if name not in supplied]
    with BatchSummary(
        _told(batch, wanted), wanted, missing, names_of(services, batch.tenant_id, batch.pack, batch.edition)
    ) as summary:
        for case_id in cases:
            with services.reading() as session:
                case = open_case(services, session, who, case_id)
            summary.add_shown(_for(case.judged(), who.audience, wanted))
        made = _written(services, lambda folder: _summary(summary, folder, form), f"summary.{form}", form)
    _exported(services, who, "batch", batch_id, form, "", wanted, made)
    return made


def _told(batch: Batch, audience: Audience) -> dict[str, object]:
    """What a summary says of its batch; problems of the policy system's own files are not the seller's."""
    problems = [] if audience is Audience.CASE else batch.problems
    return {"batch": batch.name, **batch.info, "problems": problems}


def _summary(summary: BatchSummary, folder: Path, form: str) -> Path:
    path = folder / f"summary.{form}"
    if form == "json":
        summary.write_json(path)
    else:
        summary.write_xlsx(path)
    return path


# --- files ------------------------------------------------------------------------------------------


def _written(services: Services, write: Callable[[Path], Path], name: str, form: str) -> Made:
    """The file that `write` makes, in a folder of its own that goes when the bytes have been sent or were not wanted."""
    home = services.settings.data_dir / "scratch"
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder = tempfile.TemporaryDirectory(dir=home, prefix="report-")
    try:
        path = write(Path(folder.name))
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return Made(name, MEDIA[form], path.stat().st_size, digest, _sent(folder, path))
    except BaseException:
        folder.cleanup()
        raise


def _sent(folder: tempfile.TemporaryDirectory[str], path: Path) -> Iterator[bytes]:
    with folder, path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def _exported(
    services: Services,
    who: Principal,
    kind: str,
    subject: str,
    form: str,
    lang: str,
    audience: Audience,
    made: Made,
    **detail: object,
) -> None:
    with services.writing() as session:
        trail.record(
            session, who, "report.exported", kind, subject,
            format=form, language=lang, audience=audience.value, sha256=made.sha256, **detail,
        )  # fmt: skip
