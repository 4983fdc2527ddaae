"""Commands of 冲销: what was disposed of or booked in error is taken back by red vouchers."""

from __future__ import annotations

from datetime import date

from domain.commands.command import Command, Id, Ids, Text
from domain.events import Approval


class ReverseDisposal(Command, frozen=True):
    """Take a whole disposal back: red vouchers, and the cards as they stood before."""

    process_id: Id
    document_no: Text
    approval: Approval | None = None
    booked_on: date | None = None


class ReversePosting(Command, frozen=True):
    """Take a booking back in an open month (入账冲销): a red voucher for each voucher named.

    `outcome` ACCEPTED leaves the cards to be booked anew, VOIDED ends them.
    """

    asset_ids: Ids
    outcome: str
    booked_on: date | None = None
