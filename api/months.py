"""Month's ends over many units: each unit by itself, what failed told, done twice harmless."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec
import psycopg
from psycopg.rows import tuple_row

from api.auth.identity import Principal
from api.auth.powers import CREATE, EXECUTE, Thing
from api.commands.running import run_command
from api.house import House
from api.problems import Problem
from domain.commands.structs import ClosePeriod, CloseYear, Command, Depreciate
from domain.periods import last_day
from projections.asof import AsOf
from projections.queries import QUERIES
from projections.queries import ask as ask_query

ALL: Final = "all"
DEPRECIATE, CLOSE = "depreciate", "close"
ACTIONS: Final = {DEPRECIATE: CREATE, CLOSE: EXECUTE}
"""The two steps of a month's end, and the action in the powers matrix that each needs."""

FOLD_AFTER: Final = 200
"""Units after which a line that folds by itself catches up: their runs do not concern others."""

OK, DONE = "OK", "DONE"
_DONE_BEFORE: Final = {DEPRECIATE: "E_ALREADY_RUN", CLOSE: "E_PERIOD_CLOSED"}


class Outcome(msgspec.Struct, frozen=True):
    """What came of one unit: OK, DONE (it was done before) or the code of what stopped it."""

    unit: str
    result: str
    zh: str
    en: str
    flags: tuple[str, ...] = ()

    @property
    def failed(self) -> bool:
        """Tell whether the unit still waits for its month's end."""
        return self.result not in (OK, DONE)


def monthly_command(
    house: House, step: str, unit_id: str, period: str, reason: str | None
) -> tuple[str, Command]:
    """The command of a step for one unit, and its name; December is closed with its year."""
    on = min(house.today(), last_day(period))
    if step == DEPRECIATE:
        return "depreciate", Depreciate(occurred_on=on, unit_id=unit_id, period=period)
    if period.endswith("-12"):
        year = int(period[:4])
        return "close-year", CloseYear(occurred_on=on, unit_id=unit_id, year=year, reason=reason)
    return "close-period", ClosePeriod(
        occurred_on=on, unit_id=unit_id, period=period, reason=reason
    )


def units_of(house: House, principal: Principal, unit: str, step: str) -> list[str]:
    """The unit named, or all in the caller's reach whose books are open."""
    if unit != ALL:
        return [unit]
    scope = house.scope_of(principal, Thing.VOUCHER, ACTIONS[step])
    as_of = AsOf(house.today(), house.clocks.position(), True)
    params = QUERIES["periods"].params()
    with house.pool.connection() as connection, connection.cursor(row_factory=tuple_row) as cur:
        return [row["unit_id"] for row in ask_query(cur, "periods", params, as_of, scope).rows]


def month_ends(
    house: House,
    principal: Principal,
    step: str,
    period: str,
    units: Sequence[str],
    *,
    reason: str | None = None,
) -> Iterator[Outcome]:
    """Take the step for unit after unit; one that fails stops no other.

    What was done before is fine and said, so that a run that was interrupted is simply started
    again. A closing waits until its unit's run is folded: somebody must be folding meanwhile.
    """
    for unit_id in units:
        yield _one(house, principal, step, period, unit_id, reason)


def _one(
    house: House, principal: Principal, step: str, period: str, unit_id: str, reason: str | None
) -> Outcome:
    try:
        name, command = monthly_command(house, step, unit_id, period, reason)
        command = msgspec.convert(msgspec.to_builtins(command), type(command))
        receipt = run_command(house, principal, name, command)
    except msgspec.ValidationError as error:
        return Outcome(unit_id, "E_FIELDS", str(error), str(error))
    except psycopg.Error as error:
        return Outcome(unit_id, "E_UNAVAILABLE", str(error), str(error))
    except Problem as problem:
        result = DONE if problem.code == _DONE_BEFORE[step] else problem.code
        return Outcome(unit_id, result, problem.detail("zh"), problem.detail("en"))
    place = f"#{receipt.position}"
    return Outcome(unit_id, OK, place, place, receipt.flags)
