"""Entries of things that come in by other ways than purchase: built, developed, granted, exchanged.

Patterns and cases by handbook 5.2 and 5.8, as in `domain.postings`.
"""

from __future__ import annotations

from collections.abc import Sequence

from domain.events import Line
from domain.postings import (
    IMPROVING,
    PENDING_VALUE,
    Amount,
    Booked,
    entry,
    other_spending,
    paid,
)

DEVELOPING = "1703"


def building_spent(
    asset_id: str, unit_kind: str, fiscal_fen: int, own_fen: int, retention_fen: int
) -> tuple[Line, ...]:
    """5.2 purchase to be installed, built: spending gathers in 1613; what is kept back is owed."""
    return entry(
        "FA",
        [(IMPROVING, fiscal_fen + own_fen + retention_fen, asset_id)],
        [("4001", fiscal_fen), ("1002", own_fen), ("2302", retention_fen)],
    ) + paid(unit_kind, fiscal_fen, own_fen)


def built(items: Sequence[Booked], taken: Sequence[tuple[str, int]]) -> tuple[Line, ...]:
    """E19 delivered: the things at their value against 1613.

    `taken` is what leaves 1613 on each thing, in fen; below nothing where a thing that stays
    in construction takes over costs of those delivered.
    """
    debit: list[Amount] = [(item.account, item.gross_fen, item.asset_id) for item in items]
    debit += [(IMPROVING, -fen, asset_id) for asset_id, fen in taken if fen < 0]
    credit: list[Amount] = [(IMPROVING, fen, asset_id) for asset_id, fen in taken if fen > 0]
    return entry("FA", debit, credit)


def settled_difference(changes: Sequence[tuple[str, str, int]]) -> tuple[Line, ...]:
    """E19 adjust: (asset id, account, difference in fen) of each thing against 3501."""
    net = sum(fen for _, _, fen in changes)
    return entry(
        "FA",
        [(account, max(fen, 0), asset_id) for asset_id, account, fen in changes]
        + [("3501", max(-net, 0))],
        [(account, max(-fen, 0), asset_id) for asset_id, account, fen in changes]
        + [("3501", max(net, 0))],
    )


def difference_to_surplus(fen: int) -> tuple[Line, ...]:
    """E19 transfer: 3501 to 3001 in the same command, whichever way it goes."""
    return entry(
        "FA",
        [("3501", max(fen, 0)), ("3001", max(-fen, 0))],
        [("3001", max(fen, 0)), ("3501", max(-fen, 0))],
    )


def development_spent(unit_kind: str, fiscal_fen: int, own_fen: int) -> tuple[Line, ...]:
    """5.1 research and development gathers in 1703."""
    return entry(
        "FA",
        [(DEVELOPING, fiscal_fen + own_fen)],
        [("4001", fiscal_fen), ("1002", own_fen)],
    ) + paid(unit_kind, fiscal_fen, own_fen)


def research_expensed(expense: str, fen: int) -> tuple[Line, ...]:
    """What research cost becomes an expense, and so does a development that came to nothing."""
    return entry("FA", [(expense, fen)], [(DEVELOPING, fen)])


def developed(item: Booked) -> tuple[Line, ...]:
    """2.2 self-developed: what the development cost is the value of the intangible."""
    return entry(
        "FA", [(item.account, item.gross_fen, item.asset_id)], [(DEVELOPING, item.gross_fen)]
    )


def land_granted(
    items: Sequence[Booked], unit_kind: str, costs_fen: int, own_fen: int, *, bears_costs: bool
) -> tuple[Line, ...]:
    """2.2 land allocation: costs paid and what the state gave (3401); without value an expense.

    At nominal amount or without value the costs are an expense, as for gifts (5.2).
    """
    total = sum(item.gross_fen for item in items)
    debit: list[Amount] = [(item.account, item.gross_fen, item.asset_id) for item in items]
    given = total - costs_fen if bears_costs else total
    if not bears_costs:
        debit.append(("5901", costs_fen))
    credit: list[Amount] = [("3401", given), ("4001", costs_fen - own_fen), ("1002", own_fen)]
    return entry("FA", debit, credit) + paid(unit_kind, costs_fen - own_fen, own_fen)


def exchanged(
    given: Sequence[Booked],
    taken: Sequence[Booked],
    *,
    boot_paid_fen: int,
    boot_received_fen: int,
    costs_fen: int,
) -> tuple[Line, ...]:
    """E14, E15: the new at its cost, the old off the books, boot, costs, and what balances.

    Boot received, net of costs, is owed to the treasury; the balance is 4609, or 5301 where it
    is negative. A budget entry only for what is paid over and above the boot received.
    """
    owed = max(0, boot_received_fen - costs_fen)
    debit: list[Amount] = [(item.account, item.gross_fen, item.asset_id) for item in taken]
    debit += [(item.contra, item.accum_fen, item.asset_id) for item in given]
    debit.append(("1002", boot_received_fen))
    credit: list[Amount] = [(item.account, item.gross_fen, item.asset_id) for item in given]
    credit += [("1002", boot_paid_fen + costs_fen), ("2103", owed)]
    gain = sum(amount[1] for amount in debit) - sum(amount[1] for amount in credit)
    return entry(
        "FA", [*debit, ("5301", max(-gain, 0))], [*credit, ("4609", max(gain, 0))]
    ) + other_spending(max(0, boot_paid_fen + costs_fen - boot_received_fen))


def gain_of_this_year(unit_kind: str, origin: str, fen: int, own_fen: int) -> tuple[Line, ...]:
    """E13 note: a gain that was acquired this year is booked by its real origin, not by 3501."""
    if origin == "CONFIG.PURCHASE":
        return entry(
            "FA", [(PENDING_VALUE, fen)], [("4001", fen - own_fen), ("1002", own_fen)]
        ) + paid(unit_kind, fen - own_fen, own_fen)
    source = "4603" if origin == "CONFIG.DONATION_IN" else "3401"
    return entry("FA", [(PENDING_VALUE, fen)], [(source, fen)])


def given_away(items: Sequence[Booked], costs_fen: int) -> tuple[Line, ...]:
    """E21: book value and costs of a gift are an expense; the costs alone have a budget entry."""
    return entry(
        "FA",
        [("5301", sum(item.net_fen for item in items) + costs_fen)]
        + [(item.contra, item.accum_fen, item.asset_id) for item in items],
        [(item.account, item.gross_fen, item.asset_id) for item in items] + [("1002", costs_fen)],
    ) + other_spending(costs_fen)


def confiscated_sold(fen: int) -> tuple[Line, ...]:
    """2.7 confiscated: all that it brings is owed to the treasury (条例 art. 20)."""
    return entry("FA", [("1002", fen)], [("2103", fen)])
