"""Does the service take 10,000 files into one batch, and a large one, with flat memory?

    python -m tests.api.bench_uploads [number of files] [megabytes of the large file]

Starts the API as a process of its own on the embedded database, sends the files one by one over four connections, as
one form and in chunks, and prints how fast they came and the most memory that the process held.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import uvicorn

from api.permissions import Role
from tests.api.house import open_house

CONNECTIONS = 4
MEGABYTE = 1024 * 1024


def serve(folder: Path) -> None:
    """The API over a fresh house; says its port and a token when it is ready."""
    with open_house(folder, rate_per_minute=10**6, upload_bytes=4 * 1024**3) as house:
        uploader = house.person(house.tenant(), Role.UPLOADER)
        server = uvicorn.Server(uvicorn.Config(house.app, port=0, log_level="error"))
        thread = threading.Thread(target=server.run)
        thread.start()
        while not server.started:
            time.sleep(0.05)
        port = server.servers[0].sockets[0].getsockname()[1]
        print(port, uploader.token, flush=True)
        thread.join()


def memory(pid: int, name: str = "VmRSS") -> float:
    """Megabytes now (VmRSS) or at most so far (VmHWM)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) / 1024
    return 0.0


def one_by_one(client: httpx.Client, batch: str, numbers: range) -> None:
    for n in numbers:
        answer = client.put(
            f"batches/{batch}/files/C-{n % 500:04d}/{n}.bin",
            content=os.urandom(20_000),
            headers={"Content-Type": "application/octet-stream"},
        )
        assert answer.status_code == 201, answer.text


def form(number: int) -> Iterator[bytes]:
    for n in range(number):
        yield (
            f'--bench\r\nContent-Disposition: form-data; name="file"; filename="F-{n % 500:04d}/{n}.bin"\r\n\r\n'.encode()
            + os.urandom(20_000)
            + b"\r\n"
        )
    yield b"--bench--\r\n"


def told(what: str, began: float, files: int, pid: int) -> None:
    took = time.perf_counter() - began
    print(
        f"{what:28} {files / took:8.1f} a second   now {memory(pid):6.1f} MB   at most {memory(pid, 'VmHWM'):6.1f} MB"
    )


def batch_of(client: httpx.Client) -> str:
    return str(client.post("batches", json={"name": "bench"}).json()["id"])


def measure(client: httpx.Client, pid: int, number: int, megabytes: int) -> None:
    batch = batch_of(client)
    one_by_one(client, batch, range(100_000, 100_010))
    print(f"{'ten files':28} now {memory(pid):6.1f} MB")
    began = time.perf_counter()
    portion = -(-number // CONNECTIONS)
    threads = [
        threading.Thread(target=one_by_one, args=(client, batch, range(start, min(start + portion, number))))
        for start in range(0, number, portion)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told(f"{number} files one by one", began, number, pid)
    progress = client.get(f"batches/{batch}").json()["progress"]
    assert progress["uploads"] == {"received": number + 10}, progress

    batch, began = batch_of(client), time.perf_counter()
    head = {"Content-Type": "multipart/form-data; boundary=bench"}
    answer = client.post(f"batches/{batch}/files", content=form(number), headers=head)
    assert answer.json()["received"] == number
    told(f"{number} files as a form", began, number, pid)

    part, hasher = os.urandom(MEGABYTE), hashlib.sha256()
    for _ in range(megabytes):
        hasher.update(part)
    began = time.perf_counter()
    where = f"batches/{batch}/files/big/one.bin"
    answer = client.put(where, content=(part for _ in range(megabytes)), headers={"Content-Type": "application/zip"})
    assert answer.json()["sha256"] == hasher.hexdigest()
    told(f"one file, megabytes of {megabytes}", began, megabytes, pid)

    began = time.perf_counter()
    given = {"path": "big/chunks.bin", "size": megabytes * MEGABYTE, "sha256": hasher.hexdigest()}
    upload = client.post(f"batches/{batch}/uploads", json=given).json()["id"]
    for start in range(0, megabytes, 16):
        size = min(16, megabytes - start)
        answer = client.patch(
            f"uploads/{upload}",
            content=part * size,
            headers={"Upload-Offset": str(start * MEGABYTE), "Content-Type": "application/offset+octet-stream"},
        )
        assert answer.status_code == 200, answer.text
    assert answer.json()["state"] == "received"
    told(f"in chunks, megabytes of {megabytes}", began, megabytes, pid)


def main() -> None:
    if sys.argv[1:2] == ["serve"]:
        serve(Path(sys.argv[2]))
        return
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    megabytes = int(sys.argv[2]) if len(sys.argv) > 2 else 1024
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        server = subprocess.Popen(
            [sys.executable, "-m", "tests.api.bench_uploads", "serve", folder], stdout=subprocess.PIPE, text=True
        )
        try:
            assert server.stdout is not None
            port, token = server.stdout.readline().split()
            address = f"http://127.0.0.1:{port}/api/v1/"
            with httpx.Client(base_url=address, headers={"Authorization": f"Bearer {token}"}, timeout=3600) as client:
                measure(client, server.pid, number, megabytes)
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
