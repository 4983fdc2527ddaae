"""The command of 置换: old things for new ones."""

from __future__ import annotations

from datetime import date

from domain.commands.command import Command, Fen, Id, Ids, Text
from domain.commands.constructing import Cards
from domain.events import Approval


class Exchange(Command, frozen=True):
    """Give old things for new ones (E14, E15); `cards` are the new ones at their cost.

    Cost of the new = appraisal of the old + boot paid - boot received + costs. It rests on a
    paper, or on `process_id`, a disposal DISP.EXCHANGE that was approved in the system.
    """

    asset_ids: Ids
    cards: Cards
    counterparty: Text
    agreement_no: Text
    appraisal_no: str | None = None
    appraisal_fen: Fen = 0
    boot_paid_fen: Fen = 0
    boot_received_fen: Fen = 0
    costs_fen: Fen = 0
    approval: Approval | None = None
    process_id: Id | None = None
    booked_on: date | None = None
