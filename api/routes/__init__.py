"""The JSON API v1: one module a subject, each with its `router`. Thin: they read the request, call a use case, answer."""

from __future__ import annotations

from fastapi import APIRouter

from api.routes import batches, uploads

ROUTERS: tuple[APIRouter, ...] = (batches.router, uploads.router)
