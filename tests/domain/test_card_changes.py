"""Cards split, merged and given another class: shared to the fen, no account moves (handbook 3)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from domain.card_entries import shares
from domain.cards import Card
from domain.catalogue.classes import STD_2010, STD_2022
from domain.commands import structs as c
from domain.events import AssetChanged, AssetConfigured
from domain.refusals import Refused
from domain.states import State
from tests.domain.book import Book
from tests.domain.orders import accept, bring_in, buy, city
from tests.domain.scenes import force, place, stage
from tests.domain.things import day, fen, thing

BOUGHT, ON = "2024-01-05", "2024-04-10"
ACCOUNTS = ("1601", "1602")


def set_of_two() -> tuple[Book, str]:
    """A desktop of 6,000.01 with its monitor on one card, three months depreciated."""
    book = city("U1", books_from="2024-01")
    [asset_id] = buy(book, thing("desktop", "6,000.01", BOUGHT), on=BOUGHT)
    book.run_depreciation("U1", "2024-01", 3)
    return book, asset_id


def splitting(asset_id: str, *parts: c.CardPart, **more: Any) -> c.SplitCard:
    """The card split into itself and `parts`."""
    given: dict[str, Any] = {"document_no": "拆1号", "reason": "分开管理", "occurred_on": day(ON)}
    return c.SplitCard(asset_id=asset_id, parts=parts, **given | more)


def merging(asset_id: str, *others: str, **more: Any) -> c.MergeCards:
    """The other cards merged into the first."""
    given: dict[str, Any] = {"document_no": "并1号", "reason": "同一套", "occurred_on": day(ON)}
    return c.MergeCards(asset_id=asset_id, asset_ids=others, **given | more)


def worth(book: Book, asset_id: str) -> tuple[int, int]:
    """Gross and accumulated of a thing by its own lines."""
    return book.on_asset("U1", asset_id, ["1601"]), -book.on_asset("U1", asset_id, ["1602"])


def test_a_split_shares_value_funds_and_accumulated_to_the_fen() -> None:
    """6,000.01 and 249.99 accumulated: 1,000.00 with 41.66 go, the card keeps the rest."""
    book, asset_id = set_of_two()
    before = {account: book.balance("U1", account) for account in ACCOUNTS}
    monitor = c.CardPart(gross_fen=fen("1,000"), name="液晶显示器", serial_no="MON-1")
    [part] = book.when(splitting(asset_id, monitor)).created["asset_ids"]

    book.then_posted(
        "FA | 1601 1,000.00; 1602 41.66 | 1601 1,000.00; 1602 41.66",
    )
    assert (worth(book, asset_id), worth(book, part)) == ((500_001, 20_833), (100_000, 4_166))
    assert before == {account: book.balance("U1", account) for account in ACCOUNTS}
    whole, piece = book.holding(asset_id).card, book.holding(part).card
    assert (whole.fiscal_fen, piece.fiscal_fen) == (500_001, 100_000)
    assert (piece.name, piece.serial_no, piece.acquired_on) == ("液晶显示器", "MON-1", day(BOUGHT))


def test_both_halves_go_on_depreciating_to_their_end() -> None:
    """69 months are left: together the halves are charged what was left, each to its own zero."""
    book, asset_id = set_of_two()
    order = splitting(asset_id, c.CardPart(gross_fen=fen("1,000")))
    [part] = book.when(order).created["asset_ids"]
    book.run_depreciation("U1", "2024-04", 69)

    assert (worth(book, asset_id), worth(book, part)) == ((500_001, 500_001), (100_000, 100_000))
    assert book.run_depreciation("U1", "2030-01", 1) == ["0.00"]


def test_a_component_may_have_a_life_of_its_own() -> None:
    """The part with 24 months left is done first."""
    book, asset_id = set_of_two()
    order = splitting(asset_id, c.CardPart(gross_fen=fen("1,000"), remaining_months=24))
    [part] = book.when(order).created["asset_ids"]
    book.run_depreciation("U1", "2024-04", 24)

    assert worth(book, part) == (100_000, 100_000)
    assert worth(book, asset_id)[1] < 500_001


def test_pieces_leave_a_batch() -> None:
    """Twenty desks on a card: five become a card of their own."""
    book = city("U1", books_from="2024-01")
    batch = thing("desk", "20,000", BOUGHT, qty_centi=2_000)
    [asset_id] = buy(book, batch, on=BOUGHT)
    bare = splitting(asset_id, c.CardPart(gross_fen=fen("5,000")), occurred_on=day(BOUGHT))
    book.refused("E_CARD_FIELD", bare)
    order = splitting(
        asset_id, c.CardPart(gross_fen=fen("5,000"), qty_centi=500), occurred_on=day(BOUGHT)
    )
    [part] = book.when(order).created["asset_ids"]

    assert (
        book.holding(asset_id).card.qty_centi, book.holding(part).card.qty_centi,
    ) == (1_500, 500)  # fmt: skip


def test_the_parts_name_the_card_and_the_card_its_parts() -> None:
    """Links both ways, the acquisition's process on all, and fresh numbers."""
    book, asset_id = set_of_two()
    decision = book.when(splitting(asset_id, c.CardPart(gross_fen=1), c.CardPart(gross_fen=2)))
    ids = decision.created["asset_ids"]
    first, last = book.asset(ids[0]), book.streams[f"asset:{asset_id}"][-1][1]

    assert isinstance(first.registration, AssetConfigured)
    assert first.registration.detail["split_from"] == asset_id
    assert isinstance(last, AssetChanged)
    assert last.detail["into"] == ",".join(ids)
    assert first.acquisition_id == book.asset(asset_id).acquisition_id
    assert len(set(decision.created["card_nos"])) == 2
    assert book.holding(ids[0]).label_no != book.holding(asset_id).label_no


