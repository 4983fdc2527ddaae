"""Commands of the house: units, books, warehouses, settings, the day, periods."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec

from domain.commands.command import Command, Id, Text


class RegisterUnit(Command, frozen=True):
    """Register a unit of the organisation tree."""

    unit_id: Id
    name: Text
    kind: str
    level: Text = "city"
    parent_id: Id | None = None
    credit_code: str | None = None
    headcount: int = 0
    roles: tuple[str, ...] = ()


class OpenBooks(Command, frozen=True):
    """Say in which month the unit's books in this system begin ("YYYY-MM")."""

    unit_id: Id
    period: Annotated[str, msgspec.Meta(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]


class OpenWarehouse(Command, frozen=True):
    """Open a public warehouse run by `unit_id`, with its title mode."""

    warehouse_id: Id
    unit_id: Id
    name: Text
    title_mode: str = "CUSTODY"
    place: str = ""


class SetSetting(Command, frozen=True):
    """Set a dated setting of the rules."""

    name: Text
    value: int | str
    valid_from: date
    source: str = ""


class PassDay(Command, frozen=True):
    """Record that `occurred_on` has passed for the whole city."""


class Depreciate(Command, frozen=True):
    """Run the depreciation of one unit and month."""

    unit_id: Id
    period: Annotated[str, msgspec.Meta(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]


class ClosePeriod(Command, frozen=True):
    """Close a month of one unit; without a depreciation run only with a reason."""

    unit_id: Id
    period: Annotated[str, msgspec.Meta(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
