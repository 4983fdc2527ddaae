"""A process (业务单) as its stream tells it: acquisition, disposal, count loss, import batch."""

from __future__ import annotations

from datetime import date

import msgspec

from domain.envelope import Recorded
from domain.events import Approval, Body, ProcessOpened, ProcessStep, RequestItem

_STATUS = {
    "process.approved/1": "approved",
    "process.rejected/1": "rejected",
    "process.withdrawn/1": "withdrawn",
    "process.revoked/1": "open",
    "process.executed/1": "executed",
    "process.settled/1": "settled",
    "process.undone/1": "undone",
    "process.resubmitted/1": "open",
    "process.filed/1": "filed",
}

APPLICANT = "applicant"
"""Where a request goes that is returned to the one who made it."""

_SUMS = {
    "process.proceeds_recorded/1": "proceeds_fen",
    "process.cost_recorded/1": "costs_fen",
    "process.compensation_claimed/1": "claimed_fen",
    "process.compensation_received/1": "received_fen",
    "process.treasury_paid/1": "paid_fen",
    "process.retention_paid/1": "retention_paid_fen",
}


class Signature(msgspec.Struct, frozen=True):
    """Who took one step of the route, for whom, and when."""

    step: str
    person_id: str
    on_behalf_of: str | None
    on: date


class Process(msgspec.Struct, frozen=True, kw_only=True):
    """A process at one version of its stream; money in fen; `owed_fen` is due to the treasury."""

    process_id: str
    version: int = 0
    unit_id: str = ""
    kind: str = ""
    status: str = "none"
    asset_ids: tuple[str, ...] = ()
    amount_fen: int = 0
    requester: str | None = None
    approval: Approval | None = None
    approver: str | None = None
    signed: tuple[Signature, ...] = ()
    items: tuple[RequestItem, ...] = ()
    pieces: int | None = None
    """How many things the approval let pass."""
    executed_pieces: int = 0
    opened_on: date | None = None
    executed_on: date | None = None
    detail: dict[str, str | int | bool | None] = {}
    proceeds_fen: int = 0
    costs_fen: int = 0
    claimed_fen: int = 0
    received_fen: int = 0
    owed_fen: int = 0
    paid_fen: int = 0
    retention_paid_fen: int = 0
    retained_fen: int = 0
    """Payable to those who built, until it is paid."""
    advance_fen: int = 0
    """Rent received before it fell due, and kept."""


def fold(process: Process, event: Recorded, body: Body) -> Process:
    """Return the process after one more event of its stream."""
    if isinstance(body, ProcessOpened):
        return msgspec.structs.replace(
            process,
            version=event.version,
            unit_id=event.unit_id,
            kind=body.kind,
            status="open",
            asset_ids=body.asset_ids,
            amount_fen=body.amount_fen,
            requester=body.requester,
            opened_on=event.occurred_on,
            detail=body.detail,
            items=body.items,
        )
    if not isinstance(body, ProcessStep):
        raise TypeError(f"{event.type} is no fact of a process")
    return msgspec.structs.replace(process, version=event.version, **_step(process, event, body))


def _step(process: Process, event: Recorded, body: ProcessStep) -> dict[str, object]:
    """Return what one step changes: status, approval, sums, what is owed."""
    changed: dict[str, object] = {"status": _STATUS.get(event.type, process.status)}
    match event.type:
        case "process.approved/1":
            changed |= _approved(process, event, body)
        case "process.revoked/1":
            changed |= {"approval": None, "approver": None}
        case "process.executed/1":
            pieces = process.executed_pieces + (body.pieces or 0)
            changed |= {"executed_on": event.occurred_on, "executed_pieces": pieces}
        case "process.reviewed/1":
            changed["signed"] = (*process.signed, *_signatures(event, body))
        case "process.returned/1":
            kept = (mark for mark in process.signed if mark.step not in body.steps)
            changed["signed"] = tuple(kept)
            if body.detail.get("to") == APPLICANT:
                changed["status"] = "returned"
        case "process.resubmitted/1" | "process.extended/1":
            changed["detail"] = process.detail | body.detail
    if name := _SUMS.get(event.type):
        changed[name] = getattr(process, name) + body.amount_fen
    return changed | _agreed(process, event, body)


def _agreed(process: Process, event: Recorded, body: ProcessStep) -> dict[str, object]:
    """Return what the facts of a step say: parts, things added, sums owed, kept or received."""
    changed: dict[str, object] = {}
    if isinstance(more := body.detail.get("more_cards"), str):
        changed["asset_ids"] = (*process.asset_ids, *more.split(","))
    owed = body.detail.get("owed_fen")
    if isinstance(owed, int):
        changed["owed_fen"] = process.owed_fen + owed
    if body.detail.get("partial"):
        changed["status"] = process.status
    retained = body.detail.get("retention_fen")
    if event.type == "process.cost_recorded/1" and isinstance(retained, int):
        changed["retained_fen"] = process.retained_fen + retained
    advance = body.detail.get("advance_fen")
    if isinstance(advance, int):
        changed["advance_fen"] = process.advance_fen + advance
    return changed


def _approved(process: Process, event: Recorded, body: ProcessStep) -> dict[str, object]:
    """Return what an approval sets; what it cut is no part of the batch any more."""
    cut = {part.asset_id for part in body.cut}
    return {
        "approval": body.approval,
        "approver": event.actor_id,
        "asset_ids": tuple(asset for asset in process.asset_ids if asset not in cut),
        "amount_fen": body.amount_fen if body.cut else process.amount_fen,
        "pieces": body.pieces,
    }


def _signatures(event: Recorded, body: ProcessStep) -> list[Signature]:
    return [
        Signature(step, event.actor_id, event.on_behalf_of, event.occurred_on)
        for step in body.steps
    ]
