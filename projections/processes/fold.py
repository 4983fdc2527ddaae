"""Folds the steps of processes, as they were recorded: every sum is made when it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import msgspec

from domain.events import AssetConfigured, Body, ProcessOpened, ProcessStep
from projections.entries import Entry
from projections.projection import Cursor, Projection
from projections.writing import copy_rows

STATUS = {
    "approved": "approved",
    "rejected": "rejected",
    "withdrawn": "withdrawn",
    "revoked": "open",
    "executed": "executed",
    "settled": "settled",
    "undone": "undone",
}
"""The steps that move a process on, and where to."""

UNDO = "CORRECT.UNDO_IMPORT"


def rows_of(entry: Entry) -> list[tuple[str, tuple[Any, ...]]]:
    """Return the rows that one event gives, each with its table."""
    body: Body = entry.fact
    if isinstance(body, ProcessOpened):
        assets = dict.fromkeys(body.asset_ids)
        links = [("process_asset", (_id(entry), asset, entry.position)) for asset in assets]
        return [("process", _process(entry, body)), *links]
    if isinstance(body, ProcessStep):
        return [("step", _step(entry, body))]
    if isinstance(body, AssetConfigured) and body.opening and body.opening.batch_id:
        return [("imported", _imported(entry, body))]
    if entry.asset_id is not None and entry.sub_kind == UNDO:
        return [("undone", (entry.asset_id, entry.occurred_on, entry.position))]
    return []


def _id(entry: Entry) -> str:
    return entry.stream.removeprefix("process:")


def _process(entry: Entry, body: ProcessOpened) -> tuple[Any, ...]:
    return (
        _id(entry), entry.unit_id, body.kind, entry.occurred_on, body.amount_fen,
        len(body.asset_ids), body.requester, list(body.flags), _json(body.detail),
        entry.approval_no, entry.reason, entry.position,
    )  # fmt: skip


def _step(entry: Entry, body: ProcessStep) -> tuple[Any, ...]:
    what = entry.type.removeprefix("process.").partition("/")[0]
    owed, approval = body.detail.get("owed_fen"), body.approval
    return (
        _id(entry), entry.position, what, STATUS.get(what), entry.occurred_on, body.amount_fen,
        owed if isinstance(owed, int) else None, approval.no if approval else None,
        approval.on if approval else None, approval.level if approval else None,
        approval.document if approval else None, body.voucher_id, list(body.flags),
        _json(body.detail), entry.actor_id, entry.actor_role, entry.reason, entry.recorded_at,
    )  # fmt: skip


def _imported(entry: Entry, body: AssetConfigured) -> tuple[Any, ...]:
    opening = body.opening
    assert opening is not None
    return (
        opening.batch_id, entry.unit_id, entry.asset_id, body.card_no, opening.source_row,
        body.original_gross_fen, opening.accum_fen, entry.occurred_on, entry.position,
    )  # fmt: skip


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


class Processes(Projection):
    """Requests, their steps and things; batches of imported cards."""

    name: ClassVar[str] = "processes"
    version: ClassVar[int] = 1
    tables: ClassVar[str] = "projections.processes"

    def fold(self, cur: Cursor, batch: Sequence[Entry]) -> None:
        """Add the rows of the batch; nothing is ever changed."""
        rows: dict[str, list[tuple[Any, ...]]] = {}
        for entry in batch:
            for table, row in rows_of(entry):
                rows.setdefault(table, []).append(row)
        for table, added in rows.items():
            copy_rows(cur, table, added)
