"""What is built or installed gathers in 1613 and is delivered at an estimate or for good (E19)."""

from __future__ import annotations

from typing import Any

import pytest

from domain.cards import Card
from domain.commands import structs as c
from domain.states import Overlay, State
from tests.domain.book import Book
from tests.domain.orders import city
from tests.domain.things import approved, day, fen, thing

ACCEPTANCE = "竣验〔2023〕6号"


def begin(book: Book, *cards: Card, on: str, **more: Any) -> tuple[str, list[str]]:
    """Begin a project; returns it with its things."""
    fields: dict[str, Any] = {"approval": approved("2022-12-20"), "project_no": "发改〔2022〕9号"}
    order = c.StartConstruction(unit_id="U1", cards=cards, occurred_on=day(on), **fields | more)
    made = book.when(order, "officer").created
    return made["process_id"][0], made["asset_ids"]


def spend(asset_id: str, amount: str, on: str, **more: Any) -> c.SpendOnConstruction:
    """Spend `amount` yuan on a thing in construction."""
    fields: dict[str, Any] = {"part": "INSTALL", "payee": "建工集团"}
    return c.SpendOnConstruction(
        asset_id=asset_id, amount_fen=fen(amount), occurred_on=day(on), **fields | more
    )


def worth(asset_id: str, yuan: str) -> c.Worth:
    """A thing and what it is worth."""
    return c.Worth(asset_id=asset_id, value_fen=fen(yuan))


def delivered(process_id: str, *things: c.Worth, on: str, **more: Any) -> c.DeliverFinal:
    """Things delivered at their final cost."""
    fields: dict[str, Any] = {"acceptance": ACCEPTANCE}
    return c.DeliverFinal(
        process_id=process_id, things=things, occurred_on=day(on), **fields | more
    )


def office() -> Card:
    """The building of E19: 600 months."""
    return thing("office", "9,800,000", "2023-01-05", life_months=600)


def estimated(book: Book) -> tuple[str, str]:
    """E19 up to the delivery at 10,000,000 in 2023-06."""
    project, [building] = begin(book, office(), on="2023-01-05")
    book.when(spend(building, "10,000,000", "2023-03-10"))
    order = c.DeliverEstimated(
        process_id=project,
        things=(worth(building, "10,000,000"),),
        acceptance=ACCEPTANCE,
        occurred_on=day("2023-06-12"),
    )
    book.run_depreciation("U1", "2023-01", 5)
    book.when(order, "accountant")
    return project, building


def settled(project: str, building: str, value: str, on: str = "2024-03-15") -> c.Command:
    """The final settlement of the building."""
    return c.SettleConstruction(
        process_id=project,
        things=(worth(building, value),),
        settlement_no="财建〔2024〕2号",
        occurred_on=day(on),
    )


def test_e19_a_building_delivered_at_an_estimate_and_settled() -> None:
    """E19: 10,000,000 in 2023-06, 480,000 more in 2024-03; what was charged is not restated.

    Nine runs of 16,666.67, then (10,480,000 - 150,000.03)/591 = 17,478.85 x 590 + 17,478.47.
    """
    book = city(books_from="2023-01")

    project, building = estimated(book)

    book.then_posted("FA | 1601 10,000,000.00 | 1613 10,000,000.00")
    book.then_state(building, State.IN_USE)
    assert Overlay.ESTIMATED in book.holding(building).overlays
    assert book.holding(building).card.value_type == "ESTIMATE"
    assert book.run_depreciation("U1", "2023-06", 9) == ["16,666.67"] * 9
    book.then_balance("U1", "1602", "-150,000.03")

    book.when(settled(project, building, "10,480,000"), "accountant")

    book.then_posted(
        "FA | 1601 480,000.00 | 3501 480,000.00",
        "FA | 3501 480,000.00 | 3001 480,000.00",
    )
    holding = book.holding(building)
    assert (fen("10,480,000"), "COST") == (holding.card.gross_fen, holding.card.value_type)
    assert Overlay.ESTIMATED not in holding.overlays
    assert book.asset(building).original_gross_fen == fen("10,480,000")
    assert book.process(project).status == "settled"
    runs = book.run_depreciation("U1", "2024-03", 592)
    assert runs == ["17,478.85"] * 590 + ["17,478.47", "0.00"]
    for account in ("1613", "3501"):
        book.then_balance("U1", account, "0.00")


def test_a_settlement_below_the_estimate_goes_the_other_way() -> None:
    """The difference may be negative: 1601 is credited, 3001 is debited."""
    book = city(books_from="2023-01")
    project, building = estimated(book)
    book.run_depreciation("U1", "2023-06", 9)

    book.when(settled(project, building, "9,900,000"), "accountant")

    book.then_posted(
        "FA | 3501 100,000.00 | 1601 100,000.00",
        "FA | 3001 100,000.00 | 3501 100,000.00",
    )
    # (9,900,000 - 150,000.03) / 591
    assert book.run_depreciation("U1", "2024-03") == ["16,497.46"]


def test_a_settlement_refuses_what_does_not_fit() -> None:
    """Below what was charged, before the months are run, a second time: refused."""
    book = city(books_from="2023-01")
    project, building = estimated(book)
    book.refused("E_PREVIOUS_OPEN", settled(project, building, "10,480,000"))
    book.run_depreciation("U1", "2023-06", 9)
    book.refused("E_AMOUNT", settled(project, building, "150,000"))
    book.when(settled(project, building, "10,000,000"), "accountant")

    book.then_posted()
    book.refused("E_STATE", settled(project, building, "10,480,000"))


