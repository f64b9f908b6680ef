"""Do files of other formats give their words in their places, and their signatures as facts?"""

from __future__ import annotations

import io
import zipfile

import pytest
from PIL import Image

from tests.reading import formats
from tests.reading.engines import Silent
from tests.reading.papers import form
from tests.reading.papers import picture as scan
from verifier.model import TextFrom, Transcript
from verifier.reading import image, ofd, pdf, reader, sniff
from verifier.reading.intake import Member, unpack
from verifier.reading.limits import LIMITS
from verifier.reading.rejections import Refused

ENGINE = "tests.reading.engines:Silent"


def read(data: bytes, name: str) -> Transcript:
    return reader.read(data, name, engine=ENGINE)


def test_an_ofd_invoice_gives_words_at_their_places() -> None:
    (page,) = read(formats.ofd(), "发票.ofd").pages
    assert [word.text for word in page.words] == [text for text, *_ in formats.TEXTS]
    amount = page.words[-1].box
    assert (amount.left, amount.top) == pytest.approx((20 / 210, 90 / 140), abs=0.01)
    assert page.text_from is TextFrom.LAYER and (page.width, page.height) == pytest.approx((595.3, 396.9), abs=0.1)


def test_ofd_gaps_end_words_and_hidden_text_is_not_shown() -> None:
    spaced = (
        '<ofd:TextObject ID="7" Boundary="10 50 100 5" Size="4"><ofd:TextCode X="0" Y="4" DeltaX="g 2 4 30 4">'
        "付款人张伟</ofd:TextCode></ofd:TextObject>"
    )
    hidden = formats.text_object("84000.00", 20, 100, 3.5, 'Visible="false"')
    (page,) = read(formats.ofd(more=spaced + hidden), "a.ofd").pages
    texts = [word.text for word in page.words]
    assert "付款人" in texts and "张伟" in texts and "84000.00" not in texts


def test_ofd_signatures_are_facts() -> None:
    (whole,) = read(formats.ofd(signed=True), "a.ofd").esignatures
    assert (whole.intact, whole.covers_whole_file, whole.changed_after) == (None, True, False)
    assert whole.signer == "某某税务（虚构）" and whole.signed_at is not None
    assert "unsupported_algorithm: SM2/SM3" in whole.problems
    (altered,) = read(formats.ofd(signed=True, altered=True), "a.ofd").esignatures
    assert altered.intact is False and altered.changed_after and "digest_differs" in altered.problems
    (added,) = read(formats.ofd(signed=True, added=True), "a.ofd").esignatures
    assert added.intact is None and added.changed_after and "content_outside_signature" in added.problems


def test_broken_and_hostile_ofd_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("OFD.xml", '<!DOCTYPE a [<!ENTITY b "c">]><a/>')
    for data in (out.getvalue(), formats.ofd()[:400]):
        with pytest.raises(Refused):
            list(ofd.read_ofd(data, Silent(), LIMITS))


def test_an_xml_invoice_gives_labelled_lines() -> None:
    (page,) = read(formats.invoice(), "发票.xml").pages
    assert [word.text for word in page.words] == [
        "发票号码：26312000000012345678", "销售方名称：某某人寿保险股份有限公司", "价税合计（小写）：24000.00",
    ]  # fmt: skip
    with pytest.raises(Refused, match="unsupported_type"):
        read(formats.invoice('<!DOCTYPE a [<!ENTITY b "c">]>'), "发票.xml")


def test_a_workbook_gives_rows_of_cells_and_a_page_a_sheet() -> None:
    first, second = read(formats.workbook(), "清单.xlsx").pages
    assert [word.text for word in first.words] == ["投保人姓名", "张伟", "保险费", "24000"]
    assert first.words[0].box.top == first.words[1].box.top < first.words[2].box.top
    assert [word.text for word in second.words] == ["缴费日期", "2026-03-06"]


@pytest.mark.parametrize("kind", ["heic", "cmyk", "deep"])
def test_pictures_of_any_depth_look_alike(kind: str) -> None:
    base = Image.open(io.BytesIO(scan(form(), 60)))
    data = formats.picture(base, kind)
    assert sniff.media_type(data) in sniff.PICTURES
    pixels, _ = image.frame_at(data, 0, LIMITS)
    wanted, _ = image.frame_at(scan(form(), 60), 0, LIMITS)
    assert pixels.shape == wanted.shape and pixels.dtype == wanted.dtype
    grey = [view.mean(axis=2) for view in (pixels, wanted)]
    assert abs(grey[0] - grey[1]).mean() < 6


def test_frames_of_a_tiff_are_pages() -> None:
    data = formats.picture(Image.open(io.BytesIO(scan(form(), 60))), "tiff")
    assert [page.number for page in read(data, "fax.tif").pages] == [1, 2, 3]


def test_an_outlook_mail_gives_its_attachment() -> None:
    data = formats.outlook("投保单.pdf", form(seal=False))
    assert sniff.media_type(data) == sniff.MSG
    (member,) = unpack("邮件.msg", data)
    assert isinstance(member, Member), member
    assert member.name == "邮件.msg!/投保单.pdf" and pdf.page_count(member.data, LIMITS) == 1
