"""Folds what is said of stocktakes: tasks, counts and closings as they were recorded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import msgspec

from domain.events import StocktakeClosed, StocktakeCounted, StocktakeOpened
from projections.entries import Entry
from projections.projection import Cursor, Projection
from projections.writing import copy_rows


def row_of(entry: Entry) -> tuple[str, tuple[Any, ...]] | None:
    """Return the table and the row that an event gives; None for other events."""
    task = entry.stream.removeprefix("stocktake:")
    match entry.fact:
        case StocktakeOpened() as body:
            return "task", (
                task, entry.unit_id, body.base_on, entry.occurred_on, body.expected, body.frozen,
                list(body.counters), entry.position,
            )  # fmt: skip
        case StocktakeCounted() as body:
            detail = msgspec.json.encode(body.detail).decode()
            return "counted", (
                task, entry.position, body.result, body.asset_id, body.card_no, body.label_no,
                body.counter, body.place, detail, entry.occurred_on, entry.recorded_at,
                entry.actor_id,
            )  # fmt: skip
        case StocktakeClosed() as body:
            figures = msgspec.json.encode(body.figures).decode()
            return "closed", (task, entry.occurred_on, figures, entry.position)
        case _:
            return None


class Stocktakes(Projection):
    """Tasks with their counts; the figures are made when they are asked for."""

    name: ClassVar[str] = "stocktakes"
    version: ClassVar[int] = 1
    tables: ClassVar[str] = "projections.stocktakes"

    def fold(self, cur: Cursor, batch: Sequence[Entry]) -> None:
        """Add the rows of the batch; nothing is ever changed."""
        rows: dict[str, list[tuple[Any, ...]]] = {}
        for entry in batch:
            if (found := row_of(entry)) is not None:
                rows.setdefault(found[0], []).append(found[1])
        for table, added in rows.items():
            copy_rows(cur, table, added)
