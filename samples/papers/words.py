"""How are values written out: amounts in capitals, modes and periods as printed?"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from samples.facts import CaseFacts
from samples.paper import Entry, Sign
from samples.people import Person

DIGITS = "零壹贰叁肆伍陆柒捌玖"
MODES = {"single": "趸交", "annual": "年交", "half_yearly": "半年交", "quarterly": "季交", "monthly": "月交"}


def _section(number: int) -> str:
    out, pending = "", False
    for unit, size in (("仟", 1000), ("佰", 100), ("拾", 10), ("", 1)):
        digit = number // size % 10
        if digit:
            out += ("零" if pending and out else "") + DIGITS[digit] + unit
            pending = False
        elif out:
            pending = True
    return out


def capitals(amount: Decimal) -> str:
    """An amount in Chinese capitals by 正确填写票据和结算凭证的基本规定: 1409.50 is 壹仟肆佰零玖元伍角."""
    cents = int((amount * 100).to_integral_value())
    whole, jiao, fen = cents // 100, cents // 10 % 10, cents % 10
    out = ""
    for unit, size in (("亿", 10**8), ("万", 10**4), ("", 1)):
        part = whole // size % 10000
        if part:
            out += ("零" if out and part < 1000 else "") + _section(part) + unit
    out = out + "元" if out else ""
    if not cents % 100:
        return (out or "零元") + "整"
    if jiao:
        out += ("零" if out and whole % 10 == 0 else "") + DIGITS[jiao] + "角"
    elif out:
        out += "零"
    return out + (DIGITS[fen] + "分" if fen else "")


def money(amount: Decimal | int) -> str:
    """The canonical text of an amount: a plain decimal."""
    return f"{Decimal(amount):.2f}"


def pay_period(facts: CaseFacts) -> str:
    """交费期间 as printed."""
    if facts.mode == "single":
        return "一次交清" if facts.long_term else "1年"
    return f"{facts.pay_years}年"


def signed(day: date | str, name: str = "signed_date") -> Entry:
    return Entry(name, str(day), "date")


def holder_signs(who: Person, day: date | str | None, name: str = "signed_date") -> Sign:
    return Sign("policyholder_signature", "policyholder_signature", who, signed(day, name) if day else None)
