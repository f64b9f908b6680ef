"""What do the other cases of the batch, and earlier ones, say about these people, accounts and papers?

`MemoryHistory` holds a few rows; `CaseIndex` holds a whole batch in a file, so that memory does not grow
with it. Both answer the questions of `context.History`. This is the one module of `verifier` that keeps
a database, and it is thrown away with the run.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from verifier.case import Case
from verifier.model import Box, Evidence, Payment
from verifier.payments import SLIPS
from verifier.references import rows_of
from verifier.values.script import simplified, squeeze

# 64 bits in 8 bands of one byte: two hashes at most 7 bits apart are equal in one band at least
BANDS = 8
WIDEST_BY_BANDS = BANDS - 1

KEYS = ("policyholder_id", "policyholder", "payer", "payer_account", "serial")


@dataclass(frozen=True)
class MemoryHistory:
    """A handful of rows of other cases."""

    rows: tuple[Payment, ...] = ()
    phones: tuple[tuple[str, str, str], ...] = ()  # phone, case, policyholder
    pictures: tuple[tuple[str, str, str, int], ...] = ()  # hash, case, file, page
    addresses: tuple[tuple[str, str, str], ...] = ()  # address key, case, policyholder

    @classmethod
    def of_rows(cls, rows: Sequence[Mapping[str, str]]) -> MemoryHistory:
        """Rows with the columns of payments.csv, and where known phone, address, picture_hash, file, page."""
        kept: list[Payment] = []
        for row in rows:
            found, _ = rows_of("payments", [row])
            kept.extend(_with_picture(one, row) for one in found)
        return cls(
            rows=tuple(kept),
            phones=tuple(
                (row["phone"], row.get("case", ""), row.get("policyholder", "")) for row in rows if row.get("phone")
            ),
            addresses=tuple(
                (address_key(row["address"]), row.get("case", ""), row.get("policyholder", ""))
                for row in rows
                if address_key(row.get("address") or "")
            ),
            pictures=tuple(
                (row["picture_hash"], row.get("case", ""), row.get("file", ""), int(row.get("page") or 1))
                for row in rows
                if row.get("picture_hash")
            ),
        )

    def payments(
        self,
        *,
        policyholder_id: str = "",
        policyholder: str = "",
        payer: str = "",
        payer_account: str = "",
        serial: str = "",
    ) -> Sequence[Payment]:
        wanted = dict(zip(KEYS, (policyholder_id, policyholder, payer, payer_account, serial), strict=True))
        return [one for one in self.rows if any(value and getattr(one, key) == value for key, value in wanted.items())]

    def payments_of(self, case: str) -> Sequence[Payment]:
        return [one for one in self.rows if one.case == case]

    def cases_with_phone(self, phone: str) -> Sequence[tuple[str, str]]:
        return [(case, holder) for known, case, holder in self.phones if known == phone]

    def cases_at_address(self, address: str) -> Sequence[tuple[str, str]]:
        key = address_key(address)
        return [(case, holder) for known, case, holder in self.addresses if key and known == key]

    def pictures_like(self, picture_hash: str, distance: int) -> Sequence[tuple[str, str, int]]:
        return [
            (case, file, page)
            for known, case, file, page in self.pictures
            if bits_apart(known, picture_hash) <= distance
        ]


def address_key(address: str) -> str:
    """An address without blanks and signs; nothing for one that names no house: a street is no household."""
    plain = re.sub(r"[\W_]", "", simplified(squeeze(address))).casefold()
    return plain if len(plain) >= 8 and re.search(r"[\d一二三四五六七八九十]", plain) else ""


def _with_picture(payment: Payment, row: Mapping[str, str]) -> Payment:
    where = (
        Evidence(row["file"], int(row.get("page") or 1), None, "", 1.0, case=payment.case) if row.get("file") else None
    )
    return replace(
        payment,
        picture_hashes=(row["picture_hash"],) if row.get("picture_hash") else (),
        evidence=(where,) if where else (),
    )


def bits_apart(one: str, other: str) -> int:
    """Hamming distance of two hashes in hex; 64 where one of them is no hash."""
    try:
        return (int(one, 16) ^ int(other, 16)).bit_count()
    except ValueError:
        return 64


@dataclass(frozen=True, slots=True)
class Traces:
    """What other cases may ask about one, beside its payments. `addresses` as address_key; `pictures` of slips:
    hash, file, page."""

    policyholder: str
    phones: tuple[str, ...]
    addresses: tuple[str, ...]
    pictures: tuple[tuple[str, str, int], ...]


def traces_of(case: Case) -> Traces:
    holder = case.maybe("policyholder.name")
    return Traces(
        policyholder=holder.value if holder else "",
        phones=tuple(sorted({fact.value for fact in case.statements("policyholder.phone")})),
        addresses=tuple(
            sorted({key for fact in case.statements("policyholder.address") if (key := address_key(fact.value))})
        ),
        pictures=tuple(
            (picture_hash, page.file, page.page)
            for document in case.documents_of(*SLIPS, superseded=True)
            for page, picture_hash in zip(document.pages, document.picture_hashes, strict=False)
            if not bits_apart(picture_hash, picture_hash)
        ),
    )


SCHEMA = """
CREATE TABLE IF NOT EXISTS payments (
    case_id TEXT, policyholder_id TEXT, policyholder TEXT, payer TEXT, payer_account TEXT, serial TEXT, payment TEXT);
