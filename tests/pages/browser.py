"""A real browser on the real pages: Chromium of the system, driven over a served house."""

from __future__ import annotations

import os
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

from api.workflow import access
from tests.api.house import House, Person

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
)
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
SHOTS = Path(os.environ.get("SCREENSHOTS", "out/screenshots"))
DESK: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 375, "height": 780}
LONGEST_MS = 15_000


@contextmanager
def served(house: House) -> Iterator[str]:
    """The house behind a real HTTP server on loopback; its address."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(house.app, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Desk:
    """One person's browser. Whatever a page asks of another host, or logs as an error, fails the test at `close`."""

    context: BrowserContext
    page: Page
    base: str

    def __post_init__(self) -> None:
        self.faults: list[str] = []
        self.page.set_default_timeout(LONGEST_MS)
        self.page.on("console", lambda line: self.faults.append(line.text) if line.type == "error" else None)
        self.page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        self.page.on(
            "request",
            lambda asked: (
                None
                if asked.url.startswith((self.base, "blob:", "data:"))
                else self.faults.append(f"asked {asked.url}")
            ),
        )

    def go(self, path: str) -> None:
        self.page.goto(self.base + path)

    def shot(self, name: str) -> Path:
        SHOTS.mkdir(parents=True, exist_ok=True)
        place = SHOTS / f"{name}.png"
        self.page.screenshot(path=place, full_page=True)
        return place

    def accessible(self) -> None:
        """No serious or critical violation that axe-core knows of."""
        found = Axe().run(self.page).response["violations"]
        grave = [
            f"{one['id']}: {one['help']} ({one['nodes'][0]['html'][:160]})"
            for one in found
            if one["impact"] in ("serious", "critical")
        ]
        assert not grave, "\n".join(grave)

    def calm(self) -> None:
        """Nothing went wrong in the browser until now."""
        assert not self.faults, self.faults


@contextmanager
def desk(
    browser: Browser,
    base: str,
    person: Person | None,
    *,
    view: ViewportSize = DESK,
    language: str = "zh",
    dark: bool = False,
    lawless: bool = False,
) -> Iterator[Desk]:
    """A browser window in which this person is signed in. `lawless`: the browser heeds no content security policy."""
    context = browser.new_context(
        viewport=view,
        locale="zh-CN" if language == "zh" else "en-GB",
        color_scheme="dark" if dark else "light",
        bypass_csp=lawless,
    )
    cookies = [{"name": "verifier_language", "value": language, "url": base}]
    if person is not None:
        cookies.append({"name": access.COOKIE, "value": person.token, "url": base})
    context.add_cookies(cookies)  # type: ignore[arg-type]
    try:
        yield Desk(context, context.new_page(), base)
    finally:
        context.close()
