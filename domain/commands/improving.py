"""Commands of 维修, 维护 and 改扩建: what is mended, kept going, or made better."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec

from domain.commands.command import Command, Fen, Id, Ids, Text
from domain.events import Approval

Kilometres = Annotated[int, msgspec.Meta(ge=0, le=10**7)]
Months = Annotated[int, msgspec.Meta(ge=1, le=1200)]


class SendRepair(Command, frozen=True):
    """Send a thing to repair (送修).

    `quote_fen` is what the repair is expected to cost, `replacement_fen` what a new thing would.
    A vehicle overhaul (REPAIR.VEHICLE) says the mileage.
    """

    asset_ids: Ids
    vendor: Text
    fault: Text
    outside: bool = True
    sub_kind: str = "REPAIR.ORDINARY"
    quote_fen: Fen | None = None
    replacement_fen: Fen | None = None
    appraisal_no: str | None = None
    mileage_km: Kilometres | None = None
    approval: Approval | None = None
    process_id: Id | None = None


class CompleteRepair(Command, frozen=True):
    """The repair is done; its cost is an expense of the unit (E22)."""

    asset_ids: Ids
    cost_fen: Fen = 0
    own_fen: Fen = 0
    booked_on: date | None = None
    replacement_fen: Fen | None = None
    approval: Approval | None = None


class DeclareBeyondRepair(Command, frozen=True):
    """The thing is not worth repairing: back to its state, with a scrap suggestion."""

    asset_ids: Ids
    opinion: Text


class RecordService(Command, frozen=True):
    """A planned service was done (维护保养); its cost is an expense of the unit (E22)."""

    asset_ids: Ids
    vendor: Text
    cost_fen: Fen = 0
    own_fen: Fen = 0
    booked_on: date | None = None


class StartImprovement(Command, frozen=True):
    """Begin to rebuild a thing (改扩建): its net value goes to 1613, depreciation stops (E16).

    `sub_kind` is REPAIR.IMPROVE, REPAIR.PREMISES, or REPAIR.MAJOR where it adds to the value.
    """

    asset_id: Id
    sub_kind: str
    project_no: Text
    plan: Text
    contractor: str | None = None
    approval: Approval | None = None
    process_id: Id | None = None
    booked_on: date | None = None


class SpendOnImprovement(Command, frozen=True):
    """Money was spent on an improvement: it joins the value in 1613 (E16)."""

    asset_id: Id
    amount_fen: Fen
    payee: Text
    own_fen: Fen = 0
    invoice_no: str | None = None
    booked_on: date | None = None


class RemoveParts(Command, frozen=True):
    """Parts were taken out while rebuilding; `amount_fen` is their book value (E16)."""

    asset_id: Id
    amount_fen: Fen
    parts: Text
    booked_on: date | None = None


class ApproveRemovedParts(Command, frozen=True):
    """The write-off of removed parts is approved: from 1902 to 5301 (E16)."""

    process_id: Id
    approval: Approval | None = None
    booked_on: date | None = None


class CompleteImprovement(Command, frozen=True):
    """The rebuilt thing is delivered: from 1613 back to its account (E16).

    `remaining_months` is its life from now on, reassessed; left out for what is not depreciated.
    """

    asset_id: Id
    acceptance: str | None = None
    remaining_months: Months | None = None
    booked_on: date | None = None
