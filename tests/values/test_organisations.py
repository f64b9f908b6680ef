"""Organisations and products: form is not difference, words are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.values.organisations import (
    canonical_organisation,
    canonical_product,
    compare_organisations,
    compare_products,
    is_organisation,
)

ORGANISATIONS = """
某某人寿保险股份有限公司 | 某某人寿保险股份有限公司 | exact same
某某人寿保险股份有限 公司 | 某某人寿保险股份有限公司 | exact same
某某(上海)保险经纪有限公司 | 某某（上海）保险经纪有限公司 | variant form
某某保險經紀有限公司 | 某某保险经纪有限公司 | variant form
某某人寿保险股份公司 | 某某人寿保险股份有限公司 | variant legal_form
某某人寿保险有限责任公司 | 某某人寿保险有限公司 | variant legal_form
某某人寿保险股份有限公司 | 某某人寿保险股份有限公司上海分公司 | variant branch
某某人寿保险股份有限公司北京分公司 | 某某人寿保险股份有限公司上海分公司 | variant other_branch review
中国某某银行 | 中国某某银行上海市浦东支行 | variant branch
某某人寿 | 某某人寿保险股份有限公司 | variant short_name review
某某人寿保险股份有 | 某某人寿保险股份有限公司 | variant truncated review
恒洁人寿保险股份有限公司 | 恒浩人寿保险股份有限公司 | ocr_near one_off
甲人寿保险股份有限公司 | 乙人寿保险股份有限公司 | conflict different
某某人寿保险股份有限公司 | 某某财产保险股份有限公司 | conflict different
某某人寿保险股份有限公司 | 张伟 | conflict different
 | 某某人寿保险股份有限公司 | unreadable nothing
ABC Insurance Co., Ltd. | ABC INSURANCE CO LTD | variant
"""

PRODUCTS = """
某某终身寿险（分红型） | 某某终身寿险（分红型） | exact same
某某终身寿险(分红型) | 某某终身寿险（分红型） | variant form
《某某终身寿险（分红型）》 | 某某终身寿险（分红型） | exact same
某某终身寿险 （分红型） | 某某终身寿险（分红型） | exact same
某某终身寿险2024版 | 某某终身寿险2024款 | variant version_word
某某终身寿险A款 | 某某终身寿险A版 | variant version_word
恒安终身寿险 | 恒安人寿恒安终身寿险 | variant issuer
某某终身寿险 | 某某终身寿险（分红型） | variant shorter review
某某终身寿险（分红型） | 某某终身寿险（万能型） | conflict different
某某终身寿险A款 | 某某终身寿险B款 | conflict different
某某终身寿险2023版 | 某某终身寿险2024版 | conflict different
某某终身寿险 | 某某年金保险 | conflict different
鑫享终身寿险（分红型） | 鑫亨终身寿险（分红型） | ocr_near one_off
 | 某某终身寿险 | unreadable nothing
"""


@pytest.mark.parametrize("line", [line for line in ORGANISATIONS.split("\n") if line.strip()])
def test_organisations(line: str) -> None:
    a, b, expected = (part.strip() for part in line.split("|"))
    for match in (compare_organisations(a, b), compare_organisations(b, a)):
        assert set(expected.split()) <= {match.kind.value, match.how} | ({"review"} if match.review else set())


@pytest.mark.parametrize("line", [line for line in PRODUCTS.split("\n") if line.strip()])
def test_products(line: str) -> None:
    a, b, expected = (part.strip() for part in line.split("|"))
    for match in (compare_products(a, b), compare_products(b, a)):
        assert set(expected.split()) <= {match.kind.value, match.how} | ({"review"} if match.review else set())


@pytest.mark.parametrize(
    ("text", "yes"),
    [
        ("某某人寿保险股份有限公司", True),
        ("上海某某小学", True),
        ("某某市第一人民医院", True),
        ("某某 银行", True),
        ("ABC Insurance Co., Ltd.", True),
        ("张伟", False),
        ("买买提·阿不都热合曼", False),
        ("John Smith", False),
        ("", False),
        ("欧阳娜娜", False),
    ],
)
def test_is_organisation(text: str, yes: bool) -> None:
    assert is_organisation(text) is yes


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("：某某 人寿 (上海) 公司", "某某人寿(上海)公司"),
        ("某某（上海)公司", "某某（上海）公司"),
        ("ABC  Insurance", "ABC Insurance"),
        ("某某ＡＢＣ公司", "某某ABC公司"),
    ],
)
def test_canonical(text: str, name: str) -> None:
    assert canonical_organisation(text) == name
    assert canonical_product(f"《{text.lstrip('：')}》") == name


CHARACTERS = st.text(st.sampled_from("某甲乙人寿财险保公司股份有限上海北京分支行()（） AB2024款版终身"), max_size=14)


@given(CHARACTERS, CHARACTERS)
def test_symmetric(a: str, b: str) -> None:
    for compare in (compare_organisations, compare_products):
        forth, back = compare(a, b), compare(b, a)
        assert (forth.kind, forth.how, forth.review) == (back.kind, back.how, back.review)
