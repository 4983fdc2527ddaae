"""The state machine of the handbook (2.9): every state by every command on things."""

from __future__ import annotations

import pytest

from domain.commands.table import COMMANDS
from domain.decisions.depreciating import SPREADABLE
from domain.refusals import Refused
from domain.states import HOLDING, TERMINAL, State
from tests.domain.scenes import OF_AN_INSTITUTION, OVERLAYS, TRIES, force, place, stage

SAME = "same"

TABLE = """
post-to-books            | ACCEPTED: IN_USE
void                     | ACCEPTED: VOIDED
verify-gain              | PENDING_BOOKING: IN_USE
reject-gain              | PENDING_BOOKING: VOIDED
issue                    | IDLE: IN_USE
return-to-store          | IN_USE: IDLE
handover                 | IN_USE IDLE: same
move                     | IN_USE IDLE IN_WH_CENTRAL IN_WH_CUSTODY: same
declare-idle             | IN_USE: IDLE
correct-card             | ACCEPTED HOLDING: same
catch-up-depreciation    | SPREADABLE: same
adjust-estimate          | SPREADABLE: same
attach-documents         | LIVE: same
split-card               | IN_USE IDLE: same
reclassify               | ACCEPTED HOLDING: same
print-label              | ACCEPTED HOLDING: same
send-repair              | IN_USE IDLE IN_WH_CENTRAL IN_WH_CUSTODY: UNDER_REPAIR
complete-repair          | UNDER_REPAIR: IDLE
declare-beyond-repair    | UNDER_REPAIR: IDLE
spend-on-construction    | UNDER_CONSTRUCTION: same
exchange                 | IN_USE IDLE: DISPOSED
end-rent-in              | RENTED_IN: DISPOSED
reverse-posting          | IN_USE IDLE: ACCEPTED
share                    | IN_USE: same
record-service           | IN_USE IDLE: same
start-improvement        | IN_USE: UNDER_IMPROVEMENT
spend-on-improvement     | UNDER_IMPROVEMENT: same
remove-parts             | UNDER_IMPROVEMENT: same
complete-improvement     | UNDER_IMPROVEMENT: IN_USE
lease-out                | IN_USE IDLE: LEASED_OUT
extend-lease             | LEASED_OUT: same
end-lease                | LEASED_OUT: IDLE
lend-out                 | IN_USE IDLE: LENT_OUT
extend-lend              | LENT_OUT: same
end-lend                 | LENT_OUT: IDLE
invest-out               | IN_USE IDLE: INVESTED
reallocate-inside        | IN_USE IDLE: same
lend-between             | IN_USE IDLE: LENT_OUT
return-between           | LENT_OUT: IDLE
realloc-out              | IN_USE IDLE: IN_USE
warehouse-in             | IDLE: IN_WH_CENTRAL
list                     | IN_WH_CENTRAL IN_WH_CUSTODY: same
unlist                   | IN_WH_CENTRAL IN_WH_CUSTODY: same
reserve                  | IN_WH_CENTRAL IN_WH_CUSTODY: same
release-reservation      | IN_WH_CENTRAL IN_WH_CUSTODY: same
deliver-loan             | IN_WH_CENTRAL IN_WH_CUSTODY: LOANED
extend-loan              | LOANED: same
return-to-warehouse      | LOANED: IN_WH_CENTRAL
deliver-realloc          | IN_WH_CENTRAL IN_WH_CUSTODY: IN_USE
apply-disposal           | IN_USE IDLE IN_WH_CENTRAL IN_WH_CUSTODY: same
record-executed-disposal | PRESENT: DISPOSED
open-request             | IN_USE IDLE: same
count-missing            | PRESENT: LOSS_PENDING
found-again              | LOSS_PENDING: IN_USE
record-count             | LIVE: same
"""
"""Command, the states in which it passes, and the state after; all else is refused."""

GROUPS: dict[str, frozenset[State]] = {
    "HOLDING": HOLDING,
    "LIVE": frozenset(State) - TERMINAL,
    "SPREADABLE": SPREADABLE,
    "PRESENT": HOLDING - {State.PENDING_BOOKING, State.LOSS_PENDING, State.DISPOSAL_APPROVED},
}

