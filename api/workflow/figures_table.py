"""In what form are the figures taken along? One table, as CSV that spreadsheets read."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from urllib.parse import urlencode

from api import trail
from api.permissions import Permission
from api.principal import Principal
from api.services import Services
from api.store.dashboard import Cut
from api.workflow import dashboard
from api.workflow.dashboard import Dashboard, Figure
from verifier.reports.aml import no_formula

COLUMNS = ("figure", "key", "name", "number", "of", "rate", "low", "high", "cases")


def exported(services: Services, who: Principal, cut: Cut | None = None) -> bytes:
    """The figures of a view; taking them along is on record. `cases`: query of GET /api/v1/cases behind a figure."""
    who.require(Permission.REPORT_EXPORT)
    found = dashboard.figures(services, who, cut)
    with services.writing() as session:
        trail.record(session, who, "dashboard.exported", "tenant", who.tenant_id)
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(COLUMNS)
    for row in _rows(found):
        table.writerow([no_formula(str(cell)) for cell in row])
    return text.getvalue().encode("utf-8-sig")


def _rows(found: Dashboard) -> Iterator[tuple[object, ...]]:
    for name in ("verdicts", "stages", "checks", "reviews", "branches", "sellers", "products", "open_cases"):
        for figure in getattr(found, name):
            yield _row(name, figure)
    for month in found.months:
        for figure in month.verdicts:
            yield _row(f"month {month.month}".strip(), figure)
    for miss in found.misses:
        rate = "" if miss.rate is None else f"{miss.rate:.4f}"
        yield "misses", miss.key, "", miss.missed, miss.judged, rate, f"{miss.low:.4f}", f"{miss.high:.4f}", ""
    for one in found.reaudits:
        for figure in one.moves:
            yield _row(f"reaudit {one.edition}", figure)


def _row(group: str, figure: Figure) -> tuple[object, ...]:
    whole = "" if figure.of is None else figure.of
    query = urlencode(figure.filter) if figure.filter is not None else ""
    return group, figure.key, figure.name, figure.number, whole, "", "", "", query
