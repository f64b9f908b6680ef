"""Where does the next page begin? Opaque cursors over a sort value and the id."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from api.errors import ServiceError, invalid
from verifier.model import Text

Row = TypeVar("Row")
LARGEST = 200


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """`next` None: this was the last."""

    items: Sequence[Row]
    next: str | None


def cursor(*values: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(values, default=str).encode()).decode().rstrip("=")


def position(text: str | None, length: int) -> list[object] | None:
    """The values in a cursor, `length` of them; ServiceError when it is none of ours."""
    if not text:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError):
        values = None
    if not isinstance(values, list) or len(values) != length or "\0" in "".join(map(str, values)):
        raise bad_cursor()
    return values


def ranked(text: str | None) -> tuple[int, str] | None:
    """The place in a list that is ordered by a number, then by id; ServiceError when the cursor is none of such a list."""
    found = position(text, 2)
    if found is None:
        return None
    rank, row_id = found
    if type(rank) is not int or abs(rank) >= 2**31 or not isinstance(row_id, str) or "\0" in row_id:
        raise bad_cursor()
    return rank, row_id


def bad_cursor() -> ServiceError:
    return invalid(
        "bad_cursor",
        Text("翻页标记无效", "The cursor is not one of this list"),
        Text("请从第一页重新开始", "Start again from the first page"),
    )


def page(rows: Sequence[Row], limit: int, key: Callable[[Row], tuple[object, ...]]) -> Page[Row]:
    """A page of `limit` from rows of which one more was asked for."""
    more = len(rows) > limit
    items = rows[:limit]
    return Page(items, cursor(*key(items[-1])) if more else None)
