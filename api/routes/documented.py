"""How do refusals stand in the OpenAPI document? One model and one way of listing them, for every route."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

TITLES = {
    400: "请求无法理解 / The request cannot be understood",
    401: "未登录或密钥无效 / Not signed in, or no valid key",
    403: "无此权限 / Not allowed",
    404: "不存在或无权查看 / Not there, or not for you",
    409: "与当前状态冲突 / Conflicts with the present state",
    410: "已不可用 / Gone",
    412: "已被他人修改 / Changed meanwhile (If-Match)",
    413: "过大 / Too large",
    415: "不支持的类型 / Unsupported media type",
    416: "范围无效 / Range not satisfiable",
    422: "内容不可用 / Something in the request cannot be used",
    423: "账户已锁定 / Locked",
    428: "缺少前提条件 / A precondition is required",
    429: "请求过于频繁 / Too many requests",
    500: "服务内部错误 / The service failed",
    503: "暂不可用 / Not available now",
    507: "存储空间已满 / Storage is full",
}


class Sentence(BaseModel):
    """One sentence in both languages."""

    zh: str = Field(examples=["找不到该案件"])
    en: str = Field(examples=["There is no such case"])


class Problem(BaseModel):
    """RFC 9457. `code` is stable; `detail` says what happened, `hint` what to do next."""

    type: str = Field(examples=["urn:verifier:problem:not_found"])
    title: str = Field(examples=["There is no such case"])
    status: int = Field(examples=[404])
    code: str = Field(examples=["not_found"])
    detail: Sentence
    hint: Sentence


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """`responses=` of a route that asks who is calling: what any such route may answer, and these besides."""
    return public_problems(401, 403, *statuses)


def public_problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """`responses=` of a route that anyone may call."""
    schema = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {
        status: {"model": Problem, "description": TITLES[status], "content": {"application/problem+json": schema}}
        for status in sorted({422, 429, *statuses})
    }
