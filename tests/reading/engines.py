"""Engines that fail on purpose. Named as `tests.reading.engines:Crashing` where an engine is asked for."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path

import numpy as np

from verifier.errors import ToolError
from verifier.model import Text
from verifier.reading.ocr.engine import OcrLine, Picture


class Silent:
    """Reads nothing."""

    name = "silent"
    version = "silent 1"

    def __init__(self, threads: int = 1) -> None:
        self.threads = threads

    @classmethod
    def installed_version(cls) -> str:
        return cls.version

    def read(self, image: Picture) -> list[OcrLine]:
        return []

    def recognise(self, crops: list[Picture]) -> list[tuple[str, float]]:
        return [("", 0.0)] * len(crops)


class Crashing(Silent):
    """Dies like a parser with a broken pointer, on pictures wider than high."""

    def read(self, image: Picture) -> list[OcrLine]:
        if image.shape[1] > image.shape[0]:
            os.abort()
        return []


class Hanging(Silent):
    """Never comes back, on pictures wider than high."""

    def read(self, image: Picture) -> list[OcrLine]:
        while image.shape[1] > image.shape[0]:
            time.sleep(1)
        return []


class Greedy(Silent):
    """Asks for more memory than there is."""

    def read(self, image: Picture) -> list[OcrLine]:
        np.ones((1 << 38,), np.uint8)
        return []


class Garbage(Silent):
    """Gives lines outside the page and without text."""

    def read(self, image: Picture) -> list[OcrLine]:
        far = np.array([[-50, -9], [1e6, -9], [1e6, 1e6], [-50, 1e6]], np.float32)
        dot = np.zeros((4, 2), np.float32)
        return [OcrLine("", far, 0.9), OcrLine("\ufffd", far, 2.0), OcrLine("x", dot, 0.5)]


class Escaping(Silent):
    """Tries what hostile code would: to read a file, to write one, to reach the network."""

    def read(self, image: Picture) -> list[OcrLine]:
        done = []
        for name, attempt in (("read", self._read), ("write", self._write), ("network", self._network)):
            try:
                attempt()
                done.append(name)
            except OSError:
                continue
        return [OcrLine(f"done:{','.join(done)}", np.array([[9, 9], [99, 9], [99, 29], [9, 29]], np.float32), 0.99)]

    @staticmethod
    def _read() -> None:
        Path("/etc/passwd").read_text(encoding="utf-8")

    @staticmethod
    def _write() -> None:
        with Path("/tmp/verifier-escape").open("wb") as stream:
            stream.write(b"x")
            stream.flush()

    @staticmethod
    def _network() -> None:
        socket.socket(socket.AF_INET, socket.SOCK_STREAM).close()


class Hoarding(Silent):
    """Fills its process up over several files, as a runtime does that keeps memory for every shape."""

    seen = 0

    def read(self, image: Picture) -> list[OcrLine]:
        Hoarding.seen += 1
        if Hoarding.seen > 6:
            raise MemoryError
        return []


class Missing(Silent):
    """Was installed when it was asked for, and is gone when it is to be loaded."""

    def __init__(self, threads: int = 1) -> None:
        raise ToolError("gone", Text("引擎不见了", "The engine is gone"), Text("请重新安装", "Install it again"))
