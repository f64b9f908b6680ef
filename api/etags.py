"""Is what the asker holds still what there is? Entity tags, and the version that a change must name."""

from __future__ import annotations

import hashlib

from api.errors import ServiceError
from verifier.model import Text


def etag(*parts: object) -> str:
    """A strong tag over these values."""
    told = "\x1f".join(str(part) for part in parts)
    return f'"{hashlib.sha256(told.encode()).hexdigest()[:24]}"'


def versioned(version: int, *parts: object) -> str:
    """A tag that also tells the version, so that a change can name it in If-Match."""
    return f'"{version}-{etag(*parts)[1:13]}"'


def unchanged(if_none_match: str | None, tag: str) -> bool:
    """Whether the asker holds exactly this already."""
    held = {one.strip().removeprefix("W/") for one in (if_none_match or "").split(",")}
    return tag in held or "*" in held


def check_version(if_match: str | None, version: int) -> None:
    """ServiceError 412 when the asker saw another version than there is; no header, no question."""
    if not if_match or if_match.strip() == "*":
        return
    seen = {one.strip().removeprefix("W/").strip('"').partition("-")[0] for one in if_match.split(",")}
    if str(version) not in seen:
        raise ServiceError(
            412,
            "changed_meanwhile",
            Text("内容已被他人修改", "It was changed meanwhile"),
            Text("请重新读取后再修改", "Read it again, then make your change"),
            version=version,
        )
