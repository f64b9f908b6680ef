"""What is the canonical text of a value made of words: names, addresses, choices, levels, terms as printed?"""

from __future__ import annotations

import re
from collections.abc import Callable

from verifier.values.canonical_value import Ask, Canonical, clean, is_blank, tight
from verifier.values.levels import read_level
from verifier.values.money import read_currency
from verifier.values.names import canonical_name, canonical_organisation, is_organisation
from verifier.values.script import is_cjk, squeeze


def plain_text(ask: Ask) -> Canonical | None:
    plain = tight(ask.text)
    return Canonical(plain) if plain and not is_blank(plain) else None


_REMARK = re.compile(r"(?<=.{2})(?:[(（][^()（）]*[)）]| (?:投保人|被保险人|受益人|本人|男|女|先生|女士))$")
_LABEL = re.compile(r"^[\u4e00-\u9fff]{2,8}[:：] *(?=.{2})")


def name(ask: Ask) -> Canonical | None:
    """A person's name without a remark behind it; an organisation's by its own rules."""
    if is_organisation(ask.text):
        return Canonical(canonical_organisation(ask.text))
    plain = canonical_name(_REMARK.sub("", _LABEL.sub("", clean(ask.text))))
    if not any(c.isalpha() for c in plain):
        return None
    foreign = re.search(r"[A-Za-z/]", plain) is not None and is_cjk(plain)
    return Canonical(plain, 0.7 if foreign or re.search(r"[\d?]", plain) else 1.0)


def named(make: Callable[[str], str]) -> Callable[[Ask], Canonical | None]:
    def read(ask: Ask) -> Canonical | None:
        plain = make(ask.text)
        return Canonical(plain) if any(c.isalpha() for c in plain) else None

    return read


def email(ask: Ask) -> Canonical | None:
    plain = squeeze(clean(ask.text)).replace("。", ".")
    return Canonical(plain) if re.fullmatch(r"[\w.+\-*]+@[\w\-]+(?:\.[\w\-]+)+", plain) else None


def sex(ask: Ask) -> Canonical | None:
    plain = squeeze(clean(ask.text)).upper()
    found = {
        sex
        for sex, words in (("男", ("男", "M", "MALE", "先生")), ("女", ("女", "F", "FEMALE", "女士")))
        if plain in words or sex in plain
    }
    return Canonical(found.pop()) if len(found) == 1 else None


def level(ask: Ask) -> Canonical | None:
    level = read_level(ask.text)
    return Canonical(level.code) if level else None


def as_printed(understood: Callable[[str], object]) -> Callable[[Ask], Canonical | None]:
    """As printed; less sure when we do not understand it."""

    def read(ask: Ask) -> Canonical | None:
        plain = tight(ask.text)
        if not plain or is_blank(plain):
            return None
        return Canonical(plain, 1.0 if understood(plain) is not None else 0.7)

    return read


_CODE_BEFORE = re.compile(r"^[(\[（]?[A-Z]?\d{3,8}(?:-\d+)*[)\]）]?[-/:：、 ]*")
_CODE_BEHIND = re.compile(r"[-/:：、 ]*[(\[（]?(?:职业)?(?:代码|编码)?[:：]?[A-Z]?\d{4,8}[)\]）]?$")


def occupation(ask: Ask) -> Canonical | None:
    """Without its code, which is a field of its own."""
    plain = _CODE_BEHIND.sub("", _CODE_BEFORE.sub("", tight(ask.text)))
    return Canonical(plain) if any(c.isalpha() for c in plain) else None


def currency(ask: Ask) -> Canonical | None:
    code = read_currency(ask.text)
    return Canonical(code) if code else None


def serial(ask: Ask) -> Canonical | None:
    plain = re.sub(r"^[:;,.#№]+|[:;,.。、]+$", "", re.sub(r"[|│┃丨□▯_]", "", squeeze(ask.text)))
    return Canonical(plain) if re.search(r"[\dA-Za-z]", plain) else None
