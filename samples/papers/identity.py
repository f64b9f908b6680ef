"""Whose identity papers and proofs of relation are in the file?"""

from __future__ import annotations

from samples.facts import CaseFacts
from samples.paper import Entry, Fields, Grid, Paper, Prose, Seal
from samples.people import Person


def card(who: Person, subject: str) -> Paper:
    """A resident ID card, both sides."""
    entries = (
        Entry("name", who.name),
        Entry("sex", who.sex),
        Entry("ethnicity", who.ethnicity),
        Entry("birth_date", who.birth.isoformat(), "date"),
        Entry("address", who.address),
        Entry("id_number", who.id_number, "id"),
        Entry("issuer", who.issuer),
        Entry("valid_from", who.valid_from.isoformat(), "date"),
        Entry("valid_to", who.valid_to, "date"),
    )
    return Paper("D-202", (Fields("card", entries),), "id_card", subject, "id_card", people=(who,))


def household(facts: CaseFacts) -> Paper:
    """D-204: pages of the household register that show parent and child."""
    parent, child = facts.policyholder, facts.insured
    if facts.relation == "子女":
        parent, child = child, parent
    word = "子" if child.sex == "男" else "女"
    rows = tuple(
        (
            Entry("_name", who.name),
            Entry("_relation", relation),
            Entry("_sex", who.sex),
            Entry("_birth", who.birth.isoformat(), "date"),
            Entry("_id", who.id_number, "id"),
        )
        for who, relation in ((parent, "户主"), (child, word))
    )
    sections = (
        Fields(
            "register",
            (
                Entry("_holder", parent.name),
                Entry("_register_no", parent.id_number[:9], "digits"),
                Entry("_address", parent.address),
            ),
        ),
        Grid("register_members", ("name", "holder_relation", "sex", "birth_date", "id_number"), rows),
        Seal(parent.issuer, "户口专用", mark="seal"),
    )
    return Paper("D-204", sections, subject="insured")


def marriage(first: Person, second: Person) -> Paper:
    """D-204: a marriage certificate page."""
    rows = tuple(
        (
            Entry("_name", who.name),
            Entry("_sex", who.sex),
            Entry("_nationality", "中国"),
            Entry("_birth", who.birth.isoformat(), "date"),
            Entry("_id", who.id_number, "id"),
        )
        for who in (first, second)
    )
    sections = (
        Fields(
            "marriage",
            (
                Entry("_holder", first.name),
                Entry("_registered", str(max(first.birth, second.birth).replace(day=18).year + 24) + "-05-20", "date"),
                Entry("_register_no", f"J{first.id_number[:6]}-2016-{first.id_number[-4:-1]}271"),
            ),
        ),
        Grid("marriage_parties", ("name", "sex", "nationality", "birth_date", "id_number"), rows),
        Prose("marriage_words", ("结婚申请，符合《中华人民共和国民法典》规定，予以登记，发给此证。",)),
        Seal(first.issuer.split("公安局")[0] + "民政局", "婚姻登记专用章", mark="seal"),
    )
    return Paper("D-204", sections, "marriage_certificate", "payer")


def papers(facts: CaseFacts) -> list[Paper]:
    found = [card(facts.policyholder, "policyholder")]
    if facts.line == "personal" and not facts.same_person:
        found.append(card(facts.insured, "insured"))
    for n, named in enumerate(facts.beneficiaries, 1):
        if named.person not in (facts.policyholder, facts.insured):
            found.append(card(named.person, f"beneficiary[{n}]"))
    if facts.relation in ("父母", "子女"):
        found.append(household(facts))
    if facts.payer:
        found.append(card(facts.payer.person, "payer"))
        found.append(marriage(facts.policyholder, facts.payer.person))
    return found
