"""Which packs can be judged by? Those that are shipped, and those that institutions published."""

from __future__ import annotations

import threading
from pathlib import Path

from api.errors import invalid
from verifier.errors import PackError
from verifier.model import Text
from verifier.packs.load import Pack, find_pack, load_pack


class Editions:
    """Packs by name and edition, loaded once. A published edition of an institution is a folder below
    `own`/<tenant>/<edition name>; it never changes after it is there."""

    def __init__(self, shipped: Path, own: Path) -> None:
        self._shipped = shipped
        self._own = own
        self._loaded: dict[Path, Pack] = {}
        self._lock = threading.Lock()

    def pack(self, name: str, tenant_id: str = "") -> Pack:
        """The pack of this name: the institution's own before a shipped one. ServiceError where there is none."""
        folder = self._folder(name, tenant_id)
        with self._lock:
            if folder not in self._loaded:
                self._loaded[folder] = load_pack(folder)
            return self._loaded[folder]

    def names(self, tenant_id: str = "") -> list[str]:
        """All that this institution may judge by, shipped ones first."""
        shipped = sorted(path.parent.name for path in self._shipped.glob("*/pack.yaml"))
        own = sorted(path.parent.name for path in (self._own / tenant_id).glob("*/pack.yaml")) if tenant_id else []
        return shipped + own

    def _folder(self, name: str, tenant_id: str) -> Path:
        plain = bool(name) and Path(name).name == name and not name.startswith(".")
        if plain and tenant_id and (self._own / tenant_id / name / "pack.yaml").is_file():
            return self._own / tenant_id / name
        try:
            if plain:
                return find_pack(name, self._shipped)
        except PackError:
            pass
        known = ", ".join(self.names(tenant_id))
        raise invalid(
            "pack_unknown",
            Text(f"没有名为“{name}”的检查清单", f"There is no pack named {name!r}"),
            Text(f"可用的清单：{known}", f"Known packs: {known}"),
        )
