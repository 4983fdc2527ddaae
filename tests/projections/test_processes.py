"""Processes with their sums, and batches of import, on both clocks."""

from __future__ import annotations

import pytest

from domain.events import Opening
from eventstore.embedded import Urls
from projections.asof import Scope
from projections.organisation.fold import Organisation
from projections.processes import Processes
from projections.register.fold import Register
from tests.projections.life import Life, approval
from tests.projections.read_models import ask, fold, rows
from tests.projections.stories import record


def stories() -> Life:
    """A sale that is paid in two parts, a purchase, and an import of which one card is undone."""
    life = Life()
    life.process("sale", "U1", "2024-04-01", "DISP.SALE", amount_fen=17_980_000,
                 asset_ids=("a1", "a2"), requester="P1")  # fmt: skip
    life.step("sale", "U1", "2024-04-02", "approved", approval=approval("2024-04-02", "批1"))
    life.step("sale", "U1", "2024-04-10", "executed")
    life.step("sale", "U1", "2024-04-11", "proceeds_recorded", 8_800_000, owed=8_536_000)
    life.step("sale", "U1", "2024-04-20", "treasury_paid", 8_000_000)
    life.process("buy", "U2", "2024-04-05", "CONFIG.PURCHASE", amount_fen=500_000)
    for asset in ("c1", "c2"):
        life.opening(asset, "U1", "2024-01-01", opening=Opening(accum_fen=100, batch_id="B1"))
    life.happens("c2", "U1", "2024-01-01", "CORRECT.UNDO_IMPORT", "asset.corrected")
    life.step("sale", "U1", "2024-04-15", "treasury_paid", 536_000)
    return life


@pytest.fixture(scope="module")
def told(database: Urls) -> Life:
    """The stories, folded."""
    life = stories()
    record(database.app_url, life.events)
    fold(database, life.events, (Organisation(), Register(), Processes()))
    return life


@pytest.mark.parametrize(
    ("on", "at", "status", "owed", "paid"),
    [
        ("2024-04-01", 99, "open", 0, 0),
        ("2024-04-02", 99, "approved", 0, 0),
        ("2024-04-10", 99, "executed", 0, 0),
        ("2024-04-11", 99, "executed", 8_536_000, 0),
        ("2024-04-15", 99, "executed", 8_536_000, 536_000),
        ("2024-04-15", 9, "executed", 8_536_000, 0),
        ("2024-04-20", 99, "executed", 8_536_000, 8_536_000),
    ],
)
def test_a_process_is_summed_as_of_the_day_and_the_position(
    database: Urls, told: Life, on: str, at: int, status: str, owed: int, paid: int
) -> None:
    """Each step counts from its own day, once it is known."""
    (row,) = ask(database, "processes", on=on, at=at, kind="DISP").rows

    assert (status, owed, paid) == (row["status"], row["owed_fen"], row["paid_fen"])
    assert owed - paid == row["due_fen"]


def test_a_process_shows_its_steps_and_things(database: Urls, told: Life) -> None:
    """Steps come in the order in which they were recorded, with the approval's number."""
    (row,) = ask(database, "process", process_id="sale").rows

    assert row["asset_ids"] == ["a1", "a2"]
    assert row["approval_no"] == "批1"
    assert [step["what"] for step in row["steps"]] == [
        "approved", "executed", "proceeds_recorded", "treasury_paid", "treasury_paid",
    ]  # fmt: skip


def test_filters_scope_and_totals_agree(database: Urls, told: Life) -> None:
    """The totals are those of the filtered list."""
    everything = ask(database, "processes")
    due = ask(database, "processes", on="2024-04-12", due=True)

    assert everything.totals["count"] == len(everything.rows) == 2
    assert everything.totals["amount_fen"] == 18_480_000
    assert [row["process_id"] for row in due.rows] == ["sale"]
    assert due.totals["due_fen"] == 8_536_000
    assert ask(database, "processes", scope=Scope(("U9",))).rows == []
    assert [row["process_id"] for row in ask(database, "processes", asset_id="a2").rows] == ["sale"]


def test_pages_of_processes_follow_each_other(database: Urls, told: Life) -> None:
    """The newest comes first; the cursor leads to the next."""
    first = ask(database, "processes", limit=1)
    second = ask(database, "processes", limit=1, cursor=first.next_cursor)

    assert [row["process_id"] for row in (*first.rows, *second.rows)] == ["buy", "sale"]
    assert second.next_cursor is None


def test_an_import_counts_what_stands_and_what_was_undone(database: Urls, told: Life) -> None:
    """Two cards came, one was undone: the sums are those of the one that stands."""
    (row,) = ask(database, "imports").rows

    assert (row["batch_id"], row["cards"], row["undone"]) == ("B1", 2, 1)
    assert (row["imported_gross_fen"], row["gross_fen"], row["accum_fen"]) == (
        1_000_000, 500_000, 100,
    )  # fmt: skip


def test_rows_do_not_depend_on_where_batches_end(database: Urls, told: Life) -> None:
    """One event at a time gives the tables of one batch."""
    tables = ("process", "process_asset", "step", "imported", "undone")
    whole = [rows(database, f"p_processes.{table}") for table in tables]
    fold(database, told.events, (Processes(),), batch=1)

    assert whole == [rows(database, f"p_processes.{table}") for table in tables]
