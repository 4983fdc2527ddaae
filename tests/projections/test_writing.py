"""Rows and arrays that go into the database come out as they were."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import psycopg
import pytest

from eventstore.embedded import Urls
from projections.writing import array, copy_rows, text_array

COLUMNS = ("number", "words", "flag", "day", "moment", "facts", "names")
KINDS = ("bigint", "text", "boolean", "date", "timestamptz", "jsonb", "text[]")
MOMENT = datetime(2026, 1, 2, 3, 4, 5, 600, tzinfo=UTC)
PLAIN = (-(2**63), "桌", True, date(1, 1, 1), MOMENT, '{"a": "x"}', "{}")

TEXTS = [
    "", " ", "null", "NULL", '"', "''", "a,b", "a\tb", "a\nb", "a\r\nb", "\\", "\\n", "\\\\", '\\"',
    "]\n[", "[", "\\.", "\x01", "  ", "é𠮷", "{a}",
]  # fmt: skip


def written(database: Urls, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """What a table holds after `rows` were copied into it."""
    columns = ", ".join(f"{name} {kind}" for name, kind in zip(COLUMNS, KINDS, strict=True))
    with psycopg.connect(database.admin_url) as session, session.cursor() as cur:
        cur.execute(f"CREATE TEMP TABLE kept ({columns})".encode())
        copy_rows(cur, "kept", rows, COLUMNS)
        return cur.execute("SELECT * FROM kept").fetchall()


@pytest.mark.parametrize("text", TEXTS)
def test_any_text_comes_back(database: Urls, text: str) -> None:
    """Quotes, separators, escapes and line ends of texts are no part of the form."""
    rows = [(1, text, None, None, None, None, None), (2, "next", False, None, None, None, None)]

    assert rows == written(database, rows)


def test_every_kind_of_value_comes_back(database: Urls) -> None:
    """Numbers to the last digit, days from the first, moments to the microsecond."""
    expected: list[tuple[Any, ...]] = [(*PLAIN[:5], {"a": "x"}, []), (None,) * 7]
    actual = written(database, [PLAIN, (None,) * 7])

    assert expected == actual


def test_lists_and_tuples_become_arrays(database: Urls) -> None:
    """A row with a list goes another way to the same place."""
    nothing = (None,) * 6
    expected: list[tuple[Any, ...]] = [(*nothing, ["a", 'b"']), (*nothing, ["c"]), (*nothing, None)]
    actual = written(database, [(*nothing, ("a", 'b"')), (*nothing, ["c"]), (*nothing, None)])

    assert expected == actual


@pytest.mark.parametrize("texts", [[], ["a"], ["a", "b,c"], ['"', "\\"], ['","'], TEXTS])
def test_an_array_of_texts_comes_back(database: Urls, texts: list[str]) -> None:
    """The literal that is written for an array reads as that array."""
    with psycopg.connect(database.admin_url) as session:
        row = session.execute("SELECT %s::text[]", [text_array(texts)]).fetchone()

    assert row == (texts,)


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("bigint", []),
        ("bigint", [1, None, -(2**63)]),
        ("date", [date(1, 1, 1), None, date(9999, 12, 31)]),
    ],
)
def test_an_array_of_numbers_or_days_comes_back(
    database: Urls, kind: str, values: list[Any]
) -> None:
    """The same of values that need no quotes."""
    with psycopg.connect(database.admin_url) as session:
        row = session.execute(f"SELECT %s::{kind}[]".encode(), [array(values)]).fetchone()

    assert row == (values,)


@pytest.mark.parametrize("text", ["a,[b", "[[", ",[]"])
def test_a_text_that_looks_like_an_array_comes_back(database: Urls, text: str) -> None:
    """Such a row goes the way of rows with arrays, and arrives all the same."""
    rows = [(1, text, None, None, None, None, None)]

    assert rows == written(database, rows)
