"""How is a lawful fictional sale drawn? One random generator in, one `CaseFacts` out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from samples.facts import Beneficiary, CaseFacts, Payer, Product, Rider, Seller
from samples.people import REGIONS, Company, Person, Region, draw_person, luhn_card

LIFE_KINDS = ("participating", "universal", "unit_linked", "ordinary_life", "annuity", "health", "accident", "medical")
WEIGHTS = (24, 10, 10, 16, 8, 16, 8, 8)
SERIES = ("鑫享", "康佑", "传世", "安盈", "福泽", "臻爱")
RISK = {"participating": 2, "universal": 2, "unit_linked": 3}
MODES = ("single", "annual", "annual", "annual", "half_yearly", "quarterly", "monthly")
FIRST_DAY, LAST_DAY = date(2024, 5, 6), date(2026, 10, 15)
BANK = "安澜银行股份有限公司"
BROKER = "启明星保险经纪有限公司"
CARD_BANKS = ("中国工商银行", "中国建设银行", "招商银行", "中国农业银行", "交通银行")


def products_of(company: Company, property_line: bool = False) -> tuple[Product, ...]:
    """The catalogue of a company; deterministic, so that products.csv and papers agree."""
    offset = sum(map(ord, company.short))
    if property_line:
        return (
            Product(
                f"{company.short}家庭财产综合保险",
                f"{company.code}9001",
                "property",
                "1年",
                "1",
                False,
                False,
                1,
                f"{company.code}备-家财〔2023〕主018号",
            ),
        )
    rows = (
        ("participating", "终身寿险（分红型）", "终身", "whole_life", True, True),
        ("universal", "两全保险（万能型）", "20年", "20", True, True),
        ("unit_linked", "终身寿险（投资连结型）", "终身", "whole_life", True, True),
        ("ordinary_life", "定期寿险", "30年", "30", True, True),
        ("annuity", "养老年金保险", "终身", "whole_life", True, True),
        ("health", "重大疾病保险", "终身", "whole_life", True, True),
        ("accident", "综合意外伤害保险", "1年", "1", True, False),
        ("medical", "住院费用医疗保险", "1年", "1", False, False),
    )
    return tuple(
        Product(
            f"{company.short}{SERIES[(offset + n) % len(SERIES)]}{tail}",
            f"{company.code}{1001 + n * 7}",
            kind,
            cover,
            term,
            death,
            cash,
            RISK.get(kind, 1),
            f"{company.short}〔2023〕{kind_word(kind)}{10 + n}号",
        )
        for n, (kind, tail, cover, term, death, cash) in enumerate(rows)
    )


def kind_word(kind: str) -> str:
    """The class word of a filing number."""
    return {"annuity": "年金保险", "health": "疾病保险", "accident": "意外伤害保险", "medical": "医疗保险"}.get(
        kind, "人寿保险"
    )


def _digits(rng: Random, count: int, head: str = "") -> str:
    return head + "".join(rng.choice("0123456789") for _ in range(count - len(head)))


def _round(value: float, step: int) -> Decimal:
    return Decimal(max(step, int(value // step) * step))


def _application_day(rng: Random) -> date:
    """Days on both sides of the changes of law at 2026-01-01 and 2026-02-01, most of them recent."""
    spans = (
        (FIRST_DAY, date(2025, 12, 28), 25),
        (date(2026, 1, 2), date(2026, 1, 25), 8),
        (date(2026, 2, 3), LAST_DAY, 67),
    )
    first, last, _ = rng.choices(spans, weights=[span[2] for span in spans])[0]
    return first + timedelta(days=rng.randint(0, (last - first).days))


def _days(rng: Random, application: date, cooling_off: int) -> dict[str, date]:
    def after(day: date, low: int, high: int) -> date:
        return day + timedelta(days=rng.randint(low, high))

    needs = application - timedelta(days=rng.randint(1, 8))
    opinion = needs + timedelta(days=rng.randint(0, (application - needs).days))
    payment = after(application, 0, 2)
    issue = after(payment, 0, 3)
    receipt = after(issue, 1, 6)
    callback = after(receipt, 1, min(7, cooling_off - 3))
    return {
        "consent": needs - timedelta(days=rng.randint(0, 9)),
        "needs": needs,
        "risk": needs,
        "opinion": opinion,
        "notice": application - timedelta(days=rng.randint(0, 1)) if opinion < application else application,
        "application": application,
        "payment": payment,
        "issue": issue,
        "effective": issue + timedelta(days=1),
        "receipt": receipt,
        "callback": callback,
        "recording_checked": receipt + timedelta(days=1),
    }


def _insured(rng: Random, holder: Person, on: date, region: Region, kind: str) -> tuple[str, Person]:
    """(what the policyholder is to the insured, the insured)."""
    choice = rng.choices(("本人", "配偶", "父母", "子女"), weights=(50, 18, 25, 7))[0]
    if kind in ("unit_linked", "annuity") and choice == "父母":
        choice = "本人"
    age = holder.age(on)
    if choice == "配偶":
        low, high = max(23, age - 5), max(24, age + 4)
        return choice, draw_person(
            rng, on, (low, high), "女" if holder.sex == "男" else "男", "", region, holder.address
        )
    if choice == "父母" and 24 <= age <= 55:
        top = min(17, age - 22)
        surname = holder.name[0] if "·" not in holder.name else rng.choice("李王张")
        return choice, draw_person(rng, on, (1, max(2, top)), "", surname, region, holder.address)
    if choice == "子女" and 25 <= age <= 38:
        surname = holder.name[0] if "·" not in holder.name else rng.choice("李王张")
        return choice, draw_person(rng, on, (age + 24, age + 26), "", surname, region, holder.address)
    return "本人", holder


def _beneficiaries(
    rng: Random, holder: Person, insured: Person, relation: str, on: date, region: Region
) -> tuple[Beneficiary, ...]:
    if rng.random() < 0.35:
        return ()
    if relation == "配偶":
        return (Beneficiary(holder, "配偶", 1, 100),)
    if relation == "父母":
        return (Beneficiary(holder, "父亲" if holder.sex == "男" else "母亲", 1, 100),)
    if relation == "子女":
        return (Beneficiary(holder, "儿子" if holder.sex == "男" else "女儿", 1, 100),)
    age = insured.age(on)
    surname = insured.name[0] if "·" not in insured.name else "李"
    if age < 26:
        return (
            Beneficiary(draw_person(rng, on, (age + 24, age + 27), "女", "", region, insured.address), "母亲", 1, 100),
        )
    spouse = draw_person(
        rng, on, (max(23, age - 3), age + 3), "女" if insured.sex == "男" else "男", "", region, insured.address
    )
    if rng.random() < 0.5:
        return (Beneficiary(spouse, "配偶", 1, 100),)
    child = draw_person(rng, on, (max(1, age - 30), max(2, age - 24)), "", surname, region, insured.address)
    share = rng.choice((50, 60, 70))
    word = "儿子" if child.sex == "男" else "女儿"
    return Beneficiary(spouse, "配偶", 1, share), Beneficiary(child, word, 1, 100 - share)


def _seller(rng: Random, channel: str, company: Company, application: date, region: Region) -> Seller | None:
    if channel == "online":
        return None
    institution = {"bank": BANK, "broker": BROKER}.get(channel, company.name)
    since = application - timedelta(days=rng.randint(200, 1500))
    return Seller(
        draw_person(rng, application, (24, 50), region=region),
        _digits(rng, 10, "10"),
        _digits(rng, 26, "0200"),
        institution,
        since,
    )


def _money(rng: Random, product: Product, income: int, mode: str, minor: bool) -> tuple[Decimal, Decimal]:
    """(sum insured, premium for one instalment), in a lawful proportion to the income."""
    if product.kind == "property":
        return _round(rng.uniform(500_000, 2_000_000), 10_000), _round(rng.uniform(300, 2_000), 10)
    if not product.long_term:
        cover = _round(rng.uniform(100_000, 180_000 if minor else 600_000), 10_000)
        return cover, Decimal(str(rng.randint(180, 900))) + rng.choice((Decimal(0), Decimal("0.50")))
    if mode == "single":
        premium = _round(income * rng.uniform(0.3, 1.4), 1000)
        return premium * Decimal("1.6") if not minor else Decimal(180_000), premium
    yearly = income * rng.uniform(0.05, 0.17)
    parts = {"annual": 1, "half_yearly": 2, "quarterly": 4, "monthly": 12}[mode]
    cents = rng.choice((Decimal(0), Decimal(0), Decimal("0.50"), Decimal("0.35")))
    premium = _round(yearly / parts, 100 if parts < 12 else 10) + cents
    cover = min(_round(income * rng.uniform(2, 6), 10_000), Decimal(1_500_000))
    return (min(cover, Decimal(180_000)) if minor else cover), premium


def _riders(rng: Random, product: Product, company: Company, minor: bool) -> tuple[Rider, ...]:
    if product.kind not in ("participating", "ordinary_life", "health") or rng.random() < 0.5:
        return ()
    rider = Rider(
        f"{company.short}附加住院医疗保险", f"{company.code}5003", Decimal(20_000), Decimal(rng.randint(200, 900))
    )
    return (rider,)


def draw_facts(rng: Random, case: str, life: Company, general: Company, kinds: Sequence[str] = ()) -> CaseFacts:
    """One lawful sale. `kinds` narrows the product kinds."""
    allowed = kinds or (*LIFE_KINDS, "property")
    weights = [dict(zip(LIFE_KINDS, WEIGHTS, strict=True)).get(kind, 7) for kind in allowed]
    kind = rng.choices(allowed, weights=weights)[0]
    company = general if kind == "property" else life
    product = next(p for p in products_of(company, kind == "property") if p.kind == kind)
    channels = ("agent", "agent", "bank", "broker") if product.long_term else ("agent", "broker", "online")
    channel = rng.choice(channels)
    application = _application_day(rng)
    region = rng.choice(REGIONS)
    old = (
        rng.random() < 0.12 and kind in ("ordinary_life", "annuity", "participating", "accident") and channel != "bank"
    )
    holder = draw_person(rng, application, (60, 68) if old else (25, 54), region=region)
    relation, insured = ("本人", holder) if kind == "property" else _insured(rng, holder, application, region, kind)
    minor = insured.age(application) < 18
    mode = rng.choice(MODES) if product.long_term else "single"
    pay_years = 1 if mode == "single" else rng.choice((3, 5) if old else (5, 10, 10, 15, 20))
    riders = _riders(rng, product, company, minor) if mode == "annual" else ()
    income = int(max(holder.income, 80_000) * rng.choice((1.2, 1.5, 1.8)) // 10_000 * 10_000)
    cover, premium = _money(rng, product, income, mode, minor)
    yearly = premium * {"single": 1, "annual": 1, "half_yearly": 2, "quarterly": 4, "monthly": 12}[mode]
    cooling = 20 if channel == "online" else rng.choice((15, 15, 20))
    methods = ["transfer", "pos", "direct_debit", "wechat", "alipay", "transfer"]
    if premium > 50_000:
        methods = ["transfer", "pos", "direct_debit"]
    if product.long_term and yearly <= 9_000:
        methods.append("cash")
    day_map = _days(rng, application, cooling)
    payer = None
    if kind != "property" and rng.random() < 0.1 and holder.age(application) < 55:
        spouse = draw_person(
            rng, application, (26, 50), "女" if holder.sex == "男" else "男", region=region, address=holder.address
        )
        payer = Payer(spouse, "配偶", "投保人工资卡正在补办，由配偶代为交纳首期保险费")
        methods = ["transfer", "direct_debit"]
    level = min(5, product.risk_level + rng.choice((0, 0, 1)))
    named = product.death_benefit and kind != "property"
    return CaseFacts(
        case=case,
        company=company,
        branch=region.province.removesuffix("市").removesuffix("省") + "分公司",
        channel=channel,
        line="property" if kind == "property" else "personal",
        product=product,
        riders=riders,
        sum_insured=cover,
        premium=premium,
        mode=mode,
        pay_years=pay_years,
        policyholder=holder,
        insured=insured,
        relation=relation,
        beneficiaries=_beneficiaries(rng, holder, insured, relation, application, region) if named else (),
        seller=_seller(rng, channel, company, application, region),
        payer=payer,
        method=rng.choice(methods),
        account=luhn_card(rng, rng.choice(("622202", "621700", "622588"))),
        account_bank=rng.choice(CARD_BANKS) + region.city.removesuffix("市") + "分行",
        application_no=_digits(rng, 15, "11"),
        policy_no=_digits(rng, 16, "88"),
        household_income=income,
        budget=int(yearly * Decimal(str(rng.choice((1, 1.1, 1.1, 1.3, 1.3, 1.3, 0.6)))) // 100 * 100 + 100),
        assets=income * rng.randint(3, 8),
        liabilities=income * rng.randint(0, 2),
        customer_level=level,
        cooling_off=cooling,
        days=day_map,
        seed=rng.randrange(1 << 30),
        elsewhere_cover=0,
    )
