"""What does a route ask for? The services, the asker with the right it needs, the length of a page."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query, Request

from api.errors import unauthenticated
from api.paging import LARGEST
from api.permissions import Permission
from api.principal import Principal
from api.services import Services
from api.workflow import access


def services_of(request: Request) -> Services:
    bound: Services = request.app.state.services
    return bound


Bound = Annotated[Services, Depends(services_of)]


def principal(request: Request, services: Bound) -> Principal:
    """Who is asking: an API key or a sign-in, in `Authorization: Bearer`, or the pages' cookie."""
    known: Principal | None = getattr(request.state, "principal", None)
    if known is None:
        known = access.authenticated(services, request)
        request.state.principal = known
    if known is None:
        raise unauthenticated()
    return known


class Allowed:
    """A dependency that gives the asker when they hold the permission. Every route has one, or is public by name."""

    def __init__(self, permission: Permission) -> None:
        self.permission = permission

    def __call__(self, who: Annotated[Principal, Depends(principal)]) -> Principal:
        who.require(self.permission)
        return who


Anyone = Annotated[Principal, Depends(principal)]  # signed in, whatever the role
Limit = Annotated[int, Query(ge=1, le=LARGEST, description="页长 / Items on a page")]
Cursor = Annotated[str | None, Query(description="上一页返回的 next / The `next` of the previous page")]
