"""What does the house ask of an OCR engine?

One narrow protocol: an upright or slightly tilted picture in, lines with their corners and the place
of every character out. What an engine is made of, and its exceptions, stay in its own file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from verifier.errors import ToolError, UsageError
from verifier.model import Text

Picture = NDArray[np.uint8]
Corners = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class OcrLine:
    """One line as the engine saw it. `corners`: 4x2 pixels, clockwise from the start of the text.
    `centres`: for every character of `text` its middle, as a fraction of the line from start to end;
    empty when the engine does not tell. `confidences` goes with `centres`.
    """

    text: str
    corners: Corners
    confidence: float
    centres: tuple[float, ...] = ()
    confidences: tuple[float, ...] = ()


class OcrEngine(Protocol):
    """Reads pictures. `version` names the engine, its library and its weights: part of the cache key."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    def read(self, image: Picture) -> list[OcrLine]: ...

    def recognise(self, crops: list[Picture]) -> list[tuple[str, float]]:
        """Text and confidence of pictures that hold one line each."""
        ...


def _rapid(threads: int) -> OcrEngine:
    from verifier.reading.ocr.rapid import RapidEngine

    return RapidEngine(threads=threads)


def _paddle(threads: int) -> OcrEngine:
    from verifier.reading.ocr.paddle import PaddleEngine

    return PaddleEngine(threads=threads)


ENGINES: Mapping[str, Callable[[int], OcrEngine]] = {"rapid": _rapid, "paddle": _paddle}
ALIASES: Mapping[str, str] = {"rapidocr": "rapid", "paddleocr": "paddle"}
_open: dict[tuple[str, int], Any] = {}


def engine_named(name: str = "auto", threads: int = 1) -> OcrEngine:
    """The engine of that name, loaded once in a process. `auto` takes the fastest that is installed."""
    asked = ALIASES.get(name, name)
    if asked != "auto" and asked not in ENGINES:
        raise UsageError(
            "unknown_engine",
            Text(f"没有名为 {name} 的识别引擎", f"There is no OCR engine called {name}"),
            Text("可用: auto, rapid, paddle", "Use one of: auto, rapid, paddle"),
        )
    key = (asked, threads)
    if key not in _open:
        _open[key] = _first_installed(threads) if asked == "auto" else ENGINES[asked](threads)
    engine: OcrEngine = _open[key]
    return engine


def _first_installed(threads: int) -> OcrEngine:
    missing: ToolError | None = None
    for make in ENGINES.values():
        try:
            return make(threads)
        except ToolError as error:
            missing = missing or error
    assert missing is not None
    raise missing
