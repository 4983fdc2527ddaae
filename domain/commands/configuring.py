"""Commands of 配置: things accepted, booked, imported, found."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec

from domain.cards import Card
from domain.commands.command import MANY, Command, Fen, Id, Ids, OpeningCard
from domain.events import Approval


class RegisterAcquisition(Command, frozen=True):
    """Accept new things: one card each, not yet booked. `sub_kind` e.g. CONFIG.PURCHASE."""

    unit_id: Id
    sub_kind: str
    cards: Annotated[tuple[Card, ...], msgspec.Meta(min_length=1, max_length=MANY)]
    approval: Approval | None = None
    contract_on: date | None = None
    search_result: str | None = None
    refusal_reason: str | None = None
    costs_fen: Fen = 0
    """Freight and the like paid by the unit; part of the cards' value unless nominal."""
    own_fen: Fen = 0
    """Part of a purchase paid from the unit's own money."""
    retention_fen: Fen = 0
    donor_kind: str | None = None
    """For donations: company, institution, person, state, other."""


class PostToBooks(Command, frozen=True):
    """Book accepted cards; by another person than the one who registered them."""

    asset_ids: Ids
    booked_on: date | None = None


class Void(Command, frozen=True):
    """Void cards that were accepted in error and never booked."""

    asset_ids: Ids


class ImportOpeningCard(Command, frozen=True):
    """Bring in booked cards on the unit's opening date (`occurred_on`), released by a second."""

    unit_id: Id
    batch_id: Id
    prepared_by: Id
    cards: Annotated[tuple[OpeningCard, ...], msgspec.Meta(min_length=1, max_length=MANY)]


class UndoImport(Command, frozen=True):
    """Undo imported cards of one batch by correcting events; they must be untouched since."""

    unit_id: Id
    batch_id: Id
    asset_ids: Ids


class RecordGain(Command, frozen=True):
    """Record a thing found without a card during a stocktake."""

    stocktake_id: Id
    unit_id: Id
    card: Card
    booked_on: date | None = None


class VerifyGain(Command, frozen=True):
    """The gain is verified: the card joins the register and 1902 is cleared."""

    asset_ids: Ids
    approval: Approval
    booked_on: date | None = None


class RejectGain(Command, frozen=True):
    """The gain is refused: the card is voided and the pending entry reversed."""

    asset_ids: Ids
    booked_on: date | None = None
