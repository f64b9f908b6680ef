"""Whatever people do, in whatever order: nothing is erased, the machine's outcome stays, and no critical failure is out
of the way without two different persons."""

from __future__ import annotations

from datetime import timedelta

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlmodel import col, select

from api.clock import now
from api.errors import ServiceError
from api.permissions import Role
from api.principal import Principal
from api.standing import DECIDING, State
from api.tables import Action, Correction, Decision, FindingRow
from api.trail import verify
from api.workflow import decisions
from api.workflow.decisions import Choice
from tests.api.house import open_house
from tests.api.judged import CRITICAL, FAIL, MAJOR, MINOR, NONE, PASS, REVIEW, Scene
from verifier.model import Outcome

CHECKS = (CRITICAL, MAJOR, MINOR)
MACHINE = st.sampled_from([PASS, FAIL, FAIL, REVIEW])
REFUSALS = frozenset(
    {
        "finding_changed", "waiting_for_second", "nothing_to_accept", "no_other_outcome", "only_failures_are_waived",
        "not_your_decision", "already_confirmed", "not_binding", "second_person_needed", "forbidden",
    }
)  # fmt: skip


class Deciding(RuleBasedStateMachine):
    """One case, two reviewers, two approvers; the case is judged again now and then."""

    def __init__(self) -> None:
        super().__init__()
        self.opened = open_house()
        self.house = self.opened.__enter__()
        self.scene = Scene(self.house, self.house.tenant())
        roles = [Role.REVIEWER, Role.REVIEWER, Role.APPROVER, Role.APPROVER]
        self.people = [self.house.person(self.scene.tenant_id, role).principal for role in roles]
        self.known: dict[str, tuple[object, ...]] = {}
        self.machine: dict[str, Outcome] = {}

    @initialize(outcomes=st.tuples(MACHINE, MACHINE, MACHINE))
    def begin(self, outcomes: tuple[Outcome, ...]) -> None:
        self.machine = dict(zip(CHECKS, outcomes, strict=True))
        self.case = self.scene.case(outcomes=self.machine)

    @rule(
        who=st.integers(0, 3),
        check=st.sampled_from(CHECKS),
        action=st.sampled_from([Action.ACCEPT, Action.OVERRIDE, Action.WAIVE]),
        outcome=st.sampled_from([PASS, FAIL, NONE]),
    )
    def decide(self, who: int, check: str, action: Action, outcome: Outcome) -> None:
        expires = now() + timedelta(days=5) if action is Action.WAIVE else None
        choice = Choice(action, "理由 because", outcome if action is Action.OVERRIDE else None, expires)
        self.attempt(lambda: decisions.decide(self.house.services, self.people[who], self.case, check, choice))

    @precondition(lambda self: self.known)
    @rule(who=st.integers(0, 3), which=st.integers(0), how=st.sampled_from(["confirm", "reject", "withdraw"]))
    def answer(self, who: int, which: int, how: str) -> None:
        deciding = [one for one in self.stored() if one.action in DECIDING]
        one = deciding[which % len(deciding)] if deciding else None
        if one is not None:
            act = getattr(decisions, how)
            self.attempt(lambda: act(self.house.services, self.people[who], one.id, "答复 answer"))

    @rule(check=st.sampled_from(CHECKS), words=st.sampled_from(["", "变了 changed"]))
    def judged_again(self, check: str, words: str) -> None:
        self.scene.words = {check: words}
        self.scene.judge(self.case, self.machine, "reaudit")

    @rule(check=st.sampled_from(CHECKS), outcome=MACHINE, cause=st.sampled_from(["papers", "correction"]))
    def found_otherwise(self, check: str, outcome: Outcome, cause: str) -> None:
        if cause == "correction":
            with self.house.services.writing() as session:
                session.add(
                    Correction(
                        tenant_id=self.scene.tenant_id, case_id=self.case, file="a", page=1, document_type="F01",
                        field="f", value="v", reason="r", by=self.people[0].id, at=now(),
                    )
                )  # fmt: skip
        before = self.rows().get(check)
        self.machine[check] = outcome
        self.scene.judge(self.case, self.machine, cause)
        if (
            before is not None
            and before.effective == FAIL
            and outcome is PASS
            and (check == CRITICAL or cause == "papers")
        ):
            assert self.rows()[check].effective == FAIL, "neither a late paper nor one person's reading undoes it"

    def attempt(self, act: object) -> None:
        before = len(self.stored())
        try:
            act()  # type: ignore[operator]
        except ServiceError as refused:
            assert refused.code in REFUSALS, refused.code
            assert len(self.stored()) == before, "what is refused leaves nothing behind"

    def stored(self) -> list[Decision]:
        with self.house.services.reading() as session:
            asked = select(Decision).where(Decision.case_id == self.case).order_by(col(Decision.id))
            return list(session.exec(asked).all())

    def rows(self) -> dict[str, FindingRow]:
        with self.house.services.reading() as session:
            asked = select(FindingRow).where(FindingRow.case_id == self.case, col(FindingRow.current).is_(True))
            return {row.check_id: row for row in session.exec(asked).all()}

    @invariant()
    def nothing_is_erased_or_changed(self) -> None:
        now_stored = {one.id: tuple(one.model_dump().values()) for one in self.stored()}
        assert self.known.items() <= now_stored.items()
        self.known = now_stored

    @invariant()
    def the_machine_stays_visible(self) -> None:
        for check, row in self.rows().items():
            assert row.outcome == self.machine.get(check, PASS)

    @invariant()
    def two_persons_agree_before_a_critical_failure_is_out_of_the_way(self) -> None:
        row = self.rows().get(CRITICAL)
        if row is None or (row.outcome == row.effective and row.stands is None):
            return
        if row.effective == row.stands:
            return
        acts = self.stored()
        agreed = [
            (one, second)
            for one in acts
            for second in acts
            if second.action == Action.CONFIRM and second.of == one.id and one.digest == row.digest
        ]
        assert any(one.by != second.by and one.outcome == row.effective for one, second in agreed)
        approvers = {who.id for who in self.people if _may_approve(who)}
        assert all(second.by in approvers for _, second in agreed)

    @invariant()
    def what_waits_does_not_hold(self) -> None:
        for row in self.rows().values():
            if row.state == State.SECOND:
                mine = [one for one in self.stored() if one.check_id == row.check_id]
                waiting = [one for one in mine if one.needs_second and one.digest == row.digest][-1]
                assert not any(one.action == Action.CONFIRM and one.of == waiting.id for one in mine)

    @invariant()
    def the_case_counts_what_holds(self) -> None:
        rows, case = self.rows().values(), self.scene.stored(self.case)
        assert case.fails == sum(row.effective == FAIL for row in rows)
        assert case.open_findings == sum(row.state in (State.OPEN, State.SECOND) for row in rows)
        grave = [row for row in rows if row.severity != "minor"]
        assert (case.verdict == "non_compliant") == any(row.effective == FAIL for row in grave)
        assert (case.risk > 0) == (case.open_findings > 0)

    def teardown(self) -> None:
        with self.house.services.reading() as session:
            assert list(verify(session, self.scene.tenant_id, {})) == []
        self.opened.__exit__(None, None, None)


def _may_approve(who: Principal) -> bool:
    return Role.APPROVER in who.roles


TestDeciding = Deciding.TestCase
TestDeciding.settings = settings(
    max_examples=12, stateful_step_count=14, deadline=None, suppress_health_check=list(HealthCheck)
)
