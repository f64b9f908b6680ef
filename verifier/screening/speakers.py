"""Who says this line of a conversation: the seller, the customer, or somebody not known?

By the names that the case knows, then by the words of the role; in a talk of two, the other one is known
too. A speaker who is not known accuses nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from verifier.model import Evidence, Line, Message
from verifier.values.names import canonical_name
from verifier.values.script import half_width, squeeze

_AROUND = re.compile(r"[\s:：,，。.\-_()（）\[\]【】|/]+")


_WHEN = r"(?:\d{4}[-/年.]\d{1,2}[-/月.]\d{1,2}日?)?\s*(?:[上下]午|凌晨|晚上)?\s*(?:\d{1,2}:\d{2}(?::\d{2})?)?"
_NAME = r"[^\s:，。,;；\d]{1,16}(?:\([^)]{1,12}\))?"
_SAID = re.compile(rf"^(?P<when>{_WHEN})\s*(?P<speaker>{_NAME})\s*:\s*(?P<text>.+)$")
_HEAD = re.compile(rf"^(?P<speaker>{_NAME})\s+(?P<when>{_WHEN})$")
_LABELS = (
    "时间",
    "日期",
    "发言人",
    "内容",
    "客户姓名",
    "记录人",
    "地点",
    "主题",
    "记录日期",
    "沟通日期",
    "电话",
    "备注",
)


class RoleWords(BaseModel):
    """Words of a speaker's name that tell the role, and titles behind a surname."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    seller: tuple[str, ...]
    customer: tuple[str, ...]
    titles: tuple[str, ...] = ()


def role_words(value: object) -> RoleWords:
    """The lexicon of a pack."""
    return RoleWords.model_validate(value)


class Role(StrEnum):
    SELLER = "seller"
    CUSTOMER = "customer"
    UNKNOWN = "unknown"


def dialogue(lines: Sequence[Line]) -> tuple[tuple[Message, Evidence], ...]:
    """The messages of a printed or photographed conversation: `张伟：…`, or a name and a time on a line of
    their own above the words. Empty when the lines are no conversation of at least two messages."""
    found: list[tuple[Message, Evidence]] = []
    speaker, when = "", ""
    for line in lines:
        plain = half_width(line.text).strip()
        head, said = _HEAD.match(plain), _SAID.match(plain)
        if said and said["speaker"] not in _LABELS:
            speaker, when = said["speaker"], said["when"].strip()
            found.append((Message(speaker, when, said["text"]), line.evidence))
        elif head and head["when"].strip():
            speaker, when = head["speaker"], head["when"].strip()
        elif speaker and plain:
            found.append((Message(speaker, when, plain), line.evidence))
    return tuple(found) if len(found) >= 2 else ()


def roles(
    speakers: Iterable[str], sellers: Sequence[str], customers: Sequence[str], words: RoleWords
) -> Mapping[str, Role]:
    """The role of each speaker's name. `客户经理` is a seller although it starts with 客户."""
    each = list(dict.fromkeys(speakers))
    known = {name: _role(name, sellers, customers, words) for name in each}
    if len(each) == 2:
        first, second = each
        for one, other in ((first, second), (second, first)):
            if known[one] is Role.UNKNOWN and known[other] is not Role.UNKNOWN:
                known[one] = Role.CUSTOMER if known[other] is Role.SELLER else Role.SELLER
    return known


def _role(speaker: str, sellers: Sequence[str], customers: Sequence[str], words: RoleWords) -> Role:
    plain = squeeze(speaker).upper()
    if _names_one_of(plain, customers, words.titles):
        return Role.CUSTOMER
    if _names_one_of(plain, sellers, words.titles) or any(word in plain for word in words.seller):
        return Role.SELLER
    if any(word in plain for word in words.customer):
        return Role.CUSTOMER
    return Role.UNKNOWN


def _names_one_of(speaker: str, names: Sequence[str], titles: Sequence[str]) -> bool:
    parts = {canonical_name(part) for part in _AROUND.split(speaker) if part}
    for name in names:
        wanted = canonical_name(name).upper()
        if len(wanted) >= 2 and (wanted in speaker or wanted in parts):
            return True
        # 张先生, 李女士, 王总: a surname with a title
        if wanted and any(speaker == wanted[0] + title for title in titles):
            return True
    return False
