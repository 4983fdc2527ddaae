"""How months and years of a unit's books are closed (handbook 5.7)."""

from __future__ import annotations

from domain import postings
from domain.commands.structs import ClosePeriod, CloseYear, Command
from domain.decisions.decision import Decision
from domain.envelope import Fact
from domain.events import PeriodClosed
from domain.money import yuan
from domain.period_entries import cleared
from domain.periods import last_day
from domain.refusals import refuse_unless
from domain.world import Balances, World

STEPS: tuple[tuple[str, str, tuple[str, ...], str], ...] = (
    ("YEAR.SURPLUS", "结转本期盈余", ("4", "5"), "3301"),
    ("YEAR.DISTRIBUTION", "本期盈余转入本年盈余分配", ("3301",), "3302"),
    ("YEAR.ACCUMULATED", "本年盈余分配转入累计盈余", ("3302",), "3001"),
    ("YEAR.TRANSFERS", "无偿调拨净资产转入累计盈余", ("3401",), "3001"),
)
"""Posting rule, summary, accounts that are brought to zero, and where they go; in this order.

Accounts of the budget book stay: what they are carried to is not in the handbook's accounts.
"""
CARD_ACCOUNTS = ("1601", "1602", "1613", "1701", "1702")
"""Accounts whose balance is the sum of the cards' own lines."""
PENDING = "1902"


def close_period(command: ClosePeriod, world: World) -> Decision:
    """Close the earliest open month; without a run only with a reason, and flagged.

    December of a year with anything to carry forward is closed with its year.
    """
    ran = _require_next(command, command.unit_id, command.period, world)
    balances = world.balances(command.unit_id, command.period)
    if balances is not None:
        _require_agreement(balances)
        if command.period.endswith("-12"):
            year_open = {a for _, _, prefixes, _ in STEPS for a in _of(balances.accounts, prefixes)}
            refuse_unless(not year_open, "E_YEAR_OPEN", command.period[:4], field="period")
    return Decision(
        facts=(_closed(command, command.unit_id, PeriodClosed(period=command.period)),),
        flags=() if ran else ("E_NOT_RUN",),
    )


def close_year(command: CloseYear, world: World) -> Decision:
    """Carry income, expenses and transfers to 3001, then close December (handbook 5.7).

    1902 must be empty. The year's vouchers are booked on its last day; once a year.
    """
    period = f"{command.year:04d}-12"
    ran = _require_next(command, command.unit_id, period, world)
    balances = world.balances(command.unit_id, period)
    assert balances is not None, "this world knows no balances"
    _require_agreement(balances)
    pending = _of(balances.accounts, (PENDING,))
    told = "、".join(f"{account} {yuan(fen)}" for account, fen in sorted(pending.items()))
    refuse_unless(not pending, "E_PENDING_OPEN", told, field="year")
    vouchers, accounts = _carried(command, world, dict(balances.accounts))
    body = PeriodClosed(period=period, balances={a: fen for a, fen in accounts.items() if fen})
    return Decision(
        facts=(_closed(command, command.unit_id, body), *vouchers),
        flags=() if ran else ("E_NOT_RUN",),
    )


def _carried(
    command: CloseYear, world: World, accounts: dict[str, int]
) -> tuple[list[Fact], dict[str, int]]:
    """Return the vouchers of the year's end, and the balances after them."""
    vouchers: list[Fact] = []
    day = last_day(f"{command.year:04d}-12")
    for rule, summary, prefixes, target in STEPS:
        taken = _of(accounts, prefixes)
        vouchers += postings.posted(
            command.unit_id,
            world.new_id(),
            rule,
            f"{command.year} 年终{summary}",
            cleared(taken, target),
            occurred_on=day,
            booked_on=day,
        )
        accounts = {a: 0 if a in taken else fen for a, fen in accounts.items()}
        accounts[target] = accounts.get(target, 0) + sum(taken.values())
    return vouchers, accounts


def _of(accounts: dict[str, int], prefixes: tuple[str, ...]) -> dict[str, int]:
    """Return the accounts that begin with one of `prefixes` and are not at zero."""
    return {a: fen for a, fen in sorted(accounts.items()) if a.startswith(prefixes) and fen}


def _require_next(command: Command, unit_id: str, period: str, world: World) -> bool:
    """Refuse unless `period` is the earliest open month; tell whether it was run."""
    books = world.books(unit_id)
    refuse_unless(books.opened_from, "E_NO_BOOKS", unit_id)
    refuse_unless(not books.is_closed(period), "E_PERIOD_CLOSED", period)
    refuse_unless(
        period == books.first_open,
        "E_PREVIOUS_OPEN",
        f"应先结账 {books.first_open}",
        f"{books.first_open} comes first",
        field="period",
    )
    ran = period in books.runs
    refuse_unless(ran or command.reason, "E_NOT_RUN", period, field="reason")
    return ran


def _require_agreement(balances: Balances) -> None:
    """Refuse where an account of cards differs from the sum of its cards (账卡相符)."""
    for account in CARD_ACCOUNTS:
        ledger = sum(_of(balances.accounts, (account,)).values())
        cards = sum(_of(balances.cards, (account,)).values())
        refuse_unless(
            ledger == cards,
            "E_BOOKS_DIFFER",
            f"{account} 总账 {yuan(ledger)}，卡片合计 {yuan(cards)}",
            f"{account}: ledger {yuan(ledger)}, cards {yuan(cards)}",
        )


def _closed(command: Command, unit_id: str, body: PeriodClosed) -> Fact:
    return Fact(
        stream=f"period:{unit_id}",
        type="period.closed/1",
        sub_kind="PERIOD.CLOSE",
        unit_id=unit_id,
        occurred_on=command.occurred_on,
        reason=command.reason,
        attachments=command.attachments,
        body=body,
    )
