"""The worked examples E16, E20, E22 and E23 of the handbook (5.8), figure by figure."""

from __future__ import annotations

import pytest

from domain.commands import structs as c
from domain.states import State
from tests.domain.book import Book
from tests.domain.orders import bring_in, buy, city, lease
from tests.domain.things import approved, day, fen, thing

DONE = "2024-07-10"


def office_of_e16() -> tuple[Book, str]:
    """A brick-concrete office of 1,260,000 over 360 months, 117 done before and three here."""
    book = city(books_from="2024-01")
    card = thing("office", "1,260,000", "2014-04-01", traits={"structure": "砖混结构"})
    [office] = bring_in(book, card, on="2024-01-01", accum="409,500", months=117)
    assert book.run_depreciation("U1", "2024-01", 3) == ["3,500.00"] * 3
    return book, office


def start(asset_id: str, on: str, **more: object) -> c.StartImprovement:
    """Begin an improvement with everything in order."""
    fields: dict[str, object] = {
        "asset_id": asset_id,
        "sub_kind": "REPAIR.IMPROVE",
        "project_no": "发改〔2024〕3号",
        "plan": "加固并更换暖通",
        "approval": approved("2024-03-20"),
        "occurred_on": day(on),
    }
    return c.StartImprovement(**fields | more)  # type: ignore[arg-type]


def deliver(asset_id: str, remaining: int | None, on: str = DONE) -> c.CompleteImprovement:
    """The rebuilt thing is accepted and delivered."""
    return c.CompleteImprovement(
        asset_id=asset_id,
        acceptance="竣验〔2024〕7号",
        remaining_months=remaining,
        occurred_on=day(on),
    )


def test_e16_an_office_rebuilt() -> None:
    """E16: 840,000 net into 1613, 300,000 spent, parts of 40,000 out: 1,100,000 comes back.

    No depreciation while in 1613, the months of start and of delivery as 5.3 says: none in the
    first, the first of 300 in the other: 3,666.67 x 299 + 3,665.67.
    """
    book, office = office_of_e16()
    book.then_balance("U1", "1602", "-420,000.00")

    project = book.when(start(office, "2024-04-10")).created["process_id"][0]

    book.then_posted("FA | 1613 840,000.00; 1602 420,000.00 | 1601 1,260,000.00")
    book.then_state(office, State.UNDER_IMPROVEMENT)
    assert book.run_depreciation("U1", "2024-04") == ["0.00"]
    spent = c.SpendOnImprovement(
        asset_id=office, amount_fen=fen("300,000"), payee="建工集团", occurred_on=day("2024-05-10")
    )
    book.when(spent)
    book.then_posted(
        "FA | 1613 300,000.00 | 4001 300,000.00",
        "BA | 7101 300,000.00 | 6001 300,000.00",
    )
    assert book.run_depreciation("U1", "2024-05") == ["0.00"]
    removed = c.RemoveParts(
        asset_id=office, amount_fen=fen("40,000"), parts="旧窗", occurred_on=day("2024-06-03")
    )
    parts = book.when(removed, "officer").created["process_id"][0]
    book.then_posted("FA | 1902.01 40,000.00 | 1613 40,000.00")
    on = day("2024-06-20")
    paper = approved("2024-06-18")
    book.when(c.ApproveRemovedParts(process_id=parts, approval=paper, occurred_on=on), "approver")
    book.then_posted("FA | 5301 40,000.00 | 1902.01 40,000.00")
    assert book.run_depreciation("U1", "2024-06") == ["0.00"]

    book.when(deliver(office, 300))

    book.then_posted("FA | 1601 1,100,000.00 | 1613 1,100,000.00")
    book.then_state(office, State.IN_USE)
    holding = book.holding(office)
    assert (fen("1,100,000"), 420) == (holding.gross_fen, holding.card.life_months)
    assert [book.process(one).status for one in (project, parts)] == ["settled", "executed"]
    runs = book.run_depreciation("U1", "2024-07", 301)
    assert runs == ["3,666.67"] * 299 + ["3,665.67", "0.00"]
    for account in ("1613", "1902.01"):
        book.then_balance("U1", account, "0.00")
    book.then_balance("U1", "1602", "-1,100,000.00")


