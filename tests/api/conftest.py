"""The application over a small city, with a client for each account."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from httpx import Response
from litestar import Litestar
from litestar.testing import TestClient

from api.app import create_app
from api.bootstrap import Works
from api.directory.accounts import DEMO_PASSWORD
from eventstore.embedded import Urls
from tests.api.city import running_city


class Account:
    """An account that is signed in; several share one client, each with its own cookie."""

    def __init__(self, browser: TestClient[Litestar], username: str) -> None:
        self.browser = browser
        given = {"username": username, "password": DEMO_PASSWORD}
        answer = browser.post("/api/v1/session", json=given)
        assert answer.status_code == 204, answer.text
        self.headers = {"Cookie": f"taizhang={answer.cookies['taizhang']}"}
        browser.cookies.clear()
        token = self.get("/api/v1/session").json()["csrf_token"]
        self.headers["X-CSRF-Token"] = token

    def request(self, method: str, path: str, **options: Any) -> Response:
        """Send a request as this account."""
        headers = {**self.headers, **options.pop("headers", {})}
        return self.browser.request(method, path, headers=headers, **options)

    def get(self, path: str, **options: Any) -> Response:
        """GET as this account."""
        return self.request("GET", path, **options)

    def post(self, path: str, **options: Any) -> Response:
        """POST as this account."""
        return self.request("POST", path, **options)


SignedIn = Callable[[str], Account]


@pytest.fixture(scope="module")
def works(database: Urls) -> Iterator[Works]:
    """The running parts."""
    with running_city(database) as running:
        yield running


@pytest.fixture(scope="module")
def app(works: Works) -> Litestar:
    """The application."""
    return create_app(works.house)


@pytest.fixture
def client(app: Litestar) -> Iterator[TestClient[Litestar]]:
    """A browser that nobody has signed in with."""
    with TestClient(app, raise_server_exceptions=False) as browser:
        yield browser


@pytest.fixture(scope="module")
def signed_in(app: Litestar) -> Iterator[SignedIn]:
    """Each account by name, signed in by JSON once."""
    accounts: dict[str, Account] = {}
    with TestClient(app, raise_server_exceptions=False) as browser:

        def sign_in(username: str) -> Account:
            if username not in accounts:
                accounts[username] = Account(browser, username)
            return accounts[username]

        yield sign_in
