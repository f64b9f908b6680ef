"""Until when cases must be kept, what holds them longer, and the purge."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(include_in_schema=False)
