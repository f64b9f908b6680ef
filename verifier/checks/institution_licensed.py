"""The institutions of the sale hold a licence for this line of business, on this day and in this region.

Passes when institutions.csv holds each institution named in the case with a licence number, in force on the
application date, for the line of business and the policyholder's province. Fails when one of these does not
hold or the institution is not listed. Review when the list was not supplied, or the province, the region or
the scope cannot be told. Online business needs no region; not applicable when no institution is named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from verifier.case import Case, Fact, MissingFact
from verifier.checks.result import CheckParams, Result, from_items, gap_item, not_applicable
from verifier.context import Context, Institution, need
from verifier.model import Item, Outcome, Reason, Text
from verifier.values.organisations import compare_organisations, organisation_parts
from verifier.values.script import squeeze


class Params(CheckParams):
    """`scopes`: the words of the list for each line of business; `everywhere`: words for all regions."""

    scopes: Mapping[str, tuple[str, ...]]
    everywhere: tuple[str, ...]
    papers: tuple[str, ...] = ("D-201.institution", "F01.seller.institution")


def check(case: Case, params: Params, context: Context) -> Result:
    institutions = _institutions(case, params)
    if not institutions:
        return not_applicable("本案未载明销售机构", "No institution is named in the case")
    rows = need(context.references.institutions, "institutions.csv")
    day = case.fact("application.date").as_date()
    items = [item for one in institutions for item in _judge(case, params, context, rows, one, day)]
    return from_items(items, "机构许可证、业务范围和经营区域符合", "Licence, scope and region of the institutions hold")


def _institutions(case: Case, params: Params) -> list[Fact]:
    """Each institution once: what is declared, then what the papers name."""
    found = [case.declared_fact(key) for key in ("institution", "seller.institution")]
    found += [case.maybe(path) for path in params.papers]
    distinct: list[Fact] = []
    for fact in found:
        if fact is not None and all(compare_organisations(fact.value, known.value).conflicts for known in distinct):
            distinct.append(fact)
    return distinct


def _judge(
    case: Case, params: Params, context: Context, rows: Sequence[Institution], fact: Fact, day: date
) -> Iterator[Item]:
    row = _listed(rows, fact.value, day)
    if row is None:
        near = [row for row in rows if not compare_organisations(row.name, fact.value).conflicts]
        detail = Text(f"许可证名册中没有“{fact.value}”", f"The list of licences does not hold {fact.value}")
        if near:
            other = Text(f"{detail.zh}，相近的有“{near[0].name}”", f"{detail.en}; close to it is {near[0].name}")
            yield Item(Outcome.REVIEW, other, Reason.CONFLICTING_VALUES, fact.document, fact.evidence)
        else:
            yield Item(Outcome.FAIL, detail, None, fact.document, fact.evidence, fact.confidence)
        return
    faults = list(_faults(case, params, row, day))
    for zh, en in faults:
        detail = Text(f"{row.name}：{zh}", f"{row.name}: {en}")
        yield Item(Outcome.FAIL, detail, None, fact.document, fact.evidence, fact.confidence)
    if faults:
        return
    doubt = _scope_item(params, row, fact) or (None if _online(case) else _region_item(case, params, context, row))
    detail = Text(f"{row.name} 许可证 {row.licence} 在 {day} 有效", f"{row.name}: licence {row.licence} holds on {day}")
    yield doubt or Item(Outcome.PASS, detail, None, fact.document, fact.evidence, fact.confidence)


def _listed(rows: Sequence[Institution], name: str, day: date) -> Institution | None:
    """Its own row, in force on the day if there are several; else the row of its head office."""
    same = [row for row in rows if compare_organisations(row.name, name).agrees]
    head = [row for row in rows if organisation_parts(row.name)[0] == organisation_parts(name)[0]]
    for found in (same, head):
        covering = [row for row in found if _covers(row, day)]
        if found:
            return (covering or found)[0]
    return None


def _covers(row: Institution, day: date) -> bool:
    return (row.start is None or row.start <= day) and (row.end is None or day <= row.end)


def _faults(case: Case, params: Params, row: Institution, day: date) -> Iterator[tuple[str, str]]:
    if not row.licence:
        yield "名册中没有许可证编号", "the list shows no licence number"
    if not _covers(row, day):
        span = f"{row.start or ''}~{row.end or ''}"
        yield f"许可证有效期 {span} 不包含投保日 {day}", f"the licence ({span}) is not in force on {day}"
    line = case.fact("line").value
    if row.scope and _known_scope(params, row) and not _within(params.scopes.get(line, ()), row):
        scope = "、".join(row.scope)
        yield f"业务范围（{scope}）不含本业务", f"the scope ({scope}) does not cover this business ({line})"


def _within(words: Sequence[str], row: Institution) -> bool:
    return any(word in squeeze(one).casefold() for one in row.scope for word in words)


def _known_scope(params: Params, row: Institution) -> bool:
    """Whether the words of the list are any that we know: unknown words accuse nobody."""
    return any(_within(words, row) for words in params.scopes.values())


def _scope_item(params: Params, row: Institution, fact: Fact) -> Item | None:
    if not row.scope or _known_scope(params, row):
        return None
    scope = "、".join(row.scope)
    detail = Text(f"{row.name} 的业务范围“{scope}”不能判断", f"{row.name}: the scope {scope!r} does not tell")
    return Item(Outcome.REVIEW, detail, Reason.JUDGEMENT, fact.document, fact.evidence)


def _online(case: Case) -> bool:
    channel = case.maybe("channel")
    return channel is not None and channel.value == "online"


def _region_item(case: Case, params: Params, context: Context, row: Institution) -> Item | None:
    """None when the region holds; else the item that says what is wrong or not known."""
    if not row.regions or any(squeeze(region) in params.everywhere for region in row.regions):
        return None
    try:
        address = case.fact("policyholder.address")
    except MissingFact as gap:
        return gap_item(gap)
    provinces = context.lexicons["provinces"]
    assert isinstance(provinces, Mapping)
    home = province_of(address.value, provinces)
    if home is None:
        detail = Text(f"从地址“{address.value}”看不出省份", f"The address {address.value!r} does not tell the province")
        return Item(Outcome.REVIEW, detail, Reason.FIELD_MISSING, address.document, address.evidence)
    allowed = [province_of(region, provinces) for region in row.regions]
    regions = "、".join(row.regions)
    if home in allowed:
        return None
    if None in allowed:
        detail = Text(f"{row.name} 的经营区域“{regions}”不能判断", f"{row.name}: the region {regions!r} does not tell")
        return Item(Outcome.REVIEW, detail, Reason.JUDGEMENT, address.document, address.evidence)
    detail = Text(
        f"{row.name} 经营区域（{regions}）不含投保人所在的{home}",
        f"{row.name}: its region ({regions}) does not hold the policyholder's {home}",
    )
    return Item(Outcome.FAIL, detail, None, address.document, address.evidence, address.confidence)


def province_of(text: str, provinces: Mapping[str, Sequence[str]]) -> str | None:
    """The province that an address or a region names: its own name first, else one of its cities."""
    plain = squeeze(text)
    for province in provinces:
        if plain.startswith(province):
            return province
    places = sorted((plain.find(p), p) for p in provinces if 0 <= plain.find(p) <= 6)
    if places:
        return places[0][1]
    return next((p for p, cities in provinces.items() if any(city in plain[:8] for city in cities)), None)
