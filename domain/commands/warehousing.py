"""Commands of 公物仓: intake, listing, reservation, loans."""

from __future__ import annotations

from datetime import date

from domain.commands.command import Command, Id, Ids
from domain.events import Approval


class WarehouseIn(Command, frozen=True):
    """Bring idle things into a public warehouse; `mode` central or custody, grade A to D."""

    asset_ids: Ids
    warehouse_id: Id
    mode: str
    grade: str
    place: str | None = None
    approval: Approval | None = None
    booked_on: date | None = None


class List(Command, frozen=True):
    """List a warehoused thing for everyone to see (上架)."""

    asset_ids: Ids
    description: str | None = None
    photo: str | None = None
    """SHA-256 of a photo of the thing with its label."""


class Unlist(Command, frozen=True):
    """Take a listed thing off the list (下架)."""

    asset_ids: Ids


class Reserve(Command, frozen=True):
    """Reserve a listed thing for a unit (预约)."""

    asset_ids: Ids
    for_unit: Id
    need: str | None = None


class ReleaseReservation(Command, frozen=True):
    """Give back the reservation of `for_unit`."""

    asset_ids: Ids
    for_unit: Id


class DeliverLoan(Command, frozen=True):
    """Lend a reserved thing to the unit that reserved it (借用出仓)."""

    asset_ids: Ids
    borrower_unit: Id
    due_on: date | None = None
    approval: Approval | None = None
    keeper: str | None = None
    place: str | None = None


class ExtendLoan(Command, frozen=True):
    """Extend a warehouse loan (续借)."""

    asset_ids: Ids
    due_on: date
    approval: Approval | None = None


class ReturnToWarehouse(Command, frozen=True):
    """Take a lent thing back after inspection (归还)."""

    asset_ids: Ids
    inspection: str | None = None
    grade: str = "B"
    to_repair: bool = False
