"""Units, warehouses, settings and counts as their streams tell them."""

from __future__ import annotations

from datetime import date

import msgspec

from domain.envelope import Recorded
from domain.events import (
    Body,
    BooksOpened,
    DepreciationRun,
    PeriodClosed,
    SettingSet,
    StocktakeClosed,
    StocktakeCounted,
    StocktakeOpened,
    UnitRegistered,
    WarehouseOpened,
)
from domain.periods import Books

ADMINISTRATIVE, INSTITUTION, TEMPORARY = "administrative", "institution", "temporary"
LATE = "LATE"
"""Skip reason of a card that should have been charged; the others follow from its basis."""


class Unit(msgspec.Struct, frozen=True, kw_only=True):
    """A unit at one version of its stream; `kind` administrative, institution or temporary."""

    unit_id: str
    version: int = 0
    name: str = ""
    kind: str = ADMINISTRATIVE
    level: str = ""
    parent_id: str | None = None
    headcount: int = 0
    roles: tuple[str, ...] = ()


class Warehouse(msgspec.Struct, frozen=True, kw_only=True):
    """A public warehouse and the unit that runs it; title mode by handbook 7.2."""

    warehouse_id: str
    version: int = 0
    unit_id: str = ""
    name: str = ""
    title_mode: str = "CUSTODY"


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """A dated setting: (valid_from, value) pairs in the order they were recorded."""

    name: str
    version: int = 0
    values: tuple[tuple[date, int | str], ...] = ()

    def on(self, day: date) -> int | str | None:
        """Return the value in force on `day`: the latest valid_from, the later record wins."""
        best: tuple[date, int | str] | None = None
        for valid_from, value in self.values:
            if valid_from <= day and (best is None or valid_from >= best[0]):
                best = (valid_from, value)
        return best[1] if best else None


class Stocktake(msgspec.Struct, frozen=True, kw_only=True):
    """A count of one unit; `results` holds the last result per asset id."""

    stocktake_id: str
    version: int = 0
    unit_id: str = ""
    base_on: date | None = None
    status: str = "none"
    counters: tuple[str, ...] = ()
    figures: dict[str, int] = {}
    results: dict[str, tuple[str, str]] = {}


class Calendar(msgspec.Struct, frozen=True, kw_only=True):
    """The city's calendar: the last day that was recorded as passed."""

    version: int = 0
    last_day: date | None = None


def fold_unit(unit: Unit, event: Recorded, body: Body) -> Unit:
    """Return the unit after one more event of its stream."""
    assert isinstance(body, UnitRegistered), event.type
    return Unit(
        unit_id=unit.unit_id,
        version=event.version,
        name=body.name,
        kind=body.kind,
        level=body.level,
        parent_id=body.parent_id,
        headcount=body.headcount,
        roles=body.roles,
    )


def fold_warehouse(warehouse: Warehouse, event: Recorded, body: Body) -> Warehouse:
    """Return the warehouse after one more event of its stream."""
    assert isinstance(body, WarehouseOpened), event.type
    return Warehouse(
        warehouse_id=warehouse.warehouse_id,
        version=event.version,
        unit_id=event.unit_id,
        name=body.name,
        title_mode=body.title_mode,
    )


def fold_setting(setting: Setting, event: Recorded, body: Body) -> Setting:
    """Return the setting after one more event of its stream."""
    assert isinstance(body, SettingSet), event.type
    return msgspec.structs.replace(
        setting, version=event.version, values=(*setting.values, (body.valid_from, body.value))
    )


def fold_books(books: Books, event: Recorded, body: Body) -> Books:
    """Return the books of a unit after one more event of its period stream."""
    match body:
        case BooksOpened():
            return msgspec.structs.replace(books, version=event.version, opened_from=body.period)
        case DepreciationRun():
            late = dict(books.late)
            for asset_id in body.skipped.get(LATE, ()):
                late[asset_id] = (*late.get(asset_id, ()), body.period)
            return msgspec.structs.replace(
                books, version=event.version, runs=(*books.runs, body.period), late=late
            )
        case PeriodClosed():
            return msgspec.structs.replace(
                books, version=event.version, closed=(*books.closed, body.period)
            )
        case _:
            raise TypeError(f"{event.type} is no fact of a unit's periods")


def fold_stocktake(count: Stocktake, event: Recorded, body: Body) -> Stocktake:
    """Return the stocktake after one more event of its stream."""
    match body:
        case StocktakeOpened():
            return msgspec.structs.replace(
                count,
                version=event.version,
                unit_id=event.unit_id,
                base_on=body.base_on,
                status="open",
                counters=body.counters,
            )
        case StocktakeCounted():
            figures = {**count.figures, body.result: count.figures.get(body.result, 0) + 1}
            results = dict(count.results)
            if body.asset_id:
                results[body.asset_id] = (body.result, event.actor_id)
            return msgspec.structs.replace(
                count, version=event.version, figures=figures, results=results
            )
        case StocktakeClosed():
            return msgspec.structs.replace(count, version=event.version, status="closed")
        case _:
            raise TypeError(f"{event.type} is no fact of a stocktake")
