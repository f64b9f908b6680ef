"""Nobody in this sale stands on a watchlist.

Every party, payer and payee is looked up by name in every spelling and script; ID number, birth date or country
confirms or clears. Passes when there is no hit, or a second key clears every one, and every list is as new as the
transaction. Fails when name and second key agree, or when a list is older than the transaction. Review when only
the name agrees, the name is merely alike, the day of a list is not known, or no list was supplied.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from verifier.case import Case
from verifier.checks.items import bad, doubt, good
from verifier.checks.result import CheckParams, Result, from_items
from verifier.context import Context, Listed, need
from verifier.model import Evidence, Item, Reason
from verifier.screening.watchlist import Edition, Hit, Screened, SecondKey, index_of
from verifier.values.identifiers import identify


class Params(CheckParams):
    """`least`: score of the name from which a hit counts; `days`: how much older than the transaction the
    list may be."""

    least: float = 0.85
    days: int = 1


def check(case: Case, params: Params, context: Context) -> Result:
    entries = need(context.references.watchlist, "watchlist.csv")
    index = index_of(entries)
    items: list[Item] = [_age(case, edition, params) for edition in index.editions]
    for who, where in _parties(case, _states(context)):
        hits = index.hits(who, params.least)
        items += [_hit(who, hit, where) for hit in hits]
        if not hits:
            zh, en = (
                f"{ROLES.get(who.role, who.role)}“{who.name}”未命中名单",
                f"{who.name} ({who.role}) is not on the list",
            )
            items.append(good(zh, en, where, None, 1.0))
    dated = min((edition.date for edition in index.editions), default="")
    figures = {"list_date": dated or "-", "entries": str(len(entries)), "least_score": str(params.least)}
    figures |= {f"list {one.source}": f"{one.date or '-'}, {one.entries}, {one.digest}" for one in index.editions}
    zh, en = f"各方姓名未命中名单（名单日期 {dated}）", f"Nobody is on the list (of {dated})"
    return from_items(items, zh, en, parameters=figures)


def _age(case: Case, edition: Edition, params: Params) -> Item:
    """A list older than the transaction cannot have cleared it."""
    paid = case.maybe("payment.date") or case.maybe("application.date")
    name = f"{edition.source}（{edition.entries} 条，{edition.digest}）"
    name_en = f"{edition.source} ({edition.entries} entries, {edition.digest})"
    if not edition.date or paid is None:
        zh, en = f"名单 {name} 的日期或交易日期不明", f"The day of {name_en} or of the transaction is not known"
        return doubt(Reason.FACT_MISSING, zh, en)
    needed = paid.as_date() - timedelta(days=params.days)
    if _day(edition.date) < needed:
        zh = f"名单 {name} 的日期 {edition.date} 早于交易日期 {paid}"
        en = f"The list {name_en} of {edition.date} is older than the transaction of {paid}"
        return bad(zh, en, paid.evidence, None, 1.0)
    return good(f"名单 {name} 的日期为 {edition.date}", f"List {name_en} of {edition.date}", (), None, 1.0)


def _states(context: Context) -> Mapping[str, tuple[str, ...]]:
    """How papers print a state, to all ways that lists print it."""
    table = context.lexicons.get("states") or {}
    assert isinstance(table, Mapping)
    ways = [tuple(str(one).casefold() for one in (code, *names)) for code, names in table.items()]
    return {one: several for several in ways for one in several}


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return date.min


def _parties(case: Case, states: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[Screened, tuple[Evidence, ...]]]:
    """Each name once, with the second keys that the case knows."""
    seen: set[str] = set()
    for role in ("policyholder", "insured"):
        name, number, born = (case.maybe(f"{role}.{part}") for part in ("name", "id_number", "birth_date"))
        if name is not None and name.value not in seen:
            seen.add(name.value)
            nation = case.maybe(f"{role}.nationality")
            own = (number.value if number else "", born.value if born else "")
            yield (
                Screened(role, name.value, *own, states.get(nation.value.casefold(), ()) if nation else ()),
                name.evidence,
            )
    for who, where in (*_beneficiaries(case), *_moneyed(case), *_owners(case)):
        if who.name and "*" not in who.name and who.name not in seen:
            seen.add(who.name)
            yield who, where


def _numbered(role: str, name: str, number: str) -> Screened:
    known = identify(number) if number else None
    born = known.birth_date.isoformat() if known and known.valid and known.birth_date else ""
    return Screened(role, name, number, born)


def _beneficiaries(case: Case) -> Iterator[tuple[Screened, tuple[Evidence, ...]]]:
    for form in case.documents_of("F01", "F06"):
        for key, field in form.fields.items():
            if key.startswith("beneficiaries[") and key.endswith("].name") and field.value:
                number = form.fields.get(key.replace("].name", "].id_number"))
                yield _numbered("beneficiary", field.value, number.value if number else ""), (field.evidence,)


def _moneyed(case: Case) -> Iterator[tuple[Screened, tuple[Evidence, ...]]]:
    """Payers of premiums and receivers of refunds and claims, and who acts under a power of attorney."""
    for payment in case.payments:
        name = payment.payer if payment.direction == "in" else payment.payee
        number = case.maybe("P05.payer.id_number") if payment.direction == "in" else None
        yield (
            _numbered("payer" if payment.direction == "in" else "payee", name, number.value if number else ""),
            (payment.evidence[:1]),
        )
    for paper in case.documents_of("D-203"):
        for key in ("agent.name", "trustee.name"):
            field = paper.fields.get(key)
            if field is not None and field.value:
                yield Screened("agent", field.value), (field.evidence,)


def _owners(case: Case) -> Iterator[tuple[Screened, tuple[Evidence, ...]]]:
    for paper in case.documents_of("F11"):
        for key, field in paper.fields.items():
            if key == "legal_representative" or (key.startswith("beneficial_owners[") and key.endswith("].name")):
                yield Screened("beneficial owner", field.value), (field.evidence,)


ROLES = {"policyholder": "投保人", "insured": "被保险人", "beneficiary": "受益人", "payer": "付款人", "payee": "收款人",
         "agent": "代理人", "beneficial owner": "受益所有人"}  # fmt: skip


def _hit(who: Screened, hit: Hit, where: tuple[Evidence, ...]) -> Item:
    entry: Listed = hit.entry
    role, rule = ROLES.get(who.role, who.role), hit.alike.says
    source = " ".join(dict.fromkeys(part for part in (entry.source, entry.dataset, entry.id) if part))
    alias = f"别名“{hit.name}”" if hit.by_alias else f"“{hit.name}”"
    alias_en = f"{hit.name}, an alias of {entry.name}," if hit.by_alias else hit.name
    zh = f"{role}“{who.name}”与名单条目{alias}（{source}）相符（{rule.zh}，{hit.alike.score:.2f}）"
    en = f"{who.name} ({who.role}) matches {alias_en} ({source}) by {rule.en} ({hit.alike.score:.2f})"
    if hit.blocks:
        return bad(f"{zh}，且{hit.why.zh}一致", f"{en}, and {hit.why.en} agrees", where, None, 1.0)
    if hit.second is SecondKey.CLEARS:
        return good(f"{zh}，但{hit.why.zh}不同，排除", f"{en}, but {hit.why.en} differs: cleared", where, None, 1.0)
    if hit.second is SecondKey.CONFIRMS:
        zh, en = f"{zh}，{hit.why.zh}一致，但姓名仅为近似", f"{en}; {hit.why.en} agrees but the name is only alike"
        return doubt(Reason.JUDGEMENT, f"{zh}，请人工核对", f"{en}: a person has to decide", where)
    zh, en = f"{zh}，缺少第二识别要素，请人工核对", f"{en}; no second key decides: a person has to"
    return doubt(Reason.JUDGEMENT, zh, en, where)