def test_e16_with_own_money_at_an_institution() -> None:
    """Spending of an institution is 7201; its own money leaves 1002 and 8001."""
    book = city(kind="institution", books_from="2024-01")
    [hall] = buy(book, thing("hall", "360,000", "2024-01-05"), on="2024-01-05")
    book.run_depreciation("U1", "2024-01", 2)
    book.when(start(hall, "2024-03-25"))
    book.then_posted("FA | 1613 358,000.00; 1602 2,000.00 | 1601 360,000.00")
    spent = c.SpendOnImprovement(
        asset_id=hall,
        amount_fen=fen("50,000"),
        own_fen=fen("20,000"),
        payee="建工集团",
        occurred_on=day("2024-03-26"),
    )
    book.when(spent)

    book.then_posted(
        "FA | 1613 50,000.00 | 4001 30,000.00; 1002 20,000.00",
        "BA | 7201 50,000.00 | 6001 30,000.00; 8001 20,000.00",
    )


def test_what_is_not_depreciated_is_rebuilt_without_a_life() -> None:
    """A relic or land goes through 1613 as well, and stays without depreciation."""
    book = city(books_from="2024-01")
    relic = thing("relic", "80,000", "2024-01-05", account_code="1821")
    land = thing("land", "900,000", "2024-01-05", dep_status="EXEMPT")
    for card, account in ((relic, "1821"), (land, "1701")):
        [asset_id] = buy(book, card, on="2024-03-05")
        book.when(start(asset_id, "2024-03-25"))
        value = f"{card.gross_fen // 100:,}.00"
        book.then_posted(f"FA | 1613 {value} | {account} {value}")
        book.refused("E_CARD_FIELD", deliver(asset_id, 300))
        book.when(deliver(asset_id, None))
        book.then_posted(f"FA | {account} {value} | 1613 {value}")
    assert book.run_depreciation("U1", "2024-01", 7) == ["0.00"] * 7


def test_e20_rent_of_an_administrative_unit() -> None:
    """E20: 120,000 is owed to the treasury and paid over; depreciation goes on."""
    book = city(books_from="2024-01")
    [hall] = buy(book, thing("hall", "360,000", "2024-01-05"), on="2024-01-05")
    order = lease([hall], "2024-01-10", "2027-01-10", "120,000")
    process_id = book.when(order).created["process_id"][0]
    book.then_posted()
    on = day("2024-01-10")

    book.when(c.RecordRent(process_id=process_id, amount_fen=fen("120,000"), occurred_on=on))

    book.then_posted("FA | 1002 120,000.00 | 2103 120,000.00")
    assert book.run_depreciation("U1", "2024-01") == ["1,000.00"]
    paid = c.PayTreasury(
        process_id=process_id,
        amount_fen=fen("120,000"),
        slip_no="0001",
        occurred_on=day("2024-01-20"),
    )
    book.when(paid)
    book.then_posted("FA | 2103 120,000.00 | 1002 120,000.00")
    assert book.run_depreciation("U1", "2024-02") == ["1,000.00"]
    book.then_balance("U1", "2103", "0.00")


def test_e20_rent_that_an_institution_may_keep() -> None:
    """E20: where the setting lets it: Dr 1002 Cr 4605, BA Dr 8001 Cr 6609; 2305 in advance (5.2).

    30,000 is due on the first day of the year; what comes beyond it waits in 2305 until it is due.
    """
    book = city(kind="institution", books_from="2024-01")
    book.given(
        c.SetSetting(
            name="institution_keeps_rent",
            value=1,
            valid_from=day("2024-01-01"),
            occurred_on=day("2024-01-01"),
        )
    )
    [hall] = buy(book, thing("hall", "360,000", "2024-01-05"), on="2024-01-05")
    order = lease([hall], "2024-02-01", "2026-02-01", "30,000")
    process_id = book.when(order).created["process_id"][0]
    on = day("2024-02-01")
    book.when(c.RecordRent(process_id=process_id, amount_fen=fen("30,000"), occurred_on=on))
    book.then_posted("FA | 1002 30,000.00 | 4605 30,000.00", "BA | 8001 30,000.00 | 6609 30,000.00")
    book.when(c.RecordRent(process_id=process_id, amount_fen=fen("20,000"), occurred_on=on))
    book.then_posted("FA | 1002 20,000.00 | 2305 20,000.00", "BA | 8001 20,000.00 | 6609 20,000.00")
    early = c.RecogniseRent(process_id=process_id, amount_fen=1, occurred_on=day("2025-01-31"))
    book.refused("E_AMOUNT", early)
    due = day("2025-02-01")

    book.when(c.RecogniseRent(process_id=process_id, amount_fen=fen("20,000"), occurred_on=due))

    book.then_posted("FA | 2305 20,000.00 | 4605 20,000.00")
    book.when(c.RecordRent(process_id=process_id, amount_fen=fen("10,000"), occurred_on=due))
    book.then_posted("FA | 1002 10,000.00 | 4605 10,000.00", "BA | 8001 10,000.00 | 6609 10,000.00")
    book.then_balance("U1", "2305", "0.00")


