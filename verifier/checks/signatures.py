"""The person of a role signed each paper that he has to sign.

Passes when every listed paper in the file carries the signature (ink, a picture of it, an electronic
signature, or an organisation's seal where the policyholder is one). Fails for a signature line that is
blank. Review when a trace cannot be told to be a signature, when no such line was found on the paper, when
a demanded paper is absent, when one of several lines for the same person is blank, or when a text that must
stand beside the signature was not found.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict
from rapidfuzz import fuzz

from verifier.case import Case
from verifier.checks.result import CheckParams, Result, absent, from_items, gap_item
from verifier.checks.signing import judge_line
from verifier.checks.words import field_title, paper_title, place_of
from verifier.context import Context
from verifier.model import Document, FieldState, Item, MarkState, Outcome, Reason, Text
from verifier.values.script import squeeze

ALIKE = 80  # of 100: a phrase of the lexicon in a line that OCR may have bent


class SignedPaper(BaseModel):
    """A paper and the marks under which the signature may stand. `optional`: nothing is said of it when
    the file lacks it; `if_line`: not demanded where the paper has no line for this role."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    document: str
    marks: tuple[str, ...] = ()
    optional: bool = False
    if_line: bool = False


class Params(CheckParams):
    role_zh: str
    role_en: str
    papers: tuple[SignedPaper, ...]
    marks: tuple[str, ...] = ()
    mode: str = "each"  # each paper, or any one of them
    person: str = ""  # the fact that names who should have signed
    organisation_seals: tuple[str, ...] = ()
    phrases: str = ""  # lexicon of phrases of which one must stand on a signed paper
    phrase_ticks: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()  # fields that must not be blank where the paper prints them
    proofs: tuple[str, ...] = ()  # papers of which one must be there beside the signature


def check(case: Case, params: Params, context: Context) -> Result:
    items: list[Item] = []
    for wanted in params.papers:
        items.extend(_paper_items(case, params, wanted, context))
    if not items:
        raise case.missing_document(params.papers[0].document)
    signed = [item for item in items if item.outcome is Outcome.PASS]
    if params.mode == "any" and signed:
        items = signed
    items.extend(_beside(case, params, context))
    return from_items(
        items, f"{params.role_zh}已在应签单证上签名", f"The {params.role_en} signed every paper concerned"
    )


def _paper_items(case: Case, params: Params, wanted: SignedPaper, context: Context) -> list[Item]:
    papers = case.documents_of(wanted.document)
    if not papers:
        if context.required.get(wanted.document) is True and not wanted.optional and params.mode == "each":
            return [gap_item(case.missing_document(wanted.document))]
        return []
    role = Text(params.role_zh, params.role_en)
    organisation = case.maybe("policyholder.is_organisation") if params.organisation_seals else None
    seals = params.organisation_seals if organisation is not None and organisation.is_true else ()
    marks = wanted.marks or params.marks
    known = case.maybe(params.person) if params.person else None
    person = known.value if known else ""
    judged = [
        judge_line(case, one, marks, role, seals=seals, demanded=not wanted.if_line, person=person) for one in papers
    ]
    unknown = params.organisation_seals and organisation is None
    found = [(one, item) for one, item in zip(papers, judged, strict=True) if item is not None]
    return [_sealed_by_whom(one, item, params) if unknown else item for one, item in found]


def _sealed_by_whom(paper: Document, item: Item, params: Params) -> Item:
    """A blank line beside a seal, where it is not known whether the policyholder is an organisation."""
    seals = [mark for name in params.organisation_seals for mark in paper.marks_named(name)]
    if item.outcome is not Outcome.FAIL or not any(mark.state is MarkState.PRESENT for mark in seals):
        return item
    said = Text(
        f"{item.detail.zh}，但加盖了单位印章；投保人是否为单位未能读出",
        f"{item.detail.en}, but a seal stands there; whether the policyholder is an organisation was not read",
    )
    return Item(Outcome.REVIEW, said, Reason.FACT_MISSING, paper.id, item.evidence)


def _beside(case: Case, params: Params, context: Context) -> list[Item]:
    """What must stand beside the signature: a text, filled fields, a proof."""
    papers = [paper for wanted in params.papers for paper in case.documents_of(wanted.document)]
    items = [item for paper in papers for item in _blank_fields(case, params, paper, context)]
    if params.phrases:
        phrase = _phrase(case, params, papers, context)
        items.extend([phrase] if phrase else [])
    if params.proofs and not case.has(*params.proofs):
        title = paper_title(case, params.proofs[0])
        missing = absent(case, f"未见{title.zh}", f"No {title.en} is in the file")
        items.append(Item(missing.outcome, missing.detail, missing.reason, params.proofs[0]))
    return items


def _blank_fields(case: Case, params: Params, paper: Document, context: Context) -> list[Item]:
    items = []
    for name in params.fields:
        stated = paper.fields.get(name)
        if stated is not None and stated.state is FieldState.EMPTY:
            title, label = paper_title(case, paper), field_title(case, name)
            said = Text(f"{title.zh}“{label.zh}”未填写", f"{title.en}: {label.en} is blank")
            items.append(Item(Outcome.FAIL, said, None, paper.id, (stated.evidence,)))
    return items


def _phrase(case: Case, params: Params, papers: list[Document], context: Context) -> Item | None:
    """None when a phrase or its tick stands on one of the papers."""
    for paper in papers:
        ticks = [mark for name in params.phrase_ticks for mark in paper.marks_named(name)]
        if any(mark.state is MarkState.PRESENT for mark in ticks):
            return None
        text = squeeze("".join(line.text for line in paper.lines))
        if any(fuzz.partial_ratio(phrase, text) >= ALIKE for phrase in context.lexicon(params.phrases)):
            return None
    if not papers:
        return None
    title = paper_title(case, papers[0])
    said = Text(
        f"{title.zh}上未找到{params.role_zh}同意的文字，请人工确认是否另有书面同意",
        f"{title.en}: no words of the {params.role_en}'s consent were found; please see whether it was given otherwise",
    )
    return Item(Outcome.REVIEW, said, Reason.JUDGEMENT, papers[0].id, (place_of(case, papers[0]),))
