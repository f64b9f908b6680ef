"""How well can a picture be read, and is it the same picture as another?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from verifier import ink
from verifier.reading.smaller import at_most, smaller

Grey = NDArray[Any]
Picture = NDArray[Any]
LOOKED_SIDE = 1600  # at which legibility is judged
HASHED_SIDE = 512  # only the coarse shape counts
_COSINES = np.cos(np.pi * np.outer(np.arange(8), np.arange(32) + 0.5) / 32)

INK_DEPTH = 22  # grey levels below the paper around it: a pencil has 40, the grain of a scan 10
DUST = 3e-5  # share of the picture that specks may cover; a page number covers more
INK_SHARE = 0.18  # of a cell of a millimetre; a thin stroke across it covers 0.3


def has_ink(image: Picture) -> bool:
    """Anything stands on the picture that an engine could be asked to read: not so on the back of a sheet."""
    depth = _depth(at_most(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), LOOKED_SIDE))
    return bool(np.count_nonzero(depth > INK_DEPTH) > DUST * depth.size)


def _depth(small: Grey) -> Grey:
    """How much darker than the paper around it each pixel is, without the grain of a scan."""
    soft = cv2.blur(small, (3, 3))
    paper = cv2.morphologyEx(cv2.resize(soft, None, fx=0.25, fy=0.25), cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    return np.asarray(cv2.subtract(cv2.resize(paper, (small.shape[1], small.shape[0])), soft))


def legibility(grey: Grey) -> float:
    """0..1 from the contrast between ink and paper and the steepness of edges.

    A clean scan reaches 1; a fax about 0.7; a picture in which characters run together is below 0.3.
    """
    small = at_most(grey, LOOKED_SIDE)
    paper = cv2.morphologyEx(cv2.resize(small, None, fx=0.25, fy=0.25), cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    depth = cv2.subtract(cv2.resize(paper, (small.shape[1], small.shape[0])), small)
    inked = np.asarray(cv2.threshold(depth, 40, 255, cv2.THRESH_BINARY)[1])
    if cv2.countNonZero(inked) < 5e-4 * inked.size:
        return 1.0 if cv2.blur(depth, (3, 3)).max(initial=0) < 25 else 0.3
    darkness = float(np.percentile(depth[inked > 0], 75))
    near = np.flatnonzero(cv2.dilate(inked, np.ones((3, 3), np.uint8)) > 0)[::4]  # every fourth pixel tells as much
    across, down = (edges.ravel()[near].astype(np.float32) for edges in cv2.spatialGradient(small))
    steep = float(np.percentile(cv2.magnitude(across, down), 80)) / 4
    sharp = steep / max(darkness, 1.0) / 0.55
    return float(round(min(1.0, darkness / 150) ** 0.5 * min(1.0, sharp), 3))


def picture_hash(grey: Grey) -> str:
    """64-bit perceptual hash in hex (the signs of the low frequencies about their median, as pHash has
    it); two prints of one picture differ in a few bits at most."""
    coarse = Image.fromarray(at_most(grey, HASHED_SIDE)).convert("L").resize((32, 32), Image.Resampling.LANCZOS)
    low = _COSINES @ np.asarray(coarse, dtype=np.float64) @ _COSINES.T
    return np.packbits(low > np.median(low)).tobytes().hex()


def ink_map(grey: Grey, rules: Sequence[tuple[int, int, int, int]]) -> str:
    """The packed map of inked cells (see `verifier.ink`). `rules`: printed lines in pixels, left out."""
    soft = cv2.GaussianBlur(grey, (3, 3), 0)
    size = max(15, (max(grey.shape) // 60) | 1)
    dark = np.asarray(
        cv2.threshold(cv2.subtract(cv2.blur(soft, (size, size)), soft), INK_DEPTH, 255, cv2.THRESH_BINARY)[1]
    )
    for left, top, right, bottom in rules:
        dark[max(top - 2, 0) : bottom + 3, max(left - 2, 0) : right + 3] = 0
    rows = max(round(ink.COLUMNS * grey.shape[0] / grey.shape[1]), 1)
    share = cv2.resize(smaller(dark, 0.5), (ink.COLUMNS, rows), interpolation=cv2.INTER_AREA)
    return ink.pack((share > 255 * INK_SHARE).astype(np.uint8).tobytes())
