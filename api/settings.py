"""What was this installation told? Every setting, in one place, read from the environment and refused when wrong.

Names in the environment carry the prefix `VERIFIER_`: `VERIFIER_DATABASE_URL`. A name with that prefix that
is not a setting is refused, so that a misspelt one cannot be silently ignored.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from verifier.errors import UsageError
from verifier.model import Text
from verifier.packs.load import DEFAULT_HOME

PREFIX = "VERIFIER_"


class Settings(BaseSettings):
    """`description` of each field is its documentation (docs/settings.md is made from it)."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    data_dir: Path = Field(Path("data"), description="Folder for the embedded database, blobs, keys and scratch files.")
    database_url: str = Field(
        "",
        description="SQLAlchemy address, sqlite:///… or postgresql+psycopg://…; empty: SQLite below data_dir.",
    )
    jobs_url: str = Field(
        "",
        description="Database of the job engine; empty: a SQLite file below data_dir, or the PostgreSQL of database_url.",
    )
    storage_url: str = Field(
        "", description="Where blobs are kept: file:///…, s3://bucket/prefix; empty: below data_dir."
    )
    storage_endpoint: str = Field("", description="Address of an S3-compatible server that is not Amazon's.")
    storage_region: str = Field("us-east-1", description="Region given to the S3 server.")
    storage_access_key: SecretStr = Field(
        SecretStr(""), description="S3 access key; empty: the machine's own identity."
    )
    storage_secret_key: SecretStr = Field(SecretStr(""), description="S3 secret key.")
    master_keys: SecretStr = Field(
        SecretStr(""),
        description="Master keys as id:base64 of 32 bytes, separated by commas; the first encrypts, the others still decrypt.",
    )
    master_key_file: Path | None = Field(
        None, description="File with such keys, one a line; empty: data_dir/master.keys, made on first start."
    )
    checklists_dir: Path = Field(DEFAULT_HOME, description="Folder of the checklist packs that are shipped.")
    default_pack: str = Field("cn-insurance", description="Pack for a batch that names none.")
    base_url: str = Field(
        "", description="Address under which people reach this service, as it stands in links; empty: http://host:port."
    )
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=1, le=65535, description="Port to listen on.")
    workers: int = Field(0, ge=0, le=256, description="Reading processes of one worker; 0: one for each core.")
    engine: Literal["auto", "rapid", "paddle", "gpu"] = Field("auto", description="OCR engine.")
    upload_bytes: int = Field(20 * 1024**3, ge=1024, description="Largest file that may be uploaded, bytes.")
    request_bytes: int = Field(4 * 1024**2, ge=1024, description="Largest JSON body, bytes.")
    batch_files: int = Field(50_000, ge=1, description="Most files in one batch.")
    session_hours: float = Field(12, gt=0, le=168, description="How long a sign-in lasts without a new one, hours.")
    session_idle_minutes: float = Field(
        60, gt=0, description="A sign-in ends after so long without a request, minutes."
    )
    rate_per_minute: int = Field(1200, ge=1, description="Requests a minute for one key or person.")
    sign_in_attempts: int = Field(
        5, ge=1, le=50, description="Failed sign-ins before an account is locked for a while."
    )
    lock_minutes: float = Field(15, gt=0, description="How long it is locked, minutes.")
    oidc_issuer: str = Field("", description="OpenID Connect issuer; empty: local accounts only.")
    oidc_client_id: str = Field("", description="Client id at that issuer.")
    oidc_client_secret: SecretStr = Field(SecretStr(""), description="Client secret at that issuer.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="Least grave line that is logged."
    )
    log_format: Literal["json", "plain"] = Field("json", description="Form of log lines.")
    metrics_token: SecretStr = Field(SecretStr(""), description="Token that /metrics asks for; empty: loopback only.")
    webhook_private_networks: bool = Field(
        False,
        description="Whether webhooks may go to private or loopback addresses (off, so that no tenant can reach inside).",
    )
    watch_roots: Annotated[tuple[Path, ...], NoDecode] = Field(
        (), description="Folders below which watched folders may lie, separated by ':'."
    )
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Addresses of proxies whose X-Forwarded-* is believed, separated by commas."
    )
    cookie_secure: bool = Field(False, description="Send cookies over TLS only; set it wherever base_url is https.")

    @field_validator("watch_roots", mode="before")
    @classmethod
    def _paths(cls, value: object) -> object:
        return tuple(Path(part) for part in value.split(os.pathsep) if part) if isinstance(value, str) else value

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _addresses(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @model_validator(mode="before")
    @classmethod
    def _own_address(cls, given: dict[str, object]) -> dict[str, object]:
        host, port = given.get("host") or "127.0.0.1", given.get("port") or 8000
        return {**given, "base_url": str(given.get("base_url") or f"http://{host}:{port}").rstrip("/")}

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / 'service.sqlite'}"

    @property
    def embedded(self) -> bool:
        return self.database.startswith("sqlite")

    @property
    def jobs_database(self) -> str:
        if self.jobs_url:
            return self.jobs_url
        return f"sqlite:///{self.data_dir.resolve() / 'jobs.sqlite'}" if self.embedded else self.database

    @property
    def storage(self) -> str:
        return self.storage_url or (self.data_dir.resolve() / "blobs").as_uri()

    @property
    def key_file(self) -> Path:
        return self.master_key_file or self.data_dir / "master.keys"

    @property
    def reading_processes(self) -> int:
        return self.workers or os.cpu_count() or 1


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from the environment; UsageError names the one that is wrong or unknown."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    given = os.environ if environment is None else environment
    unknown = sorted(name for name in given if name.upper().startswith(PREFIX) and name.upper() not in known)
    if unknown:
        raise _refused(unknown[0], "没有这一设置项", "there is no such setting")
    values = {name: given[PREFIX + name.upper()] for name in Settings.model_fields if PREFIX + name.upper() in given}
    try:
        return Settings.model_validate(values) if environment is not None else Settings()
    except ValidationError as fault:
        first = fault.errors()[0]
        where = PREFIX + str(first["loc"][0] if first["loc"] else "").upper()
        raise _refused(where, "取值不可用", str(first["msg"])) from None


def _refused(name: str, zh: str, en: str) -> UsageError:
    return UsageError(
        "bad_setting",
        Text(f"设置 {name}：{zh}", f"Setting {name}: {en}"),
        Text("请按 docs/settings.md 更正环境变量", "Correct the environment variable; see docs/settings.md"),
    )


def described() -> str:
    """docs/settings.md: every setting with its default and what it is for."""
    rows = ["# 设置 / Settings", "", "每项设置均为环境变量。 / Every setting is an environment variable.", ""]
    rows += ["| 名称 Name | 默认 Default | 说明 Meaning |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = field.get_default(call_default_factory=True)
        shown = default.get_secret_value() if isinstance(default, SecretStr) else default
        shown = "" if shown in (None, "", ()) or (isinstance(shown, Path) and shown.is_absolute()) else shown
        rows.append(f"| `{PREFIX}{name.upper()}` | {f'`{shown}`' if shown != '' else ''} | {field.description} |")
    return "\n".join(rows) + "\n"
