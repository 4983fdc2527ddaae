"""The patches that a read model keeps, so that a late fact can be replayed among the earlier."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import msgspec
from psycopg.sql import SQL, Identifier

from projections.projection import Cursor
from projections.slices import Patch, Slice
from projections.writing import copy_rows, text_array

Patches = dict[str, list[Patch]]

_LOADED = """
SELECT subject, day, position, facts FROM patch
WHERE subject = ANY(%s::text[]) ORDER BY subject, position
"""


def keep(cur: Cursor, new: Patches, fresh: Collection[str] = ()) -> Patches:
    """Store `new` and return all patches of its subjects; `fresh` ones have none in the tables."""
    known = [subject for subject in new if subject not in fresh]
    whole = _load(cur, known) if known else {}
    for subject, patches in new.items():
        whole.setdefault(subject, []).extend(patches)
    rows = [
        (subject, patch.day, patch.position, msgspec.json.encode(patch.values).decode())
        for subject, patches in new.items()
        for patch in patches
    ]
    copy_rows(cur, "patch", rows, ("subject", "day", "position", "facts"))
    return {subject: whole[subject] for subject in new}


def _load(cur: Cursor, subjects: list[str]) -> Patches:
    cur.execute(_LOADED, (text_array(subjects),))
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
        cur.execute(statement.format(Identifier(table), Identifier(subject)), (text_array(known),))
    written = [
        (key, *version[1:], *version.row) for key, slices in rows.items() for version in slices
    ]
    copy_rows(cur, table, written)


def day_text(value: Any) -> Any:
    """Return `value` as a patch stores it: dates as ISO text, since patches are kept as JSON."""
    return value.isoformat() if hasattr(value, "isoformat") else value
