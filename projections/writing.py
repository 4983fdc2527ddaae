"""Rows into a table by COPY, encoded many at a time.

A row as a JSON array without its brackets is a row of CSV whose escape sign is the backslash:
texts are quoted, days are ISO text, and `null` without quotes is NULL. One call of the encoder
for a whole batch costs a fifth of formatting value by value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from psycopg import sql

from projections.projection import Cursor

_LINES = msgspec.json.Encoder()
# Escapes that CSV does not know; a line end within a text is one.
_FOREIGN = re.compile(rb"\\[^\"\\]")
_BARE = str.maketrans("", "", '[]"')


def copy_rows(
    cur: Cursor, table: str, rows: Iterable[Sequence[Any]], columns: Sequence[str] = ()
) -> None:
    """Add `rows` to `table`; their values are in the order of `columns`, or else of the table."""
    rows = list(rows)
    if not rows:
        return
    target: sql.Composable = sql.Identifier(table)
    if columns:
        names = sql.SQL(", ").join(map(sql.Identifier, columns))
        target = sql.SQL("{} ({})").format(target, names)
    block = _LINES.encode_lines(rows)
    # The first two are found wherever a row holds an array, and now and then within a text.
    if b",[" in block or b"[[" in block or _FOREIGN.search(block):
        _copy_one_by_one(cur, target, rows)
        return
    statement = sql.SQL("COPY {} FROM STDIN (FORMAT csv, NULL 'null', ESCAPE '\\')")
    with cur.copy(statement.format(target)) as copy:
        # Within texts line ends are escaped, so this is found between rows only.
        copy.write(block[1:-2].replace(b"]\n[", b"\n"))


def text_array(texts: Iterable[str]) -> str:
    """Return `texts` as the literal of a `text[]`; a list takes the driver ten times as long."""
    texts = list(texts)
    joined = '","'.join(texts)
    if "\\" in joined or joined.count('"') != 2 * max(0, len(texts) - 1):
        escaped = (text.replace("\\", "\\\\").replace('"', '\\"') for text in texts)
        joined = '","'.join(escaped)
    return f'{{"{joined}"}}' if texts else "{}"


def array(values: Iterable[Any]) -> str:
    """Return whole numbers, days and None as the literal of an array, for the same reason."""
    return "{" + _LINES.encode(list(values)).decode().translate(_BARE) + "}"


def _copy_one_by_one(cur: Cursor, target: sql.Composable, rows: Iterable[Sequence[Any]]) -> None:
    with cur.copy(sql.SQL("COPY {} FROM STDIN").format(target)) as copy:
        for row in rows:
            # Rows can be compared and so hold tuples; an array of the database is a list.
            copy.write_row([list(value) if isinstance(value, tuple) else value for value in row])
