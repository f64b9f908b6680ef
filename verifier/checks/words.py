"""How is a field, a paper or its place said to people?"""

from __future__ import annotations

from verifier.case import Case
from verifier.model import Document, Evidence, Text


def field_title(case: Case, name: str) -> Text:
    """`policyholder.name` -> 投保人姓名, by the pack's lexicon `field_names`."""
    return case.vocabulary.field_name(name)


def paper_title(case: Case, paper: Document | str) -> Text:
    """《投保单》 and its English name; an ID card says whose it is."""
    code = paper if isinstance(paper, str) else paper.type
    title = case.vocabulary.title(code)
    return Text(f"《{title.zh}》", title.en)


def place_of(case: Case, paper: Document, *, last: bool = False) -> Evidence:
    """The whole first (or last) page of a paper, where nothing smaller can be shown."""
    page = paper.pages[-1 if last else 0]
    return Evidence(page.file, page.page, None, case.vocabulary.title(paper.type).zh, paper.confidence, page.sha256)
