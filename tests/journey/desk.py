"""The desks of two units, a warehouse and the offices: people who know the interface only."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from litestar.testing import TestClient

from api.app import create_app
from api.auth.identity import Grant
from api.auth.powers import Role
from api.bootstrap import Works
from api.directory.accounts import DEMO_PASSWORD, create_account
from api.directory.people import Person
from api.exports import EXPORTS, open_source, read_export_params
from eventstore.embedded import Urls
from projections.asof import EVERYTHING, AsOf
from projections.queries import QUERIES
from tests.api.attached import with_data
from tests.api.city import running_city
from tests.api.conftest import Account

DONOR, RECEIVER, OFFICE = "JY", "WJ", "JG"
NEIGHBOURS = (
    ("officer-wj", "卢雪", Role.UNIT_ASSET_OFFICER),
    ("accountant-wj", "邵平", Role.UNIT_ACCOUNTANT),
)
Rows = list[dict[str, Any]]


class Desk:
    """Signed-in people who send commands and ask questions over HTTP."""

    def __init__(self, works: Works, browser: TestClient[Any]) -> None:
        self.works = works
        self._browser = browser
        self._accounts: dict[str, Account] = {}

    def account(self, username: str) -> Account:
        """Somebody's session."""
        if username not in self._accounts:
            self._accounts[username] = Account(self._browser, username)
        return self._accounts[username]

    def do(self, username: str, command: str, on: str, **body: Any) -> dict[str, Any]:
        """Give a command on a business day; the answer, after every page shows it."""
        answer = self.account(username).post(
            f"/api/v1/commands/{command}?wait=true",
            json={"occurred_on": on, **body},
            headers={"Idempotency-Key": str(uuid.uuid4())},
        )

        assert answer.status_code == 200, f"{command}: {answer.text}"
        found: dict[str, Any] = answer.json()
        return found

    def refused(self, username: str, command: str, on: str, **body: Any) -> str:
        """The code with which a command is refused."""
        answer = self.account(username).post(
            f"/api/v1/commands/{command}",
            json={"occurred_on": on, **body},
            headers={"Idempotency-Key": str(uuid.uuid4())},
        )

        assert 400 <= answer.status_code < 500, answer.text
        return str(answer.json()["code"])

    def ask(self, username: str, question: str, **params: Any) -> Rows:
        """The rows of a question; `as_of` and `known_at` may be given."""
        answer = self.account(username).get(f"/api/v1/queries/{question}", params=params)

        assert answer.status_code == 200, f"{question}: {answer.text}"
        rows: Rows = answer.json()["rows"]
        return rows

    def export(self, name: str, day: date, **values: Any) -> bytes:
        """A file of the books as of a day, everything known."""
        house = self.works.house
        params = read_export_params(EXPORTS[name], values)
        as_of = AsOf(day, house.clocks.position())
        with (
            house.pool.connection() as connection,
            open_source(connection, self.works.store.log.read, datetime.now(UTC)) as source,
        ):
            made = EXPORTS[name].make(source, as_of, EVERYTHING, params)
            return b"".join(made.chunks)

    def now_known(self) -> str:
        """This instant, as `known_at` takes it."""
        return datetime.now(UTC).isoformat()


@contextmanager
def open_desk(urls: Urls) -> Iterator[Desk]:
    """The city's people and two more from the receiving unit, before the real application."""
    assert QUERIES
    with running_city(urls) as works:
        for username, name, role in NEIGHBOURS:
            create_account(
                works.house.pool, username=username, password=DEMO_PASSWORD,
                person=Person(person_id=f"p-{username}", name=name, unit_id=RECEIVER),
                grants=[Grant(role=role, unit_id=RECEIVER, reach="own")], is_demo=True,
            )  # fmt: skip
        with (
            TemporaryDirectory() as data,
            TestClient(
                create_app(with_data(works, Path(data))), raise_server_exceptions=False
            ) as browser,
        ):
            yield Desk(works, browser)
