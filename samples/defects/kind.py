"""How is a kind of defect registered? A function that plants it, or gives None where the case has no room for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from samples.plan import Plan, Planted

Plant = Callable[[Plan, Random], Planted | None]


@dataclass(frozen=True, slots=True)
class Kind:
    """`refacts`: it redraws the papers, so it must be planted before others. `products`: product kinds
    in which it can occur (empty: any)."""

    name: str
    plant: Plant
    refacts: bool
    products: Sequence[str]


KINDS: dict[str, Kind] = {}


def kind(name: str, refacts: bool = False, products: Sequence[str] = ()) -> Callable[[Plant], Plant]:
    """Register the planting function of a kind."""

    def register(plant: Plant) -> Plant:
        if name in KINDS:
            raise ValueError(f"two defects are called {name}")
        KINDS[name] = Kind(name, plant, refacts, products)
        return plant

    return register
