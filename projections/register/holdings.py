"""What an event makes of the values of a holding."""

from __future__ import annotations

from datetime import date

import msgspec

from domain.events import AssetConfigured, AssetReallocated, Changes
from domain.states import Overlay, State
from projections.entries import Entry

NONE = "{}"
"""No overlays."""


class Holding(msgspec.Struct, frozen=True, gc=False):
    """What a version of a holding says; the fields are the columns of the table.

    `overlays` is the literal of an array of plain words: lists are written one by one.
    """

    unit_id: str
    original_gross_fen: int
    begun_on: date
    state: str = State.ACCEPTED.value
    overlays: str = NONE
    manage_dept: str | None = None
    use_dept: str | None = None
    keeper: str | None = None
    user_id: str | None = None
    place: str | None = None
    label_no: str | None = None
    process_id: str | None = None
    warehouse_id: str | None = None
    borrower_unit: str | None = None
    due_on: date | None = None
    reserved_by: str | None = None
    reserved_until: date | None = None
    gross_fen: int = 0
    booked_on: date | None = None
    from_card_no: str | None = None


# `basis` belongs to the general ledger, `card` to the card's own versions; "user" is a word of SQL.
_FIELDS = {
    name: "user_id" if name == "user" else name
    for name in Changes.__struct_fields__
    if name not in {"basis", "card", "overlays_on", "overlays_off"}
}


def changed(values: Holding, changes: Changes) -> Holding:
    """`values` with what `changes` sets; `values` itself when it sets nothing of a holding."""
    # The built-in form leaves out what is unset; it is far quicker than asking field by field.
    named = msgspec.to_builtins(changes)
    patch = {_FIELDS[name]: getattr(changes, name) for name in named if name in _FIELDS}
    if changes.overlays_on or changes.overlays_off:
        words = _words(values) | set(changes.overlays_on)
        patch["overlays"] = _literal(words - set(changes.overlays_off))
    if not patch:
        return values
    if "state" in patch:
        patch["state"] = str(patch["state"])
    return msgspec.structs.replace(values, **patch)


def _words(values: Holding) -> set[str]:
    return set() if values.overlays == NONE else set(values.overlays[1:-1].split(","))


def _literal(words: set[str]) -> str:
    return "{" + ",".join(sorted(map(str, words))) + "}"


def configured(entry: Entry, fact: AssetConfigured) -> Holding:
    """The first values of a new asset's holding."""
    first = Holding(
        unit_id=entry.unit_id,
        original_gross_fen=fact.original_gross_fen,
        begun_on=entry.occurred_on,
    )
    return changed(first, fact.changes)


def given_away(values: Holding) -> Holding:
    """The donor's holding after a reallocation."""
    disposed = State.DISPOSED.value
    return msgspec.structs.replace(values, state=disposed, process_id=None, overlays=NONE)


def received(donor: Holding, entry: Entry, fact: AssetReallocated) -> Holding:
    """The receiver's holding: the same thing and label, its own card and custody."""
    first = Holding(
        unit_id=fact.to_unit,
        state=State.IN_USE.value,
        label_no=donor.label_no,
        overlays=_literal(_words(donor) & {Overlay.CLASSIFIED.value}),
        original_gross_fen=donor.original_gross_fen,
        begun_on=max(entry.occurred_on, donor.begun_on),
        from_card_no=fact.from_card_no,
    )
    return changed(first, fact.changes)
