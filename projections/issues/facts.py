"""What the rules look at in an asset's events: each event as a patch, and how patches add up."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any, Protocol

import msgspec

from domain.catalogue import classes
from domain.catalogue.standards import price_cap_on
from domain.events import AssetChanged, AssetConfigured, AssetReallocated, Changes
from domain.states import IN_WAREHOUSE, TERMINAL, Overlay, State
from projections.entries import Entry
from projections.patches import day_text
from projections.slices import Patch, Row
from projections.slices import State as Facts

_OF_TITLE = frozenset({"begin", "owner", "right_holder"})
_OF_ACQUISITION = frozenset({"begin", "void", "booked", "changed_at"})
"""What a patch names when it says anything about the acquisition."""
EVER = date.min
"""The day of a fact that holds for the whole life of the thing, such as that it never was."""

BOOKED_BY_ACCEPTANCE = frozenset({"CONFIG.PURCHASE", "CONFIG.DONATION_IN", "CONFIG.REALLOC_IN"})
"""Ways in on which the rules of acquisition look; openings and gains are judged elsewhere."""

IDLE_STATES = IN_WAREHOUSE | {State.IDLE}
CERTIFIED_TYPES = frozenset({"house", "land"})
VOIDING = frozenset({"CORRECT.VOID", "CORRECT.UNDO_IMPORT"})
MERGED = "CARD.MERGED"

AssetFact = AssetConfigured | AssetChanged | AssetReallocated
"""The bodies of events of an asset."""

_KEPT = {
    "state": "state",
    "warehouse_id": "warehouse_id",
    "borrower_unit": "borrower_unit",
    "due_on": "due_on",
    "booked_on": "booked",
}
"""Changes of a holding that the rules read, and the name of each in a patch."""
_CORRECTED = {
    "class_code": "class",
    "class_std": "std",
    "card_type": "type",
    "name": "name",
    "acquired_on": "acquired",
    "gross_fen": "price",
    "qty_centi": "qty",
    "traits.cert_no": "cert",
    "traits.cert_owner": "owner",
    "traits.right_holder": "right_holder",
}
"""Card fields that the rules read, and the name of each in a patch."""


class LevelsKnown(Protocol):
    """The levels of units and warehouses as known at a position."""

    def of_unit(self, unit_id: str, day: date, position: int) -> str | None:
        """The level of a unit."""

    def of_warehouse(self, warehouse_id: str, day: date, position: int) -> str | None:
        """The level of the unit that runs a warehouse."""


def patch_of(entry: Entry, body: AssetFact, levels: LevelsKnown) -> Patch | None:
    """Return what an event of an asset says to the rules; None when it says nothing."""
    values: dict[str, Any]
    match body:
        case AssetChanged():
            values = _changed(entry, body)
        case AssetConfigured():
            values = _configured(entry, body)
            values["level"] = levels.of_unit(entry.unit_id, entry.occurred_on, entry.position)
        case AssetReallocated():
            values = {"begin": body.to_card_no, "unit": body.to_unit, "state": State.IN_USE.value}
            values |= dict.fromkeys(("warehouse_id", "borrower_unit", "due_on"))
            values |= _custody(body.changes) | {"listed": False}
    if not values:
        return None
    if house := values.get("warehouse_id"):
        level = levels.of_warehouse(house, entry.occurred_on, entry.position)
        values["warehouse_level"] = level
    values["at"] = entry.position
    return Patch(EVER if "void" in values else entry.occurred_on, entry.position, values)


def _configured(entry: Entry, body: AssetConfigured) -> dict[str, Any]:
    card, approval = body.card, body.approval
    return {
        "begin": body.card_no,
        "unit": entry.unit_id,
        "way": entry.sub_kind,
        "state": State.ACCEPTED.value,
        "class": card.class_code,
        "std": card.class_std,
        "type": card.card_type,
        "name": card.name,
        "cert": card.traits.get("cert_no"),
        "owner": card.traits.get("cert_owner"),
        "right_holder": card.traits.get("right_holder"),
        "acquired": card.acquired_on.isoformat(),
        "contract": day_text(body.contract_on),
        "approved": day_text(approval.on) if approval else None,
        "approval_no": approval.no if approval else None,
        "refusal": body.refusal_reason,
        "price": body.original_gross_fen,
        "qty": card.qty_centi,
        "configured_at": entry.position,
    } | _custody(body.changes)


def _changed(entry: Entry, body: AssetChanged) -> dict[str, Any]:
    # A merged card was: what was found about its purchase stands, only its card has ended.
    if entry.sub_kind != MERGED and (
        entry.sub_kind in VOIDING or body.changes.state is State.VOIDED
    ):
        return {"void": True}
    values = _custody(body.changes)
    if card := body.changes.card:
        corrected = {name: card[field] for field, name in _CORRECTED.items() if field in card}
        if corrected:
            values |= corrected | {"changed_at": entry.position}
    if values.get("state") == State.IDLE and (since := body.detail.get("idle_since")):
        values["idle_since"] = since
    return values


def _custody(changes: Changes) -> dict[str, Any]:
    # As it is stored: what is unset is left out, days are ISO text.
    stored = msgspec.to_builtins(changes)
    values = {_KEPT[name]: value for name, value in stored.items() if name in _KEPT}
    if Overlay.LISTED in changes.overlays_on:
        values["listed"] = True
    if Overlay.LISTED in changes.overlays_off:
        values["listed"] = False
    return values


def step(before: Facts, values: Facts, day: date) -> Facts:
    """Return the facts after one more patch that holds from `day` on."""
    after = {**before, **values}
    at = values["at"]
    if "begin" in values:
        after["held_at"] = at
    if not _OF_TITLE.isdisjoint(values):
        after["titled_at"] = at
    if "due_on" in values or "state" in values:
        after["due_at"] = at
    if values.get("listed"):
        after["listed_at"] = at
    _set_idleness(before, after, values, day)
    return after


def _set_idleness(before: Facts, after: dict[str, Any], values: Facts, day: date) -> None:
    """Set since when the thing lies idle: the first day of unbroken idleness, or as stated."""
    if after.get("state") not in IDLE_STATES:
        after["idle_since"] = after["idle_at"] = None
    elif before.get("state") in IDLE_STATES and before.get("idle_since") and "begin" not in values:
        after["idle_since"], after["idle_at"] = before["idle_since"], before["idle_at"]
    else:
        today = day.isoformat()
        after["idle_since"] = min(str(values.get("idle_since") or today), today)
        after["idle_at"] = values["at"]


def class6(code: str) -> str:
    """Return the letter and the first six digits of a class code: the match of handbook I05."""
    return code[:7]


def acquisition(facts: Facts) -> Row | None:
    """The columns of `acquisition` behind the clocks."""
    if facts.get("void") or facts.get("way") not in BOOKED_BY_ACCEPTANCE:
        return None
    standard_on = date.fromisoformat(facts["contract"] or facts["acquired"])
    capped = facts["std"] == classes.STD_2022
    cap = _cap(facts["class"], standard_on) if capped else None
    return (
        facts["way"], facts["card"], facts["holder"], facts["name"],
        facts["acquired"], standard_on, facts["approved"], facts["approval_no"],
        facts["refusal"], facts["class"], class6(facts["class"]), facts["level"],
        facts["price"], facts["qty"], cap,
        facts.get("booked"), facts["configured_at"], facts.get("booked_at"),
        facts.get("changed_at"),
    )  # fmt: skip


_cap = lru_cache(maxsize=50_000)(price_cap_on)


def acquisition_step(before: Facts, values: Facts, _day: date) -> Facts:
    """As `step`, on one clock, for the first card alone: what comes behind it is another's."""
    if _OF_ACQUISITION.isdisjoint(values):
        return before
    if before.get("passed_on") and "void" not in values and "changed_at" not in values:
        return before
    if "begin" in values and "way" not in values:
        return {**before, "passed_on": True}
    after = {**before, **values}
    if "way" in values:
        after |= {"card": values["begin"], "holder": values["unit"]}
    if "booked" in values:
        after["booked_at"] = values["at"] if values["booked"] else None
    return after


