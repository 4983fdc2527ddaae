"""Commands of 配置: things accepted, booked, imported, found, granted, rented, developed."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec

from domain.cards import Card
from domain.commands.command import MANY, Command, Fen, Id, Ids, OpeningCard, Text
from domain.events import Approval


class RegisterAcquisition(Command, frozen=True):
    """Accept new things: one card each, not yet booked. `sub_kind` e.g. CONFIG.PURCHASE."""

    unit_id: Id
    sub_kind: str
    cards: Annotated[tuple[Card, ...], msgspec.Meta(min_length=1, max_length=MANY)]
    approval: Approval | None = None
    request_id: Id | None = None
    """The approved request that this carries out, or a part of it; its approval counts then."""
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
    value_basis: str | None = None
    """For donations: VOUCHER, else APPRAISAL, MARKET, NOMINAL; left out, as the cards say."""
    value_document: str | None = None
    """Number of the voucher, appraisal or price survey that the value rests on."""


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
    origin: str | None = None
    """Real origin of what was acquired this year: CONFIG.PURCHASE, DONATION_IN or REALLOC_IN."""
    own_fen: Fen = 0
    """Part of such a purchase paid from the unit's own money."""
    booked_on: date | None = None


class RejectGain(Command, frozen=True):
    """The gain is refused: the card is voided and the pending entry reversed."""

    asset_ids: Ids
    booked_on: date | None = None


class GrantLand(Command, frozen=True):
    """Land was allocated (划拨): a card at cost, at nominal amount, or without value.

    `costs_fen` were paid for it, `own_fen` of them from the unit's own money.
    """

    unit_id: Id
    card: Card
    decision_no: Text
    certificate_no: str | None = None
    costs_fen: Fen = 0
    own_fen: Fen = 0
    approval: Approval | None = None


class RentIn(Command, frozen=True):
    """Rent a thing from others (租用): it stands in the register, off the books."""

    unit_id: Id
    card: Card
    lessor: Text
    contract_no: Text
    ends_on: date
    rent_fen: Fen
    """Of a month."""
    area_centi: Annotated[int, msgspec.Meta(ge=0, le=10**9)] | None = None
    """Square metres, in hundredths."""
    search_result: str | None = None
    government_document_no: str | None = None
    approval: Approval | None = None
    process_id: Id | None = None


class EndRentIn(Command, frozen=True):
    """Give a rented thing back to its owner."""

    asset_ids: Ids
    inspection: Text


class SpendOnDevelopment(Command, frozen=True):
    """Money was spent on an own project of research or development (自研).

    The first spending founds the project; later ones name it by `process_id`. `phase` is
    RESEARCH (an expense at once) or DEVELOPMENT (it gathers in 1703).
    """

    unit_id: Id
    project_no: Text
    phase: str
    amount_fen: Fen
    payee: Text
    own_fen: Fen = 0
    process_id: Id | None = None
    booked_on: date | None = None


class Develop(Command, frozen=True):
    """A development has come to its end: 1703 becomes the value of an intangible (1701)."""

    process_id: Id
    card: Card
    acceptance: str | None = None
    certificate_no: str | None = None
    booked_on: date | None = None


class AbandonDevelopment(Command, frozen=True):
    """A development came to nothing: what stands in 1703 becomes an expense."""

    process_id: Id
    booked_on: date | None = None
