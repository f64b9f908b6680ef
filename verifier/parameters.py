"""Which figure is in force on a day? The pack's parameters, with their dated sets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class ParameterSet:
    """One dated set of figures (`cn2026`): its name is printed on the finding."""

    name: str
    values: Mapping[str, object]
    verified: bool = False

    def number(self, key: str) -> Decimal:
        return Decimal(str(self.values[key]))

    def has(self, key: str) -> bool:
        return self.values.get(key) is not None


@dataclass(frozen=True)
class Parameters:
    """The pack's figures. Keys are those of parameters.yaml; a wrong key is a programming error."""

    values: Mapping[str, object] = field(default_factory=dict)

    def get(self, key: str) -> object:
        found: object = self.values
        for part in key.split("."):
            assert isinstance(found, Mapping), key
            found = found[part]
        return found

    def number(self, key: str) -> Decimal:
        return Decimal(str(self.get(key)))

    def text(self, key: str) -> str:
        return str(self.get(key))

    def dated(self, key: str, on: date, **choose: str) -> ParameterSet | None:
        """The set under `key` in force `on`; `choose` narrows by further keys (`channel="bank"`; a
        set that says `all` or nothing for that key is for every one)."""
        sets = self.get(key)
        assert isinstance(sets, Mapping)
        for name, values in sets.items():
            starts, ends = values.get("from"), values.get("to")
            if (starts and on < starts) or (ends and on > ends):
                continue
            if all(values.get(k) in (None, "all", wanted) for k, wanted in choose.items()):
                return ParameterSet(str(name), values, bool(values.get("verified")))
        return None
