"""Straight-line depreciation by month: what one month charges and what has been charged so far.

Rules (field system and guide to standard no. 3, handbook 5.3): the month of booking is the first
month, the month of removal has none, no residual, two decimals half up, the last month takes the
remainder.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

VERSION = "2026-1"
"""The version of the rule by which a run charges today; every run carries the one it used."""


class Basis(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What is still to be spread over a holding from `start_period` ("YYYY-MM") on.

    `amount_fen` is spread over `months` months, of which `done` lie behind `start_period`;
    `opening_fen` is all that was accumulated before it.
    """

    start_period: str
    amount_fen: int
    months: int
    expense_account: str
    accum_account: str
    opening_fen: int = 0
    done: int = 0


def monthly_fen(amount_fen: int, months: int) -> int:
    """Return the regular monthly charge in fen, rounded half up."""
    return (2 * amount_fen + months) // (2 * months)


def planned_fen(amount_fen: int, months: int, first: int) -> int:
    """Return what the first `first` months of a plan charge, in fen."""
    if first <= 0 or months <= 0:
        return 0
    if first >= months:
        return amount_fen
    return min(amount_fen, first * monthly_fen(amount_fen, months))


def charged_fen(basis: Basis, runs: int) -> int:
    """Return what `runs` monthly runs have charged on this basis, in fen, opening left out."""
    if runs <= 0:
        return 0
    plan = basis.amount_fen, basis.months
    return planned_fen(*plan, basis.done + runs) - planned_fen(*plan, basis.done)


def charge_fen(basis: Basis, runs_before: int) -> int:
    """Return the charge of the run that follows `runs_before` runs, in fen."""
    return charged_fen(basis, runs_before + 1) - charged_fen(basis, runs_before)


Charge = Callable[[Basis, int], int]
"""What one run charges: the basis and the runs before it to fen."""

RULES: dict[str, Charge] = {"2026-1": charge_fen}
"""The rule of every version that ever made a run: an old run is worked out by its own.

A rule that changes is a new function under a new version; the old one stays as it is.
"""


def accumulated_fen(basis: Basis, runs: int) -> int:
    """Return the accumulated depreciation after `runs` runs, opening included, in fen."""
    return basis.opening_fen + charged_fen(basis, runs)


def months_left_of(basis: Basis, runs: int) -> int:
    """Return how many months of the plan `runs` runs leave."""
    return max(0, basis.months - basis.done - runs)


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


def continued_basis(
    basis: Basis, runs: int, start_period: str, *, caught_up: int = 0, expense: str | None = None
) -> Basis:
    """Return the same plan going on from `start_period`, with `caught_up` months charged by hand.

    The months of the plan stay as they are, so no fen moves from one month to another (E18).
    """
    done = basis.done + max(0, runs) + caught_up
    return Basis(
        start_period=start_period,
        amount_fen=basis.amount_fen,
        months=basis.months,
        expense_account=expense or basis.expense_account,
        accum_account=basis.accum_account,
        opening_fen=accumulated_fen(basis, done - basis.done),
        done=min(done, basis.months),
    )
