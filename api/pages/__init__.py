"""The web pages: one module a subject, each with its `router`. They call the same use cases as the JSON API."""

from __future__ import annotations

from fastapi import APIRouter

from api.pages import (
    administration,
    batches,
    blind,
    cases,
    checklists,
    dashboard,
    drafts,
    entrance,
    institutions,
    populations,
    queue,
    reaudits,
    references,
    requests,
    retention,
    samples,
    trail,
    watches,
    webhooks,
)

PAGES: tuple[APIRouter, ...] = (
    administration.router,
    batches.router,
    blind.router,
    cases.router,
    checklists.router,
    dashboard.router,
    drafts.router,
    entrance.router,
    institutions.router,
    populations.router,
    queue.router,
    reaudits.router,
    references.router,
    requests.router,
    retention.router,
    samples.router,
    trail.router,
    watches.router,
    webhooks.router,
)
