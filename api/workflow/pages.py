"""What does a page look like? Masked in the pixels where it must be.

Whoever may not see numbers in full gets them painted over: fields and lines of the recognised papers, and every word
of the page that carries one. A page that nobody recognised is not shown to them at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from api import rendering
from api.errors import ServiceError, not_found
from api.etags import etag
from api.permissions import Permission
from api.principal import Principal
from api.rendering import DRAWN, Leaf
from api.services import Services
from api.store import cases as stored
from api.tables import SourceRow
from api.workflow import kept
from api.workflow.cases import viewed
from api.workflow.opened import Opened, open_case
from verifier.model import Box, Page, Text, Transcript, Word
from verifier.reading.intake import Member, unpack
from verifier.reading.limits import LIMITS
from verifier.reports.masking import is_sensitive, masked

WIDTHS = (240, 480, 960, 1440, 1800)
TOUCHED = 0.1  # of a word in a covered place hides it


@dataclass(frozen=True)
class Found:
    """A page of a case: the source it came in, the file's real name, its transcript."""

    case: Opened
    row: SourceRow
    file: str
    sha256: str
    transcript: Transcript
    page: Page

    @property
    def leaf(self) -> Leaf:
        return Leaf(self.file, self.sha256, self.page.number, self.page.rotation)

    @cached_property
    def covered(self) -> tuple[Box, ...]:
        """Places on this page that this person may not see."""
        masker, full = self.case.masker, self.case.full
        if masker is None or full is None:
            return ()
        place = (self.file, self.page.number)
        boxes = list(masker.boxes(full.documents).get(place, ()))
        boxes += [
            field.evidence.box
            for document in full.documents
            for field in document.fields.values()
            if is_sensitive(field) and field.evidence.box and (field.evidence.file, field.evidence.page) == place
        ]
        boxes += [word.box for word in self.page.words if masker.text(word.text) != word.text]
        return tuple(boxes)

    def text_of(self, word: Word) -> str:
        masker = self.case.masker
        if masker is None:
            return word.text
        if any(word.box.overlap(box) > TOUCHED for box in self.covered):
            return masked(word.text)
        return masker.text(word.text)


# --- pages ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Listed:
    """A page in a list. `document` None: no paper was recognised on it."""

    file: str
    page: int
    document: str | None
    type: str | None


def listed(services: Services, who: Principal, case_id: str, by: Opened | None = None) -> list[Listed]:
    """The pages of a case in the order of its files, as far as this person may see them. `by`: the case as it was opened
    by another judgement than the one that counts."""
    who.require(Permission.CASE_READ)
    with services.reading() as session:
        case = by or open_case(services, session, who, case_id)
        rows = stored.sources(session, case_id)
    documents = case.shown.audit.documents if case.shown else ()
    owners = {(case.real_name(page.file), page.page): one for one in documents for page in one.pages}
    viewed(services, who, case, "case.pages_listed")
    found = []
    for row in rows:
        for member in row.members:
            for number in range(1, (member["pages"] or 0) + 1):
                if case.shows_page(member["file"], number):
                    owner = owners.get((member["file"], number))
                    shown = case.shown_name(member["file"])
                    found.append(Listed(shown, number, owner.id if owner else None, owner.type if owner else None))
    return found


def found_page(
    services: Services, who: Principal, case_id: str, file: str, number: int, by: Opened | None = None
) -> Found:
    who.require(Permission.CASE_READ)
    with services.reading() as session:
        case = by or open_case(services, session, who, case_id)
        rows = stored.sources(session, case_id)
    real = case.real_name(file)
    for row in rows:
        for member in row.members:
            if member["file"] == real and case.shows_page(real, number):
                transcript = kept.transcript(services.blobs, row.tenant_id, member["sha256"], row.reader)
                page = next((one for one in transcript.pages if one.number == number), None) if transcript else None
                if transcript is not None and page is not None:
                    return Found(case, row, real, member["sha256"], transcript, page)
    raise not_found("页面", "page")


# --- pictures ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """Which picture: one of WIDTHS, a part of the page or all of it, `JPEG` or `WEBP`."""

    width: int
    area: Box | None = None
    form: str = "JPEG"


@dataclass(frozen=True, slots=True)
class Picture:
    """`data` None: the asker holds it already."""

    tag: str
    data: bytes | None


