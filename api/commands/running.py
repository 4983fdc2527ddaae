"""Running one command for a caller: role, unit, id, versions; used by the API and the pages."""

from __future__ import annotations

import uuid
from typing import Any, Final

import msgspec

from api.attachments.naming import names_files, with_files
from api.auth.identity import Principal
from api.auth.powers import Thing, may
from api.house import House
from api.problems import Problem, Wrong
from domain.decisions.card_rules import CardRefused
from domain.envelope import Actor
from domain.refusals import Refused
from eventstore import errors
from eventstore.application import Answer
from projections.asof import Scope

WAIT_SECONDS: Final = 10.0


class Receipt(Answer, frozen=True, kw_only=True):
    """The ledger's answer, and what the caller can see of it.

    `shown` is None for who did not wait; False says that it is recorded, and that pages and
    questions do not hold it yet.
    """

    shown: bool | None = None


def run_command(
    house: House,
    principal: Principal,
    name: str,
    command: Any,
    *,
    command_id: str | None = None,
    dry_run: bool = False,
    expected: dict[str, int] | None = None,
    wait: bool = False,
) -> Receipt:
    """The receipt of `command`; raises Problem for every kind of refusal.

    With `wait` it comes when every read model has passed the new position, or after WAIT_SECONDS
    and at once when a read model has stopped: `shown` tells these apart.
    """
    spec = house.commands[name]
    thing, action = Thing(spec.subject), spec.action
    if not may(principal.roles, thing, action):
        raise Problem("E_FORBIDDEN")
    actor, command_id = principal.actor(thing, action), command_id or str(uuid.uuid4())
    reach = house.scope_of(principal, thing, action)
    # A request reaches into another unit's warehouse by its nature; it speaks for its own unit.
    asks_for = {getattr(command, "for_unit", principal.unit_id) or ""}
    try:
        answer = _repeated(house, command, actor, command_id, dry_run=dry_run)
        answer = answer or house.ledger.execute(
            with_files(house, principal, command),
            actor,
            command_id=command_id,
            dry_run=dry_run,
            expected=expected,
            scope=lambda units: check_units(
                reach, asks_for if thing is Thing.WAREHOUSE_REQUEST else units
            ),
            given=command,
        )
    except Refused as refused:
        raise _of_refusal(refused) from refused
    except errors.EventStoreError as error:
        raise _of_store(error, with_if_match=bool(expected)) from error
    waits = wait and not dry_run
    shown = house.clocks.wait_for(answer.position, WAIT_SECONDS) if waits else None
    return Receipt(**msgspec.structs.asdict(answer), shown=shown)


def _repeated(
    house: House, command: Any, actor: Actor, command_id: str, *, dry_run: bool
) -> Answer | None:
    """The first answer to a command whose files may be gone since; a repeat asks nothing of them.

    Commands without files need no look of their own: the append knows a repeat by itself.
    """
    if dry_run or not names_files(command):
        return None
    first: Answer | None = house.ledger.first_answer(command, actor, command_id)
    return first


def check_units(reach: Scope, touched: set[str]) -> None:
    """Refuse a command that touches a unit beyond `reach`."""
    foreign = sorted(unit for unit in touched if not reach.allows(unit))
    if foreign:
        units = "、".join(foreign)
        raise Problem(
            "E_OUT_OF_SCOPE", f"单位 {units} 不在您的数据范围内。",
            f"Unit {units} is outside your scope.",
        )  # fmt: skip


def _of_refusal(refused: Refused) -> Problem:
    return Problem(
        refused.code, refused.zh, refused.en, status=refused.rule.status,
        errors=_places(refused), source=refused.rule.source,
    )  # fmt: skip


def _places(refused: Refused) -> tuple[Wrong, ...]:
    """The fields a refusal speaks of: all that is wrong with a card, one field otherwise."""
    if isinstance(refused, CardRefused):
        return tuple(Wrong(f"/{one.field}", one.zh, one.en, one.code) for one in refused.findings)
    if not refused.field:
        return ()
    return (Wrong(f"/{refused.field}", refused.zh, refused.en, refused.code),)


def _of_store(error: errors.EventStoreError, *, with_if_match: bool) -> Problem:
    match error:
        case errors.Conflict() if with_if_match:
            return Problem("E_VERSION", error.zh, error.en)
        case errors.Conflict() | errors.ReadSetChanged() | errors.Claimed():
            status = 409
        case errors.CommandReused():
            status = 422
        case errors.RequestInvalid():
            status = 400
        case errors.LogUnavailable():
            status = 503
        case _:
            status = 500
    return Problem(error.code, error.zh, error.en, status=status)
