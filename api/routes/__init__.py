"""The JSON API v1: one module a subject, each with its `router`. Thin: they read the request, call a use case, answer."""

from __future__ import annotations

from fastapi import APIRouter

from api.routes import accounts, batches, cases, documents, health, keys, sessions, tenants, trail, uploads

ROUTERS: tuple[APIRouter, ...] = (
    accounts.router,
    batches.router,
    cases.router,
    documents.router,
    health.router,
    keys.router,
    sessions.router,
    tenants.router,
    trail.router,
    uploads.router,
)
