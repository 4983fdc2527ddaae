"""Entries that belong to periods: omitted months, changed values, and the end of the year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from domain.events import Line
from domain.postings import Amount, entry

ACCUMULATED, PRIOR_YEARS = "3001", "3501"

Charged = tuple[str, str, str, int]
"""Asset id, expense account, accumulated account, fen."""


def omitted_earlier(items: Iterable[Charged]) -> tuple[Line, ...]:
    """E18 prior years: what earlier years should have charged goes to 3501."""
    items = list(items)
    return entry(
        "FA",
        [(PRIOR_YEARS, sum(fen for *_, fen in items))],
        [(contra, fen, asset_id) for asset_id, _, contra, fen in items],
    )


def omitted_to_surplus(fen: int) -> tuple[Line, ...]:
    """E18 transfer: 3501 to 3001 in the same command, as a voucher of its own (5.7)."""
    return entry("FA", [(ACCUMULATED, fen)], [(PRIOR_YEARS, fen)])


def omitted_this_year(items: Iterable[Charged]) -> tuple[Line, ...]:
    """E18 current year catch-up: the expense that the runs would have charged."""
    items = list(items)
    expenses: dict[str, int] = {}
    for _, expense, _, fen in items:
        expenses[expense] = expenses.get(expense, 0) + fen
    return entry(
        "FA",
        sorted(expenses.items()),
        [(contra, fen, asset_id) for asset_id, _, contra, fen in items],
    )


def revalued(account: str, asset_id: str, fen: int) -> tuple[Line, ...]:
    """5.2: a settled value differs by `fen` from what was booked; the other side is 3501."""
    if fen >= 0:
        return entry("FA", [(account, fen, asset_id)], [(PRIOR_YEARS, fen)])
    return entry("FA", [(PRIOR_YEARS, -fen)], [(account, -fen, asset_id)])


def revalued_to_surplus(fen: int) -> tuple[Line, ...]:
    """5.7: 3501 goes to 3001 in the same command."""
    if fen >= 0:
        return entry("FA", [(PRIOR_YEARS, fen)], [(ACCUMULATED, fen)])
    return omitted_to_surplus(-fen)


def rewritten(lines: Iterable[Line], asset_id: str, account: str, fen: int) -> tuple[Line, ...]:
    """Return the lines of a voucher with `fen` more on one asset: the blue entry (蓝字更正).

    What was paid for the asset changes with it: the largest credit, and in the budget book the
    spending and its source.
    """
    lines = list(lines)
    own = next(n for n, x in enumerate(lines) if (x.asset_id, x.account) == (asset_id, account))
    moved = {own, _largest(lines, "FA", "C")}
    if any(line.book == "BA" for line in lines):
        moved |= {_largest(lines, "BA", "D"), _largest(lines, "BA", "C")}
    amounts = [line.fen + (fen if n in moved else 0) for n, line in enumerate(lines)]
    return tuple(
        Line(
            book=line.book, account=line.account, side=line.side, fen=amount, asset_id=line.asset_id
        )
        for line, amount in zip(lines, amounts, strict=True)
        if amount != 0
    )


def _largest(lines: list[Line], book: str, side: str) -> int:
    """Return the place of the largest line of a book's side."""
    places = [
        n
        for n, line in enumerate(lines)
        if (line.book, line.side, line.asset_id) == (book, side, None)
    ]
    return max(places, key=lambda n: lines[n].fen)


def cleared(balances: Mapping[str, int], target: str) -> tuple[Line, ...]:
    """5.7: the entry that brings accounts to zero against `target`, as the year's end does.

    `balances` are debits less credits in fen by account.
    """
    debit: list[Amount] = [(account, -fen) for account, fen in balances.items() if fen < 0]
    credit: list[Amount] = [(account, fen) for account, fen in balances.items() if fen > 0]
    net = sum(balances.values())
    return entry("FA", [*debit, (target, max(net, 0))], [*credit, (target, max(-net, 0))])
