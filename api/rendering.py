"""How does a page become a picture? Drawn by a confined process that does nothing else, shared by all requests.

The process starts when somebody opens a case, or with the first page that is asked for. What it draws is kept
(encrypted, `page`), so that hostile bytes are met once for each page.
"""

from __future__ import annotations

import atexit
import io
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from PIL import Image, ImageDraw

from api.blobs import Blobs
from verifier.model import Box
from verifier.reading.sandbox import DRAWS_ONLY, ReaderPool

PAGES = "page"  # kind of blob
DRAWN = "1"  # raise when the same page is drawn otherwise
PROCESSES = 2
TURNS = (0, 90, 180, 270)
COVER = (52, 58, 64)
QUALITY = {"JPEG": 82, "WEBP": 80}
_starting = threading.Lock()


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page of one file. `sha256` is of the file or of the member of a container; `rotation` turns it upright."""

    name: str
    sha256: str
    page: int
    rotation: int

    @property
    def key(self) -> str:
        return page_key(self.sha256, self.page, self.rotation)


def page_key(sha256: str, page: int, rotation: int) -> str:
    return f"{sha256}/{page}/{rotation}/{DRAWN}"


def forget(blobs: Blobs, tenant_id: str, sha256: str, pages: int) -> None:
    """Remove the pictures of all pages of a file, whichever way they were turned."""
    for page in range(1, pages + 1):
        for rotation in TURNS:
            blobs.delete_named(tenant_id, PAGES, page_key(sha256, page, rotation))


@cache
def _made() -> ReaderPool:
    pool = ReaderPool(PROCESSES, DRAWS_ONLY).__enter__()
    atexit.register(pool.__exit__, SystemExit, None, None)
    pool.begin()
    return pool


def _pool() -> ReaderPool:
    with _starting:  # two first pages at once must not start two pools
        return _made()


def get_ready() -> None:
    """Somebody is about to look at pages: let the process start that draws them. Returns at once."""
    if not _made.cache_info().currsize:
        threading.Thread(target=_pool, daemon=True).start()


def kept(blobs: Blobs, tenant_id: str, leaf: Leaf) -> bytes | None:
    """The page as it was drawn before."""
    return blobs.named(tenant_id, PAGES, leaf.key)


def drawn(blobs: Blobs, tenant_id: str, leaf: Leaf, data: bytes) -> bytes | None:
    """The page upright as JPEG, drawn from the file's bytes and kept; None when it has no picture."""
    picture = _pool().picture(data, leaf.name, leaf.page, leaf.rotation)
    if picture is not None:
        blobs.put_named(tenant_id, PAGES, leaf.key, picture)
    return picture


def cut(page: bytes, covered: Sequence[Box], area: Box | None, width: int, form: str) -> bytes:
    """A part of a page (None: all of it), at most `width` pixels wide, with places painted over in the pixels."""
    with Image.open(io.BytesIO(page), formats=("JPEG",)) as opened:
        if area is None:
            opened.draft("RGB", (width, 4 * width))  # decodes no more pixels than are wanted
        image = opened.convert("RGB")
    brush = ImageDraw.Draw(image)
    for box in covered:
        brush.rectangle(_pixels(box, image.width, image.height), fill=COVER)
    if area is not None:
        image = image.crop(_pixels(area, image.width, image.height))
    image.thumbnail((width, 4 * width))
    out = io.BytesIO()
    image.save(out, form, quality=QUALITY[form])
    return out.getvalue()


def _pixels(box: Box, width: int, height: int) -> tuple[int, int, int, int]:
    """At least one pixel each way, outwards: a cover must not leave the edge of what it covers."""
    left, top = int(box.left * width), int(box.top * height)
    return left, top, max(left + 1, -int(-box.right * width // 1)), max(top + 1, -int(-box.bottom * height // 1))
