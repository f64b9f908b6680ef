"""What may be decided on a finding, for how long and by whom? The rules of deciding, and how they say no."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from api.choices import review_choices
from api.errors import ServiceError, conflict, invalid
from api.permissions import Permission
from api.principal import Kind, Principal
from api.standing import Standing
from api.store import decisions as stored
from api.tables import Action, FindingRow
from verifier.model import Outcome, Text


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person wants: `outcome` for an override, `expires_at` for a waiver. `digest`: of the finding that they
    saw, so that nobody decides about something that has changed meanwhile."""

    action: Action
    reason: str
    outcome: Outcome | None = None
    expires_at: datetime | None = None
    digest: str | None = None


def check_allowed(row: FindingRow, before: Standing, choice: Choice) -> None:
    if choice.digest is not None and choice.digest != row.digest:
        raise changed()
    if before.pending is not None:
        raise conflict(
            "waiting_for_second",
            Text("该项已有决定，正等待第二人确认", "A decision on this finding waits for the second person"),
            Text("请先确认、否决或撤回该决定", "Confirm, reject or withdraw it first"),
        )
    base = stored.base(row).outcome
    if choice.action is Action.ACCEPT and base is Outcome.REVIEW:
        raise invalid(
            "nothing_to_accept",
            Text("该项留待人工判断，没有可接受的结论", "This is left to a person: there is nothing to accept yet"),
            Text("请选择：满足、未满足或不适用", "Choose pass, fail or not_applicable"),
        )
    if choice.action is Action.OVERRIDE and choice.outcome in (None, Outcome.REVIEW, base):
        raise invalid(
            "no_other_outcome",
            Text("改判须给出不同于现结论的结果", "An override names another outcome than the one that stands"),
            Text(
                "请选择：满足、未满足或不适用；同意现结论请用“接受”",
                "Choose pass, fail or not_applicable; to agree, accept",
            ),
        )
    if choice.action is Action.WAIVE and base is not Outcome.FAIL:
        raise invalid(
            "only_failures_are_waived",
            Text("只有未满足的项目可以豁免", "Only a failure can be waived"),
            Text("请改用接受或改判", "Accept or override it instead"),
        )


def outcome_of(row: FindingRow, choice: Choice) -> Outcome:
    """What holds with the decision. A waived requirement is not demanded for a time: the failure stays beside it."""
    if choice.action is Action.WAIVE:
        return Outcome.NOT_APPLICABLE
    if choice.action is Action.OVERRIDE and choice.outcome is not None:
        return choice.outcome
    return stored.base(row).outcome


def expiry_of(session: Session, who: Principal, choice: Choice, at: datetime) -> datetime | None:
    if choice.action is not Action.WAIVE:
        return None
    longest = review_choices(session, who.tenant_id).waiver_max_days
    if choice.expires_at is None or not at < choice.expires_at <= at + timedelta(days=longest):
        raise invalid(
            "bad_expiry",
            Text(f"豁免须有期限，且不超过{longest}天", f"A waiver ends, within {longest} days"),
            Text("请填写将来的到期时间 expires_at", "Give expires_at, a moment to come"),
        )
    return choice.expires_at


def check_person(who: Principal, permission: Permission) -> None:
    """Decisions are people's: a program that holds a key would make two persons of one."""
    who.require(permission)
    if who.kind is not Kind.USER:
        raise ServiceError(
            403,
            "person_required",
            Text("此操作须由登录的人员本人进行", "A person who is signed in has to do this"),
            Text("请以本人账户登录后操作", "Sign in with your own account"),
        )


def second_needs(*, confidential: bool) -> Permission:
    """What the second person of a decision must hold. A confidential one (possible money laundering) stays among those
    who may know of it: another anti-money-laundering officer confirms it."""
    return Permission.AML_READ if confidential else Permission.FINDING_APPROVE


def not_judged() -> ServiceError:
    return conflict(
        "not_judged",
        Text("该案件尚未得出结果", "The case has not been judged yet"),
        Text("请待处理完成后再试", "Try again when it has been"),
    )


def changed() -> ServiceError:
    return conflict(
        "finding_changed",
        Text("该检查结果已变化", "The finding has changed meanwhile"),
        Text("请重新打开案件，查看新结果后再决定", "Open the case again and decide on what it says now"),
    )


def not_binding() -> ServiceError:
    return conflict(
        "not_binding",
        Text("该决定已不再有效或不在等待确认", "The decision no longer binds, or does not wait for anybody"),
        Text("请重新打开案件，查看现状", "Open the case again to see how it stands"),
    )
