"""Samples of the sold cases, drawn so that anybody can draw them again."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(include_in_schema=False)
