"""Application and Postgres are killed under load: what was said stays, once, where it was."""

from __future__ import annotations

import random
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest

from api.bootstrap import open_works
from api.demo.telling import tell
from api.directory.accounts import DEMO_PASSWORD, principal_named
from api.imports import kept, running
from domain.commands import structs as c
from domain.envelope import Recorded
from eventstore.embedded import EmbeddedServer, Urls, temporary_server
from eventstore.errors import LogUnavailable
from eventstore.migrate import create_database, migrate_log
from eventstore.store import EventStore
from tests.api.city import running_city
from tests.api.imports.workbooks import DESK, HEADING, xlsx
from tests.faults.application import SIZES, UNITS, Order
from tests.faults.killing import Application, Line, kill_server
from tests.faults.lives import ACCOUNTANT, STEPS
from tests.serving import address, listening
from tests.waiting import PATIENCE_SECONDS

IMPORTED = 1_000
Seen = dict[tuple[int, int], tuple[Any, ...]]


class Kept(NamedTuple):
    """What came of the commands that were answered; a sound log keeps all and doubles none."""

    acknowledged: int
    kept: int
    doubled: int


@pytest.fixture(scope="module")
def own_server() -> Iterator[EmbeddedServer]:
    """A server that may be killed; nobody else uses it."""
    with temporary_server("kill") as server:
        yield server


@pytest.fixture
def urls(own_server: EmbeddedServer) -> Urls:
    """A database of this server with an empty log."""
    name = f"killed_{uuid.uuid4().hex[:8]}"
    create_database(own_server.urls("postgres").admin_url, name)
    migrate_log(own_server.urls(name).migrate_url)
    return own_server.urls(name)


def order_for(urls: Urls, what: str, **more: Any) -> Order:
    """An order over this database."""
    return Order(what=what, app_url=urls.app_url, migrate_url=urls.migrate_url, **more)


def found(urls: Urls) -> None:
    """Units with open books and people with accounts."""
    with running_city(urls) as works:
        for unit_id in UNITS:
            begin = c.OpenBooks(occurred_on=date(2025, 1, 1), unit_id=unit_id, period="2025-01")
            works.ledger.execute(begin, ACCOUNTANT)


def check_read_models(urls: Urls) -> None:
    """Every read model stands at the head and equals its rebuild."""
    with open_works(order_for(urls, "fold").settings()) as works:
        works.engine.catch_up()
        head = works.store.log.head()
        names = list(works.engine.projections)
        differences = [each for name in names for each in works.engine.verify(name)]

        assert dict.fromkeys(names, (head, None)) == {
            status.name: (status.position, status.error) for status in works.engine.status()
        }
        assert differences == []


class Acknowledged:
    """What workers were answered; a command that is given again must be answered alike."""

    def __init__(self) -> None:
        self.answers: dict[str, list[Any]] = {}
        self.lives = [0] * len(SIZES)
        self.faults: list[str] = []
        self.repeats = 0

    def hear(self, line: Line) -> None:
        """Take one line of the application."""
        if "failure" in line:
            self.faults.append(line["failure"])
            return
        self.lives[line["worker"]] = line["life"]
        before = self.answers.setdefault(line["id"], line["told"])
        if before is not line["told"]:
            self.repeats += 1
            if before != line["told"]:
                self.faults.append(f"{line['id']}: {before} and then {line['told']}")


