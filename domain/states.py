"""The states of a holding and the overlays that lie over them (handbook 2.8)."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where a holding stands; the value is stored in events and never renamed."""

    UNDER_CONSTRUCTION = "UNDER_CONSTRUCTION"
    ACCEPTED = "ACCEPTED"
    PENDING_BOOKING = "PENDING_BOOKING"
    IN_USE = "IN_USE"
    IDLE = "IDLE"
    LEASED_OUT = "LEASED_OUT"
    LENT_OUT = "LENT_OUT"
    LOANED = "LOANED"
    IN_WH_CENTRAL = "IN_WH_CENTRAL"
    IN_WH_CUSTODY = "IN_WH_CUSTODY"
    UNDER_REPAIR = "UNDER_REPAIR"
    UNDER_IMPROVEMENT = "UNDER_IMPROVEMENT"
    LOSS_PENDING = "LOSS_PENDING"
    DISPOSAL_APPROVED = "DISPOSAL_APPROVED"
    INVESTED = "INVESTED"
    RENTED_IN = "RENTED_IN"
    DISPOSED = "DISPOSED"
    VOIDED = "VOIDED"


STATE_NAMES: dict[State, tuple[str, str]] = {
    State.UNDER_CONSTRUCTION: ("在建", "under construction"),
    State.ACCEPTED: ("已验收未入账", "accepted, not booked"),
    State.PENDING_BOOKING: ("盘盈待核实", "gain to be verified"),
    State.IN_USE: ("在用", "in use"),
    State.IDLE: ("闲置", "idle"),
    State.LEASED_OUT: ("出租", "leased out"),
    State.LENT_OUT: ("出借", "lent out"),
    State.LOANED: ("公物仓借用中", "on warehouse loan"),
    State.IN_WH_CENTRAL: ("公物仓集中在仓", "in central warehouse"),
    State.IN_WH_CUSTODY: ("公物仓分散代管", "in warehouse custody"),
    State.UNDER_REPAIR: ("维修中", "under repair"),
    State.UNDER_IMPROVEMENT: ("改扩建中", "under improvement"),
    State.LOSS_PENDING: ("盘亏待核实", "loss to be verified"),
    State.DISPOSAL_APPROVED: ("已批复待处置", "disposal approved"),
    State.INVESTED: ("对外投资", "invested"),
    State.RENTED_IN: ("租入（备查）", "rented in, off the books"),
    State.DISPOSED: ("已处置", "disposed"),
    State.VOIDED: ("已作废", "voided"),
}

TERMINAL = frozenset({State.DISPOSED, State.VOIDED})
WITH_OTHERS = frozenset({State.LEASED_OUT, State.LENT_OUT, State.LOANED})
"""States in which somebody else has the thing for a term."""

IN_WAREHOUSE = frozenset({State.IN_WH_CENTRAL, State.IN_WH_CUSTODY})
HOLDING = (
    frozenset(State)
    - TERMINAL
    - {State.UNDER_CONSTRUCTION, State.ACCEPTED, State.INVESTED, State.RENTED_IN}
)
"""States in which the unit holds a booked thing: the "any holding state" of handbook 2.9."""


class Overlay(StrEnum):
    """A mark that does not change the state."""

    PROCESS_OPEN = "PROCESS_OPEN"
    COUNT_FROZEN = "COUNT_FROZEN"
    SEALED = "SEALED"
    DISPUTED = "DISPUTED"
    CLASSIFIED = "CLASSIFIED"
    ESTIMATED = "ESTIMATED"
    LISTED = "LISTED"
    RESERVED = "RESERVED"
    LABEL_MISSING = "LABEL_MISSING"
    SCRAP_SUGGESTED = "SCRAP_SUGGESTED"
