"""Between which bounds does a share lie that was seen in a sample? Wilson's score interval, 95 per cent."""

from __future__ import annotations

import math

Z = 1.959963984540054


def interval(hits: int, tries: int) -> tuple[float, float]:
    """Lower and upper bound of the share; (0, 1) when nothing was tried. Unlike the normal approximation it is right
    for few tries and for shares near 0, which is where miss rates lie."""
    if tries == 0:
        return 0.0, 1.0
    share, square = hits / tries, Z * Z
    middle = share + square / (2 * tries)
    reach = Z * math.sqrt(share * (1 - share) / tries + square / (4 * tries * tries))
    scale = 1 + square / tries
    low, high = (middle - reach) / scale, (middle + reach) / scale
    return (0.0 if hits == 0 else max(0.0, low), 1.0 if hits == tries else min(1.0, high))
