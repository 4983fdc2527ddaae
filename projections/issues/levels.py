"""The level of a unit or of a warehouse as it was known when an event was recorded."""

from __future__ import annotations

from datetime import date

from projections.projection import Cursor

_UNITS = """
SELECT unit_id, level, effective_from, effective_to, position_from, position_to
FROM p_organisation.unit ORDER BY position_from, effective_from
"""
_WAREHOUSES = """
SELECT warehouse_id, unit_id, effective_from, effective_to, position_from, position_to
FROM p_organisation.warehouse ORDER BY position_from, effective_from
"""

Version = tuple[str, date, date, int, int]


class Levels:
    """Versions read once a batch. They may be ahead of it, so questions name both clocks."""

    def __init__(self, cur: Cursor) -> None:
        self._units = _versions(cur, _UNITS)
        self._warehouses = _versions(cur, _WAREHOUSES)

    def of_unit(self, unit_id: str, day: date, position: int) -> str | None:
        """Return the level of a unit; None for an unknown one."""
        return _believed(self._units.get(unit_id, ()), day, position)

    def of_warehouse(self, warehouse_id: str, day: date, position: int) -> str | None:
        """Return the level of the unit that runs the warehouse."""
        unit_id = _believed(self._warehouses.get(warehouse_id, ()), day, position)
        return self.of_unit(unit_id, day, position) if unit_id else None


def _versions(cur: Cursor, statement: str) -> dict[str, list[Version]]:
    versions: dict[str, list[Version]] = {}
    cur.execute(statement.encode())
    for subject, *version in cur:
        versions.setdefault(subject, []).append(tuple(version))
    return versions


def _believed(versions: list[Version] | tuple[()], day: date, position: int) -> str | None:
    known = [v for v in versions if v[3] <= position < v[4]]
    for value, effective_from, effective_to, _, _ in known:
        if effective_from <= day < effective_to:
            return value
    # Something that happened before its unit was registered here: the first that is known of it.
    return known[0][0] if known else None
