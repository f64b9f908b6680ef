"""How are hostile files read without harm to the rest?

A pool of confined child processes. A file that crashes its process, fills its memory or never ends
is rejected with a code after a bounded time; the pool starts a new process and the others go on.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import TimeoutError as OutOfTime
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import cv2
from pebble import ProcessExpired, ProcessPool

from verifier.errors import VerifierError
from verifier.model import Transcript
from verifier.reading import confine
from verifier.reading.cache import TranscriptCache
from verifier.reading.intake import Member, unpack
from verifier.reading.limits import LIMITS, Limits
from verifier.reading.ocr.engine import engine_named
from verifier.reading.rejections import Refused, Rejection, rejection
from verifier.reading.version import reader_version

TASKS_A_PROCESS = 60  # then it is replaced: the runtime keeps memory for every shape of picture that it saw
OUT_OF_MEMORY = 77  # exit status of a child whose memory is full: a fresh one tries the file once more
DRAWS_ONLY = ""  # in place of an engine's name
READY = "verifier.reading.ready"  # loaded once by the process that the others are forked from
START_SECONDS = 60.0  # a new process loads engine and weights on its first file

Answer = Transcript | Rejection


@dataclass(slots=True)
class _Pending:
    member: Member
    sha256: str
    future: Any
    tried: int = 1


class ReaderPool:
    """Reads many files in confined child processes, in the order given.

    `engine` is an OCR engine's name; the processes load it once. DRAWS_ONLY: they load none and only make
    pictures of pages, in a second and 200 MB. Use as a context manager.
    """

    def __init__(
        self,
        workers: int = 2,
        engine: str = "auto",
        *,
        limits: Limits = LIMITS,
        cache: TranscriptCache | None = None,
    ) -> None:
        self.workers = max(workers, 1)
        self._engine = engine
        self._limits = limits
        self._cache = cache
        self._version = reader_version(engine) if engine != DRAWS_ONLY else ""
        self._pool: ProcessPool | None = None

    def __enter__(self) -> Self:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["__main__", READY])
        self._pool = ProcessPool(
            max_workers=self.workers,
            max_tasks=TASKS_A_PROCESS,
            initializer=_prepare,
            initargs=(self._limits.memory_bytes,),
            context=context,
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            if kind:
                self._pool.stop()  # type: ignore[no-untyped-call]
            else:
                self._pool.close()  # type: ignore[no-untyped-call]
            self._pool.join()
            self._pool = None

    def begin(self) -> None:
        """Let a process start and load what it needs, so that the first file or picture need not wait for that."""
        assert self._pool is not None, "use ReaderPool as a context manager"
        self._pool.schedule(_confined, (self._engine,), timeout=START_SECONDS)

    def read_all(self, files: Iterable[tuple[str, bytes | Path]]) -> Iterator[tuple[str, Answer]]:
        """Each file's transcript or rejection, members of containers under their own names.

        Streams: at most four files a process are held at a time.
        """
        waiting: deque[tuple[str, Answer | _Pending]] = deque()
        for name, given in files:
            for found in self._members(name, given):
                waiting.append((found.name, found if isinstance(found, Rejection) else self._start(found)))
                while len(waiting) > 4 * self.workers:
                    yield self._settled(*waiting.popleft())
        while waiting:
            yield self._settled(*waiting.popleft())

    def picture(self, data: bytes, name: str, page: int, rotation: int) -> bytes | None:
        """One page upright as JPEG for a report, rendered in a child; None when it cannot be had."""
        assert self._pool is not None, "use ReaderPool as a context manager"
        arguments = (data, name, page, rotation, self._engine, self._limits)
        try:
            rendered: bytes = self._pool.schedule(_picture, arguments, timeout=self._limits.seconds_base).result()
        except VerifierError:
            raise
        except Exception:  # whatever happens to a picture, the report is written without it
            return None
        return rendered

    def _members(self, name: str, given: bytes | Path) -> Iterator[Member | Rejection]:
        if isinstance(given, bytes):
            yield from unpack(name, given, self._limits)
            return
        try:
            size = given.stat().st_size
            data = given.read_bytes() if size <= self._limits.file_bytes else None
        except OSError as error:
            yield rejection(name, "", "corrupt", error.strerror or "")
            return
        if data is None:
            yield rejection(name, _sha256_of_file(given), "too_large", f"{size // (1024 * 1024)} MB")
        else:
            yield from unpack(name, data, self._limits)

    def _start(self, member: Member) -> Answer | _Pending:
        assert self._pool is not None, "use ReaderPool as a context manager"
        sha256 = hashlib.sha256(member.data).hexdigest()
        if self._cache is not None and (kept := self._cache.get(sha256, self._version)) is not None:
            return kept
        return _Pending(member, sha256, self._scheduled(member))

    def _scheduled(self, member: Member) -> Any:
        assert self._pool is not None, "use ReaderPool as a context manager"
        arguments = (member.data, member.name, self._engine, self._limits)
        return self._pool.schedule(_read, arguments, timeout=self._last_resort())

    def _again(self, pending: _Pending) -> Answer:
        """A child that filled up over many files says nothing about this one: another tries it."""
        pending.tried += 1
        pending.future = self._scheduled(pending.member)
        return self._outcome(pending)

    def _last_resort(self) -> float:
        """The child ends itself in proportion to the pages; this catches one that cannot."""
        return START_SECONDS + 2 * self._limits.seconds_base + self._limits.pages * self._limits.seconds_a_page

    def _settled(self, name: str, pending: Answer | _Pending) -> tuple[str, Answer]:
        if not isinstance(pending, _Pending):
            return name, pending
        answer = self._outcome(pending)
        if isinstance(answer, Transcript) and self._cache is not None:
            self._cache.put(answer)
        return name, answer

    def _outcome(self, pending: _Pending) -> Answer:
        def rejected(code: str, detail: str = "") -> Rejection:
            return rejection(pending.member.name, pending.sha256, code, detail)

        try:
            answer: Transcript = pending.future.result()
        except OutOfTime:
            return rejected("timeout")
        except ProcessExpired as error:
            if error.exitcode == -signal.SIGALRM:
                return rejected("timeout")
            if error.exitcode == OUT_OF_MEMORY and pending.tried == 1:
                return self._again(pending)
            full = error.exitcode == OUT_OF_MEMORY
            return rejected("reader_crashed", "memory" if full else f"exit {error.exitcode}")
        except Refused as refused:
            return rejected(refused.code, refused.detail)
        except VerifierError:
            raise  # a missing engine or model is no fault of the file
        except _Broken as broken:
            return rejected("reader_crashed", str(broken))
        except Exception as error:
            return rejected("reader_crashed", type(error).__name__)
        return answer


def _sha256_of_file(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


# --- in the child ---------------------------------------------------------------------------------


class _Broken(Exception):
    """An exception of a parser by its name: one that cannot be made again here would end the pool."""


_state: dict[str, int] = {}


def _prepare(memory_bytes: int) -> None:
    confine.single_threaded()
    _state["memory"] = memory_bytes


def _confined(engine: str) -> None:
    """The walls go up once the engine and its weights are loaded, before the first hostile byte."""
    if "confined" not in _state:
        from verifier.reading import ready, sheet  # noqa: F401  imported while files may be opened

        if engine != DRAWS_ONLY:
            engine_named(engine)
            sheet.orientation_session()
        confine.confine(_state["memory"])
        _state["confined"] = 1


def _read(data: bytes, name: str, engine: str, limits: Limits) -> Transcript:
    from verifier.reading import reader

    _confined(engine)
    # SIGALRM keeps its default action: it ends the process even inside a parser that never returns.
    signal.setitimer(signal.ITIMER_REAL, limits.seconds_base)
    try:
        pages = reader.page_count(data, name, limits)
        signal.setitimer(signal.ITIMER_REAL, limits.seconds_base + pages * limits.seconds_a_page)
        return reader.read(data, name, engine=engine, limits=limits)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except cv2.error as error:
        if error.code == cv2.Error.STS_NO_MEM:
            os._exit(OUT_OF_MEMORY)
        raise _Broken("cv2.error") from None
    except (Refused, VerifierError):
        raise
    except Exception as error:
        raise _Broken(type(error).__name__) from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _picture(data: bytes, name: str, page: int, rotation: int, engine: str, limits: Limits) -> bytes:
    from verifier.reading.pictures import page_picture

    _confined(engine)
    return page_picture(data, name, page, rotation, limits)
