"""What does a place on a page look like, for a report? Pages rendered in the sandbox, crops cut from them."""

from __future__ import annotations

import io
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image

from verifier.model import Box
from verifier.reading import image, pdf, sniff
from verifier.reading.intake import Member, unpack
from verifier.reading.limits import LIMITS, Limits
from verifier.reading.rejections import Refused
from verifier.reading.sheet import turned

PAGE_SIDE = 1800  # pixels of the long side: a signature in a crop of half the width stays sharp
KEPT_PAGES = 6  # findings of one report come back to the same few pages


def page_picture(data: bytes, name: str, page: int, rotation: int, limits: Limits) -> bytes:
    """One page upright as JPEG. Runs in a child of the pool: it meets hostile bytes.

    `rotation` is `Page.rotation` of the transcript. Raises Refused or IndexError when there is none.
    """
    if sniff.media_type(data, name) == sniff.PDF:
        document = pdf.opened(data, limits)
        leaf = document[page - 1]
        pixels, turn = pdf.rendered(leaf, PAGE_SIDE), leaf.get_rotation()
    else:
        pixels, turn = image.frame_at(data, page - 1, limits)
    upright = turned(pixels, (rotation - turn) % 360)
    scale = PAGE_SIDE / max(upright.shape[:2])
    if scale < 1:
        upright = cv2.resize(upright, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    encoded, jpeg = cv2.imencode(".jpg", np.ascontiguousarray(upright), [cv2.IMWRITE_JPEG_QUALITY, 85])
    if not encoded:
        raise Refused("corrupt")
    return bytes(jpeg)


class SandboxImages:
    """Crops of one case's pages. `pool` is a ReaderPool; `rotations` the turn of each page by file."""

    def __init__(
        self, pool: Any, folder: Path | None, rotations: Mapping[str, tuple[int, ...]], limits: Limits = LIMITS
    ) -> None:
        self._pool, self._folder, self._rotations, self._limits = pool, folder, rotations, limits
        self._pages: OrderedDict[tuple[str, int], Image.Image | None] = OrderedDict()

    def crop(self, file: str, page: int, area: Box | None, width: int) -> bytes | None:
        """The area of the upright page (None: all of it) as JPEG, at most `width` pixels wide."""
        whole = self._page(file, page)
        if whole is None:
            return None
        place = area or Box(0.0, 0.0, 1.0, 1.0)
        corners = (
            place.left * whole.width,
            place.top * whole.height,
            place.right * whole.width,
            place.bottom * whole.height,
        )
        part = whole.crop(tuple(round(side) for side in corners))  # type: ignore[arg-type]
        if not part.width or not part.height:
            return None
        part.thumbnail((width, 4 * width))
        out = io.BytesIO()
        part.save(out, "JPEG", quality=80)
        return out.getvalue()

    def _page(self, file: str, page: int) -> Image.Image | None:
        key = (file, page)
        if key in self._pages:
            self._pages.move_to_end(key)
            return self._pages[key]
        self._pages[key] = found = self._rendered(file, page)
        while len(self._pages) > KEPT_PAGES:
            self._pages.popitem(last=False)
        return found

    def _rendered(self, file: str, page: int) -> Image.Image | None:
        turns = self._rotations.get(file, ())
        data = self._bytes(file)
        if data is None or not 1 <= page <= len(turns):
            return None
        jpeg = self._pool.picture(data, file, page, turns[page - 1])
        return Image.open(io.BytesIO(jpeg), formats=("JPEG",)).convert("RGB") if jpeg else None

    def _bytes(self, file: str) -> bytes | None:
        """The bytes of a file of the case, or of a member of one of its containers."""
        if self._folder is None:
            return None
        outer = file.split("!/", 1)[0]
        path = (self._folder / outer).resolve()
        if not path.is_relative_to(self._folder.resolve()) or not path.is_file():
            return None
        data = path.read_bytes()
        if "!/" not in file:
            return data
        members = unpack(outer, data, self._limits)
        return next((one.data for one in members if isinstance(one, Member) and one.name == file), None)
