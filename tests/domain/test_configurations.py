"""Ways of coming in besides purchase: software, land, rent, development, gains, gifts."""

from __future__ import annotations

from typing import Any

import pytest

from domain.commands import structs as c
from domain.states import State
from tests.domain.book import Book
from tests.domain.orders import accept, buy, city, count_opens, dispose, post
from tests.domain.things import approved, day, fen, thing


def test_e17_software_bought_and_written_off() -> None:
    """E17: 120,000 over 120 months from 2023-05; written off in 2028-05, not amortised then."""
    book = city(books_from="2023-05")
    [software] = buy(book, thing("software", "120,000", "2023-05-10"), on="2023-05-10")

    book.then_posted(
        "FA | 1701 120,000.00 | 4001 120,000.00",
        "BA | 7101 120,000.00 | 6001 120,000.00",
    )
    assert book.run_depreciation("U1", "2023-05", 8) == ["1,000.00"] * 8
    book.then_posted("FA | 5001 1,000.00 | 1702 1,000.00")
    book.then_balance("U1", "1702", "-8,000.00")
    book.run_depreciation("U1", "2024-01", 52)

    dispose(book, [software], "DISP.SCRAP", "2028-05-10", min_life_reason="停用")

    book.then_posted("FA | 5301 60,000.00; 1702 60,000.00 | 1701 120,000.00")
    assert book.run_depreciation("U1", "2028-05") == ["0.00"]
    for account in ("1701", "1702"):
        book.then_balance("U1", account, "0.00")


def test_a_cheap_intangible_is_expensed_where_the_unit_says_so() -> None:
    """5.5: bought singly under 1,000 it may be expensed at once, and then gets no card."""
    book = city(books_from="2024-01")
    buy(book, thing("software", "800", "2024-01-10"), on="2024-01-10")
    book.given(
        c.SetSetting(
            name="expense_intangibles_below_fen",
            value=fen("1,000"),
            valid_from=day("2024-02-01"),
            source="政府会计准则第4号",
            occurred_on=day("2024-02-01"),
        )
    )
    order = c.RegisterAcquisition(
        unit_id="U1",
        sub_kind="CONFIG.PURCHASE",
        cards=(thing("software", "999.99", "2024-02-10"),),
        occurred_on=day("2024-02-10"),
    )

    book.refused("E_EXPENSED", order)
    accept(book, thing("software", "1,000", "2024-02-10"), on="2024-02-10")
    accept(book, *[thing("software", "800", "2024-02-10")] * 2, on="2024-02-10")


def land(value: str, **more: Any) -> c.GrantLand:
    """Allocated land worth `value` yuan."""
    card = more.pop("card", {})
    fields: dict[str, Any] = {"approval": approved("2024-01-05")}
    return c.GrantLand(
        unit_id="U1",
        card=thing("land", value, "2024-01-10", **card),
        decision_no="划拨〔2024〕1号",
        occurred_on=day("2024-01-10"),
        **fields | more,
    )


@pytest.mark.parametrize(
    ("order", "rows"),
    [
        (land("0"), ()),
        (land("0", costs_fen=30_000),
         ("FA | 5901 300.00 | 4001 300.00", "BA | 7101 300.00 | 6001 300.00")),
        (land("1", card={"value_type": "NOMINAL"}), ("FA | 1701 1.00 | 3401 1.00",)),
        (land("2,000,000", costs_fen=fen("2,000,000"), own_fen=fen("500,000")),
         ("FA | 1701 2,000,000.00 | 4001 1,500,000.00; 1002 500,000.00",
          "BA | 7101 2,000,000.00 | 6001 1,500,000.00; 8001 500,000.00")),
    ],
    ids=["no value", "no value, with costs", "nominal", "cost"],
)  # fmt: skip
def test_allocated_land_is_booked_and_never_depreciated(
    order: c.GrantLand, rows: tuple[str, ...]
) -> None:
    """2.2: nominal or cost, or no value at all; land carried separately has no depreciation."""
    book = city(books_from="2024-01")
    [parcel] = book.given(order, by="officer")
    book.refused(
        "E_SELF_POSTING",
        c.PostToBooks(asset_ids=(parcel,), occurred_on=day("2024-01-10")),
        "officer",
    )
    post(book, [parcel], "2024-01-10")

    book.then_posted(*rows)
    book.then_state(parcel, State.IN_USE)
    assert book.run_depreciation("U1", "2024-01", 2) == ["0.00"] * 2


@pytest.mark.parametrize(
    ("order", "code"),
    [
        (land("2", card={"value_type": "NOMINAL"}), "E_VALUE_MISMATCH"),
        (land("100", costs_fen=fen("101")), "E_VALUE_MISMATCH"),
        (land("0", card={"class_code": "A02010105"}), "E_CARD_FIELD"),
    ],
)
def test_land_that_does_not_fit_is_refused(order: c.GrantLand, code: str) -> None:
    """Class, nominal amount and costs must fit."""
    city(books_from="2024-01").refused(code, order)


