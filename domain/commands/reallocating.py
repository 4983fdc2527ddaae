"""Commands of 调剂: things that go to another unit for good or for a time, or to another room."""

from __future__ import annotations

from datetime import date

from domain.commands.command import Command, Fen, Id, Ids, Text
from domain.events import Approval


class ReallocOut(Command, frozen=True):
    """Give idle things to another unit for good (调剂、无偿划转): both ledgers at once.

    `sub_kind` follows from where the two units stand and is checked against it when given;
    REALLOC.REFORM is always said.
    """

    asset_ids: Ids
    to_unit: Id
    sub_kind: str | None = None
    approval: Approval | None = None
    process_id: Id | None = None
    freight_fen: Fen = 0
    use_dept: str | None = None
    keeper: str | None = None
    place: str | None = None
    booked_on: date | None = None


class DeliverRealloc(Command, frozen=True):
    """Give a reserved warehouse thing to the receiver for good (调剂出仓)."""

    asset_ids: Ids
    to_unit: Id
    approval: Approval | None = None
    freight_fen: Fen = 0
    use_dept: str | None = None
    keeper: str | None = None
    place: str | None = None
    booked_on: date | None = None


class ReallocateInside(Command, frozen=True):
    """Give things to another department of the same unit (本单位内调剂); nothing is posted."""

    asset_ids: Ids
    use_dept: Text
    manage_dept: str | None = None
    keeper: str | None = None
    user: str | None = None
    place: str | None = None


class LendBetween(Command, frozen=True):
    """Lend things to another unit until `due_on` (临时借调); title and books stay."""

    asset_ids: Ids
    to_unit: Id
    due_on: date
    keeper: str | None = None
    place: str | None = None
    approval: Approval | None = None
    process_id: Id | None = None


class ReturnBetween(Command, frozen=True):
    """Take back what another unit had for a time; `inspection` says in what condition."""

    asset_ids: Ids
    inspection: str | None = None
