from __future__ import annotations

from pathlib import Path

import pytest

from api.settings import Settings, described, load_settings
from verifier.errors import UsageError

DOCS = Path(__file__).parents[2] / "docs" / "settings.md"


def test_the_documentation_lists_every_setting_as_it_is() -> None:
    assert DOCS.read_text(encoding="utf-8") == described()


def test_every_setting_says_what_it_is_for() -> None:
    assert not [name for name, field in Settings.model_fields.items() if not field.description]


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"VERIFIER_PORT": "70000"}, "VERIFIER_PORT"),
        ({"VERIFIER_PROT": "8000"}, "VERIFIER_PROT"),
        ({"VERIFIER_ENGINE": "magic"}, "VERIFIER_ENGINE"),
        ({"VERIFIER_SESSION_HOURS": "-1"}, "VERIFIER_SESSION_HOURS"),
    ],
)
def test_a_wrong_or_unknown_setting_is_refused_by_name(given: dict[str, str], named: str) -> None:
    with pytest.raises(UsageError) as refused:
        load_settings(given)
    assert named in refused.value.message.en
    assert refused.value.exit_code >= 64


def test_secrets_are_not_shown() -> None:
    made = load_settings({"VERIFIER_STORAGE_SECRET_KEY": "very-secret"})
    assert "very-secret" not in repr(made)


def test_a_database_elsewhere_carries_the_jobs_too() -> None:
    made = load_settings({"VERIFIER_DATABASE_URL": "postgresql+psycopg://db/verifier"})
    assert made.jobs_database == made.database
    assert not made.embedded
