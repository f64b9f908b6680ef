"""Into which files do the papers of a case go, and how do they look there?

A digital case keeps the text layer of its forms; cards and screenshots are pictures in every case.
A scanned or photographed case is pictures throughout. Forms may be bound into one PDF, pages may be
turned, files are named as people name them.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from random import Random
from typing import Any

import numpy as np
from PIL import Image
from pypdf import PdfReader, PdfWriter

from samples import looks
from samples.paper import Paper
from samples.styles.labels import TITLES
from samples.surface import DrawnPaper

PICTURES = ("id_card", "wallet", "pos_slip")
BLANK = -1  # the page number of the empty back of a sheet
BLANK_SHARE = 0.03
NAMES = {"D-202": "身份证", "P02": "银行回单", "P03": "支付凭证", **TITLES}


@dataclass(frozen=True, slots=True)
class Place:
    """Where one drawn page went."""

    file: str
    page: int
    matrix: looks.Matrix | None
    look: str


@dataclass(frozen=True, slots=True)
class Bound:
    """The files of a case, and for each paper the place of each of its pages."""

    files: dict[str, bytes]
    places: list[list[Place]]


@dataclass(frozen=True, slots=True)
class Grade:
    """How richly pictures are kept. `dpi` 0: drawn for each case; `grey`: scans without colour."""

    dpi: int = 0
    grey: bool = False
    quality: int = 78
    turns: bool = True


@dataclass(slots=True)
class _Leaf:
    """One page before binding: a page of a PDF with its text layer, or a picture."""

    paper: int
    page: int
    look: str
    pdf: bytes | None = None
    picture: looks.Picture | None = None


def _page_look(paper: Paper, look: str, rng: Random) -> str:
    if paper.look:
        return paper.look
    if look == "digital":
        return "clean" if paper.kind in PICTURES else "digital"
    if look == "photo":
        return "photo"
    if paper.kind == "wallet":
        return "clean"
    return "fax" if rng.random() < 0.04 else "photo" if paper.kind == "id_card" and rng.random() < 0.3 else "scanned"


def _blank(paper: int, dpi: int, rng: Random) -> _Leaf:
    """The empty back of a sheet, fed along by the scanner."""
    white = np.full((int(11.69 * dpi), int(8.27 * dpi), 3), 255, np.uint8)
    return _Leaf(paper, BLANK, "scanned", picture=looks.look_at(white, "scanned", rng, dpi))


def _leaves(papers: list[Paper], drawn: list[DrawnPaper], look: str, rng: Random, grade: Grade) -> list[_Leaf]:
    found: list[_Leaf] = []
    dpi = grade.dpi or rng.choices((150, 200, 250), weights=(30, 60, 10))[0]
    for number, (paper, drawing) in enumerate(zip(papers, drawn, strict=True)):
        page_look = _page_look(paper, look, rng)
        if page_look == "scanned" and rng.random() < BLANK_SHARE:
            found.append(_blank(number, dpi, rng))
        if page_look == "digital":
            found += [_Leaf(number, page, "digital", pdf=drawing.pdf) for page in range(drawing.pages)]
            continue
        at = dpi if drawing.sizes[0][0] > 400 else max(dpi, 200)
        for page, pixels in enumerate(looks.render(drawing.pdf, at)):
            turn = (
                rng.choice((90, 180, 270))
                if grade.turns and page_look in ("scanned", "photo") and rng.random() < 0.08
                else 0
            )
            found.append(
                _Leaf(number, page, page_look, picture=looks.look_at(pixels, page_look, rng, at, turn, grade.grey))
            )
    return found


def _groups(leaves: list[_Leaf], papers: list[Paper], look: str, rng: Random) -> list[list[_Leaf]]:
    """Which leaves share a file: papers apart, the forms of signing together, or nearly everything."""
    way = rng.choice(("apart", "forms", "forms", "all")) if look != "photo" else rng.choice(("apart", "pages"))
    groups: dict[Any, list[_Leaf]] = {}
    if rng.random() < 0.3:  # nobody sorted the papers before they were scanned
        order = list(range(len(papers)))
        rng.shuffle(order)
        leaves = sorted(leaves, key=lambda leaf: order[leaf.paper])
    for leaf in leaves:
        paper = papers[leaf.paper]
        key: Any = leaf.paper
        if paper.kind in PICTURES:
            key = (leaf.paper, leaf.page) if rng.random() < 0.5 else leaf.paper
        elif way == "all" and not paper.look:
            key = "all"
        elif way == "forms" and not paper.look and paper.type[0] in "DF":
            key = "forms"
        elif way == "pages":
            key = (leaf.paper, leaf.page)
        groups.setdefault((key, leaf.look == "digital"), []).append(leaf)
    return list(groups.values())


def _name(group: list[_Leaf], papers: list[Paper], number: int, extension: str, manner: str) -> str:
    if manner == "scan":
        return f"Scan_{number:03d}.{extension}"
    if manner == "camera":
        return f"IMG_{4200 + number}.{extension}"
    kinds = {papers[leaf.paper].type for leaf in group}
    words = "投保资料合并" if len(kinds) > 1 else NAMES.get(kinds.pop(), "资料")
    return f"{number:02d}{words}.{extension}"


def _merged(group: list[_Leaf]) -> bytes:
    writer = PdfWriter()
    readers: dict[int, PdfReader] = {}
    for leaf in group:
        assert leaf.pdf is not None
        reader = readers.setdefault(leaf.paper, PdfReader(io.BytesIO(leaf.pdf)))
        writer.add_page(reader.pages[leaf.page])
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def _tiff(group: list[_Leaf]) -> bytes:
    images = [Image.fromarray(leaf.picture.pixels) for leaf in group if leaf.picture]
    buffer = io.BytesIO()
    images[0].save(buffer, "TIFF", save_all=True, append_images=images[1:], compression="jpeg", quality=70)
    return buffer.getvalue()


def _picture_file(group: list[_Leaf], look: str, rng: Random, quality: int) -> tuple[str, bytes]:
    pictures = [leaf.picture for leaf in group if leaf.picture]
    if len(pictures) == 1 and (look != "scanned" or rng.random() < 0.4):
        form = rng.choices(("jpg", "png" if group[0].look == "clean" else "jpg", "webp"), weights=(70, 22, 8))[0]
        return form, looks.encoded(pictures[0], {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}[form], quality)
    if len(pictures) > 1 and rng.random() < 0.08:
        return "tif", _tiff(group)
    return "pdf", looks.as_pdf(pictures, quality)


def bind(papers: list[Paper], drawn: list[DrawnPaper], look: str, rng: Random, grade: Grade) -> Bound:
    """The files of the case and where every page went."""
    leaves = _leaves(papers, drawn, look, rng, grade)
    manner = rng.choice(("titles", "titles", "scan")) if look != "photo" else rng.choice(("camera", "camera", "titles"))
    folder = rng.choice(("", "", "", "投保资料/", "附件/"))
    files: dict[str, bytes] = {}
    places: list[dict[int, Place]] = [{} for _ in papers]
    for number, group in enumerate(_groups(leaves, papers, look, rng), 1):
        digital = group[0].pdf is not None
        extension, data = ("pdf", _merged(group)) if digital else _picture_file(group, look, rng, grade.quality)
        name = folder + _name(group, papers, number, extension, manner)
        files[name] = data
        for page, leaf in enumerate(group, 1):
            matrix = leaf.picture.matrix if leaf.picture else None
            if leaf.page != BLANK:
                places[leaf.paper][leaf.page] = Place(name, page, matrix, leaf.look)
    return Bound(files, [[pages[n] for n in sorted(pages)] for pages in places])
