"""Are conversations told apart from other text, and who said what?"""

from __future__ import annotations

import pytest

from verifier.model import Message
from verifier.reading.chat import iso_time, messages_of, messages_of_csv
from verifier.reading.office import read_text


def test_a_wechat_export_gives_speaker_time_and_lines() -> None:
    text = "2026-03-01 10:22:33 李娜\n您好，这款产品保本\n收益也高\n\n2026-03-01 10:23:10 张伟\n好的\n"
    assert messages_of(text) == (
        Message("李娜", "2026-03-01T10:22:33", "您好，这款产品保本\n收益也高"),
        Message("张伟", "2026-03-01T10:23:10", "好的"),
    )


@pytest.mark.parametrize(
    "line", ["李娜 2026/3/1 10:22", "2026年3月1日 10:22 李娜", "[2026-03-01 10:22] 李娜", "李娜 (2026-03-01 10:22)"]
)
def test_the_usual_forms_of_a_heading_are_understood(line: str) -> None:
    assert messages_of(f"{line}\n您好\n") == (Message("李娜", "2026-03-01T10:22", "您好"),)


def test_lines_of_name_and_text_are_a_conversation_only_when_somebody_speaks_twice() -> None:
    said = messages_of("李娜: 您好\n张伟: 好的\n李娜: 谢谢")
    assert [message.speaker for message in said] == ["李娜", "张伟", "李娜"]
    assert messages_of("姓名: 张伟\n电话: 13800001111\n地址: 上海") == ()


def test_a_csv_with_a_header_is_a_conversation() -> None:
    assert messages_of_csv('time,speaker,text\n2026-03-01 10:22,李娜,"您好, 保本"\n') == (
        Message("李娜", "2026-03-01T10:22", "您好, 保本"),
    )
    assert messages_of_csv("a,b\n1,2\n") == ()


def test_afternoon_hours_and_texts_that_are_no_time() -> None:
    assert iso_time("2026年3月1日 下午2:05") == "2026-03-01T14:05"
    assert iso_time("昨天") == "昨天"


def test_a_text_file_of_gb18030_is_page_one_with_its_lines_as_words() -> None:
    page, messages = read_text("2026-03-01 10:22:33 李娜\n您好\n".encode("gb18030"), "text/plain")
    assert page.number == 1
    assert [word.text for word in page.words] == ["2026-03-01 10:22:33 李娜", "您好"]
    assert messages[0].speaker == "李娜"
