"""A demo city of six hundred cards: cards and books agree in it wherever one looks."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import psycopg
import pytest

from api.demo.telling import tell
from api.read_models import read_models
from domain.envelope import Recorded
from domain.events import DepreciationRun, VoucherPosted
from eventstore.connection import PROJECTOR, session_url
from eventstore.embedded import EmbeddedServer, Urls
from eventstore.store import EventStore
from projections.asof import EVERYTHING, AsOf
from projections.engine import Engine
from projections.entries import BODIES
from projections.queries import QUERIES, Row
from projections.reading import BatchLog
from tests.conftest import new_database

TODAY = date(2026, 1, 1)
SEED = 7
CARDS = 600
MONTH_ENDS = (date(2021, 3, 31), date(2022, 8, 31), date(2023, 12, 31), date(2025, 12, 31))
SHARES_KNOWN = (0.35, 0.7, 1.0)
"""How much of the log is known at each instant that the books are looked at."""

GROSS = ("1601", "1611", "1613", "1701", "1703", "1801", "1811", "1821", "1831")
ACCUMULATED = ("1602", "1702", "1802", "1832")
Sums = dict[tuple[str, str], int]


class SmallCity:
    """The told city, its log and its folded read models."""

    def __init__(self, urls: Urls, store: EventStore, engine: Engine) -> None:
        self.store = store
        self.engine = engine
        self.events = every_event(store)
        self.assets = tuple(sorted({event.asset_id for event in self.events if event.asset_id}))
        self._url = session_url(urls.app_url, PROJECTOR)

    def ask(self, name: str, day: date, position: int, **given: Any) -> list[Row]:
        """All rows of a question as of a day, known at a position."""
        query, found = QUERIES[name], list[Row]()
        with psycopg.connect(self._url) as connection:
            while True:
                answer = query.answer(
                    connection.cursor(), query.params(**given), AsOf(day, position), EVERYTHING
                )
                found += answer.rows
                if answer.next_cursor is None:
                    return found
                given["cursor"] = answer.next_cursor


def every_event(store: EventStore) -> list[Recorded]:
    """The whole log in its order."""
    events: list[Recorded] = []
    while batch := store.log.read(len(events), limit=5_000):
        events += batch
    return events


@contextmanager
def told(urls: Urls) -> Iterator[EventStore]:
    """The log of the city, told into an empty database."""
    tell(urls.app_url, assets=CARDS, seed=SEED, today=TODAY, progress=lambda _part, _events: None)
    with EventStore.open(urls.app_url) as store:
        yield store


@pytest.fixture(scope="module")
def city(database: Urls) -> Iterator[SmallCity]:
    """The city, told and folded."""
    with told(database) as store:
        log = BatchLog(database.app_url, store.log)
        url = database.migrate_url
        with Engine(database.app_url, log, read_models(), migrate_url=url) as engine:
            engine.install()
            engine.catch_up()

            assert {None} == {status.error for status in engine.status()}
            yield SmallCity(database, store, engine)


@pytest.mark.parametrize("share", SHARES_KNOWN)
@pytest.mark.parametrize("day", MONTH_ENDS, ids=str)
def test_the_cards_of_each_unit_add_up_to_its_books(
    city: SmallCity, day: date, share: float
) -> None:
    """Gross and accumulated, card by card, are the balances of 1601.. and 1602.. of every unit."""
    known = int(len(city.events) * share)
    cards: Sums = defaultdict(int)
    for row in city.ask("card-money", day, known, asset_ids=city.assets):
        cards[row["unit_id"], "gross"] += row["gross_fen"]
        cards[row["unit_id"], "accumulated"] += row["accum_fen"]
    books: Sums = defaultdict(int)
    for row in city.ask("balances", day, known, book="FA"):
        if row["account"].startswith(GROSS):
            books[row["unit_id"], "gross"] += row["closing_fen"]
        if row["account"].startswith(ACCUMULATED):
            books[row["unit_id"], "accumulated"] -= row["closing_fen"]

    assert _filled(books) == _filled(cards)
    assert _filled(cards)


@pytest.mark.parametrize("day", MONTH_ENDS, ids=str)
def test_every_book_balances(city: SmallCity, day: date) -> None:
    """In every unit debits less credits of financial and of budget accounting are nothing."""
    sums: Sums = defaultdict(int)
    for row in city.ask("balances", day, len(city.events)):
        sums[row["unit_id"], row["book"]] += row["closing_fen"]

    assert dict.fromkeys(sums, 0) == sums
    assert sums


def test_the_balances_are_the_lines_of_the_log(city: SmallCity) -> None:
    """The trial balance of the last day, added up by hand from what the events say."""
    by_hand: dict[tuple[str, str, str], int] = defaultdict(int)
    for event in city.events:
        body: Any = BODIES.read(event)
        if isinstance(body, VoucherPosted | DepreciationRun):
            for line in body.lines:
                sign = 1 if line.side == "D" else -1
                by_hand[event.unit_id, line.book, line.account] += sign * line.fen
    rows = city.ask("balances", TODAY, len(city.events))
    stated = {(row["unit_id"], row["book"], row["account"]): row["closing_fen"] for row in rows}

    assert _filled(by_hand) == _filled(stated)


def test_what_is_on_the_books_is_what_is_held(city: SmallCity) -> None:
    """The register's own values of booked holdings, states known apart from money, add up too."""
    held: Sums = defaultdict(int)
    for row in city.ask("register", TODAY, len(city.events), totals="none", limit=1000):
        if row["booked_on"] is not None:
            held[row["unit_id"], "gross"] += row["gross_fen"]
    books: Sums = defaultdict(int)
    for row in city.ask("balances", TODAY, len(city.events), book="FA"):
        if row["account"].startswith(GROSS):
            books[row["unit_id"], "gross"] += row["closing_fen"]

    assert _filled(books) == _filled(held)


def test_a_rebuild_finds_the_same(city: SmallCity) -> None:
    """Every read model built anew has the same rows, the findings of the issue list included."""
    before = city.ask("issues", TODAY, len(city.events))
    differences = [each for name in city.engine.projections for each in city.engine.verify(name)]
    city.engine.rebuild("issues")

    assert differences == []
    assert before == city.ask("issues", TODAY, len(city.events))
    assert before


def test_the_same_seed_gives_the_same_log(city: SmallCity, other_database: Urls) -> None:
    """Told again elsewhere, every event has the same bytes, place, person and instant."""
    with told(other_database) as store:
        again = every_event(store)

    assert _digest(city.events) == _digest(again)


@pytest.fixture
def other_database(server: EmbeddedServer, template: str) -> Iterator[Urls]:
    """A second empty log."""
    with new_database(server, template) as urls:
        yield urls


def _digest(events: list[Recorded]) -> str:
    return hashlib.sha256("\n".join(map(repr, events)).encode()).hexdigest()


def _filled(sums: dict[Any, int]) -> dict[Any, int]:
    return {key: fen for key, fen in sums.items() if fen}
