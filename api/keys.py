"""With which key is a tenant's data encrypted, and who can take it away?

Two layers. A master key comes from the settings: the environment, or a file that the embedded default makes.
Each tenant has data keys of its own, random, kept as rows that only a master key opens. A new master key
means wrapping a few rows again; destroying a tenant's rows makes all its bytes unreadable, wherever copies lie.

A row holds two secrets: one that encrypts, new with each rotation, and one that never changes for a tenant,
from which names of blobs and other lasting secrets are derived.
"""

from __future__ import annotations

import base64
import os
import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from api.clock import now
from api.errors import ServiceError
from verifier.errors import UsageError
from verifier.model import Text

KEY_BYTES = 32
NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class MasterKeys:
    """The first encrypts; every one of them decrypts."""

    current: str
    keys: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A row. `wrapped` empty: destroyed; the row stays, so that the key cannot quietly come back."""

    tenant_id: str
    serial: int
    wrapped: bytes
    master_key_id: str
    created_at: datetime
    retired_at: datetime | None = None

    @property
    def name(self) -> str:
        return f"{self.tenant_id}.{self.serial}"


class KeyRows(Protocol):
    """Where wrapped keys are kept; each call is a transaction of its own."""

    def of_tenant(self, tenant_id: str) -> Sequence[WrappedKey]: ...

    def every(self) -> Sequence[WrappedKey]: ...

    def add(self, key: WrappedKey) -> bool:
        """False when the tenant has a key of that serial: somebody else made it first."""

    def put(self, key: WrappedKey) -> None: ...


@dataclass(frozen=True, slots=True)
class TenantKey:
    """An opened row: `secret` encrypts, `lasting` is the same for all keys of the tenant."""

    serial: int
    secret: bytes
    lasting: bytes

    def __repr__(self) -> str:  # a traceback or a log line must not show it
        return f"TenantKey({self.serial})"


class KeyRing:
    """`masters` is called again when a row names an unknown master key: another process may have rotated it."""

    def __init__(self, masters: Callable[[], MasterKeys], rows: KeyRows) -> None:
        self._load = masters
        self._masters = masters()
        self._rows = rows

    @property
    def masters(self) -> MasterKeys:
        """The master keys as they are now."""
        self._masters = self._load()
        return self._masters

    def current(self, tenant_id: str) -> TenantKey:
        """The key for new data; the first is made when it is asked for."""
        rows = self._rows.of_tenant(tenant_id)
        if not rows:
            self._rows.add(self._fresh(tenant_id, 1, secrets.token_bytes(KEY_BYTES)))
            rows = self._rows.of_tenant(tenant_id)  # ours, or the one that was faster
        return self._open(max(rows, key=lambda row: row.serial))

    def key(self, tenant_id: str, serial: int) -> TenantKey:
        """The key that some data was encrypted with."""
        for row in self._rows.of_tenant(tenant_id):
            if row.serial == serial:
                return self._open(row)
        raise _unusable("key_unknown", f"{tenant_id}.{serial}")

    def derived(self, tenant_id: str, purpose: str) -> bytes:
        """A secret of this tenant for one purpose; it outlives rotations, and dies with the tenant's keys."""
        return derive(self.current(tenant_id).lasting, b"", purpose.encode())

    def seal(self, tenant_id: str, purpose: str, data: bytes) -> bytes:
        """A small secret as bytes for a column: of a webhook, of a second factor."""
        key = derive(self.current(tenant_id).lasting, b"seal", purpose.encode())
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + AESGCM(key).encrypt(nonce, data, purpose.encode())

    def unseal(self, tenant_id: str, purpose: str, sealed: bytes) -> bytes:
        key = derive(self.current(tenant_id).lasting, b"seal", purpose.encode())
        try:
            return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], purpose.encode())
        except InvalidTag:
            raise _unusable("key_mismatch", purpose) from None

    def rotate(self, tenant_id: str) -> int:
        """A new key for new data; the old ones still read. Answers with its serial number."""
        old = self.current(tenant_id)
        fresh = self._fresh(tenant_id, old.serial + 1, old.lasting)
        if self._rows.add(fresh):
            for row in self._rows.of_tenant(tenant_id):
                if row.serial < fresh.serial and row.retired_at is None:
                    self._rows.put(replace(row, retired_at=fresh.created_at))
        return self.current(tenant_id).serial

    def rewrap(self) -> int:
        """Put every key under the current master key; how many were not yet. May be repeated after a crash."""
        current = self.masters.current
        rows = [row for row in self._rows.every() if row.wrapped and row.master_key_id != current]
        for row in rows:
            opened = self._open(row)
            self._rows.put(self._wrap(row, opened.secret + opened.lasting))
        return len(rows)

    def destroy(self, tenant_id: str, *, retired_before: datetime | None = None) -> int:
        """Make the tenant's data unreadable for ever; with `retired_before`, only what keys retired by then can read."""
        rows = [row for row in self._rows.of_tenant(tenant_id) if row.wrapped]
        if retired_before is not None:
            rows = [row for row in rows if row.retired_at is not None and row.retired_at < retired_before]
        for row in rows:
            self._rows.put(replace(row, wrapped=b"", retired_at=row.retired_at or now()))
        return len(rows)

    def probe(self) -> None:
        """Raise when some tenant's key is under a master key that was not given."""
        for master in {row.master_key_id for row in self._rows.every() if row.wrapped}:
            self._master(master)

    def _fresh(self, tenant_id: str, serial: int, lasting: bytes) -> WrappedKey:
        row = WrappedKey(tenant_id, serial, b"", "", now())
        return self._wrap(row, secrets.token_bytes(KEY_BYTES) + lasting)

    def _wrap(self, row: WrappedKey, plain: bytes) -> WrappedKey:
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = AESGCM(self._masters.keys[self._masters.current]).encrypt(nonce, plain, _bound_to(row))
        return replace(row, wrapped=nonce + sealed, master_key_id=self._masters.current)

    def _open(self, row: WrappedKey) -> TenantKey:
        if not row.wrapped:
            raise ServiceError(
                410,
                "key_destroyed",
                Text(
                    "该机构的数据密钥已销毁，数据无法再读取",
                    "This institution's data key was destroyed; its data cannot be read",
                ),
                Text(
                    "数据不可恢复；如系误操作，请从含密钥的备份恢复",
                    "Nothing brings it back but a backup that holds the keys",
                ),
            )
        master = self._master(row.master_key_id)
        try:
            plain = AESGCM(master).decrypt(row.wrapped[:NONCE_BYTES], row.wrapped[NONCE_BYTES:], _bound_to(row))
        except InvalidTag:
            raise _unusable("key_mismatch", row.name) from None
        return TenantKey(row.serial, plain[:KEY_BYTES], plain[KEY_BYTES:])

    def _master(self, key_id: str) -> bytes:
        if key_id not in self._masters.keys and key_id not in self.masters.keys:
            raise _unusable("master_key_missing", key_id)
        return self._masters.keys[key_id]


