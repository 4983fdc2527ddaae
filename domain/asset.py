"""One asset as its stream tells it: the current holding, folded from events."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from domain.cards import Card
from domain.depreciation import Basis
from domain.envelope import Recorded
from domain.events import (
    Approval,
    AssetChanged,
    AssetConfigured,
    AssetReallocated,
    Body,
    Changes,
)
from domain.states import WITH_OTHERS, Overlay, State


class Holding(msgspec.Struct, frozen=True, kw_only=True):
    """One card of one unit over the asset: where it stands, who keeps it, what is booked."""

    card_no: str
    unit_id: str
    card: Card
    state: State
    trail: tuple[State, ...] = ()
    """The states it will go back to, the nearest last: in use, in store, at the repairer's …"""
    label_no: str | None = None
    manage_dept: str | None = None
    use_dept: str | None = None
    keeper: str | None = None
    user: str | None = None
    place: str | None = None
    process_id: str | None = None
    warehouse_id: str | None = None
    borrower_unit: str | None = None
    due_on: date | None = None
    reserved_by: str | None = None
    reserved_until: date | None = None
    gross_fen: int = 0
    booked_on: date | None = None
    basis: Basis | None = None
    overlays: frozenset[Overlay] = frozenset()

    @property
    def previous(self) -> State | None:
        """The state that a repair, a loan or a revoked approval gives back."""
        return self.trail[-1] if self.trail else None


PLAIN_FIELDS = tuple(
    name
    for name in Changes.__struct_fields__
    if name not in {"state", "overlays_on", "overlays_off", "card", "original_gross_fen"}
)


class Asset(msgspec.Struct, frozen=True, kw_only=True):
    """The asset at one version of its stream; `holding` is None before the first event."""

    asset_id: str
    version: int = 0
    holding: Holding | None = None
    past_cards: tuple[str, ...] = ()
    original_gross_fen: int = 0
    registered_by: str | None = None
    registration: AssetConfigured | None = None
    registration_event_id: str | None = None
    acquisition_id: str | None = None
    """The process that brought the thing in: purchase, donation, import batch."""
    held_before: Holding | None = None
    """The holding as it was before it went missing at a count."""
    lost_on: date | None = None
    """The day on which that was booked."""
    loss_voucher_id: str | None = None
    """The voucher that took it into 1902 then."""
    lent_on: date | None = None
    """The day on which the present or last loan or lease began."""
    repair_kind: str | None = None
    """The sub-kind of the present or last repair."""
    repair_approval: Approval | None = None
    """What that repair was approved by, if it was."""
    booking_event_id: str | None = None
    """The event that booked it after its acceptance."""
    held_last: Holding | None = None
    """The holding as it was before it was disposed of."""
    disposed_on: date | None = None
    """The day on which that was booked."""
    last_event_id: str | None = None
    last_occurred_on: date | None = None
    decided_on: date | None = None
    """The last business day on which its state, value, holder or process changed."""
    valued_on: date | None = None
    """The last day on which something was booked that changed what it is worth."""
    told_on: dict[str, date] = {}
    """Custody, place and card field → the last business day that set it, of this holding."""


LATE_FIELDS = frozenset({"manage_dept", "use_dept", "keeper", "user", "place", "label_no"})
"""What may be entered late: it holds until the next fact that set it."""
_HARMLESS = frozenset({Overlay.LABEL_MISSING, Overlay.SCRAP_SUGGESTED})
_DECIDING = tuple(name for name in PLAIN_FIELDS if name not in LATE_FIELDS)


def decides(changes: Changes) -> bool:
    """Tell whether `changes` set state, value, holder or process: what keeps its order in time."""
    marks = {*changes.overlays_on, *changes.overlays_off} - _HARMLESS
    return (
        changes.state is not msgspec.UNSET
        or bool(marks)
        or any(getattr(changes, name) is not msgspec.UNSET for name in _DECIDING)
    )


def values(fact: AssetChanged) -> bool:
    """Tell whether a fact changes what the books hold for a thing: gross, basis, or account."""
    changes = fact.changes
    rebuilt = State.UNDER_IMPROVEMENT in {changes.state, fact.before.state}
    return rebuilt or changes.gross_fen is not msgspec.UNSET or changes.basis is not msgspec.UNSET


def _told_names(changes: Changes) -> list[str]:
    """Return the fields of `changes` that may be told late."""
    names = [name for name in LATE_FIELDS if getattr(changes, name) is not msgspec.UNSET]
    return names + [f"card.{name}" for name in changes.card]


def in_time(asset: Asset, day: date, changes: Changes) -> Changes:
    """Return `changes` of the business day `day` without fields that a later day has set."""
    passed = {name for name in _told_names(changes) if asset.told_on.get(name, day) > day}
    if not passed:
        return changes
    values: dict[str, Any] = dict.fromkeys(passed & LATE_FIELDS, msgspec.UNSET)
    values["card"] = {
        name: value for name, value in changes.card.items() if f"card.{name}" not in passed
    }
    return msgspec.structs.replace(changes, **values)


