"""In which forms is an audit handed over? One function for each format, all from the same audience's view."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from verifier.model import Audit
from verifier.reports.audience import Audience, Shown, for_audience
from verifier.reports.desk import View
from verifier.reports.html import report_html
from verifier.reports.images import Album, NoImages, PageImages
from verifier.reports.json import audit_bytes, digest, shown_json
from verifier.reports.pdf import report_pdf
from verifier.reports.summary import BatchSummary
from verifier.reports.view import report_view
from verifier.reports.wording import Names
from verifier.review import Review


@dataclass(frozen=True)
class Report:
    """One case for one audience. View and pictures are made once, by the first format that needs them."""

    shown: Shown
    images: PageImages
    lang: str
    names: Names

    @cached_property
    def audit_json(self) -> bytes:
        return audit_bytes(shown_json(self.shown))

    @cached_property
    def _view(self) -> tuple[View, Album]:
        album = Album(self.images, self.shown.hidden, self.shown.originals)
        return report_view(self.shown, album, self.names, digest(self.audit_json)), album

    @property
    def html(self) -> str:
        view, album = self._view
        return report_html(view, album.pictures, self.lang)

    @property
    def pdf(self) -> bytes:
        view, album = self._view
        return report_pdf(view, album.pictures, self.lang)


def _json(report: Report, folder: Path) -> Path:
    path = folder / "audit.json"
    path.write_bytes(report.audit_json)
    return path


def _html(report: Report, folder: Path) -> Path:
    path = folder / "report.html"
    path.write_text(report.html, encoding="utf-8")
    return path


def _pdf(report: Report, folder: Path) -> Path:
    path = folder / "report.pdf"
    path.write_bytes(report.pdf)
    return path


def _xlsx(report: Report, folder: Path) -> Path:
    """The sheets of summary.xlsx for this case alone."""
    path = folder / "report.xlsx"
    with BatchSummary(audience=report.shown.audience, names=report.names) as summary:
        summary.add_shown(report.shown)
        summary.write_xlsx(path)
    return path


FORMATS: dict[str, Callable[[Report, Path], Path]] = {
    "json": _json,
    "html": _html,
    "pdf": _pdf,
    "xlsx": _xlsx,
}


def write_reports(
    audit: Audit,
    formats: Sequence[str],
    lang: str,
    audience: Audience,
    images: PageImages | None,
    out_dir: Path,
    *,
    reviews: Iterable[Review] = (),
    granted: bool = False,
    names: Names | None = None,
) -> list[Path]:
    """Write the reports of one case into `out_dir`; audit.json always, since the others name its hash."""
    report = Report(for_audience(audit, audience, reviews, granted), images or NoImages(), lang, names or Names())
    out_dir.mkdir(parents=True, exist_ok=True)
    return [FORMATS[name](report, out_dir) for name in dict.fromkeys(("json", *formats))]
