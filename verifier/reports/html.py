"""How is a case shown to a person on a screen? report.html: one file, no script, no outside request.

Both languages are inside and switched by CSS; each picture is inside once. Jinja escapes everything; a content
security policy forbids what should never be there anyway.
"""

from __future__ import annotations

import base64
from functools import cache
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from verifier.reports.desk import View
from verifier.reports.images import Picture
from verifier.reports.wording import say


def report_html(view: View, pictures: tuple[Picture, ...], lang: str = "zh") -> str:
    """The page for a view made by `report_view`; `lang` is the language shown first."""
    embedded = [
        {
            "key": picture.key,
            "width": picture.width,
            "height": picture.height,
            "base64": base64.b64encode(picture.data).decode("ascii"),
        }
        for picture in pictures
    ]
    css = Markup(_template("report.css"))  # our own file, and <style> is not to be escaped
    return _environment().get_template("report.html.j2").render(v=view, pictures=embedded, lang=lang, css=css)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(_template),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["say"] = _say
    return environment


def _say(section: str, key: str, **values: object) -> dict[str, str]:
    text = say(section, key, **values)
    return {"zh": text.zh, "en": text.en}


def _template(name: str) -> str:
    return files(__package__).joinpath("templates", name).read_text("utf-8")