def two_desktops(**more: Any) -> tuple[Book, str, str]:
    """Two desktops bought on one day, three months depreciated."""
    book = city("U1", books_from="2024-01")
    first, second = buy(
        book, thing("desktop", "5,000", BOUGHT), thing("desktop", "1,000.01", BOUGHT, **more),
        on=BOUGHT,
    )  # fmt: skip
    book.run_depreciation("U1", "2024-01", 3)
    return book, first, second


def test_a_merger_adds_up_and_the_other_card_ends() -> None:
    """5,000.00 and 1,000.01 become one card; the other is void and worth nothing."""
    book, first, second = two_desktops()
    book.when(merging(first, second))

    assert (worth(book, first), worth(book, second)) == ((600_001, 24_999), (0, 0))
    assert book.holding(first).card.fiscal_fen == 600_001
    book.then_state(second, "VOIDED")
    book.run_depreciation("U1", "2024-04", 69)
    assert worth(book, first) == (600_001, 600_001)


def test_different_lives_need_a_word() -> None:
    """69 and 93 months left: somebody says how many, and not beyond either."""
    book, first, second = two_desktops(life_months=96)
    book.refused("E_CARD_FIELD", merging(first, second))
    book.refused("E_CARD_FIELD", merging(first, second, remaining_months=94))
    book.when(merging(first, second, remaining_months=80))
    basis = book.holding(first).basis

    assert basis is not None
    assert basis.months == 80


REFUSED_MERGERS: list[tuple[Card, str]] = [
    (thing("software", "10,000", BOUGHT), "E_VALUE_MISMATCH"),
    (thing("relic", "10,000", BOUGHT), "E_VALUE_MISMATCH"),
    (thing("desktop", "1", BOUGHT, value_type="NOMINAL"), "E_VALUE_MISMATCH"),
    (thing("desktop", "4,000", BOUGHT, keeper=None, use_dept=None), "E_VALUE_MISMATCH"),
]