def test_one_project_delivers_a_building_and_its_equipment() -> None:
    """Shared costs move between the things; a lift gets its card at the delivery.

    3,000,000 on the hall and 400,000 on the server: hall 2,900,000, server 420,000, lift 80,000.
    """
    book = city(books_from="2023-01")
    project, [hall, server] = begin(
        book,
        thing("hall", "3,000,000", "2023-01-05"),
        thing("server", "400,000", "2023-01-05"),
        on="2023-01-05",
    )
    kept = spend(hall, "3,000,000", "2023-01-10", retention_fen=fen("150,000"))
    book.when(kept)
    book.then_posted(
        "FA | 1613 3,000,000.00 | 4001 2,850,000.00; 2302 150,000.00",
        "BA | 7101 2,850,000.00 | 6001 2,850,000.00",
    )
    book.when(spend(server, "400,000", "2023-01-12", part="EQUIPMENT", own_fen=fen("100,000")))
    book.then_posted(
        "FA | 1613 400,000.00 | 4001 300,000.00; 1002 100,000.00",
        "BA | 7101 400,000.00 | 6001 300,000.00; 8001 100,000.00",
    )
    both = (worth(hall, "2,900,000"), worth(server, "420,000"))
    book.refused("E_VALUE_MISMATCH", delivered(project, *both, on="2023-01-20"))
    book.refused("E_NO_ACCEPTANCE", delivered(project, *both, on="2023-01-20", acceptance=None))
    lift = thing("projector", "80,000", "2023-01-20")

    order = delivered(project, *both, on="2023-01-20", more_cards=(lift,))
    [third] = book.when(order, "accountant").created["asset_ids"]

    book.then_posted("FA | 1601 3,400,000.00 | 1613 3,400,000.00")
    assert book.on_asset("U1", hall, ["1601"]) == fen("2,900,000")
    assert book.on_asset("U1", hall, ["1613"]) == 0
    assert book.on_asset("U1", third, ["1601"]) == fen("80,000")
    assert [book.holding(one).state for one in (hall, server, third)] == [State.IN_USE] * 3
    assert third in book.process(project).asset_ids
    assert book.process(project).status == "settled"
    paid = c.PayRetention(
        process_id=project, amount_fen=fen("150,000"), occurred_on=day("2023-01-25")
    )
    book.when(paid, "accountant")
    book.then_posted(
        "FA | 2302 150,000.00 | 4001 150,000.00",
        "BA | 7101 150,000.00 | 6001 150,000.00",
    )
    book.refused("E_AMOUNT", paid)


def test_a_part_is_delivered_and_it_is_said_what_stays() -> None:
    """The hall takes 50,000 of the costs gathered on the server, which goes on with 350,000."""
    book = city(books_from="2023-01")
    project, [hall, server] = begin(
        book,
        thing("hall", "3,000,000", "2023-01-05"),
        thing("server", "400,000", "2023-01-05"),
        on="2023-01-05",
    )
    book.when(spend(hall, "3,000,000", "2023-01-10"))
    book.when(spend(server, "400,000", "2023-01-12"))

    order = delivered(
        project,
        worth(hall, "3,050,000"),
        on="2023-01-20",
        left=(worth(server, "350,000"),),
    )
    book.when(order, "accountant")

    book.then_posted("FA | 1601 3,050,000.00 | 1613 3,050,000.00")
    book.then_balance("U1", "1613", "350,000.00")
    assert book.on_asset("U1", server, ["1613"]) == book.holding(server).gross_fen
    assert book.process(project).status == "executed"
    book.when(delivered(project, worth(server, "350,000"), on="2023-01-22"), "accountant")
    assert book.process(project).status == "settled"


def test_a_purchase_to_be_installed_gathers_its_costs() -> None:
    """5.2: Dr 1613, then Dr 1601 Cr 1613; nothing is depreciated before it is delivered."""
    book = city(books_from="2023-01")
    project, [server] = begin(
        book,
        thing("server", "48,000", "2023-01-05"),
        on="2023-01-05",
        sub_kind="CONFIG.PURCHASE_INSTALL",
    )
    book.when(spend(server, "45,000", "2023-01-06", part="EQUIPMENT"))
    book.when(spend(server, "3,000", "2023-01-09", materials_fen=fen("800")))
    assert book.run_depreciation("U1", "2023-01") == ["0.00"]

    book.when(delivered(project, worth(server, "48,000"), on="2023-02-10"), "accountant")

    book.then_posted("FA | 1601 48,000.00 | 1613 48,000.00")
    assert book.run_depreciation("U1", "2023-02", 72) == ["666.67"] * 71 + ["666.43"]
    assert book.holding(server).card.acq_way == "PURCHASE"


def test_building_without_approval_is_recorded_and_flagged() -> None:
    """2.9: StartConstruction is softly flagged."""
    book = city(books_from="2023-01")
    begin(book, office(), on="2023-01-05", approval=None)

    assert book.decision.flags == ("E_NO_APPROVAL",)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"amount_fen": 0}, "E_AMOUNT"),
        ({"own_fen": 60, "retention_fen": 41, "amount_fen": 100}, "E_AMOUNT"),
        ({"part": "ROOF"}, "E_SUB_KIND"),
        ({"occurred_on": day("2023-01-04")}, "E_DATE"),
    ],
)
def test_spending_that_does_not_fit_is_refused(more: dict[str, Any], code: str) -> None:
    """Amounts, the part of the investment and the day must fit."""
    book = city(books_from="2023-01")
    _, [building] = begin(book, office(), on="2023-01-05")
    fields: dict[str, Any] = {
        "asset_id": building,
        "amount_fen": 100,
        "payee": "x",
        "part": "OTHER",
        "occurred_on": day("2023-01-06"),
    }
    book.refused(code, c.SpendOnConstruction(**fields | more))
