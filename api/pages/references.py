"""Lists that checks look things up in: products, people, watchlists."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(include_in_schema=False)
