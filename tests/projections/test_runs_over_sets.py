"""The rule over a whole unit in SQL is the rule over each card, to the fen and to the digest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.decisions.depreciating import depreciation_run
from domain.periods import add_months, last_day, months_between
from projections.general_ledger import GeneralLedger
from projections.general_ledger.depreciables import depreciables, run_inputs
from projections.register import Register
from tests.projections.fix_database import engine_over
from tests.projections.stories import Story

FIRST = "2024-01"

_CARD = """
INSERT INTO p_register.card (asset_id, card_no, name, class_std, class_code, card_type,
    account_code, acq_way, acquired_on, qty_centi, value_type, dep_status, classified, card,
    search, parts, event_position, effective_from, effective_to, position_from, position_to)
VALUES (%(id)s, %(id)s, 'n', 's', 'c', 't', '1601', 'PURCHASE', '2020-01-01', 100, 'COST',
    %(dep)s, false, '{}', '', '', 1, '2020-01-01', '9999-12-31', 1, 9223372036854775807)
"""
_HOLDING = """
INSERT INTO p_register.holding (asset_id, card_no, unit_id, state, overlays, gross_fen,
    booked_on, original_gross_fen, begun_on, event_position, effective_from, effective_to,
    position_from, position_to)
VALUES (%(id)s, %(id)s, 'U', %(state)s, '{}', 1, %(booked)s, 1, '2020-01-01', 1, '2020-01-01',
    '9999-12-31', 1, 9223372036854775807)
"""
_BASIS = """
INSERT INTO p_general_ledger.basis VALUES (%(id)s, %(id)s, 'U', %(from)s, %(start)s, %(amount)s,
    %(months)s, 0, %(done)s, %(expense)s, '1602', %(ends)s, %(ended)s)
"""
_RUN = "INSERT INTO p_general_ledger.run VALUES ('U', %s, %s, %s, %s, 0, '')"
_LATE = "INSERT INTO p_general_ledger.late_skip VALUES ('U', %s, %s, %s, 'LATE')"

holdings = st.fixed_dictionaries(
    {
        "state": st.sampled_from(["IN_USE", "IDLE", "UNDER_IMPROVEMENT", "DISPOSED", "ACCEPTED"]),
        "dep": st.sampled_from(["ACTIVE", "EXEMPT", "COMPLETED"]),
        "amount": st.integers(0, 10**12),
        "months": st.integers(0, 90),
        "done": st.integers(0, 60),
        "expense": st.sampled_from(["5001", "5101", "5201"]),
        "start": st.integers(-6, 8),
        "known": st.integers(0, 8),
        "spread": st.booleans(),
        "later": st.one_of(st.none(), st.tuples(st.integers(0, 8), st.integers(0, 2))),
        "late": st.sets(st.integers(0, 5), max_size=2),
    }
)


@pytest.fixture
def cursor(emptied: Any) -> Iterator[psycopg.Cursor[Any]]:
    """Into empty tables of register and ledger."""
    engine_over(emptied, Story(), [GeneralLedger(), Register()]).close()
    with psycopg.connect(emptied.admin_url) as connection:
        yield connection.cursor()
        connection.rollback()


def tell(cur: psycopg.Cursor[Any], cards: list[dict[str, Any]], runs: int) -> None:
    """Runs of months one after the other, at positions 20, 30 … with inputs one before."""
    for n in range(runs):
        period = add_months(FIRST, n)
        cur.execute(_RUN, (period, 20 + 10 * n, last_day(period), 19 + 10 * n))
    for number, card in enumerate(cards):
        named = {**card, "id": f"A-{number}/{chr(0x4E00 + number)}", "booked": "2020-01-05"}
        cur.execute(_CARD, named)
        cur.execute(_HOLDING, named)
        for n in card["late"]:
            if n < runs:
                cur.execute(_LATE, (add_months(FIRST, n), named["id"], 20 + 10 * n))
        if not card["spread"]:
            continue
        start = add_months(FIRST, card["start"])
        first = {**named, "start": start, "from": 10 + 10 * card["known"],
                 "ends": "9999-12", "ended": 2**63 - 1}  # fmt: skip
        if card["later"] is not None:
            _later(cur, first, *card["later"])
        cur.execute(_BASIS, first)


def _later(cur: psycopg.Cursor[Any], first: dict[str, Any], after: int, gap: int) -> None:
    """The first basis ends `after` months after its start; another begins, perhaps with a gap."""
    ends = add_months(first["start"], after)
    at = max(first["from"] + 1, 11 + 10 * max(0, months_between(FIRST, ends)))
    first |= {"ends": ends, "ended": at}
    second = {**first, "start": add_months(ends, gap), "from": at, "amount": 777_777}
    cur.execute(_BASIS, {**second, "ends": "9999-12", "ended": 2**63 - 1})


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(holdings, max_size=6), st.integers(0, 6))
def test_totals_over_a_unit_equal_the_rule_card_by_card(
    cursor: psycopg.Cursor[Any], cards: list[dict[str, Any]], runs: int
) -> None:
    """Random plans, ends, gaps, late months and runs: totals, count, digest, skipped cards."""
    tell(cursor, cards, runs)
    period, position = add_months(FIRST, runs), 19 + 10 * runs
    one_by_one = depreciation_run(depreciables(cursor, "U", period, position), period)
    at_once = depreciation_run(run_inputs(cursor, "U", period, position), period)
    cursor.connection.rollback()

    assert one_by_one == at_once
