"""An amount in words says the same as its figures.

Passes when every paper that shows both states one value. Fails when the words name another amount than the
figures; an error of form alone (整 or 零 missing) fails as minor. Review when either cannot be read, or when
the difference looks like a slip of the reader (￥ taken for a 1, a lost decimal point, a mended character).
Not applicable when no paper shows both.
"""

from __future__ import annotations

from decimal import Decimal

from pydantic import Field as Default

from verifier.case import Case
from verifier.checks.comparing import Stated, is_amount, may_be_misread
from verifier.checks.result import CheckParams, Result, from_items, not_applicable
from verifier.checks.words import field_title, paper_title
from verifier.context import Context
from verifier.model import Compared, Document, Field, FieldState, Item, Outcome, Reason, Severity, Text, TextFrom
from verifier.values.amount_words import FAULTS, AmountInWords, read_amount_in_words
from verifier.values.money import canonical_amount

SUFFIX = "_in_words"
LAYOUT_FAULTS = frozenset({"blank_after_currency"})  # a printed gap is the form's, not the writer's
SURE_OF_FORM = 0.93  # below it a missing 整 may be one that the reader lost


class Params(CheckParams):
    # words field -> figures fields, where the name does not say it
    figures: dict[str, tuple[str, ...]] = Default(default_factory=dict)


def check(case: Case, params: Params, context: Context) -> Result:
    items: list[Item] = []
    compared: list[Compared] = []
    for paper in case.documents:
        if paper.superseded_by is not None:
            continue
        for name, words in paper.fields.items():
            figures = _figures(paper, name, params) if name.endswith(SUFFIX) else None
            if figures is None or FieldState.EMPTY in (words.state, figures.state):
                continue
            items.append(_judge(case, paper, words, figures, context))
            title = paper_title(case, paper)
            for one in (figures, words):
                label = field_title(case, one.name)
                shown = Text(f"{title.zh}{label.zh}", f"{title.en}: {label.en}")
                compared.append(Compared(shown, one.value or one.text, one.evidence))
    if not items:
        return not_applicable("没有同时载明大小写金额的单证", "No paper shows an amount both in words and in figures")
    grave = any(item.outcome is Outcome.FAIL and item.reason is None and not _of_form(item) for item in items)
    failing = any(item.outcome is Outcome.FAIL for item in items)
    severity = Severity.MINOR if failing and not grave else None
    return from_items(
        items, "大写与小写金额一致", "Words and figures state the same amount", compared=compared, severity=severity
    )


def _of_form(item: Item) -> bool:
    return "书写不规范" in item.detail.zh


def _figures(paper: Document, name: str, params: Params) -> Field | None:
    base = name.removesuffix(SUFFIX)
    candidates = params.figures.get(name, ()) or (base,)
    return next((paper.fields[one] for one in candidates if one in paper.fields), None)


def _judge(case: Case, paper: Document, words: Field, figures: Field, context: Context) -> Item:
    title, label = paper_title(case, paper), field_title(case, figures.name)
    places = (words.evidence, figures.evidence)
    said = read_amount_in_words(words.value) if words.state is FieldState.READ else None
    if said is None or figures.state is not FieldState.READ or not is_amount(figures.value):
        unread = Text(
            f"{title.zh}{label.zh}的大写或小写无法辨认", f"{title.en}: {label.en} cannot be read in both forms"
        )
        return Item(Outcome.REVIEW, unread, Reason.UNREADABLE, paper.id, places)
    amount = Decimal(figures.value)
    if abs(said.value - amount) < Decimal("0.01"):
        return _same(paper, title, label, words, figures, said)
    differ = Text(
        f"{title.zh}{label.zh}大写为{canonical_amount(said.value)}元（{words.value}），小写为{figures.value}元",
        f"{title.en}: {label.en} is {canonical_amount(said.value)} in words and {figures.value} in figures",
    )
    scanned = paper.text_from is not TextFrom.LAYER
    # words that keep every rule of form are hardly misread into other words; figures may be
    figure = Stated(figures.value, paper, _elsewhere(case, paper, figures.value))
    slip = may_be_misread("amount", figure, Stated(canonical_amount(said.value)))
    if said.repaired or (scanned and _reader_slip(said.value, amount)) or slip:
        doubt = Text(f"{differ.zh}，可能是识别误差", f"{differ.en}; possibly a reading error")
        return Item(Outcome.REVIEW, doubt, Reason.LOW_CONFIDENCE, paper.id, places)
    return Item(Outcome.FAIL, differ, None, paper.id, places)


def _same(paper: Document, title: Text, label: Text, words: Field, figures: Field, said: AmountInWords) -> Item:
    places = (words.evidence, figures.evidence)
    faults = [code for code in said.faults if code not in LAYOUT_FAULTS]
    sure = paper.text_from is TextFrom.LAYER or words.confidence >= SURE_OF_FORM
    if faults and sure and not said.repaired:
        named = [FAULTS[code] for code in faults]
        form = Text(
            f"{title.zh}{label.zh}大写“{words.value}”书写不规范：{'；'.join(one.zh for one in named)}",
            f"{title.en}: {label.en} in words breaks a rule of form: {'; '.join(one.en for one in named)}",
        )
        return Item(Outcome.FAIL, form, None, paper.id, (words.evidence,), 1.0)
    fine = Text(f"{title.zh}{label.zh}大小写一致", f"{title.en}: {label.en} agrees in words and figures")
    # two readings of one amount that agree bear each other out
    sure_of_value = 1.0 - (1.0 - min(words.confidence, 0.999)) * (1.0 - min(figures.confidence, 0.999))
    return Item(Outcome.PASS, fine, None, paper.id, places, sure_of_value)


def _elsewhere(case: Case, paper: Document, amount: str) -> bool:
    """Whether another paper gives the same amount."""
    others = (one for one in case.documents if one.id != paper.id)
    return any(field.kind == "money" and field.value == amount for one in others for field in one.fields.values())


def _reader_slip(words: Decimal, figures: Decimal) -> bool:
    """￥ read as a leading 1, or a decimal point or comma lost or moved."""
    plain_words, plain = f"{words.normalize():f}", f"{figures.normalize():f}"
    if plain in (f"1{plain_words}", f"1{canonical_amount(words)}"):
        return True
    ratio = max(words, figures) / min(words, figures) if min(words, figures) else Decimal(0)
    return ratio in (Decimal(100), Decimal(1000))
