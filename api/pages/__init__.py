"""The web pages: one module a subject, each with its `router`. They call the same use cases as the JSON API."""

from __future__ import annotations

from fastapi import APIRouter

from api.pages import (
    accounts,
    administration,
    batches,
    blind,
    cases,
    checklists,
    dashboard,
    draft_contents,
    draft_labels,
    draft_tests,
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
    schedules,
    trail,
    watches,
    webhooks,
)

PAGES: tuple[APIRouter, ...] = (
    accounts.router,
    administration.router,
    batches.router,
    blind.router,
    cases.router,
    checklists.router,
    dashboard.router,
    draft_contents.router,
    draft_labels.router,
    draft_tests.router,
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
    schedules.router,
    trail.router,
    watches.router,
    webhooks.router,
)
