"""Pages of a case: pictures and crops, words with their places, the files themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Query, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from api.deps import Allowed, Bound
from api.errors import ServiceError, invalid
from api.etags import unchanged
from api.permissions import Permission
from api.principal import Principal
from api.routes.cases import NOT_MODIFIED, IfNoneMatch
from api.routes.documented import Sentence, problems
from api.workflow import page_words, pages
from api.workflow.pages import WIDTHS, Asked, Listed, Picture
from verifier.model import Box, Text

router = APIRouter(tags=["pages"])
Reader = Annotated[Principal, Depends(Allowed(Permission.CASE_READ))]
File = Annotated[
    str,
    Query(
        max_length=1000,
        pattern=r"^[^\x00]+$",
        description="文件名，与 audit.json 中一致 / As named in audit.json",
        examples=["scan.pdf"],
    ),
]
Number = Annotated[int, Query(ge=1, le=100_000, description="页码，从 1 起 / From 1", examples=[1])]
PICTURE: dict[str, Any] = {"content": {"image/jpeg": {}, "image/webp": {}}, "description": "图像 / The picture"}
REVALIDATED = "private, no-cache"  # kept by the browser, asked for each time: so that each look is on the trail


class PageOut(BaseModel):
    file: str = Field(examples=["scan.zip!/投保单.pdf"])
    page: int = Field(examples=[1])
    document: str | None = Field(description="所属材料 / The paper it belongs to", examples=["d1"])
    type: str | None = Field(examples=["F01"])


class PagesOut(BaseModel):
    items: list[PageOut]


class WordOut(BaseModel):
    text: str = Field(examples=["投保人姓名：张伟（虚构）"])
    box: list[float] = Field(examples=[[0.1, 0.2, 0.4, 0.23]])
    confidence: float
    places: list[int] = Field(description="使用它的 places 序号 / Numbers of the places that use it")


class PlaceOut(BaseModel):
    kind: str = Field(description="field, mark, finding", examples=["field"])
    name: str = Field(examples=["policyholder.name"])
    label: Sentence
    document: str | None = Field(examples=["d1"])
    outcome: str | None = Field(examples=[None])
    box: list[float]


class WordsOut(BaseModel):
    """Boxes are fractions of the upright page, origin top left (contract, section 5)."""

    file: str
    page: int
    width: float
    height: float
    blank: bool
    read: bool
    words: list[WordOut]
    places: list[PlaceOut]


@router.get(
    "/cases/{case_id}/pages",
    operation_id="list_pages",
    summary="案件的页面 / Pages of a case",
    responses=problems(404, 409, 410),
)
def listed(case_id: str, who: Reader, services: Bound) -> PagesOut:
    return pages_out(pages.listed(services, who, case_id))


def pages_out(found: Sequence[Listed]) -> PagesOut:
    return PagesOut(items=[PageOut.model_validate(one, from_attributes=True) for one in found])


def wanted(
    width: Annotated[int, Query(description="240, 480, 960, 1440, 1800", examples=[960])] = 960,
    box: Annotated[str | None, Query(max_length=100, examples=["0.1,0.2,0.5,0.3"])] = None,
    form: Annotated[str, Query(alias="format", pattern="^(jpeg|webp)$")] = "jpeg",
) -> Asked:
    """Which picture of a page."""
    if width not in WIDTHS:
        raise invalid(
            "bad_width",
            Text("没有这一宽度", "There is no such width"),
            Text(f"可用宽度：{WIDTHS}", f"Possible widths: {WIDTHS}"),
        )
    return Asked(width, _box(box), form.upper())


Wanted = Annotated[Asked, Depends(wanted)]


@router.get(
    "/cases/{case_id}/pages/picture",
    operation_id="get_page_picture",
    summary="页面或局部图像 / Picture of a page, or of a part of it",
    description="转正后的页面；无权查看的内容在像素中遮盖。`box` 为左、上、右、下四个 0 到 1 的比例。"
    " / The page upright; what the asker may not see is covered in the pixels. `box`: left, top, right, bottom as"
    " fractions of the page.",
    response_class=Response,
    responses={**problems(404, 409, 410), 200: PICTURE, 304: NOT_MODIFIED},
)
def picture(
    case_id: str,
    who: Reader,
    services: Bound,
    file: File,
    page: Number,
    asked: Wanted,
    if_none_match: IfNoneMatch = None,
) -> Response:
    made = pages.picture(services, who, case_id, file, page, asked, held=held(if_none_match))
    return pictured(made, asked, if_none_match)


def pictured(made: Picture, asked: Asked, if_none_match: str | None) -> Response:
    headers = {"ETag": made.tag, "Cache-Control": REVALIDATED}
    if made.data is None or unchanged(if_none_match, made.tag):
        return Response(status_code=304, headers=headers)
    return Response(made.data, media_type=f"image/{asked.form.lower()}", headers=headers)


def held(if_none_match: str | None) -> str:
    return (if_none_match or "").strip().removeprefix("W/")


def _box(text: str | None) -> Box | None:
    if text is None:
        return None
    try:
        left, top, right, bottom = (float(side) for side in text.split(","))
    except ValueError:
        raise _bad_box() from None
    if not (0 <= left < right <= 1 and 0 <= top < bottom <= 1):
        raise _bad_box()
    return Box(left, top, right, bottom)


def _bad_box() -> ServiceError:
    return invalid(
        "bad_box",
        Text("box 不是页面上的区域", "The box is no part of a page"),
        Text("应为 左,上,右,下，均在 0 到 1 之间", "Give left,top,right,bottom between 0 and 1"),
    )


@router.get(
    "/cases/{case_id}/pages/words",
    operation_id="get_page_words",
    summary="页面文字及其用途 / Words of a page and what uses them",
    responses=problems(404, 409, 410),
)
def words(case_id: str, who: Reader, services: Bound, file: File, page: Number) -> WordsOut:
    return words_out(page_words.words(services, who, case_id, file, page))


def words_out(found: page_words.Words) -> WordsOut:
    return WordsOut(
        file=found.file,
        page=found.page.number,
        width=found.page.width,
        height=found.page.height,
        blank=found.page.blank,
        read=found.page.read,
        words=[
            WordOut(text=one.text, box=one.box.as_list(), confidence=round(one.confidence, 4), places=list(one.places))
            for one in found.words
        ],
        places=[
            PlaceOut(
                kind=one.kind,
                name=one.name,
                label=Sentence(zh=one.label.zh, en=one.label.en),
                document=one.document,
                outcome=one.outcome,
                box=one.box.as_list(),
            )
            for one in found.places
        ],
    )


@router.get(
    "/cases/{case_id}/files/{file:path}",
    operation_id="download_file",
    summary="下载原文件 / The file as it came",
    description="仅限可查看全部内容的人员；容器内文件写作 `outer.zip!/inner.pdf`。"
    " / Only for those who may see all of it; a member of a container is `outer.zip!/inner.pdf`.",
    response_class=StreamingResponse,
    responses={
        **problems(404, 409, 410),
        200: {"content": {"application/octet-stream": {}}, "description": "文件 / The file"},
        304: NOT_MODIFIED,
    },
)
def download(
    case_id: str,
    file: Annotated[str, Path(examples=["scan.pdf"])],
    who: Reader,
    services: Bound,
    if_none_match: IfNoneMatch = None,
) -> Response:
    found = pages.original(services, who, case_id, file)
    tag = f'"{found.sha256}"'
    if unchanged(if_none_match, tag):
        return Response(status_code=304, headers={"ETag": tag})
    return attachment(
        found.chunks, found.name, "application/octet-stream", {"ETag": tag, "Content-Length": str(found.size)}
    )


def attachment(chunks: Iterator[bytes], name: str, media_type: str, headers: dict[str, str]) -> StreamingResponse:
    """A download: never shown inside a browser's page, whatever it is."""
    disposition = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return StreamingResponse(chunks, media_type=media_type, headers={"Content-Disposition": disposition, **headers})
