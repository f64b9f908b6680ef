from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.api.house import House, open_house
from tests.pages.browser import CHROMIUM, chromium, served


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Of one module: its event loop must be gone before other modules start theirs in this thread."""
    if not CHROMIUM:
        pytest.skip("no Chromium on this machine: these tests need the system's (Debian: chromium)")
    with chromium() as made:
        yield made


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with open_house() as made:
        yield made


@pytest.fixture(scope="module")
def base(house: House) -> Iterator[str]:
    with served(house) as address:
        yield address
