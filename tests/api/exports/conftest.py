"""The lived year, and a way to make any export of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import psycopg
import pytest

from api.exports import EXPORTS, ExportedFile, open_source, read_export_params
from eventstore.connection import APP, session_url
from eventstore.embedded import Urls
from projections.asof import EVERYTHING, AsOf, Scope
from projections.queries import QUERIES, Row
from tests.api.exports.year import Year, lived

MADE_AT = datetime(2026, 1, 5, 16, 30, tzinfo=UTC)
YEAR_END = date(2025, 12, 31)

MakeExport = Callable[..., tuple[ExportedFile, bytes]]
AskYear = Callable[..., list[Row]]


@pytest.fixture(scope="module")
def year(database: Urls) -> Iterator[Year]:
    """Two units and their year 2025."""
    with lived(database) as found:
        yield found


@pytest.fixture(scope="module")
def session(database: Urls, year: Year) -> Iterator[psycopg.Connection[Any]]:
    """A session of the application."""
    with psycopg.connect(session_url(database.app_url, APP), autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def export(session: psycopg.Connection[Any], year: Year) -> MakeExport:
    """Make an export by name; the file and its bytes."""
    position = year.store.log.head()

    def make(
        name: str,
        on: date = YEAR_END,
        scope: Scope = EVERYTHING,
        lang: Any = "zh",
        known: int | None = None,
        current: bool = False,
        **values: Any,
    ) -> tuple[ExportedFile, bytes]:
        params = read_export_params(EXPORTS[name], values)
        as_of = AsOf(on, position if known is None else known, current)
        with open_source(session, year.store.log.read, MADE_AT, lang=lang) as source:
            file = EXPORTS[name].make(source, as_of, scope, params)
            return file, b"".join(file.chunks)

    return make


@pytest.fixture(scope="module")
def ask(session: psycopg.Connection[Any], year: Year) -> AskYear:
    """The rows of a question as of a day."""
    position = year.store.log.head()

    def asked(name: str, on: date = YEAR_END, **given: Any) -> list[Row]:
        query = QUERIES[name]
        params = query.params(**given)
        return query.answer(session.cursor(), params, AsOf(on, position), EVERYTHING).rows

    return asked
