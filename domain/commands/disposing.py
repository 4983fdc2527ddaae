"""Commands of 处置: request, decision, execution, losses."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec

from domain.commands.approving import Leave
from domain.commands.command import MANY, Command, Fen, Id, Ids, Text
from domain.events import Approval, RequestItem


class ApplyDisposal(Command, frozen=True):
    """Ask for the disposal of a batch; `sub_kind` e.g. DISP.SCRAP."""

    asset_ids: Ids
    sub_kind: str
    appraisal_no: str | None = None
    floor_fen: Fen | None = None
    min_life_reason: str | None = None
    to_unit: Id | None = None
    purpose: str | None = None
    """Of a donation: the public benefit it serves."""


class ApproveDisposal(Command, frozen=True):
    """Approve a disposal request; by another person than the requester."""

    process_id: Id
    approval: Approval
    floor_fen: Fen | None = None
    leave_out: Annotated[tuple[Leave, ...], msgspec.Meta(max_length=MANY)] = ()


class RejectDisposal(Command, frozen=True):
    """Reject a disposal request."""

    process_id: Id


class WithdrawDisposal(Command, frozen=True):
    """Withdraw a disposal request of one's unit before it is decided."""

    process_id: Id


class RevokeApproval(Command, frozen=True):
    """Take back an approval that was not yet executed."""

    process_id: Id


class ExecuteDisposal(Command, frozen=True):
    """Carry out an approved disposal: cards off the books the same day (条例 art. 35).

    `only` names those of the batch that are carried out now; left out, all that still wait.
    """

    process_id: Id
    sub_kind: str
    only: Annotated[tuple[str, ...], msgspec.Meta(max_length=MANY)] = ()
    evidence: str | None = None
    secrecy_certificate: str | None = None
    wipe_certificate: str | None = None
    """That the media of devices that held no secrets were wiped (handbook 8.4)."""
    media_serials: str | None = None
    media_removed_by: str | None = None
    media_seal_no: str | None = None
    media_receiver: str | None = None
    media_supervisor: str | None = None
    media_supervisor_2: str | None = None
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


class RecordConfiscated(Command, frozen=True):
    """Enter confiscated goods (罚没) in the register off the books; they never get cards."""

    unit_id: Id
    decision_no: Text
    items: Annotated[tuple[RequestItem, ...], msgspec.Meta(min_length=1, max_length=MANY)]
    place: str | None = None
