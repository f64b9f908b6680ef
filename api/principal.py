"""Who is asking, for which institution and branch, and within which limits?"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from api.errors import forbidden, password_change_needed
from api.permissions import Permission, Role
from verifier.reports.audience import Audience


class Kind(StrEnum):
    USER = "user"
    KEY = "key"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Grant:
    """What a regulator was granted: cases sold in a period, of some branches (empty: all), masked or not."""

    start: date | None = None
    end: date | None = None
    branches: frozenset[str] = frozenset()
    unmasked: bool = False


@dataclass(frozen=True, slots=True)
class Principal:
    """`branch_id` None: the whole institution. `grant` only for regulators."""

    kind: Kind
    id: str
    name: str
    tenant_id: str
    branch_id: str | None = None
    roles: frozenset[Role] = frozenset()
    permissions: frozenset[Permission] = field(default_factory=frozenset)
    grant: Grant | None = None
    session_id: str | None = None
    must_change_password: bool = False  # may do nothing else until then: no permissions

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions

    def require(self, permission: Permission) -> None:
        if self.must_change_password:
            raise password_change_needed()
        if permission not in self.permissions:
            raise forbidden(permission.value)

    def require_everywhere(self, permission: Permission) -> None:
        """The right, for the whole institution: what is changed concerns every branch."""
        self.require(permission)
        if self.branch_id:
            raise forbidden(permission.value)

    @property
    def audience(self) -> Audience:
        """Which view of an audit this person gets: the strictest that their rights call for."""
        if Role.REGULATOR in self.roles:
            return Audience.REGULATOR
        if self.may(Permission.AML_READ):
            return Audience.AML
        if self.may(Permission.FINDING_DECIDE):
            return Audience.COMPLIANCE
        return Audience.CASE

    @property
    def sees_full_values(self) -> bool:
        return self.may(Permission.UNMASKED) or bool(self.grant and self.grant.unmasked)


def system(tenant_id: str, name: str = "system") -> Principal:
    """The service itself, for jobs: every right inside one tenant."""
    return Principal(Kind.SYSTEM, name, name, tenant_id, roles=frozenset(), permissions=frozenset(Permission))
