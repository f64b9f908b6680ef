"""What time is it? The only clock of the service; everything below is given the time."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LEGAL_ZONE = ZoneInfo("Asia/Shanghai")  # contract, section 2: days are those of Asia/Shanghai


def now() -> datetime:
    return datetime.now(UTC)


def today() -> date:
    """The calendar day on which business is done."""
    return datetime.now(LEGAL_ZONE).date()
