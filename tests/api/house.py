"""A whole service in a folder, for tests: institutions, people of every role with tokens, a client, a queue that
does the work when it is told to. Rows, blobs, packs and routes are the real ones."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient
from sqlalchemy import Engine
from sqlmodel import SQLModel

from api import migrations
from api.app import create_app
from api.blobs import open_blobs
from api.clock import now
from api.database import make_engine
from api.editions import Editions
from api.keys import KeyRing, masters_from
from api.permissions import Permission, Role
from api.principal import Principal
from api.services import Services
from api.settings import Settings
from api.store.editions import EditionTable
from api.store.keys import KeyTable
from api.tables import ApiKey, Branch, SignIn, Tenant, TenantKind, User
from api.workflow import access


@dataclass
class HeldQueue:
    """Keeps what was asked for, in order; `run` hands each to the function given for it."""

    asked: list[tuple[str, str]] = field(default_factory=list)

    def submit_batch(self, batch_id: str, priority: int) -> None:
        self.asked.append(("batch", batch_id))

    def judge_again(self, case_id: str, cause: str) -> None:
        self.asked.append((f"judge:{cause}", case_id))

    def reaudit(self, reaudit_id: str) -> None:
        self.asked.append(("reaudit", reaudit_id))

    def enqueue(self, work: str, argument: str, *, priority: int = 10, key: str = "", delay_seconds: float = 0) -> None:
        self.asked.append((work, argument))

    def cancel_batch(self, batch_id: str) -> None:
        self.asked.append(("cancel", batch_id))

    def run(self, work: Callable[[str, str], None]) -> int:
        """Do what is waiting, and what that asks for, until nothing is; how much was done."""
        done = 0
        while self.asked:
            name, argument = self.asked.pop(0)
            work(name, argument)
            done += 1
        return done


@dataclass
class House:
    """`person` and `key` make accounts; `client` is a browser or program that sends their token."""

    services: Services
    queue: HeldQueue

    def __post_init__(self) -> None:
        self.app = create_app(self.services)
        self._anonymous = TestClient(self.app, raise_server_exceptions=True)

    def tenant(self, name: str = "安华人寿（虚构）", kind: TenantKind = TenantKind.INSTITUTION) -> str:
        with self.services.writing() as session:
            row = Tenant(name=name, kind=kind, created_at=now())
            session.add(row)
        return row.id

    def branch(self, tenant_id: str, name: str = "上海分公司") -> str:
        with self.services.writing() as session:
            row = Branch(tenant_id=tenant_id, name=name, created_at=now())
            session.add(row)
        return row.id

    def person(self, tenant_id: str, *roles: Role, branch_id: str | None = None, **columns: Any) -> Person:
        """An account with these roles that is signed in. A regulator gets a grant for everything unless told otherwise."""
        token = access.new_token(access.SIGN_IN_PREFIX)
        with self.services.writing() as session:
            user = User(
                tenant_id=tenant_id,
                branch_id=branch_id,
                login=f"{'-'.join(roles)}-{access.digest(token)[:8]}",
                name="·".join(roles),
                roles=[role.value for role in roles],
                created_at=now(),
                **columns,
            )
            session.add(user)
            session.flush()
            session.add(
                SignIn(
                    user_id=user.id,
                    token_sha256=access.digest(token),
                    created_at=now(),
                    seen_at=now(),
                    expires_at=now() + timedelta(hours=1),
                )
            )
        return Person(user, token, access.principal_of(user), self._client(token))

    def key(self, tenant_id: str, *scopes: Permission, branch_id: str | None = None) -> TestClient:
        token = access.new_token(access.KEY_PREFIX)
        with self.services.writing() as session:
            session.add(
                ApiKey(
                    tenant_id=tenant_id,
                    branch_id=branch_id,
                    name="key",
                    prefix=token[:8],
                    token_sha256=access.digest(token),
                    scopes=[scope.value for scope in scopes],
                    created_by="test",
                    created_at=now(),
                )
            )
        return self._client(token)

    @property
    def anonymous(self) -> TestClient:
        return self._anonymous

    def _client(self, token: str) -> TestClient:
        return TestClient(self.app, headers={"Authorization": f"Bearer {token}"}, raise_server_exceptions=True)


@dataclass(frozen=True)
class Person:
    user: User
    token: str
    principal: Principal
    client: TestClient


def settings_for(folder: Path, **given: Any) -> Settings:
    return Settings(data_dir=folder, **given)


def bound(settings: Settings, queue: HeldQueue, *, migrated: bool = False) -> Services:
    """Services as api.start binds them; the tables are made at once rather than by migrations unless asked."""
    engine: Engine = make_engine(settings.database)
    migrations.migrate(engine) if migrated else SQLModel.metadata.create_all(engine)
    ring = KeyRing(masters_from("", settings.key_file, make=True), KeyTable(engine))
    editions = Editions(settings.checklists_dir, settings.data_dir / "editions", EditionTable(engine))
    return Services(settings, engine, ring, open_blobs(settings, ring), editions, queue)


@contextmanager
def open_house(folder: Path | None = None, *, migrated: bool = False, **given: Any) -> Iterator[House]:
    """A house on SQLite in a folder of its own, or on what the settings given say."""
    with tempfile.TemporaryDirectory(prefix="house-") as scratch:
        home = folder or Path(scratch)
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        queue = HeldQueue()
        services = bound(settings_for(home, **given), queue, migrated=migrated)
        try:
            yield House(services, queue)
        finally:
            services.engine.dispose()


AS_OF = date(2026, 11, 22)
