"""The worked examples E01-E13 and E22 of the handbook (5.8), figure by figure."""

from __future__ import annotations

from domain.commands.structs import (
    ApproveLoss,
    ClaimCompensation,
    CloseDisposal,
    CompleteRepair,
    CountMissing,
    PayRetention,
    PayTreasury,
    PostToBooks,
    ReallocOut,
    ReceiveCompensation,
    RecordDisposalCost,
    RecordGain,
    RecordProceeds,
    SendRepair,
    VerifyGain,
)
from domain.states import State
from tests.domain.book import Book
from tests.domain.orders import (
    accept,
    approve,
    ask,
    bring_in,
    buy,
    carry_out,
    city,
    count_opens,
    dispose,
    post,
    store,
)
from tests.domain.things import approved, day, fen, thing


def test_e01_ten_desktops_paid_by_the_treasury() -> None:
    """E01 2022-03-15 accept + post: FA 1601 / 4001, BA 7101 / 6001, 50,000.00 each.

    One card per item: ten cards of 5,000.
    """
    book = city()
    desktops = accept(book, *[thing("desktop", "5,000", "2022-03-15")] * 10, on="2022-03-15")
    book.then_posted()
    post(book, desktops, "2022-03-15")

    assert len(set(desktops)) == 10
    book.then_posted(
        "FA | 1601 50,000.00 | 4001 50,000.00",
        "BA | 7101 50,000.00 | 6001 50,000.00",
    )
    book.then_state(desktops[0], State.IN_USE)


def test_e01_at_an_institution_debits_7201() -> None:
    """E01, 事业单位: the budget debit is 7201."""
    book = city(kind="institution")
    buy(book, *[thing("desktop", "5,000", "2022-03-15")] * 10, on="2022-03-15")

    book.then_posted(
        "FA | 1601 50,000.00 | 4001 50,000.00",
        "BA | 7201 50,000.00 | 6001 50,000.00",
    )


def test_e02_a_desktop_over_72_months() -> None:
    """E02: 5,000 over 72 months from 2022-03: 71 runs of 69.44, the last 69.76, then nothing.

    Accumulated at 2022-12-31 = 694.40, net 4,305.60; at 2028-02-29 = 5,000.00, net 0.
    """
    book = city(books_from="2022-03")
    [desktop] = buy(book, thing("desktop", "5,000", "2022-03-15"), on="2022-03-15")

    first = book.run_depreciation("U1", "2022-03")

    assert first == ["69.44"]
    book.then_posted("FA | 5001 69.44 | 1602 69.44")

    year = first + book.run_depreciation("U1", "2022-04", 9)

    book.then_balance("U1", "1602", "-694.40")
    assert fen("4,305.60") == book.on_asset("U1", desktop, ["1601", "1602"])

    runs = year + book.run_depreciation("U1", "2023-01", 62)

    assert runs == ["69.44"] * 71 + ["69.76"]
    book.then_balance("U1", "1602", "-5,000.00")
    assert book.run_depreciation("U1", "2028-03", 3) == ["0.00"] * 3
    book.then_posted()
    book.then_state(desktop, State.IN_USE)


def sedan_of_e03(book: Book, on: str) -> str:
    """The sedan of E03, 179,800 with 8,990 retention, booked on `on`."""
    [sedan] = buy(book, thing("sedan", "179,800", on), on=on, retention_fen=fen("8,990"))
    return sedan


def test_e03_a_sedan_with_retention() -> None:
    """E03: the card is worth 179,800 from day one; 8,990 wait in 2302 until paid.

    Depreciation 96 months: 1,872.92 x 95 + 1,872.60.
    """
    book = city(books_from="2019-04")
    sedan = sedan_of_e03(book, "2019-04-10")

    assert fen("179,800") == book.holding(sedan).gross_fen
    book.then_posted(
        "FA | 1601 179,800.00 | 4001 170,810.00; 2302 8,990.00",
        "BA | 7101 170,810.00 | 6001 170,810.00",
    )
    process_id = book.asset(sedan).acquisition_id or ""
    book.when(
        PayRetention(process_id=process_id, amount_fen=fen("8,990"), occurred_on=day("2019-12-10"))
    )
    book.then_posted(
        "FA | 2302 8,990.00 | 4001 8,990.00",
        "BA | 7101 8,990.00 | 6001 8,990.00",
    )
    assert book.run_depreciation("U1", "2019-04", 96) == ["1,872.92"] * 95 + ["1,872.60"]


