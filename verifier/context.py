"""What may a check know beside the case? Days, parameters, word lists, reference lists, history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Protocol, TypeVar

from verifier.case import MissingFact
from verifier.model import Payment, Reason, Text
from verifier.parameters import Parameters


@dataclass(frozen=True, slots=True)
class Seller:
    number: str
    name: str
    institution: str
    status: str
    start: date | None
    end: date | None


@dataclass(frozen=True, slots=True)
class Institution:
    name: str
    licence: str
    scope: tuple[str, ...]
    regions: tuple[str, ...]
    start: date | None
    end: date | None


@dataclass(frozen=True, slots=True)
class Payee:
    name: str
    account: str


@dataclass(frozen=True, slots=True)
class StaffMember:
    name: str
    role: str
    phone: str
    account: str


@dataclass(frozen=True, slots=True)
class Surrender:
    policy: str
    policyholder: str
    policyholder_id: str
    premium: Decimal | None
    refund: Decimal | None
    issued: date | None
    surrendered: date | None
    reason: str
    payee: str


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of a watchlist, in the columns of OpenSanctions `targets.simple.csv`. `source`: the file."""

    id: str
    schema: str
    name: str
    aliases: tuple[str, ...]
    birth_date: str
    countries: tuple[str, ...]
    identifiers: tuple[str, ...]
    dataset: str
    last_change: str
    sanctions: str = ""
    phones: tuple[str, ...] = ()
    source: str = "watchlist.csv"


@dataclass(frozen=True, slots=True)
class Contacted:
    phone: str
    date: date


@dataclass(frozen=True, slots=True)
class Product:
    name: str
    code: str
    filing_number: str
    kind: str
    risk_level: int | None
    min_age: int | None
    max_age: int | None


@dataclass(frozen=True)
class References:
    """The lists that were supplied; None for a list that was not. `need` turns None into a reason."""

    sellers: tuple[Seller, ...] | None = None
    institutions: tuple[Institution, ...] | None = None
    payees: tuple[Payee, ...] | None = None
    staff: tuple[StaffMember, ...] | None = None
    payments: tuple[Payment, ...] | None = None
    surrenders: tuple[Surrender, ...] | None = None
    watchlist: tuple[Listed, ...] | None = None
    opt_out: tuple[Contacted, ...] | None = None
    contact_log: tuple[Contacted, ...] | None = None
    products: tuple[Product, ...] | None = None


Row = TypeVar("Row")

REFERENCE_NAMES = tuple(References.__dataclass_fields__)


def need(rows: tuple[Row, ...] | None, file: str) -> tuple[Row, ...]:
    """The rows of a list, or MissingFact(reference_missing) naming the file to supply."""
    if rows is None:
        raise MissingFact(
            Reason.REFERENCE_MISSING,
            Text(
                f"未提供参考清单 {file}，无法核对",
                f"The list {file} was not supplied, so this cannot be checked",
            ),
        )
    return rows


class History(Protocol):
    """What other cases of the batch and earlier ones say; answers never include the asking case
    unless said. Amounts and days as in `Payment`."""

    def payments(
        self,
        *,
        policyholder_id: str = "",
        policyholder: str = "",
        payer: str = "",
        payer_account: str = "",
        serial: str = "",
    ) -> Sequence[Payment]:
        """Payments that share any of the keys that are given (not all of them)."""

    def payments_of(self, case: str) -> Sequence[Payment]:
        """All payments of one other case."""

    def cases_with_phone(self, phone: str) -> Sequence[tuple[str, str]]:
        """(case id, policyholder name) of cases whose policyholder gave this phone."""

    def cases_at_address(self, address: str) -> Sequence[tuple[str, str]]:
        """(case id, policyholder name) of cases whose policyholder lives there."""

    def pictures_like(self, picture_hash: str, distance: int) -> Sequence[tuple[str, str, int]]:
        """(case id, file, page) of slips whose picture hash is at most `distance` bits away."""


@dataclass(frozen=True, slots=True)
class PaperNeed:
    """One line of the requirement matrix on this case: any one of `documents` is enough. `needed` is None
    when the facts to decide are missing (`gap` says which). `inside`: other papers that may hold it as a
    part with one of these headings. `other_variants`: variants of a paper that do not serve."""

    documents: tuple[str, ...]
    needed: bool | None
    label: Text | None = None
    gap: Text | None = None
    inside: tuple[tuple[str, tuple[str, ...]], ...] = ()
    other_variants: tuple[str, ...] = ()


@dataclass(frozen=True)
class Context:
    """`papers`: the requirement matrix on this case, line by line; `required`: for each document code of
    it whether this case needs it (None: the facts to decide are missing). `lexicons` by name. `history`
    None when a case is judged alone."""

    as_of: date
    parameters: Parameters = field(default_factory=Parameters)
    lexicons: Mapping[str, object] = field(default_factory=dict)
    references: References = field(default_factory=References)
    history: History | None = None
    required: Mapping[str, bool | None] = field(default_factory=dict)
    papers: tuple[PaperNeed, ...] = ()

    def lexicon(self, name: str) -> tuple[str, ...]:
        """The phrases of a flat word list."""
        words = self.lexicons[name]
        assert isinstance(words, Sequence), name
        return tuple(str(word) for word in words)
