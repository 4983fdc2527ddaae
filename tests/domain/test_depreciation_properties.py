"""What straight-line depreciation must hold for any amount, life and number of runs."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from hypothesis import given
from hypothesis import strategies as st

from domain.depreciation import Basis, accumulated_fen, charge_fen, charged_fen, remaining_basis

amounts = st.integers(0, 10**12)
lives = st.integers(1, 720)


def basis(amount_fen: int, months: int, opening_fen: int = 0) -> Basis:
    """A basis from 2024-01 on."""
    return Basis(
        start_period="2024-01",
        amount_fen=amount_fen,
        months=months,
        expense_account="5001",
        accum_account="1602",
        opening_fen=opening_fen,
    )


def plan(amount_fen: int, months: int) -> list[int]:
    """The rule in words (5.3): two decimals half up, the last month takes the remainder."""
    yuan = Decimal(amount_fen) / 100
    regular = int((yuan / months).quantize(Decimal("0.01"), ROUND_HALF_UP) * 100)
    left, charges = amount_fen, []
    for _ in range(months - 1):
        charges.append(min(regular, left))
        left -= charges[-1]
    return [*charges, left]


@given(amounts, lives)
def test_each_month_is_what_the_rule_says(amount_fen: int, months: int) -> None:
    """Month by month the charge equals the plan worked out in decimals."""
    spread = basis(amount_fen, months)

    assert [charge_fen(spread, n) for n in range(months)] == plan(amount_fen, months)


@given(amounts, lives, st.integers(0, 100))
def test_a_card_is_charged_its_whole_amount_and_no_fen_more(
    amount_fen: int, months: int, after: int
) -> None:
    """The sum over the life is the amount; every later run charges nothing."""
    spread = basis(amount_fen, months)

    assert sum(charge_fen(spread, n) for n in range(months)) == amount_fen
    assert charge_fen(spread, months + after) == 0


@given(amounts, lives, st.integers(0, 800))
def test_no_charge_is_negative_and_none_goes_beyond_the_amount(
    amount_fen: int, months: int, runs: int
) -> None:
    """Accumulated depreciation only grows, up to the amount."""
    spread = basis(amount_fen, months)

    assert charge_fen(spread, runs) >= 0
    assert 0 <= charged_fen(spread, runs) <= amount_fen


@given(amounts, lives, st.data())
def test_a_change_of_life_loses_no_fen(amount_fen: int, months: int, data: st.DataObject) -> None:
    """(value - accumulated) over the months left ends at the whole value (5.3)."""
    runs = data.draw(st.integers(0, months - 1))
    left = data.draw(lives)
    before = basis(amount_fen, months)
    after = remaining_basis(before, runs, "2025-01", amount_fen, left)

    assert after.opening_fen == accumulated_fen(before, runs)
    assert accumulated_fen(after, left) == amount_fen
