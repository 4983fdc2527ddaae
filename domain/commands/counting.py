"""Commands of a stocktake (盘点)."""

from __future__ import annotations

from domain.commands.command import Command, Id


class OpenStocktake(Command, frozen=True):
    """Open a count of one unit at a base date."""

    stocktake_id: Id
    unit_id: Id
    expected: int = 0
    counters: tuple[str, ...] = ()


class RecordCount(Command, frozen=True):
    """Record one counted thing with its result code (handbook 9.3)."""

    stocktake_id: Id
    result: str
    asset_id: Id | None = None
    label_no: str | None = None
    place: str | None = None


class CloseStocktake(Command, frozen=True):
    """Close a count."""

    stocktake_id: Id
