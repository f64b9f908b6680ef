"""What did an institution choose about its reviews? Kept in its settings; what it never chose has a default."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session

from api.tables import Tenant


class ReviewChoices(BaseModel):
    """Keys of `Tenant.settings` that reviews go by; other keys there are others' concern."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    blind_share: float = Field(0.02, ge=0, le=1, description="Share of passes that a person judges again blind.")
    waiver_max_days: int = Field(
        90, ge=1, le=3650, description="Longest time for which a failure may be let pass, days."
    )


def review_choices(session: Session, tenant_id: str) -> ReviewChoices:
    tenant = session.get(Tenant, tenant_id)
    return ReviewChoices.model_validate(tenant.settings if tenant else {})
