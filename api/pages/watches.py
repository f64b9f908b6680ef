"""Folders and buckets that are read as files arrive, and audits that start by the clock."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(include_in_schema=False)
