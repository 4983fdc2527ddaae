"""Folds the steps of processes, as they were recorded: every sum is made when it is asked for.

Beside them stand the rules of approval and who stands in for whom, which requests wait by.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import msgspec

from domain.events import (
    AssetChanged,
    AssetConfigured,
    Body,
    Delegated,
    DelegationEnded,
    LimitsSet,
    ProcessOpened,
    ProcessStep,
    RouteSet,
)
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
    "resubmitted": "open",
    "filed": "filed",
}
"""The steps that move a process on, and where to."""

UNDO = "CORRECT.UNDO_IMPORT"
REQUESTED = "asset.requested/1"


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
    if isinstance(body, AssetChanged) and entry.type == REQUESTED:
        return [("requested", (entry.process_id, entry.position))]
    return _rules(entry, body)


def _rules(entry: Entry, body: Body) -> list[tuple[str, tuple[Any, ...]]]:
    """Return the row of a route, a table of limits or a delegation; none for anything else."""
    position, day = entry.position, entry.occurred_on
    match body:
        case RouteSet():
            return [("rule", ("route", body.kind, body.scope, _json(body), day, position))]
        case LimitsSet():
            return [("rule", ("limits", body.kind, body.scope, _json(body), day, position))]
        case Delegated():
            span: tuple[Any, ...] = (body.valid_from, body.valid_to)
        case DelegationEnded():
            span = (None, None)
        case _:
            return []
    person = entry.stream.removeprefix("delegation:")
    row = (person, body.to_person, body.role, *span, entry.unit_id, day, position)
    return [("delegation", row)]


def _id(entry: Entry) -> str:
    return entry.stream.removeprefix("process:")


def _process(entry: Entry, body: ProcessOpened) -> tuple[Any, ...]:
    return (
        _id(entry), entry.unit_id, body.kind, entry.occurred_on, body.amount_fen,
        len(body.asset_ids) or sum(item.pieces for item in body.items),
        body.requester, list(body.flags), _json(body.detail),
        entry.approval_no, entry.reason, _json(body.items), entry.position,
    )  # fmt: skip


def _step(entry: Entry, body: ProcessStep) -> tuple[Any, ...]:
    what = entry.type.removeprefix("process.").partition("/")[0]
    owed, approval = body.detail.get("owed_fen"), body.approval
    status = None if body.detail.get("partial") else STATUS.get(what)
    return (
        _id(entry), entry.position, what, status, entry.occurred_on, body.amount_fen,
        owed if isinstance(owed, int) else None, approval.no if approval else None,
        approval.on if approval else None, approval.level if approval else None,
        approval.document if approval else None, body.voucher_id, list(body.flags),
        _json(body.detail), entry.actor_id, entry.actor_role, entry.reason, entry.recorded_at,
        entry.on_behalf_of, list(body.steps), _json(body.cut), body.pieces,
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
    version: ClassVar[int] = 2
    tables: ClassVar[str] = "projections.processes"

    def fold(self, cur: Cursor, batch: Sequence[Entry]) -> None:
        """Add the rows of the batch; nothing is ever changed."""
        rows: dict[str, list[tuple[Any, ...]]] = {}
        for entry in batch:
            for table, row in rows_of(entry):
                rows.setdefault(table, []).append(row)
        for table, added in rows.items():
            copy_rows(cur, table, added)
