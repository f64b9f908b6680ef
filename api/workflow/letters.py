"""What does the letter say that asks for papers again? What is missing, why and until when, in Chinese and English.

It goes to the seller or the customer. So it is made from the copy of the audit that they may see: a request about a
confidential finding never stands in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from api import trail
from api.clock import LEGAL_ZONE, today
from api.errors import conflict
from api.permissions import Permission
from api.principal import Principal
from api.services import Services
from api.store import scope
from api.tables import CaseRow, PaperRequest, Tenant
from api.workflow import kept, requests
from api.workflow.deciding import not_judged
from verifier.model import Audit, Text
from verifier.reports.audience import Audience, for_audience
from verifier.reports.pdf import in_language, typeset
from verifier.reports.wording import known

TEMPLATES = Path(__file__).parents[1] / "templates" / "letters"
STYLE = Path(__file__).parents[1] / "static" / "letter.css"
NOTHING = Text("", "")


@dataclass(frozen=True, slots=True)
class Missing:
    """One paper that is asked for."""

    code: str
    paper: Text
    why: Text
    note: str
    due: date | None


@dataclass(frozen=True, slots=True)
class Letter:
    """The letter in both languages. `also`: papers that the audit asks for and nobody has requested yet."""

    title: Text
    to: Text
    opening: Text
    items: Sequence[Missing]
    closing: Sequence[Text]
    sender: str
    day: date
    also: Sequence[Text] = field(default_factory=tuple)


def request_letter(services: Services, who: Principal, case_id: str) -> Letter:
    """The letter for the open requests of a case; making it is on record."""
    who.require(Permission.FINDING_DECIDE)
    with services.reading() as session:
        case = scope.case(session, who, case_id)
        tenant = session.get_one(Tenant, case.tenant_id)
        asked = [one for one in requests.of_case(session, who, case) if one.state in requests.WAITING]
    if case.judgement_id is None:
        raise not_judged()
    audit = kept.audit(services.blobs, case.tenant_id, case.judgement_id)
    if audit is None:
        raise not_judged()
    titles = services.editions.pack(case.pack, case.tenant_id, case.edition).vocabulary().titles
    letter = compose(case, for_audience(audit, Audience.CASE).audit, asked, titles, tenant.name, today())
    if not letter.items:
        raise conflict(
            "nothing_asked",
            Text("本案没有可列入函件的补件要求", "Nothing is asked for in this case that a letter may say"),
            Text("请先在检查结果处提出补件要求", "Ask for a paper at one of its findings first"),
        )
    with services.writing() as session:
        trail.record(session, who, "letter.made", "case", case.id, papers=[one.code for one in letter.items])
    return letter


def compose(
    case: CaseRow, seen: Audit, asked: Sequence[PaperRequest], titles: Mapping[str, Text], sender: str, day: date
) -> Letter:
    """`seen` is the audit as the seller may see it."""
    findings = {one.check: one for one in seen.findings}
    items = [_missing(one, findings[one.check_id].title, titles) for one in asked if one.check_id in findings]
    named = {(one.paper.zh, one.paper.en) for one in items}
    policy = case.policy_no or case.application_no or case.name
    person = case.seller_name or case.policyholder
    return Letter(
        title=Text("补充材料通知书", "Request for further papers"),
        to=Text(f"{person}：" if person else "敬启者：", f"To {person}," if person else "To whom it may concern,"),
        opening=Text(
            f"经审核案卷 {case.name}（保单或投保单号：{policy}），下列材料缺失或需补正，请予补交：",
            f"In reviewing file {case.name} (policy or application {policy}) we found the following papers missing or in "
            "need of correction. Please supply them:",
        ),
        items=items,
        closing=(
            Text(
                "请提供清晰、完整的彩色扫描件，每页四角可见；需本人签名的，须由本人亲笔签署并注明实际签署日期。",
                "Please send clear and complete colour scans that show all four corners of each page. What a person has "
                "to sign, that person signs by hand, with the day on which it is really signed.",
            ),
            Text(
                "补交材料将如实记录补正日期，不得倒签日期或代签名。",
                "The day of supply is put on record as it is. Papers must not be dated back nor signed for others.",
            ),
        ),
        sender=str(case.declared.get("institution") or sender),
        day=day,
        also=tuple(one for one in seen.requests if (one.zh, one.en) not in named),
    )


def _missing(asked: PaperRequest, about: Text, titles: Mapping[str, Text]) -> Missing:
    """Why it is needed is told by what is checked. What was found, and the remedy, speak to the institution: of whom to
    look into, whose commission to stop. What the recipient is to do stands in the note of whoever asks."""
    why = Text(f"用于核实：{about.zh}", f"Needed to verify: {about.en}")
    due = asked.due_at.astimezone(LEGAL_ZONE).date() if asked.due_at else None
    return Missing(asked.paper, titles.get(asked.paper) or known("document", asked.paper), why, asked.note, due)


# --- as text, page and paper ------------------------------------------------------------------------


def as_text(letter: Letter, lang: str) -> str:
    told = in_one(letter, lang)
    lines = [told["title"], "", told["to"], "", told["opening"], ""]
    for number, item in enumerate(told["items"], start=1):
        lines += [f"{number}. {item['paper']}", *(f"   {item[part]}" for part in ("why", "note", "due") if item[part])]
    return "\n".join([*lines, "", *told["closing"], "", told["from"], told["day"], ""])


def as_html(letter: Letter, lang: str) -> str:
    """A file that stands alone: its style lies in it."""
    told = {**in_one(letter, lang), "lang": lang}
    return _pages().get_template("request.html.j2").render(letter=told, style=Markup(STYLE.read_text("utf-8")))


def as_pdf(letter: Letter, lang: str) -> bytes:
    return typeset((TEMPLATES / "request.typ").read_bytes(), in_one(letter, lang), letter.day, lang)


@cache
def _pages() -> Environment:
    return Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True)


def in_one(letter: Letter, lang: str) -> dict[str, Any]:
    """The letter in one language, as every form of it is written."""
    told: dict[str, Any] = in_language(
        {
            "title": _both(letter.title),
            "to": _both(letter.to),
            "opening": _both(letter.opening),
            "items": [
                {
                    "paper": _both(one.paper),
                    "why": _both(one.why),
                    "note": one.note,
                    "due": _both(_due(one.due, letter.day)),
                }
                for one in letter.items
            ],
            "closing": [_both(one) for one in letter.closing],
            "from": letter.sender,
            "day": _both(_day(letter.day)),
        },
        lang,
    )
    return told


def _due(due: date | None, written: date) -> Text:
    if due is None:
        return NOTHING
    day = _day(due)
    if due < written:
        return Text(f"原定{day.zh}前提供，请尽快补交", f"It was due by {day.en}; please supply it now")
    return Text(f"请于{day.zh}前提供", f"Please supply it by {day.en}")


def _day(day: date) -> Text:
    return Text(f"{day.year}年{day.month}月{day.day}日", day.isoformat())


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
