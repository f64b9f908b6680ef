"""Who says this line of a conversation: the seller, the customer, or somebody not known?

By the names that the case knows, then by the words of the role; in a talk of two, the other one is known
too. A speaker who is not known accuses nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from verifier.values.names import canonical_name
from verifier.values.script import squeeze

_AROUND = re.compile(r"[\s:：,，。.\-_()（）\[\]【】|/]+")


class RoleWords(BaseModel):
    """Words of a speaker's name that tell the role, and titles behind a surname."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    seller: tuple[str, ...]
    customer: tuple[str, ...]
    titles: tuple[str, ...] = ()


def role_words(value: object) -> RoleWords:
    """The lexicon of a pack."""
    return RoleWords.model_validate(value)


class Role(StrEnum):
    SELLER = "seller"
    CUSTOMER = "customer"
    UNKNOWN = "unknown"


def roles(
    speakers: Iterable[str], sellers: Sequence[str], customers: Sequence[str], words: RoleWords
) -> Mapping[str, Role]:
    """The role of each speaker's name. `客户经理` is a seller although it starts with 客户."""
    each = list(dict.fromkeys(speakers))
    known = {name: _role(name, sellers, customers, words) for name in each}
    if len(each) == 2:
        first, second = each
        for one, other in ((first, second), (second, first)):
            if known[one] is Role.UNKNOWN and known[other] is not Role.UNKNOWN:
                known[one] = Role.CUSTOMER if known[other] is Role.SELLER else Role.SELLER
    return known


def _role(speaker: str, sellers: Sequence[str], customers: Sequence[str], words: RoleWords) -> Role:
    plain = squeeze(speaker).upper()
    if _names_one_of(plain, customers, words.titles):
        return Role.CUSTOMER
    if _names_one_of(plain, sellers, words.titles) or any(word in plain for word in words.seller):
        return Role.SELLER
    if any(word in plain for word in words.customer):
        return Role.CUSTOMER
    return Role.UNKNOWN


def _names_one_of(speaker: str, names: Sequence[str], titles: Sequence[str]) -> bool:
    parts = {canonical_name(part) for part in _AROUND.split(speaker) if part}
    for name in names:
        wanted = canonical_name(name).upper()
        if len(wanted) >= 2 and (wanted in speaker or wanted in parts):
            return True
        # 张先生, 李女士, 王总: a surname with a title
        if wanted and any(speaker == wanted[0] + title for title in titles):
            return True
    return False
