"""Folds the files that events name: one row for each, as recorded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from domain.events import AssetReallocated
from projections.entries import Entry
from projections.projection import Cursor, Projection
from projections.writing import copy_rows


def rows_of(entry: Entry) -> Iterator[tuple[Any, ...]]:
    """Return a row for each file that `entry` names."""
    area = entry.stream.partition(":")[0]
    body = entry.fact
    from_unit = body.from_unit if isinstance(body, AssetReallocated) else None
    for place, file in enumerate(entry.attachments):
        yield (
            file.sha256, entry.position, place, file.name, file.size, file.signed_by, area,
            entry.unit_id, from_unit, entry.asset_id, entry.process_id, entry.type,
            entry.sub_kind, entry.event_id, entry.command_id, entry.occurred_on,
            entry.recorded_at, entry.actor_id, entry.actor_role,
        )  # fmt: skip


class Attachments(Projection):
    """Which event names which file."""

    name: ClassVar[str] = "attachments"
    version: ClassVar[int] = 1
    tables: ClassVar[str] = "projections.attachments"

    def fold(self, cur: Cursor, batch: Sequence[Entry]) -> None:
        """Add the rows of the batch; nothing is ever changed."""
        copy_rows(cur, "reference", [row for entry in batch for row in rows_of(entry)])