@pytest.mark.parametrize(("other", "code"), REFUSED_MERGERS)
def test_what_is_not_alike_is_not_merged(other: Card, code: str) -> None:
    """Another account, what is not depreciated, a nominal amount, another state."""
    book = city("U1", books_from="2024-01")
    first, second = buy(book, thing("desktop", "5,000", BOUGHT), other, on=BOUGHT)

    book.refused(code, merging(first, second, occurred_on=day(BOUGHT)))


@pytest.mark.parametrize(
    ("parts", "more", "code"),
    [
        ((c.CardPart(gross_fen=600_001),), {}, "E_VALUE_MISMATCH"),
        ((c.CardPart(gross_fen=600_000), c.CardPart(gross_fen=1)), {}, "E_VALUE_MISMATCH"),
        ((c.CardPart(gross_fen=1),), {"reason": None}, "E_REASON"),
        ((c.CardPart(gross_fen=1),), {"fields": {"name": "x"}}, "E_ATTRIBUTE"),
        ((c.CardPart(gross_fen=1),), {"fields": {"traits.vin": "x"}}, "E_CARD_FIELD"),
        ((c.CardPart(gross_fen=1, traits={"vin": "x"}),), {}, "E_CARD_FIELD"),
        ((c.CardPart(gross_fen=1),), {"occurred_on": day("2024-06-10")}, "E_PREVIOUS_OPEN"),
    ],
)
def test_splits_that_do_not_hold_are_refused(
    parts: tuple[c.CardPart, ...], more: dict[str, Any], code: str
) -> None:
    """Nothing may be left of the card, other fields stay, months that are owed are run first."""
    book, asset_id = set_of_two()

    book.refused(code, splitting(asset_id, *parts, **more))


@pytest.mark.parametrize("state", list(State))
def test_cards_are_merged_on_hand_only(state: State) -> None:
    """Both cards in one state, and only in use or in store; all else is refused."""
    book = stage()
    first, second = place(book, state), place(book, state)
    order = merging(first, second, occurred_on=day("2024-03-01"))
    if state in {State.IN_USE, State.IDLE}:
        book.when(order)
        book.then_state(second, "VOIDED")
    else:
        with pytest.raises(Refused):
            book.when(order)


def test_a_process_holds_a_card_together() -> None:
    """What waits for a disposal is neither split nor merged."""
    book, asset_id = set_of_two()
    ask = c.ApplyDisposal(
        asset_ids=(asset_id,), sub_kind="DISP.SCRAP", min_life_reason="坏", occurred_on=day(ON)
    )
    book.when(ask)

    book.refused("E_PROCESS_OPEN", splitting(asset_id, c.CardPart(gross_fen=1)))


@given(st.integers(0, 10**9), st.lists(st.integers(1, 10**9), min_size=1, max_size=50))
def test_shares_add_up_and_pass_no_part(total: int, weights: list[int]) -> None:
    """Whatever is accumulated, no part has more of it than it is worth."""
    total = min(total, sum(weights))
    found = shares(total, weights)

    assert sum(found) == total
    assert all(0 <= share <= weight for share, weight in zip(found, weights, strict=True))


def old_desktop(**more: Any) -> tuple[Book, str]:
    """A desktop under its class of 2010, brought in from older books."""
    book = city("U1", books_from="2024-01")
    card = thing("desktop", "5,000", "2023-01-05", class_std=STD_2010, class_code="2010104", **more)
    [asset_id] = bring_in(book, card, on="2024-01-01", accum="833.28", months=12)
    return book, asset_id


def classing(asset_id: str, **more: Any) -> c.Reclassify:
    """The thing given a class of 2022."""
    given: dict[str, Any] = {
        "class_std": STD_2022, "reason": "新国标", "occurred_on": day("2024-01-10"),
    }  # fmt: skip
    return c.Reclassify(asset_ids=(asset_id,), **given | more)


