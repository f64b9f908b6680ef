"""Telephones, and fields that are filled only so that they are not empty."""

from __future__ import annotations

import pytest

from verifier.values.phones import canonical_phone, is_mobile, is_placeholder


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("138 1234 5678", "13812345678"),
        ("138-1234-5678", "13812345678"),
        ("+86 13812345678", "13812345678"),
        ("0086-13812345678", "13812345678"),
        ("(86)13812345678", "13812345678"),
        ("１３８１２３４５６７８", "13812345678"),
        ("：13812345678", "13812345678"),
        ("|1|3|8|1|2|3|4|5|6|7|8|", "13812345678"),
        ("138****5678", "138****5678"),
        ("021-62345678", "021-62345678"),
        ("02162345678", "021-62345678"),
        ("(021)62345678", "021-62345678"),
        ("0755-26545678-801", "0755-26545678-801"),
        ("95500", "95500"),
        ("+85261234567", "+85261234567"),
        ("无", ""),
        ("", ""),
    ],
)
def test_canonical(text: str, phone: str) -> None:
    assert canonical_phone(text) == phone
    assert canonical_phone(phone) == phone


def test_mobile() -> None:
    assert is_mobile("138 1234 5678") and is_mobile("+8619912345678")
    assert not any(map(is_mobile, ("12812345678", "1381234567", "138****5678", "021-62345678", "")))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "无",
        "不详",
        "暂无",
        "*",
        "***",
        "-",
        "/",
        "1",
        "11",
        "N/A",
        "none",
        "0",
        "00000000",
        "11111111111",
        "12345678",
        "123456789",
        "13800000000",
        "13888888888",
        "13812345678",
        "13800138000",
        "xxx",
        "。",
        "——",
        "未提供",
        "test",
    ],
)
def test_placeholders(text: str) -> None:
    assert is_placeholder(text)


@pytest.mark.parametrize(
    "text",
    [
        "教师",
        "某某有限公司",
        "13917362845",
        "上海市浦东新区世纪大道100号",
        "中国",
        "CHN",
        "021-62345678",
        "工资",
        "女",
        "公务员",
        "IT",
    ],
)
def test_values_are_no_placeholders(text: str) -> None:
    assert is_placeholder(text) is (text == "IT")  # two bare letters say nothing
