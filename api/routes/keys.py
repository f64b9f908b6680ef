"""API keys: an administrator's for the systems of the institution, anybody's own for their programs."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.deps import Anyone, Bound, Cursor, Limit
from api.permissions import Permission
from api.routes.documented import problems
from api.tables import ApiKey
from api.workflow import api_keys

router = APIRouter(prefix="/keys", tags=["keys"])


class KeyIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str = Field(min_length=1, max_length=200, examples=["核心系统上传 / core system"])
    scopes: list[Permission] = Field(min_length=1, max_length=len(Permission), examples=[["batch.write", "batch.read"]])
    branch_id: str | None = Field(default=None, max_length=36)
    expires_at: AwareDatetime | None = Field(default=None, examples=["2027-11-30T16:00:00Z"])


class KeyOut(BaseModel):
    id: str
    name: str = Field(examples=["核心系统上传 / core system"])
    prefix: str = Field(description="密钥的开头 / How the key begins", examples=["vk_a1b2c3"])
    scopes: list[str] = Field(examples=[["batch.write", "batch.read"]])
    branch_id: str | None
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    used_at: datetime | None = Field(description="最近使用，精确到分钟 / Last used, to the minute")


class NewKeyOut(KeyOut):
    token: str = Field(description="只显示一次 / Told once", examples=["vk_a1b2c3…"])


class KeysOut(BaseModel):
    items: list[KeyOut]
    next: str | None = Field(examples=[None])


@router.post(
    "", operation_id="create_key", summary="新建 API 密钥 / Create a key", status_code=201, responses=problems(404)
)
def create(given: KeyIn, response: Response, who: Anyone, services: Bound) -> NewKeyOut:
    key, token = api_keys.create_key(
        services,
        who,
        given.name,
        frozenset(given.scopes),
        branch_id=given.branch_id,
        expires_at=given.expires_at,
    )
    response.headers["Location"] = f"/api/v1/keys/{key.id}"
    return NewKeyOut(**key_out(key).model_dump(), token=token)


@router.get("", operation_id="list_keys", summary="API 密钥列表 / Keys", responses=problems())
def listed(who: Anyone, services: Bound, limit: Limit = 50, cursor: Cursor = None) -> KeysOut:
    page = api_keys.keys(services, who, limit, cursor)
    return KeysOut(items=[key_out(key) for key in page.items], next=page.next)


@router.get("/{key_id}", operation_id="get_key", summary="API 密钥 / A key", responses=problems(404))
def one(key_id: str, who: Anyone, services: Bound) -> KeyOut:
    return key_out(api_keys.key_of(services, who, key_id))


@router.delete(
    "/{key_id}", operation_id="revoke_key", summary="吊销 / Revoke it", status_code=204, responses=problems(404)
)
def revoke(key_id: str, who: Anyone, services: Bound) -> None:
    api_keys.revoke_key(services, who, key_id)


def key_out(key: ApiKey) -> KeyOut:
    return KeyOut.model_validate(key, from_attributes=True)
