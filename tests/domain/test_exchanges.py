"""Exchanges E14 and E15 of the handbook (5.8), and what an exchange is refused for."""

from __future__ import annotations

from typing import Any

import pytest

from domain.commands import structs as c
from domain.states import State
from tests.domain.book import Book
from tests.domain.orders import approve, ask, bring_in, city
from tests.domain.things import approved, day, fen, thing


def old(book: Book) -> str:
    """The equipment of E14: 80,000 less 50,000; 45 of its 72 months are done."""
    card = thing("server", "80,000", "2020-03-05")
    [asset_id] = bring_in(book, card, on="2024-01-01", accum="50,000", months=45)
    return asset_id


def order(asset_id: str, cost: str, **more: Any) -> c.Exchange:
    """An exchange with everything in order, appraised at 36,000."""
    fields: dict[str, Any] = {
        "asset_ids": (asset_id,),
        "cards": (thing("copier", cost, "2024-01-10"),),
        "counterparty": "市属国企",
        "agreement_no": "置〔2024〕1号",
        "appraisal_no": "评〔2024〕2号",
        "appraisal_fen": fen("36,000"),
        "costs_fen": fen("500"),
        "approval": approved("2024-01-08"),
        "occurred_on": day("2024-01-10"),
    }
    return c.Exchange(**fields | more)


def test_e14_boot_paid() -> None:
    """E14: 36,000 + 10,000 + 500 = 46,500; the gain of 6,000 is appraisal less net value."""
    book = city(books_from="2024-01")
    server = old(book)

    made = book.when(order(server, "46,500", boot_paid_fen=fen("10,000")), "accountant").created

    book.then_posted(
        "FA | 1601 46,500.00; 1602 50,000.00 | 1601 80,000.00; 1002 10,500.00; 4609 6,000.00",
        "BA | 7901 10,500.00 | 8001 10,500.00",
    )
    book.then_state(server, State.DISPOSED)
    [copier] = made["asset_ids"]
    book.then_state(copier, State.IN_USE)
    assert book.holding(copier).card.acq_way == "EXCHANGE"
    # The old is not charged in its month of removal, the new from its first: 46,500 / 72.
    assert book.run_depreciation("U1", "2024-01", 72) == ["645.83"] * 71 + ["646.07"]


def test_e15_boot_received() -> None:
    """E15: 36,000 - 5,000 + 500 = 31,500; 4,500 are owed to the treasury, 1,500 balance."""
    book = city(books_from="2024-01")
    server = old(book)

    made = book.when(order(server, "31,500", boot_received_fen=fen("5,000")), "accountant").created

    book.then_posted(
        "FA | 1601 31,500.00; 1602 50,000.00; 1002 5,000.00"
        " | 1601 80,000.00; 1002 500.00; 2103 4,500.00; 4609 1,500.00",
    )
    [process_id] = made["process_id"]
    on = day("2024-01-12")
    pay = c.PayTreasury(process_id=process_id, amount_fen=fen("4,500"), slip_no="1", occurred_on=on)
    book.when(pay)
    book.then_posted("FA | 2103 4,500.00 | 1002 4,500.00")
    book.refused(
        "E_SUB_KIND", c.RecordProceeds(process_id=process_id, amount_fen=1, occurred_on=on)
    )


@pytest.mark.parametrize(
    ("appraisal", "boot", "costs", "cost", "rows"),
    [
        # Appraised below the net value: the balance is an expense.
        ("20,000", "0", "0", "20,000",
         ("FA | 1601 20,000.00; 1602 50,000.00; 5301 10,000.00 | 1601 80,000.00",)),
        # Costs above the boot: nothing is owed, the difference has its budget entry.
        ("36,000", "300", "500", "36,200",
         ("FA | 1601 36,200.00; 1602 50,000.00; 1002 300.00"
          " | 1601 80,000.00; 1002 500.00; 4609 6,000.00",
          "BA | 7901 200.00 | 8001 200.00")),
    ],
)  # fmt: skip
def test_the_balance_is_a_gain_or_an_expense(
    appraisal: str, boot: str, costs: str, cost: str, rows: tuple[str, ...]
) -> None:
    """5.2: the balancing figure is Dr 5301 or Cr 4609."""
    book = city(books_from="2024-01")
    server = old(book)
    values = {
        "appraisal_fen": fen(appraisal),
        "boot_received_fen": fen(boot),
        "costs_fen": fen(costs),
    }
    book.when(order(server, cost, **values), "accountant")

    book.then_posted(*rows)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"appraisal_no": None}, "E_NO_APPRAISAL"),
        ({"appraisal_fen": 0}, "E_NO_APPRAISAL"),
        ({"approval": None}, "E_NO_APPROVAL"),
        ({"approval": approved("2024-01-11")}, "E_NO_APPROVAL"),
        ({"cards": (thing("copier", "36,499", "2024-01-10"),)}, "E_VALUE_MISMATCH"),
        ({"boot_paid_fen": 1, "boot_received_fen": 1}, "E_AMOUNT"),
    ],
)
def test_an_exchange_that_is_not_in_order_is_refused(more: dict[str, Any], code: str) -> None:
    """Appraisal and approval are hard conditions, and the new cards are at their cost."""
    book = city(books_from="2024-01")
    server = old(book)
    book.refused(code, order(server, "36,500", **more))


def test_an_exchange_approved_in_the_system_is_carried_out_as_a_whole() -> None:
    """The request is a disposal DISP.EXCHANGE; it is not executed like the others."""
    book = city(books_from="2024-01")
    server = old(book)
    process_id = ask(book, [server], "DISP.EXCHANGE", "2024-01-05", appraisal_no="评〔2024〕2号")
    approve(book, process_id, "2024-01-08")
    wrong = c.ExecuteDisposal(
        process_id=process_id, sub_kind="DISP.EXCHANGE", occurred_on=day("2024-01-10")
    )
    book.refused("E_SUB_KIND", wrong, "accountant")

    done = order(server, "36,500", approval=None, process_id=process_id)
    assert book.when(done, "accountant").flags == ("E_NO_WIPE_CERT",)

    assert book.process(process_id).status == "executed"
    book.then_state(server, State.DISPOSED)
