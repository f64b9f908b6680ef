"""Which rows does the service keep? All of them, by subject; importing this makes the metadata whole."""

from api.tables.base import new_id
from api.tables.cases import (
    Batch,
    BatchState,
    CaseRow,
    CaseState,
    CheckTally,
    Correction,
    FindingRow,
    Judgement,
    ReferenceList,
    SourceRow,
    SourceState,
    Upload,
    UploadChunk,
    UploadState,
)
from api.tables.history import HistoryContact, HistoryPayment, HistoryPicture
from api.tables.people import Answered, ApiKey, Branch, DataKey, SignIn, Tenant, TenantKind, User
from api.tables.population import (
    Delivery,
    Draw,
    Drawn,
    PackDraft,
    PackEdition,
    Population,
    ReAudit,
    ReAuditCase,
    Schedule,
    SoldPolicy,
    SoldState,
    Watch,
    Watched,
    Webhook,
)
from api.tables.reviews import Action, BlindLook, Comment, Decision, Hold, PaperRequest, RequestState
from api.tables.trail import Checkpoint, TrailEvent, TrailHead

__all__ = [
    "Action", "Answered", "ApiKey", "Batch", "BatchState", "BlindLook", "Branch", "CaseRow", "CaseState", "CheckTally",
    "Checkpoint", "Comment", "Correction", "DataKey", "Decision", "Delivery", "Draw", "Drawn", "FindingRow",
    "HistoryContact", "HistoryPayment", "HistoryPicture", "Hold", "Judgement", "PackDraft", "PackEdition", "PaperRequest", "Population",
    "ReAudit", "ReAuditCase", "ReferenceList", "RequestState", "Schedule", "SignIn", "SoldPolicy", "SoldState", "SourceRow",
    "SourceState", "Tenant", "TenantKind", "TrailEvent", "TrailHead", "Upload", "UploadChunk", "UploadState", "User",
    "Watch", "Watched", "Webhook", "new_id",
]  # fmt: skip
