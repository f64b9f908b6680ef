"""Cases that have been judged, without reading a page: a real pack's requirements with the outcomes that a test asks
for, stored as processing stores them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from sqlmodel import col, select

from api.clock import now
from api.principal import system
from api.store.carrying import store_findings
from api.tables import Batch, BatchState, CaseRow, CaseState, CheckTally, FindingRow, Judgement, new_id
from api.workflow import kept
from tests.api.house import House
from verifier.model import (
    Audit,
    Box,
    Document,
    Evidence,
    Field,
    Finding,
    Outcome,
    PageRef,
    Reason,
    Source,
    SourceState,
    Text,
)
from verifier.packs.load import Pack, find_pack, load_pack
from verifier.review import counts, verdict

PACK = "cn-insurance"
FILE, SHA = "投保资料.pdf", "ab" * 32
CRITICAL, MAJOR, MINOR, SECRET, PASSING = "SIGN-01", "XDOC-03", "CRS-01", "AML-03", "DOC-02"
HOLDER_ID = "310101198805124321"  # fictional; the check digit is valid
PASS, FAIL, REVIEW, NONE = Outcome.PASS, Outcome.FAIL, Outcome.REVIEW, Outcome.NOT_APPLICABLE
PLACE = Evidence(FILE, 1, Box(0.1, 0.2, 0.4, 0.25), HOLDER_ID, 0.97, SHA)
AS_OF = date(2026, 11, 22)


@cache
def pack() -> Pack:
    return load_pack(find_pack(PACK))


@dataclass
class Scene:
    """An institution with cases. `words` of a check go into its detail: other words, another digest."""

    house: House
    tenant_id: str
    branch_id: str | None = None
    batch_id: str = ""
    words: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        with self.house.services.writing() as session:
            batch = Batch(
                tenant_id=self.tenant_id,
                branch_id=self.branch_id,
                name="一批 batch",
                pack=PACK,
                state=BatchState.DONE,
                created_by="test",
                created_at=now(),
            )
            session.add(batch)
        self.batch_id = batch.id

    def case(self, name: str = "C-1", outcomes: Mapping[str, Outcome] | None = None, **columns: Any) -> str:
        """A case that was judged: every check passes but those in `outcomes`."""
        with self.house.services.writing() as session:
            row = CaseRow(
                tenant_id=self.tenant_id,
                branch_id=self.branch_id,
                batch_id=self.batch_id,
                name=name,
                pack=PACK,
                created_at=columns.pop("created_at", now()),
                **columns,
            )
            session.add(row)
        self.judge(row.id, outcomes or {})
        return row.id

    def judge(self, case_id: str, outcomes: Mapping[str, Outcome], cause: str = "batch", **changes: Any) -> str:
        """Judge a case, once more or for the first time; the judgement's id."""
        services = self.house.services
        audit = audit_of(case_id, outcomes, self.words, **changes)
        judgement_id = new_id()
        sha256 = kept.keep_audit(services.blobs, self.tenant_id, judgement_id, audit)
        with services.writing() as session:
            case = session.get_one(CaseRow, case_id)
            judgement = Judgement(
                id=judgement_id,
                tenant_id=self.tenant_id,
                case_id=case_id,
                pack=PACK,
                edition=pack().info.edition,
                pack_sha256=pack().sha256,
                as_of=AS_OF,
                verdict=verdict(audit.findings),
                counts=counts(audit.findings),
                outcomes={one.check: one.outcome.value[0] for one in audit.findings},
                cause=cause,
                audit_sha256=sha256,
                created_at=now(),
            )
            session.add(judgement)
            session.flush()
            previous, case.judgement_id = case.judgement_id, judgement.id
            case.state, case.judged_at, case.machine_verdict = CaseState.JUDGED, judgement.created_at, judgement.verdict
            for one in audit.findings if previous is None else ():
                tally = session.get(CheckTally, (case.batch_id, one.check, one.outcome.value))
                tally = tally or CheckTally(
                    batch_id=case.batch_id, check_id=one.check, outcome=one.outcome.value, tenant_id=self.tenant_id
                )
                tally.number += 1
                session.add(tally)
            store_findings(session, system(self.tenant_id), case, previous, judgement, audit.findings, pack())
        return judgement.id

    def row(self, case_id: str, check_id: str = "") -> FindingRow:
        with self.house.services.reading() as session:
            return session.exec(
                select(FindingRow).where(
                    FindingRow.case_id == case_id, FindingRow.check_id == check_id, col(FindingRow.current).is_(True)
                )
            ).one()

    def stored(self, case_id: str) -> CaseRow:
        with self.house.services.reading() as session:
            return session.get_one(CaseRow, case_id)


def audit_of(
    case: str, outcomes: Mapping[str, Outcome], words: Mapping[str, str] | None = None, **changes: Any
) -> Audit:
    findings = tuple(
        _finding(one.id, outcomes.get(one.id, PASS), (words or {}).get(one.id, "")) for one in pack().requirements
    )
    parts: dict[str, Any] = {
        "sources": (Source(FILE, SHA, 1, SourceState.READ),),
        "documents": (form(),),
        "findings": findings,
    }
    return Audit(
        case=case,
        pack={"id": PACK, "edition": pack().info.edition, "sha256": pack().sha256},
        as_of=AS_OF,
        law_dates={},
        software={"verifier": "test"},
        **(parts | changes),
    )


def form(**values: str) -> Document:
    """An application form with a policyholder."""
    read = {"policyholder.name": "张伟", "policyholder.id_number": HOLDER_ID} | values
    kinds = {"policyholder.name": "name", "policyholder.id_number": "id_number"}
    return Document(
        "d1",
        "F01",
        0.98,
        (PageRef(FILE, 1, SHA),),
        {
            name: Field(
                name, value, value, kinds.get(name, "text"), 0.97, Evidence(FILE, 1, PLACE.box, value, 0.97, SHA)
            )
            for name, value in read.items()
        },
    )


def _finding(check: str, outcome: Outcome, words: str) -> Finding:
    requirement = pack().requirement(check)
    assert requirement is not None, check
    spec = requirement.spec
    return Finding(
        check=check,
        stage=spec.stage,
        severity=spec.severity,
        outcome=outcome,
        reason=Reason.UNREADABLE if outcome is REVIEW else None,
        title=spec.title.text(),
        detail=Text(f"证件号码 {HOLDER_ID} {words}", f"ID number {HOLDER_ID} {words}"),
        basis=requirement.basis,
        remedy=spec.remedy.text(),
        evidence=(PLACE,),
        confidential=spec.confidential,
    )
