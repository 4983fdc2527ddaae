"""The steps of disposals and counts that rule I02 looks at."""

from __future__ import annotations

from typing import Any

from domain.events import Approval, AssetChanged, AssetReallocated
from projections.entries import Entry
from projections.issues.facts import AssetFact

_STEPS = frozenset({"applied", "approved", "revoked", "executed", "missing", "found"})
_COUNTED = {"COUNT.LOSS": "missing", "COUNT.MATCH": "found", "COUNT.MOVED": "found"}


def row_of(entry: Entry, body: AssetFact) -> tuple[Any, ...] | None:
    """Return the row of `disposal` that an event of an asset gives; None for other events."""
    if isinstance(body, AssetReallocated):
        if entry.sub_kind != "DISP.TRANSFER":
            return None
        return _row(entry, body.from_unit, body.from_card_no, "executed", body.approval)
    if not isinstance(body, AssetChanged):
        return None
    step = _COUNTED.get(entry.sub_kind)
    if entry.type == "asset.disposed/1" and body.detail.get("step") in _STEPS:
        step = str(body.detail["step"])
    if step is None:
        return None
    return _row(entry, entry.unit_id, body.card_no, step, body.approval)


def _row(
    entry: Entry, unit_id: str, card_no: str, step: str, approval: Approval | None
) -> tuple[Any, ...]:
    return (
        entry.asset_id, card_no, unit_id, entry.process_id, entry.sub_kind, step,
        entry.occurred_on, approval.on if approval else None, approval.no if approval else None,
        entry.position,
    )  # fmt: skip