def test_e04_a_copier_donated_with_a_price() -> None:
    """E04: 26,000 by voucher and 400 freight: the card is worth 26,400."""
    book = city()
    buy(
        book,
        thing("copier", "26,400", "2024-05-06", acq_way="DONATION"),
        on="2024-05-06",
        sub_kind="CONFIG.DONATION_IN",
        donor_kind="company",
        costs_fen=fen("400"),
    )

    book.then_posted(
        "FA | 1601 26,400.00 | 4603 26,000.00; 1002 400.00",
        "BA | 7901 400.00 | 8001 400.00",
    )


def test_e05_a_donation_at_nominal_amount() -> None:
    """E05: one yuan on the card, handling of 200 is an expense, and it is never depreciated."""
    book = city(books_from="2024-05")
    buy(
        book,
        thing("copier", "1", "2024-05-06", acq_way="DONATION", value_type="NOMINAL"),
        on="2024-05-06",
        sub_kind="CONFIG.DONATION_IN",
        donor_kind="person",
        costs_fen=fen("200"),
    )

    book.then_posted(
        "FA | 1601 1.00 | 4603 1.00",
        "FA | 5901 200.00 | 1002 200.00",
        "BA | 7901 200.00 | 8001 200.00",
    )
    assert book.run_depreciation("U1", "2024-05", 3) == ["0.00"] * 3


def test_e06_a_laptop_given_to_another_unit() -> None:
    """E06: 7,000 less 36 x 97.22 (3,499.92) is given at 3,500.08 net; the receiver pays 60.

    The giver books no depreciation for 2024-01, the receiver starts then: 98.89 x 35 + 98.93.
    The sum of 3401 over both units is 0.
    """
    book = city("U1", "U2", books_from="2021-01")
    [laptop] = buy(book, thing("laptop", "7,000", "2021-01-05"), on="2021-01-05")
    assert book.run_depreciation("U1", "2021-01", 36) == ["97.22"] * 36
    book.run_depreciation("U2", "2021-01", 36)
    store(book, [laptop], "2024-01-08")
    label, card_no = book.holding(laptop).label_no, book.holding(laptop).card_no

    book.when(
        ReallocOut(
            asset_ids=(laptop,),
            to_unit="U2",
            approval=approved("2024-01-05"),
            freight_fen=fen("60"),
            keeper="their keeper",
            occurred_on=day("2024-01-10"),
        )
    )

    book.then_posted(
        "U1 FA | 3401 3,500.08; 1602 3,499.92 | 1601 7,000.00",
        "U2 FA | 1601 3,560.08 | 3401 3,500.08; 1002 60.00",
        "U2 BA | 7901 60.00 | 8001 60.00",
    )
    assert book.balance("U1", "3401") + book.balance("U2", "3401") == 0
    assert book.run_depreciation("U1", "2024-01") == ["0.00"]
    assert book.run_depreciation("U2", "2024-01", 37) == ["98.89"] * 35 + ["98.93", "0.00"]
    received = book.holding(laptop)
    assert (label, "U2", State.IN_USE) == (received.label_no, received.unit_id, received.state)
    assert card_no != received.card_no
    assert (card_no,) == book.asset(laptop).past_cards
    assert fen("7,000") == book.asset(laptop).original_gross_fen


def test_e07_a_desk_worth_nothing_given_away() -> None:
    """E07: gross and accumulated are carried over, nothing goes through 3401, no more runs."""
    book = city("U1", "U2", books_from="2024-01")
    [desk] = bring_in(
        book, thing("desk", "3,000", "2008-06-01"), on="2024-01-01", accum="3,000", months=180
    )
    store(book, [desk], "2024-01-02")

    book.when(
        ReallocOut(
            asset_ids=(desk,),
            to_unit="U2",
            approval=approved("2024-01-05"),
            freight_fen=fen("50"),
            occurred_on=day("2024-01-10"),
        )
    )

    book.then_posted(
        "U1 FA | 1602 3,000.00 | 1601 3,000.00",
        "U2 FA | 1601 3,000.00 | 1602 3,000.00",
        "U2 FA | 5901 50.00 | 1002 50.00",
        "U2 BA | 7901 50.00 | 8001 50.00",
    )
    assert book.run_depreciation("U2", "2024-01", 2) == ["0.00"] * 2


def test_e08_the_sedan_sold_by_auction_after_60_months() -> None:
    """E08: posted 2019-04, sold 2024-04 at 88,000 over a floor of 62,000, commission 2,640.

    Accumulated 112,375.20, net 67,424.80; no depreciation in the month of the sale.
    """
    book = city(books_from="2019-04")
    sedan = sedan_of_e03(book, "2019-04-10")
    book.run_depreciation("U1", "2019-04", 60)

    process_id = dispose(
        book,
        [sedan],
        "DISP.SALE",
        "2024-04-12",
        appraisal_no="评〔2024〕3号",
        floor_fen=fen("62,000"),
        price_fen=fen("88,000"),
    )

    book.then_posted("FA | 5301 67,424.80; 1602 112,375.20 | 1601 179,800.00")
    book.then_state(sedan, State.DISPOSED)
    book.when(
        RecordProceeds(
            process_id=process_id,
            amount_fen=fen("88,000"),
            costs_fen=fen("2,640"),
            occurred_on=day("2024-04-15"),
        )
    )
    book.then_posted("FA | 1002 88,000.00 | 1002 2,640.00; 2103 85,360.00")
    book.when(treasury(process_id, "85,360", "2024-04-20"))
    book.then_posted("FA | 2103 85,360.00 | 1002 85,360.00")
    assert book.run_depreciation("U1", "2024-04") == ["0.00"]
    for account in ("1601", "1602", "2103"):
        book.then_balance("U1", account, "0.00")


