"""Tell a city's life once so that every kind of event happens, for the stored samples."""

from __future__ import annotations

from domain.commands import structs as c
from domain.commands.approving import Leave
from domain.envelope import Actor, Attachment, Recorded
from domain.events import EVENTS, Limit, RequestItem, RouteStep
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
    lease,
    post,
    store,
    warehouse,
)
from tests.domain.scenes import RENT, missing
from tests.domain.things import approved, day, fen, thing

PHOTO = Attachment(sha256="ab" * 32, name="照片.jpg", size=12345, signed_by="keeper")


def live() -> Book:
    """A short life of two units."""
    book = city("U1", "U2", books_from="2024-01")
    _frame(book)
    _use(book)
    _disposal(book)
    _other_ways(book)
    _request(book)
    _lease(book)
    camera = _count(book)
    _gain(book)
    _month(book)
    _loss(book, camera)
    return book


def tell() -> dict[str, Recorded]:
    """The first event of each type in that life."""
    book = live()
    return {
        name: next(event for event in book.log if event.type == name)
        for name in EVENTS
        if any(event.type == name for event in book.log)
    }


def _frame(book: Book) -> None:
    warehouse(book, "W1", "U2")
    book.given(
        c.SetSetting(
            name="treasury_days",
            value=10,
            valid_from=day("2024-01-01"),
            source="地方规定",
            occurred_on=day("2024-01-01"),
        ),
        c.PassDay(occurred_on=day("2024-01-01")),
    )


def _use(book: Book) -> None:
    [sedan] = buy(
        book, thing("sedan", "179,800", "2024-01-03"), on="2024-01-03", retention_fen=fen("8,990")
    )
    process_id = book.asset(sedan).acquisition_id or ""
    on = day("2024-01-10")
    book.given(
        c.PayRetention(process_id=process_id, amount_fen=fen("8,990"), occurred_on=on),
        c.SendRepair(asset_ids=(sedan,), vendor="维修厂", fault="刹车", occurred_on=on),
        c.CompleteRepair(asset_ids=(sedan,), cost_fen=fen("1,500"), occurred_on=on),
        c.PrintLabel(asset_ids=(sedan,), occurred_on=on),
        c.CorrectCard(
            asset_id=sedan, fields={"model": "帕萨特"}, reason="型号录错", occurred_on=on
        ),
        c.ReturnToStore(
            asset_ids=(sedan,), place="车库", occurred_on=on, reason="换车", attachments=(PHOTO,)
        ),
        c.WarehouseIn(
            asset_ids=(sedan,), warehouse_id="W1", mode="custody", grade="B", occurred_on=on
        ),
    )
    accepted = accept(book, thing("laptop", "7,200", "2024-01-03"), on="2024-01-03")
    post(book, accepted, "2024-01-04")
    store(book, accepted, "2024-01-05")
    book.given(
        c.ReallocOut(
            asset_ids=tuple(accepted),
            to_unit="U2",
            approval=approved("2024-01-05"),
            freight_fen=fen("60"),
            occurred_on=on,
        )
    )
    imported = bring_in(
        book, thing("desk", "3,000", "2020-01-02"), on="2024-01-02", accum="800", months=48
    )
    undo = c.UndoImport(
        unit_id="U1", batch_id="B1", asset_ids=tuple(imported), reason="批次有误", occurred_on=on
    )
    book.given(undo)


def _disposal(book: Book) -> None:
    server = buy(book, thing("server", "48,000", "2024-01-03"), on="2024-01-03")
    on = day("2024-01-15")
    rejected = ask(book, server, "DISP.SCRAP", "2024-01-12", min_life_reason="损坏")
    book.given(c.RejectDisposal(process_id=rejected, reason="可维修", occurred_on=on))
    withdrawn = ask(book, server, "DISP.SCRAP", "2024-01-15", min_life_reason="损坏")
    book.given(c.WithdrawDisposal(process_id=withdrawn, occurred_on=on))
    process_id = ask(book, server, "DISP.SCRAP", "2024-01-15", min_life_reason="损坏")
    approve(book, process_id, "2024-01-16")
    on = day("2024-01-17")
    revoke = c.RevokeApproval(process_id=process_id, reason="文号有误", occurred_on=on)
    book.given(revoke, by="approver")
    approve(book, process_id, "2024-01-18")
    carry_out(book, process_id, "DISP.SCRAP", "2024-01-19", evidence="回收单")
    on = day("2024-01-22")
    book.given(
        c.RecordProceeds(process_id=process_id, amount_fen=fen("1,200"), occurred_on=on),
        c.RecordDisposalCost(process_id=process_id, amount_fen=fen("150"), occurred_on=on),
        c.CloseDisposal(process_id=process_id, occurred_on=on),
        c.PayTreasury(
            process_id=process_id, amount_fen=fen("1,050"), slip_no="0001", occurred_on=on
        ),
        c.FileProcess(process_id=process_id, document_no="备〔2024〕1号", occurred_on=on),
    )


