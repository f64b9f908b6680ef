"""How much of a hostile file is read before it is refused?"""

from __future__ import annotations

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds for one file. The wall clock grows with the pages; a page that is slower than
    `seconds_a_page` on one core is one that hangs the parser."""

    file_bytes: int = 200 * MEBIBYTE
    pages: int = 500
    picture_pixels: int = 120_000_000  # 100 million is an A3 at 800 dpi; a bomb has a billion
    members: int = 2_000  # files in one container
    unpacked_bytes: int = 1_000 * MEBIBYTE  # all members of one container together
    ratio: int = 200  # unpacked to packed; office files reach 30
    depth: int = 3  # containers inside containers
    seconds_base: float = 60.0
    seconds_a_page: float = 20.0
    memory_bytes: int = 8_000 * MEBIBYTE  # address space of a child; OpenVINO maps about 2 GB


LIMITS = Limits()
