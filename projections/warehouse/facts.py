"""What an asset's events say about its stay in a warehouse, and how that adds up."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from domain.events import AssetChanged, AssetConfigured, AssetReallocated, Changes
from domain.states import TERMINAL, Overlay, State
from projections.entries import Entry
from projections.slices import Patch, Row
from projections.slices import State as Facts

EVER = date.min
VOIDING = frozenset({"CORRECT.VOID", "CORRECT.UNDO_IMPORT"})

_KEPT = (
    "state", "warehouse_id", "borrower_unit", "due_on", "reserved_by", "reserved_until", "place",
)  # fmt: skip
_OF_CARD = ("name", "class_code", "model")
_SAID = ("grade", "description", "photo")
_STAY = ("warehouse_id", "borrower_unit", "due_on", "reserved_by", "reserved_until")


def patch_of(entry: Entry) -> Patch | None:
    """Return what an event of an asset says about its stay; None when it says nothing."""
    body = entry.fact
    values: dict[str, Any]
    match body:
        case AssetConfigured():
            values = {name: getattr(body.card, name) for name in _OF_CARD} | {
                "card_no": body.card_no, "unit": entry.unit_id, "state": State.ACCEPTED.value,
            }  # fmt: skip
        case AssetReallocated():
            values = dict.fromkeys((*_STAY, "listed")) | {
                "card_no": body.to_card_no, "unit": body.to_unit, "state": State.IN_USE.value,
            }  # fmt: skip
        case AssetChanged():
            card = body.changes.card
            values = {name: card[name] for name in _OF_CARD if name in card}
        case _:
            return None
    values |= _custody(body.changes)
    if not isinstance(body, AssetConfigured):
        values |= {name: body.detail[name] for name in _SAID if body.detail.get(name)}
    if entry.sub_kind in VOIDING or values.get("state") == State.VOIDED:
        return Patch(EVER, entry.position, {"void": True})
    return Patch(entry.occurred_on, entry.position, values) if values else None


def _custody(changes: Changes) -> dict[str, Any]:
    # As it is stored: what is unset is left out, days are ISO text.
    stored = msgspec.to_builtins(changes)
    values = {name: stored[name] for name in _KEPT if name in stored}
    if Overlay.LISTED in changes.overlays_on:
        values["listed"] = True
    if Overlay.LISTED in changes.overlays_off:
        values["listed"] = False
    return values


def step(before: Facts, values: Facts, day: date) -> Facts:
    """Return the facts after one more patch that holds from `day` on."""
    after = {**before, **values}
    today = day.isoformat()
    for fact, since in (("warehouse_id", "in_since"), ("listed", "listed_since")):
        if not after.get(fact):
            after[since] = None
        elif before.get(fact) != after[fact]:
            after[since] = today
    lent = after.get("state") == State.LOANED
    if not lent:
        after["lent_on"] = None
    elif before.get("state") != State.LOANED:
        after["lent_on"] = today
    return after


def stock(facts: Facts) -> dict[str, Row]:
    """The row of `stock` behind the clocks; none unless a warehouse has the thing."""
    absent = facts.get("void") or not facts.get("warehouse_id") or "card_no" not in facts
    if absent or facts["state"] in TERMINAL:
        return {}
    row = (
        facts["warehouse_id"], facts["card_no"], facts["unit"], facts["name"],
        facts["class_code"], facts.get("model"), facts["state"], facts.get("grade"),
        facts.get("place"), facts["in_since"], facts["listed_since"],
        facts.get("description"), facts.get("photo"), facts.get("reserved_by"),
        facts.get("reserved_until"), facts.get("borrower_unit"), facts["lent_on"],
        facts.get("due_on"),
    )  # fmt: skip
    return {"stock": row}