def _request(book: Book) -> None:
    on = day("2024-01-23")
    head = Actor(person_id="head", role="unit_head", unit_id="U1")
    deputy = Actor(person_id="deputy", role="unit_head", unit_id="U1", on_behalf_of="head")
    office = Actor(person_id="affairs", role="organ_affairs", unit_id="O1")
    step = RouteStep(code="minutes", zh="集体决策", role="unit_head", group=1)
    book.given(
        c.SetRoute(kind="CONFIG", scope="unit:U1", valid_from=on, steps=(step,), occurred_on=on),
        c.SetLimits(
            kind="DISP",
            scope="*",
            valid_from=on,
            rows=(Limit(office="department", below_fen=fen("50,000")),),
            source="地方规定",
            occurred_on=on,
        ),
    )
    lend = c.Delegate(
        to_person="deputy", role="unit_head", valid_from=on, valid_to=on, occurred_on=on
    )
    book.when(lend, actor=head)
    wanted = RequestItem(
        name="台式计算机", class_code="A02010105", pieces=10, price_fen=fen("6,000")
    )
    ask_for = c.OpenRequest(kind="CONFIG.PURCHASE", unit_id="U1", items=(wanted,), occurred_on=on)
    process_id = book.when(ask_for).created["process_id"][0]
    book.when(c.ReturnRequest(process_id=process_id, reason="缺附件", occurred_on=on), actor=head)
    book.when(c.ResubmitRequest(process_id=process_id, occurred_on=on))
    sign = c.ReviewRequest(process_id=process_id, step="minutes", occurred_on=on)
    book.when(sign, actor=deputy)
    stop = c.EndDelegation(to_person="deputy", role="unit_head", occurred_on=on)
    book.when(stop, actor=head)
    cut = Leave(item=0, pieces=2, price_fen=fen("5,000"), reason="超标准")
    decision = approved("2024-01-23")
    book.when(
        c.ApproveRequest(
            process_id=process_id, approval=decision, leave_out=(cut,), occurred_on=on
        ),
        actor=office,
    )
    [laptop] = buy(book, thing("laptop", "7,000", "2024-01-23"), on="2024-01-23")
    lend_out = c.OpenRequest(kind="USE.LEND", unit_id="U1", asset_ids=(laptop,), occurred_on=on)
    book.when(lend_out)


def _lease(book: Book) -> None:
    on = day("2024-01-25")
    book.given(
        c.RegisterUnit(unit_id="U3", name="会议中心", kind="institution", occurred_on=on),
        c.OpenBooks(unit_id="U3", period="2024-01", occurred_on=on),
        c.SetSetting(
            name="institution_keeps_rent",
            value=1,
            valid_from=on,
            source="地方规定",
            occurred_on=on,
        ),
    )
    hall = buy(book, thing("projector", "60,000", "2024-01-25"), on="2024-01-25", unit="U3")
    let = lease(hall, "2024-01-25", "2024-07-25", "3,000", first_due_on=day("2024-01-26"))
    process_id = book.when(let).created["process_id"][0]
    book.given(
        c.RecordRent(process_id=process_id, amount_fen=fen("3,000"), occurred_on=on),
        c.RecogniseRent(
            process_id=process_id, amount_fen=fen("3,000"), occurred_on=day("2024-01-26")
        ),
        c.ExtendLease(
            asset_ids=tuple(hall),
            ends_on=day("2025-01-25"),
            rent_fen=fen("3,200"),
            floor_rent_fen=fen("3,000"),
            first_due_on=day("2024-07-26"),
            survey_no="询价〔2024〕9号",
            approval=approved("2024-01-25"),
            occurred_on=day("2024-01-28"),
        ),
    )


