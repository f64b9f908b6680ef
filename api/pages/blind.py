"""Passes judged a second time by somebody who has not seen the verdict."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(include_in_schema=False)
