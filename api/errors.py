"""How does the service say no? Expected errors with an HTTP status, as `application/problem+json` (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import JSONResponse

from verifier.errors import VerifierError
from verifier.model import Text

PROBLEM = "application/problem+json"


class ServiceError(VerifierError):
    """An expected refusal. `code` is stable, `status` the HTTP status, `more` further members of the problem."""

    def __init__(self, status: int, code: str, message: Text, hint: Text, **more: object) -> None:
        super().__init__(code, message, hint)
        self.status = status
        self.more: Mapping[str, object] = more


def problem(error: VerifierError, status: int) -> dict[str, object]:
    """The body of the answer. `detail` and `hint` carry both languages."""
    return {
        "type": f"urn:verifier:problem:{error.code}",
        "title": error.message.en,
        "status": status,
        "code": error.code,
        "detail": {"zh": error.message.zh, "en": error.message.en},
        "hint": {"zh": error.hint.zh, "en": error.hint.en},
        **(error.more if isinstance(error, ServiceError) else {}),
    }


def refusal(error: VerifierError, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """The whole answer. What the core refuses is the fault of what was given to it: 422."""
    status = error.status if isinstance(error, ServiceError) else 422
    told = dict(headers or {})
    if status == 401:
        told.setdefault("WWW-Authenticate", "Bearer")
    if isinstance(error, ServiceError) and "retry_after" in error.more:
        told["Retry-After"] = str(error.more["retry_after"])
    return JSONResponse(problem(error, status), status, told, media_type=PROBLEM)


def not_found(zh: str, en: str) -> ServiceError:
    """Also for what exists but is not for this person: whether it exists is not said."""
    return ServiceError(
        404,
        "not_found",
        Text(f"找不到该{zh}", f"There is no such {en}"),
        Text("请核对编号，或确认您有权查看", "Check the id, or ask whether you may see it"),
    )


def conflict(code: str, message: Text, hint: Text) -> ServiceError:
    return ServiceError(409, code, message, hint)


def invalid(code: str, message: Text, hint: Text) -> ServiceError:
    return ServiceError(422, code, message, hint)


def forbidden(permission: str) -> ServiceError:
    return ServiceError(
        403,
        "forbidden",
        Text("您的角色无权进行此操作", "Your role does not allow this"),
        Text("请联系管理员授权", "Ask an administrator for the right"),
        permission=permission,
    )


def unauthenticated() -> ServiceError:
    return ServiceError(
        401,
        "unauthenticated",
        Text("请先登录，或提供有效的 API 密钥", "Sign in, or send a valid API key"),
        Text("Authorization: Bearer <key>", "Authorization: Bearer <key>"),
    )


def password_change_needed() -> ServiceError:
    return ServiceError(
        403,
        "password_change_needed",
        Text("须先更改一次性密码", "The one-time password has to be changed first"),
        Text("PUT /api/v1/me/password", "PUT /api/v1/me/password"),
    )
