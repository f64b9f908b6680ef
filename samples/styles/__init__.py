"""Which companies' styles can the papers be drawn in?"""

from __future__ import annotations

from samples.styles.base import Style
from samples.styles.boxed import BOXED
from samples.styles.lined import LINED
from samples.styles.ruled import RULED

STYLES: dict[str, Style] = {style.name: style for style in (RULED, LINED, BOXED)}

__all__ = ["STYLES", "Style"]
