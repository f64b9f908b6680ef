"""The hook for sales: another system hands over one sale, with what it declares and where its papers are."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from api.deps import Allowed, Bound
from api.permissions import Permission
from api.principal import Principal
from api.routes.batches_models import BatchOut, batch_out
from api.routes.documented import problems
from api.workflow import hooks_in
from api.workflow.hooks_in import MOST_FILES, Linked, Sale

router = APIRouter(tags=["automation"])
Manager = Annotated[Principal, Depends(Allowed(Permission.AUTOMATION))]
Writer = Annotated[Principal, Depends(Allowed(Permission.BATCH_WRITE))]
PRINTED = r"^[^\x00-\x1f\x7f]*$"


class LinkIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    url: str = Field(min_length=8, max_length=1000, examples=["https://files.anhua.example/p/2026/F01.pdf?token=…"])
    name: str = Field(min_length=1, max_length=240, pattern=PRINTED, examples=["投保单.pdf"])
    sha256: str = Field(default="", pattern="^([0-9a-fA-F]{64})?$")


class SaleIn(BaseModel):
    """`facts` as in case.yaml. Links are fetched from hosts that the institution's settings allow (`hook_hosts`)."""

    model_config = ConfigDict(extra="forbid")
    id: str = Field(
        default="",
        max_length=200,
        pattern=PRINTED,
        description="对方系统的编号；重复发送得到同一批次 / The sender's own id: sent again, it is the same batch",
        examples=["core-2026-000123"],
    )
    case: str = Field(min_length=1, max_length=120, pattern=PRINTED, examples=["C-0001"])
    facts: dict[str, Any] = Field(
        default_factory=dict,
        examples=[{"channel": "bank", "policy_no": "P2026000001", "product": {"kind": "participating"}}],
    )
    files: list[LinkIn] = Field(default=[], max_length=MOST_FILES)
    pack: str = Field(default="", max_length=100)
    complete: bool = Field(
        default=True,
        description="false：之后还会向该批次上传文件，再由调用方提交 / More files will be uploaded to the batch, which the "
        "sender then submits",
    )


@router.post(
    "/hooks/sales",
    operation_id="receive_sale",
    summary="接收一笔销售 / Receive a sale",
    description="建立一个案件的批次。链接由后台取回后提交；没有链接且 complete 为 false 时，请以返回的批次编号上传文件。"
    " / Makes a batch of one case. Links are fetched by a job, then it is submitted; without links and with complete false, "
    "upload files to the batch that is answered.",
    status_code=202,
    responses=problems(404, 409, 413, 503, 507),
)
def receive(given: SaleIn, who: Writer, services: Bound) -> BatchOut:
    files = [Linked(one.url, one.name, one.sha256) for one in given.files]
    sale = Sale(given.case, given.facts, files, given.id, given.pack, given.complete)
    return batch_out(hooks_in.receive(services, who, sale), who)


class HostsIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    hosts: list[str] = Field(max_length=100, examples=[["files.anhua.example"]])


@router.get(
    "/hooks/hosts",
    operation_id="get_hook_hosts",
    summary="允许取回文件的主机 / Hosts from which papers may be fetched",
    responses=problems(),
)
def hosts(who: Manager, services: Bound) -> HostsIn:
    return HostsIn(hosts=sorted(hooks_in.allowed_hosts(services, who.tenant_id)))


@router.put(
    "/hooks/hosts",
    operation_id="set_hook_hosts",
    summary="设定允许取回文件的主机 / Choose those hosts",
    responses=problems(),
)
def set_hosts(given: HostsIn, who: Manager, services: Bound) -> HostsIn:
    return HostsIn(hosts=hooks_in.allow_hosts(services, who, given.hosts))