def treasury(process_id: str, amount: str, on: str) -> PayTreasury:
    """The treasury is paid `amount` yuan."""
    return PayTreasury(
        process_id=process_id, amount_fen=fen(amount), slip_no="0001", occurred_on=day(on)
    )


def test_e09_a_sale_that_costs_more_than_it_brings() -> None:
    """E09: nothing left of 9,000; proceeds 100, costs 300: 200 are the unit's expense."""
    book = city(books_from="2024-01")
    [copier] = bring_in(
        book, thing("copier", "9,000", "2015-06-01"), on="2024-01-01", accum="9,000", months=72
    )
    process_id = dispose(book, [copier], "DISP.SALE", "2024-03-01", appraisal_no="评2号")

    book.then_posted("FA | 1602 9,000.00 | 1601 9,000.00")
    book.when(
        RecordProceeds(
            process_id=process_id,
            amount_fen=fen("100"),
            costs_fen=fen("300"),
            occurred_on=day("2024-03-05"),
        )
    )
    book.then_posted(
        "FA | 1002 100.00; 5301 200.00 | 1002 300.00",
        "BA | 7901 200.00 | 8001 200.00",
    )


def test_e10_twenty_desktops_scrapped() -> None:
    """E10: 100,000 fully depreciated; the recycler pays 1,200, haulage 150, 1,050 is owed."""
    book = city(books_from="2024-01")
    desktops = bring_in(
        book,
        *[thing("desktop", "5,000", "2016-06-01")] * 20,
        on="2024-01-01",
        accum="5,000",
        months=72,
    )
    process_id = dispose(book, desktops, "DISP.SCRAP", "2024-03-01")

    book.then_posted("FA | 1602 100,000.00 | 1601 100,000.00")
    on = day("2024-03-05")
    book.when(RecordProceeds(process_id=process_id, amount_fen=fen("1,200"), occurred_on=on))
    book.then_posted("FA | 1002 1,200.00 | 1902.02 1,200.00")
    book.when(RecordDisposalCost(process_id=process_id, amount_fen=fen("150"), occurred_on=on))
    book.then_posted("FA | 1902.02 150.00 | 1002 150.00")
    book.when(CloseDisposal(process_id=process_id, occurred_on=on))
    book.then_posted("FA | 1902.02 1,050.00 | 2103 1,050.00")
    book.when(treasury(process_id, "1,050", "2024-03-08"))
    book.then_posted("FA | 2103 1,050.00 | 1002 1,050.00")
    book.then_balance("U1", "1902.02", "0.00")
    book.then_balance("U1", "5301", "0.00")


def test_e11_a_server_scrapped_early() -> None:
    """E11: 60 of 72 months are 40,000.20; net 7,999.80 is an expense, destruction costs 600.

    Applying and approving post nothing.
    """
    book = city(books_from="2019-01")
    [server] = buy(book, thing("server", "48,000", "2019-01-10"), on="2019-01-10")
    book.run_depreciation("U1", "2019-01", 60)
    process_id = ask(book, [server], "DISP.SCRAP", "2024-01-10", appraisal_no="鉴〔2024〕1号")
    book.then_posted()
    approve(book, process_id, "2024-01-12")
    book.then_posted()

    carry_out(book, process_id, "DISP.SCRAP", "2024-01-15")

    book.then_posted(
        "FA | 1902.01 7,999.80; 1602 40,000.20 | 1601 48,000.00",
        "FA | 5301 7,999.80 | 1902.01 7,999.80",
    )
    on = day("2024-01-20")
    book.when(RecordDisposalCost(process_id=process_id, amount_fen=fen("600"), occurred_on=on))
    book.then_posted("FA | 1902.02 600.00 | 1002 600.00")
    book.when(CloseDisposal(process_id=process_id, occurred_on=on))
    book.then_posted(
        "FA | 5301 600.00 | 1902.02 600.00",
        "BA | 7901 600.00 | 8001 600.00",
    )
    for account in ("1902.01", "1902.02", "2103"):
        book.then_balance("U1", account, "0.00")


