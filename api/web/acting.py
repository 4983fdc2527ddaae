"""What may be done next with a thing: by its state (handbook 2.9) and the reader's powers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

import msgspec

from api.auth.identity import Principal
from api.auth.powers import READ, Thing, may
from domain.commands.table import COMMANDS, CommandSpec
from domain.states import State

_HELD: Final = ("correct-card", "print-label")
_ON_HAND: Final = ("realloc-out", "send-repair", "move", "apply-disposal", "open-request")
_IN_WAREHOUSE: Final = ("reserve", "list", "unlist", "send-repair", "apply-disposal", *_HELD)

# The first act that the reader may do is the button of the card; the others stand in its menu.
_BY_STATE: Final[dict[State, tuple[str, ...]]] = {
    State.ACCEPTED: ("post-to-books", "void", "correct-card"),
    State.PENDING_BOOKING: ("verify-gain", "reject-gain", *_HELD),
    State.IN_USE: ("handover", "return-to-store", "declare-idle", *_ON_HAND, *_HELD),
    State.IDLE: ("issue", "warehouse-in", "handover", *_ON_HAND, *_HELD),
    State.IN_WH_CENTRAL: _IN_WAREHOUSE,
    State.IN_WH_CUSTODY: _IN_WAREHOUSE,
    State.LOANED: ("return-to-warehouse", "extend-loan", *_HELD),
    State.UNDER_REPAIR: ("complete-repair", "declare-beyond-repair", *_HELD),
    State.LOSS_PENDING: ("approve-loss", "found-again", *_HELD),
    State.DISPOSAL_APPROVED: ("execute-disposal", "revoke-approval", "print-label"),
    State.LEASED_OUT: _HELD,
    State.LENT_OUT: _HELD,
    State.UNDER_IMPROVEMENT: _HELD,
}  # fmt: skip

_RESERVED: Final = ("deliver-loan", "deliver-realloc", "release-reservation", *_HELD)
_BULK: Final = (
    "print-label", "handover", "move", "issue", "return-to-store", "declare-idle", "warehouse-in",
    "realloc-out", "send-repair", "apply-disposal", "open-request", "post-to-books",
)  # fmt: skip
_PLACE: Final = "/do/"


class Act(msgspec.Struct, frozen=True):
    """One command that may be given: its name, its words and where its form is."""

    name: str
    zh: str
    en: str
    path: str


def acts_on(row: Mapping[str, Any], principal: Principal, paths: Collection[str]) -> list[Act]:
    """The commands for the holding `row`, the obvious one first; empty for a reader only."""
    state, overlays = State(row["state"]), frozenset(row["overlays"])
    names = _BY_STATE.get(state, ())
    in_process = "PROCESS_OPEN" in overlays and state is not State.DISPOSAL_APPROVED
    if in_process:
        names = _HELD
    elif state in (State.IN_WH_CENTRAL, State.IN_WH_CUSTODY):
        names = _RESERVED if "RESERVED" in overlays else names
        absent = "list" if "LISTED" in overlays else "unlist"
        names = tuple(name for name in names if name != absent)
        if "LISTED" not in overlays:
            names = ("list", *(n for n in names if n not in ("list", "reserve")))
    if "SCRAP_SUGGESTED" in overlays and "apply-disposal" in names:
        names = ("apply-disposal", *(name for name in names if name != "apply-disposal"))
    acts = _acts(names, principal, paths)
    process_id = row.get("process_id")
    if in_process and process_id and may(principal.roles, Thing.DISPOSAL, READ):
        # Who signs or decides is a matter of the request, and stands on its page.
        acts = [Act("process", "打开业务单", "open the process", f"/processes/{process_id}"), *acts]
    return acts


def bulk_acts(principal: Principal, paths: Collection[str]) -> list[Act]:
    """The commands for many things at once."""
    return _acts(_BULK, principal, paths)


def _acts(names: Iterable[str], principal: Principal, paths: Collection[str]) -> list[Act]:
    if not any(path.startswith(_PLACE) for path in paths):
        return []
    return [
        Act(spec.name, spec.zh, spec.en, _path(spec, paths))
        for spec in (COMMANDS[name] for name in names)
        if may(principal.roles, Thing(spec.subject), spec.action)
    ]


def _path(spec: CommandSpec, paths: Collection[str]) -> str:
    """Labels and requests have pages of their own; everything else the form of its command."""
    if spec.name == "print-label" and "/labels" in paths:
        return "/labels"
    if spec.name == "open-request":
        return "/requests/new"
    return _PLACE + spec.name