def rent(kind: str = "copier", **more: Any) -> c.RentIn:
    """A thing rented for a year at 1,000 a month."""
    fields: dict[str, Any] = {
        "unit_id": "U1",
        "card": thing(kind, more.pop("value", "0"), "2024-01-10"),
        "lessor": "便民公司",
        "contract_no": "租〔2024〕1号",
        "ends_on": day("2025-01-10"),
        "rent_fen": fen("1,000"),
        "approval": approved("2024-01-05"),
        "occurred_on": day("2024-01-10"),
    }
    return c.RentIn(**fields | more)


def test_a_rented_thing_stands_in_the_register_off_the_books() -> None:
    """2.2: RENTED_IN, no card value, no depreciation; given back it is closed."""
    book = city(books_from="2024-01")
    [copier] = book.given(rent())

    book.then_posted()
    book.then_state(copier, State.RENTED_IN)
    assert book.run_depreciation("U1", "2024-01") == ["0.00"]
    assert book.holding(copier).due_on == day("2025-01-10")
    back = c.EndRentIn(asset_ids=(copier,), inspection="完好", occurred_on=day("2024-06-01"))
    book.when(back)

    book.then_posted()
    book.then_state(copier, State.DISPOSED)
    assert book.process(book.asset(copier).acquisition_id or "").status == "settled"


@pytest.mark.parametrize(
    ("order", "code"),
    [
        (rent(value="10"), "E_CARD_FIELD"),
        (rent(ends_on=day("2024-01-10")), "E_DATE"),
        (rent("office"), "E_PREMISES_RENT"),
    ],
)
def test_renting_that_is_not_in_order_is_refused(order: c.RentIn, code: str) -> None:
    """No value, a term, and the government's leave for office premises (art. 23)."""
    city(books_from="2024-01").refused(code, order)


def test_renting_with_the_governments_leave_and_without_approval() -> None:
    """Premises with a document pass; a missing approval is a flag."""
    book = city(books_from="2024-01")
    book.when(rent("office", government_document_no="府〔2024〕3号", approval=None))

    assert book.decision.flags == ("E_NO_APPROVAL",)


def spend(phase: str, amount: str, on: str, **more: Any) -> c.SpendOnDevelopment:
    """Spend on an own project."""
    return c.SpendOnDevelopment(
        unit_id="U1",
        project_no="研〔2024〕1号",
        phase=phase,
        amount_fen=fen(amount),
        payee="外包公司",
        occurred_on=day(on),
        **more,
    )


def developing(book: Book) -> str:
    """A project with research of 20,000 and development of 90,000 and 30,000."""
    project = book.when(spend("RESEARCH", "20,000", "2024-01-05")).created["process_id"][0]
    book.then_posted(
        "FA | 1703 20,000.00 | 4001 20,000.00",
        "FA | 5001 20,000.00 | 1703 20,000.00",
        "BA | 7101 20,000.00 | 6001 20,000.00",
    )
    book.when(spend("DEVELOPMENT", "90,000", "2024-01-10", process_id=project))
    book.then_posted(
        "FA | 1703 90,000.00 | 4001 90,000.00",
        "BA | 7101 90,000.00 | 6001 90,000.00",
    )
    own = spend("DEVELOPMENT", "30,000", "2024-01-11", process_id=project, own_fen=fen("30,000"))
    book.when(own)
    return project


def test_self_developed_software_takes_what_its_development_cost() -> None:
    """2.2: research is an expense, development goes from 1703 to 1701: 120,000 / 120 months."""
    book = city(books_from="2024-01")
    project = developing(book)
    card = thing("software", "120,000", "2024-02-10")
    done: dict[str, Any] = {"process_id": project, "occurred_on": day("2024-02-10")}
    dear = thing("software", "140,000", "2024-02-10")
    book.refused("E_VALUE_MISMATCH", c.Develop(card=dear, acceptance="验1号", **done))
    book.refused("E_NO_ACCEPTANCE", c.Develop(card=card, **done))
    book.run_depreciation("U1", "2024-01")

    made = book.when(c.Develop(card=card, acceptance="验1号", **done), "accountant").created

    book.then_posted("FA | 1701 120,000.00 | 1703 120,000.00")
    book.then_balance("U1", "1703", "0.00")
    assert book.holding(made["asset_ids"][0]).card.acq_way == "SELF_DEVELOPED"
    assert book.run_depreciation("U1", "2024-02", 2) == ["1,000.00"] * 2
    late = spend("DEVELOPMENT", "1", "2024-02-11", process_id=project)
    book.refused("E_ALREADY_CLOSED", late)


