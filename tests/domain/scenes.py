"""A thing in every state of the handbook (2.8), and every command that could be tried on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from domain.catalogue.classes import STD_2022
from domain.commands import structs as c
from domain.envelope import Attachment, Fact
from domain.events import AssetChanged, Changes
from domain.states import Overlay, State
from tests.domain.book import Book
from tests.domain.orders import accept, buy, city, count_opens, lease, warehouse
from tests.domain.things import approved, day, thing

ON = day("2024-03-01")

_WAYS: dict[State, tuple[State, ...]] = {
    State.LOANED: (State.IN_WH_CENTRAL, State.LOANED),
    State.UNDER_REPAIR: (State.IDLE, State.UNDER_REPAIR),
}
"""States that one comes to through another one, which is gone back to."""

_COMMANDS: dict[State, str] = {
    State.LEASED_OUT: "lease-out",
    State.LENT_OUT: "lend-out",
    State.UNDER_IMPROVEMENT: "start-improvement",
}
"""States that hold more than their name: one comes to them by the command itself."""


def stage(books_from: str = "2024-03", kind: str = "administrative") -> Book:
    """Two units with their books open, a warehouse of the second, a count of the first."""
    book = city("U1", "U2", books_from=books_from, kind=kind)
    warehouse(book, "W1", "U2")
    count_opens(book, "2024-02-01")
    return book


def place(book: Book, state: State, **changes: Any) -> str:
    """Bring a thing of U1 into `state`, with further changes of its holding."""
    match state:
        case State.ACCEPTED:
            [asset_id] = accept(book, thing("copier", "26,000", "2024-01-05"), on="2024-01-05")
        case State.PENDING_BOOKING:
            card = thing("projector", "6,000", "2021-01-01", keeper=None)
            found = c.RecordGain(
                stocktake_id="T1", unit_id="U1", card=card, occurred_on=day("2024-02-02")
            )
            [asset_id] = book.given(found, by="counter")
        case State.LOSS_PENDING:
            [asset_id] = buy(book, thing("copier", "26,000", "2024-01-05"), on="2024-01-05")
            book.when(missing(asset_id), "counter")
        case State.UNDER_CONSTRUCTION:
            asset_id = under_construction(book)[1]
        case State.RENTED_IN:
            [asset_id] = book.given(RENT)
        case State.LEASED_OUT | State.LENT_OUT | State.UNDER_IMPROVEMENT:
            [asset_id] = buy(book, thing("copier", "26,000", "2024-01-05"), on="2024-01-05")
            book.when(TRIES[_COMMANDS[state]](asset_id))
        case _:
            [asset_id] = buy(book, thing("copier", "26,000", "2024-01-05"), on="2024-01-05")
            for step in _WAYS.get(state, (state,)):
                force(book, asset_id, state=step)
    if changes:
        force(book, asset_id, **changes)
    return asset_id


RENT = c.RentIn(
    unit_id="U1",
    card=thing("copier", "0", "2024-02-01"),
    lessor="便民公司",
    contract_no="租〔2024〕1号",
    ends_on=day("2025-02-01"),
    rent_fen=100_000,
    approval=approved("2024-01-20"),
    occurred_on=day("2024-02-01"),
)


def under_construction(book: Book) -> tuple[str, str]:
    """A hall of U1 that is being built; returns the project and the thing."""
    begin = c.StartConstruction(
        unit_id="U1",
        project_no="发改〔2024〕3号",
        cards=(thing("hall", "10,000,000", "2024-01-05"),),
        approval=approved("2024-01-02"),
        occurred_on=day("2024-01-05"),
    )
    made = book.when(begin).created
    return made["process_id"][0], made["asset_ids"][0]


def force(book: Book, asset_id: str, **changes: Any) -> None:
    """Record changes of a holding that need no command here."""
    holding = book.holding(asset_id)
    body = AssetChanged(card_no=holding.card_no, changes=Changes(**changes), before=Changes())
    book.happened(
        Fact(
            stream=f"asset:{asset_id}",
            type="asset.used/1",
            sub_kind="USE.MOVE",
            unit_id=holding.unit_id,
            asset_id=asset_id,
            occurred_on=day("2024-01-20"),
            body=body,
        )
    )


def missing(asset_id: str) -> c.CountMissing:
    """The thing is missing at the count."""
    return c.CountMissing(
        asset_ids=(asset_id,), stocktake_id="T1", second_counter="second", occurred_on=ON
    )


def _all(struct: type[c.Command], **fields: Any) -> Callable[[str], c.Command]:
    return lambda asset_id: struct(**{"asset_ids": (asset_id,), "occurred_on": ON, **fields})


def _one(struct: type[c.Command], **fields: Any) -> Callable[[str], c.Command]:
    return lambda asset_id: struct(**{"asset_id": asset_id, "occurred_on": ON, **fields})


TRIES: dict[str, Callable[[str], c.Command]] = {
    "post-to-books": _all(c.PostToBooks),
    "void": _all(c.Void, reason="重复登记"),
    "verify-gain": _all(c.VerifyGain, approval=approved("2024-02-20")),
    "reject-gain": _all(c.RejectGain),
    "issue": _all(c.Issue, use_dept="office", keeper="new"),
    "return-to-store": _all(c.ReturnToStore),
    "handover": _all(c.Handover, keeper="new"),
    "move": _all(c.Move, place="Room 2"),
    "declare-idle": _all(c.DeclareIdle),
    "catch-up-depreciation": _all(c.CatchUpDepreciation, first="2024-01", last="2024-02"),
    "adjust-estimate": _one(
        c.AdjustEstimate,
        sub_kind="ESTIMATE.LIFE",
        document_no="调〔2024〕1号",
        new_life_months=96,
        reason="重新估计",
    ),
    "correct-card": _one(c.CorrectCard, fields={"model": "X2"}, reason="型号录错"),
    "attach-documents": _all(c.AttachDocuments, attachments=(Attachment("ab" * 32, "a.pdf", 9),)),
    "print-label": _all(c.PrintLabel),
    "split-card": _one(
        c.SplitCard, parts=(c.CardPart(gross_fen=100),), document_no="拆1号", reason="分开管理"
    ),
    "reclassify": _all(c.Reclassify, class_std=STD_2022, class_code="A02020400", reason="分类有误"),
    "send-repair": _all(c.SendRepair, vendor="shop", fault="paper jam"),
    "complete-repair": _all(c.CompleteRepair),
    "declare-beyond-repair": _all(c.DeclareBeyondRepair, opinion="主板损坏"),
    "spend-on-construction": _one(
        c.SpendOnConstruction, amount_fen=100, payee="builder", part="INSTALL"
    ),
    "exchange": _all(
        c.Exchange,
        cards=(thing("copier", "20,000", "2024-03-01"),),
        counterparty="市属国企",
        agreement_no="置〔2024〕1号",
        appraisal_no="评〔2024〕2号",
        appraisal_fen=2_000_000,
        approval=approved("2024-02-20"),
    ),
    "end-rent-in": _all(c.EndRentIn, inspection="完好"),
    "reverse-posting": _all(c.ReversePosting, outcome="ACCEPTED", reason="入账有误"),
    "share": _all(c.Share, users="社区", slots="每周六上午"),
    "record-service": _all(c.RecordService, vendor="shop", cost_fen=100),
    "start-improvement": _one(
        c.StartImprovement,
        sub_kind="REPAIR.IMPROVE",
        project_no="发改〔2024〕3号",
        plan="扩容",
        approval=approved("2024-02-20"),
    ),
    "spend-on-improvement": _one(c.SpendOnImprovement, amount_fen=100, payee="builder"),
    "remove-parts": _one(c.RemoveParts, amount_fen=100, parts="旧主板"),
    "complete-improvement": _one(
        c.CompleteImprovement, acceptance="验〔2024〕1号", remaining_months=60
    ),
    "lease-out": lambda asset_id: lease(
        [asset_id], "2024-03-01", "2025-03-01", "1,000", approval=approved("2024-02-20")
    ),
    "extend-lease": _all(
        c.ExtendLease,
        ends_on=day("2026-03-01"),
        rent_fen=100,
        floor_rent_fen=100,
        first_due_on=day("2025-03-01"),
        survey_no="询价〔2025〕1号",
        approval=approved("2024-02-20"),
    ),
    "end-lease": _all(c.EndLease),
    "lend-out": _all(
        c.LendOut,
        borrower="县抗震救灾指挥部",
        purpose="应急",
        due_on=day("2024-09-01"),
        approval=approved("2024-02-20"),
    ),
    "extend-lend": _all(c.ExtendLend, due_on=day("2024-10-01"), approval=approved("2024-02-20")),
    "end-lend": _all(c.EndLend),
    "invest-out": _all(
        c.InvestOut,
        investee="市文旅公司",
        share="5%",
        appraisal_fen=3_000_000,
        appraisal_no="评〔2024〕1号",
        approval=approved("2024-02-20"),
    ),
    "reallocate-inside": _all(c.ReallocateInside, use_dept="finance office"),
    "lend-between": _all(
        c.LendBetween, to_unit="U2", due_on=day("2024-09-01"), approval=approved("2024-02-20")
    ),
    "return-between": _all(c.ReturnBetween, inspection="完好"),
    "realloc-out": _all(c.ReallocOut, to_unit="U2", approval=approved("2024-02-20"), keeper="new"),
    "warehouse-in": _all(c.WarehouseIn, warehouse_id="W1", mode="central", grade="B"),
    "list": _all(c.List, photo="ab" * 32),
    "unlist": _all(c.Unlist),
    "reserve": _all(c.Reserve, for_unit="U2"),
    "release-reservation": _all(c.ReleaseReservation, for_unit="U2"),
    "deliver-loan": _all(
        c.DeliverLoan,
        borrower_unit="U2",
        due_on=day("2024-06-01"),
        approval=approved("2024-02-20"),
    ),
    "extend-loan": _all(c.ExtendLoan, due_on=day("2024-07-01"), approval=approved("2024-02-20")),
    "return-to-warehouse": _all(c.ReturnToWarehouse, inspection="完好"),
    "deliver-realloc": _all(
        c.DeliverRealloc, to_unit="U2", approval=approved("2024-02-20"), keeper="new"
    ),
    "apply-disposal": _all(c.ApplyDisposal, sub_kind="DISP.SCRAP", min_life_reason="损坏"),
    "open-request": _all(c.OpenRequest, kind="USE.LEND", unit_id="U1"),
    "record-executed-disposal": _all(c.RecordExecutedDisposal, sub_kind="DISP.SCRAP"),
    "count-missing": missing,
    "found-again": _all(c.FoundAgain),
    "record-count": _one(c.RecordCount, stocktake_id="T1", result="MATCH"),
}
"""Commands on things, by name, each as it would pass in the right state."""

OVERLAYS: dict[str, dict[str, Any]] = {
    "unlist": {"overlays_on": (Overlay.LISTED,)},
    "reserve": {"overlays_on": (Overlay.LISTED,)},
    "return-between": {"borrower_unit": "U2"},
    **{
        name: {"overlays_on": (Overlay.LISTED, Overlay.RESERVED), "reserved_by": "U2"}
        for name in ("release-reservation", "deliver-loan", "deliver-realloc")
    },
}
"""What must lie over a thing before the command may pass."""

OF_AN_INSTITUTION = {"invest-out"}
"""Commands that pass at no other kind of unit."""
