"""What does a log line say, and what can never stand in one?

One JSON object a line on standard error: when, how grave, who says it, a sentence, and ids. Ids are let through by
name; anything else that is attached to a record is dropped. An exception is told by its kind and its places in the
code, never by its text, which may quote a paper or a request. What looks like a customer's data in a sentence
(Chinese text, addresses of mail, seven digits or more) is struck out, whoever wrote it.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from types import TracebackType
from typing import IO

from api.settings import Settings
from verifier.errors import VerifierError

# what may be attached to a record with `extra=`
FIELDS = frozenset({
    "request_id", "tenant_id", "actor_kind", "actor_id", "method", "route", "status", "milliseconds", "batch_id",
    "case_id", "source_id", "judgement_id", "finding_id", "reaudit_id", "webhook_id", "delivery_id", "watch_id",
    "schedule_id", "upload_id", "worker", "queue", "work", "attempt", "count", "pages", "seconds", "code", "event",
})  # fmt: skip
STRUCK = "…"
_PERSONAL = re.compile(
    r"[\u3400-\u9fff\uf900-\ufaff]+"
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|(?<![0-9A-Fa-f-])(?:\d{7,}[Xx]?|\d{4}(?:[ -]\d{4}){2,}(?:[ -]\d{1,3})?)(?![0-9A-Fa-f-])"
)
# these write addresses with their parameters, a line for each request (`api.metrics` does, with ids alone), or a line
# each time they are asked whether all is well
_QUIET = (
    "alembic",
    "httpx",
    "httpcore",
    "urllib3",
    "uvicorn.access",
    "multipart",
    "python_multipart",
    "PIL",
    "fontTools",
)


def scrubbed(text: str) -> str:
    return _PERSONAL.sub(STRUCK, text)


class Lines(logging.Formatter):
    """`plain` is for a person at a terminal, with the same content."""

    def __init__(self, *, plain: bool = False) -> None:
        super().__init__()
        self._plain = plain

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "from": record.name,
            "says": scrubbed(_sentence(record)),
        }
        line |= {name: _safe(value) for name, value in vars(record).items() if name in FIELDS}
        if record.exc_info and record.exc_info[1] is not None:
            line["fault"] = list(_told(record.exc_info[1]))
        if not self._plain:
            return json.dumps(line, ensure_ascii=False, default=str)
        rest = " ".join(
            f"{name}={value}" for name, value in line.items() if name not in ("time", "level", "from", "says")
        )
        return f"{line['time']} {line['level']:7} {line['from']}: {line['says']}{' ' if rest else ''}{rest}"


def _sentence(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError):  # a library that got its own format wrong must not lose the line
        return str(record.msg)


def _safe(value: object) -> object:
    return value if isinstance(value, int | float | bool) or value is None else scrubbed(str(value))


def _told(fault: BaseException) -> Iterator[str]:
    """Kind, code where it is ours, and places, for the fault and what caused it; never the text."""
    seen: set[int] = set()
    link: BaseException | None = fault
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        code = f" {link.code}" if isinstance(link, VerifierError) else ""
        yield f"{type(link).__module__}.{type(link).__qualname__}{code}"
        yield from (f"  {place.filename}:{place.lineno} {place.name}" for place in _places(link.__traceback__))
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)


def _places(trace: TracebackType | None) -> list[traceback.FrameSummary]:
    return traceback.extract_tb(trace)


def set_up(settings: Settings, stream: IO[str] | None = None) -> None:
    """All lines of this process, ours and the libraries', to one place in one form. May be called again."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(Lines(plain=settings.log_format == "plain"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "dbos"):
        loud = logging.getLogger(name)
        loud.handlers.clear()
        loud.propagate = True
    logging.captureWarnings(True)
    sys.excepthook = _last_words


def _last_words(kind: type[BaseException], fault: BaseException, trace: TracebackType | None) -> None:
    """A process that dies of a fault says so in the same form."""
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, fault, trace)
    else:
        logging.getLogger("api").critical("the process ends", exc_info=(kind, fault, trace))
