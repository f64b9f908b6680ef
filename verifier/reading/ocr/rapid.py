"""How is a page read with RapidOCR's weights on OpenVINO?

Detection is rapidocr's own; recognition runs the same weights in batches of like width, with the best
character of each step picked inside the graph, so that 18,708 scores a step never leave it.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from verifier.errors import ToolError
from verifier.model import Text
from verifier.reading.ocr import lines, models
from verifier.reading.ocr.detect import DEVIATION, MEAN, SIDE, Detector
from verifier.reading.ocr.engine import Corners, OcrLine, Picture

LEAST_CONFIDENCE = 0.3


class RapidEngine:
    """PP-OCRv6 small through rapidocr and OpenVINO, offline."""

    name = "rapid"

    def __init__(self, threads: int = 1) -> None:
        self.version = self.installed_version()
        self._detector = Detector(_detector(threads))
        self._recogniser, self._alphabet = _recogniser(threads)

    @classmethod
    def installed_version(cls) -> str:
        try:
            return (
                f"rapidocr {version('rapidocr')} openvino {version('openvino')}"
                f" det {models.DETECTION.sha256[:12]} rec {models.RECOGNITION.sha256[:12]}"
            )
        except PackageNotFoundError as error:
            raise _missing(error) from error

    def read(self, image: Picture) -> list[OcrLine]:
        quads = self._quads(image)
        if not quads:
            return []
        cuts = [lines.strip(image, quad) for quad in quads]
        found = [lines.as_line(quad, read) for quad, read in zip(quads, self._texts(cuts), strict=True)]
        return [line for line in found if line.text.strip() and line.confidence >= LEAST_CONFIDENCE]

    def recognise(self, crops: list[Picture]) -> list[tuple[str, float]]:
        return [(text, confidence) for text, confidence, _, _ in self._texts(crops)]

    def _quads(self, image: Picture) -> list[Corners]:
        height, width = image.shape[:2]
        top = max(0, (width // 8 - height) // 2 + 1) if width > 8 * height else 0
        padded = cv2.copyMakeBorder(image, top, top, 0, 0, cv2.BORDER_CONSTANT, value=(255, 255, 255)) if top else image
        return [quad - np.array([0, top], np.float32) for quad in self._detector.quads(padded)]

    def _texts(self, cuts: list[Picture]) -> list[tuple[str, float, tuple[float, ...], tuple[float, ...]]]:
        read: list[tuple[str, float, tuple[float, ...], tuple[float, ...]]] = [("", 0.0, (), ())] * len(cuts)
        for picked, tensor, widths in lines.batches(cuts):
            indices, scores = self._recogniser(tensor)
            for row, index in enumerate(picked):
                read[index] = lines.best_path(indices[row], scores[row], self._alphabet, widths[row], tensor.shape[3])
        return read


def _missing(error: Exception) -> ToolError:
    return ToolError(
        "engine_missing",
        Text(f"识别引擎 rapidocr 不可用: {error}", f"The OCR engine rapidocr with OpenVINO cannot be used: {error}"),
        Text("请运行: pip install rapidocr==3.10.0 openvino", "Run: pip install rapidocr==3.10.0 openvino"),
    )


def _detector(threads: int) -> Any:
    path = models.path_of(models.DETECTION)
    try:
        from rapidocr import EngineType, RapidOCR

        engine = RapidOCR(
            params={
                "Global.log_level": "error",
                "Global.use_cls": False,
                "Det.engine_type": EngineType.OPENVINO,
                "Det.model_path": str(path),
                "Det.limit_type": "max",
                "Det.limit_side_len": SIDE,
                "Det.mean": list(MEAN),
                "Det.std": list(DEVIATION),
                "Det.thresh": 0.2,
                "Det.box_thresh": 0.45,
                "Det.unclip_ratio": 1.4,
                "EngineConfig.openvino.inference_num_threads": threads,
                "EngineConfig.openvino.enable_cpu_pinning": False,  # or two processes share one core
            }
        )
        detector: Any = engine._load_det_model()  # type: ignore[no-untyped-call]
        return detector
    except (ImportError, PackageNotFoundError, AttributeError) as error:
        raise _missing(error) from error


def _recogniser(threads: int) -> tuple[Any, list[str]]:
    path = models.path_of(models.RECOGNITION)
    try:
        import openvino
        from openvino import opset13 as ops
    except ImportError as error:
        raise _missing(error) from error
    core = openvino.Core()
    core.set_property("CPU", {"INFERENCE_NUM_THREADS": threads, "ENABLE_CPU_PINNING": False, "NUM_STREAMS": 1})
    model = core.read_model(path)
    alphabet = ["", *model.get_rt_info()["framework"]["character"].value.splitlines(), " "]
    last = model.get_results()[0].input_value(0)
    best = ops.topk(last, 1, 2, "max", "none", index_element_type="i32")
    picked = [ops.result(ops.squeeze(best.output(port), [2]), name=name) for port, name in ((0, "score"), (1, "step"))]
    small = openvino.Model(picked, model.get_parameters(), "recognise")
    request = core.compile_model(small, "CPU").create_infer_request()

    def run(tensor: NDArray[np.float32]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        request.infer([tensor])
        scores = request.get_output_tensor(0).data.copy()
        return request.get_output_tensor(1).data.astype(np.int64), scores

    return run, alphabet
