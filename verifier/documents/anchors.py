"""Which words ask for a signature or for a handwritten sentence? Known by what they are made of.

Whose it is and what is to be done make the anchor: 要保人 + 签字, 被保人之 + 监护人 + 签名处. Insurers mix
the words freely, so that a list of whole anchors never ends; a list of persons does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from verifier.documents.phrases import fold
from verifier.model import MarkKind
from verifier.packs.document_type import MarkSpec

ACT = r"(?:签名|签字|签章|签署|签认|署名|签收)"
_HOW = r"(?:本人|亲笔|亲自|确认|电子|手写|正楷|个人)*"
_TAIL = r"(?:[/或及]?(?:盖章|签章|手印|指印|签名|签字)|\((?:盖章|签章|签名|签字)\))*(?:处|栏|区|位|框)?"
_ACT_WORDS = re.compile(rf"{_HOW}\(?{ACT}\)?{_TAIL}$")
_JOIN = r"(?:之|的|其|/|、|或|及|和|与|兼|\(|\))*"
_LEADING = r"(?:请)?[\u4e00-\u9fff]{0,4}?"
_POSSESSED = re.compile(r"^[之的]*$")
_NO_ROLE = frozenset(["本人", "客户本人", ""])
_SIGN_HEAD = re.compile(rf"^(?:{_HOW}{ACT}{_TAIL}|签名样式|签名影像)$")
_TIME_HEAD = re.compile(r"^.{0,4}(?:日期|时间|年月日)$")
# who else is named in an anchor without being the one whose mark it is: 投保人/法定代表人签名
_OTHERS = ("法定代表人", "授权代表", "法人代表", "负责人", "父母", "父/母", "代理人", "法定代理人", "本人", "其他")

_COPY = re.compile(r"抄录|抄写|誊写|誊抄|誊录|照抄|书写|手写|亲笔写|亲手写")
_COPY_OBJECT = re.compile(r"[:“\"「『]|以下|下列|下述|如下|下方|语句|文字|内容|声明|提示语|一遍|横线|空白处")
_HOW_TO_FILL = re.compile(r"(?:签字笔|钢笔|墨水|正楷|字迹|规范|清晰|工整)[^:“\"]{0,12}$")


@dataclass(frozen=True, slots=True)
class Asks:
    """Words that ask for a mark: their place in the text of their unit."""

    start: int
    end: int
    spec: MarkSpec


def is_sign_head(text: str) -> bool:
    """Does a column head say that the cells under it are signed?"""
    return bool(_SIGN_HEAD.match(text.strip("*:")))


def is_time_head(text: str) -> bool:
    """Does a column head say that the cells under it are dated?"""
    return bool(_TIME_HEAD.match(text.strip("*:")))


class Anchors:
    """The persons who sign a type of paper, as its marks name them, ready to be found with any act."""

    def __init__(self, marks: Sequence[MarkSpec]) -> None:
        self.roles: dict[str, MarkSpec] = {}
        for spec in marks:
            if spec.kind is MarkKind.SIGNATURE:
                for role in _roles(spec.anchors):
                    self.roles.setdefault(role, spec)
        self.copied = next((m for m in marks if m.kind is MarkKind.HANDWRITING), None)
        persons = "|".join(re.escape(r) for r in sorted({*self.roles, *_OTHERS}, key=len, reverse=True))
        joined = rf"(?:{persons})(?:{_JOIN}(?:{persons}))*\)*"
        self._one = re.compile(rf"({persons})")
        self._asks = re.compile(rf"{_LEADING}({joined}){_HOW}(?:的)?\(?{ACT}\)?{_TAIL}") if self.roles else None

    def signatures(self, text: str, breaks: Mapping[int, int] | None = None) -> Iterator[Asks]:
        """Every anchor of a person and an act in a text without blanks, from left to right. `breaks`: where
        another word begins; what stands before one is no part of the anchor (a name that was signed there)."""
        if self._asks is None or not re.search(ACT, text):
            return
        for found in self._asks.finditer(text):
            spec = self._whose(found[1])
            if spec is not None:
                start = max((b for b in breaks or () if found.start() < b <= found.start(1)), default=found.start())
                act = re.compile(ACT).search(text, found.end(1))
                close = act.end() if act is not None else found.end()
                end = min((b for b, kind in (breaks or {}).items() if close <= b < found.end() and kind > 1),
                          default=found.end())  # fmt: skip
                yield Asks(start, end, spec)

    def role(self, text: str) -> MarkSpec | None:
        """The mark of a person named alone, as rows of a table of signatures name him."""
        plain = text.strip("*:()")
        return self.roles.get(plain)

    def _whose(self, persons: str) -> MarkSpec | None:
        """Of 被保险人之监护人 the last, of 投保人/法定代表人 and 申请人(投保人) the first that is known."""
        spec: MarkSpec | None = None
        end = 0
        for found in self._one.finditer(persons):
            between = persons[end : found.start()]
            known = self.roles.get(found[1])
            if known is not None and (spec is None or _POSSESSED.match(between)):
                spec = known
            end = found.end()
        return spec

    def copied_prompt(self, text: str) -> bool:
        """Do these words ask for a sentence to be written by hand?"""
        found = _COPY.search(text)
        if self.copied is None or found is None or len(text) > 120:
            return False
        before, after = text[: found.start()], text[found.end() :]
        if re.match(ACT, after) or _HOW_TO_FILL.search(before + found[0]):
            return False
        return bool(_COPY_OBJECT.search(after[:24]) or (_COPY_OBJECT.search(before[-24:]) and len(after) <= 8))


def _roles(anchors: Iterable[str]) -> Iterator[str]:
    """The persons in whole anchors: 投保人 of 投保人亲笔签名."""
    for anchor in anchors:
        folded = fold(anchor)
        role = _ACT_WORDS.sub("", folded)
        if role != folded and role not in _NO_ROLE and not re.search(r"[(/或]", role):
            yield role
