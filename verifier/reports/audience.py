"""What may this reader see? The one place that leaves things out and masks, before any format is written.

The seller's and the customer's copy (`case`) must not tip anyone off (反洗钱法 arts 7 and 35; specification
5.2, 5.4). So it is written as if the confidential requirements did not exist in the pack at all:

- they are left out always and whatever their outcome, so that their absence says nothing;
- verdict, counts and the list of unchecked requirements are computed again from what remains. A verdict that
  was kept from the full audit would be a hint wherever nothing that remains explains it;
- a fixed note, the same on every copy, says that the copy decides nothing but the sale's papers, so that
  nobody may rely on it as a clearance;
- the report memo and the sheet of enhanced measures, their files, and every clause of a sentence that speaks of
  suspicion, reporting or screening disappear from what remains; so do other customers' papers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from verifier.model import (
    Audit,
    Box,
    Compared,
    Document,
    DocumentMark,
    Evidence,
    Field,
    Finding,
    Item,
    Text,
)
from verifier.reports.masking import Masker, is_sensitive, masked
from verifier.reports.wording import say
from verifier.review import Review


class Audience(StrEnum):
    CASE = "case"
    COMPLIANCE = "compliance"
    AML = "aml"
    REGULATOR = "regulator"


# contract, section 5: these never reach the seller or the customer, also when a pack forgot its flag
CONFIDENTIAL = frozenset({"AML-03", "AML-04", "AML-07", "AML-08", "AML-12", "SURR-03"})
CONFIDENTIAL_PAPERS = frozenset({"P06", "P07"})  # sheet of enhanced measures, report memo

HINT = re.compile(
    r"可疑|大额(?:现金)?交易报告|大额和可疑|(?<!反)洗钱|反洗钱(?:监测|预警|上报|报告|系统|名单)|恐怖|涉恐|涉敏|制裁"
    r"|名单(?:筛查|比对|命中|监控)|(?:黑|监控|预警)名单|拆分|化整为零|强化(?:尽职|尽调|措施)|高风险客户"
    r"|特定自然人|不得(?:告知|泄露|透露)|泄密|上报人民银行|冻结"
    r"|\b(?:STR|SAR|LTR|CTR|EDD|PEP)s?\b"
    r"|suspicio|launder|terror|sanction|watch-?\s?list|(?:name|list) screening|screening (?:record|hit|list)"
    r"|structuring|enhanced (?:due|measures|diligence)|high-risk customer|politically exposed"
    r"|tip(?:ping)?[- ]off|large (?:cash )?transaction report|\bfreez(?:e|ing)\b",
    re.IGNORECASE | re.ASCII,  # so that a word boundary stands between 送 and STR
)
CLAUSE = re.compile(r"(?<=[。；;！!？?\n])|(?<=\.)\s+(?=\S)")
BRACKETED = re.compile(r"\s*[（(\[【][^（(\[【）)\]】]*[）)\]】]")


@dataclass(frozen=True, slots=True)
class Shown:
    """An audit as one audience sees it. `hidden`: places to paint over on pictures, by real file and page;
    `originals`: real names of files that are shown under a masked name.
    """

    audit: Audit
    audience: Audience
    reviews: tuple[Review, ...] = ()
    granted: bool = False
    hidden: Mapping[tuple[str, int], list[Box]] = field(default_factory=dict)
    originals: Mapping[str, str] = field(default_factory=dict)


def for_audience(
    audit: Audit,
    audience: Audience = Audience.COMPLIANCE,
    reviews: Iterable[Review] = (),
    granted: bool = False,
) -> Shown:
    """The audit as this audience may see it. `granted`: a regulator who may see full numbers."""
    if audience is Audience.CASE:
        return _for_case(audit, tuple(reviews))
    if audience is Audience.REGULATOR and not granted:
        return _for_regulator(audit, tuple(reviews))
    return Shown(audit, audience, tuple(reviews), granted)


# --- the seller's and customer's copy -------------------------------------------------------------


def is_confidential(finding: Finding) -> bool:
    return finding.confidential or finding.check in CONFIDENTIAL


def _for_case(audit: Audit, reviews: tuple[Review, ...]) -> Shown:
    left_out = CONFIDENTIAL | {finding.check for finding in audit.findings if is_confidential(finding)}
    documents, pages, files = _open_papers(audit)
    hints = _hints(left_out)
    gone = {document.id for document in audit.documents} - {document.id for document in documents}

    def seen(evidence: Evidence) -> bool:
        return evidence.case is None and (evidence.file, evidence.page) not in pages and evidence.file not in files

    shown = replace(
        audit,
        sources=tuple(source for source in audit.sources if source.file not in files),
        documents=documents,
        findings=tuple(
            _without_hints(finding, hints, seen, gone | CONFIDENTIAL_PAPERS)
            for finding in audit.findings
            if finding.check not in left_out
        ),
        declared=_harmless(audit.declared),
        requests=tuple(text for text in (_trim(text, hints) for text in audit.requests) if text.zh or text.en),
        problems=(),  # of the policy system's own files: the seller cannot mend them
    )
    decided = tuple(
        replace(review, reason=_clauses(review.reason, hints) or "—")
        for review in reviews
        if review.check not in left_out
    )
    return Shown(shown, Audience.CASE, decided)


# declared facts that the head of a report prints; whatever else the policy system says stays inside
HARMLESS = ("product", "policyholder", "insured", "seller", "premium", "dates", "sum_insured", "institution")
HARMLESS_FLAT = (*HARMLESS, "branch", "channel", "line")


def _harmless(facts: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in facts.items() if key.split(".")[0] in HARMLESS_FLAT}


def _open_papers(audit: Audit) -> tuple[tuple[Document, ...], set[tuple[str, int]], set[str]]:
    """The papers that may be shown, the pages that may not, and the files that may not even be named."""
    kept = tuple(document for document in audit.documents if document.type not in CONFIDENTIAL_PAPERS)
    open_pages = {(page.file, page.page) for document in kept for page in document.pages}
    closed = {
        (page.file, page.page)
        for document in audit.documents
        if document.type in CONFIDENTIAL_PAPERS
        for page in document.pages
    } - open_pages
    open_files = {file for file, _ in open_pages}
    files = {file for file, _ in closed if file not in open_files}
    files |= {source.file for source in audit.sources if HINT.search(source.file) and source.file not in open_files}
    return kept, closed, files


def _hints(checks: Iterable[str]) -> Callable[[str], bool]:
    names = re.compile("|".join(rf"(?<![A-Za-z0-9-]){re.escape(check)}(?!\d)" for check in sorted(checks)))
    return lambda text: bool(HINT.search(text) or names.search(text))


def _without_hints(
    finding: Finding, hints: Callable[[str], bool], seen: Callable[[Evidence], bool], gone: set[str]
) -> Finding:
    detail = _trim(finding.detail, hints)
    withheld = say("withheld", "detail")
    items = (
        replace(item, detail=_or(_trim(item.detail, hints), withheld), evidence=tuple(filter(seen, item.evidence)))
        for item in finding.items
        if item.document not in gone
    )
    return replace(
        finding,
        detail=_or(detail, withheld),
        remedy=_trim(finding.remedy, hints),
        basis=tuple(basis for basis in finding.basis if not hints(basis.rule)),
        evidence=tuple(_quote(place, hints) for place in finding.evidence if seen(place)),
        compared=tuple(
            value
            for value in finding.compared
            if not hints(f"{value.label.zh} {value.label.en} {value.value}")
            and (value.evidence is None or seen(value.evidence))
        ),
        items=tuple(items),
        parameters={key: value for key, value in finding.parameters.items() if not hints(f"{key} {value}")},
    )


def _quote(evidence: Evidence, hints: Callable[[str], bool]) -> Evidence:
    return replace(evidence, text="") if hints(evidence.text) else evidence


def _trim(text: Text, hints: Callable[[str], bool]) -> Text:
    return Text(_clauses(text.zh, hints), _clauses(text.en, hints))


def _or(text: Text, instead: Text) -> Text:
    return Text(text.zh or instead.zh, text.en or instead.en)


def _clauses(text: str, hints: Callable[[str], bool]) -> str:
    """The text without the clauses that hint: first brackets, then whole clauses."""
    if not hints(text):
        return text
    text = BRACKETED.sub(lambda hit: "" if hints(hit[0]) else hit[0], text)
    if not hints(text):
        return text
    kept = [clause.strip() for clause in CLAUSE.split(text) if clause and not hints(clause)]
    joint = "" if re.search(r"[\u4e00-\u9fff]", text) else " "
    return re.sub(r"[；;]$", lambda end: "。" if end[0] == "；" else ".", joint.join(kept))


# --- the regulator's copy -------------------------------------------------------------------------


def _for_regulator(audit: Audit, reviews: tuple[Review, ...]) -> Shown:
    masker = Masker(audit)
    names = _masked_files(audit, masker)
    cover = _Cover(masker, names)
    shown = replace(
        audit,
        case=masker.text(audit.case),
        sources=tuple(replace(source, file=names.get(source.file, source.file)) for source in audit.sources),
        documents=tuple(map(cover.document, audit.documents)),
        findings=tuple(map(cover.finding, audit.findings)),
        declared=_masked_facts(audit.declared, masker),
        requests=tuple(map(cover.text, audit.requests)),
        problems=tuple(
            replace(one, message=cover.text(one.message), hint=cover.text(one.hint)) for one in audit.problems
        ),
    )
    return Shown(
        shown,
        Audience.REGULATOR,
        tuple(replace(review, reason=masker.text(review.reason)) for review in reviews),
        hidden=masker.boxes(audit.documents),
        originals={shown_as: file for file, shown_as in names.items()},
    )


def _masked_files(audit: Audit, masker: Masker) -> dict[str, str]:
    """Names of files that carry a number, masked; two that would become one are told apart."""
    files = dict.fromkeys(
        [source.file for source in audit.sources] + [page.file for paper in audit.documents for page in paper.pages]
    )
    taken = {file for file in files if masker.text(file) == file}
    names: dict[str, str] = {}
    for file in files:
        shown_as = masker.text(file)
        if shown_as == file:
            continue
        while shown_as in taken:
            shown_as += "~"
        taken.add(shown_as)
        names[file] = shown_as
    return names


def _masked_facts(facts: Mapping[str, object], masker: Masker) -> dict[str, object]:
    def walk(value: object) -> object:
        if isinstance(value, Mapping):
            return {key: walk(inner) for key, inner in value.items()}
        return masker.text(value) if isinstance(value, str) else value

    return {key: walk(value) for key, value in facts.items()}


@dataclass(frozen=True)
class _Cover:
    """Masks every text of an audit's parts; numbers, places and hashes stay."""

    masker: Masker
    names: Mapping[str, str]

    def text(self, text: Text) -> Text:
        return Text(self.masker.text(text.zh), self.masker.text(text.en))

    def evidence(self, place: Evidence) -> Evidence:
        file = self.names.get(place.file, place.file)
        case = self.masker.text(place.case) if place.case else place.case
        return replace(place, file=file, text=self.masker.text(place.text), case=case)

    def field(self, read: Field) -> Field:
        place = self.evidence(read.evidence)
        return replace(
            read,
            value=self.masker.field(read, read.value),
            text=self.masker.field(read, read.text),
            evidence=replace(place, text=masked(place.text)) if is_sensitive(read) else place,
            alternatives=(),
        )

    def mark(self, mark: DocumentMark) -> DocumentMark:
        return replace(mark, text=self.masker.text(mark.text), evidence=self.evidence(mark.evidence))

    def document(self, paper: Document) -> Document:
        return replace(
            paper,
            pages=tuple(replace(page, file=self.names.get(page.file, page.file)) for page in paper.pages),
            fields={name: self.field(read) for name, read in paper.fields.items()},
            marks=tuple(map(self.mark, paper.marks)),
            lines=(),
            messages=(),
        )

    def compared(self, value: Compared) -> Compared:
        place = self.evidence(value.evidence) if value.evidence else None
        return replace(value, label=self.text(value.label), value=self.masker.text(value.value), evidence=place)

    def item(self, item: Item) -> Item:
        return replace(item, detail=self.text(item.detail), evidence=tuple(map(self.evidence, item.evidence)))

    def finding(self, finding: Finding) -> Finding:
        return replace(
            finding,
            detail=self.text(finding.detail),
            remedy=self.text(finding.remedy),
            evidence=tuple(map(self.evidence, finding.evidence)),
            compared=tuple(map(self.compared, finding.compared)),
            items=tuple(map(self.item, finding.items)),
            parameters={key: self.masker.text(value) for key, value in finding.parameters.items()},
        )
