"""How is a page read on an NVIDIA GPU?

The same weights through onnxruntime-gpu: detection by rapidocr, recognition in wide batches of like
length. Not measured, no GPU was at hand: `auto` never chooses it, and without one it says so. The walls of
`confine.py` (address space, no device files after the start) have not been tried with CUDA either.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from verifier.errors import ToolError
from verifier.model import Text
from verifier.reading.ocr import models
from verifier.reading.ocr.detect import DEVIATION, MEAN, SIDE, Detector
from verifier.reading.ocr.rapid import RapidEngine

PROVIDER = "CUDAExecutionProvider"


class GpuEngine(RapidEngine):
    """PP-OCRv6 small on a GPU, offline."""

    name = "gpu"
    provider = PROVIDER

    def __init__(self, threads: int = 1) -> None:
        self.version = self.installed_version()
        self._detector = Detector(_detector(self.provider, threads))
        self._recogniser, self._alphabet = _recogniser(self.provider, threads)

    @classmethod
    def installed_version(cls) -> str:
        try:
            import onnxruntime

            library = f"rapidocr {version('rapidocr')} onnxruntime {onnxruntime.__version__} {cls.provider}"
        except (ImportError, PackageNotFoundError) as error:
            raise _missing(str(error)) from error
        if cls.provider not in onnxruntime.get_available_providers():
            raise _missing(f"no {cls.provider}")
        return f"{library} det {models.DETECTION.sha256[:12]} rec {models.RECOGNITION.sha256[:12]}"


def _missing(why: str) -> ToolError:
    return ToolError(
        "engine_missing",
        Text(f"GPU 识别引擎不可用: {why}", f"The OCR engine for GPUs cannot be used: {why}"),
        Text(
            "请安装 onnxruntime-gpu 并检查显卡驱动，或使用 --engine auto",
            "Install onnxruntime-gpu and its driver, or use --engine auto",
        ),
    )


def _detector(provider: str, threads: int) -> Any:
    from rapidocr import EngineType, RapidOCR

    engine = RapidOCR(
        params={
            "Global.log_level": "error",
            "Global.use_cls": False,
            "Det.engine_type": EngineType.ONNXRUNTIME,
            "Det.model_path": str(models.path_of(models.DETECTION)),
            "Det.limit_type": "max",
            "Det.limit_side_len": SIDE,
            "Det.mean": list(MEAN),
            "Det.std": list(DEVIATION),
            "Det.thresh": 0.2,
            "Det.box_thresh": 0.45,
            "Det.unclip_ratio": 1.4,
            "EngineConfig.onnxruntime.intra_op_num_threads": threads,
            "EngineConfig.onnxruntime.use_cuda": provider == PROVIDER,
        }
    )
    return engine._load_det_model()  # type: ignore[no-untyped-call]


def _recogniser(provider: str, threads: int) -> tuple[Any, list[str]]:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(str(models.path_of(models.RECOGNITION)), options, providers=[provider])
    alphabet = ["", *session.get_modelmeta().custom_metadata_map["character"].splitlines(), " "]
    given = session.get_inputs()[0].name

    def run(tensor: NDArray[np.float32]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        (scores,) = session.run(None, {given: tensor})
        return scores.argmax(axis=2), scores.max(axis=2)

    return run, alphabet
