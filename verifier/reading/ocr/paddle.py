"""How is a page read with the PaddleOCR package on the same weights?

Through onnxruntime, without paddlepaddle, offline. PaddleX wants model folders with an
`inference.yml` beside the weights; they are made from the weights' own metadata in a temporary place.
"""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from verifier.errors import ToolError
from verifier.model import Text
from verifier.reading.ocr import models
from verifier.reading.ocr.engine import OcrLine, Picture

SIDE = 1280
LEAST_CONFIDENCE = 0.3


class PaddleEngine:
    """PP-OCRv6 small through paddleocr and onnxruntime, offline."""

    name = "paddle"

    def __init__(self, threads: int = 1) -> None:
        self.version = self.installed_version()
        self._pipeline, self._recogniser = _pipeline(threads)

    @classmethod
    def installed_version(cls) -> str:
        try:
            return (
                f"paddleocr {version('paddleocr')} onnxruntime {version('onnxruntime')}"
                f" det {models.DETECTION.sha256[:12]} rec {models.RECOGNITION.sha256[:12]}"
            )
        except PackageNotFoundError as error:
            raise _missing(error) from error

    def read(self, image: Picture) -> list[OcrLine]:
        found = []
        for result in self._pipeline.predict(image, return_word_box=True):
            words = result.get("text_word") or [[]] * len(result["rec_texts"])
            places = result.get("text_word_region") or [[]] * len(result["rec_texts"])
            rows = zip(result["rec_polys"], result["rec_texts"], result["rec_scores"], words, places, strict=True)
            for corners, text, confidence, parts, regions in rows:
                if text.strip() and confidence >= LEAST_CONFIDENCE:
                    quad = np.asarray(corners, dtype=np.float32)
                    centres = _centres(quad, text, parts, regions)
                    found.append(OcrLine(text, quad, float(confidence), centres, (float(confidence),) * len(centres)))
        return found

    def recognise(self, crops: list[Picture]) -> list[tuple[str, float]]:
        return [(str(item["rec_text"]), float(item["rec_score"])) for item in self._recogniser.predict(crops)]


def _centres(quad: Any, text: str, parts: Any, regions: Any) -> tuple[float, ...]:
    """Middle of every character along the line, from the boxes of the parts (words or characters)."""
    along = quad[1] - quad[0]
    length = float(along @ along)
    if not length or len(parts) != len(regions):
        return ()
    centres: list[float] = []
    for part, region in zip(parts, regions, strict=True):
        points = (np.asarray(region, dtype=np.float32).reshape(-1, 2) - quad[0]) @ along / length
        left, right = float(points.min()), float(points.max())
        centres += [left + (right - left) * (place + 0.5) / len(part) for place in range(len(part))]
    return tuple(min(max(centre, 0.0), 1.0) for centre in centres) if "".join(parts) == text else ()


def _missing(error: Exception) -> ToolError:
    return ToolError(
        "engine_missing",
        Text(f"识别引擎 paddleocr 不可用: {error}", f"The OCR engine paddleocr cannot be used: {error}"),
        Text(
            "请运行: pip install paddleocr==3.7.0 onnxruntime rapidocr==3.10.0",
            "Run: pip install paddleocr==3.7.0 onnxruntime rapidocr==3.10.0",
        ),
    )


@contextmanager
def _headless_opencv_counts() -> Iterator[None]:
    """PaddleX asks for OpenCV by one of its four package names, when it is imported; the headless
    build is the same library, so it may answer to that name."""
    asked = importlib.metadata.version

    def answered(distribution_name: str) -> str:
        try:
            return asked(distribution_name)
        except PackageNotFoundError:
            if distribution_name == "opencv-contrib-python":
                return asked("opencv-contrib-python-headless")
            raise

    importlib.metadata.version = answered
    try:
        yield
    finally:
        importlib.metadata.version = asked


def _pipeline(threads: int) -> tuple[Any, Any]:
    detection, recognition = models.path_of(models.DETECTION), models.path_of(models.RECOGNITION)
    os.environ.setdefault("PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK", "True")  # no hub is asked
    try:
        import onnxruntime

        with _headless_opencv_counts():
            from paddleocr import PaddleOCR, TextRecognition
    except ImportError as error:
        raise _missing(error) from error
    metadata = onnxruntime.InferenceSession(str(recognition), providers=["CPUExecutionProvider"]).get_modelmeta()
    alphabet = metadata.custom_metadata_map["character"].splitlines()
    settings = {"intra_op_num_threads": threads}  # onnxruntime takes no notice of `cpu_threads`, but every core
    with tempfile.TemporaryDirectory(prefix="weights-") as folder:
        det = _folder(Path(folder) / "det", detection, _detection_settings())
        rec = _folder(Path(folder) / "rec", recognition, _recognition_settings(alphabet))
        pipeline = PaddleOCR(
            text_detection_model_name="PP-OCRv6_small_det",
            text_detection_model_dir=str(det),
            text_recognition_model_name="PP-OCRv6_small_rec",
            text_recognition_model_dir=str(rec),
            use_doc_orientation_classify=False,
            use_doc_unwarping=False,
            use_textline_orientation=False,
            text_det_limit_type="max",
            text_det_limit_side_len=SIDE,
            text_det_thresh=0.2,
            text_det_box_thresh=0.45,
            text_det_unclip_ratio=1.4,
            engine="onnxruntime",
            engine_config=settings,
        )
        recogniser = TextRecognition(
            model_name="PP-OCRv6_small_rec", model_dir=str(rec), engine="onnxruntime", engine_config=settings
        )
    return pipeline, recogniser


def _folder(folder: Path, weights: Path, settings: dict[str, Any]) -> Path:
    folder.mkdir(parents=True)
    shutil.copyfile(weights, folder / "inference.onnx")
    (folder / "inference.yml").write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")
    return folder


def _detection_settings() -> dict[str, Any]:
    return {
        "Global": {"model_name": "PP-OCRv6_small_det"},
        "PreProcess": {
            "transform_ops": [
                {"DecodeImage": {"channel_first": False, "img_mode": "BGR"}},
                {"DetResizeForTest": {"resize_long": SIDE}},
                {
                    "NormalizeImage": {
                        "mean": [0.485, 0.456, 0.406],
                        "std": [0.229, 0.224, 0.225],
                        "order": "hwc",
                        "scale": "1./255.",
                    }
                },
                {"ToCHWImage": None},
                {"KeepKeys": {"keep_keys": ["image", "shape"]}},
            ]
        },
        "PostProcess": {
            "name": "DBPostProcess", "thresh": 0.2, "box_thresh": 0.45, "max_candidates": 1000, "unclip_ratio": 1.4,
        },
    }  # fmt: skip


def _recognition_settings(alphabet: list[str]) -> dict[str, Any]:
    return {
        "Global": {"model_name": "PP-OCRv6_small_rec"},
        "PreProcess": {
            "transform_ops": [
                {"DecodeImage": {"channel_first": False, "img_mode": "BGR"}},
                {"RecResizeImg": {"image_shape": [3, 48, 320]}},
                {"KeepKeys": {"keep_keys": ["image"]}},
            ]
        },
        "PostProcess": {"name": "CTCLabelDecode", "character_dict": alphabet},
    }
