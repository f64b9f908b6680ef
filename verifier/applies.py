"""Does a requirement concern this case? Conditions over facts, in three values.

A condition is a mapping: `all`, `any`, `not` over conditions; otherwise fact names with a value
(equality), a list (membership), or `{min: , max: , below: , above: }`. `paper: CODE` (or a list) holds when
such a paper is in the file. Nothing cleverer. A fact that is not known leaves the condition unknown,
unless the rest decides (Kleene's three-valued logic).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from verifier.case import Case, MissingFact

BOUNDS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "min": lambda value, bound: value >= bound,
    "max": lambda value, bound: value <= bound,
    "above": lambda value, bound: value > bound,
    "below": lambda value, bound: value < bound,
}


def applies(condition: Mapping[str, object], case: Case) -> bool:
    """Whether the condition holds; raises MissingFact when that cannot be known. Empty: holds."""
    return _every(list(condition.items()), lambda part: _holds(part[0], part[1], case))


def truth(condition: Mapping[str, object], case: Case) -> bool | None:
    """Whether the condition holds; None when the facts to say so are missing."""
    try:
        return applies(condition, case)
    except MissingFact:
        return None


def fact_names(condition: Mapping[str, object]) -> set[str]:
    """The facts that a condition names, for `packs lint`."""
    names: set[str] = set()
    for key, wanted in condition.items():
        if key in ("all", "any"):
            assert isinstance(wanted, Sequence)
            names.update(*(fact_names(part) for part in wanted))
        elif key == "not":
            assert isinstance(wanted, Mapping)
            names.update(fact_names(wanted))
        elif key != "paper":
            names.add(key)
    return names


def _holds(key: str, wanted: object, case: Case) -> bool:
    if key == "all":
        assert isinstance(wanted, Sequence)
        return _every(wanted, lambda part: applies(part, case))
    if key == "any":
        assert isinstance(wanted, Sequence)
        return not _every(wanted, lambda part: not applies(part, case))
    if key == "not":
        assert isinstance(wanted, Mapping)
        return not applies(wanted, case)
    if key == "paper":
        codes = [wanted] if isinstance(wanted, str) else list(wanted)  # type: ignore[call-overload]
        return case.has(*codes)
    return _matches(case, key, wanted)


def _matches(case: Case, name: str, wanted: object) -> bool:
    fact = case.fact(name)
    if isinstance(wanted, Mapping):
        value = fact.as_decimal()
        return all(BOUNDS[bound](value, Decimal(str(figure))) for bound, figure in wanted.items())
    if isinstance(wanted, list | tuple):
        return fact.value in {_text(one) for one in wanted}
    return fact.value == _text(wanted)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _every(parts: Sequence[object], holds: Callable[..., bool]) -> bool:
    gap: MissingFact | None = None
    for part in parts:
        try:
            if not holds(part):
                return False
        except MissingFact as missing:
            gap = gap or missing
    if gap is not None:
        raise gap
    return True
