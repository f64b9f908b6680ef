"""In which order would a person read these words?"""

from __future__ import annotations

from collections.abc import Sequence

from verifier.model import Word


def in_reading_order(words: Sequence[Word]) -> list[Word]:
    """Row by row, left to right within a row, on the straightened page.

    A word belongs to a row when its middle lies within the row's height, measured by the row's own
    words, so that a tall title beside a table does not swallow its lines.
    """
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda word: word.at.middle[1]):
        middle = word.at.middle[1]
        row = rows[-1] if rows else None
        if row is not None:
            top = sum(other.at.top for other in row) / len(row)
            bottom = sum(other.at.bottom for other in row) / len(row)
            room = min(bottom - top, word.at.height) * 0.6
            if abs(middle - (top + bottom) / 2) <= room:
                row.append(word)
                continue
        rows.append([word])
    return [word for row in rows for word in sorted(row, key=lambda word: word.at.left)]
