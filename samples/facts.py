"""What truly happened in one fictional sale? Everything that its papers will say, consistent by law."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from samples.people import Company, Person

COPY_SENTENCE = "本人已阅读保险条款、产品说明书和投保提示书，了解本产品的特点和保单利益的不确定性"
NOT_GUARANTEED = ("participating", "universal", "unit_linked")


@dataclass(frozen=True, slots=True)
class Product:
    name: str
    code: str
    kind: str
    cover_period: str  # as printed
    term_years: str  # years, or whole_life
    death_benefit: bool
    cash_value: bool
    risk_level: int
    filing: str

    @property
    def long_term(self) -> bool:
        return self.term_years != "1"


@dataclass(frozen=True, slots=True)
class Rider:
    name: str
    code: str
    sum_insured: Decimal
    premium: Decimal


@dataclass(frozen=True, slots=True)
class Beneficiary:
    person: Person
    relation: str  # what the beneficiary is to the insured
    order: int
    share: int


@dataclass(frozen=True, slots=True)
class Seller:
    person: Person
    number: str
    licence: str
    institution: str
    registered_from: date
    registered_to: str = ""
    status: str = "active"


@dataclass(frozen=True, slots=True)
class Payer:
    """Who paid, when it is not the policyholder."""

    person: Person
    relation: str  # what the payer is to the policyholder
    reason: str


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """The sale. Days: consent, needs, risk, opinion, notice, application, payment, issue, effective,
    receipt, callback, recording_checked; later ones only where the case has them."""

    case: str
    company: Company
    branch: str
    channel: str
    line: str
    product: Product
    riders: tuple[Rider, ...]
    sum_insured: Decimal
    premium: Decimal
    mode: str  # single annual half_yearly quarterly monthly
    pay_years: int
    policyholder: Person
    insured: Person
    relation: str  # what the policyholder is to the insured: 本人 配偶 父母 子女
    beneficiaries: tuple[Beneficiary, ...]  # empty: 法定
    seller: Seller | None
    payer: Payer | None
    method: str  # transfer cash pos wechat alipay direct_debit
    account: str
    account_bank: str
    application_no: str
    policy_no: str
    household_income: int
    budget: int
    assets: int
    liabilities: int
    customer_level: int
    cooling_off: int
    days: dict[str, date]
    seed: int
    elsewhere_cover: int = 0  # death cover of a minor with other insurers
    flags: frozenset[str] = field(default_factory=frozenset)

    @property
    def total(self) -> Decimal:
        """The first premium: main product and riders."""
        return self.premium + sum((rider.premium for rider in self.riders), Decimal(0))

    @property
    def same_person(self) -> bool:
        return self.relation == "本人"

    @property
    def reverse_relation(self) -> str:
        """What the insured is to the policyholder."""
        return {"本人": "本人", "配偶": "配偶", "父母": "子女", "子女": "父母"}[self.relation]

    @property
    def minor(self) -> bool:
        return self.insured.age(self.days["application"]) < 18

    @property
    def long_term(self) -> bool:
        return self.line == "personal" and self.product.long_term

    @property
    def not_guaranteed(self) -> bool:
        return self.product.kind in NOT_GUARANTEED

    @property
    def annual_premium(self) -> Decimal:
        return self.total * {"single": 1, "annual": 1, "half_yearly": 2, "quarterly": 4, "monthly": 12}[self.mode]

    @property
    def policyholder_age(self) -> int:
        return self.policyholder.age(self.days["application"])

    @property
    def face_to_face(self) -> bool:
        return self.channel in ("agent", "bank", "broker")

    @property
    def recorded(self) -> bool:
        """Whether REC-01 asks for a recording (可回溯办法 arts 4 and 6)."""
        if self.line != "personal" or not self.face_to_face:
            return False
        if self.product.kind == "unit_linked":
            return True
        return self.long_term and (self.channel == "bank" or self.policyholder_age >= 60)

    @property
    def statement_triggers(self) -> tuple[str, ...]:
        """The checks of 适当性办法 art 39 (or the older bank rule) that ask for a signed 投保声明."""
        new = self.days["application"] >= date(2026, 2, 1)
        if not self.not_guaranteed or not (new or self.channel == "bank"):
            return ()
        found = []
        if self.mode == "single":
            if self.total > 4 * self.household_income:
                found.append("SUIT-04")
        else:
            if self.annual_premium * 5 > self.household_income:
                found.append("SUIT-05")
            if self.pay_years + self.policyholder_age >= (75 if new else 60):
                found.append("SUIT-06")
        if self.annual_premium * 2 >= 3 * self.budget:
            found.append("SUIT-07")
        return tuple(found)
