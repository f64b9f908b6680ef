"""Is this line of this paper signed? Shared by the checks that ask for signatures; not a check itself."""

from __future__ import annotations

import re
from collections.abc import Sequence

from verifier.case import Case
from verifier.checks.points import CLEAR
from verifier.checks.result import absent
from verifier.checks.words import paper_title, place_of
from verifier.model import Document, DocumentMark, Item, MarkKind, MarkState, Outcome, Reason, Text, TextFrom

WRITTEN = (MarkKind.SIGNATURE, MarkKind.HANDWRITING)
# something typed behind the words for a signature, or words that say that it was given electronically
TYPED = re.compile(
    r"签[名字署章][^:：]{0,10}[:：]\s*(?!日期|年|_|\s)[^\W\d_]{2,}|电子签[名字章]|在线确认|已阅读并确认|短信验证"
)


def judge_line(
    case: Case,
    paper: Document,
    marks: Sequence[str],
    role: Text,
    *,
    seals: Sequence[str] = (),
    demanded: bool = True,
    person: str = "",
) -> Item | None:
    """The signature of one role on one paper. `marks` are the names under which it may stand; `seals` are
    marks that serve in its stead (an organisation's seal); `person` is who should have signed, to know his
    electronic signature by. None when the paper has no such line and it is not `demanded` there."""
    found = [mark for name in marks for mark in paper.marks_named(name)]
    sealed = [mark for name in seals for mark in paper.marks_named(name) if mark.state is MarkState.PRESENT]
    title = paper_title(case, paper)
    signed = [mark for mark in found if mark.state is MarkState.PRESENT]
    if signed or sealed:
        return _signed(paper, title, role, signed, sealed, [m for m in found if m.state is MarkState.ABSENT])
    electronic = _electronic(paper, title, role, person)
    if electronic is not None:
        return electronic
    unsure = [mark for mark in found if mark.state is MarkState.UNSURE]
    if unsure:
        said = Text(
            f"{title.zh}{role.zh}签名处有痕迹，但不能确认为签名",
            f"{title.en}: there is a trace at the {role.en}'s line, but it cannot be told to be a signature",
        )
        return Item(Outcome.REVIEW, said, Reason.LOW_CONFIDENCE, paper.id, tuple(mark.evidence for mark in unsure))
    if found:
        said = Text(f"{title.zh}{role.zh}签名处空白", f"{title.en}: the {role.en}'s signature line is blank")
        blank = max(found, key=lambda mark: mark.confidence)
        return Item(Outcome.FAIL, said, None, paper.id, (blank.evidence,), blank.confidence)
    return _no_line(case, paper, title, role) if demanded else None


def _signed(
    paper: Document,
    title: Text,
    role: Text,
    signed: Sequence[DocumentMark],
    sealed: Sequence[DocumentMark],
    blank: Sequence[DocumentMark],
) -> Item:
    best = max([*signed, *sealed], key=lambda mark: mark.confidence)
    if blank and signed:
        said = Text(
            f"{title.zh}有多处{role.zh}签名栏，其中至少一处空白",
            f"{title.en} has several lines for the {role.en}, and at least one is blank",
        )
        return Item(
            Outcome.REVIEW, said, Reason.JUDGEMENT, paper.id, tuple(mark.evidence for mark in [*blank, *signed])
        )
    how = Text("已签名", "signed") if signed else Text("已盖章", "sealed")
    said = Text(f"{title.zh}{role.zh}{how.zh}", f"{title.en}: {how.en} by the {role.en}")
    return Item(Outcome.PASS, said, None, paper.id, (best.evidence,), best.confidence)


def _electronic(paper: Document, title: Text, role: Text, person: str) -> Item | None:
    """A cryptographic signature of that person, or of nobody in particular, serves as his; whether it is
    reliable is SIGN-08's question. Another signer (the insurer's own certificate) leaves it to a person:
    platforms may keep the customer's certificate in an evidence file."""
    marks = [mark for mark in paper.marks if mark.kind is MarkKind.ESIGNATURE and mark.state is MarkState.PRESENT]
    if not marks and not paper.esignatures:
        return None
    places = tuple(mark.evidence for mark in marks)
    signers = [one.signer for one in paper.esignatures if one.signer]
    if not signers or (person and any(person in signer for signer in signers)):
        said = Text(f"{title.zh}带有{role.zh}的电子签名", f"{title.en} carries the {role.en}'s electronic signature")
        return Item(Outcome.PASS, said, None, paper.id, places, 0.95)
    named = "、".join(dict.fromkeys(signers))
    said = Text(
        f"{title.zh}{role.zh}签名处无签名，文件仅有{named}的电子签名",
        f"{title.en} has no signature of the {role.en}; the file is signed electronically by {named} only",
    )
    return Item(Outcome.REVIEW, said, Reason.JUDGEMENT, paper.id, places)


def _no_line(case: Case, paper: Document, title: Text, role: Text) -> Item:
    """Neither a line for this role nor ink was found. What another company calls the line may be unknown to the
    pack, so any ink, and any name that was typed to a line, leaves it to a person; a paper that was wholly read
    and carries none is not signed by anybody."""
    last = (place_of(case, paper, last=True),)
    if not case.fully_read:
        missing = absent(case, f"{title.zh}上未见{role.zh}签名", f"{title.en} has no signature of the {role.en}")
        return Item(missing.outcome, missing.detail, missing.reason, paper.id, last)
    ink = [mark for mark in paper.marks if mark.kind in WRITTEN and mark.state is not MarkState.ABSENT]
    loose = [mark for mark in ink if not mark.name.endswith("_signature")]
    if loose:
        said = Text(
            f"{title.zh}上有签名，但不能确定是否为{role.zh}所签",
            f"{title.en} carries a signature, but whose it is cannot be told ({role.en})",
        )
        return Item(Outcome.REVIEW, said, Reason.JUDGEMENT, paper.id, tuple(mark.evidence for mark in loose))
    if ink or not _wholly_read(paper):
        said = Text(f"{title.zh}上未找到{role.zh}签名处", f"{title.en}: no line for the {role.en} was found")
        return Item(Outcome.REVIEW, said, Reason.FIELD_MISSING, paper.id, last)
    typed = [line.evidence for line in paper.lines if TYPED.search(line.text)]
    if typed:
        said = Text(
            f"{title.zh}签名处为打印文字，请确认{role.zh}如何签署",
            f"{title.en}: the signature is in type; please see how the {role.en} signed",
        )
        return Item(Outcome.REVIEW, said, Reason.JUDGEMENT, paper.id, tuple(typed))
    said = Text(
        f"{title.zh}上未见{role.zh}签名，也无任何手写签名", f"{title.en} has no signature, of the {role.en} or anybody"
    )
    return Item(Outcome.FAIL, said, None, paper.id, last)


def _wholly_read(paper: Document) -> bool:
    """Could a signature not have been overlooked? Papers without any line of text were not read as forms."""
    return bool(paper.lines) and (paper.text_from is TextFrom.LAYER or paper.legibility >= CLEAR)
