"""Which facts decide what papers the file must hold?"""

from __future__ import annotations

from verifier.case import Case, Fact
from verifier.facts.registry import derived, first_known, resting_on, unknown


@derived("seller.involved")
def seller_involved(case: Case) -> Fact:
    """Whether a seller took part: named on a paper, declared, or by the channel (none online or direct)."""
    named = first_known(case, "seller.name", "seller.number", "F01.seller.licence", "F01-P.seller.licence")
    if named is not None:
        return resting_on("seller.involved", True, named)
    by = case.maybe("channel")
    if by is None:
        raise unknown("seller.involved", "是否有销售人员参与", "part of a seller")
    return resting_on("seller.involved", by.value not in ("online", "direct"), by)
