"""Commands on the money of a process: proceeds, costs, compensation, treasury."""

from __future__ import annotations

from datetime import date

from domain.commands.command import Command, Fen, Id, Text


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
