"""Which paper does a page belong to? By its title, by page numbers and by the words that only such papers have.

A page may hold several papers one under the other; a page without a title may go on with another page's paper.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Levenshtein

from verifier.documents.forms import Form, form_of
from verifier.documents.layout import Sheet, lay_out
from verifier.documents.phrases import Phrases, fold
from verifier.documents.pieces import Piece
from verifier.documents.worded import Heading, Worded, composed_title, fold_all, folded
from verifier.model import Page, PageRef, TextFrom
from verifier.packs.document_type import DocumentType

SURE = 0.75  # a title of this merit begins a paper
_PAGE_MARKS = (
    re.compile(r"第(\d{1,3})页[,/|，、;\-()]*共?(\d{1,3})页"),
    re.compile(r"第(\d{1,3})页"),
    re.compile(r"page(\d{1,3})of(\d{1,3})"),
    re.compile(r"^[-(\[]*(\d{1,3})/(\d{1,3})[-)\]]*$"),
    re.compile(r"-(\d{1,3})-$"),
    re.compile(r"共(\d{1,3})页[,/|，、;\-()]*第(\d{1,3})页"),
)
_AFTER = re.compile(r"(?:[-_·:|*]|\([^()]*\)|\[[^\[\]]*\]|《|》|第?\d+.{0,4}|[a-z0-9./-]+)*")
_SENTENCE = re.compile(r"[。；;，,?？!！]")
_NUMBERING = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}[、.]|\d{1,2}[、.)]|\([一二三四五六七八九十\d]{1,3}\)"
    r"|第[一二三四五六七八九十\d]+[部分章节条])"
)
_COMPANY = re.compile(r"^.*(?:公司|company|limited|ltd\.?)")
_FIGURES = re.compile(r"\d{6}")
_LONG = re.compile(r"(?<![a-z0-9])(?=[a-z0-9]*\d{4})[a-z0-9]{9,}(?![a-z0-9])")


@dataclass(frozen=True, slots=True)
class TitleWord:
    code: str
    weak: bool


@dataclass
class Part:
    """A page, or the part of a page that one paper takes."""

    ref: PageRef
    page: Page
    sheet: Sheet
    top: float
    bottom: float
    order: int
    heading: Heading | None = None
    number: int | None = None
    total: int | None = None
    marks: frozenset[str] = frozenset()  # long numbers on it, to know pages of one form by
    scores: dict[str, float] = field(default_factory=dict)
    edges: tuple[str, ...] = ()  # words of the first and last lines: running heads, form numbers


class Library:
    """All document types of a pack, compiled to be recognised."""

    def __init__(self, types: Sequence[DocumentType]) -> None:
        self.types = {kind.code: kind for kind in types}
        self.titles: Phrases[TitleWord] = Phrases(
            [(t, TitleWord(k.code, False)) for k in types for t in k.titles]
            + [(t, TitleWord(k.code, True)) for k in types for t in k.weak_titles]
        )
        self.long_titles = [title for title in self.titles if len(title) >= 5]
        self.worded = tuple(
            Worded(k.code, folded(k.title_words), fold_all(k.not_titles)) for k in types if k.title_words
        )
        self.not_titles = {k.code: tuple(fold(t) for t in k.not_titles) for k in types}
        self.cues: Phrases[tuple[str, float]] = Phrases(
            [(cue, (k.code, 1.0)) for k in types for cue in k.cues]
            + [(label, (k.code, 0.4)) for k in types for s in k.fields for label in s.labels if len(label) >= 4]
            + [(anchor, (k.code, 0.4)) for k in types for m in k.marks for anchor in m.anchors if len(anchor) >= 4]
        )
        vocabulary: set[str] = set()
        for kind in types:
            form = form_of(kind)
            vocabulary.update(form.phrases)
            for spec in kind.fields:
                for printed in spec.options.words.values() if spec.options else ():
                    vocabulary.update(fold(word) for word in printed)
        for kind in types:
            form_of(kind).foreign = vocabulary
        self.vocabulary = vocabulary

    def form(self, code: str) -> Form:
        return form_of(self.types[code])


_LIBRARIES: dict[tuple[int, ...], tuple[Sequence[DocumentType], Library]] = {}


def library_of(types: Sequence[DocumentType]) -> Library:
    """The compiled library of these types; kept, as compiling takes longer than reading a page."""
    key = tuple(id(kind) for kind in types)
    if key not in _LIBRARIES:
        _LIBRARIES[key] = (types, Library(types))
    return _LIBRARIES[key][1]


def parts_of(ref: PageRef, page: Page, library: Library, order: int) -> list[Part]:
    """The page as one part, or cut where the title of another paper begins."""
    sheet = lay_out(page)
    headings = find_titles(sheet, library)
    cuts = _cuts(headings, sheet, library)
    if len(cuts) <= 1:
        part = _part(ref, page, sheet, 0.0, 1.01, order, cuts[0] if cuts else None)
        parts = [part]
    else:
        parts = []
        edges = [0.0 if not n else _edge(cut) for n, cut in enumerate(cuts)] + [1.01]
        if _much_above(cuts[0], sheet):
            edges[0] = _edge(cuts[0])
            parts.append(_part(ref, page, lay_out(page, 0.0, edges[0]), 0.0, edges[0], order, None))
        for number, cut in enumerate(cuts):
            top, bottom = edges[number], edges[number + 1]
            parts.append(_part(ref, page, lay_out(page, top, bottom), top, bottom, order, cut))
    for part in parts:
        part.scores = word_scores(part.sheet, library)
    return parts


def _edge(heading: Heading) -> float:
    return max(0.0, heading.top - 0.5 * heading.height)


def _part(
    ref: PageRef, page: Page, sheet: Sheet, top: float, bottom: float, order: int, heading: Heading | None
) -> Part:
    texts = ["".join(p.text for p in row) for row in sheet.rows]
    number, total = _page_mark(sheet)
    if heading is not None:
        lines = {
            id(p) for row in sheet.rows for p in row if any(p.raw == t.raw and p.at == t.at for t in heading.pieces)
        }
        sheet.title = frozenset(lines)
    marks = frozenset(_LONG.findall(" ".join(texts)))
    edges = tuple(dict.fromkeys(
        p.text for row in (*sheet.rows[:2], *sheet.rows[-2:]) for p in row if len(p.text) >= 5 and not _is_mark(p.text)
    ))  # fmt: skip
    return Part(ref, page, sheet, top, bottom, order, heading, number, total, marks, {}, edges)


def _is_mark(text: str) -> bool:
    return any(pattern.search(text) for pattern in _PAGE_MARKS)


def _page_mark(sheet: Sheet) -> tuple[int | None, int | None]:
    """The page number at the foot or the head: as a row, or apart from what else stands on its row."""
    rows = [*sheet.rows[-3:], *sheet.rows[:4]]
    for text in ["".join(p.text for p in row) for row in rows] + [p.text for row in rows for p in row if len(row) > 1]:
        for form, pattern in enumerate(_PAGE_MARKS):
            found = pattern.search(text)
            if not found:
                continue
            first = int(found[1])
            second = int(found[2]) if found.re.groups > 1 else None
            number, total = (second, first) if form == len(_PAGE_MARKS) - 1 else (first, second)
            if number is not None and (total is None or 0 < number <= total):
                return number, total
    return None, None


# --- titles ---------------------------------------------------------------------------------------


def find_titles(sheet: Sheet, library: Library) -> list[Heading]:
    """Lines that head a paper, from top to bottom."""
    found = []
    for number, row in enumerate(sheet.rows):
        heading = _title_of(row, number, sheet, library)
        if heading is not None:
            found.append(heading)
    if not found and sheet.page.text_from is not TextFrom.LAYER:
        found = _misread_titles(sheet, library)
    if found or (_page_mark(sheet)[0] or 1) > 1:
        return found
    return composed_title(sheet, library.worded, library.vocabulary)


def _title_of(row: list[Piece], number: int, sheet: Sheet, library: Library) -> Heading | None:
    best: Heading | None = None
    whole = [row] if len(row) > 1 else []
    for pieces in [*whole, *([piece] for piece in row)]:
        text = "".join(piece.text for piece in pieces)
        if not 2 <= len(text) <= 48:
            continue
        for place, phrase in library.titles.find(text):
            for word in library.titles.get(phrase):
                merit = _merit(text, place, phrase, word, pieces, row, sheet, library)
                if best is None or (len(phrase), merit) > (len(best.phrase), best.merit):
                    if merit <= 0 and best is not None:
                        continue
                    height = max(p.at.height for p in pieces)
                    top = min(p.at.top for p in pieces)
                    best = Heading(word.code, number, top, height, merit, tuple(pieces), phrase, text)
    return best if best is not None and best.merit >= SURE else None


def _merit(
    text: str, place: int, phrase: str, word: TitleWord, pieces: Sequence[Piece], row: Sequence[Piece],
    sheet: Sheet, library: Library,
) -> float:  # fmt: skip
    """How much speaks for a title: it ends the line, stands out, stands alone, stands high."""
    end = place + len(phrase)
    before, after = text[:place], text[end:]
    if any(other in _COMPANY.sub("", text) for other in library.not_titles[word.code]):
        return 0.0  # what the company calls itself says nothing of the paper (某某财产保险股份有限公司投保单)
    tall = max(p.at.height for p in pieces) / max(sheet.line_height, 1e-6)
    headline = len(text) >= 6 and tall >= 1.25 and pieces[0].at.top < 0.15  # its colour may be that of a pen
    if not headline and any(piece.at.overlap(mark.at) > 0.5 for mark in sheet.ink for piece in pieces):
        return 0.0  # written by hand
    if len(row) - len(pieces) > 1 or (library.types[word.code].identity and len(sheet.page.words) > 60):
        return 0.0
    if _SENTENCE.search(before) or _SENTENCE.search(after.rstrip("。!！")) or ":" in before[-12:] or len(before) > 26:
        return 0.0
    if _FIGURES.search(after):  # a form's number behind its name: a purpose, a reference, no title
        return 0.0
    rest = _AFTER.sub("", after)
    if rest and (len(rest) > 5 or phrase + after in library.vocabulary or len(phrase) <= 2):
        return 0.0
    left, right = pieces[0].at.left, pieces[-1].at.right
    centred = abs((left + right) / 2 - 0.5) < 0.09
    top = pieces[0].at.top
    name = _COMPANY.sub("", before)
    ends = not rest and len(name) <= 16 and len(phrase) >= 3 and (not name or centred or tall >= 1.2 or top < 0.1)
    merit = 0.45 + (0.2 if ends else 0.2 * len(phrase) / max(1, len(text) - len(_bracketed(text))))
    merit += (0.25 if tall >= 1.25 else 0.0) + (0.1 if tall >= 1.6 else 0.0)
    merit += (0.1 if centred else 0.0) + (0.1 if top < 0.2 else 0.0) - (0.25 if rest else 0.0)
    merit -= 0.15 if len(row) > len(pieces) + 1 else 0.0
    if _NUMBERING.match(before) or (before.startswith("《") and not after.startswith("》")):
        merit -= 0.3
    if len(phrase) <= 2 and tall < 1.2:
        return 0.0
    if word.weak and not (tall >= 1.25 and centred and top < 0.25 and not rest and len(before) <= 16):
        return 0.0
    return merit


def _bracketed(text: str) -> str:
    return "".join(re.findall(r"\([^()]*\)|\[[^\[\]]*\]", text))


def _misread_titles(sheet: Sheet, library: Library) -> list[Heading]:
    """A prominent line that is almost a title, as OCR reads it."""
    for number, row in enumerate(sheet.rows[:12]):
        text = "".join(piece.text for piece in row)
        height = max(p.at.height for p in row)
        if text in library.vocabulary:  # a label that looks like a title (投保申请号, 投保申请书)
            continue
        if not 4 <= len(text) <= 32 or (height < 1.2 * sheet.line_height and number > 3) or _SENTENCE.search(text):
            continue
        plain = text.replace(_bracketed(text), "")
        title = _nearest_title(plain, library)
        if title is None:
            continue
        word = library.titles.get(title)[0]
        if word.weak or any(other in _COMPANY.sub("", text) for other in library.not_titles[word.code]):
            continue
        return [Heading(word.code, number, row[0].at.top, height, 0.7, tuple(row), title, text)]
    return []


def _nearest_title(text: str, library: Library) -> str | None:
    """The title that the line ends with but for a character, or two in a long one."""
    alike = process.extract(text, library.long_titles, scorer=fuzz.partial_ratio, score_cutoff=75, limit=8)
    best: tuple[int, int, str] | None = None
    for title, _, _ in alike:
        if len(text) - len(title) > 16:
            continue
        away = min(
            Levenshtein.distance(text[-length:], title) for length in (len(title) - 1, len(title), len(title) + 1)
        )
        if away <= (1 if len(title) < 9 else 2) and (best is None or (away, -len(title)) < best[:2]):
            best = (away, -len(title), title)
    return best[2] if best else None


def _cuts(headings: Sequence[Heading], sheet: Sheet, library: Library) -> list[Heading]:
    """The titles that begin a paper: not the subtitle of one, nor a heading smaller than the first."""
    if not headings:
        return []
    tallest = max(h.height for h in headings)
    kept: list[Heading] = []
    for heading in headings:
        if not kept:
            kept.append(heading)
            continue
        last = kept[-1]
        if heading.top - last.top < 0.05:  # two lines of one title: the bigger, then the longer one names it
            if (round(heading.height / last.height, 1), len(heading.phrase)) > (1.0, len(last.phrase)):
                kept[-1] = heading
            continue
        if heading.code == last.code and not (
            library.types[heading.code].several or library.types[heading.code].identity
        ):
            continue
        if heading.height >= 0.85 * tallest and heading.merit >= 0.9:
            kept.append(heading)
    return kept


def _much_above(heading: Heading, sheet: Sheet) -> bool:
    return heading.top > 0.3 and heading.row >= 6


# --- words ----------------------------------------------------------------------------------------


def word_scores(sheet: Sheet, library: Library) -> dict[str, float]:
    """How many words of each type the page has; a word of many types counts little for each."""
    seen: dict[str, None] = {}
    for row in sheet.rows:
        for piece in row:
            for _, phrase in library.cues.find(piece.text):
                seen[phrase] = None
    scores: dict[str, float] = defaultdict(float)
    for phrase in seen:
        owners: dict[str, float] = {}
        for code, weight in library.cues.get(phrase):
            owners[code] = max(weight, owners.get(code, 0.0))
        share = 1.0 / len(owners) ** 0.7
        for code, weight in owners.items():
            scores[code] += weight * share
    return scores
