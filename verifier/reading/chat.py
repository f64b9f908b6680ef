"""Who said what, when? Chat exports as messages: WeChat text, `name: text`, CSV of time, speaker, text."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence

from verifier.model import Message

_DAY = r"\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?"
_HOUR = r"(?:[上下]午|凌晨|早上|中午|晚上)?\s*[T ]?\s*(?:\d{1,2}:\d{2}(?::\d{2})?)?"
_STAMP = rf"{_DAY}\s*{_HOUR}"
_TIME_FIRST = re.compile(
    rf"^[\[【(（]?\s*(?P<time>{_STAMP})\s*[\]】)）]?\s+"
    r"(?P<speaker>[^:：]{1,40}?)\s*(?:[:：]\s*(?P<text>.*))?$"
)
_NAME_FIRST = re.compile(rf"^(?P<speaker>[^:：\d]{{1,40}}?)\s*[\[【(（]?\s*(?P<time>{_STAMP})\s*[\]】)）]?\s*[:：]?$")
_SAID = re.compile(r"^(?P<speaker>[^\s:：,，。;；]{1,20})\s*[:：]\s*(?P<text>.+)$")
_PARTS = re.compile(r"\d+")
_COLUMNS = {
    "time": ("time", "时间", "日期", "date", "timestamp", "发送时间", "datetime"),
    "speaker": ("speaker", "发送人", "发言人", "昵称", "name", "sender", "from", "姓名", "发送者"),
    "text": ("text", "内容", "消息", "message", "content", "消息内容", "聊天内容"),
}


def iso_time(stamp: str) -> str:
    """`2026年3月1日 下午2:05` -> `2026-03-01T14:05`; the text itself when it is no date."""
    numbers = [int(part) for part in _PARTS.findall(stamp)]
    if len(numbers) < 3 or not (1 <= numbers[1] <= 12 and 1 <= numbers[2] <= 31):
        return stamp.strip()
    day = f"{numbers[0]:04d}-{numbers[1]:02d}-{numbers[2]:02d}"
    if len(numbers) < 5:
        return day
    hour = numbers[3] + 12 if re.search("下午|晚上", stamp) and numbers[3] < 12 else numbers[3]
    return f"{day}T{hour:02d}:{numbers[4]:02d}" + (f":{numbers[5]:02d}" if len(numbers) > 5 else "")


def messages_of(text: str) -> tuple[Message, ...]:
    """The messages of a text export; empty when the text is no conversation."""
    lines = [line.strip("\ufeff \t\r") for line in text.split("\n")]
    stamped = [match for line in lines if (match := _TIME_FIRST.match(line) or _NAME_FIRST.match(line))]
    if len(stamped) >= 1 and len(stamped) * 12 >= sum(bool(line) for line in lines):
        return _stamped_messages(lines)
    said = [match for line in lines if line and (match := _SAID.match(line))]
    speakers = {match["speaker"] for match in said}
    filled = sum(bool(line) for line in lines)
    if len(said) >= 2 and len(said) >= 0.6 * filled and len(speakers) < min(len(said), 9):
        return _said_messages(lines)
    return ()


def _stamped_messages(lines: Sequence[str]) -> tuple[Message, ...]:
    found: list[Message] = []
    for line in lines:
        match = _TIME_FIRST.match(line) or _NAME_FIRST.match(line)
        if match:
            text = (match.groupdict().get("text") or "").strip()
            found.append(Message(match["speaker"].strip(), iso_time(match["time"]), text))
        elif line and found:
            found[-1] = _longer(found[-1], line)
    return tuple(found)


def _said_messages(lines: Sequence[str]) -> tuple[Message, ...]:
    found: list[Message] = []
    for line in lines:
        if match := _SAID.match(line):
            found.append(Message(match["speaker"].strip(), "", match["text"].strip()))
        elif line and found:
            found[-1] = _longer(found[-1], line)
    return tuple(found)


def _longer(message: Message, line: str) -> Message:
    return Message(message.speaker, message.time, f"{message.text}\n{line}" if message.text else line)


def messages_of_csv(text: str) -> tuple[Message, ...]:
    """The messages of a CSV whose header names speaker and text, with or without a time."""
    try:
        rows = [row for row in csv.reader(io.StringIO(text)) if any(cell.strip() for cell in row)]
    except csv.Error:
        return ()
    if not rows:
        return ()
    header = [cell.strip().lower() for cell in rows[0]]
    places = {
        column: next((index for index, cell in enumerate(header) if cell in names), None)
        for column, names in _COLUMNS.items()
    }
    speaker, said, time = places["speaker"], places["text"], places["time"]
    if speaker is None or said is None:
        return ()

    def cell(row: list[str], place: int | None) -> str:
        return row[place].strip() if place is not None and place < len(row) else ""

    return tuple(
        Message(cell(row, speaker), iso_time(cell(row, time)) if cell(row, time) else "", cell(row, said))
        for row in rows[1:]
    )
