"""Months and years of a unit's books are closed once, in order, and agree (handbook 5.7)."""

from __future__ import annotations

from domain import postings
from domain.commands import structs as c
from domain.events import PeriodClosed
from domain.periods import last_day
from tests.domain.book import Book
from tests.domain.orders import buy, city, count_opens, dispose
from tests.domain.scenes import missing
from tests.domain.things import approved, day, fen, thing


def year_end(year: int, unit: str = "U1", reason: str | None = None) -> c.CloseYear:
    """Close a year of a unit on its last day."""
    return c.CloseYear(unit_id=unit, year=year, occurred_on=day(f"{year}-12-31"), reason=reason)


def close(period: str, unit: str = "U1") -> c.ClosePeriod:
    """Close a month of a unit on its last day."""
    return c.ClosePeriod(unit_id=unit, period=period, occurred_on=last_day(period))


def a_year() -> Book:
    """2024 from September: a desktop bought and depreciated, months closed to November."""
    book = city(books_from="2024-09")
    buy(book, thing("desktop", "5,000", "2024-09-05"), on="2024-09-05")
    book.run_depreciation("U1", "2024-09", 4)
    book.given(*(close(f"2024-{month:02d}") for month in (9, 10, 11)), by="accountant")
    return book


def test_income_and_expense_go_to_the_accumulated_surplus() -> None:
    """5,000 of income less four months of 69.44: 4,722.24 through 3301 and 3302 to 3001."""
    book = a_year()
    book.when(year_end(2024), "accountant")

    book.then_posted(
        "FA | 4001 5,000.00 | 5001 277.76; 3301 4,722.24",
        "FA | 3301 4,722.24 | 3302 4,722.24",
        "FA | 3302 4,722.24 | 3001 4,722.24",
    )
    for account in ("4001", "5001", "3301", "3302", "3401"):
        book.then_balance("U1", account, "0.00")
    book.then_balance("U1", "3001", "-4,722.24")
    book.then_balance("U1", "1602", "-277.76")
    closed = book.decision.facts[0].body
    assert isinstance(closed, PeriodClosed)
    assert closed.balances == {"1601": 500_000, "1602": -27_776, "3001": -472_224}


def test_the_next_year_goes_on_as_before() -> None:
    """January opens; its run charges what it always did, on accounts that begin at nothing."""
    book = a_year()
    book.when(year_end(2024), "accountant")

    assert book.run_depreciation("U1", "2025-01", 2) == ["69.44", "69.44"]
    book.then_balance("U1", "5001", "138.88")
    book.then_balance("U1", "3001", "-4,722.24")


def test_a_year_is_closed_once() -> None:
    """The second time December is closed already, and nothing is posted."""
    book = a_year()
    book.when(year_end(2024), "accountant")
    book.refused("E_PERIOD_CLOSED", year_end(2024))
    book.refused("E_PREVIOUS_OPEN", year_end(2025))


def test_free_transfers_are_carried_forward() -> None:
    """3401 of giver and receiver go to 3001; over both units they add up to nothing."""
    book = city("U1", "U2", books_from="2024-12")
    [desktop] = buy(book, thing("desktop", "5,000", "2024-12-05"), on="2024-12-05")
    book.given(
        c.ReallocOut(
            asset_ids=(desktop,), to_unit="U2", approval=approved("2024-12-06"), keeper="new",
            occurred_on=day("2024-12-08"),
        )
    )  # fmt: skip
    for unit in ("U1", "U2"):
        book.run_depreciation(unit, "2024-12")
        book.when(year_end(2024, unit), "accountant")
        book.then_balance(unit, "3401", "0.00")

    assert book.balance("U1", "3001") + book.balance("U2", "3001") == fen("69.44") - fen("5,000")


def test_december_waits_for_its_run() -> None:
    """A year is closed without December's run with a reason only, and flagged."""
    book = city(books_from="2024-12")
    book.refused("E_NOT_RUN", year_end(2024))

    assert book.when(year_end(2024, reason="无资产")).flags == ("E_NOT_RUN",)


def test_the_months_before_come_first() -> None:
    """November is open: the year is not closed."""
    book = city(books_from="2024-11")
    book.run_depreciation("U1", "2024-11", 2)
    book.refused("E_PREVIOUS_OPEN", year_end(2024))


def test_december_is_closed_with_its_year() -> None:
    """The month alone would leave income and expenses standing."""
    book = a_year()
    book.refused("E_YEAR_OPEN", close("2024-12"))


def test_a_december_without_anything_to_carry_is_closed_like_any_month() -> None:
    """Nothing was posted: the month's closing is enough."""
    book = city(books_from="2024-12")
    book.run_depreciation("U1", "2024-12")
    book.when(close("2024-12"))

    book.then_posted()


def test_what_is_pending_holds_the_year_up() -> None:
    """1902 must be empty; the sum is named."""
    book = city(books_from="2024-12")
    [copier] = buy(book, thing("copier", "26,000", "2024-12-05"), on="2024-12-05")
    count_opens(book, "2024-12-10")
    order = missing(copier)
    book.when(
        c.CountMissing(
            asset_ids=order.asset_ids, stocktake_id="T1", second_counter="second",
            occurred_on=day("2024-12-11"),
        ),
        "counter",
    )  # fmt: skip
    book.run_depreciation("U1", "2024-12")
    refused = book.refused("E_PENDING_OPEN", year_end(2024))

    assert "1902.01 26,000.00" in refused.detail_zh


def test_disposals_of_the_year_are_in_its_result() -> None:
    """5301 is carried with the other expenses; what is owed to the treasury stays."""
    book = city(books_from="2024-12")
    [copier] = buy(book, thing("copier", "26,000", "2024-12-05"), on="2024-12-05")
    dispose(
        book, [copier], "DISP.SALE", "2024-12-10", price_fen=fen("20,000"), appraisal_no="评1",
        floor_fen=fen("20,000"), min_life_reason="闲置", receiver="买方",
    )  # fmt: skip
    book.run_depreciation("U1", "2024-12")
    book.when(year_end(2024))

    book.then_balance("U1", "5301", "0.00")
    book.then_balance("U1", "3001", "0.00")


def test_a_month_whose_cards_and_ledger_differ_is_not_closed() -> None:
    """An entry on 1601 that belongs to no card: both sums are named."""
    book = city(books_from="2024-11")
    buy(book, thing("desktop", "5,000", "2024-11-05"), on="2024-11-05")
    book.run_depreciation("U1", "2024-11")
    book.happened(
        postings.voucher(
            "U1",
            "V-STRAY",
            "STRAY",
            "无卡片",
            postings.entry("FA", [("1601", 100)], [("1002", 100)]),
            occurred_on=day("2024-11-06"),
            booked_on=day("2024-11-06"),
        )
    )
    refused = book.refused("E_BOOKS_DIFFER", close("2024-11"))

    assert "1601 总账 5,001.00，卡片合计 5,000.00" in refused.detail_zh
