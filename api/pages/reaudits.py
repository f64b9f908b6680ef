"""A population judged under another edition or day, and what changed case by case."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(include_in_schema=False)
