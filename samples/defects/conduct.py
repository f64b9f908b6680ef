"""What if the seller may not sell, or said or promised what may not be said?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random

from samples import chats
from samples.defects.kind import Plant, kind
from samples.people import REGIONS
from samples.plan import Plan, Planted

FAIL = "fail"
FORBIDDEN = (
    "本产品保本保息，稳赚不赔，比存款划算得多。",
    "零风险、无风险，收益全国第一，即将停售，限时抢购！",
    "刚性兑付，国家担保，收益比银行存款高一倍。",
)
# kind: (lines that the seller says, checks that must fail, checks that may)
SAID: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "chat_forbidden_words": (("您放心，这款是保本保息的，稳赚不赔，比存款利息高多了。",), ("MKT-02",), ("COND-02",)),
    "chat_coaching": (("健康告知那几项您写否就行，住院的事先别说，两年后都赔。",), ("COND-02",), ("MKT-02", "HEAL-02")),
    "chat_rebate": (("您今天签的话，佣金给你返现800元，再送体检卡。",), ("COND-01",), ("MKT-02", "COND-02")),
}


@kind("seller_unregistered")
def seller_unregistered(plan: Plan, rng: Random) -> Planted | None:
    if plan.facts.seller is None:
        return None
    plan.unregistered = True
    return Planted("seller_unregistered", {"SELL-01": FAIL}, ("SELL-04",), (("F01", "", "seller.number"),))


def _registration(plan: Plan, **changes: object) -> None:
    assert plan.facts.seller is not None
    plan.facts = replace(plan.facts, seller=replace(plan.facts.seller, **changes))  # type: ignore[arg-type]


@kind("seller_revoked")
def seller_revoked(plan: Plan, rng: Random) -> Planted | None:
    if plan.facts.seller is None:
        return None
    ended = plan.facts.days["application"] - timedelta(days=rng.randint(20, 120))
    _registration(plan, status="revoked", registered_to=str(ended))
    return Planted("seller_revoked", {"SELL-01": FAIL}, ("ORPH-01", "SELL-04"), (("F01", "", "seller.number"),))


@kind("seller_registered_later")
def seller_registered_later(plan: Plan, rng: Random) -> Planted | None:
    if plan.facts.seller is None:
        return None
    _registration(plan, registered_from=plan.facts.days["application"] + timedelta(days=rng.randint(5, 40)))
    return Planted("seller_registered_later", {"SELL-01": FAIL}, (), (("F01", "", "seller.number"),))


@kind("seller_number_differs")
def seller_number_differs(plan: Plan, rng: Random) -> Planted | None:
    """The number on the application is not the one this name is registered under."""
    if plan.facts.seller is None:
        return None
    number = plan.facts.seller.number
    other = number[:6] + str((int(number[6:]) + 1357) % 10000).zfill(4)
    plan.edit("F01", {"seller.number": other})
    return Planted("seller_number_differs", {"SELL-04": FAIL}, ("SELL-01",), (("F01", "", "seller.number"),))


@kind("institution_out_of_region", refacts=True)
def institution_out_of_region(plan: Plan, rng: Random) -> Planted | None:
    facts = plan.facts
    if facts.seller is None or facts.channel != "broker":
        return None
    home = next(region for region in REGIONS if facts.policyholder.address.startswith(region.province))
    other = rng.choice([region for region in REGIONS if region != home])
    name = f"{other.city.removesuffix('市')}云帆保险代理有限公司"
    plan.refacts(seller=replace(facts.seller, institution=name))
    row = (
        name,
        f"26{other.code}000000801",
        "人身保险;人寿保险;年金保险;健康保险;意外伤害保险;财产保险",
        other.province,
        "2017-01-01",
        "",
    )
    plan.references.setdefault("institutions", []).append(row)
    return Planted(
        "institution_out_of_region", {"SELL-02": FAIL}, ("SELL-01", "SELL-03"), (("F01", "", "policyholder.address"),)
    )


@kind("leaflet_forbidden_words")
def leaflet_forbidden_words(plan: Plan, rng: Random) -> Planted | None:
    plan.drop("D-102")
    plan.papers.append(chats.leaflet(plan.facts, (rng.choice(FORBIDDEN),)))
    plan.expected["MKT-01"] = ["pass", "fail"]
    return Planted("leaflet_forbidden_words", {"MKT-02": FAIL}, ("MKT-01", "COND-02"), (("D-102", "", ""),))


@kind("leaflet_without_marks")
def leaflet_without_marks(plan: Plan, rng: Random) -> Planted | None:
    plan.drop("D-102")
    plan.papers.append(chats.leaflet(plan.facts, (), marked=False))
    return Planted("leaflet_without_marks", {"MKT-01": FAIL}, ("MKT-02", "DISC-03", "XDOC-04"), (("D-102", "", ""),))


def _said(name: str, words: tuple[str, ...], checks: tuple[str, ...], may: tuple[str, ...]) -> Plant:
    def plant(plan: Plan, rng: Random) -> Planted | None:
        if plan.facts.seller is None:
            return None
        lines = chats.lawful(plan.facts)
        lines[4:4] = [("seller", line) for line in words]
        form = rng.choice(("txt", "csv"))
        plan.texts = {f"聊天记录.{form}": chats.export(plan.facts, lines, rng, form)}
        return Planted(name, dict.fromkeys(checks, FAIL), may, (("D-502", "", ""),))

    return plant


for _name, (_words, _checks, _may) in SAID.items():
    kind(_name)(_said(_name, _words, _checks, _may))
