"""Until when must the papers of a sale be kept, and why? Pure: the end of the contract, the law's years, days.

The years are the pack's (`retention_years`), so an institution's own pack may ask for more. While the end of the
contract is not known (it runs for life, or nobody said how long) nothing may be purged: an end that is declared
(`dates.contract_end`, `dates.surrender`) starts the terms. Disputes, investigations and the like are holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from verifier.case import Case, MissingFact
from verifier.model import Text
from verifier.parameters import Parameters
from verifier.values.dates import add_years
from verifier.values.periods import read_term

FIGURES = "retention_years"


class Material(StrEnum):
    CONTRACT = "contract"
    RECORDING = "recording"
    IDENTITY = "identity"
    SUITABILITY = "suitability"


NAMES: Mapping[Material, Text] = {
    Material.CONTRACT: Text("合同档案、凭证", "Contract file and vouchers"),
    Material.RECORDING: Text("销售过程录音录像", "Recordings of the sale"),
    Material.IDENTITY: Text("客户身份资料和交易记录", "Customer identity data and transactions"),
    Material.SUITABILITY: Text("适当性管理资料", "Suitability papers"),
}


class Ends(StrEnum):
    """How the end of a contract is known."""

    DECLARED = "declared"
    SURRENDERED = "surrendered"
    TERM = "term"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Basis:
    """What the terms are counted from. As text it stands in a column of the case."""

    how: Ends = Ends.UNKNOWN
    long: bool = True
    end: date | None = None

    def __str__(self) -> str:
        return f"{self.how}/{'long' if self.long else 'short'}/{self.end or ''}"


@dataclass(frozen=True, slots=True)
class Term:
    """One kind of paper: kept for `years` after the end of the contract. `until` None: not known yet."""

    material: Material
    years: int
    until: date | None


def basis_of(case: Case) -> Basis:
    lasting = case.maybe("product.long_term")
    long = lasting is None or lasting.is_true  # unknown: the longer term
    for name, how in (("dates.contract_end", Ends.DECLARED), ("dates.surrender", Ends.SURRENDERED)):
        end = _day(case, name)
        if end is not None:
            return Basis(how, long, end)
    end = _end_of_term(case)
    return Basis(Ends.TERM if end else Ends.UNKNOWN, long, end)


def parse(text: str) -> Basis:
    """The basis as a column has it; an empty column says nothing is known."""
    how, _, rest = text.partition("/")
    length, _, end = rest.partition("/")
    return Basis(Ends(how), length == "long", date.fromisoformat(end) if end else None) if how else Basis()


def terms(basis: Basis, parameters: Parameters) -> tuple[Term, ...]:
    """The term of each kind of paper. A pack that names no years for a kind has no term for it."""
    years = parameters.values.get(FIGURES)
    if not isinstance(years, Mapping):
        return ()
    own = years.get("contract_long" if basis.long else "contract_short")
    asked = (
        (Material.CONTRACT, own),
        (Material.RECORDING, own),
        (Material.IDENTITY, years.get("aml")),
        (Material.SUITABILITY, years.get("suitability")),
    )
    return tuple(
        Term(material, int(number), add_years(basis.end, int(number)) if basis.end else None)
        for material, number in asked
        if number is not None
    )


def decisive(found: tuple[Term, ...]) -> Term | None:
    """The papers of a case lie in the same files, so the longest term holds for all."""
    return max(found, key=lambda term: term.years, default=None)


def columns(case: Case, parameters: Parameters) -> dict[str, object]:
    """What stands in the row of a case."""
    basis = basis_of(case)
    last = decisive(terms(basis, parameters))
    return {"keep_until": last.until if last else None, "keep_basis": str(basis)}


def why(basis: Basis, last: Term | None) -> Text:
    if last is None:
        return Text("适用的清单未规定保存期限，须继续保存", "The pack names no term: to be kept on")
    if basis.end is None:
        return Text(
            f"合同终止日期未知；终止后须再保存 {last.years} 年",
            f"The end of the contract is not known; to be kept {last.years} years after it",
        )
    kind, told = NAMES[last.material], _HOW[basis.how]
    return Text(
        f"{kind.zh}：自合同终止（{told.zh} {basis.end}）起保存 {last.years} 年",
        f"{kind.en}: {last.years} years from the end of the contract ({told.en} {basis.end})",
    )


_HOW: Mapping[Ends, Text] = {
    Ends.DECLARED: Text("申报为", "declared as"),
    Ends.SURRENDERED: Text("退保于", "surrendered on"),
    Ends.TERM: Text("按保险期间计为", "by its term"),
    Ends.UNKNOWN: Text("未知", "not known"),
}


def _end_of_term(case: Case) -> date | None:
    start = next((day for name in ("dates.effective", "issue.date") if (day := _day(case, name))), None)
    years = _years(case, start) if start else None
    return add_years(start, years) if start and years is not None else None


def _years(case: Case, start: date) -> int | None:
    """A printed or declared cover of so many years; for life, or to an age that is not known: None."""
    declared = case.declared_fact("product.term_years")
    printed = declared.value if declared else _value(case, "cover_period")
    if printed.isdigit():
        return int(printed)
    term = read_term(printed)
    return term.years_from(_day(case, "insured.birth_date"), start) if term else None


def _value(case: Case, name: str) -> str:
    fact = case.maybe(name)
    return fact.value if fact else ""


def _day(case: Case, name: str) -> date | None:
    fact = case.declared_fact(name) or case.maybe(name)
    try:
        return fact.as_date() if fact else None
    except MissingFact:
        return None