CREATE TABLE IF NOT EXISTS phones (phone TEXT, case_id TEXT, policyholder TEXT);
CREATE TABLE IF NOT EXISTS addresses (address TEXT, case_id TEXT, policyholder TEXT);
CREATE TABLE IF NOT EXISTS pictures (id INTEGER PRIMARY KEY, hash TEXT, case_id TEXT, file TEXT, page INTEGER);
CREATE TABLE IF NOT EXISTS bands (band INTEGER, value INTEGER, picture INTEGER);
CREATE INDEX IF NOT EXISTS payments_by_id ON payments (policyholder_id) WHERE policyholder_id <> '';
CREATE INDEX IF NOT EXISTS payments_by_holder ON payments (policyholder) WHERE policyholder <> '';
CREATE INDEX IF NOT EXISTS payments_by_payer ON payments (payer) WHERE payer <> '';
CREATE INDEX IF NOT EXISTS payments_by_account ON payments (payer_account) WHERE payer_account <> '';
CREATE INDEX IF NOT EXISTS payments_by_serial ON payments (serial) WHERE serial <> '';
CREATE INDEX IF NOT EXISTS payments_by_case ON payments (case_id);
CREATE INDEX IF NOT EXISTS phones_by_phone ON phones (phone);
CREATE INDEX IF NOT EXISTS addresses_by_address ON addresses (address);
CREATE INDEX IF NOT EXISTS bands_by_value ON bands (band, value);
"""


class CaseIndex:
    """The payments, phones and slip pictures of a batch in one SQLite file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection = sqlite3.connect(path)
        self._connection.execute("PRAGMA synchronous = OFF")  # lost with the run, never needed after it
        self._connection.executescript(SCHEMA)

    def add(self, case: Case) -> None:
        """All that other cases may ask about this one."""
        self.add_payments(case.payments)
        told = traces_of(case)
        self._connection.executemany(
            "INSERT INTO phones VALUES (?, ?, ?)", [(phone, case.id, told.policyholder) for phone in told.phones]
        )
        self._connection.executemany(
            "INSERT INTO addresses VALUES (?, ?, ?)", [(key, case.id, told.policyholder) for key in told.addresses]
        )
        for picture_hash, file, page in told.pictures:
            self._add_picture(picture_hash, case.id, file, page)
        self._connection.commit()

    def add_payments(self, payments: Iterable[Payment]) -> None:
        """Payments of a case, or those of a reference list of earlier ones."""
        self._connection.executemany(
            "INSERT INTO payments VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    one.case,
                    one.policyholder_id,
                    one.policyholder,
                    one.payer,
                    one.payer_account,
                    one.serial,
                    payment_to_json(one),
                )
                for one in payments
            ),
        )
        self._connection.commit()

    def _add_picture(self, picture_hash: str, case: str, file: str, page: int) -> None:
        cursor = self._connection.execute(
            "INSERT INTO pictures (hash, case_id, file, page) VALUES (?, ?, ?, ?)", (picture_hash, case, file, page)
        )
        self._connection.executemany(
            "INSERT INTO bands VALUES (?, ?, ?)",
            [(band, value, cursor.lastrowid) for band, value in enumerate(bands(picture_hash))],
        )

    def history_for(self, case_id: str) -> BatchHistory:
        """What all cases but this one say. The answer may be sent to another process."""
        return BatchHistory(self.path, case_id)

    def close(self) -> None:
        self._connection.close()


