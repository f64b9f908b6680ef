"""Must the sale be recorded, and until when must the recording be checked?"""

from __future__ import annotations

from datetime import timedelta

from verifier.applies import applies
from verifier.case import Case, Fact
from verifier.facts.registry import derived, resting_on, unknown

MAYBE = ("line", "channel", "face_to_face", "product.kind", "product.long_term", "policyholder.age")


def _resting_on_known(case: Case, name: str, value: bool, *facts: str) -> Fact:
    """A fact that several others decide together, of which some may be unknown without harm."""
    return resting_on(name, value, *(fact for one in facts if (fact := case.maybe(one)) is not None))


@derived("recording_required")
def recording_required(case: Case) -> Fact:
    """保险销售行为可回溯管理暂行办法 art. 4-6: face-to-face personal business with a natural person; by a bank or
    another part-time agency when cover exceeds a year; by any other channel when the product is
    unit-linked, or the policyholder has reached the age and cover exceeds a year. Groups are excluded."""
    age = int(case.parameters.number("recording.age_trigger"))
    condition: dict[str, object] = {
        "all": [
            {"line": "personal"},
            {"face_to_face": True},
            {"policyholder.is_organisation": False},
            {
                "any": [
                    {"product.kind": "unit_linked"},
                    {"channel": "bank", "product.long_term": True},
                    {"policyholder.age": {"min": age}, "product.long_term": True},
                ]
            },
        ]
    }
    return _resting_on_known(case, "recording_required", applies(condition, case), *MAYBE)


@derived("recording.fully_checked")
def recording_fully_checked(case: Case) -> Fact:
    """Art. 10: every recording that art. 6(2) demands is checked (unit-linked, or the age; not by a bank); of
    those that art. 6(1) demands, a share of the batch."""
    by = case.fact("channel")
    return resting_on("recording.fully_checked", by.value != "bank", by)


@derived("cooling_off.last_day")
def cooling_off_last_day(case: Case) -> Fact:
    """The last day of the cooling-off period: it runs from the day after delivery of the contract."""
    received, days = case.maybe("delivery.date"), case.maybe("cooling_off.days")
    if received is None or days is None:
        raise unknown("cooling_off.last_day", "犹豫期届满日", "last day of the cooling-off period")
    last = received.as_date() + timedelta(days=days.as_int())
    return resting_on("cooling_off.last_day", last.isoformat(), received, days)