def picture(
    services: Services,
    who: Principal,
    case_id: str,
    file: str,
    number: int,
    asked: Asked,
    held: str = "",
    by: Opened | None = None,
) -> Picture:
    """A page or a part of it, looked at: on the trail. `held` is the tag of what the asker has."""
    found = found_page(services, who, case_id, file, number, by)
    area = asked.area.as_list() if asked.area else None
    tag = etag(DRAWN, found.leaf.key, asked.width, area, asked.form, found.covered)
    viewed(
        services, who, found.case, "page.viewed", source=found.row.id, page=number, part=asked.area is not None
    )  # fmt: skip
    if held == tag:
        return Picture(tag, None)
    whole = whole_page(services, found)
    if whole is None:
        raise no_picture()
    return Picture(tag, rendering.cut(whole, found.covered, asked.area, asked.width, asked.form))


def whole_page(services: Services, found: Found) -> bytes | None:
    """The upright page with nothing covered; drawn once."""
    known = rendering.kept(services.blobs, found.row.tenant_id, found.leaf)
    if known is not None:
        return known
    data = member_bytes(services, found.row, found.file)
    return rendering.drawn(services.blobs, found.row.tenant_id, found.leaf, data) if data is not None else None


def member_bytes(services: Services, row: SourceRow, file: str) -> bytes | None:
    """The bytes of a file of the case, or of the member of a container with this name."""
    if row.size > LIMITS.file_bytes:
        return None
    data = b"".join(services.blobs.get(row.tenant_id, row.sha256))
    if file == row.file:
        return data
    members = unpack(row.file, data)
    return next((one.data for one in members if isinstance(one, Member) and one.name == file), None)


class CasePictures:
    """`verifier.reports.images.PageImages` of a case for a report, covered as for its reader."""

    def __init__(self, services: Services, case: Opened, rows: Sequence[SourceRow]) -> None:
        self._services = services
        self._case = case
        self._members = {member["file"]: (row, member) for row in rows for member in row.members}
        self._transcripts: dict[str, Transcript | None] = {}
        self._pages: dict[tuple[str, int], tuple[Found, bytes] | None] = {}

    def crop(self, file: str, page: int, area: Box | None, width: int) -> bytes | None:
        if (file, page) not in self._pages:
            self._pages = {(file, page): self._page(file, page)}  # a report asks page by page
        known = self._pages[file, page]
        return rendering.cut(known[1], known[0].covered, area, width, "JPEG") if known else None

    def _page(self, file: str, number: int) -> tuple[Found, bytes] | None:
        if file not in self._members or not self._case.shows_page(file, number):
            return None
        row, member = self._members[file]
        if file not in self._transcripts:
            blobs = self._services.blobs
            self._transcripts[file] = kept.transcript(blobs, row.tenant_id, member["sha256"], row.reader)
        transcript = self._transcripts[file]
        page = next((one for one in transcript.pages if one.number == number), None) if transcript else None
        if transcript is None or page is None:
            return None
        found = Found(self._case, row, file, member["sha256"], transcript, page)
        whole = whole_page(self._services, found)
        return (found, whole) if whole is not None else None


def no_picture() -> ServiceError:
    return ServiceError(
        404,
        "no_picture",
        Text("该页没有图像", "This page has no picture"),
        Text("可查看其文字，或下载原文件", "See its words, or download the file"),
    )


# --- the file itself --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Original:
    name: str
    size: int
    sha256: str
    chunks: Iterator[bytes]


def original(services: Services, who: Principal, case_id: str, file: str) -> Original:
    """A file as it came; only for those who may see all of it."""
    who.require(Permission.CASE_READ)
    with services.reading() as session:
        case = open_case(services, session, who, case_id)
        rows = stored.sources(session, case_id)
    real = case.real_name(file)
    row = next((one for one in rows if real == one.file or any(real == member["file"] for member in one.members)), None)
    if row is None or real in case.hidden_files:
        raise not_found("文件", "file")
    if not all(case.shows_file(member["file"]) for member in row.members if real in (row.file, member["file"])):
        raise ServiceError(
            403,
            "original_not_shown",
            Text("原文件含有您无权查看的内容", "The file holds what you may not see"),
            Text("请查看页面图像，其中相应内容已遮盖", "See the pictures of its pages, where that is covered"),
        )
    viewed(services, who, case, "file.downloaded", source=row.id, sha256=row.sha256)
    name = real.replace("!/", "/").rsplit("/", 1)[-1]
    if real == row.file:
        return Original(name, row.size, row.sha256, services.blobs.get(row.tenant_id, row.sha256))
    data = member_bytes(services, row, real)
    member = next(one for one in row.members if one["file"] == real)
    if data is None:
        raise not_found("文件", "file")
    return Original(name, len(data), member["sha256"], iter((data,)))
