"""What a process owes the treasury, receipt by receipt, and when it was paid (handbook I20)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from domain.events import ProcessStep
from projections.entries import Entry
from projections.slices import Patch, Row

_RECEIPTS = frozenset({"process.proceeds_recorded/1", "process.compensation_received/1"})
_KINDS = {
    **dict.fromkeys(_RECEIPTS, "received"),
    "process.cost_recorded/1": "cost",
    "process.treasury_paid/1": "paid",
}


def patch_of(entry: Entry, body: ProcessStep) -> Patch | None:
    """Return what a step of a process says about money owed; None when it says nothing."""
    owed = body.detail.get("owed_fen")
    kind = _KINDS.get(entry.type)
    if kind is None and not isinstance(owed, int):
        return None
    values: dict[str, Any] = {
        "unit": entry.unit_id, "kind": kind or "owed", "fen": body.amount_fen,
        "owed": owed if isinstance(owed, int) else None, "at": entry.position,
    }  # fmt: skip
    return Patch(entry.occurred_on, entry.position, values)


def claims(timeline: Sequence[Patch]) -> Iterator[Row]:
    """Yield one claim per day of receipt: the columns of `claim` behind the clocks.

    Receipts are cleared first in, first out. Until the process says what it owes, that is what
    was received less the costs: an unsettled sale cannot hide its proceeds.
    """
    owed = _owed_fen(timeline)
    covered = 0
    receipts = [patch for patch in timeline if patch.values["kind"] == "received"]
    for index, receipt in enumerate(receipts):
        later = receipts[index + 1 :]
        if any(other.day == receipt.day for other in later):
            continue
        until = sum(other.values["fen"] for other in receipts[: index + 1])
        through = min(until, owed) if later else owed
        if through > covered:
            evidence = [r.position for r in receipts if r.day == receipt.day]
            yield _claim(timeline, receipt, covered, through, evidence)
            covered = through


def _owed_fen(timeline: Sequence[Patch]) -> int:
    stated = [patch.values["owed"] for patch in timeline if patch.values["owed"] is not None]
    if stated:
        return sum(stated)
    sign = {"received": 1, "cost": -1}
    return sum(sign.get(p.values["kind"], 0) * p.values["fen"] for p in timeline)


def _claim(
    timeline: Sequence[Patch], receipt: Patch, covered: int, through: int, evidence: list[int]
) -> Row:
    paid, cleared_on, slips = 0, None, []
    for patch in timeline:
        if patch.values["kind"] == "paid":
            paid += patch.values["fen"]
            if paid > covered:
                slips.append(patch.position)
            if paid >= through:
                cleared_on = patch.day
                break
    return (
        receipt.values["unit"], receipt.day, through - covered, cleared_on, (*evidence, *slips)
    )  # fmt: skip
