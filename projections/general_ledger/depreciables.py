"""What a depreciation run works from: the live booked cards of a unit at one position."""

from __future__ import annotations

from domain.depreciation import VERSION, Basis
from domain.periods import last_day
from domain.states import State
from domain.world import Balances, Depreciable, Inputs, Totals
from eventstore.statements import statements
from projections.projection import Cursor

SQL = statements("projections.general_ledger", "queries.sql")

_OVER_SETS = {"2026-1": "run_totals_2026_1"}
"""Version of a rule to its form over a whole unit in SQL."""

CAUGHT_UP = "CAUGHT_UP"
"""Skip reason of a card whose month was charged by hand (E18)."""

# A card that is not worth spreading now, though its kind is (handbook 2.8, 5.3).
_WAITING = frozenset(
    {State.PENDING_BOOKING, State.UNDER_IMPROVEMENT, State.UNDER_CONSTRUCTION, State.LOSS_PENDING}
)


def depreciables(
    cur: Cursor, unit_id: str, period: str, position: int, asset_id: str | None = None
) -> Inputs:
    """The inputs of the run of `period` ("YYYY-MM"), from events up to `position` only.

    Every live booked card is there, those without a basis too, so that a run can say why it
    gives them no line; `asset_id` asks for one of them. Register and general ledger must have
    passed `position`.
    """
    asked = {"unit": unit_id, "period": period, "position": position, "day": last_day(period)}
    asked["asset"] = asset_id
    cur.execute(SQL["depreciables"], asked)
    cards = tuple(_card(row) for row in cur.fetchall())
    row = cur.execute(SQL["ledger_version"], asked).fetchone()
    return Inputs(position=position, cards=cards, ledger_version=int(row[0]) if row else 0)


def run_inputs(cur: Cursor, unit_id: str, period: str, position: int) -> Inputs:
    """The inputs of a run by today's rule, with its totals worked out where the cards lie.

    The same as `depreciables` and the rule over each card, to the fen and to the digest; where a
    rule has no form over sets, the cards themselves.
    """
    name = _OVER_SETS.get(VERSION)
    if name is None:
        return depreciables(cur, unit_id, period, position)
    asked = {"unit": unit_id, "period": period, "position": position, "day": last_day(period)}
    row = cur.execute(SQL[name], asked).fetchone()
    assert row is not None, "sums always have a row"
    count, digest, lines, skipped = row
    totals = Totals(
        rule=VERSION,
        count=int(count),
        digest=str(digest),
        lines={(str(expense), str(accum)): int(fen) for expense, accum, fen in lines},
        skipped={str(reason): tuple(ids) for reason, ids in skipped.items()},
    )
    found = cur.execute(SQL["ledger_version"], asked).fetchone()
    return Inputs(position, (), int(found[0]) if found else 0, totals)


def unit_balances(cur: Cursor, unit_id: str, period: str, position: int) -> Balances:
    """What the unit's books hold at the end of `period`, from events up to `position` only."""
    asked = {"unit": unit_id, "position": position, "day": last_day(period)}
    sums: dict[str, dict[str, int]] = {"account": {}, "card": {}}
    for kind, account, fen in cur.execute(SQL["unit_balances"], asked).fetchall():
        sums[kind][account] = int(fen)
    row = cur.execute(SQL["ledger_version"], asked).fetchone()
    return Balances(position, sums["account"], sums["card"], int(row[0]) if row else 0)


def _card(row: tuple[object, ...]) -> Depreciable:
    asset_id, card_no, state, dep_status, start, amount, months, expense, accum, opening = row[:10]
    runs, done, later = row[10:]
    if start is None:
        reason = str(state) if state in _WAITING else None
        if reason is None and later:
            reason = CAUGHT_UP
        if reason is None and dep_status == "COMPLETED":
            reason = "EXHAUSTED"
        return Depreciable(str(asset_id), str(card_no), None, 0, reason)
    basis = Basis(
        start_period=str(start),
        amount_fen=int(str(amount)),
        months=int(str(months)),
        expense_account=str(expense),
        accum_account=str(accum),
        opening_fen=int(str(opening)),
        done=int(str(done)),
    )
    return Depreciable(str(asset_id), str(card_no), basis, int(str(runs)))
