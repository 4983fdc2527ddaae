"""Folds what is said of units, warehouses and settings into versions on both clocks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

import msgspec

from domain.events import SettingSet, UnitRegistered, WarehouseOpened
from projections.entries import Entry
from projections.organisation.defaults import DEFAULTS, VALID_FROM
from projections.patches import Patches, keep, rewrite
from projections.projection import Cursor, Projection
from projections.slices import Patch, Rows, Slice, State, View, replay


def _replaced(_before: State, values: State, _day: date) -> State:
    """Each statement about a unit, warehouse or setting is a whole one."""
    return values


def _columns(*names: str) -> View:
    def rows(state: State) -> Rows:
        values = (state[name] for name in names)
        row = tuple(tuple(value) if isinstance(value, list) else value for value in values)
        return {"": row}

    return rows


_TABLES: dict[str, tuple[str, View]] = {
    "unit": (
        "unit_id",
        _columns("name", "kind", "level", "parent_id", "credit_code", "headcount", "roles"),
    ),
    "warehouse": ("warehouse_id", _columns("unit_id", "name", "title_mode", "place")),
    "setting": ("name", _columns("value", "number", "source")),
}
"""Table to its subject column and the columns that follow the two clocks."""


def patch_of(entry: Entry) -> tuple[str, str, Patch] | None:
    """Return table, subject and patch of an event about the organisation; None for others."""
    match entry.fact:
        case UnitRegistered() as unit:
            return "unit", entry.stream.removeprefix("org:"), _patch(entry, unit)
        case WarehouseOpened() as house:
            subject = entry.stream.removeprefix("warehouse:")
            return "warehouse", subject, _patch(entry, house, unit_id=entry.unit_id)
        case SettingSet() as setting:
            number = setting.value if isinstance(setting.value, int) else None
            values = {"value": str(setting.value), "number": number, "source": setting.source}
            return "setting", setting.name, Patch(setting.valid_from, entry.position, values)
        case _:
            return None


def _patch(entry: Entry, body: UnitRegistered | WarehouseOpened, **more: Any) -> Patch:
    values = {name: getattr(body, name) for name in body.__struct_fields__}
    return Patch(entry.occurred_on, entry.position, msgspec.to_builtins(values | more))


class Organisation(Projection):
    """Units, warehouses and settings as versions; the seeds of `defaults` stand at position 0."""

    name: ClassVar[str] = "organisation"
    version: ClassVar[int] = 4
    tables: ClassVar[str] = "projections.organisation"

    def fold(self, cur: Cursor, batch: Sequence[Entry]) -> None:
        """Rewrite the versions of every subject that the batch speaks of."""
        new: dict[str, Patches] = {table: {} for table in _TABLES}
        if batch and batch[0].position == 1:
            new["setting"] = {default: [patch] for default, patch in _seeds()}
        for entry in batch:
            if (found := patch_of(entry)) is not None:
                table, subject, patch = found
                new[table].setdefault(subject, []).append(patch)
        for table, patches in new.items():
            if patches:
                _rewrite(cur, table, patches)


def _seeds() -> list[tuple[str, Patch]]:
    return [
        (
            default.name,
            Patch(
                VALID_FROM,
                0,
                {
                    "value": str(default.value),
                    "number": default.value,
                    "source": f"{default.source}, {default.mark}",
                },
            ),
        )
        for default in DEFAULTS
    ]


def _rewrite(cur: Cursor, table: str, patches: Patches) -> None:
    subject_column, view = _TABLES[table]
    kept = keep(cur, {f"{table}:{subject}": found for subject, found in patches.items()})
    versions: dict[str, list[Slice]] = {
        subject.removeprefix(f"{table}:"): replay(found, _replaced, view)[""]
        for subject, found in kept.items()
    }
    rewrite(cur, table, subject_column, versions)
