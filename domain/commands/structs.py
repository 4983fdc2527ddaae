"""What people may ask for: one strict Struct per command, named as in handbook 2.9.

`asset_ids` lists the assets that one command moves together; `occurred_on` is the business date;
`booked_on` is left out unless the accountant wants another day than the business date.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec

from domain.cards import Card
from domain.commands.command import MANY, Command, Fen, Id, Ids, OpeningCard, Text
from domain.events import Approval, Scalar

# Passed on from the base: whoever writes a command finds all he needs here.
__all__ = ["MANY", "Command", "OpeningCard"]


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


class Issue(Command, frozen=True):
    """Hand stored things to a user (领用)."""

    asset_ids: Ids
    use_dept: Text
    keeper: Text
    user: str | None = None
    place: str | None = None


class ReturnToStore(Command, frozen=True):
    """Take things back into the unit's store (交回)."""

    asset_ids: Ids
    keeper: str | None = None
    place: str | None = None


class Handover(Command, frozen=True):
    """Hand things from one keeper to another (交接)."""

    asset_ids: Ids
    keeper: Text
    user: str | None = None
    use_dept: str | None = None
    place: str | None = None


class Move(Command, frozen=True):
    """Move things to another place (change of place, 变动)."""

    asset_ids: Ids
    place: Text


class DeclareIdle(Command, frozen=True):
    """Declare things idle (闲置)."""

    asset_ids: Ids
    idle_since: date | None = None


class CorrectCard(Command, frozen=True):
    """Correct card fields; the wrong values stay readable beside the right ones (更正)."""

    asset_id: Id
    fields: dict[str, Scalar]
    corrects: str | None = None
    document_no: str | None = None


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


class SendRepair(Command, frozen=True):
    """Send a thing to repair (送修)."""

    asset_ids: Ids
    vendor: Text
    fault: Text
    outside: bool = True


class CompleteRepair(Command, frozen=True):
    """The repair is done; its cost is an expense of the unit (E22)."""

    asset_ids: Ids
    cost_fen: Fen = 0
    own_fen: Fen = 0
    booked_on: date | None = None


class DeclareBeyondRepair(Command, frozen=True):
    """The thing is not worth repairing: back to its state, with a scrap suggestion."""

    asset_ids: Ids
    opinion: Text


class ApplyDisposal(Command, frozen=True):
    """Ask for the disposal of a batch; `sub_kind` e.g. DISP.SCRAP."""

    asset_ids: Ids
    sub_kind: str
    appraisal_no: str | None = None
    floor_fen: Fen | None = None
    min_life_reason: str | None = None
    to_unit: Id | None = None


class ApproveDisposal(Command, frozen=True):
    """Approve a disposal request; by another person than the requester."""

    process_id: Id
    approval: Approval
    floor_fen: Fen | None = None


class RejectDisposal(Command, frozen=True):
    """Reject a disposal request."""

    process_id: Id


class WithdrawDisposal(Command, frozen=True):
    """Withdraw one's own disposal request."""

    process_id: Id


class RevokeApproval(Command, frozen=True):
    """Take back an approval that was not yet executed."""

    process_id: Id


class ExecuteDisposal(Command, frozen=True):
    """Carry out an approved disposal: cards off the books the same day (条例 art. 35)."""

    process_id: Id
    sub_kind: str
    evidence: str | None = None
    secrecy_certificate: str | None = None
    price_fen: Fen | None = None
    receiver: str | None = None
    keeper: str | None = None
    freight_fen: Fen = 0
    booked_on: date | None = None


class RecordExecutedDisposal(Command, frozen=True):
    """Record a disposal that already happened, approved or not; flagged when not."""

    asset_ids: Ids
    sub_kind: str
    approval: Approval | None = None
    evidence: str | None = None
    booked_on: date | None = None


class CountMissing(Command, frozen=True):
    """A thing is missing at a count, confirmed by a second counter (盘亏)."""

    asset_ids: Ids
    stocktake_id: Id
    second_counter: Id | None = None
    booked_on: date | None = None


class FoundAgain(Command, frozen=True):
    """A missing thing turned up again before it was written off."""

    asset_ids: Ids
    booked_on: date | None = None


class ApproveLoss(Command, frozen=True):
    """The loss is approved with a decision about liability: the card is closed."""

    process_id: Id
    approval: Approval
    liability: str | None = None
    booked_on: date | None = None


class RecordProceeds(Command, frozen=True):
    """Money received for what was disposed of; a sale settles at once with its costs."""

    process_id: Id
    amount_fen: Fen
    costs_fen: Fen = 0
    buyer: str | None = None
    booked_on: date | None = None


class RecordDisposalCost(Command, frozen=True):
    """Costs paid for a disposal (haulage, destruction)."""

    process_id: Id
    amount_fen: Fen
    booked_on: date | None = None


class ClaimCompensation(Command, frozen=True):
    """Claim compensation from the person liable."""

    process_id: Id
    amount_fen: Fen
    person: str | None = None
    booked_on: date | None = None


class ReceiveCompensation(Command, frozen=True):
    """Receive the compensation claimed."""

    process_id: Id
    amount_fen: Fen
    booked_on: date | None = None


class CloseDisposal(Command, frozen=True):
    """Settle 1902.02 of a disposal: net income is owed to the treasury."""

    process_id: Id
    booked_on: date | None = None


class PayTreasury(Command, frozen=True):
    """Pay the treasury what a disposal owes, with the slip number."""

    process_id: Id
    amount_fen: Fen
    slip_no: Text
    booked_on: date | None = None


class PayRetention(Command, frozen=True):
    """Pay the quality retention of a purchase."""

    process_id: Id
    amount_fen: Fen
    booked_on: date | None = None


class Depreciate(Command, frozen=True):
    """Run the depreciation of one unit and month."""

    unit_id: Id
    period: Annotated[str, msgspec.Meta(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]


class ClosePeriod(Command, frozen=True):
    """Close a month of one unit; without a depreciation run only with a reason."""

    unit_id: Id
    period: Annotated[str, msgspec.Meta(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]


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


class PrintLabel(Command, frozen=True):
    """Record that labels were printed; `renew` gives a new number and retires the old one."""

    asset_ids: Ids
    renew: bool = False
