"""Which companies' styles can the papers be drawn in?"""

from __future__ import annotations

from samples.styles.base import Style
from samples.styles.ruled import RULED

STYLES: dict[str, Style] = {style.name: style for style in (RULED,)}
