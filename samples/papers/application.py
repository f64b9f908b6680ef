"""What does the application form say?"""

from __future__ import annotations

from samples.facts import COPY_SENTENCE, CaseFacts
from samples.paper import (
    Copied,
    Entry,
    Fields,
    Grid,
    Paper,
    Prose,
    Section,
    Sign,
    Signing,
)
from samples.papers import declarations
from samples.papers.disclosure import UNCERTAIN
from samples.papers.words import MODES, capitals, money, pay_period, signed
from samples.people import Person


def person_fields(who: Person, role: str, relation: str) -> Fields:
    """The nine items and what application forms ask beside them."""

    def name(tail: str) -> str:
        return f"{role}.{tail}"

    return Fields(
        role,
        (
            Entry(name("name"), who.name),
            Entry(name("sex"), who.sex, "choice", ("男", "女")),
            Entry(name("birth_date"), who.birth.isoformat(), "date"),
            Entry(name("nationality"), who.nationality),
            Entry(name("id_type"), who.id_type),
            Entry(name("id_number"), who.id_number, "id"),
            Entry(name("id_valid_to"), who.valid_to, "date"),
            Entry(name("occupation"), who.occupation),
            Entry("_occupation_code", who.occupation_code),
            Entry(name("employer"), who.employer or "无"),
            Entry(name("income"), money(who.income), "money"),
            Entry(name("income_source"), who.income_source),
            Entry(name("address"), who.address),
            Entry(name("phone"), who.phone, "phone"),
            Entry(name("email"), who.email),
            Entry(name("relation"), relation),
        ),
    )


def beneficiary_grid(facts: CaseFacts) -> Section:
    if not facts.beneficiaries:
        return Fields("beneficiary", (Entry("_beneficiary", "法定"),))
    rows = tuple(
        (
            Entry(f"beneficiaries[{n}].name", one.person.name),
            Entry(f"beneficiaries[{n}].relation", one.relation),
            Entry(f"beneficiaries[{n}].id_number", one.person.id_number, "id"),
            Entry(f"beneficiaries[{n}].order", str(one.order), "count"),
            Entry(f"beneficiaries[{n}].share", str(one.share), "percent"),
        )
        for n, one in enumerate(facts.beneficiaries, 1)
    )
    return Grid("beneficiary", ("name", "beneficiary_relation", "id_number", "order", "share"), rows)


def premium_grid(facts: CaseFacts) -> Grid:
    product = facts.product
    rows = [
        (
            Entry("product.name", product.name),
            Entry("product.code", product.code),
            Entry("sum_insured", money(facts.sum_insured), "money"),
            Entry("cover_period", product.cover_period),
            Entry("pay_period", pay_period(facts)),
            Entry("premium", money(facts.premium), "money"),
        )
    ]
    for n, rider in enumerate(facts.riders, 1):
        rows.append(
            (
                Entry(f"riders[{n}].name", rider.name),
                Entry(f"riders[{n}].code", rider.code),
                Entry(f"riders[{n}].sum_insured", money(rider.sum_insured), "money"),
                Entry(f"riders[{n}].cover_period", "1年"),
                Entry(f"riders[{n}].pay_period", "1年"),
                Entry(f"riders[{n}].premium", money(rider.premium), "money"),
            )
        )
    return Grid(
        "cover", ("product.name", "product.code", "sum_insured", "cover_period", "pay_period", "premium"), tuple(rows)
    )


def signatures(facts: CaseFacts) -> Signing:
    day = signed(facts.days["application"])
    lines = [Sign("policyholder_signature", "policyholder_signature", facts.policyholder, day)]
    if facts.line == "personal":
        if facts.minor:
            lines.append(Sign("guardian_signature", "guardian_signature", facts.policyholder))
        else:
            lines.append(Sign("insured_signature", "insured_signature", facts.insured))
    if facts.seller:
        lines.append(
            Sign(
                "seller_signature",
                "seller_signature",
                facts.seller.person,
                Entry("_seller_date", str(facts.days["application"]), "date"),
            )
        )
    return Signing(tuple(lines))


def form(facts: CaseFacts) -> Paper:
    """F01 投保单."""
    sections: list[Section] = [Fields("head", (Entry("application_no", facts.application_no, "digits"),))]
    sections.append(person_fields(facts.policyholder, "policyholder", facts.relation))
    if facts.line == "personal":
        sections.append(person_fields(facts.insured, "insured", facts.reverse_relation))
        if facts.product.death_benefit:
            sections.append(beneficiary_grid(facts))
    else:
        sections.append(
            Fields(
                "property",
                (Entry("_place", facts.policyholder.address), Entry("_value", money(facts.sum_insured), "money")),
            )
        )
    sections += [
        premium_grid(facts),
        Fields(
            "premium",
            (
                Entry("premium_total", money(facts.total), "money"),
                Entry("premium_total_in_words", capitals(facts.total), "words"),
                Entry("pay_mode", MODES[facts.mode], "choice", ("趸交", "年交", "半年交", "季交", "月交")),
            ),
        ),
        Fields(
            "account",
            (
                Entry("account_name", (facts.payer.person if facts.payer else facts.policyholder).name),
                Entry("account_bank", facts.account_bank),
                Entry("account", facts.account, "account"),
            ),
        ),
    ]
    if facts.seller:
        sections.append(
            Fields(
                "seller",
                (Entry("seller.name", facts.seller.person.name), Entry("seller.number", facts.seller.number, "digits")),
            )
        )
    declaration = [
        "投保人声明：本人对投保单各项填写内容的真实性负责，贵公司已就保险条款、责任免除条款向本人作出明确说明，本人已完全理解并同意遵守。",
        "本人同意贵公司通过电话、书面等方式进行回访。",
    ]
    if facts.product.death_benefit and facts.line == "personal":
        declaration.append("被保险人声明：本人同意投保人为本人投保上述保险，并认可保险金额及所指定的受益人。")
    sections.append(Prose("declaration", tuple(declaration)))
    if facts.not_guaranteed:
        sections.append(Prose("warning", (UNCERTAIN[facts.product.kind],), strong=True))
        sections.append(Copied(COPY_SENTENCE, COPY_SENTENCE, facts.policyholder))
    sections.append(signatures(facts))
    return Paper("F01-P" if facts.line == "property" else "F01", tuple(sections))


def papers(facts: CaseFacts) -> list[Paper]:
    """The application and the declarations that go with it."""
    found = [form(facts)]
    if facts.line == "property":
        return found
    if facts.statement_triggers:
        found.append(declarations.statement(facts))
    if facts.product.kind != "accident":
        found.append(declarations.health(facts))
    if facts.product.cash_value:
        found.append(declarations.residence(facts))
    found.append(declarations.separate_consent(facts))
    if facts.recorded:
        found.append(declarations.recording(facts))
    return found
