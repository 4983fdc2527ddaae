"""Late entries 补录: what happened before something that is on record already (handbook 2.11)."""

from __future__ import annotations

from typing import Any

import pytest

from domain.commands import structs as c
from domain.envelope import Attachment
from domain.events import AssetChanged
from tests.domain.book import Book
from tests.domain.orders import buy, city
from tests.domain.things import approved, day, thing

FLAG = "E_LATE_ENTRY"


def stage() -> tuple[Book, str]:
    """A copier in use since January, moved to room 9 in March, issued anew in between."""
    book = city("U1", "U2", books_from="2024-03")
    [copier] = buy(book, thing("copier", "26,000", "2024-01-05"), on="2024-01-05")
    for order in (
        c.ReturnToStore(asset_ids=(copier,), occurred_on=day("2024-02-01")),
        c.Issue(asset_ids=(copier,), use_dept="d", keeper="second", occurred_on=day("2024-02-20")),
        c.Move(asset_ids=(copier,), place="Room 9", occurred_on=day("2024-03-10")),
    ):
        book.when(order)
    return book, copier


def the(struct: type[c.Command], copier: str, on: str, **more: Any) -> c.Command:
    """The command on the copier."""
    fields: dict[str, Any] = {"asset_ids": (copier,), "occurred_on": day(on)}
    return struct(**fields | more)


def test_a_late_move_is_flagged_and_overrules_nothing_later() -> None:
    """Room 5 in late February is told in April: it stands in room 9 as before."""
    book, copier = stage()
    decision = book.when(the(c.Move, copier, "2024-02-25", place="Room 5"))
    [fact] = decision.facts

    assert decision.flags == (FLAG,)
    assert isinstance(fact.body, AssetChanged)
    assert fact.body.flags == (FLAG,)
    assert book.holding(copier).place == "Room 9"


def test_what_no_later_fact_has_set_is_taken() -> None:
    """A keeper of early March is the keeper: nobody was named since."""
    book, copier = stage()
    book.when(the(c.Handover, copier, "2024-03-05", keeper="third"))
    book.when(the(c.Handover, copier, "2024-03-01", keeper="passing"))

    assert book.holding(copier).keeper == "third"


def test_fields_of_the_card_hold_from_their_day() -> None:
    """A correction of March stands over one of February, whichever was entered first."""
    book, copier = stage()

    def correct(on: str, **fields: Any) -> tuple[str, ...]:
        order = c.CorrectCard(asset_id=copier, fields=fields, reason="核", occurred_on=day(on))
        return book.when(order).flags

    assert correct("2024-03-20", model="M2", brand="B2") == ()
    assert correct("2024-02-22", model="M1", seller="S1") == (FLAG,)
    card = book.holding(copier).card
    assert (card.model, card.brand, card.seller) == ("M2", "B2", "S1")


CONFLICTS: list[tuple[type[c.Command], str, dict[str, Any]]] = [
    (c.ReturnToStore, "2024-02-10", {}),
    (c.SendRepair, "2024-02-19", {"vendor": "v", "fault": "f"}),
    (c.RecordExecutedDisposal, "2024-02-10", {"sub_kind": "DISP.SCRAP"}),
    (c.ApplyDisposal, "2024-02-10", {"sub_kind": "DISP.SCRAP", "min_life_reason": "坏"}),
]


@pytest.mark.parametrize(("struct", "on", "more"), CONFLICTS)
def test_what_later_facts_rest_on_is_not_changed_behind_them(
    struct: type[c.Command], on: str, more: dict[str, Any]
) -> None:
    """State and processes keep their order: the later fact is corrected or reversed first."""
    book, copier = stage()
    refused = book.refused("E_LATE_CONFLICT", the(struct, copier, on, **more))

    assert refused.field == "occurred_on"
    assert "2024-02-20" in refused.zh


def test_a_state_after_the_last_one_may_be_told_late() -> None:
    """Returned in early March, entered after the move of the tenth: taken, and flagged."""
    book, copier = stage()
    decision = book.when(the(c.ReturnToStore, copier, "2024-03-02"))

    assert decision.flags == (FLAG,)
    book.then_state(copier, "IDLE")


def test_a_file_or_a_count_of_an_earlier_day_is_no_late_entry() -> None:
    """They change nothing of the thing."""
    book, copier = stage()
    file = Attachment("ab" * 32, "a.pdf", 9)
    order = c.AttachDocuments(
        asset_ids=(copier,), attachments=(file,), occurred_on=day("2024-01-06")
    )

    assert book.when(order).flags == ()


def test_a_new_holder_begins_a_new_order() -> None:
    """What is told of the time before the transfer does not touch the receiver's custody."""
    book, copier = stage()
    given = c.ReallocOut(
        asset_ids=(copier,), to_unit="U2", keeper="theirs", approval=approved("2024-03-15"),
        occurred_on=day("2024-03-20"),
    )  # fmt: skip
    book.when(given)
    book.refused("E_LATE_CONFLICT", the(c.ReturnToStore, copier, "2024-03-18"))

    assert book.holding(copier).keeper == "theirs"


def test_a_booking_more_than_a_month_late_is_flagged() -> None:
    """取得后一个多月才入账 (3.8): soft, the entry stands."""
    book = city("U1", books_from="2024-01")
    desktops = [thing("desktop", "5,000", "2024-01-05") for _ in range(2)]
    for card, on, flags in zip(
        desktops, ("2024-02-05", "2024-02-06"), ((), ("E_LATE_BOOKING",)), strict=True
    ):
        order = c.RegisterAcquisition(
            unit_id="U1", sub_kind="CONFIG.PURCHASE", cards=(card,), occurred_on=day("2024-01-05"),
            approval=approved("2024-01-01"),
        )  # fmt: skip
        ids = book.given(order, by="officer")
        posting = c.PostToBooks(asset_ids=tuple(ids), occurred_on=day(on))

        assert book.when(posting, "accountant").flags == flags