class Reader:
    """Somebody outside: reads the journal by HTTP and tails the exported log, and keeps it."""

    def __init__(self, urls: Urls, pages: str) -> None:
        self.lines: Seen = {}
        self.events: list[tuple[int, str, str]] = []
        self.faults: list[str] = []
        self.walks = 0
        self._store = EventStore.open(urls.app_url)
        self._http = httpx.Client(base_url=pages, timeout=PATIENCE_SECONDS)
        self._signed_in = False
        self._over = threading.Event()
        self._threads = [
            threading.Thread(target=self._repeat, args=(job,)) for job in (self._walk, self._tail)
        ]
        for thread in self._threads:
            thread.start()

    def finish(self) -> None:
        """Stop reading."""
        self._over.set()
        for thread in self._threads:
            thread.join()
        self._http.close()
        self._store.close()

    def _repeat(self, job: Any) -> None:
        while not self._over.is_set():
            try:
                # While the application is down it says nothing; what it says when up must hold.
                with suppress(httpx.HTTPError, LogUnavailable):
                    job()
            except Exception as error:  # noqa: BLE001 - told in the main thread
                self.faults.append(f"{type(error).__name__}: {error}")
                return
            time.sleep(0.05)

    def _tail(self) -> None:
        after = self.events[-1][0] if self.events else 0
        self.events += [_seen(event) for event in self._store.log.read(after)]

    def _walk(self) -> None:
        """Read the whole journal; what was seen before must be in it as it was."""
        if not self._signed_in:
            given = {"username": "audit", "password": DEMO_PASSWORD}
            self._signed_in = self._http.post("/api/v1/session", json=given).status_code == 204
            return
        before, now = dict(self.lines), Seen()
        params = {"limit": "1000", "with_totals": "false"}
        while True:
            answer = self._http.get("/api/v1/queries/journal", params=params)
            if answer.status_code != 200:
                return
            page = answer.json()
            now |= {_key(row): _content(row) for row in page["rows"]}
            if page["next_cursor"] is None:
                break
            params["cursor"] = page["next_cursor"]
        self.walks += 1
        self.lines |= now
        gone = [key for key, line in before.items() if now.get(key) != line]
        if gone:
            self.faults.append(f"{len(gone)} lines vanished or changed, {gone[0]} first")


def _seen(event: Recorded) -> tuple[int, str, str]:
    return event.position, event.event_id, event.body


def _key(row: dict[str, Any]) -> tuple[int, int]:
    return row["position"], row["line_no"]


