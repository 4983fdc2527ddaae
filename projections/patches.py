"""The patches that a read model keeps, so that a late fact can be replayed among the earlier."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import msgspec
from psycopg.sql import SQL, Identifier

from projections.projection import Cursor
from projections.slices import Patch, Slice

Patches = dict[str, list[Patch]]

_STORED = "COPY patch (subject, day, position, facts) FROM STDIN"
_LOADED = """
SELECT subject, day, position, facts::text FROM patch
WHERE subject = ANY(%s::text[]) ORDER BY subject, position
"""


def keep(cur: Cursor, new: Patches, fresh: Collection[str] = ()) -> Patches:
    """Store `new` and return all patches of its subjects; `fresh` ones have none in the tables."""
    known = [subject for subject in new if subject not in fresh]
    whole = _load(cur, known) if known else {}
    for subject, patches in new.items():
        whole.setdefault(subject, []).extend(patches)
    with cur.copy(_STORED) as copy:
        for subject, patches in new.items():
            for patch in patches:
                facts = msgspec.json.encode(patch.values).decode()
                copy.write_row((subject, patch.day, patch.position, facts))
    return {subject: whole[subject] for subject in new}


def _load(cur: Cursor, subjects: list[str]) -> Patches:
    cur.execute(_LOADED, (subjects,))
    whole: Patches = {}
    for subject, day, position, facts in cur:
        whole.setdefault(subject, []).append(Patch(day, position, msgspec.json.decode(facts)))
    return whole


def rewrite(
    cur: Cursor,
    table: str,
    subject: str,
    rows: Mapping[str, Iterable[Slice]],
    fresh: Collection[str] = (),
) -> None:
    """Give `table` the versions of these subjects: subject, two clocks, then the row's columns."""
    known = [key for key in rows if key not in fresh]
    if known:
        statement = SQL("DELETE FROM {} WHERE {} = ANY(%s::text[])")
        cur.execute(statement.format(Identifier(table), Identifier(subject)), (known,))
    with cur.copy(SQL("COPY {} FROM STDIN").format(Identifier(table))) as copy:
        for key, slices in rows.items():
            for version in slices:
                copy.write_row((key, *version[1:], *map(_column, version.row)))


def _column(value: Any) -> Any:
    """Rows can be compared and so hold tuples; an array of the database is a list."""
    return list(value) if isinstance(value, tuple) else value


def day_text(value: Any) -> Any:
    """Return `value` as a patch stores it: dates as ISO text, since patches are kept as JSON."""
    return value.isoformat() if hasattr(value, "isoformat") else value