@dataclass(frozen=True)
class BatchHistory:
    """The index seen from one case. Holds no open file until it is asked."""

    path: Path
    case: str
    _open: dict[str, sqlite3.Connection] = field(default_factory=dict, repr=False, compare=False)

    def __getstate__(self) -> tuple[Path, str]:
        return self.path, self.case

    def __setstate__(self, state: tuple[Path, str]) -> None:
        object.__setattr__(self, "path", state[0])
        object.__setattr__(self, "case", state[1])
        object.__setattr__(self, "_open", {})

    @property
    def _connection(self) -> sqlite3.Connection:
        if "it" not in self._open:
            self._open["it"] = sqlite3.connect(f"{self.path.absolute().as_uri()}?mode=ro", uri=True)
        return self._open["it"]

    def payments(
        self,
        *,
        policyholder_id: str = "",
        policyholder: str = "",
        payer: str = "",
        payer_account: str = "",
        serial: str = "",
    ) -> Sequence[Payment]:
        wanted = dict(zip(KEYS, (policyholder_id, policyholder, payer, payer_account, serial), strict=True))
        asked = [(key, value) for key, value in wanted.items() if value]
        # one indexed query for each key: SQLite does not use partial indexes across OR
        found: dict[int, str] = {}
        for key, value in asked:
            found.update(
                self._connection.execute(
                    f"SELECT rowid, payment FROM payments WHERE {key} = ? AND {key} <> '' AND case_id <> ?",
                    (value, self.case),
                ).fetchall()
            )
        return [payment_from_json(text) for _, text in sorted(found.items())]

    def payments_of(self, case: str) -> Sequence[Payment]:
        rows = self._connection.execute("SELECT payment FROM payments WHERE case_id = ? ORDER BY rowid", (case,))
        return [payment_from_json(text) for (text,) in rows] if case != self.case else []

    def cases_with_phone(self, phone: str) -> Sequence[tuple[str, str]]:
        rows = self._connection.execute(
            "SELECT DISTINCT case_id, policyholder FROM phones WHERE phone = ? AND case_id <> ?", (phone, self.case)
        )
        return [(case, holder) for case, holder in rows]

    def cases_at_address(self, address: str) -> Sequence[tuple[str, str]]:
        rows = self._connection.execute(
            "SELECT DISTINCT case_id, policyholder FROM addresses WHERE address = ? AND address <> '' AND case_id <> ?",
            (address_key(address), self.case),
        )
        return [(case, holder) for case, holder in rows]

    def pictures_like(self, picture_hash: str, distance: int) -> Sequence[tuple[str, str, int]]:
        if bits_apart(picture_hash, picture_hash):
            return []
        return [
            (case, file, page)
            for known, case, file, page in self._candidates(picture_hash, distance)
            if bits_apart(known, picture_hash) <= distance
        ]

    def _candidates(self, picture_hash: str, distance: int) -> Iterable[tuple[str, str, str, int]]:
        columns = "hash, case_id, file, page"
        if distance > WIDEST_BY_BANDS:
            return self._connection.execute(f"SELECT {columns} FROM pictures WHERE case_id <> ?", (self.case,))
        near: set[tuple[str, str, str, int]] = set()
        for band, value in enumerate(bands(picture_hash)):
            near.update(
                self._connection.execute(
                    f"SELECT {columns} FROM bands JOIN pictures ON pictures.id = picture"
                    " WHERE band = ? AND value = ? AND case_id <> ?",
                    (band, value, self.case),
                ).fetchall()
            )
        return sorted(near)


def bands(picture_hash: str) -> list[int]:
    """The hash in bytes, the greatest first."""
    return list((int(picture_hash, 16) & (2**64 - 1)).to_bytes(BANDS, "big"))


PLAIN = ("case", "payer", "payer_account", "payee", "payee_account", "currency", "method", "serial", "status",
         "direction", "policy", "policyholder", "policyholder_id")  # fmt: skip


def payment_to_json(payment: Payment) -> str:
    """The payment with one place where it stands."""
    kept: dict[str, object] = {name: getattr(payment, name) for name in PLAIN}
    kept["amount"] = None if payment.amount is None else str(payment.amount)
    kept["date"] = payment.date.isoformat() if payment.date else None
    kept["picture_hashes"] = list(payment.picture_hashes)
    kept["confidence"] = payment.confidence
    kept["evidence"] = [
        [one.file, one.page, one.box.as_list() if one.box else None, one.text, one.confidence, one.sha256]
        for one in payment.evidence[:1]
    ]
    return json.dumps(kept, ensure_ascii=False)


def payment_from_json(text: str) -> Payment:
    kept = json.loads(text)
    return Payment(
        **{
            **kept,
            "amount": None if kept["amount"] is None else Decimal(kept["amount"]),
            "date": date.fromisoformat(kept["date"]) if kept["date"] else None,
            "picture_hashes": tuple(kept["picture_hashes"]),
            "evidence": tuple(
                Evidence(file, page, Box(*box) if box else None, text, confidence, sha256, kept["case"])
                for file, page, box, text, confidence, sha256 in kept["evidence"]
            ),
        }
    )