def test_a_development_given_up_is_an_expense() -> None:
    """What stands in 1703 becomes an expense, with a reason."""
    book = city(books_from="2024-01")
    project = developing(book)
    end = c.AbandonDevelopment(process_id=project, occurred_on=day("2024-02-10"))
    book.refused("E_REASON", end)

    book.when(
        c.AbandonDevelopment(process_id=project, reason="技术淘汰", occurred_on=day("2024-02-10"))
    )

    book.then_posted("FA | 5001 120,000.00 | 1703 120,000.00")
    book.then_balance("U1", "1703", "0.00")


@pytest.mark.parametrize(
    ("origin", "own", "rows"),
    [
        ("CONFIG.PURCHASE", "1,000",
         ("FA | 1902.01 6,000.00 | 4001 5,000.00; 1002 1,000.00",
          "BA | 7101 6,000.00 | 6001 5,000.00; 8001 1,000.00")),
        ("CONFIG.DONATION_IN", "0", ("FA | 1902.01 6,000.00 | 4603 6,000.00",)),
        ("CONFIG.REALLOC_IN", "0", ("FA | 1902.01 6,000.00 | 3401 6,000.00",)),
    ],
)  # fmt: skip
def test_e13_a_gain_of_this_year_is_booked_by_its_real_origin(
    origin: str, own: str, rows: tuple[str, ...]
) -> None:
    """E13 note: acquired this year it is an acquisition of the right kind instead of 3501."""
    book = city(books_from="2024-01")
    count_opens(book, "2024-03-01")
    found = c.RecordGain(
        stocktake_id="T1",
        unit_id="U1",
        card=thing("projector", "6,000", "2024-01-05", keeper=None),
        occurred_on=day("2024-03-02"),
    )
    [projector] = book.given(found, by="counter")
    verify: dict[str, Any] = {
        "asset_ids": (projector,),
        "approval": approved("2024-03-05"),
        "occurred_on": day("2024-03-06"),
    }
    book.refused("E_SUB_KIND", c.VerifyGain(**verify), "approver")
    if origin != "CONFIG.PURCHASE":
        mixed = c.VerifyGain(origin=origin, own_fen=1, **verify)
        book.refused("E_AMOUNT", mixed, "approver")

    book.when(c.VerifyGain(origin=origin, own_fen=fen(own), **verify), "approver")

    book.then_posted(*rows)
    book.then_state(projector, State.IN_USE)
    book.then_balance("U1", "1902.01", "0.00")


def gift(value_type: str, value: str = "26,000", **more: Any) -> c.RegisterAcquisition:
    """A copier given by a company."""
    return c.RegisterAcquisition(
        unit_id="U1",
        sub_kind="CONFIG.DONATION_IN",
        cards=(thing("copier", value, "2024-01-10", value_type=value_type),),
        donor_kind="company",
        occurred_on=day("2024-01-10"),
        **more,
    )


@pytest.mark.parametrize(
    ("order", "basis"),
    [
        (gift("COST"), "VOUCHER"),
        (gift("COST", value_basis="VOUCHER", value_document="发票 1"), "VOUCHER"),
        (gift("APPRAISAL", value_basis="APPRAISAL", value_document="评1号", reason="无票"),
         "APPRAISAL"),
        (gift("REPLACEMENT", value_basis="MARKET", reason="无票"), "MARKET"),
        (gift("NOMINAL", "1", value_basis="NOMINAL", reason="无市价"), "NOMINAL"),
        (gift("NOMINAL", "2"), "E_VALUE_MISMATCH"),
        (gift("COST", value_basis="APPRAISAL", value_document="评1号"), "E_VALUE_MISMATCH"),
        (gift("APPRAISAL", value_basis="APPRAISAL", reason="无票"), "E_NO_APPRAISAL"),
        (gift("REPLACEMENT", value_basis="MARKET"), "E_REASON"),
    ],
)  # fmt: skip
def test_a_gift_says_what_its_value_rests_on(order: c.RegisterAcquisition, basis: str) -> None:
    """2.2: voucher, else appraisal, market price, nominal yuan; lower ones say why."""
    book = city(books_from="2024-01")
    if basis.startswith("E_"):
        book.refused(basis, order)
        return
    [process_id] = book.when(order).created["process_id"]

    assert basis == book.process(process_id).detail["value_basis"]


@pytest.mark.parametrize(
    ("kind", "price", "pieces", "on", "flagged"),
    [
        ("copier", "999.99", 1, "2024-01-10", True),
        ("copier", "999.99", 9, "2024-01-10", True),
        ("copier", "1,000", 1, "2024-01-10", False),
        ("desk", "300", 1, "2024-01-10", True),
        ("desk", "300", 2, "2024-01-10", False),
        ("software", "300", 1, "2024-01-10", False),
    ],
)
def test_a_thing_below_the_line_is_flagged(
    kind: str, price: str, pieces: int, on: str, flagged: bool
) -> None:
    """5.6: E_LOW_VALUE is soft; furniture bought in bulk is a fixed asset whatever it costs."""
    book = city(books_from="2024-01")
    accept(book, *[thing(kind, price, on)] * pieces, on=on)

    assert ("E_LOW_VALUE" in book.decision.flags) is flagged
