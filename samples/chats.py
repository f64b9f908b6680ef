"""What do seller and customer write to each other, and what do leaflets say?

Lawful words, with the traps of the word lists in them.
"""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from random import Random

from samples.facts import CaseFacts
from samples.paper import Entry, Fields, Paper, Prose

Line = tuple[str, str]  # who (seller or customer), words


def lawful(facts: CaseFacts) -> list[Line]:
    """A conversation that breaks nothing, with negated and quoted words in it."""
    return [
        ("customer", f"您好，想了解一下{facts.product.name}。"),
        ("seller", "您好，这是一款保险产品，保险责任和责任免除都在条款里，我发给您慢慢看。"),
        ("customer", "这个是不是和银行存款一样保本的？"),
        ("seller", "不是的，保险不等于保本，也不能和存款比较，退保会有损失，请您以条款为准。"),
        ("customer", "明白了，健康告知怎么填？"),
        ("seller", "请您按照实际情况逐项如实填写，不清楚的可以问我们客服。"),
        ("customer", "好的，谢谢。"),
    ]


def export(facts: CaseFacts, lines: list[Line], rng: Random, form: str) -> bytes:
    """The chat as a telephone exports it: text or CSV, UTF-8 or GB18030."""
    seller = facts.seller.person.name if facts.seller else "客服"
    names = {"seller": seller, "customer": facts.policyholder.name}
    day = facts.days["needs"]
    at = datetime(day.year, day.month, day.day, 10, rng.randint(0, 50))
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    if form == "csv":
        writer.writerow(("时间", "发言人", "内容"))
    for who, words in lines:
        at += timedelta(seconds=rng.randint(20, 240))
        if form == "csv":
            writer.writerow((f"{at:%Y-%m-%d %H:%M:%S}", names[who], words))
        else:
            buffer.write(f"{at:%Y-%m-%d %H:%M:%S} {names[who]}\n{words}\n\n")
    return buffer.getvalue().encode("gb18030" if rng.random() < 0.4 else "utf-8")


def leaflet(facts: CaseFacts, words: tuple[str, ...] = (), marked: bool = True) -> Paper:
    """D-102: marketing material with insurer, product, material number and who issues it."""
    marks: tuple[Entry, ...] = (
        Entry("_insurer", facts.company.name),
        Entry("_product", facts.product.name),
        Entry("_material", f"{facts.company.code}-宣-2026-{facts.seed % 9000 + 1000}"),
    )
    if facts.seller:
        marks += (Entry("_issuer", facts.seller.person.name), Entry("_licence", facts.seller.licence))
    if not marked:
        marks = (Entry("_product", facts.product.name[len(facts.company.short) :]),)
    sober = "本产品为保险产品，具体保险责任、责任免除以保险条款为准，不等于保本，退保有损失。"
    second = sober if marked else "专属理财优选，限量发售。"
    body = ("为家人添一份保障，让未来更从容。", second, *words)
    return Paper("D-102", (Prose("leaflet", body, strong=True), Fields("leaflet_marks", marks)))
