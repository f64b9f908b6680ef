"""The JSON API v1: one module a subject, each with its `router`. Thin: they read the request, call a use case, answer."""

from __future__ import annotations

from fastapi import APIRouter

from api.routes import (
    accounts,
    batches,
    cases,
    documents,
    drafts,
    health,
    hooks_in,
    keys,
    packs,
    populations,
    reaudits,
    references,
    samples,
    schedules,
    sessions,
    tenants,
    trail,
    uploads,
    watches,
    webhooks,
)

ROUTERS: tuple[APIRouter, ...] = (
    accounts.router,
    batches.router,
    cases.router,
    documents.router,
    drafts.router,
    health.router,
    hooks_in.router,
    keys.router,
    packs.router,
    populations.router,
    reaudits.router,
    references.router,
    samples.router,
    schedules.router,
    sessions.router,
    tenants.router,
    trail.router,
    uploads.router,
    watches.router,
    webhooks.router,
)