def derive(secret: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt, b"verifier/1 " + info).derive(secret)


def _bound_to(row: WrappedKey) -> bytes:
    """A row copied to another tenant, or to another number, does not open."""
    return f"verifier data key 1\0{row.tenant_id}\0{row.serial}".encode()


def _unusable(code: str, name: str) -> ServiceError:
    return ServiceError(
        503,
        code,
        Text(f"数据密钥 {name} 无法使用", f"Data key {name} cannot be used"),
        Text(
            "请检查 VERIFIER_MASTER_KEYS 或密钥文件是否包含加密该数据时所用的主密钥",
            "See that VERIFIER_MASTER_KEYS or the key file holds the master key that this data was encrypted under",
        ),
    )


# --- master keys -------------------------------------------------------------------------------


def parse_masters(text: str) -> MasterKeys:
    """`id:base64` entries, separated by commas or lines; the first is the current one."""
    keys: dict[str, bytes] = {}
    for entry in text.replace(",", "\n").split("\n"):
        if not (line := entry.strip()) or line.startswith("#"):
            continue
        name, _, encoded = line.partition(":")
        try:
            key = base64.b64decode(encoded.strip(), validate=True)
        except ValueError:  # also what binascii says
            key = b""
        if not name.strip() or len(key) != KEY_BYTES or name.strip() in keys:
            raise _bad_masters("应为 id:base64（32 字节），编号不得重复", "each is id:base64 of 32 bytes, no id twice")
        keys[name.strip()] = key
    if not keys:
        raise _bad_masters("没有任何主密钥", "there is none")
    return MasterKeys(next(iter(keys)), keys)


def masters_from(text: str, file: Path, *, make: bool) -> Callable[[], MasterKeys]:
    """How this process gets its master keys: the setting when given, otherwise the file. `make` it when absent."""
    if text:
        return lambda: parse_masters(text)
    if make:
        _make_file(file)
    return lambda: read_masters(file, ours=make)


def read_masters(file: Path, *, ours: bool = True) -> MasterKeys:
    """A file of ours is for its owner alone. One that was mounted may be readable (containers mount secrets so)."""
    try:
        mode = file.stat().st_mode
        text = file.read_text(encoding="utf-8")
    except OSError:
        raise _bad_masters(f"无法读取密钥文件 {file.name}", f"the key file {file.name} cannot be read") from None
    if mode & (0o077 if ours else 0o022):
        raise _bad_masters(
            f"密钥文件 {file.name} 的权限过宽，请执行 chmod 600", f"others may open {file.name}: chmod 600 it"
        )
    return parse_masters(text)


def add_master(file: Path) -> str:
    """A new current master key in the file, before the old ones; its id. `KeyRing.rewrap` moves the rows."""
    fresh = _line()
    old = file.read_text(encoding="utf-8")
    scratch = _write_private(file, fresh + old)
    scratch.replace(file)
    return fresh.partition(":")[0]


def _make_file(file: Path) -> None:
    if file.exists():
        return
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    scratch = _write_private(file, _line())
    with suppress(FileExistsError):  # another process was faster: its key counts, ours was never used
        os.link(scratch, file)
    scratch.unlink()


def _write_private(file: Path, text: str) -> Path:
    scratch = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    return scratch


def _line() -> str:
    stamp = now().strftime("%Y%m%dT%H%M%S")
    return f"m{stamp}-{secrets.token_hex(3)}:{base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}\n"


def _bad_masters(zh: str, en: str) -> UsageError:
    return UsageError(
        "bad_master_keys",
        Text(f"主密钥无法使用：{zh}", f"The master keys cannot be used: {en}"),
        Text("参见 docs/operation.md“密钥”一节", "See docs/operation.md, Keys"),
    )
