"""What an event makes of the values of a holding."""

from __future__ import annotations

from typing import Any

import msgspec

from domain.events import AssetConfigured, AssetReallocated, Changes
from domain.states import Overlay, State
from projections.entries import Entry
from projections.register.versions import Values

COLUMNS = (
    "unit_id",
    "state",
    "manage_dept",
    "use_dept",
    "keeper",
    "user_id",
    "place",
    "label_no",
    "process_id",
    "warehouse_id",
    "borrower_unit",
    "due_on",
    "reserved_by",
    "reserved_until",
    "gross_fen",
    "booked_on",
    "original_gross_fen",
    "begun_on",
    "from_card_no",
)
"""The values of a version but its overlays."""

# `basis` belongs to the general ledger, `card` to the card's own versions; "user" is a word of SQL.
_FIELDS = {
    name: "user_id" if name == "user" else name
    for name in Changes.__struct_fields__
    if name not in {"basis", "card", "overlays_on", "overlays_off"}
}
_EMPTY: Values = {
    **dict.fromkeys(COLUMNS),
    "state": State.ACCEPTED.value,
    "overlays": [],
    "gross_fen": 0,
}


def patch_of(changes: Changes) -> Values:
    """The columns that `changes` sets; overlays come apart, since they are a set."""
    # The built-in form leaves out what is unset; it is far quicker than asking field by field.
    return {
        _FIELDS[name]: getattr(changes, name)
        for name in msgspec.to_builtins(changes)
        if name in _FIELDS
    }


def changed(values: Values, changes: Changes) -> Values | None:
    """`values` with what `changes` sets; None when it sets nothing of a holding."""
    patch = patch_of(changes)
    if not (patch or changes.overlays_on or changes.overlays_off):
        return None
    after = values | patch
    if changes.overlays_on or changes.overlays_off:
        overlays = (set(values["overlays"]) | set(changes.overlays_on)) - set(changes.overlays_off)
        after["overlays"] = sorted(str(overlay) for overlay in overlays)
    if "state" in patch:
        after["state"] = str(after["state"])
    return after


def configured(entry: Entry, fact: AssetConfigured) -> Values:
    """The first values of a new asset's holding."""
    first: dict[str, Any] = {
        "unit_id": entry.unit_id,
        "original_gross_fen": fact.original_gross_fen,
        "begun_on": entry.occurred_on,
    }
    values = _EMPTY | first
    return changed(values, fact.changes) or values


def given_away(values: Values) -> Values:
    """The donor's holding after a reallocation."""
    return values | {"state": State.DISPOSED.value, "process_id": None, "overlays": []}


def received(donor: Values, entry: Entry, fact: AssetReallocated) -> Values:
    """The receiver's holding: the same thing and label, its own card and custody."""
    kept = [overlay for overlay in donor["overlays"] if overlay == Overlay.CLASSIFIED]
    first: dict[str, Any] = {
        "unit_id": fact.to_unit,
        "state": State.IN_USE.value,
        "label_no": donor["label_no"],
        "overlays": kept,
        "original_gross_fen": donor["original_gross_fen"],
        "begun_on": max(entry.occurred_on, donor["begun_on"]),
        "from_card_no": fact.from_card_no,
    }
    values = _EMPTY | first
    return changed(values, fact.changes) or values
