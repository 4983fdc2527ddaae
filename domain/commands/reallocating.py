"""Commands of 调剂: things that change their holder for good."""

from __future__ import annotations

from datetime import date

from domain.commands.command import Command, Fen, Id, Ids
from domain.events import Approval


class ReallocOut(Command, frozen=True):
    """Give idle things to another unit for good (调剂、无偿划转): both ledgers at once."""

    asset_ids: Ids
    to_unit: Id
    approval: Approval | None = None
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
