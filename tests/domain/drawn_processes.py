"""Commands on processes drawn at random: disposals, projects, leases, requests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from domain.approval import EVERYWHERE
from domain.cards import Card
from domain.commands import structs as c
from domain.commands.approving import Leave
from domain.decisions.approving import REQUESTS
from domain.decisions.disposal import KINDS as DISPOSALS
from domain.events import RequestItem
from domain.process import Process
from domain.states import State
from tests.domain.drawn import Draws, Order, card
from tests.domain.things import approved

PROJECTS = {"CONFIG.BUILD", "CONFIG.PURCHASE_INSTALL"}
_ENDED = {"rejected", "withdrawn", "filed", "undone"}
DECIDERS = ("affairs", "finance")

_BY_STATUS: dict[str, tuple[str, ...]] = {
    "open": ("approve-disposal", "approve-disposal", "reject-disposal", "withdraw-disposal",
             "approve-loss"),
    "approved": ("execute-disposal", "execute-disposal", "execute-disposal", "revoke-approval"),
    "executed": ("record-proceeds", "record-disposal-cost", "claim-compensation",
                 "receive-compensation", "close-disposal", "reverse-disposal", "pay-treasury"),
    "settled": ("pay-treasury", "reverse-disposal", "file-process", "close-disposal"),
    "filed": ("reverse-disposal", "record-proceeds"),
}  # fmt: skip
_OF_REQUESTS: dict[str, tuple[str, ...]] = {
    "open": ("approve-request", "review-request", "approve-request", "return-request",
             "reject-request", "withdraw-request"),
    "returned": ("resubmit-request", "resubmit-request", "withdraw-request"),
    "approved": ("revoke-request", "file-process"),
    "executed": ("file-process", "pay-retention"),
}  # fmt: skip


_REST = ("pay-retention", "pay-treasury", "record-proceeds", "file-process", "close-disposal",
         "record-disposal-cost", "approve-removed-parts")  # fmt: skip


def _names(process: Process) -> tuple[str, ...]:
    """The commands that a process of this kind and status may take."""
    kind = process.kind
    names: tuple[str, ...] = _REST
    if process.kind == "REPAIR.PARTS":
        names = ("approve-removed-parts",)
    elif kind in PROJECTS and process.asset_ids:
        names = ("deliver-estimated", "deliver-final", "settle-construction", "pay-retention")
    elif kind == "CONFIG.DEVELOP":
        names = ("spend-on-development", "develop", "abandon-development")
    elif kind == "USE.LEASE" and "contract_no" in process.detail:
        names = ("record-rent", "recognise-rent", "record-rent", "pay-treasury", "file-process")
    elif kind in DISPOSALS:
        names = _BY_STATUS.get(process.status, ("approve-disposal",))
        if "stocktake_id" in process.detail and process.status == "open":
            names = ("approve-loss",)
    elif kind in REQUESTS and (process.items or not REQUESTS[kind].buys):
        names = _OF_REQUESTS.get(process.status, ("approve-request",))
    return names


EVERY = sorted(
    {name for names in (*_BY_STATUS.values(), *_OF_REQUESTS.values()) for name in names}
    | {"deliver-final", "deliver-estimated", "settle-construction", "develop", "recognise-rent",
       "abandon-development", "record-rent", "approve-removed-parts", "spend-on-development"}
)  # fmt: skip


def on_a_process(draws: Draws) -> Order | None:
    """A command on a process, mostly one of the youngest, mostly one that its status allows."""
    processes = draws.town.processes[::-1]
    if not processes:
        return None
    lively = [one for one in processes if _names(one) is not _REST and one.status not in _ENDED]
    process = draws.of(processes if draws.chance(15) or not lively else lively)
    name = draws.of(EVERY if draws.chance(5) else _names(process))
    if process.status == "open" and process.unit_id == "U2" and not process.signed:
        name = name if draws.chance(40) else "review-request"
    return _order(draws, name, process), _person(draws, name)


def _person(draws: Draws, name: str) -> str:
    if name in {"withdraw-request", "resubmit-request", "withdraw-disposal"}:
        return draws.person("clerk", "officer")
    if name == "review-request":
        return draws.person("head", "head", "accountant")
    if "approve" in name or name.startswith(("re", "file")):
        return draws.person(*DECIDERS)
    return draws.person("accountant")


def _order(draws: Draws, name: str, process: Process) -> c.Command:
    on = draws.on()
    f: dict[str, Any] = {"process_id": process.process_id, "occurred_on": on}
    found = _decided(draws, name, process, f)
    return found or _paid(draws, name, process, f | {"booked_on": draws.booked(on)})


def _decided(draws: Draws, name: str, process: Process, f: dict[str, Any]) -> c.Command | None:
    """Commands that decide; money moves by none of them."""
    paper = draws.paper() or approved("2024-01-05")
    leave: tuple[Leave, ...] = ()
    if draws.chance(20) and process.asset_ids:
        leave = (Leave(reason="审减", asset_id=draws.of(process.asset_ids)),)
    if draws.chance(20) and process.items:
        leave = (Leave(reason="审减", item=0, pieces=draws.of((1, 0, 99))),)
    build: dict[str, Callable[[], c.Command]] = {
        "approve-disposal": lambda: c.ApproveDisposal(approval=paper, leave_out=leave, **f),
        "reject-disposal": lambda: c.RejectDisposal(reason="可用", **f),
        "withdraw-disposal": lambda: c.WithdrawDisposal(**f),
        "revoke-approval": lambda: c.RevokeApproval(reason="误批", **f),
        "review-request": lambda: c.ReviewRequest(step=draws.of(("minutes", "value")), **f),
        "return-request": lambda: c.ReturnRequest(
            reason="缺件", to=draws.of(("applicant", "minutes")), **f
        ),
        "resubmit-request": lambda: c.ResubmitRequest(**f),
        "approve-request": lambda: c.ApproveRequest(approval=paper, leave_out=leave, **f),
        "reject-request": lambda: c.RejectRequest(reason="不需要", **f),
        "withdraw-request": lambda: c.WithdrawRequest(**f),
        "revoke-request": lambda: c.RevokeRequest(reason="误批", **f),
        "file-process": lambda: c.FileProcess(document_no="备1号", **f),
    }
    return build[name]() if name in build else None


def _paid(draws: Draws, name: str, process: Process, f: dict[str, Any]) -> c.Command:
    """Commands that carry out, or move money."""
    fen = draws.some_fen(50_000)
    owed = draws.of((max(0, process.owed_fen - process.paid_fen), fen))
    build: dict[str, Callable[[], c.Command]] = {
        "execute-disposal": lambda: c.ExecuteDisposal(
            sub_kind=process.kind if process.kind in DISPOSALS else "DISP.SCRAP",
            only=(draws.of(process.asset_ids),) if draws.chance(20) and process.asset_ids else (),
            price_fen=draws.of((fen, None)), receiver="接收方",
            freight_fen=draws.of((0, 900)), **f,
        ),
        "approve-loss": lambda: c.ApproveLoss(
            approval=approved("2024-01-05"), liability=draws.of(("无责任人", None)), **f
        ),
        "approve-removed-parts": lambda: c.ApproveRemovedParts(approval=draws.paper(), **f),
        "record-proceeds": lambda: c.RecordProceeds(
            amount_fen=fen, costs_fen=draws.of((0, fen // 2, fen * 2)), **f
        ),
        "record-disposal-cost": lambda: c.RecordDisposalCost(amount_fen=fen, **f),
        "claim-compensation": lambda: c.ClaimCompensation(amount_fen=fen, person="保管人", **f),
        "receive-compensation": lambda: c.ReceiveCompensation(
            amount_fen=draws.of((process.claimed_fen - process.received_fen, fen)), **f
        ),
        "close-disposal": lambda: c.CloseDisposal(**f),
        "pay-treasury": lambda: c.PayTreasury(amount_fen=owed, slip_no="1", **f),
        "pay-retention": lambda: c.PayRetention(
            amount_fen=draws.of((process.retained_fen, fen)), **f
        ),
        "reverse-disposal": lambda: c.ReverseDisposal(
            document_no="冲1号", reason="误处置", approval=draws.paper(), **f
        ),
        "record-rent": lambda: c.RecordRent(amount_fen=fen, **f),
        "recognise-rent": lambda: c.RecogniseRent(
            amount_fen=draws.of((process.advance_fen, fen)), **f
        ),
        "abandon-development": lambda: c.AbandonDevelopment(reason="失败", **f),
        "spend-on-development": lambda: c.SpendOnDevelopment(
            unit_id=process.unit_id, project_no="研1号", amount_fen=fen, payee="软件公司",
            phase=draws.of(("DEVELOPMENT", "RESEARCH")), **f,
        ),
        "develop": lambda: c.Develop(
            card=_developed(draws, process, f), acceptance="验2号", certificate_no="软著1号", **f
        ),
        "deliver-estimated": lambda: c.DeliverEstimated(**_delivery(draws, process), **f),
        "deliver-final": lambda: c.DeliverFinal(**_delivery(draws, process), **f),
        "settle-construction": lambda: c.SettleConstruction(
            things=_worths(draws, process, State.IN_USE, State.IDLE), settlement_no="财建1号", **f
        ),
    }  # fmt: skip
    return build[name]()


def _developed(draws: Draws, process: Process, f: dict[str, Any]) -> Card:
    made = card(draws, "software", f["occurred_on"], acq_way="SELF_BUILT")
    cost = process.costs_fen if not draws.chance(10) else 1
    return msgspec.structs.replace(made, gross_fen=cost, value_type="COST")


def _held(draws: Draws, process: Process, *states: State) -> list[tuple[str, int]]:
    """The things of a project in one of `states`, with what stands on them."""
    assets = {asset.asset_id: asset for asset in draws.town.assets}
    return [
        (name, holding.gross_fen)
        for name in process.asset_ids
        if name in assets and (holding := assets[name].holding) and holding.state in states
    ]


def _worths(draws: Draws, process: Process, *states: State) -> tuple[c.Worth, ...]:
    found = _held(draws, process, *states) or [(name, 1) for name in process.asset_ids]
    more = draws.of((0, 10_000, -1_000))
    return tuple(c.Worth(asset_id=name, value_fen=max(0, fen + more)) for name, fen in found) or (
        c.Worth(asset_id="none", value_fen=1),
    )


def _delivery(draws: Draws, process: Process) -> dict[str, Any]:
    """All that stands in 1613: delivered, or, of two things, one delivered and one left."""
    built = _held(draws, process, State.UNDER_CONSTRUCTION) or [("none", 1)]
    built = [(name, fen) for name, fen in built if fen] or built
    worths = tuple(c.Worth(asset_id=name, value_fen=fen) for name, fen in built)
    whole = {"things": worths, "acceptance": None if draws.chance(8) else "竣验1号"}
    if len(worths) < 2 or draws.chance(50):
        return whole
    return whole | {"things": worths[:1], "left": worths[1:]}


def asks_to_buy(draws: Draws) -> Order:
    """A request for things that are not there yet."""
    item = RequestItem(
        name="复印机", class_code="A02020100", pieces=draws.of((2, 1)), price_fen=2_600_000
    )
    order = c.OpenRequest(
        kind=draws.of(("CONFIG.PURCHASE", "CONFIG.BUILD", EVERYWHERE)), unit_id=draws.unit(),
        items=(item,), occurred_on=draws.on(),
    )  # fmt: skip
    return order, draws.person("officer")