def _count(book: Book) -> str:
    count_opens(book, "2024-01-20")
    [camera] = buy(book, thing("camera", "12,000", "2024-01-03"), on="2024-01-03")
    seen = c.RecordCount(
        stocktake_id="T1",
        result="MATCH",
        asset_id=camera,
        place="Room 101",
        occurred_on=day("2024-01-21"),
    )
    book.given(seen, by="counter")
    return camera


def _loss(book: Book, camera: str) -> None:
    process_id = book.when(missing(camera), "counter").created["process_id"][0]
    on = day("2024-03-05")
    loss = c.ApproveLoss(
        process_id=process_id, approval=approved("2024-03-04"), liability="保管人", occurred_on=on
    )
    book.given(loss, by="approver")
    book.given(
        c.ClaimCompensation(process_id=process_id, amount_fen=fen("3,000"), occurred_on=on),
        c.ReceiveCompensation(process_id=process_id, amount_fen=fen("3,000"), occurred_on=on),
        c.CloseStocktake(stocktake_id="T1", occurred_on=on),
    )


def _gain(book: Book) -> None:
    found = c.RecordGain(
        stocktake_id="T1",
        unit_id="U1",
        card=thing("projector", "6,000", "2021-01-01", keeper=None),
        occurred_on=day("2024-01-25"),
    )
    [projector] = book.given(found, by="counter")
    book.given(
        c.VerifyGain(
            asset_ids=(projector,),
            approval=approved("2024-01-26"),
            occurred_on=day("2024-01-27"),
        ),
    )


def _other_ways(book: Book) -> None:
    """Built, granted, rented, developed, exchanged, confiscated; two things taken back."""
    on = day("2024-01-26")
    paper = approved("2024-01-20")
    build = c.StartConstruction(
        unit_id="U1",
        project_no="发改〔2024〕3号",
        cards=(thing("hall", "900,000", "2024-01-26"),),
        approval=paper,
        occurred_on=on,
    )
    made = book.when(build).created
    [project], [hall] = made["process_id"], made["asset_ids"]
    worth = fen("900,000")
    book.given(
        c.SpendOnConstruction(
            asset_id=hall, amount_fen=worth, payee="建工集团", part="INSTALL", occurred_on=on
        ),
        c.DeliverEstimated(
            process_id=project,
            things=(c.Worth(asset_id=hall, value_fen=worth),),
            acceptance="竣验1号",
            occurred_on=on,
        ),
        c.SettleConstruction(
            process_id=project,
            things=(c.Worth(asset_id=hall, value_fen=worth - 100),),
            settlement_no="决1号",
            occurred_on=on,
        ),
    )
    grant = c.GrantLand(
        unit_id="U1",
        card=thing("land", "0", "2024-01-26"),
        decision_no="划拨1号",
        approval=paper,
        occurred_on=on,
    )
    post(book, book.given(grant), "2024-01-26")
    book.given(RENT)
    watch = RequestItem(name="手表", class_code="A05040000", pieces=1, price_fen=100)
    book.given(
        c.RecordConfiscated(unit_id="U1", decision_no="罚1号", items=(watch,), occurred_on=on)
    )
    ids = buy(book, *[thing("copier", "9,000", "2024-01-26")] * 3, on="2024-01-26")
    undo = c.ReversePosting(
        asset_ids=tuple(ids), outcome="ACCEPTED", reason="价值录错", occurred_on=on
    )
    book.given(undo, by="accountant")
    post(book, ids, "2024-01-26")
    gone = ask(book, ids[:1], "DISP.SCRAP", "2024-01-26", min_life_reason="误判")
    approve(book, gone, "2024-01-26")
    carry_out(book, gone, "DISP.SCRAP", "2024-01-26")
    back = c.ReverseDisposal(
        process_id=gone, document_no="冲1号", approval=approved("2024-01-26"), reason="误处置",
        occurred_on=on,
    )  # fmt: skip
    book.given(back, by="accountant")
    swap = c.Exchange(
        asset_ids=tuple(ids[1:2]),
        cards=(thing("camera", "8,000", "2024-01-26"),),
        counterparty="市属国企",
        agreement_no="置1号",
        appraisal_no="评1号",
        appraisal_fen=fen("8,000"),
        approval=paper,
        occurred_on=on,
    )
    book.given(swap, by="accountant")


def _month(book: Book) -> None:
    book.run_depreciation("U1", "2024-01", 2)
    book.given(c.ClosePeriod(unit_id="U1", period="2024-01", occurred_on=day("2024-01-31")))
