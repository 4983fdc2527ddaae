"""A served small city and a real headless Chromium for the tests of the pages."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from api.app import create_app
from api.bootstrap import Works
from api.directory.accounts import DEMO_PASSWORD
from eventstore.embedded import Urls
from tests.api.city import running_city
from tests.serving import address, listening, served
from tests.waiting import PATIENCE_MS

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
DESK: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
SHOTS = Path(__file__).parent.parent / "out" / "pages"
"""Where the tests leave pictures of what they saw; not kept in the repository."""

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium for the run; without it these tests fail, they are never skipped."""
    program = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if program is None:
        pytest.fail("The page tests need Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=program,
            args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
        )  # fmt: skip
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def listener() -> Iterator[socket.socket]:
    """Where the module's pages are served."""
    with listening() as opened:
        yield opened


@pytest.fixture(scope="module")
def works(database: Urls, listener: socket.socket) -> Iterator[Works]:
    """The running parts behind the module's pages."""
    with running_city(database, base_url=address(listener)) as running:
        yield running


@pytest.fixture(scope="module")
def site(works: Works, listener: socket.socket) -> Iterator[str]:
    """The address of the served pages."""
    with served(create_app(works.house), listener) as url:
        yield url


OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, site: str) -> Iterator[OpenPage]:
    """`open_page("officer", "/assets", phone=True)`: a page, signed in, watched for errors."""
    yield from opening(browser, site)


def opening(browser: Browser, site: str) -> Iterator[OpenPage]:
    """The function behind `open_page`, for one browser.

    The test fails on any script error, refused script or style, or answer of 500 and above.
    """
    contexts = []
    faults: list[str] = []

    def open_(
        username: str | None, path: str = "/", *, phone: bool = False, lang: str = "zh"
    ) -> Page:
        context = browser.new_context(
            viewport=PHONE if phone else DESK, locale="zh-CN" if lang == "zh" else "en-GB",
            timezone_id="Asia/Shanghai", has_touch=phone,
        )  # fmt: skip
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: faults.append(f"script: {error}"))
        page.on("console", lambda line: faults.extend([line.text] * (line.type == "error")))
        page.on("response", lambda answer: faults.extend([answer.url] * (answer.status >= 500)))
        if username is not None:
            given = {"username": username, "password": DEMO_PASSWORD}
            assert context.request.post(f"{site}/api/v1/session", data=given).status == 204
        page.goto(site + path)
        return page

    yield open_
    for context in contexts:
        context.close()
    # A refused page is an answer, not a fault: Chromium logs its status as an error.
    known = "Failed to load resource: the server responded with a status of 4"
    assert [fault for fault in faults if not fault.startswith(known)] == []


def shoot(page: Page, name: str) -> Path:
    """Leave a picture of the whole page under tests/out/pages."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    path = SHOTS / f"{name}.png"
    page.screenshot(path=path, full_page=True)
    return path


def fits(page: Page) -> bool:
    """Tell whether the page is no wider than the window."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))
