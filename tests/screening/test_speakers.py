"""Who speaks decides who is accused."""

from __future__ import annotations

import pytest

from verifier.model import Evidence, Line
from verifier.screening.speakers import Role, RoleWords, dialogue, roles

WORDS = RoleWords(seller=("业务员", "客户经理", "客服"), customer=("客户", "先生"), titles=("先生", "总", "姐"))


@pytest.mark.parametrize(
    ("speaker", "role"),
    [
        ("李娜", Role.SELLER),
        ("业务员李娜（安禾）", Role.SELLER),
        ("客户经理", Role.SELLER),
        ("张伟", Role.CUSTOMER),
        ("客户张伟", Role.CUSTOMER),
        ("张先生", Role.CUSTOMER),
        ("李姐", Role.SELLER),
        ("阳光", Role.UNKNOWN),
    ],
)
def test_role_by_name_and_word(speaker: str, role: Role) -> None:
    others = [speaker, "路人甲", "路人乙"]
    assert roles(others, ["李娜"], ["张伟"], WORDS)[speaker] is role


def test_in_a_talk_of_two_the_other_is_known() -> None:
    assert roles(["李娜", "小鱼"], ["李娜"], [], WORDS)["小鱼"] is Role.CUSTOMER
    assert roles(["张伟", "阳光"], [], ["张伟"], WORDS)["阳光"] is Role.SELLER
    assert roles(["阳光", "小鱼"], [], [], WORDS)["阳光"] is Role.UNKNOWN


def lines(*texts: str) -> list[Line]:
    return [Line(text, Evidence("a.jpg", 1, None, text, 0.9)) for text in texts]


def test_printed_conversation_by_colon() -> None:
    said = dialogue(lines("微信聊天记录", "2026-02-27 20:03 李娜：写否就行", "放心", "张伟：好的"))
    assert [(message.speaker, message.text) for message, _ in said] == [
        ("李娜", "写否就行"),
        ("李娜", "放心"),
        ("张伟", "好的"),
    ]


def test_printed_conversation_by_heads() -> None:
    said = dialogue(lines("李娜 20:03", "返现2000", "张伟 20:05", "好"))
    assert [message.speaker for message, _ in said] == ["李娜", "张伟"]


def test_a_form_is_no_conversation() -> None:
    assert dialogue(lines("记录日期：2026-02-27", "地点：营业部")) == ()
