"""Commands of the approval envelope: request, steps, decision, filing; routes, limits, deputies."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec

from domain.commands.command import MANY, Command, Fen, Id, Text
from domain.events import Approval, Limit, RequestItem, RouteStep, Scalar

Assets = Annotated[tuple[str, ...], msgspec.Meta(max_length=MANY)]


class Leave(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an approval leaves out (审减): a thing, or pieces and money of item `item` (from 0).

    `price_fen` is the price granted for what is left of the item; left out, the one asked for.
    """

    reason: Text
    asset_id: Id | None = None
    item: Annotated[int, msgspec.Meta(ge=0)] | None = None
    pieces: Annotated[int, msgspec.Meta(ge=0)] = 0
    price_fen: Fen | None = None


class OpenRequest(Command, frozen=True):
    """Ask for something that needs an approval; `kind` e.g. REALLOC.CROSS_DEPT, USE.LEASE.

    Things that are there are named by `asset_ids`, things to be bought by `items`.
    """

    kind: str
    unit_id: Id
    asset_ids: Assets = ()
    items: Annotated[tuple[RequestItem, ...], msgspec.Meta(max_length=MANY)] = ()
    to_unit: Id | None = None
    detail: dict[str, Scalar] = msgspec.field(default_factory=dict)


class ReviewRequest(Command, frozen=True):
    """Sign one step of a request's route: internal decision, review, countersign."""

    process_id: Id
    step: Id
    opinion: str | None = None


class ReturnRequest(Command, frozen=True):
    """Return a request to an earlier step, or to the one who made it (`applicant`)."""

    process_id: Id
    to: Id = "applicant"


class ResubmitRequest(Command, frozen=True):
    """Hand in again what was returned, with the facts that were wanted."""

    process_id: Id
    detail: dict[str, Scalar] = msgspec.field(default_factory=dict)


class ApproveRequest(Command, frozen=True):
    """Approve a request, the whole of it or without what `leave_out` names."""

    process_id: Id
    approval: Approval
    leave_out: Annotated[tuple[Leave, ...], msgspec.Meta(max_length=MANY)] = ()


class RejectRequest(Command, frozen=True):
    """Reject a request, with a reason."""

    process_id: Id


class WithdrawRequest(Command, frozen=True):
    """Withdraw a request of one's unit before it is decided."""

    process_id: Id


class RevokeRequest(Command, frozen=True):
    """Take back an approval that was not yet carried out."""

    process_id: Id


class FileProcess(Command, frozen=True):
    """File a finished process (备案): from then on it takes no more money."""

    process_id: Id
    document_no: Text


class SetRoute(Command, frozen=True):
    """Set the steps that requests of a kind take before their approval, from a day on."""

    kind: Text
    scope: Text
    valid_from: date
    steps: tuple[RouteStep, ...] = ()
    valid_to: date | None = None
    valid_months: Annotated[int, msgspec.Meta(ge=1)] | None = None
    source: str = ""


class SetLimits(Command, frozen=True):
    """Set which office approves which amounts of a kind of request, from a day on."""

    kind: Text
    scope: Text
    valid_from: date
    rows: tuple[Limit, ...]
    valid_to: date | None = None
    source: str = ""


class Delegate(Command, frozen=True):
    """Let somebody act in one's place, in one role, until a day (授权代理)."""

    to_person: Id
    role: Id
    valid_from: date
    valid_to: date


class EndDelegation(Command, frozen=True):
    """End a delegation before its day."""

    to_person: Id
    role: Id
