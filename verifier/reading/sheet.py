"""Which way is up, how far is it tilted, and where on the photograph is the sheet?

Everything here gives a straightened picture with the matrix that maps it back: boxes of the contract
stand on the original whole page turned upright by multiples of 90 degrees.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from verifier.errors import ToolError
from verifier.model import Box, Text
from verifier.reading.ocr import models
from verifier.reading.ocr.engine import Corners, OcrLine, Picture
from verifier.reading.smaller import at_most, smaller

Matrix = NDArray[Any]
LEAST_SKEW = 0.25  # degrees; less moves a line by under half its height across the page
MOST_SKEW = 20.0


@dataclass(frozen=True, slots=True)
class Flat:
    """A straightened picture and the matrix from its pixels to those of the upright page.
    `matrix` is None when the upright page itself is straight."""

    image: Picture
    matrix: Matrix | None
    page_size: tuple[int, int]  # width, height of the upright page in pixels

    def flat_box(self, corners: Corners) -> Box:
        height, width = self.image.shape[:2]
        return enclosing(corners, width, height)

    def page_box(self, corners: Corners) -> Box:
        """The box on the upright page that encloses the corners given on the straightened picture."""
        if self.matrix is not None:
            corners = moved(corners, self.matrix)
        return enclosing(corners, *self.page_size)


def moved(corners: Corners, matrix: Matrix) -> Corners:
    moved_corners: Corners = cv2.perspectiveTransform(corners.reshape(1, -1, 2).astype(np.float64), matrix)[0]
    return moved_corners.astype(np.float32)


def enclosing(corners: Corners, width: float, height: float) -> Box:
    """The upright box around the corners as fractions, kept on the page and never empty."""
    left, top = corners.min(axis=0)
    right, bottom = corners.max(axis=0)
    left, right = max(float(left) / width, 0.0), min(float(right) / width, 1.0)
    top, bottom = max(float(top) / height, 0.0), min(float(bottom) / height, 1.0)
    return Box(min(left, 0.9999), min(top, 0.9999), max(right, left + 1e-4), max(bottom, top + 1e-4))


def box_corners(left: float, top: float, right: float, bottom: float) -> Corners:
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]], dtype=np.float32)


@cache
def orientation_session() -> tuple[Any, list[str]]:
    try:
        import onnxruntime
    except ImportError as error:
        raise ToolError(
            "engine_missing",
            Text("缺少 onnxruntime", "onnxruntime is not installed"),
            Text("请运行: pip install onnxruntime", "Run: pip install onnxruntime"),
        ) from error
    onnxruntime.set_default_logger_severity(4)
    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    path = models.path_of(models.ORIENTATION)
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    return session, session.get_modelmeta().custom_metadata_map["character"].splitlines()


def turn_to_upright(image: Picture) -> tuple[int, float]:
    """Clockwise degrees (0, 90, 180, 270) that make the page upright, and how sure that is."""
    session, labels = orientation_session()
    height, width = image.shape[:2]
    scale = 256 / min(height, width)
    size = (max(round(width * scale), 224), max(round(height * scale), 224))
    small = cv2.resize(smaller(image, 2 * scale), size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    top, left = (small.shape[0] - 224) // 2, (small.shape[1] - 224) // 2
    cut = small[top : top + 224, left : left + 224].astype(np.float32) / 255
    cut = (cut - np.array([0.485, 0.456, 0.406], np.float32)) / np.array([0.229, 0.224, 0.225], np.float32)
    scores = session.run(None, {session.get_inputs()[0].name: cut.transpose(2, 0, 1)[None].astype(np.float32)})[0][0]
    if scores.max() > 1.0 or scores.min() < 0.0:
        scores = np.exp(scores - scores.max()) / np.exp(scores - scores.max()).sum()
    best = int(scores.argmax())
    return (360 - int(labels[best])) % 360, float(scores[best])


def turned(image: Picture, clockwise: int) -> Picture:
    codes = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}
    return cv2.rotate(image, codes[clockwise]) if clockwise else image


def skew_of(lines: Sequence[OcrLine]) -> float:
    """Median tilt of the long horizontal lines in degrees, clockwise; 0 when too few tell."""
    angles, lengths = [], []
    for line in lines:
        along = line.corners[1] - line.corners[0]
        length, height = float(np.linalg.norm(along)), float(np.linalg.norm(line.corners[3] - line.corners[0]))
        if length > 4 * height:
            angles.append(float(np.degrees(np.arctan2(along[1], along[0]))))
            lengths.append(length)
    if len(angles) < 3:
        return 0.0
    order = np.argsort(angles)
    weight = np.cumsum(np.array(lengths)[order])
    return angles[int(order[np.searchsorted(weight, weight[-1] / 2)])]


def levelled(image: Picture, skew: float) -> Flat:
    """The page turned level about its middle, kept at its size."""
    height, width = image.shape[:2]
    if not LEAST_SKEW <= abs(skew) <= MOST_SKEW:
        return Flat(image, None, (width, height))
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), skew, 1.0)
    flat = cv2.warpAffine(image, turn, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    back = np.linalg.inv(np.vstack([turn, [0, 0, 1]]))
    return Flat(flat, back, (width, height))


# --- photographs ----------------------------------------------------------------------------------

SMALL = 400  # long side at which the sheet is sought
LEAST_SHARE, MOST_SHARE = 0.3, 0.985  # of the picture covered by the sheet


def rectified(image: Picture) -> Flat:
    """The sheet or card on a photograph, seen from straight above; the picture itself when there is
    no single sheet on another ground."""
    height, width = image.shape[:2]
    corners = find_sheet(image)
    if corners is None:
        return Flat(image, None, (width, height))
    top, right, bottom, left = (float(np.linalg.norm(corners[a] - corners[(a + 1) % 4])) for a in range(4))
    size = round(max(top, bottom)), round(max(left, right))
    target = box_corners(0, 0, *size)
    matrix = cv2.getPerspectiveTransform(target, corners.astype(np.float32))
    flat = cv2.warpPerspective(
        image, matrix, size, flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE
    )
    return Flat(flat, np.asarray(matrix, dtype=np.float64), (width, height))


def find_sheet(image: Picture) -> Corners | None:
    """Corners of the one bright sheet on a darker or coloured ground, clockwise from top left."""
    height, width = image.shape[:2]
    scale = SMALL / max(height, width)
    small = at_most(image, SMALL)
    lab = cv2.cvtColor(cv2.medianBlur(small, 5), cv2.COLOR_BGR2LAB).astype(np.float32)
    rim = np.concatenate([part.reshape(-1, 3) for part in (lab[:3], lab[-3:], lab[:, :3], lab[:, -3:])])
    middle = lab[SMALL // 10 : -SMALL // 10, SMALL // 10 : -SMALL // 10].reshape(-1, 3)
    paper = np.percentile(middle, 75, axis=0) if len(middle) else rim[0]
    ground = np.median(rim, axis=0)
    if float(np.linalg.norm(paper - ground)) < 28 or paper[0] < ground[0] - 10:
        return None
    nearer = np.linalg.norm(lab - ground, axis=2) > np.linalg.norm(lab - paper, axis=2)
    mask = cv2.morphologyEx(nearer.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((7, 7), np.uint8))
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not contours:
        return None
    areas = sorted((cv2.contourArea(contour) for contour in contours), reverse=True)
    sheet = cv2.convexHull(max(contours, key=cv2.contourArea))
    share = cv2.contourArea(sheet) / mask.size
    if not LEAST_SHARE <= share <= MOST_SHARE or sum(areas[1:]) > 0.15 * areas[0]:
        return None
    corners = _four_corners(sheet)
    if corners is None or _is_whole(corners, small):
        return None
    return np.asarray(corners / scale, dtype=np.float32)


def _four_corners(hull: NDArray[Any]) -> Corners | None:
    """The quadrilateral that fits the hull, if one does."""
    around = cv2.arcLength(hull, True)
    for tightness in (0.01, 0.02, 0.03, 0.05):
        found = cv2.approxPolyDP(hull, tightness * around, True).reshape(-1, 2).astype(np.float32)
        if len(found) == 4:
            area = cv2.contourArea(found)
            if area < 0.93 * cv2.contourArea(hull):
                return None
            order = np.argsort(np.arctan2(*(found - found.mean(axis=0)).T[::-1]))
            found = found[order]
            first = int(np.argmin(found.sum(axis=1)))
            return np.roll(found, -first, axis=0)
    return None


def _is_whole(corners: Corners, small: Picture) -> bool:
    """The sheet fills the picture: nothing to cut away."""
    height, width = small.shape[:2]
    rim = box_corners(0, 0, width, height)
    return bool(np.abs(corners - rim).max() < 0.012 * max(height, width))


def joined(view: Flat, level: Flat) -> Flat:
    """The levelled picture of a view, with one matrix from it to the page."""
    if level.matrix is None:
        return view
    matrix = level.matrix if view.matrix is None else view.matrix @ level.matrix
    return Flat(level.image, matrix, view.page_size)
