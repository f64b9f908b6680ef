"""What the tests of the service may ask for by name: a whole service, real servers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.house import House, open_house
from tests.api.servers import database_url, postgres, postgres_url, s3, s3_settings, storage

__all__ = ["database_url", "postgres", "postgres_url", "s3", "s3_settings", "storage"]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path / "data") as made:
        yield made
