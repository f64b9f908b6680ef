"""Under whose law was the contract sold? EU, UK, US and others, from the declared place.

The contract declares an EU member's code, `UK` or a US state. Which code belongs to which area is data
of the pack (`jurisdictions`); `US-NY` is looked up whole and then as `US`.
"""

from __future__ import annotations

from collections.abc import Mapping

from verifier.case import Case, Fact, MissingFact
from verifier.facts.registry import derived, resting_on, unknown
from verifier.model import Reason, Text
from verifier.parameters import Parameters


def area_of(place: str, figures: Parameters) -> str | None:
    """`US-NY` -> US; None for a place that the pack does not know."""
    areas = figures.values.get("jurisdictions")
    code = place.strip().upper()
    for wanted in (code, code.partition("-")[0]):
        for area, codes in areas.items() if isinstance(areas, Mapping) else ():
            if wanted in codes:
                return str(area)
    return None


@derived("jurisdiction.area")
def jurisdiction_area(case: Case) -> Fact:
    """EU, UK, US, HK, SG ... : the area whose rules apply."""
    place = case.declared_fact("jurisdiction")
    areas = case.parameters.values.get("jurisdictions")
    if place is None or not isinstance(areas, Mapping):
        raise unknown("jurisdiction.area", "适用法域（未申报 jurisdiction）", "jurisdiction (not declared)")
    area = area_of(place.value, case.parameters)
    if area is not None:
        return resting_on("jurisdiction.area", area, place)
    raise MissingFact(
        Reason.FACT_MISSING,
        Text(f"申报的法域“{place.value}”不在清单之列", f"The declared jurisdiction {place.value!r} is not known here"),
    )


def by_place(case: Case, figures: Parameters, key: str) -> tuple[str, object] | None:
    """The figure of a table by place: the place's own line, else its area's; None where it has no such
    figure. A figure that is no table is the same everywhere. MissingFact when the place is not known."""
    table = figures.get(key)
    if not isinstance(table, Mapping):
        return key, table
    area = case.fact("jurisdiction.area").value
    place = str(case.fact("jurisdiction").value).strip().upper()
    for line in (place, area):
        if table.get(line) is not None:
            return line, table[line]
    return None
