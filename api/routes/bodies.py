"""How do the bytes of a request reach the use case that keeps them? As they arrive, through one chunk of memory.

Use cases are synchronous, so an upload holds a thread while it lasts: threads of its own, that a slow sender cannot
take away from other requests.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import anyio
from anyio import CapacityLimiter, from_thread, to_thread
from fastapi import Request
from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect

from api.errors import ServiceError, invalid
from api.workflow.uploads import cut
from verifier.model import Text

Answer = TypeVar("Answer")
STALLED_SECONDS = 60.0
AT_ONCE = 32
_threads = CapacityLimiter(AT_ONCE)


async def with_body(request: Request, use: Callable[[Iterator[bytes]], Answer]) -> Answer:
    """Run `use` on the request's body in a thread for uploads."""
    stream = request.stream()

    async def following() -> bytes | None:
        try:
            with anyio.fail_after(STALLED_SECONDS):
                return await anext(stream, None)
        except (ClientDisconnect, TimeoutError):
            raise cut() from None

    def arriving() -> Iterator[bytes]:
        while (chunk := from_thread.run(following)) is not None:
            if chunk:
                yield chunk

    return await to_thread.run_sync(lambda: use(arriving()), limiter=_threads)


def declared_size(request: Request) -> int | None:
    told = request.headers.get("content-length", "")
    return int(told) if told.isdecimal() else None


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a form. `chunks` are to be read before the next part is asked for."""

    name: str
    chunks: Iterator[bytes]


def parts(request: Request, body: Iterator[bytes]) -> Iterator[Part]:
    """The files of a multipart form, however many, one after the other; fields without a file name are passed over."""
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get(b"boundary", b"")
    if kind != b"multipart/form-data" or not boundary:
        raise ServiceError(
            415,
            "not_multipart",
            Text("请求不是 multipart/form-data", "The request is no multipart/form-data"),
            Text("请以表单上传文件，或逐个使用 PUT", "Send the files as a form, or one by one with PUT"),
        )
    events = _events(boundary, body)
    for kind_of_event, headers in events:
        if kind_of_event != "headers":
            continue
        content = _content(events)
        name = _file_name(headers)
        if name is not None:
            yield Part(name, content)
        for _ in content:  # what nobody wanted is read past
            pass


def _content(events: Iterator[tuple[str, Any]]) -> Iterator[bytes]:
    for kind, value in events:
        if kind == "end":
            return
        yield value
    raise cut()


def _file_name(headers: dict[bytes, bytes]) -> str | None:
    _, options = parse_options_header(headers.get(b"content-disposition", b""))
    given = options.get(b"filename")
    if not given:
        return None
    try:
        name = given.decode("utf-8")
    except UnicodeDecodeError:
        name = given.decode("gb18030", "replace")
    return name.replace("%22", '"').replace("%0D", "\r").replace("%0A", "\n")  # as browsers escape them


def _events(boundary: bytes, body: Iterator[bytes]) -> Iterator[tuple[str, Any]]:
    """`headers`, then `data` as often as it comes, then `end`, for each part."""
    told: deque[tuple[str, Any]] = deque()
    headers: dict[bytes, bytes] = {}
    field, value = bytearray(), bytearray()
    ended = False

    def part_begins() -> None:
        headers.clear()

    def header_ends() -> None:
        headers[bytes(field).lower()] = bytes(value)
        field.clear()
        value.clear()

    def all_ends() -> None:
        nonlocal ended
        ended = True

    parser = MultipartParser(
        boundary,
        {
            "on_part_begin": part_begins,
            "on_header_field": lambda data, start, end: field.extend(data[start:end]),
            "on_header_value": lambda data, start, end: value.extend(data[start:end]),
            "on_header_end": header_ends,
            "on_headers_finished": lambda: told.append(("headers", dict(headers))),
            "on_part_data": lambda data, start, end: told.append(("data", data[start:end])),
            "on_part_end": lambda: told.append(("end", b"")),
            "on_end": all_ends,
        },
    )
    for chunk in body:
        try:
            parser.write(chunk)
        except MultipartParseError:
            raise invalid(
                "bad_form",
                Text("表单格式有误", "The form is malformed"),
                Text("请检查上传程序", "Check the program that sends it"),
            ) from None
        while told:
            yield told.popleft()
    if not ended:
        raise cut()