def custody(facts: Facts) -> dict[str, Row]:
    """Return what the tables on both clocks keep of an asset's facts, by table."""
    rows: dict[str, Row] = {}
    if facts.get("void") or "begin" not in facts or facts["state"] in TERMINAL:
        return rows
    card = (facts["begin"], facts["unit"])
    listed = facts.get("listed") and facts["state"] in IN_WAREHOUSE
    if listed:
        rows["listing"] = _listing(facts)
    if facts.get("idle_since") and not listed:
        rows["idle"] = (*card, facts["idle_since"], facts["idle_at"])
    if facts["state"] == State.LOANED and facts.get("due_on"):
        rows["loan"] = (*card, *_loan(facts))
    if _needs_certificate(facts["type"], facts["std"], facts["class"]):
        if not facts.get("cert"):
            rows["untitled"] = (*card, facts["held_at"])
        elif owner := _owner(facts):
            rows["titled"] = (*card, owner, facts["titled_at"])
    return rows


CUSTODY = ("idle", "loan", "listing", "untitled", "titled")
"""The tables of `custody`."""


def _listing(facts: Facts) -> Row:
    house = (facts.get("warehouse_level"), facts.get("warehouse_id"))
    return class6(facts["class"]), *house, facts["listed_at"]


def _loan(facts: Facts) -> Row:
    between = (facts.get("warehouse_id"), facts.get("borrower_unit"))
    return *between, facts["due_on"], facts["due_at"]


def _owner(facts: Facts) -> str:
    """Return whom the certificate names; that of land names the holder of the right to use it."""
    return str(facts.get("owner") or facts.get("right_holder") or "").strip()


@lru_cache(maxsize=50_000)
def _needs_certificate(card_type: str, std: str, code: str) -> bool:
    if card_type in CERTIFIED_TYPES:
        return True
    return std == classes.STD_2022 and (classes.is_house(code) or classes.is_land(code))
