"""Straight-line depreciation by month: what one month charges and what has been charged so far.

Rules (field system and guide to standard no. 3, handbook 5.3): the month of booking is the first
month, the month of removal has none, no residual, two decimals half up, the last month takes the
remainder.
"""

from __future__ import annotations

import msgspec


class Basis(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What is still to be spread over a holding from `start_period` ("YYYY-MM") on.

    `amount_fen` is spread over `months` months; `opening_fen` was accumulated before.
    """

    start_period: str
    amount_fen: int
    months: int
    expense_account: str
    accum_account: str
    opening_fen: int = 0


def monthly_fen(amount_fen: int, months: int) -> int:
    """Return the regular monthly charge in fen, rounded half up."""
    return (2 * amount_fen + months) // (2 * months)


def charged_fen(basis: Basis, runs: int) -> int:
    """Return what `runs` monthly runs have charged on this basis, in fen, opening left out."""
    if runs <= 0 or basis.months <= 0:
        return 0
    if runs >= basis.months:
        return basis.amount_fen
    return min(basis.amount_fen, runs * monthly_fen(basis.amount_fen, basis.months))


def charge_fen(basis: Basis, runs_before: int) -> int:
    """Return the charge of the run that follows `runs_before` runs, in fen."""
    return charged_fen(basis, runs_before + 1) - charged_fen(basis, runs_before)


def accumulated_fen(basis: Basis, runs: int) -> int:
    """Return the accumulated depreciation after `runs` runs, opening included, in fen."""
    return basis.opening_fen + charged_fen(basis, runs)


def remaining_basis(
    basis: Basis, runs: int, start_period: str, new_gross_fen: int, months: int
) -> Basis:
    """Return the basis after a change of value or life: the rest over the remaining `months`."""
    done = accumulated_fen(basis, runs)
    return Basis(
        start_period=start_period,
        amount_fen=new_gross_fen - done,
        months=months,
        expense_account=basis.expense_account,
        accum_account=basis.accum_account,
        opening_fen=done,
    )
