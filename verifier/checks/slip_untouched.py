"""A slip shows no sign of having been altered.

Passes when no slip shows a sign. Fails when the amount in words and figures differ, when the file was made or
saved by a picture or PDF editor, or when its hidden text differs from what is printed. Review when a PDF was
changed after it was made without a signature that explains it, or the check code that the form asks for is blank.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from verifier.case import Case
from verifier.checks.items import bad, doubt, good
from verifier.checks.result import CheckParams, Result, from_items
from verifier.context import Context
from verifier.ledger import CLEAN_INK, premiums
from verifier.model import Document, FieldState, Item, Reason
from verifier.payments import SLIPS
from verifier.values.money import read_amount_in_words


class Params(CheckParams):
    """`altered`: problems of a document that show another text under the printed one."""

    altered: tuple[str, ...] = ("layer_differs", "hidden_text")


def check(case: Case, params: Params, context: Context) -> Result:
    shown = {paper for payment in premiums(case) for paper in payment.documents}
    slips = [paper for paper in case.documents_of(*SLIPS, superseded=True) if paper.id in shown]
    if not slips:
        raise case.missing_document("P02")
    items: list[Item] = []
    for paper in slips:
        signs = list(_signs(paper, params, context))
        items += signs or [good("未见篡改迹象", "No sign of alteration", (), paper.id, 1.0)]
    return from_items(items, "付款凭证未见篡改迹象", "No slip shows a sign of alteration")


def _signs(paper: Document, params: Params, context: Context) -> Iterator[Item]:
    yield from _words_and_figures(paper)
    producer = paper.producer.casefold()
    editor = next((word for word in context.lexicon("picture_editors") if word.casefold() in producer), None)
    if editor:
        zh, en = (
            f"凭证文件由编辑软件“{paper.producer}”生成或保存",
            f"The slip was made or saved by the editor {paper.producer}",
        )
        yield bad(zh, en, (), paper.id)
    differing = [problem for problem in paper.problems if problem in params.altered]
    if differing:
        zh, en = "凭证的隐藏文字与印刷内容不一致", "The hidden text of the slip differs from what is printed"
        yield bad(zh, en, (), paper.id)
    if paper.revisions > 1 and not paper.esignatures and not editor:
        zh, en = "凭证 PDF 生成后又被修改", "The PDF of the slip was changed after it was made"
        yield doubt(Reason.JUDGEMENT, zh, en, (), paper.id)
    code = paper.fields.get("check_code")
    if code is not None and code.state is FieldState.EMPTY:
        zh, en = "凭证的验证码栏空白", "The check code of the slip is blank"
        yield doubt(Reason.JUDGEMENT, zh, en, (code.evidence,), paper.id)


def _words_and_figures(paper: Document) -> Iterator[Item]:
    """A clear reading of both that differs; what was read badly is another check's matter."""
    words, figures = paper.fields.get("amount_in_words"), paper.fields.get("amount")
    if words is None or figures is None or not words.value or not figures.value:
        return
    read = read_amount_in_words(words.value)
    try:
        amount = Decimal(figures.value)
    except InvalidOperation:
        return
    if read is None or read.repaired or read.value == amount:
        return
    zh = f"大写“{words.value}”（{read.value}）与小写 {amount} 不一致"
    where = (words.evidence, figures.evidence)
    en = f"The amount in words ({read.value}) is not the figure {amount}"
    near = sum(x != y for x, y in zip(f"{read.value:.2f}", f"{amount:.2f}", strict=False)) <= 1
    if near and min(words.confidence, figures.confidence) < CLEAN_INK:
        yield doubt(Reason.LOW_CONFIDENCE, f"{zh}，可能是识别误差", f"{en}: possibly a reading error", where, paper.id)
    else:
        yield bad(zh, en, where, paper.id)
