"""Commands of 出租, 出借 and 对外投资: things that others use for a time, or for a share."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec

from domain.commands.command import Command, Fen, Id, Ids, Text
from domain.events import Approval

Months = Annotated[int, msgspec.Meta(ge=1, le=120)]


class LeaseOut(Command, frozen=True):
    """Let things (出租) from the business date to `ends_on`; this opens the lease as a process.

    `rent_fen` falls due on `first_due_on` and then every `rent_months` months while the lease
    lasts; `floor_rent_fen` is the floor for the same months. The rent rests on an appraisal or
    on a survey of rents.
    """

    asset_ids: Ids
    lessee: Text
    contract_no: Text
    contract_on: date
    ends_on: date
    rent_fen: Fen
    rent_months: Months
    first_due_on: date
    floor_rent_fen: Fen
    deposit_fen: Fen = 0
    appraisal_no: str | None = None
    survey_no: str | None = None
    deal_no: str | None = None
    special_reason: str | None = None
    government_document_no: str | None = None
    approval: Approval | None = None
    process_id: Id | None = None


class ExtendLease(Command, frozen=True):
    """Extend a lease (续租); its new rent falls due from `first_due_on` on."""

    asset_ids: Ids
    ends_on: date
    rent_fen: Fen
    first_due_on: date
    floor_rent_fen: Fen
    appraisal_no: str | None = None
    survey_no: str | None = None
    special_reason: str | None = None
    approval: Approval | None = None


class EndLease(Command, frozen=True):
    """Take let things back (收回出租资产), at the end of the term or before."""

    asset_ids: Ids
    inspection: str | None = None


class RecordRent(Command, frozen=True):
    """Rent was received on a lease (E20)."""

    process_id: Id
    amount_fen: Fen
    payer: str | None = None
    booked_on: date | None = None


class RecogniseRent(Command, frozen=True):
    """Rent that was received in advance has fallen due: from 2305 to 4605."""

    process_id: Id
    amount_fen: Fen
    booked_on: date | None = None


class LendOut(Command, frozen=True):
    """Lend things to somebody outside (出借) for a public task; title and books stay."""

    asset_ids: Ids
    borrower: Text
    purpose: Text
    due_on: date
    contract_no: str | None = None
    government_document_no: str | None = None
    approval: Approval | None = None
    process_id: Id | None = None


class ExtendLend(Command, frozen=True):
    """Extend what was lent to somebody outside or to another unit."""

    asset_ids: Ids
    due_on: date
    approval: Approval | None = None


class EndLend(Command, frozen=True):
    """Take back what was lent to somebody outside."""

    asset_ids: Ids
    inspection: str | None = None


class InvestOut(Command, frozen=True):
    """Put things of an institution into an enterprise (对外投资): off 1601, on 1501 (E23).

    `appraisal_fen` is their appraised value together, `fees_fen` what the unit pays besides.
    """

    asset_ids: Ids
    investee: Text
    share: Text
    appraisal_fen: Fen
    appraisal_no: str | None = None
    fees_fen: Fen = 0
    decision_no: str | None = None
    approval: Approval | None = None
    process_id: Id | None = None
    booked_on: date | None = None
