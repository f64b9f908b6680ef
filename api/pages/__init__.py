"""The web pages: one module a subject, each with its `router`. They call the same use cases as the JSON API."""

from __future__ import annotations

from fastapi import APIRouter

from api.pages import administration, batches, cases, checklists, dashboard, entrance, queue, trail

PAGES: tuple[APIRouter, ...] = (
    administration.router,
    batches.router,
    cases.router,
    checklists.router,
    dashboard.router,
    entrance.router,
    queue.router,
    trail.router,
)
