"""The list of sold policies of a period: each is audited, missing or excluded, and the totals say so."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(include_in_schema=False)
