"""Stock and loans of public warehouses on both clocks."""

from __future__ import annotations

import pytest

from eventstore.embedded import Urls
from projections.asof import Scope
from projections.calendar import Calendar
from projections.general_ledger.fold import GeneralLedger
from projections.organisation import Organisation
from projections.register.fold import Register
from projections.warehouse import Warehouse
from tests.projections.life import Life
from tests.projections.read_models import ask, fold, rows
from tests.projections.stories import record

MODELS = (Calendar(), Organisation(), Register(), GeneralLedger(), Warehouse())


def stories() -> Life:
    """A chair listed, reserved and lent; a desk given to another unit; a late intake."""
    life = Life()
    for unit in ("U1", "U2", "U3", "H1"):
        life.unit(unit)
    life.warehouse("W1", "H1")
    for asset in ("chair", "desk", "late", "never"):
        life.opening(asset, "U1", "2024-01-01", name=asset)
    life.voucher("U1", "2024-01-01", [("1601", "D", 50_000, "chair"), ("3001", "C", 50_000, None)])
    life.idles("chair", "U1", "2024-02-01")
    life.stored("chair", "U1", "W1", "2024-03-01")
    life.listed("chair", "U1", "2024-03-05")
    life.reserved("chair", "U1", "U2", "2024-03-10", "2024-03-15")
    life.stored("desk", "U1", "W1", "2024-03-02")
    life.lent("chair", "U1", "U2", "2024-04-01", "2024-04-30")
    life.passes("2024-04-30")
    life.passes("2024-05-03")
    life.given("desk", "U1", "U3", "2024-05-05")
    life.returned("chair", "U1", "2024-05-10")
    life.issued("late", "U1", "2024-04-20")
    life.stored("late", "U1", "W1", "2024-04-02")
    return life


@pytest.fixture(scope="module")
def told(database: Urls) -> Life:
    """The stories, recorded and folded."""
    life = stories()
    record(database.app_url, life.events)
    fold(database, life.events, MODELS)
    return life


@pytest.mark.parametrize(
    ("on", "stock"),
    [
        ("2024-02-29", []),
        ("2024-03-01", ["chair"]),
        ("2024-03-02", ["chair", "desk"]),
        ("2024-04-01", ["desk"]),
        ("2024-04-02", ["desk", "late"]),
        ("2024-05-05", ["late"]),
        ("2024-05-10", ["chair", "late"]),
    ],
)
def test_the_stock_is_what_the_warehouse_had_on_the_day(
    database: Urls, told: Life, on: str, stock: list[str]
) -> None:
    """Lent things are out, given ones are gone, and a late intake is in from its own day on."""
    actual = sorted(row["asset_id"] for row in ask(database, "warehouse-stock", on=on).rows)

    assert stock == actual


def test_a_listed_thing_shows_age_value_and_reservation(database: Urls, told: Life) -> None:
    """In since 1 March, listed since the 5th, reserved until the 15th and free on the 16th."""
    (held,) = ask(database, "warehouse-stock", on="2024-03-15", listed=True).rows
    (free,) = ask(database, "warehouse-stock", on="2024-03-16", free=True).rows

    assert (held["days_in"], held["days_listed"]) == (14, 10)
    assert held["reserved_by"] == "U2"
    assert held["net_fen"] == 50_000
    assert free["reserved_by"] is None
    assert ask(database, "warehouse-stock", on="2024-03-15", free=True).rows == []


def test_a_loan_is_overdue_as_of_the_last_day_that_has_passed(database: Urls, told: Life) -> None:
    """Due on 30 April: on time while that day was the last, three days late after 3 May."""
    passed = next(event.position for event in told.events if event.type == "calendar.day_passed/1")
    on_time = ask(database, "loans", on="2024-05-04", at=passed)
    late = ask(database, "loans", on="2024-05-04", overdue=True)

    assert [row["overdue"] for row in on_time.rows] == [False]
    assert [row["overdue_days"] for row in late.rows] == [3]
    assert late.totals["overdue"] == 1
    assert ask(database, "loans", on="2024-05-10").rows == []


def test_loans_are_found_by_name_number_and_class(database: Urls, told: Life) -> None:
    """The list of loans takes the same words as the list of the stock."""
    (loan,) = ask(database, "loans", on="2024-05-04").rows

    assert ask(database, "loans", on="2024-05-04", q=loan["name"]).rows == [loan]
    assert ask(database, "loans", on="2024-05-04", q=loan["card_no"]).rows == [loan]
    assert ask(database, "loans", on="2024-05-04", q="没有这件").rows == []
    assert ask(database, "loans", on="2024-05-04", class_prefix=loan["class_code"]).rows == [loan]


def test_what_is_listed_is_for_everyone_to_see(database: Urls, told: Life) -> None:
    """A stranger sees the list and nothing else; the borrower sees his loan."""
    stranger, borrower = Scope(("U3",)), Scope(("U2",))
    seen = ask(database, "warehouse-stock", on="2024-03-20", scope=stranger).rows

    assert [row["asset_id"] for row in seen] == ["chair"]
    assert ask(database, "loans", on="2024-04-05", scope=stranger).rows == []
    assert [r["asset_id"] for r in ask(database, "loans", on="2024-04-05",
                                                    scope=borrower).rows] == ["chair"]  # fmt: skip


@pytest.mark.parametrize("batch", [1, 5])
def test_stays_do_not_depend_on_where_batches_end(database: Urls, told: Life, batch: int) -> None:
    """What was said before the first intake is found again, whatever the batches."""
    whole = rows(database, "p_warehouse.stock"), rows(database, "p_warehouse.patch")
    fold(database, told.events, MODELS, batch=batch)
    actual = rows(database, "p_warehouse.stock"), rows(database, "p_warehouse.patch")

    assert whole == actual
