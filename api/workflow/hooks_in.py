"""How does another system hand over a sale? Declared facts and links to papers, as one call: a batch of one case.

Links are fetched by a job, only from hosts that the institution allowed (`hook_hosts` of its settings), and the batch
is submitted when all papers are there. A paper that cannot be had leaves the batch open with a problem: a case is
never judged as if the paper did not exist.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from api import outbound, trail
from api.errors import ServiceError, invalid
from api.outbound import Unreachable
from api.permissions import Permission
from api.principal import Principal, system
from api.services import Services
from api.store import batches as stored
from api.tables import Batch, BatchState, Tenant, UploadState
from api.workflow import batches, uploads
from api.workflow.kept import problem_json
from api.workflow.layout import place_in_case, place_of
from verifier.model import InputProblem, Text

HOOK = "hook"  # kind of blob: what is still to be fetched
NAMESPACE = uuid.UUID("7b1e5a0c-9a4b-4d3e-8f54-3f3d2a4a8a6e")
HOSTS = "hook_hosts"  # of Tenant.settings
HOST = re.compile(r"[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?")
MOST_FILES = 200
RETRIES = (30.0, 120.0, 600.0, 3600.0, 10_800.0)  # seconds


@dataclass(frozen=True, slots=True)
class Linked:
    """A paper to fetch. `sha256` may be declared; other bytes are not used."""

    url: str
    name: str
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Sale:
    """What the policy system says of one sale. `id`: its own, so that a repetition is the same batch. `complete`: no
    papers follow beside those that are linked."""

    case: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    files: Sequence[Linked] = ()
    id: str = ""
    pack: str = ""
    complete: bool = True


def receive(services: Services, who: Principal, sale: Sale) -> Batch:
    """The batch of the sale: its papers are being fetched, or it waits for uploads."""
    who.require(Permission.BATCH_WRITE)
    if place_of(f"{sale.case}/case.yaml").path.count("/") != 1:
        raise invalid(
            "bad_case_name",
            Text("案件编号不可用", "The case id cannot be used"),
            Text("不能含有“/”", "It must not contain '/'"),
        )
    batches.check_facts(sale.facts)
    if len(sale.files) > MOST_FILES:
        raise invalid(
            "too_many_files",
            Text(f"最多 {MOST_FILES} 个文件", f"{MOST_FILES} files at most"),
            Text("请改用批次上传", "Upload a batch instead"),
        )
    hosts = allowed_hosts(services, who.tenant_id)
    for one in sale.files:
        place_in_case(one.name)
        _check_link(services, one.url, hosts)
    key = f"{who.tenant_id}/{sale.id}" if sale.id else str(uuid.uuid4())
    batch = batches.create(
        services, who, sale.case, pack=sale.pack, origin="hook", batch_id=str(uuid.uuid5(NAMESPACE, key))
    )
    if batch.tenant_id != who.tenant_id or batch.state != BatchState.OPEN:
        return batch
    batches.declare(services, who, batch.id, sale.case, {**sale.facts, "case": sale.case})
    if sale.files:
        told = {
            "case": sale.case,
            "complete": sale.complete,
            "attempts": 0,
            "files": [_told(one) for one in sale.files],
        }
        services.blobs.put_named(who.tenant_id, HOOK, batch.id, json.dumps(told, ensure_ascii=False).encode())
        services.jobs.enqueue("hook.fetch", batch.id)
    elif sale.complete:
        return batches.submit(services, who, batch.id)
    return batch


def _told(one: Linked) -> dict[str, str]:
    return {"url": one.url, "name": one.name, "sha256": one.sha256}


def allowed_hosts(services: Services, tenant_id: str) -> frozenset[str]:
    with services.reading() as session:
        told = session.get_one(Tenant, tenant_id).settings.get(HOSTS) or []
    return frozenset(str(host).lower().rstrip(".") for host in told)


def allow_hosts(services: Services, who: Principal, hosts: Sequence[str]) -> list[str]:
    """The only hosts from which papers of this institution are fetched."""
    who.require(Permission.AUTOMATION)
    wanted = sorted({host.strip().lower().rstrip(".") for host in hosts})
    if any(not HOST.fullmatch(host) for host in wanted):
        raise invalid(
            "bad_host",
            Text("主机名不可用", "That is no name of a host"),
            Text("只写主机名，例如 files.example.com", "Give the name alone, such as files.example.com"),
        )
    with services.writing() as session:
        tenant = session.get_one(Tenant, who.tenant_id)
        tenant.settings = {**tenant.settings, HOSTS: wanted}
        session.add(tenant)
        trail.record(session, who, "hook_hosts.changed", "tenant", tenant.id, number=len(wanted))
    return wanted


def _check_link(services: Services, url: str, hosts: frozenset[str]) -> None:
    parts = outbound.checked(url, private=services.settings.webhook_private_networks)
    if str(parts.hostname).rstrip(".").lower() not in hosts:
        raise outbound.refused("该主机不在允许的名单内", "this host is not on the institution's list")


def fetch(services: Services, batch_id: str) -> float | None:
    """Fetch what is not there yet, then hand the batch over; in how many seconds to try again."""
    with services.reading() as session:
        batch = session.get(Batch, batch_id)
    data = services.blobs.named(batch.tenant_id, HOOK, batch_id) if batch else None
    if batch is None or data is None or batch.state != BatchState.OPEN:
        return None
    told = json.loads(data)
    who = system(batch.tenant_id, f"hook:{batch.id}")
    hosts = allowed_hosts(services, batch.tenant_id)
    failed = [(one, code) for one in told["files"] if (code := _fetch(services, who, batch, told["case"], one, hosts))]
    if not failed:
        services.blobs.delete_named(batch.tenant_id, HOOK, batch_id)
        if told["complete"]:
            batches.submit(services, who, batch_id)
        return None
    attempts = told["attempts"]
    if attempts < len(RETRIES):
        kept = json.dumps({**told, "attempts": attempts + 1}, ensure_ascii=False).encode()
        services.blobs.put_named(batch.tenant_id, HOOK, batch_id, kept)
        return RETRIES[attempts]
    _give_up(services, batch_id, [(str(one["name"]), code) for one, code in failed])
    return None


def _fetch(
    services: Services, who: Principal, batch: Batch, case: str, one: Mapping[str, str], hosts: frozenset[str]
) -> str:
    """Why a paper is not there; empty: it is."""
    path = f"{case}/{one['name']}"
    with services.reading() as session:
        known = stored.upload_at(session, batch.id, path)
    if known is not None and known.state == UploadState.RECEIVED:
        return ""
    try:
        to = outbound.target(one["url"], private=services.settings.webhook_private_networks, hosts=hosts)
        uploads.put_file(services, who, batch.id, path, outbound.fetch(to), sha256=one["sha256"])
    except Unreachable as fault:
        return str(fault)
    except ServiceError as fault:
        if fault.status >= 500:
            raise
        return fault.code
    return ""


def _give_up(services: Services, batch_id: str, failed: Sequence[tuple[str, str]]) -> None:
    """The batch stays open: somebody sends the papers, or submits it without them."""
    with services.writing() as session:
        batch = session.get_one(Batch, batch_id, with_for_update=True)
        batch.problems = [*batch.problems, *(problem_json(_missing(name, code)) for name, code in failed)]
        session.add(batch)


def _missing(name: str, code: str) -> InputProblem:
    return InputProblem(
        name,
        "link_failed",
        Text(
            f"无法取得 {name}（{code}），批次未提交",
            f"{name} could not be fetched ({code}); the batch is not submitted",
        ),
        Text("请直接上传该文件后提交批次", "Upload the file and submit the batch"),
    )


TASKS = {"hook.fetch": fetch}
