"""What is in this file? Sniff it, unpack containers, refuse what cannot be read, with limits.

Containers are ZIP archives and mails; a member's name is `outer.zip!/inner.pdf`. Every refusal is a
Rejection with the contract's code, never an exception: a bad file does not stop its batch.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from verifier.reading import mail, sniff
from verifier.reading.limits import LIMITS, Limits
from verifier.reading.rejections import Refused, Rejection, rejection

IGNORED_NAMES = frozenset({"thumbs.db", ".ds_store", "desktop.ini"})
IGNORED_FOLDERS = frozenset({"__macosx"})
HEAD = 64 * 1024  # bytes that tell what a file is, unless it is a container
BOMB_FLOOR = 10 * 1024 * 1024  # a ratio says nothing about small members


@dataclass(frozen=True, slots=True)
class Member:
    """One file that can be read, with its path inside the case folder and what it really is."""

    name: str
    data: bytes
    media_type: str


@dataclass(slots=True)
class _Budget:
    """What one outermost container may still unpack."""

    members: int
    octets: int


def is_ignored(name: str) -> bool:
    """Left by file managers: neither read nor rejected."""
    parts = [part.lower() for part in PurePosixPath(name.replace("!/", "/")).parts]
    if not parts:
        return True
    return parts[-1] in IGNORED_NAMES or parts[-1].startswith("._") or bool(IGNORED_FOLDERS.intersection(parts[:-1]))


def foretold(name: str, head: bytes) -> str:
    """The code that a file will be rejected with, as far as its first HEAD bytes tell; empty when it has to be read."""
    if not head:
        return "empty"
    media_type = sniff.media_type(head, name)
    if media_type in sniff.READABLE | sniff.CONTAINERS or head.startswith((sniff.PACKED, sniff.OLE)):
        return ""
    return "unsupported_type"


def unpack(name: str, data: bytes, limits: Limits = LIMITS) -> Iterator[Member | Rejection]:
    """The readable files in these bytes: the file itself, or the members of a container."""
    yield from _unpack(name, data, limits, 0, _Budget(limits.members, limits.unpacked_bytes))


def _unpack(name: str, data: bytes, limits: Limits, depth: int, budget: _Budget) -> Iterator[Member | Rejection]:
    if is_ignored(name):
        return
    code, detail = _trouble(name, data, limits, depth)
    if code:
        yield _rejected(name, data, code, detail)
        return
    media_type = sniff.media_type(data, name)
    if media_type not in sniff.CONTAINERS:
        yield Member(name, data, media_type)
        return
    found = 0
    try:
        members = _zip_members(name, data, limits, budget) if media_type == sniff.ZIP else mail.parts(data, media_type)
        for inner, content in members:
            found += 1
            if isinstance(content, Refused):
                yield _rejected(f"{name}!/{inner}", b"", content.code, content.detail)
            else:
                yield from _unpack(f"{name}!/{inner}", content, limits, depth + 1, budget)
    except Refused as refused:
        yield _rejected(name, data, refused.code, refused.detail)
        return
    if not found and media_type == sniff.ZIP:
        yield _rejected(name, data, "empty")
    elif not found:
        yield _rejected(name, data, "unsupported_type", "no attachment")


def _trouble(name: str, data: bytes, limits: Limits, depth: int) -> tuple[str, str]:
    """The code and detail of what keeps these bytes from being read at all; empty when nothing does."""
    if not data:
        return "empty", ""
    if len(data) > limits.file_bytes:
        return "too_large", f"{len(data) // (1024 * 1024)} MB"
    media_type = sniff.media_type(data, name)
    if media_type in sniff.CONTAINERS:
        return ("nested_too_deep", str(limits.depth)) if depth >= limits.depth else ("", "")
    if media_type == "application/x-ole-encrypted":
        return "encrypted", ""
    if media_type not in sniff.READABLE:
        return "unsupported_type", media_type
    return "", ""


def _rejected(name: str, data: bytes, code: str, detail: str = "") -> Rejection:
    return rejection(name, hashlib.sha256(data).hexdigest(), code, detail)


def _zip_members(name: str, data: bytes, limits: Limits, budget: _Budget) -> Iterator[tuple[str, bytes | Refused]]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise Refused("corrupt") from error
    with archive:
        for info in archive.infolist():
            inner = member_name(info)
            if info.is_dir() or is_ignored(inner):
                continue
            budget.members -= 1
            if budget.members < 0:
                raise Refused("too_large", f"> {limits.members}")
            try:
                yield inner, _member(archive, info, limits, budget)
            except Refused as refused:
                yield inner, refused


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limits: Limits, budget: _Budget) -> bytes:
    """The member's bytes, counted while they come: the sizes in the directory are only claims."""
    if info.flag_bits & 0x1:
        raise Refused("encrypted")
    most = min(limits.file_bytes, budget.octets)
    if info.compress_size and info.file_size > max(BOMB_FLOOR, limits.ratio * info.compress_size):
        raise Refused("too_large", f"1:{info.file_size // info.compress_size}")
    try:
        with archive.open(info) as stream:
            content = stream.read(most + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
        raise Refused("corrupt") from error
    except (NotImplementedError, RuntimeError) as error:
        raise Refused("unsupported_type", "ZIP") from error
    if len(content) > most:
        raise Refused("too_large", f"> {most // (1024 * 1024)} MB")
    budget.octets -= len(content)
    return content


def member_name(info: zipfile.ZipInfo) -> str:
    """The member's path; names without the UTF-8 flag may be UTF-8 or GB18030 all the same."""
    name = info.filename
    if not info.flag_bits & 0x800:
        try:
            raw = name.encode("cp437")
        except UnicodeEncodeError:
            raw = b""
        for codec in ("utf-8", "gb18030"):
            try:
                name = raw.decode(codec) if raw else name
                break
            except UnicodeDecodeError:
                continue
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    return "/".join(parts)
