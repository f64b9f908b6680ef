"""Does the page show what its text layer says?

A second look that reads by OCR only the boxes of values that checks live on: amounts, numbers, dates,
accounts, names. Where the picture surely shows another value, the picture counts: it is what people see.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from verifier.reading.ocr.engine import OcrEngine, Picture
from verifier.reading.piece import Piece

_VALUE = re.compile(
    r"\d[\d,]*\.\d{2}|\d{4}\s*[-年/.]\s*\d{1,2}\s*[-月/.]\s*\d{1,2}|\d[\d ]{9,}[\dXx]|\d{1,3}(?:,\d{3})+"
    r"|[零壹贰叁肆伍陆柒捌玖拾佰仟万亿元圆角分整正]{4,}"
)
_NAMED = re.compile(r"(?:姓名|户名|付款人|收款人|交款人|投保人|被保险人|受益人)[:：]\s*([一-鿿·]{2,8})$")
_FIGURES = re.compile(r"[0-9X零壹贰叁肆伍陆柒捌玖拾佰仟万亿元圆角分]")
MOST = 60  # values of one page
SURE, QUITE_SURE = 0.95, 0.985
EDITORS = (
    "photoshop", "gimp", "illustrator", "coreldraw", "inkscape", "pdfelement", "foxit", "福昕", "nitro", "sejda",
    "ilovepdf", "smallpdf", "pdfescape", "pdf-xchange", "pdf24", "迅捷", "master pdf", "acrobat pro", "affinity",
)  # fmt: skip


def is_editor(producer: str) -> bool:
    """The file was made or saved by a program that changes finished pages."""
    folded = producer.casefold()
    return any(name in folded for name in EDITORS)


def verify_regions(picture: Picture, words: Sequence[Piece], engine: OcrEngine) -> tuple[list[Piece], bool]:
    """The words with the picture's reading where it surely differs, and whether it does anywhere."""
    asked = [place for place, word in enumerate(words) if word.printed and key_of(word.text)][:MOST]
    first = engine.recognise([_cut(picture, words[place], 1.0) for place in asked]) if asked else []
    doubted = [
        (place, text) for place, (text, sure) in zip(asked, first, strict=True)
        if sure >= SURE and _differs(words[place].text, text, sure)
    ]  # fmt: skip
    if not doubted:
        return list(words), False
    again = engine.recognise([_cut(picture, words[place], 1.6) for place, _ in doubted])
    found = list(words)
    differs = False
    for (place, text), (second, sure) in zip(doubted, again, strict=True):
        own = words[place].text
        if sure >= SURE and key_of(second, like=own) == key_of(text, like=own):
            found[place] = replace(words[place], text=text, confidence=sure, spans=(), sure=(), printed=True)
            differs = True
    return found, differs


def key_of(text: str, like: str = "") -> str:
    """What is compared of a word: the figures of its values, or a name; empty when it holds neither.
    `like`: compare as that text is compared."""
    plain = unicodedata.normalize("NFKC", text)
    model = unicodedata.normalize("NFKC", like or text)
    if _VALUE.search(model):
        return "".join(_FIGURES.findall(plain.upper()))
    if _NAMED.search(model):
        return "".join(c for c in plain if "一" <= c <= "鿿")
    return ""


def _differs(layer: str, shown: str, sure: float) -> bool:
    """Another value of the same build; one of another length may be a cut or a line that was read along."""
    one, other = key_of(layer), key_of(shown, like=layer)
    if len(other) < 3 or one == other:
        return False
    if len(one) == len(other):
        return bool(_VALUE.search(unicodedata.normalize("NFKC", layer))) or sure >= QUITE_SURE
    others = [re.sub(_FIGURES, "", unicodedata.normalize("NFKC", text).upper()).strip() for text in (layer, shown)]
    return sure >= QUITE_SURE and others[0] == others[1]


def _cut(picture: Picture, word: Piece, scale: float) -> Picture:
    left, top, right, bottom = word.bounds
    height, width = picture.shape[:2]
    aside, above = 0.3 * (bottom - top), 0.18 * (bottom - top)
    x0, x1 = max(int(left - aside), 0), min(int(right + aside) + 1, width)
    y0, y1 = max(int(top - above), 0), min(int(bottom + above) + 1, height)
    cut = picture[y0:y1, x0:x1]
    if cut.size == 0:
        return np.full((8, 8, 3), 255, np.uint8)
    if scale != 1.0:
        cut = cv2.resize(cut, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    return np.ascontiguousarray(cut)
