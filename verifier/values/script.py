"""How is printed text brought to one script, so that equal things compare equal?

Full width to half width, simplified characters, pinyin, and no blanks: everything here keeps meaning
and changes only the form. Conversions are cached for each character, because names and values of a
batch repeat the same few thousand characters.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from opencc import OpenCC

# PDF text layers made with subset fonts often carry radicals in place of characters. NFKC maps the
# Kangxi block (U+2F00) but not these of the supplement (U+2E80).
_RADICALS = dict(
    zip(
        "⺟⺠⻁⻄⻅⻆⻉⻋⻓⻔⻘⻚⻛⻜⻝⻢⻥⻦⻨⻩⻬⻮⻰⻳",
        "母民虎西见角贝车长门青页风飞食马鱼鸟麦黄齐齿龙龟",
        strict=True,
    )
)
_DASHES = dict.fromkeys("‐‑‒–—―−﹣－⁃", "-")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad]")
_CJK = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff〇]")


class _Folding(dict[int, str]):
    """Fills itself character by character as texts come along."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        folded = unicodedata.normalize("NFKC", character)
        if len(folded) != 1:  # "…" or "㎡" would move every later place in the text
            folded = character
        folded = _RADICALS.get(folded, _DASHES.get(folded, folded))
        self[code] = " " if folded.isspace() else folded
        return self[code]


_folding = _Folding()


def half_width(text: str) -> str:
    """Half-width forms, plain dashes and blanks; the length never changes, so places stay valid."""
    return text.translate(_folding)


class _Letters(dict[int, str]):
    """Folds letters, figures, radicals and blanks, and leaves punctuation as printed."""

    def __missing__(self, code: int) -> str:
        folded = _folding[code]
        self[code] = folded if folded.isalnum() or folded == " " else chr(code)
        return self[code]


_letters = _Letters()


def printed(text: str) -> str:
    """As printed, but for full-width letters and figures and doubled blanks: brackets keep their width."""
    return " ".join(_INVISIBLE.sub("", text.translate(_letters)).split())


def squeeze(text: str) -> str:
    """Half width, without any blank or invisible character."""
    return "".join(_INVISIBLE.sub("", half_width(text)).split())


def single_blanks(text: str) -> str:
    """Half width, with single blanks."""
    return " ".join(_INVISIBLE.sub("", half_width(text)).split())


def is_cjk(text: str) -> bool:
    """Does the text hold at least one Chinese character?"""
    return _CJK.search(text) is not None


@lru_cache(maxsize=1)
def _to_simplified() -> OpenCC:
    return OpenCC("t2s")


@lru_cache(maxsize=32768)
def _simplified_character(character: str) -> str:
    return str(_to_simplified().convert(character))


def simplified(text: str) -> str:
    """Simplified characters, one by one: phrase rules (乾隆, 乾燥) are for prose, not for names."""
    return "".join(_simplified_character(c) if c > "\u2fff" else c for c in text)


_BOX_BORDERS = re.compile(r"[|│┃丨]")


def without_boxes(text: str) -> str:
    """A number without the borders of its digit boxes. A bar that stands alone among many digits is no border
    but a 1, as OCR reads it."""
    plain = re.sub(r"[□▯_]", "", text)
    bars = len(_BOX_BORDERS.findall(plain))
    alone = 0 < bars <= max(2, sum(c.isdigit() for c in plain) // 5)
    between = r"(?<=[\dA-Za-z*])[|│┃丨](?=[\dA-Za-z*])"
    return _BOX_BORDERS.sub("", re.sub(between, "1", plain) if alone else plain)


# Readings as a surname that differ from the usual one (《现代汉语词典》), all accepted beside it.
_SURNAME_READINGS = {
    "单": "shan", "曾": "zeng", "仇": "qiu", "解": "xie", "查": "zha", "区": "ou", "盖": "ge", "乐": "yue",
    "朴": "piao", "翟": "zhai", "尉": "yu", "黑": "he", "繁": "po", "召": "shao", "员": "yun", "缪": "miao",
    "洗": "xian", "冼": "xian", "折": "she", "秘": "bi", "种": "chong", "覃": "qin", "宓": "fu", "逄": "pang",
}  # fmt: skip


@lru_cache(maxsize=32768)
def readings(character: str) -> frozenset[str]:
    """Every pinyin reading without tones; ü also as v, u and yu, as passports and cards print it."""
    from pypinyin import Style, pinyin

    character = _simplified_character(character)
    found = {r for r in pinyin(character, heteronym=True, style=Style.NORMAL)[0] if r.isascii()}
    found.add(_SURNAME_READINGS.get(character, ""))
    for reading in tuple(found):
        if "v" in reading:  # lv, nv: GB/T 28039 and passports print LYU, NYU; older papers LU, LV
            found |= {reading.replace("v", "u"), reading.replace("v", "yu")}
    return frozenset(found - {"", character})
