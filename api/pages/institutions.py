"""The institutions on this service, and how one's own reviews."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(include_in_schema=False)
