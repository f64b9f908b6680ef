"""What of an audit may this person see? The reports' view of their audience, and what the service knows besides:
confidential findings are for anti-money-laundering staff alone, full numbers for those who hold that right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from api.permissions import Permission
from api.principal import Principal
from verifier.model import Audit
from verifier.reports.audience import Audience, Shown, for_audience, is_confidential
from verifier.review import Review


def shown_to(who: Principal, audit: Audit, reviews: Iterable[Review] = ()) -> Shown:
    """`reviews` as `api.store.decisions.reviews_of` gives them. Verdict and counts follow from what remains."""
    decided = tuple(reviews)
    if not who.may(Permission.AML_READ):
        closed = {one.check for one in audit.findings if is_confidential(one)}
        audit = replace(audit, findings=tuple(one for one in audit.findings if one.check not in closed))
        decided = tuple(one for one in decided if one.check not in closed)
    shown = for_audience(audit, who.audience, decided, granted=who.sees_full_values)
    if who.sees_full_values or shown.audience is Audience.REGULATOR:
        return shown
    return for_audience(shown.audit, Audience.REGULATOR, shown.reviews)
