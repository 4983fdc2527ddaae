"""A process (业务单) as its stream tells it: acquisition, disposal, count loss, import batch."""

from __future__ import annotations

from datetime import date

import msgspec

from domain.envelope import Recorded
from domain.events import Approval, Body, ProcessOpened, ProcessStep

_STATUS = {
    "process.approved/1": "approved",
    "process.rejected/1": "rejected",
    "process.withdrawn/1": "withdrawn",
    "process.revoked/1": "open",
    "process.executed/1": "executed",
    "process.settled/1": "settled",
    "process.undone/1": "undone",
}

_SUMS = {
    "process.proceeds_recorded/1": "proceeds_fen",
    "process.cost_recorded/1": "costs_fen",
    "process.compensation_claimed/1": "claimed_fen",
    "process.compensation_received/1": "received_fen",
    "process.treasury_paid/1": "paid_fen",
    "process.retention_paid/1": "retention_paid_fen",
}


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
        )
    if not isinstance(body, ProcessStep):
        raise TypeError(f"{event.type} is no fact of a process")
    return msgspec.structs.replace(process, version=event.version, **_step(process, event, body))


def _step(process: Process, event: Recorded, body: ProcessStep) -> dict[str, object]:
    """Return what one step changes: status, approval, sums, what is owed."""
    changed: dict[str, object] = {"status": _STATUS.get(event.type, process.status)}
    if event.type == "process.approved/1":
        changed["approval"] = body.approval
    if event.type == "process.revoked/1":
        changed["approval"] = None
    if event.type == "process.executed/1":
        changed["executed_on"] = event.occurred_on
    if name := _SUMS.get(event.type):
        changed[name] = getattr(process, name) + body.amount_fen
    owed = body.detail.get("owed_fen")
    if isinstance(owed, int):
        changed["owed_fen"] = process.owed_fen + owed
    return changed