def test_e12_a_camera_missing_at_a_count() -> None:
    """E12: 12,000 less 24 x 200 = 7,200 net; the custodian pays 3,000, which the treasury gets."""
    book = city(books_from="2022-01")
    [camera] = buy(book, thing("camera", "12,000", "2022-01-10"), on="2022-01-10")
    assert book.run_depreciation("U1", "2022-01", 24) == ["200.00"] * 24
    count_opens(book, "2024-01-05")

    missing = CountMissing(
        asset_ids=(camera,),
        stocktake_id="T1",
        second_counter="second",
        occurred_on=day("2024-01-08"),
    )
    process_id = book.when(missing, "counter").created["process_id"][0]

    book.then_posted("FA | 1902.01 7,200.00; 1602 4,800.00 | 1601 12,000.00")
    book.then_state(camera, State.LOSS_PENDING)
    on = day("2024-02-20")
    book.when(
        ApproveLoss(
            process_id=process_id,
            approval=approved("2024-02-18"),
            liability="保管人赔偿3000元",
            occurred_on=on,
        ),
        "approver",
    )
    book.then_posted("FA | 5301 7,200.00 | 1902.01 7,200.00")
    book.then_state(camera, State.DISPOSED)
    book.when(ClaimCompensation(process_id=process_id, amount_fen=fen("3,000"), occurred_on=on))
    book.then_posted("FA | 1218 3,000.00 | 1902.02 3,000.00")
    book.when(ReceiveCompensation(process_id=process_id, amount_fen=fen("3,000"), occurred_on=on))
    book.then_posted("FA | 1002 3,000.00 | 1218 3,000.00")
    book.when(CloseDisposal(process_id=process_id, occurred_on=on))
    book.then_posted("FA | 1902.02 3,000.00 | 2103 3,000.00")
    book.when(treasury(process_id, "3,000", "2024-02-25"))
    book.then_posted("FA | 2103 3,000.00 | 1002 3,000.00")
    for account in ("1601", "1602", "1902.01", "1902.02", "1218", "2103"):
        book.then_balance("U1", account, "0.00")


def test_e13_a_projector_found_at_a_count() -> None:
    """E13: 6,000 against 1902, on approval through 3501 to 3001; depreciated from then on."""
    book = city(books_from="2024-01")
    count_opens(book, "2024-01-05")
    found = RecordGain(
        stocktake_id="T1",
        unit_id="U1",
        card=thing("projector", "6,000", "2021-01-01", acq_way="STOCKTAKE_GAIN", keeper=None),
        occurred_on=day("2024-01-08"),
    )
    [projector] = book.given(found, by="counter")

    book.then_posted("FA | 1601 6,000.00 | 1902.01 6,000.00")
    book.then_state(projector, State.PENDING_BOOKING)
    assert book.run_depreciation("U1", "2024-01") == ["0.00"]
    book.when(
        VerifyGain(
            asset_ids=(projector,), approval=approved("2024-02-10"), occurred_on=day("2024-02-12")
        ),
        "approver",
    )
    book.then_posted(
        "FA | 1902.01 6,000.00 | 3501 6,000.00",
        "FA | 3501 6,000.00 | 3001 6,000.00",
    )
    book.then_state(projector, State.IN_USE)
    assert book.run_depreciation("U1", "2024-02") == ["83.33"]
    book.then_balance("U1", "3501", "0.00")


def test_e22_a_repair_that_improves_nothing() -> None:
    """E22: 1,500 of expense; the card's value is unchanged and the thing is back in use."""
    book = city(books_from="2024-01")
    [copier] = buy(book, thing("copier", "26,000", "2024-01-10"), on="2024-01-10")
    book.when(
        SendRepair(
            asset_ids=(copier,), vendor="维修站", fault="卡纸", occurred_on=day("2024-02-01")
        )
    )
    book.then_posted()
    book.then_state(copier, State.UNDER_REPAIR)
    book.when(
        CompleteRepair(asset_ids=(copier,), cost_fen=fen("1,500"), occurred_on=day("2024-02-05"))
    )

    book.then_posted(
        "FA | 5001 1,500.00 | 4001 1,500.00",
        "BA | 7101 1,500.00 | 6001 1,500.00",
    )
    book.then_state(copier, State.IN_USE)
    assert fen("26,000") == book.holding(copier).gross_fen


def test_whoever_accepted_a_thing_does_not_book_it() -> None:
    """Two people stand behind every booking (handbook 1.5)."""
    book = city()
    desktops = accept(book, thing("desktop", "5,000", "2022-03-15"), on="2022-03-15")

    book.refused(
        "E_SELF_POSTING",
        PostToBooks(asset_ids=tuple(desktops), occurred_on=day("2022-03-15")),
        by="officer",
    )
