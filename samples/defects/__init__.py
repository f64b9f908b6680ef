"""Which defects can be planted? Every one says which checks it must fail and which it may."""

from __future__ import annotations

from samples.defects import after, conduct, identity, missing, payment, signing, terms, unread
from samples.defects.kind import KINDS, Kind

__all__ = ["KINDS", "Kind", "after", "conduct", "identity", "missing", "payment", "signing", "terms", "unread"]