def _content(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["voucher_id"], row["account"], row["side"], row["fen"], row["booked_on"]


@pytest.mark.parametrize("kills", [4, pytest.param(50, marks=pytest.mark.slow)])
def test_nothing_said_is_lost_doubled_or_moved(
    own_server: EmbeddedServer, urls: Urls, kills: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """Commands, folding and reading go on through kills of both; in the end all agree."""
    found(urls)
    known = Acknowledged()
    with listening() as listener:
        reader = Reader(urls, address(listener))
        order = order_for(urls, "serve", listener=listener.fileno())
        try:
            application = _through_kills(kills, own_server, order, known, reader)
        finally:
            reader.finish()

    assert (known.faults, reader.faults) == ([], []), application.complaints()
    assert known.repeats > 0
    kept = _check_log(urls, known, reader)
    check_read_models(urls)
    with capsys.disabled():
        print(
            f"\n{kills} kills: {kept.acknowledged} commands acknowledged, {kept.kept} kept, "
            f"{kept.doubled} doubled, {known.repeats} given again; {len(reader.events)} events and "
            f"{len(reader.lines)} lines of the journal stand where a reader saw them"
        )


def _through_kills(
    kills: int, server: EmbeddedServer, order: Order, known: Acknowledged, reader: Reader
) -> Application:
    """Application and Postgres are killed in turn; the application that was killed last."""
    chance = random.Random(kills)
    application = _started(order, known)
    try:
        for number in range(kills):
            _await_progress(application, known, reader)
            time.sleep(chance.uniform(0.0, 0.4))
            if number % 2:
                kill_server(server)
            else:
                application.kill()
                application = _started(order, known)
    finally:
        application.kill()
    return application


def _await_progress(application: Application, known: Acknowledged, reader: Reader) -> None:
    answered, walks = len(known.answers) + 20, reader.walks

    def reached() -> bool:
        assert (known.faults, reader.faults) == ([], []), application.complaints()
        return len(known.answers) > answered and reader.walks > walks

    assert application.wait_until(reached), application.complaints()


def _started(order: Order, known: Acknowledged) -> Application:
    order.lives = list(known.lives)
    return Application(order, known.hear)


def _check_log(urls: Urls, known: Acknowledged, reader: Reader) -> Kept:
    with EventStore.open(urls.app_url) as store:
        events: list[Recorded] = []
        while batch := store.log.read(len(events), limit=5_000):
            events += batch

    assert list(range(1, len(events) + 1)) == [event.position for event in events]
    assert reader.events == [_seen(event) for event in events[: len(reader.events)]]
    assert reader.events
    assert reader.lines
    kept = _kept(events, known)
    assert Kept(len(known.answers), len(known.answers), 0) == kept
    # A life may only be unfinished where a worker stood.
    steps = _steps(events)
    unfinished = [asset_id for asset_id, count in steps.items() if count != STEPS]
    assert len(unfinished) <= sum(SIZES)
    return kept


def _kept(events: list[Recorded], known: Acknowledged) -> Kept:
    positions: dict[str, list[int]] = {}
    for event in events:
        positions.setdefault(event.command_id, []).append(event.position)
    told = {key: range(first, last + 1) for key, (first, last, _, _) in known.answers.items()}
    kept = sum(positions.get(command) == list(span) for command, span in told.items())
    doubled = sum(len(positions.get(command, ())) > len(span) for command, span in told.items())
    # Under another id, a step would be there once more.
    doubled += sum(count > STEPS for count in _steps(events).values())
    return Kept(len(told), kept, doubled)


def _steps(events: list[Recorded]) -> Counter[str | None]:
    """How often something happened to each thing: every step of its life once."""
    return Counter(event.asset_id for event in events if event.stream.startswith("asset:"))


def test_an_import_cut_short_again_and_again_is_complete_once(
    own_server: EmbeddedServer, urls: Urls, tmp_path: Path
) -> None:
    """Both are killed while an import is released: in the end each card is there once."""
    found(urls)
    order = order_for(urls, "release", data_dir=str(tmp_path))
    order.batch_id = _submitted(order)
    application = Application(order)
    assert application.await_line(lambda line: line.get("begun", False))
    time.sleep(0.15)  # Somewhere in the first part.
    application.kill()
    application = Application(order)
    assert application.await_line(lambda line: "done" in line)
    kill_server(own_server)
    application.end()
    if not application.await_line(lambda line: "status" in line):
        application = Application(order)
        assert application.await_line(lambda line: "done" in line)
        application.kill()
    again = Application(order)

    assert again.await_line(lambda line: line.get("status") == kept.RELEASED), again.complaints()
    again.end()
    _check_import(order)
    check_read_models(urls)


def _submitted(order: Order) -> str:
    body = [[f"I-{n:05d}", *DESK[1:]] for n in range(IMPORTED)]
    with open_works(order.settings()) as works:
        works.start()
        works.house.units.forget()
        house = works.house
        officer = principal_named(house.pool, "officer", house.today())
        assert officer is not None
        data = xlsx([HEADING, *body])
        batch = running.prepare(house, officer, data, "卡片.xlsx", "JY", date(2025, 1, 1))
        return running.submit(house, officer, batch.batch_id).batch_id


def _check_import(order: Order) -> None:
    with open_works(order.settings()) as works:
        batch = kept.Batches(works.house.pool).get(order.batch_id)
        events = works.store.log.read(0, limit=100_000)
        cards = [event for event in events if event.type == "asset.configured/1"]
        numbers = works.ledger.holders("card_no", [f"I-{n:05d}" for n in range(IMPORTED)])

    expected = (kept.RELEASED, IMPORTED, IMPORTED)
    assert expected == (batch.status, batch.cards, batch.done)
    assert len(cards) == IMPORTED
    assert {event.asset_id for event in cards} == set(numbers.values())
    assert len(numbers) == IMPORTED
    vouchers = [event for event in events if event.type == "ledger.voucher_posted/1"]
    assert len(vouchers) == -(-IMPORTED // 900)


def test_folding_and_rebuilding_survive_kills(own_server: EmbeddedServer, urls: Urls) -> None:
    """Killed while the read models are first built, caught up and rebuilt: they come out right."""
    tell(urls.app_url, assets=600, seed=3, today=date(2026, 1, 1), progress=lambda *_: None)
    order, chance = order_for(urls, "fold"), random.Random(1)
    for number in range(2):
        application = Application(order)
        assert application.await_line(lambda line: "begun" in line)
        time.sleep(chance.uniform(0.3, 1.5))
        if number == 1:
            kill_server(own_server)
        application.kill()
    application = Application(order)
    assert application.await_line(lambda line: "rebuilt" in line)
    application.kill()  # While the next one is being rebuilt.
    check_read_models(urls)