def _times(asset: Asset, day: date, changes: Changes) -> dict[str, Any]:
    """Return what an asset remembers about the days of its changes."""
    found: dict[str, Any] = {}
    if names := _told_names(changes):
        told = {name: max(day, asset.told_on.get(name, day)) for name in names}
        found["told_on"] = {**asset.told_on, **told}
    if decides(changes):
        found["decided_on"] = max(day, asset.decided_on or day)
    return found


def apply_changes(holding: Holding, changes: Changes) -> Holding:
    """Return `holding` with the fields that `changes` sets."""
    values: dict[str, Any] = {
        name: value
        for name in PLAIN_FIELDS
        if (value := getattr(changes, name)) is not msgspec.UNSET
    }
    if changes.state is not msgspec.UNSET and changes.state != holding.state:
        values |= {"state": changes.state, "trail": _trail(holding, changes.state)}
    if changes.overlays_on or changes.overlays_off:
        values["overlays"] = (holding.overlays | set(changes.overlays_on)) - set(
            changes.overlays_off
        )
    if changes.card:
        values["card"] = corrected_card(holding.card, changes.card)
    return msgspec.structs.replace(holding, **values)


def _trail(holding: Holding, state: State) -> tuple[State, ...]:
    """Return the way back from `state`; a state that was passed before is gone back to."""
    if state in holding.trail:
        return holding.trail[: holding.trail.index(state)]
    return (*holding.trail, holding.state)


def corrected_card(card: Card, fields: dict[str, Any]) -> Card:
    """Return `card` with `fields` set; keys `traits.<code>` set traits; ValueError if unfit."""
    raw = msgspec.to_builtins(card)
    for name, value in fields.items():
        if name.startswith("traits."):
            raw["traits"] = {**raw.get("traits", {}), name.removeprefix("traits."): value}
        else:
            raw[name] = value
    return msgspec.convert(raw, Card)


def fold(asset: Asset, event: Recorded, body: Body) -> Asset:
    """Return the asset after one more event of its stream."""
    match body:
        case AssetConfigured():
            holding = apply_changes(
                Holding(
                    card_no=body.card_no,
                    unit_id=event.unit_id,
                    card=body.card,
                    state=State.ACCEPTED,
                ),
                body.changes,
            )
            changed: dict[str, Any] = {
                "holding": msgspec.structs.replace(holding, trail=()),
                "original_gross_fen": body.original_gross_fen,
                "registered_by": event.actor_id,
                "registration": body,
                "registration_event_id": event.event_id,
                "acquisition_id": event.process_id,
            }
        case AssetChanged():
            assert asset.holding is not None, "a change follows the card's first event"
            day = event.occurred_on
            timely = in_time(asset, day, body.changes) if asset.told_on else body.changes
            changed = {"holding": apply_changes(asset.holding, timely)}
            changed |= _times(asset, day, body.changes)
            if body.changes.state == State.LOSS_PENDING:
                changed |= {
                    "held_before": asset.holding,
                    "lost_on": event.booked_on,
                    "loss_voucher_id": body.voucher_id,
                }
            if body.changes.state == State.DISPOSED:
                changed |= {"held_last": asset.holding, "disposed_on": event.booked_on}
            if event.type == "asset.booked/1":
                changed["booking_event_id"] = event.event_id
            if body.changes.original_gross_fen is not msgspec.UNSET:
                changed["original_gross_fen"] = body.changes.original_gross_fen
            if body.changes.state in WITH_OTHERS:
                changed["lent_on"] = event.occurred_on
            if body.changes.state == State.UNDER_REPAIR:
                changed |= {"repair_kind": event.sub_kind, "repair_approval": body.approval}
        case AssetReallocated():
            assert asset.holding is not None, "a reallocation follows the card's first event"
            changed = {
                "holding": _received(asset.holding, body),
                "past_cards": (*asset.past_cards, body.from_card_no),
                "told_on": {},
                "decided_on": event.occurred_on,
            }
        case _:
            raise TypeError(f"{event.type} is no fact of an asset")
    return msgspec.structs.replace(
        asset,
        version=event.version,
        last_event_id=event.event_id,
        valued_on=_valued(asset, event, body),
        last_occurred_on=max(event.occurred_on, asset.last_occurred_on or event.occurred_on),
        **changed,
    )


def _valued(asset: Asset, event: Recorded, body: Body) -> date | None:
    """Return the last day on which the thing's worth was booked, after one more event."""
    booked = event.booked_on
    moved = isinstance(body, AssetConfigured | AssetReallocated)
    if booked is None or not (moved or (isinstance(body, AssetChanged) and values(body))):
        return asset.valued_on
    return max(booked, asset.valued_on or booked)


def _received(donor: Holding, body: AssetReallocated) -> Holding:
    """Return the receiver's fresh holding: same thing and label, new card, own custody."""
    fresh = Holding(
        card_no=body.to_card_no,
        unit_id=body.to_unit,
        card=msgspec.structs.replace(donor.card, card_no=body.to_card_no),
        state=State.IN_USE,
        label_no=donor.label_no,
        overlays=donor.overlays & {Overlay.CLASSIFIED},
    )
    return msgspec.structs.replace(apply_changes(fresh, body.changes), trail=())
