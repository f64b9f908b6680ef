"""The customer is identified, and the identity was verified in time.

Passes when an identity document or an electronic verification of the customer is in the file, the demanded
details are stated on it or on the application, and it was in force on, and verified by, the day of the
contract. Fails when there is neither, a detail is blank, or the document had expired or was verified later.
Review when a detail was not found or not read.
"""

from __future__ import annotations

from collections.abc import Iterator

from verifier.case import Case
from verifier.checks.items import bad, doubt, good, lacking
from verifier.checks.result import CheckParams, Result, from_items
from verifier.checks.words import field_title, paper_title
from verifier.context import Context
from verifier.model import Document, Field, FieldState, Item, Reason


class Params(CheckParams):
    """`documents` of the person; `electronic`: papers that serve in their stead. `details`: the fields of the
    person's papers, `a|b` for one of them; `on_form`: where the application states them (`{}`: the detail)."""

    role: str = "policyholder"
    documents: tuple[str, ...] = ("D-202",)
    electronic: tuple[str, ...] = ()
    forms: tuple[str, ...] = ("F01", "F01-P")
    details: tuple[str, ...]
    valid_to: str = "valid_to"
    verified: str = "verified_date"
    not_after: tuple[str, ...] = ("issue.date", "application.date")


def check(case: Case, params: Params, context: Context) -> Result:
    papers = _papers(case, params)
    items = [_there(case, params, papers)]
    items += [item for name in params.details if (item := _detail(case, params, papers, name, context))]
    items += [item for paper in papers for item in _days(case, params, paper)]
    return from_items(items, "客户身份已识别并核实", "The customer is identified and verified")


def _papers(case: Case, params: Params) -> tuple[Document, ...]:
    """The person's own papers; those of nobody in particular where none is told to be his."""
    own = case.documents_of(*params.documents, subject=params.role)
    same = case.maybe("insured.is_policyholder")
    if not own and same is not None and same.is_true:
        own = case.documents_of(*params.documents, subject="insured")
    loose = tuple(paper for paper in case.documents_of(*params.documents) if paper.subject is None)
    return (*(own or loose), *case.documents_of(*params.electronic))


def _there(case: Case, params: Params, papers: tuple[Document, ...]) -> Item:
    if papers:
        title = paper_title(case, papers[0])
        return good(f"{title.zh}在档", f"{title.en} is in the file", (), papers[0].id, 1.0)
    title = paper_title(case, params.documents[0])
    zh, en = f"未见客户的{title.zh}，亦无电子核验记录", f"Neither {title.en} nor an electronic verification was found"
    return lacking(case, zh, en, params.documents[0])


def _detail(case: Case, params: Params, papers: tuple[Document, ...], names: str, context: Context) -> Item | None:
    found: list[Field] = []
    for name in names.split("|"):
        found += [paper.fields[name] for paper in papers if name in paper.fields]
        found += [
            form.fields[f"{params.role}.{name}"]
            for form in case.documents_of(*params.forms)
            if f"{params.role}.{name}" in form.fields
        ]
    if any(field.state is FieldState.READ for field in found):
        return None
    label = field_title(case, f"{params.role}.{names.split('|', maxsplit=1)[0]}")
    where = tuple(field.evidence for field in found)
    if any(field.state is FieldState.UNREADABLE for field in found):
        return doubt(Reason.UNREADABLE, f"{label.zh}无法辨认", f"The {label.en} cannot be read", where)
    if found:
        return bad(f"{label.zh}空白", f"The {label.en} is blank", where)
    return doubt(Reason.FIELD_MISSING, f"未见{label.zh}", f"The {label.en} is stated nowhere")


def _days(case: Case, params: Params, paper: Document) -> Iterator[Item]:
    limit = next((fact for name in params.not_after if (fact := case.maybe(name)) is not None), None)
    signed = case.maybe("application.date") or limit
    title = paper_title(case, paper)
    ends = paper.fields.get(params.valid_to)
    if ends is not None and ends.state is FieldState.UNREADABLE:
        zh, en = f"{title.zh}有效期无法辨认", f"{title.en}: its validity cannot be read"
        yield doubt(Reason.UNREADABLE, zh, en, (ends.evidence,), paper.id)
    elif ends is not None and ends.value[:4].isdigit() and signed is not None:
        where = (ends.evidence, *signed.evidence)
        if ends.value < signed.value:
            zh, en = (
                f"{title.zh}已于 {ends.value} 失效（{signed}）",
                f"{title.en} expired on {ends.value}, before {signed}",
            )
            yield bad(zh, en, where, paper.id)
        else:
            yield good(f"{title.zh}有效至 {ends.value}", f"{title.en} is valid to {ends.value}", where, paper.id)
    done = paper.fields.get(params.verified)
    if done is not None and done.value[:4].isdigit() and limit is not None and done.value > limit.value:
        zh = f"{title.zh}于 {done.value} 才核验，晚于 {limit}"
        en = f"{title.en}: verified only on {done.value}, after {limit}"
        yield bad(zh, en, (done.evidence, *limit.evidence), paper.id)