E22 = """
administrative |         | 0   | 5001 | 7101 | 4001 1,500.00             | 6001 1,500.00
administrative | ADMIN   | 600 | 5001 | 7101 | 4001 900.00; 1002 600.00  | 6001 900.00; 8001 600.00
institution    |         | 0   | 5001 | 7201 | 4001 1,500.00             | 6001 1,500.00
institution    | ADMIN   | 0   | 5101 | 7201 | 4001 1,500.00             | 6001 1,500.00
institution    | ADMIN   | 1,500 | 5101 | 7201 | 1002 1,500.00           | 8001 1,500.00
"""
"""Kind of unit, direction of use, own money, expense, spending, and how both are paid."""


@pytest.mark.parametrize("service", [False, True], ids=["repair", "service"])
@pytest.mark.parametrize("row", E22.strip().splitlines())
def test_e22_by_unit_use_and_money(row: str, service: bool) -> None:
    """E22: 1,500 of expense whoever pays it, for a repair as for a planned service."""
    kind, direction, own, expense, spending, cash, budget = (p.strip() for p in row.split("|"))
    book = city(kind=kind, books_from="2024-01")
    card = thing("copier", "26,000", "2024-01-10", use_direction=direction or None)
    [copier] = buy(book, card, on="2024-01-10")
    on, ids = day("2024-02-05"), (copier,)
    cost, paid = fen("1,500"), fen(own)
    if service:
        order: c.Command = c.RecordService(
            asset_ids=ids, vendor="维修站", cost_fen=cost, own_fen=paid, occurred_on=on
        )
    else:
        book.when(c.SendRepair(asset_ids=ids, vendor="维修站", fault="卡纸", occurred_on=on))
        order = c.CompleteRepair(asset_ids=ids, cost_fen=cost, own_fen=paid, occurred_on=on)

    book.when(order)

    book.then_posted(
        f"FA | {expense} 1,500.00 | {cash}",
        f"BA | {spending} 1,500.00 | {budget}",
    )
    book.then_state(copier, State.IN_USE)
    assert fen("26,000") == book.holding(copier).gross_fen


E23 = """
350,000 | 5,000 | 1501 355,000.00                  | 1002 5,000.00; 4609 50,000.00
350,000 | 0     | 1501 350,000.00                  | 4609 50,000.00
260,000 | 5,000 | 1501 265,000.00; 5301 40,000.00  | 1002 5,000.00
300,000 | 0     | 1501 300,000.00                  |
"""
"""Appraisal, fees, and what they make of 500,000 less 200,000; the first row is the handbook's."""


@pytest.mark.parametrize("row", E23.strip().splitlines())
def test_e23_equipment_invested_by_an_institution(row: str) -> None:
    """E23: off 1601 at 300,000 net, on 1501 at its appraisal and the fees; the rest balances."""
    appraisal, fees, debit, credit = (part.strip() for part in row.split("|"))
    book = city(kind="institution", books_from="2024-01")
    machine = thing("copier", "500,000", "2020-01-05", life_months=120)
    [asset_id] = bring_in(book, machine, on="2024-01-01", accum="200,000", months=48)
    order = c.InvestOut(
        asset_ids=(asset_id,),
        investee="市文旅公司",
        share="5%",
        appraisal_fen=fen(appraisal),
        appraisal_no="评〔2024〕5号",
        fees_fen=fen(fees),
        approval=approved("2024-01-10"),
        occurred_on=day("2024-01-15"),
    )

    book.when(order)

    cost = [f"BA | 7901 {fees}.00 | 8001 {fees}.00"] if fees != "0" else []
    book.then_posted(
        f"FA | {debit}; 1602 200,000.00 | 1601 500,000.00; {credit}",
        *cost,
    )
    book.then_state(asset_id, State.INVESTED)
    assert book.run_depreciation("U1", "2024-01", 2) == ["0.00"] * 2
    for account in ("1601", "1602"):
        book.then_balance("U1", account, "0.00")
