"""Commands on things drawn at random: one builder for each command that names a thing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from domain.asset import Asset, Holding
from domain.catalogue.classes import STD_2022
from domain.commands import structs as c
from domain.commands.command import Command
from domain.envelope import Attachment
from domain.periods import add_months, period_of
from domain.states import HOLDING, IN_WAREHOUSE, Overlay, State
from tests.domain.drawn import DIRECTIONS, KINDS, Draws, Order, card
from tests.domain.test_state_table import GROUPS, _table
from tests.domain.things import KINDS as CLASSES
from tests.domain.things import approved

PAPERED = {
    "lease-out": "USE.LEASE", "lend-out": "USE.LEND", "invest-out": "USE.INVEST",
    "lend-between": "REALLOC.LOAN", "realloc-out": "REALLOC.IN_DEPT",
    "start-improvement": "REPAIR.IMPROVE", "send-repair": "REPAIR.MAJOR",
}  # fmt: skip
"""Commands that rest on a request of this kind as well as on a paper."""

OF_ONE = {
    "spend-on-construction", "start-improvement", "spend-on-improvement", "remove-parts",
    "complete-improvement", "correct-card", "split-card", "merge-cards", "adjust-estimate",
    "record-count",
}  # fmt: skip
"""Commands that name one thing in `asset_id`."""


def _backed(draws: Draws, name: str, fields: dict[str, Any]) -> dict[str, Any]:
    """What the command rests on: a request approved in the town for its things, or a paper."""
    ids = set(fields.get("asset_ids", ()) or (fields.get("asset_id"),))
    granted = [
        process.process_id
        for process in draws.town.processes
        if process.kind == PAPERED[name]
        and process.status == "approved"
        and set(process.asset_ids) == ids
    ]
    if granted and not draws.chance(20):
        return {"process_id": draws.of(granted)}
    return {"approval": draws.paper()}


def _lease(draws: Draws, f: dict[str, Any]) -> c.Command:
    on = f["occurred_on"]
    rent = draws.some_fen(200_000)
    return c.LeaseOut(
        lessee="超市", contract_no="租1号", contract_on=on,
        ends_on=on + timedelta(days=draws.of((365, 700, 365, 5000, -1))), rent_fen=rent,
        rent_months=draws.of((12, 3)), first_due_on=on + timedelta(days=draws.of((0, 30))),
        floor_rent_fen=draws.of((0, rent, rent + 1)),
        survey_no=None if draws.chance(10) else "询1号",
        **_backed(draws, "lease-out", f), **f,
    )  # fmt: skip


def _extend_lease(draws: Draws, f: dict[str, Any]) -> c.Command:
    on = f["occurred_on"]
    return c.ExtendLease(
        ends_on=on + timedelta(days=draws.of((500, 900, 10))), rent_fen=draws.fen(100_000),
        first_due_on=on + timedelta(days=365), floor_rent_fen=0, survey_no="询2号",
        approval=draws.paper(), **f,
    )  # fmt: skip


def _exchange(draws: Draws, f: dict[str, Any]) -> c.Command:
    on = f["occurred_on"]
    new = card(draws, draws.of(("copier", "desk", "sedan")), on)
    appraisal = draws.of((new.gross_fen, max(1, new.gross_fen // 2), new.gross_fen + 5_000))
    paid = max(0, new.gross_fen - appraisal)
    received = max(0, appraisal - new.gross_fen)
    approved_here = [
        process
        for process in draws.town.processes
        if (process.kind, process.status) == ("DISP.EXCHANGE", "approved")
    ]
    on_what: dict[str, Any] = {"approval": draws.paper()}
    if approved_here and not draws.chance(30):
        process = draws.of(approved_here)
        on_what = {"process_id": process.process_id}
        f = f | {"asset_ids": process.asset_ids}
    return c.Exchange(
        cards=(new,), counterparty="市属国企", agreement_no="置1号", appraisal_no="评1号",
        appraisal_fen=appraisal, boot_paid_fen=paid, boot_received_fen=received,
        booked_on=draws.booked(on), **on_what, **f,
    )  # fmt: skip


def _split(draws: Draws, f: dict[str, Any], holding: Holding) -> c.Command:
    """Some pieces of a batch, or a component of a single thing."""
    count = 1 + draws.fen(1)
    several = holding.card.qty_centi > 100
    parts = tuple(
        c.CardPart(
            gross_fen=max(1, draws.some_fen(max(1, holding.gross_fen // 3))),
            qty_centi=100 if several else None,
            remaining_months=draws.of((None, 24)),
        )
        for _ in range(count)
    )
    return c.SplitCard(
        parts=parts, document_no="拆1号", reason="分开管理",
        booked_on=draws.booked(f["occurred_on"]), **f,
    )  # fmt: skip


def _merge(draws: Draws, f: dict[str, Any], holding: Holding) -> c.Command:
    alike = [
        one.asset_id
        for one in draws.town.assets
        if one.holding
        and (one.holding.unit_id, one.holding.state) == (holding.unit_id, holding.state)
        and one.holding.card.account_code == holding.card.account_code
        and one.asset_id != f["asset_id"]
    ] or ["none"]
    return c.MergeCards(
        asset_ids=(draws.of(alike),), document_no="并1号", reason="同一资产",
        remaining_months=draws.of((None, 12, 48)), booked_on=draws.booked(f["occurred_on"]), **f,
    )  # fmt: skip


def _estimate(draws: Draws, f: dict[str, Any], holding: Holding) -> c.Command:
    kind = draws.of(("ESTIMATE.LIFE", "ESTIMATE.SETTLED", "ESTIMATE.WRONG_ENTRY"))
    life = holding.card.life_months or 120
    value = None
    if kind != "ESTIMATE.LIFE":
        value = draws.of((holding.gross_fen + 12_345, holding.gross_fen * 2 // 3, 0))
    months = None if value is not None and draws.chance(60) else draws.of((life + 24, life, 6))
    return c.AdjustEstimate(
        sub_kind=kind, document_no="调1号", reason="重新估计", new_value_fen=value,
        new_life_months=months, booked_on=draws.booked(f["occurred_on"]), **f,
    )  # fmt: skip


def _catch_up(draws: Draws, f: dict[str, Any]) -> c.Command:
    now = period_of(f["occurred_on"])
    return c.CatchUpDepreciation(
        first=add_months(now, -1 - draws.fen(3)), last=add_months(now, -draws.of((1, 0, 2))),
        booked_on=draws.booked(f["occurred_on"]), **f,
    )  # fmt: skip


def _request(draws: Draws, f: dict[str, Any], holding: Holding) -> c.Command:
    kind = draws.of((*PAPERED.values(), "WH.LOAN", "WH.INTAKE"))
    return c.OpenRequest(
        kind=kind, unit_id=holding.unit_id,
        to_unit=draws.other(holding.unit_id) if kind[:2] in {"RE", "WH"} else None, **f,
    )  # fmt: skip


def _apply(draws: Draws, f: dict[str, Any], holding: Holding) -> c.Command:
    kind = draws.of(("DISP.SCRAP", "DISP.SALE", "DISP.TRANSFER", "DISP.LOSS", "DISP.DONATE",
                     "DISP.DEMOLISH", "DISP.EXCHANGE"))  # fmt: skip
    return c.ApplyDisposal(
        sub_kind=kind, appraisal_no=draws.of(("评2号", None)), floor_fen=draws.of((None, 100)),
        min_life_reason=draws.of(("损坏", None)), purpose="助学",
        to_unit=draws.other(holding.unit_id) if kind == "DISP.TRANSFER" else None, **f,
    )  # fmt: skip


def _orders(draws: Draws, name: str, f: dict[str, Any], holding: Holding) -> c.Command | None:
    """Commands that look at the holding."""
    other = draws.other(holding.unit_id)
    due = f["occurred_on"] + timedelta(days=draws.of((120, 300, 150, 200, 800, -1)))
    build: dict[str, Callable[[], c.Command]] = {
        "split-card": lambda: _split(draws, f, holding),
        "merge-cards": lambda: _merge(draws, f, holding),
        "adjust-estimate": lambda: _estimate(draws, f, holding),
        "open-request": lambda: _request(draws, f, holding),
        "apply-disposal": lambda: _apply(draws, f, holding),
        "lend-out": lambda: c.LendOut(
            borrower="县指挥部", purpose="应急", due_on=due, **_backed(draws, name, f), **f
        ),
        "lend-between": lambda: c.LendBetween(
            to_unit=other, due_on=due, **_backed(draws, name, f), **f
        ),
        "realloc-out": lambda: c.ReallocOut(
            to_unit=other, freight_fen=draws.of((0, 3_000)), keeper=draws.of((None, "received")),
            booked_on=draws.booked(f["occurred_on"]), **_backed(draws, name, f), **f,
        ),
        "reserve": lambda: c.Reserve(for_unit=other, **f),
        "release-reservation": lambda: c.ReleaseReservation(
            for_unit=holding.reserved_by or other, **f
        ),
        "deliver-loan": lambda: c.DeliverLoan(
            borrower_unit=holding.reserved_by or other, due_on=due, approval=draws.paper(), **f
        ),
        "deliver-realloc": lambda: c.DeliverRealloc(
            to_unit=holding.reserved_by or other, approval=draws.paper(),
            freight_fen=draws.of((0, 3_000)), booked_on=draws.booked(f["occurred_on"]), **f,
        ),
        "extend-loan": lambda: c.ExtendLoan(due_on=due, approval=draws.paper(), **f),
        "extend-lend": lambda: c.ExtendLend(due_on=due, approval=draws.paper(), **f),
        "count-missing": lambda: c.CountMissing(
            stocktake_id=f"T-{holding.unit_id}", second_counter="second",
            booked_on=draws.booked(f["occurred_on"]), **f,
        ),
        "record-count": lambda: c.RecordCount(
            stocktake_id=f"T-{holding.unit_id}", result=draws.of(("MATCH", "MOVED")), **f
        ),
    }  # fmt: skip
    return build[name]() if name in build else None


def _with_money(draws: Draws, name: str, f: dict[str, Any]) -> c.Command | None:
    """Commands that spend, or say how things stand in the books."""
    on, fen = f["occurred_on"], draws.some_fen(300_000)
    booked: dict[str, Any] = {"booked_on": draws.booked(on)}
    build: dict[str, Callable[[], c.Command]] = {
        "post-to-books": lambda: c.PostToBooks(**booked, **f),
        "verify-gain": lambda: c.VerifyGain(
            approval=draws.paper() or approved("2024-01-05"),
            origin=draws.of((None, "CONFIG.PURCHASE", "CONFIG.DONATION_IN", "CONFIG.REALLOC_IN")),
            **booked, **f,
        ),
        "reject-gain": lambda: c.RejectGain(**booked, **f),
        "found-again": lambda: c.FoundAgain(**booked, **f),
        "reverse-posting": lambda: c.ReversePosting(
            outcome=draws.of(("ACCEPTED", "VOIDED")), reason="入账有误", **booked, **f
        ),
        "complete-repair": lambda: c.CompleteRepair(
            cost_fen=fen, own_fen=draws.of((0, fen // 2)), **booked, **f
        ),
        "record-service": lambda: c.RecordService(vendor="店", cost_fen=fen, **booked, **f),
        "start-improvement": lambda: c.StartImprovement(
            sub_kind=draws.of(("REPAIR.IMPROVE", "REPAIR.PREMISES", "REPAIR.MAJOR")),
            project_no="发改2号", plan="扩容", **_backed(draws, name, f), **booked, **f,
        ),
        "spend-on-improvement": lambda: c.SpendOnImprovement(
            amount_fen=fen, payee="建工", own_fen=draws.of((0, fen // 3)), **booked, **f
        ),
        "spend-on-construction": lambda: c.SpendOnConstruction(
            amount_fen=fen * 10, payee="建工", part=draws.of(("INSTALL", "EQUIPMENT")),
            own_fen=draws.of((0, fen)), retention_fen=draws.of((0, fen)), **booked, **f,
        ),
        "remove-parts": lambda: c.RemoveParts(amount_fen=fen, parts="旧窗", **booked, **f),
        "complete-improvement": lambda: c.CompleteImprovement(
            acceptance="验1号", remaining_months=draws.of((24, 120, None)), **booked, **f
        ),
        "invest-out": lambda: c.InvestOut(
            investee="文旅公司", share="5%", appraisal_fen=fen * 10, appraisal_no="评1号",
            fees_fen=draws.of((0, 500)), **_backed(draws, name, f), **booked, **f,
        ),
        "warehouse-in": lambda: c.WarehouseIn(
            warehouse_id=draws.of(("W1", "W2")), mode=draws.of(("central", "custody")),
            grade=draws.of(("B", "A", "B", "D")), approval=draws.paper(), **booked, **f,
        ),
        "record-executed-disposal": lambda: c.RecordExecutedDisposal(
            sub_kind=draws.of(("DISP.SCRAP", "DISP.SALE", "DISP.LOSS")), approval=draws.paper(),
            **booked, **f,
        ),
    }  # fmt: skip
    return build[name]() if name in build else None


def _repair(draws: Draws) -> dict[str, Any]:
    major = {"sub_kind": "REPAIR.MAJOR", "quote_fen": 100, "appraisal_no": "1"}
    return draws.of(({}, major))


def _simple(draws: Draws, name: str, f: dict[str, Any]) -> c.Command:
    """Commands that move custody, papers and marks."""
    build: dict[str, Callable[[], c.Command]] = {
        "void": lambda: c.Void(reason="重复", **f),
        "issue": lambda: c.Issue(use_dept="office", keeper="issued", **f),
        "return-to-store": lambda: c.ReturnToStore(**f),
        "handover": lambda: c.Handover(
            keeper="handed", use_direction=draws.of((None, *DIRECTIONS, "NONE")), **f
        ),
        "move": lambda: c.Move(place="Room 7", **f),
        "declare-idle": lambda: c.DeclareIdle(**f),
        "reallocate-inside": lambda: c.ReallocateInside(use_dept="finance office", **f),
        "correct-card": lambda: c.CorrectCard(
            fields=draws.of(({"model": "X2"}, {"serial_no": "SN-1"}, {"gross_fen": 1})),
            reason="录错", **f,
        ),
        "reclassify": lambda: c.Reclassify(
            class_std=STD_2022, class_code=CLASSES[draws.of(KINDS)][1], reason="分类有误", **f
        ),
        "attach-documents": lambda: c.AttachDocuments(
            attachments=(Attachment("ab" * 32, "a.pdf", 9),), **f
        ),
        "print-label": lambda: c.PrintLabel(renew=draws.chance(50), **f),
        "share": lambda: c.Share(users="社区", slots="周六", **f),
        "send-repair": lambda: c.SendRepair(
            vendor="店", fault="坏", **_backed(draws, name, f),
            **_repair(draws),
            **f,
        ),
        "declare-beyond-repair": lambda: c.DeclareBeyondRepair(opinion="坏", **f),
        "lease-out": lambda: _lease(draws, f),
        "extend-lease": lambda: _extend_lease(draws, f),
        "end-lease": lambda: c.EndLease(**f),
        "end-lend": lambda: c.EndLend(**f),
        "return-between": lambda: c.ReturnBetween(inspection="好", **f),
        "list": lambda: c.List(photo="ab" * 32, **f),
        "unlist": lambda: c.Unlist(**f),
        "return-to-warehouse": lambda: c.ReturnToWarehouse(
            inspection="好", to_repair=draws.chance(30), **f
        ),
        "exchange": lambda: _exchange(draws, f),
        "end-rent-in": lambda: c.EndRentIn(inspection="完好", **f),
        "catch-up-depreciation": lambda: _catch_up(draws, f),
    }  # fmt: skip
    return build[name]()


_FITTING: dict[State, list[str]] = {
    state: sorted(name for name, rows in _table().items() if state in rows)
    + (["merge-cards"] if state in {State.IN_USE, State.IDLE} else [])
    for state in State
}
"""State → commands that the state table of the handbook lets pass."""
EVERY = sorted({*_table(), "merge-cards"})
_LIVELY = sorted(HOLDING | GROUPS["LIVE"])
_PEOPLE = {
    "post-to-books": "accountant", "verify-gain": "affairs", "reverse-posting": "accountant",
    "exchange": "accountant", "count-missing": "officer",
}  # fmt: skip


_LEADING: dict[State, list[str]] = {
    State.IDLE: ["warehouse-in", "realloc-out", "lend-out", "lend-between", "apply-disposal"],
    State.IN_USE: ["declare-idle", "return-to-store", "lease-out", "apply-disposal",
                   "start-improvement", "merge-cards", "split-card", "open-request"],
    State.LEASED_OUT: ["extend-lease", "end-lease"],
    State.LOANED: ["extend-loan", "return-to-warehouse"],
    State.UNDER_IMPROVEMENT: ["spend-on-improvement", "remove-parts", "complete-improvement"],
}  # fmt: skip
"""Commands by which lives go on, drawn more than the others."""
_PLAIN = {"attach-documents", "record-count", "print-label", "correct-card", "reclassify", "void"}
"""Commands that lead nowhere: drawn less than the others."""


def _stored(holding: Holding) -> list[str]:
    """What goes on with a thing in the warehouse: listed, then reserved, then delivered."""
    if Overlay.RESERVED in holding.overlays:
        return ["deliver-loan", "deliver-loan", "deliver-realloc", "release-reservation"]
    return ["reserve", "unlist", "reserve"] if Overlay.LISTED in holding.overlays else ["list"]


def on_a_thing(draws: Draws) -> Order | None:
    """A command on one thing or a few, mostly one that its state allows."""
    away = (*sorted(IN_WAREHOUSE), State.LOANED)
    asset = draws.asset(*(away if draws.chance(20) else (draws.of(_LIVELY),)))
    if asset is None or asset.holding is None:
        return None
    fitting = _FITTING[asset.holding.state]
    if not draws.chance(15):
        fitting = [name for name in fitting if name not in _PLAIN] or fitting
    leading = _LEADING.get(asset.holding.state, fitting)
    if asset.holding.state in IN_WAREHOUSE:
        leading = _stored(asset.holding)
    if leading and not draws.chance(40):
        fitting = leading
    name = draws.of(EVERY if draws.chance(6) or not fitting else fitting)
    return order(draws, name, asset), draws.person(_PEOPLE.get(name, "clerk"))


def order(draws: Draws, name: str, asset: Asset) -> Command:
    """The command of this name on a thing, with fields drawn."""
    assert asset.holding is not None
    f: dict[str, Any] = {"occurred_on": draws.on()}
    if name in OF_ONE:
        f["asset_id"] = asset.asset_id
    else:
        f["asset_ids"] = draws.together(asset)
    found = _orders(draws, name, f, asset.holding) or _with_money(draws, name, f)
    return found or _simple(draws, name, f)
