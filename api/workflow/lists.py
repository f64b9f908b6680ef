"""Which reference lists count for a batch? Its own before the institution's, each as it was supplied."""

from __future__ import annotations

import tempfile
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import Session, col, or_, select

from api.clock import now
from api.services import Services
from api.store import history
from api.tables import Batch, ReferenceList
from verifier.context import REFERENCE_NAMES, References
from verifier.references import RowProblem, load_references

PAYMENTS, WATCHLIST = "payments", "watchlist"
KEPT = 4  # sets of lists that stay loaded: a watchlist of 100,000 entries takes seconds


@dataclass(frozen=True, slots=True)
class Supplied:
    """The lists of one batch. `payments`: ids of the lists of payments, whose rows stand in the history."""

    references: References
    payments: tuple[str, ...]


class Lists:
    """Loaded lists of this process, by the ids of their rows, which never change."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._loaded: OrderedDict[tuple[str, ...], References] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, tenant_id: str, batch_id: str) -> Supplied:
        with self._services.reading() as session:
            rows = counting(session, tenant_id, batch_id)
        payments = tuple(row.id for row in rows if row.name == PAYMENTS)
        key = tuple(sorted(row.id for row in rows))
        with self._lock:
            if key not in self._loaded:
                self._loaded[key] = self._load(tenant_id, rows)
                while len(self._loaded) > KEPT:
                    self._loaded.popitem(last=False)
            self._loaded.move_to_end(key)
            return Supplied(self._loaded[key], payments)

    def index_payments(self, tenant_id: str, batch_id: str) -> None:
        """Rows of the history for the lists of payments that count for this batch and have none yet."""
        supplied = self.of(tenant_id, batch_id)
        for list_id in supplied.payments:
            with self._services.writing() as session:
                history.index_list(session, tenant_id, list_id, supplied.references.payments or ())

    def _load(self, tenant_id: str, rows: Sequence[ReferenceList]) -> References:
        if not rows:
            return References()
        with tempfile.TemporaryDirectory(prefix="verifier-lists-") as scratch:
            for row in rows:
                with (Path(scratch) / row.file).open("wb") as out:
                    out.writelines(self._services.blobs.get(tenant_id, row.sha256))
            return load_references(Path(scratch))[0]


def counting(session: Session, tenant_id: str, batch_id: str) -> list[ReferenceList]:
    """The batch's own lists, and the institution's of other names; of one file the newest."""
    rows = session.exec(
        select(ReferenceList)
        .where(
            ReferenceList.tenant_id == tenant_id,
            or_(
                col(ReferenceList.batch_id) == batch_id,
                col(ReferenceList.batch_id).is_(None) & col(ReferenceList.replaced_at).is_(None),
            ),
        )
        .order_by(col(ReferenceList.id))
    ).all()
    own = {row.name for row in rows if row.batch_id}
    return list({row.file: row for row in rows if row.batch_id or row.name not in own}.values())


def supply(services: Services, batch: Batch, folder: Path) -> list[RowProblem]:
    """Keep the lists that lie in a folder of the batch, once. The rows that could not be used."""
    references, problems = load_references(folder)
    files = sorted(path for path in folder.iterdir() if path.is_file())
    with services.reading() as session:
        known = set(session.exec(select(ReferenceList.file).where(ReferenceList.batch_id == batch.id)).all())
    for path in files:
        name = path.stem if path.suffix == ".csv" and path.stem in REFERENCE_NAMES else WATCHLIST
        used = getattr(references, name)
        if path.name in known or used is None:
            continue
        with path.open("rb") as stream:
            kept = services.blobs.put(batch.tenant_id, iter(lambda stream=stream: stream.read(1 << 20), b""))  # type: ignore[misc]
        with services.writing() as session:
            session.add(
                ReferenceList(
                    tenant_id=batch.tenant_id,
                    batch_id=batch.id,
                    name=name,
                    file=path.name,
                    sha256=kept.sha256,
                    rows=len(used),
                    created_by=batch.created_by,
                    created_at=now(),
                )
            )
    return list(problems)