CODES: dict[tuple[str, State], str] = {
    ("apply-disposal", State.LEASED_OUT): "E_ENCUMBERED",
    ("apply-disposal", State.LENT_OUT): "E_ENCUMBERED",
    ("apply-disposal", State.LOANED): "E_NOT_HOLDER",
    **{
        (name, State.LOANED): "E_NOT_HOLDER"
        for name in ("realloc-out", "lease-out", "lend-out", "invest-out", "lend-between")
    },
    ("found-again", State.DISPOSED): "E_ALREADY_WRITTEN_OFF",
    **{
        ("void", state): "E_VOUCHER_EXISTS"
        for state in State
        if state not in TERMINAL | {State.ACCEPTED, State.UNDER_CONSTRUCTION, State.RENTED_IN}
    },
}
"""Refusals of the table that say more than that the state is wrong."""

ON_SEVERAL_CARDS = {"merge-cards"}
"""Tried with cards in each state in test_card_changes."""

ON_PROCESSES = {
    "approve-disposal", "reject-disposal", "withdraw-disposal", "revoke-approval",
    "execute-disposal", "approve-loss", "record-proceeds", "record-disposal-cost",
    "claim-compensation", "receive-compensation", "close-disposal", "pay-treasury",
    "pay-retention", "review-request", "return-request", "resubmit-request", "approve-request",
    "reject-request", "withdraw-request", "revoke-request", "file-process",
}  # fmt: skip
"""Tried by status of the process in test_process_table."""

ON_LEASES_AND_PARTS = {"record-rent", "recognise-rent", "approve-removed-parts"}
"""Tried by status of the process in test_leases and test_improvements."""

ON_PROJECTS = {
    "start-construction", "deliver-estimated", "deliver-final", "settle-construction",
    "spend-on-development", "develop", "abandon-development", "reverse-disposal",
    "record-confiscated", "grant-land", "rent-in",
}  # fmt: skip
"""Tried one by one in test_constructions, test_configurations and test_reversals."""

ON_THE_FRAME = {
    "register-unit", "open-books", "open-warehouse", "set-setting", "pass-day",
    "register-acquisition", "import-opening-card", "undo-import", "record-gain", "depreciate",
    "close-period", "close-year", "open-stocktake", "close-stocktake", "set-route", "set-limits",
    "delegate", "end-delegation",
}  # fmt: skip
"""Tried one by one in test_refusals and test_approval: they name no thing that exists before."""


def _table() -> dict[str, dict[State, str]]:
    rows: dict[str, dict[State, str]] = {}
    for row in TABLE.strip().splitlines():
        name, rule = (part.strip() for part in row.split("|"))
        states, after = (part.strip() for part in rule.split(":"))
        allowed = [GROUPS.get(word) or frozenset({State(word)}) for word in states.split()]
        rows[name] = {state: after for group in allowed for state in group}
    return rows


def _expected(name: str, state: State) -> str:
    """The state after, or the code of the refusal."""
    if after := _table()[name].get(state):
        return str(state) if after == SAME else after
    if code := CODES.get((name, state)):
        return code
    if state in TERMINAL:
        return "E_TERMINAL"
    return "E_SEALED_FOR_DISPOSAL" if state is State.DISPOSAL_APPROVED else "E_STATE"


def test_every_command_stands_in_a_table() -> None:
    """A new command must be tried in every state or status, or by itself."""
    assert (
        set(COMMANDS)
        == set(TRIES)
        | ON_SEVERAL_CARDS
        | ON_PROCESSES
        | ON_LEASES_AND_PARTS
        | ON_PROJECTS
        | ON_THE_FRAME
    )
    assert set(TRIES) == set(_table())


@pytest.mark.parametrize("name", TRIES)
def test_each_command_passes_where_the_table_says_and_nowhere_else(name: str) -> None:
    """Handbook 2.9: state by command gives the state after, or the code of the refusal."""
    expected, actual = {}, {}
    for state in State:
        book = stage(kind="institution" if name in OF_AN_INSTITUTION else "administrative")
        asset_id = place(book, state)
        if name in OVERLAYS:
            force(book, asset_id, **OVERLAYS[name])
        before = len(book.log)
        try:
            book.when(TRIES[name](asset_id), "somebody")
        except Refused as refusal:
            actual[state] = refusal.code
            assert before == len(book.log)
        else:
            actual[state] = str(book.holding(asset_id).state)
        expected[state] = _expected(name, state)

    assert expected == actual
