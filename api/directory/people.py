"""People by id: the only place where their names are kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import msgspec
from pypinyin import Style, lazy_pinyin

from api.directory.database import SQL, Pool, run


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody whom events name by `person_id`."""

    person_id: str
    name: str
    unit_id: str | None = None
    active_from: date | None = None
    active_to: date | None = None


def put_people(pool: Pool, people: Iterable[Person]) -> None:
    """Write `people`; a line under a known id replaces the older one."""
    lines = [
        {**msgspec.structs.asdict(person), "pinyin": pinyin_of(person.name)} for person in people
    ]
    with pool.connection() as connection, connection.cursor() as cur:
        cur.executemany(SQL["put_person"], lines)


def pinyin_of(name: str) -> str:
    """Full pinyin and initials of `name`, for search."""
    full = "".join(lazy_pinyin(name))
    initials = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER))
    return f"{full} {initials}".lower()


def names_of(pool: Pool, person_ids: Iterable[str]) -> dict[str, str]:
    """Names by id; an id that the directory does not know is left out."""
    ids = sorted({person_id for person_id in person_ids if person_id})
    if not ids:
        return {}
    return {row["person_id"]: row["name"] for row in run(pool, "names_of", ids=ids)}


def find_people(
    pool: Pool, text: str, units: Sequence[str] | None, limit: int = 20
) -> list[dict[str, str]]:
    """People of `units` (None: all) whose name, pinyin or id holds `text`."""
    rows = run(pool, "find_people", text=text, limit=limit, units=units and list(units))
    return [dict(row) for row in rows]
