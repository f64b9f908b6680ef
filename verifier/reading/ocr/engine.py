"""What does the house ask of an OCR engine?

One narrow protocol: an upright or slightly tilted picture in, lines with their corners and the place
of every character out. What an engine is made of, and its exceptions, stay in its own file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol

from numpy.typing import NDArray

from verifier.errors import ToolError, UsageError
from verifier.model import Text

Picture = NDArray[Any]  # uint8, height x width x 3 (BGR) unless said otherwise
Corners = NDArray[Any]  # float32


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


ENGINES: Mapping[str, str] = {  # fastest first: `auto` takes the first that is installed
    "rapid": "verifier.reading.ocr.rapid:RapidEngine",
    "paddle": "verifier.reading.ocr.paddle:PaddleEngine",
    "gpu": "verifier.reading.ocr.gpu:GpuEngine",  # last: on a GPU it has not been measured yet
}
ALIASES: Mapping[str, str] = {"rapidocr": "rapid", "paddleocr": "paddle"}
_open: dict[tuple[str, int], OcrEngine] = {}


def engine_class(name: str = "auto") -> Any:
    """The class of the engine of that name; `module:Class` names one outside this room (tests).

    Every engine class has `installed_version()`, which loads nothing and raises ToolError with the
    command that mends it when something is missing.
    """
    asked = ALIASES.get(name, name)
    if asked == "auto":
        return _first_installed()
    place = ENGINES.get(asked, asked)
    module, colon, attribute = place.partition(":")
    if not colon:
        raise UsageError(
            "unknown_engine",
            Text(f"没有名为 {name} 的识别引擎", f"There is no OCR engine called {name}"),
            Text("可用: auto, rapid, paddle, gpu", "Use one of: auto, rapid, paddle, gpu"),
        )
    return getattr(import_module(module), attribute)


def _first_installed() -> Any:
    missing: ToolError | None = None
    for name in ENGINES:
        found = engine_class(name)
        try:
            found.installed_version()
            return found
        except ToolError as error:
            missing = missing or error
    assert missing is not None
    raise missing


def engine_version(name: str = "auto") -> str:
    """The version of an engine without loading it."""
    return str(engine_class(name).installed_version())


def engine_named(name: str = "auto", threads: int = 1) -> OcrEngine:
    """The engine of that name, loaded once in a process."""
    key = (name, threads)
    if key not in _open:
        _open[key] = engine_class(name)(threads=threads)
    return _open[key]
