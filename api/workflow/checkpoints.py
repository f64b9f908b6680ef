"""Does the trail still say what it said? Signed checkpoints, the key that signs them, and the check of all chains.

The signing key lies in a file apart from the database: who can change rows cannot sign. Public halves of former
keys, and of other hosts, are believed when they lie beside it as `trail-*.pub` (base64, one a line).
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from sqlmodel import col, func, select

from api import trail
from api.clock import now
from api.principal import Principal
from api.services import Services
from api.tables import Checkpoint, TrailEvent, TrailHead
from verifier.errors import ToolError
from verifier.model import Text

KEY_FILE = "trail-signing.key"
PUBLIC_FILES = "trail-*.pub"


@dataclass(frozen=True, slots=True)
class Verified:
    """What the check of one institution's chain found. No breaks: it holds."""

    tenant_id: str
    events: int
    checkpoints: int
    breaks: tuple[trail.Break, ...]


def verify(services: Services, tenant_id: str | None = None) -> list[Verified]:
    """Every chain, or that of one institution."""
    keys = trusted_keys(services)
    with services.reading() as session:
        if not services.settings.embedded:  # one view of chain and head, while others write
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        chained = select(TrailHead.tenant_id)
        known = set(session.exec(chained).all()) | set(session.exec(select(TrailEvent.tenant_id).distinct()).all())
        known |= set(session.exec(select(Checkpoint.tenant_id).distinct()).all())
        found = []
        for one in sorted(known if tenant_id is None else {tenant_id}):
            breaks = tuple(trail.verify(session, one, keys))
            events = session.exec(select(func.count()).where(col(TrailEvent.tenant_id) == one)).one()
            marks = session.exec(select(func.count()).where(col(Checkpoint.tenant_id) == one)).one()
            found.append(Verified(one, events, marks, breaks))
    return found


def checkpoint(services: Services, tenant_id: str | None = None) -> list[Checkpoint]:
    """Sign every chain as it is now, or that of one institution; those to which nothing was added are left out."""
    key = signing_key(services)
    with services.reading() as session:
        tenants = [tenant_id] if tenant_id else session.exec(select(TrailHead.tenant_id)).all()
    made = []
    for one in tenants:
        with services.writing() as session:
            mark = trail.checkpoint(session, one, key, now())
        if mark:
            made.append(mark)
    return made


def verify_own(services: Services, who: Principal) -> Verified:
    """The check of the asker's institution, which is on the trail itself."""
    (found,) = verify(services, who.tenant_id)
    with services.writing() as session:
        trail.record(session, who, "trail.verified", "trail", who.tenant_id, breaks=len(found.breaks))
    return found


def checkpoints(services: Services, who: Principal) -> Sequence[Checkpoint]:
    """Those of the asker's institution, the latest first; keep them elsewhere and truncation shows even to outsiders."""
    with services.reading() as session:
        return session.exec(
            select(Checkpoint).where(Checkpoint.tenant_id == who.tenant_id).order_by(col(Checkpoint.seq).desc())
        ).all()


def sign_own(services: Services, who: Principal) -> Checkpoint:
    """A checkpoint on demand, of the asker's institution; that it was asked for is the last event under it."""
    key = signing_key(services)
    with services.writing() as session:
        trail.record(session, who, "trail.signed", "trail", who.tenant_id)
        session.flush()
        made = trail.checkpoint(session, who.tenant_id, key, now())
    assert made is not None, "an event was just added"
    return made


# --- keys --------------------------------------------------------------------------------------


def signing_key(services: Services) -> Ed25519PrivateKey:
    """The key of this installation; made when it is first asked for."""
    file = services.settings.data_dir / KEY_FILE
    if not file.exists():
        _make(file)
    try:
        if file.stat().st_mode & 0o077:
            raise _unusable("权限过宽，请执行 chmod 600", "others may open it: chmod 600 it")
        key = load_pem_private_key(file.read_bytes(), None)
    except (OSError, ValueError, TypeError):
        raise _unusable("无法读取", "it cannot be read") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise _unusable("不是 Ed25519 密钥", "it is no Ed25519 key")
    return key


def public_key_pem(services: Services) -> str:
    key = signing_key(services).public_key()
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def trusted_keys(services: Services) -> dict[str, Ed25519PublicKey]:
    """By id: our own and those that lie beside it."""
    keys = [signing_key(services).public_key()]
    for file in sorted(services.settings.data_dir.glob(PUBLIC_FILES)):
        for line in file.read_text(encoding="ascii").split():
            try:
                keys.append(Ed25519PublicKey.from_public_bytes(base64.b64decode(line, validate=True)))
            except (binascii.Error, ValueError):
                raise _unusable(f"{file.name} 中有无效的公钥", f"{file.name} holds a line that is no key") from None
    return {trail.key_id(key): key for key in keys}


def _make(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    scratch = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(pem)
        out.flush()
        os.fsync(out.fileno())
    with suppress(FileExistsError):  # another process was faster, and its key counts
        os.link(scratch, file)
    scratch.unlink()


def _unusable(zh: str, en: str) -> ToolError:
    return ToolError(
        "bad_signing_key",
        Text(f"审计签名密钥 {KEY_FILE} 无法使用：{zh}", f"The trail's signing key {KEY_FILE} cannot be used: {en}"),
        Text(
            "请从备份恢复该文件；不要删除，否则旧检查点无法核验",
            "Restore the file from a backup; without it old checkpoints cannot be verified",
        ),
    )
