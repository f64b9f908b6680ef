"""How was `verifier/values/look_alikes.txt` got? `python -m tests.values.make_look_alikes` writes it again.

The characters of GB 2312 and some of names are drawn in the sans and the serif of the report fonts, blurred as a
scan blurs them, and compared by correlation. A pair is kept when it is very alike (0.84), or rather alike (0.78)
and each among the fifteen nearest of the other. Half a minute; needs nothing but the packages of the project.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pylopdf_fonts_zh_cn
from PIL import Image, ImageDraw, ImageFilter, ImageFont

import verifier.values

SIZE, MARGIN, BLUR = 32, 4, 1.3
VERY_ALIKE, ALIKE, NEAREST = 0.84, 0.78, 15
OF_NAMES = "堃喆垚祎頔昉玥珺曈翀昕晗婧媖姝妤骅甯濛钰煊烨瑀璟琤菡芃苒蕤颢赟彧岚隽浠沄溦"


def characters() -> list[str]:
    """The 6,763 characters of GB 2312, and those of names beside them."""
    found = []
    for row in range(0xB0, 0xF8):
        for cell in range(0xA1, 0xFF):
            try:
                found.append(bytes([row, cell]).decode("gb2312"))
            except UnicodeDecodeError:
                continue
    return found + [character for character in OF_NAMES if character not in set(found)]


def pictures(chars: list[str], font_file: Path) -> np.ndarray:
    """One normalised row of grey values for each character."""
    font = ImageFont.truetype(str(font_file), SIZE)
    side = SIZE + MARGIN
    rows = np.zeros((len(chars), side * side), np.float32)
    for place, character in enumerate(chars):
        picture = Image.new("L", (side, side), 0)
        draw = ImageDraw.Draw(picture)
        left, top, right, bottom = draw.textbbox((0, 0), character, font=font)
        draw.text(((side - right + left) / 2 - left, (side - bottom + top) / 2 - top), character, 255, font=font)
        rows[place] = np.asarray(picture.filter(ImageFilter.GaussianBlur(BLUR)), np.float32).ravel()
    rows -= rows.mean(1, keepdims=True)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def look_alikes() -> dict[str, str]:
    """For each character the later ones that look like it."""
    chars = characters()
    fonts = sorted(Path(pylopdf_fonts_zh_cn.__file__).parent.glob("*.otf"))
    alike = sum(rows @ rows.T for rows in (pictures(chars, font) for font in fonts)) / len(fonts)
    np.fill_diagonal(alike, 0)
    nearest = np.argsort(-alike, axis=1)[:, :NEAREST]
    near = np.zeros(alike.shape, bool)
    np.put_along_axis(near, nearest, True, axis=1)
    kept = (alike >= VERY_ALIKE) | ((alike >= ALIKE) & near & near.T)
    groups: dict[str, str] = {}
    for first, second in zip(*np.nonzero(np.triu(kept)), strict=True):
        groups[chars[first]] = groups.get(chars[first], "") + chars[second]
    return groups


if __name__ == "__main__":
    target = Path(verifier.values.__file__).with_name("look_alikes.txt")
    groups = look_alikes()
    target.write_text("".join(first + others + "\n" for first, others in groups.items()), encoding="utf-8")
    print(f"{target}: {sum(map(len, groups.values()))} pairs")
