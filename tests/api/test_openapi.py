"""Does the service answer as its OpenAPI document says, whatever it is asked? Schemathesis over every operation.

In the suite a few requests an operation; `make fuzz` asks many more (FUZZ=200).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
import schemathesis
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.permissions import Role
from tests.api.house import House, open_house

EXAMPLES = int(os.environ.get("FUZZ", "2"))
CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module")
def asked() -> Iterator[tuple[House, str]]:
    """A house with one person who may do everything that one person may: fuzzing should get past the door."""
    with open_house(rate_per_minute=1_000_000, migrated=True) as house:
        roles = [role for role in Role if role is not Role.REGULATOR]
        yield house, house.person(house.tenant("受测机构"), *roles).token


def operations(house: House) -> list[Any]:
    described = schemathesis.openapi.from_asgi("/api/v1/openapi.json", house.app)
    return [one.ok() for one in described.get_all_operations()]


def test_every_operation_answers_as_it_says(asked: tuple[House, str]) -> None:
    """All that goes wrong is told together: one operation's fault does not hide another's."""
    house, token = asked
    faults = {}
    for operation in operations(house):
        try:
            ask(operation, token)
        except (Exception, BaseExceptionGroup) as fault:
            told = fault.exceptions if isinstance(fault, BaseExceptionGroup) else [fault]
            faults[operation.label] = " | ".join(str(one).replace("\n", " ")[:400] for one in told)
    assert not faults, "\n\n".join(f"{label}: {fault}" for label, fault in faults.items())


def ask(operation: Any, token: str) -> None:
    @hypothesis.settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=EXAMPLES < 10,
        database=None,
        suppress_health_check=list(hypothesis.HealthCheck),
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
    )
    @hypothesis.given(case=operation.as_strategy())
    def validated(case: schemathesis.Case) -> None:
        case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, checks=CHECKS)

    validated()


def test_the_document_is_whole(asked: tuple[House, str]) -> None:
    """Every operation has a name of its own, a summary in both languages, and says how it refuses."""
    document = asked[0].app.openapi()
    named = [(path, method, one) for path, methods in document["paths"].items() for method, one in methods.items()]
    assert len(named) > 100
    assert len({one["operationId"] for _, _, one in named}) == len(named)
    assert not [path for path, _, one in named if " / " not in one.get("summary", "")]
    bare = [path for path, _, one in named if not any(status >= "400" for status in one["responses"])]
    assert not bare
