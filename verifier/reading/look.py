"""How well can a picture be read, and is it the same picture as another?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import imagehash
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from verifier import ink

Grey = NDArray[Any]
HASHED_SIDE = 512

INK_DEPTH = 22  # grey levels below the paper around it: a pencil has 40, the grain of a scan 10
INK_SHARE = 0.18  # of a cell of a millimetre; a thin stroke across it covers 0.3


def legibility(grey: Grey) -> float:
    """0..1 from the contrast between ink and paper and the steepness of edges.

    A clean scan reaches 1; a fax about 0.7; a picture in which characters run together is below 0.3.
    """
    height, width = grey.shape
    scale = 1600 / max(height, width)
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else grey
    paper = cv2.morphologyEx(cv2.resize(small, None, fx=0.25, fy=0.25), cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    paper = cv2.resize(paper, (small.shape[1], small.shape[0]))
    depth = cv2.subtract(paper, small)
    inked = depth > 40
    if inked.mean() < 5e-4:
        return 1.0 if depth.max(initial=0) < 25 else 0.3
    contrast = float(np.percentile(depth[inked], 75)) / 150
    gradient = cv2.magnitude(cv2.Sobel(small, cv2.CV_32F, 1, 0), cv2.Sobel(small, cv2.CV_32F, 0, 1))
    steep = float(np.percentile(gradient[cv2.dilate(inked.astype(np.uint8), np.ones((3, 3))) > 0], 80)) / 4
    sharp = steep / max(float(np.percentile(depth[inked], 75)), 1.0) / 0.55
    return float(round(min(1.0, contrast) ** 0.5 * min(1.0, sharp), 3))


def picture_hash(grey: Grey) -> str:
    """64-bit perceptual hash (DCT) in hex; two prints of one picture differ in a few bits at most."""
    if max(grey.shape) > HASHED_SIDE:  # only the coarse shape counts
        scale = HASHED_SIDE / max(grey.shape)
        grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return str(imagehash.phash(Image.fromarray(grey)))


def ink_map(grey: Grey, rules: Sequence[tuple[int, int, int, int]]) -> str:
    """The packed map of inked cells (see `verifier.ink`). `rules`: printed lines in pixels, left out."""
    soft = cv2.GaussianBlur(grey, (3, 3), 0)
    size = max(15, (max(grey.shape) // 60) | 1)
    dark = (cv2.blur(soft, (size, size)).astype(np.int16) - soft > INK_DEPTH).astype(np.uint8)
    for left, top, right, bottom in rules:
        dark[max(top - 2, 0) : bottom + 3, max(left - 2, 0) : right + 3] = 0
    rows = max(round(ink.COLUMNS * grey.shape[0] / grey.shape[1]), 1)
    share = cv2.resize(dark.astype(np.float32), (ink.COLUMNS, rows), interpolation=cv2.INTER_AREA)
    return ink.pack((share > INK_SHARE).astype(np.uint8).tobytes())
