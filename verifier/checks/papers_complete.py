"""Every paper that the requirement matrix demands of this case is in the file.

Passes when each line of the matrix that applies has one of its papers, in any order, merged into other
files or as a part of another paper with its own heading. Fails for each demanded paper that is absent when
everything was read and recognised. Review when a page or file was not read, or when the facts that say
whether an absent paper is needed are missing. Papers that the case does not need are not asked for.
"""

from __future__ import annotations

from verifier.case import Case
from verifier.checks.result import CheckParams, Result, absent, from_items, not_applicable
from verifier.checks.words import paper_title, place_of
from verifier.context import Context, PaperNeed
from verifier.model import Evidence, Item, Outcome, Reason, Text
from verifier.values.script import squeeze

RECOGNISED = 0.6  # a paper told apart with this confidence is there, whatever is read of its fields
EDGES = "《》【】[]()（）:：一二三四五六七八九十0123456789、.． "  # numbering and brackets of a heading


class Params(CheckParams):
    ignore: tuple[str, ...] = ()


def check(case: Case, params: Params, context: Context) -> Result:
    items: list[Item] = []
    for need in context.papers:
        if need.needed is False or set(need.documents) <= set(params.ignore):
            continue
        item = _judge(case, need)
        if item is not None:
            items.append(item)
    if not items:
        return not_applicable("本案没有必备单证的要求", "No paper is demanded of this case")
    count = sum(item.outcome is Outcome.PASS for item in items)
    return from_items(items, f"应有的{count}项单证均在档", f"All {count} papers that this case needs are in the file")


def _judge(case: Case, need: PaperNeed) -> Item | None:
    found = [one for one in case.documents_of(*need.documents) if one.variant not in need.other_variants]
    if found:
        paper = max(found, key=lambda one: one.confidence)
        title = paper_title(case, paper)
        sure = 1.0 if paper.confidence >= RECOGNISED else paper.confidence
        said = Text(f"{title.zh}在档", f"{title.en} is in the file")
        return Item(Outcome.PASS, said, None, paper.id, (place_of(case, paper),), sure)
    part = _as_part(case, need)
    if part is not None:
        code, place = part
        title, holder = paper_title(case, need.documents[0]), paper_title(case, code)
        said = Text(f"{title.zh}载于{holder.zh}内", f"{title.en} stands inside {holder.en}")
        return Item(Outcome.PASS, said, None, need.documents[0], (place,))
    return _absent(case, need)


def _as_part(case: Case, need: PaperNeed) -> tuple[str, Evidence] | None:
    """The heading inside another paper that stands for the whole paper."""
    for code, headings in need.inside:
        for paper in case.documents_of(code):
            for line in paper.lines:
                if squeeze(line.text).strip(EDGES) in headings:
                    return code, line.evidence
    return None


def _absent(case: Case, need: PaperNeed) -> Item | None:
    titles = [paper_title(case, code) for code in need.documents]
    zh = need.label.zh if need.label else "或".join(title.zh for title in titles)
    en = need.label.en if need.label else " or ".join(title.en for title in titles)
    if need.needed is None:
        why = need.gap or Text("", "")
        said = Text(
            f"未见{zh}，且{why.zh}，无法判断本案是否应有",
            f"No {en} was found, and {why.en}: whether this case needs it cannot be said",
        )
        return Item(Outcome.REVIEW, said, Reason.FACT_MISSING, need.documents[0])
    missing = absent(case, f"缺少{zh}", f"Missing: {en}")
    return Item(missing.outcome, missing.detail, missing.reason, need.documents[0])
