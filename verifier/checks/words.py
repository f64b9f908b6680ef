"""How is a field, a paper or its place said to people?"""

from __future__ import annotations

import re
from collections.abc import Mapping

from verifier.case import Case
from verifier.context import Context
from verifier.model import Document, Evidence, Text

PART = re.compile(r"^(?P<word>[a-z_]+)(?:\[(?P<row>\d+)\])?$")


def field_title(context: Context, name: str) -> Text:
    """`policyholder.name` -> 投保人姓名, by the pack's lexicon `field_names`, part by part."""
    known = context.lexicons.get("field_names")
    words = known if isinstance(known, Mapping) else {}
    zh, en = "", []
    for part in name.split("."):
        match = PART.match(part)
        said = words.get(match["word"]) if match else None
        row = (match["row"] if match else None) or ""
        if said is None:
            return Text(name, name)
        zh += f"{said['zh']}{row}"
        en.append(f"{said['en']} {row}".strip())
    return Text(zh, " ".join(en))


def paper_title(case: Case, paper: Document | str) -> Text:
    """《投保单》 and its English name; an ID card says whose it is."""
    code = paper if isinstance(paper, str) else paper.type
    title = case.vocabulary.title(code)
    return Text(f"《{title.zh}》", title.en)


def place_of(case: Case, paper: Document, *, last: bool = False) -> Evidence:
    """The whole first (or last) page of a paper, where nothing smaller can be shown."""
    page = paper.pages[-1 if last else 0]
    return Evidence(page.file, page.page, None, case.vocabulary.title(paper.type).zh, paper.confidence, page.sha256)
