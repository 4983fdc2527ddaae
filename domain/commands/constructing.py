"""Commands of 建设 and of purchases to be installed: begun, paid for, delivered, settled."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec

from domain.cards import Card
from domain.commands.command import MANY, Command, Fen, Id, Text
from domain.events import Approval

Cards = Annotated[tuple[Card, ...], msgspec.Meta(min_length=1, max_length=MANY)]


class Worth(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one thing of a project is worth, in fen."""

    asset_id: Id
    value_fen: Fen


Worths = Annotated[tuple[Worth, ...], msgspec.Meta(max_length=MANY)]


class StartConstruction(Command, frozen=True):
    """Begin to build, or to install what was bought: the cards of what will be, not booked yet.

    `sub_kind` is CONFIG.BUILD or CONFIG.PURCHASE_INSTALL; the cards carry the planned value.
    """

    unit_id: Id
    project_no: Text
    cards: Cards
    sub_kind: str = "CONFIG.BUILD"
    contractor: str | None = None
    planned_end: date | None = None
    approval: Approval | None = None
    process_id: Id | None = None


class SpendOnConstruction(Command, frozen=True):
    """Money was spent on a thing that is being built or installed: it gathers in 1613.

    `retention_fen` of the amount is kept back and owed (2302); `materials_fen` of it are
    materials (工程物资), told as data. `part` is INSTALL, EQUIPMENT, SHARED or OTHER.
    """

    asset_id: Id
    amount_fen: Fen
    payee: Text
    part: str
    own_fen: Fen = 0
    retention_fen: Fen = 0
    materials_fen: Fen = 0
    invoice_no: str | None = None
    booked_on: date | None = None


class DeliverEstimated(Command, frozen=True):
    """Things are handed over and used before the final settlement, at an estimate (暂估, E19).

    `things` are delivered at these values, `more_cards` are things that had no card yet, and
    `left` says what stays in 1613 on things that are not delivered. Together they are all that
    stands in 1613.
    """

    process_id: Id
    things: Annotated[tuple[Worth, ...], msgspec.Meta(min_length=1, max_length=MANY)]
    acceptance: str | None = None
    more_cards: Annotated[tuple[Card, ...], msgspec.Meta(max_length=MANY)] = ()
    left: Worths = ()
    booked_on: date | None = None


class DeliverFinal(Command, frozen=True):
    """Things are handed over at their final cost; otherwise as `DeliverEstimated`."""

    process_id: Id
    things: Annotated[tuple[Worth, ...], msgspec.Meta(min_length=1, max_length=MANY)]
    acceptance: str | None = None
    more_cards: Annotated[tuple[Card, ...], msgspec.Meta(max_length=MANY)] = ()
    left: Worths = ()
    booked_on: date | None = None


class SettleConstruction(Command, frozen=True):
    """The final settlement (竣工决算) sets the value of things delivered at an estimate (E19)."""

    process_id: Id
    things: Annotated[tuple[Worth, ...], msgspec.Meta(min_length=1, max_length=MANY)]
    settlement_no: Text
    booked_on: date | None = None