def test_the_crosswalk_proposes_and_nothing_booked_moves() -> None:
    """The one candidate of its name is taken; basis, value and number stay as they were."""
    book, asset_id = old_desktop()
    before = book.holding(asset_id)
    book.when(classing(asset_id))
    after = book.holding(asset_id)

    assert (after.card.class_std, after.card.class_code) == (STD_2022, "A02010105")
    assert (before.basis, before.gross_fen, before.card_no) == (
        after.basis, after.gross_fen, after.card_no,
    )  # fmt: skip
    assert book.posted == []


def test_several_candidates_are_named() -> None:
    """A 激光打印机 may be four things: somebody chooses, and the sentence says among what."""
    book, asset_id = old_desktop(name="激光打印机")
    refused = book.refused("E_CLASS_CHOICE", classing(asset_id))

    assert "A02021003 A4黑白打印机" in refused.zh
    assert book.when(classing(asset_id, class_code="A02021003")).flags == ()
    other, printer = old_desktop(name="激光打印机")
    assert other.when(classing(printer, class_code="A02010105")).flags == ("E_CROSSWALK",)


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        ("A08060303", "E_RECLASS_BOOKS"),
        ("A03010100", "E_RECLASS_BOOKS"),
        ("X1", "E_CLASS_UNKNOWN"),
        ("A02010105", "E_CARD_FIELD"),
    ],
)
def test_a_class_changes_no_books(code: str, refusal: str) -> None:
    """Neither account nor depreciation follows a class (N3, 5.2); the same class is no change."""
    book = city("U1", books_from="2024-01")
    [asset_id] = accept(book, thing("desktop", "5,000", BOUGHT), on=BOUGHT)

    book.refused(refusal, classing(asset_id, class_code=code))


def test_a_life_below_the_new_minimum_is_flagged() -> None:
    """72 months of a computer are too few for furniture (15 years); the basis stays."""
    book = city("U1", books_from="2024-01")
    [asset_id] = accept(book, thing("desktop", "5,000", BOUGHT), on=BOUGHT)

    assert book.when(classing(asset_id, class_code="A05010201")).flags == ("E_LIFE_SHORT",)


def correcting(asset_id: str, **more: Any) -> c.CorrectCard:
    """The date of acquisition put right by a document."""
    given: dict[str, Any] = {
        "fields": {"acquired_on": "2023-12-28"}, "reason": "发票日期", "document_no": "更1号",
        "occurred_on": day(ON),
    }  # fmt: skip
    return c.CorrectCard(asset_id=asset_id, **given | more)


def test_a_date_of_acquisition_is_corrected_by_a_document() -> None:
    """It points at the registration; the basis, which is of the booking, stays."""
    book, asset_id = set_of_two()
    before = book.holding(asset_id)
    book.refused("E_DOCUMENT", correcting(asset_id, document_no=None))
    book.refused("E_DATE", correcting(asset_id, fields={"acquired_on": "2024-02-01"}))
    book.when(correcting(asset_id))
    after = book.holding(asset_id)

    assert (after.card.acquired_on, after.basis) == (day("2023-12-28"), before.basis)
    assert book.decision.facts[0].corrects == book.asset(asset_id).registration_event_id


def test_a_mileage_falls_by_a_document_only() -> None:
    """A wrong reading may be put right; nobody else turns it back."""
    book = city("U1", books_from="2024-01")
    sedan = thing("sedan", "180,000", BOUGHT, traits={"mileage": 9_000})
    [asset_id] = accept(book, sedan, on=BOUGHT)
    back = correcting(asset_id, fields={"traits.mileage": 900}, document_no=None)
    book.refused("E_DOCUMENT", back)
    book.when(replace(back, fields={"traits.mileage": 9_500}))

    book.when(replace(back, document_no="更2号"))


def test_forced_marks_hold_a_card_too() -> None:
    """What a court has sealed is not split."""
    book, asset_id = set_of_two()
    force(book, asset_id, overlays_on=("SEALED",))

    book.refused("E_SEALED", splitting(asset_id, c.CardPart(gross_fen=1)))
