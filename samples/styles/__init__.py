"""Which companies' styles can the papers be drawn in?

`STYLES` are those that recognition and extraction were developed on. `HELD_OUT` are other companies' forms:
they are drawn by name only, to measure how the service reads what it has not seen.
"""

from __future__ import annotations

from samples.styles.base import Style
from samples.styles.boxed import BOXED
from samples.styles.captioned import CAPTIONED
from samples.styles.carded import CARDED
from samples.styles.chaptered import CHAPTERED
from samples.styles.counter import COUNTER
from samples.styles.leadered import LEADERED
from samples.styles.lined import LINED
from samples.styles.ruled import RULED

STYLES: dict[str, Style] = {style.name: style for style in (RULED, LINED, BOXED)}
HELD_OUT: dict[str, Style] = {style.name: style for style in (CHAPTERED, COUNTER, CARDED, LEADERED, CAPTIONED)}

__all__ = ["HELD_OUT", "STYLES", "Style"]
