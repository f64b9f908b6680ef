"""How is a case shown on paper? report.pdf by typst: PDF/A-2a and PDF/UA-1, Chinese fonts embedded.

Typst compiles silently without a Chinese font. So nothing but our two fonts is offered to it, characters that
they lack are replaced before (〓 and the code point), and the fonts of the finished file are looked at.
"""

from __future__ import annotations

import io
import json
import re
import tempfile
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
import typst
from fontTools.ttLib import TTFont
from pypdf import PdfReader

from verifier.errors import ToolError
from verifier.model import Text
from verifier.reports.desk import View
from verifier.reports.images import Picture
from verifier.reports.wording import section

STANDARDS: Any = ["a-2a", "ua-1"]
FAMILIES = {"Noto Sans SC", "Noto Serif SC"}
STRAIGHT = str.maketrans("‘’“”", "''\"\"")  # the Chinese fonts draw curly quotes as wide as a character
LONG_RUN = re.compile(r"[!-~]{22}(?=[!-~])")  # a file name or number that would run out of its column
HASH = re.compile(r"[0-9a-f]{64}")  # is copied from the page: nothing may stand inside it
BREAK_HERE = "\u200b"
GETA = "〓"  # the compositor's mark for a character that the fount lacks


def report_pdf(view: View, pictures: tuple[Picture, ...], lang: str = "zh") -> bytes:
    """The paper for a view made by `report_view`, in one language. The same view gives the same bytes."""
    data = {
        "view": in_language(view, lang),
        "label": in_language(section("label"), lang),
        "outcome": in_language(section("outcome"), lang),
        "title": f"{view['case']} · {view['verdict_label'][lang]} · {section('label')['report'][lang]}",
    }
    template = files(__package__).joinpath("templates", "report.typ").read_bytes()
    return typeset(template, data, date.fromisoformat(view["as_of"]), lang, pictures)


def typeset(
    template: bytes, data: Mapping[str, Any], day: date, lang: str = "zh", pictures: tuple[Picture, ...] = ()
) -> bytes:
    """A paper from a template that reads data.json, dated `day`. The same data give the same bytes."""
    told = _drawable(
        {
            **data,
            "lang": lang,
            "region": "CN" if lang == "zh" else "GB",
            "comma": "、" if lang == "zh" else ", ",
            "date": [day.year, day.month, day.day],
        }
    )
    with tempfile.TemporaryDirectory(prefix="report-") as folder:
        root = Path(folder)
        root.joinpath("pictures").mkdir()
        for picture in pictures:
            root.joinpath("pictures", picture.key + ".jpg").write_bytes(picture.data)
        root.joinpath("data.json").write_text(json.dumps(told, ensure_ascii=False), "utf-8")
        main = root / "report.typ"
        main.write_bytes(template)
        made = _compile(main, root, datetime.combine(day, time(), UTC))
    _check_fonts(made)
    return made


def in_language(value: Any, lang: str) -> Any:
    """Every {"zh", "en"} of a view becomes one string."""
    if isinstance(value, Mapping):
        if value.keys() == {"zh", "en"}:
            return value[lang] if lang == "zh" else str(value[lang]).translate(STRAIGHT)
        return {key: in_language(inner, lang) for key, inner in value.items()}
    return [in_language(inner, lang) for inner in value] if isinstance(value, list) else value


def _compile(main: Path, root: Path, at: datetime) -> bytes:
    try:
        made, warnings = typst.compile_with_warnings(
            str(main),
            root=str(root),
            font_paths=_fonts(),
            ignore_system_fonts=True,
            pdf_standards=STANDARDS,
            timestamp=at,
        )
    except (typst.TypstError, RuntimeError) as error:
        raise _tool_error("report_pdf_failed", f"typst: {getattr(error, 'message', error)}") from error
    missing = [warning.message for warning in warnings if "font" in warning.message]
    if missing:
        raise _tool_error("report_font_missing", missing[0])
    return bytes(made)


@cache
def _fonts() -> typst.Fonts:
    """Our two fonts and no others, so that no other font can stand in for them."""
    folder = pylopdf_fonts_zh_cn.sans_path().parent
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)])
    lacking = FAMILIES - set(fonts.families())
    if lacking:
        raise _tool_error("report_font_missing", f"{', '.join(sorted(lacking))} not in {folder.name}")
    return fonts


@cache
def _characters() -> frozenset[int]:
    """What both fonts can draw."""
    paths = (pylopdf_fonts_zh_cn.sans_path(), pylopdf_fonts_zh_cn.serif_path())
    try:
        maps = [TTFont(path, lazy=True).getBestCmap() for path in paths]
    except OSError as error:
        raise _tool_error("report_font_missing", str(error)) from error
    return frozenset(maps[0].keys() & maps[1].keys())


def _drawable(value: Any) -> Any:
    """The value with every character that the fonts lack written as 〓 and its code point."""
    if isinstance(value, str):
        value = value if HASH.fullmatch(value) else LONG_RUN.sub(lambda run: run[0] + BREAK_HERE, value)
        return "".join(
            sign if ord(sign) in _characters() or sign in ("\n", BREAK_HERE) else _stand_in(sign) for sign in value
        )
    if isinstance(value, Mapping):
        return {key: _drawable(inner) for key, inner in value.items()}
    return [_drawable(inner) for inner in value] if isinstance(value, list) else value


def _stand_in(sign: str) -> str:
    if sign == "\t":
        return " "
    return GETA if sign == "\ufffd" else f"{GETA}[U+{ord(sign):04X}]"


def _check_fonts(made: bytes) -> None:
    """Every font of the first page is one of ours, embedded."""
    fonts = PdfReader(io.BytesIO(made)).pages[0]["/Resources"].get_object().get("/Font", {})  # type: ignore[union-attr]
    names = [str(font.get_object()["/BaseFont"]) for font in fonts.values()]
    if not names or not all("NotoSansSC" in name or "NotoSerifSC" in name for name in names):
        raise _tool_error("report_font_missing", f"fonts in the file: {', '.join(names) or 'none'}")


def _tool_error(code: str, what: str) -> ToolError:
    return ToolError(
        code,
        Text(f"无法生成PDF报告：{what}。", f"The PDF report could not be made: {what}."),
        Text(
            "请重新安装pylopdf-fonts-zh-cn和typst：pip install --force-reinstall pylopdf-fonts-zh-cn typst。",
            "Reinstall fonts and typesetter: pip install --force-reinstall pylopdf-fonts-zh-cn typst.",
        ),
    )
