"""The web pages: one module a subject, each with its `router`. They call the same use cases as the JSON API."""

from __future__ import annotations

from fastapi import APIRouter

from api.pages import batches, cases, entrance, queue

PAGES: tuple[APIRouter, ...] = (
    batches.router,
    cases.router,
    entrance.router,
    queue.router,
)
