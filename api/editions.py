"""Which packs can be judged by? Those that are shipped, and those that institutions published, in every edition there was.

A published edition is kept whole as a row, together with the pack it extends, and laid out as a folder on each host
that needs it: `<own>/<tenant>/<name>@<edition>/pack` and `…/base/<name>`. It never changes, and the digest is compared
when it is loaded. Shipped packs are kept in the same way, so that an edition still judges after the software moved on.
"""

from __future__ import annotations

import gc
import shutil
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Protocol

from api.errors import ServiceError, invalid
from verifier.errors import PackError
from verifier.model import Text
from verifier.packs.load import Pack, digest, find_pack, load_pack

SHIPPED = ""  # instead of an institution's id
PACK, BASE = "pack", "base"
KEPT = 12  # packs that stay loaded


@dataclass(frozen=True, slots=True)
class Published:
    """One edition on record. `tenant_id` empty: shipped."""

    tenant_id: str
    pack: str
    edition: str
    sha256: str
    created_by: str
    created_at: datetime | None


class EditionRows(Protocol):
    """Where editions are on record; each call is a transaction of its own."""

    def files(self, tenant_id: str, pack: str, edition: str) -> tuple[str, Mapping[str, str]] | None:
        """Digest and files of an edition, drafts on trial included."""

    def listed(self, tenant_id: str) -> Sequence[Published]:
        """All editions of an institution (or all that were shipped) but drafts on trial, the oldest first."""

    def keep(self, one: Published, files: Mapping[str, str], *, trial: bool) -> None:
        """Put it on record unless it is there."""


class Editions:
    """Packs by name and edition, loaded once."""

    def __init__(self, shipped: Path, own: Path, rows: EditionRows) -> None:
        self._shipped = shipped
        self._own = own
        self._rows = rows
        self._loaded: OrderedDict[Path, Pack] = OrderedDict()
        self._lock = threading.Lock()

    def pack(self, name: str, tenant_id: str = "", edition: str = "") -> Pack:
        """The pack of this name, of this edition or the newest: the institution's own before a shipped one.
        ServiceError where there is none."""
        if not _plain(name) or (edition and not _plain(edition)):
            raise self._unknown(name, edition, tenant_id)
        if tenant_id and (newest := edition or self._newest(tenant_id, name)):
            folder = self._laid_out(tenant_id, name, newest)
            if folder is not None:
                return self._load(folder / PACK, folder / BASE)
        current = self._current(name)
        if current is not None and edition in ("", current.info.edition):
            return current
        folder = self._laid_out(SHIPPED, name, edition) if edition else None
        if folder is None:
            raise self._unknown(name, edition, tenant_id)
        return self._load(folder / PACK, folder / BASE)

    def names(self, tenant_id: str = "") -> list[str]:
        """All that this institution may judge by, shipped ones first."""
        own = {one.pack for one in self._rows.listed(tenant_id)} if tenant_id else set()
        return list(dict.fromkeys([*self._shipped_names(), *sorted(own)]))

    def listed(self, tenant_id: str = "") -> list[Published]:
        """Every edition that this institution may choose, shipped ones first, the oldest first."""
        kept = list(self._rows.listed(SHIPPED))
        for name in self._shipped_names():
            info = self.pack(name)
            if not any((one.pack, one.edition) == (name, info.info.edition) for one in kept):
                kept.append(Published(SHIPPED, name, info.info.edition, info.sha256, "system", None))
        return kept + (list(self._rows.listed(tenant_id)) if tenant_id else [])

    def archive(self) -> None:
        """Keep the shipped packs as they are now. Not inside a transaction: it makes one."""
        for name in self._shipped_names():
            pack = self.pack(name)
            self.publish(Published(SHIPPED, name, pack.info.edition, pack.sha256, "system", None), files_of(pack.home))

    def publish(
        self,
        one: Published,
        files: Mapping[str, str],
        base: tuple[str, Mapping[str, str]] | None = None,
        *,
        trial: bool = False,
    ) -> None:
        """Put an edition on record for all hosts. `base`: name and files of the pack it extends."""
        whole = {f"{PACK}/{path}": text for path, text in files.items()}
        if base is not None:
            whole |= {f"{BASE}/{base[0]}/{path}": text for path, text in base[1].items()}
        self._rows.keep(one, whole, trial=trial)

    def _shipped_names(self) -> list[str]:
        return sorted(path.parent.name for path in self._shipped.glob("*/pack.yaml"))

    def _newest(self, tenant_id: str, name: str) -> str:
        found = [one.edition for one in self._rows.listed(tenant_id) if one.pack == name]
        return found[-1] if found else ""

    def _current(self, name: str) -> Pack | None:
        try:
            return self._load(find_pack(name, self._shipped), self._shipped)
        except PackError as fault:
            if fault.code == "pack_unknown":
                return None
            raise

    def _load(self, folder: Path, bases: Path) -> Pack:
        with self._lock:
            if folder not in self._loaded:
                self._loaded[folder] = load_pack(folder, bases)
                _kept_out_of_collections()
                while len(self._loaded) > KEPT:
                    self._loaded.popitem(last=False)
            self._loaded.move_to_end(folder)
            return self._loaded[folder]

    def _laid_out(self, tenant_id: str, name: str, edition: str) -> Path | None:
        """The folder of a published edition, written from the record when this host has none yet."""
        folder = self._own / (tenant_id or "shipped") / f"{name}@{edition}"
        if folder.is_dir():
            return folder
        kept = self._rows.files(tenant_id, name, edition)
        if kept is None:
            return None
        folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        scratch = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".laying-out-"))
        try:
            lay_out(scratch, kept[1])
            self._same(scratch, kept[0], name, edition)
            scratch.replace(folder)
        except OSError:
            if not folder.is_dir():  # otherwise another process was faster
                raise
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
        return folder

    def _same(self, folder: Path, sha256: str, name: str, edition: str) -> None:
        bases = sorted(path for path in (folder / BASE).glob("*") if path.is_dir())
        if digest([*bases, folder / PACK]) != sha256:
            raise PackError(
                "edition_changed",
                Text(
                    f"清单 {name} {edition} 的存档与其摘要不符",
                    f"The record of {name} {edition} is not what was published",
                ),
                Text("请从备份恢复", "Restore it from a backup"),
            )

    def _unknown(self, name: str, edition: str, tenant_id: str) -> ServiceError:
        told = f"{name} {edition}".strip()
        known = ", ".join(self.names(tenant_id))
        return invalid(
            "pack_unknown",
            Text(f"没有名为“{told}”的检查清单", f"There is no pack {told!r}"),
            Text(f"可用的清单：{known}", f"Known packs: {known}"),
        )


@cache
def _kept_out_of_collections() -> None:
    """Once in a process, for the pack that it loads first: hundreds of thousands of objects that stay. Each full
    collection of garbage would walk them all, for half a second in the middle of a request; frozen, they are passed over."""
    gc.collect()
    gc.freeze()


def _plain(name: str) -> bool:
    """A word that is one part of a path, and names neither itself nor its parent."""
    return bool(name) and Path(name).name == name and not name.startswith(".") and "\\" not in name and "@" not in name


def files_of(folder: Path) -> dict[str, str]:
    """Every file of a pack by its path inside it."""
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*.yaml"))
        if path.is_file()
    }


def lay_out(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        place = folder / name
        if not place.resolve().is_relative_to(folder.resolve()):
            raise ValueError(f"{name} leads outside")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
