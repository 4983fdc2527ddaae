"""The approval envelope as commands: request, step by step to the decision, and filing."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from domain.approval import OFFICE_OF_ROLE, asked_for, waiting
from domain.asset import Asset
from domain.catalogue import classes
from domain.commands.approving import (
    ApproveRequest,
    FileProcess,
    Leave,
    OpenRequest,
    RejectRequest,
    ResubmitRequest,
    ReturnRequest,
    ReviewRequest,
    RevokeRequest,
    WithdrawRequest,
)
from domain.commands.command import Command
from domain.decisions.decision import (
    Decision,
    changed,
    held,
    require_movable,
    require_state,
    step,
    the_assets,
)
from domain.decisions.processing import (
    batch_of,
    cut_of_assets,
    ended,
    opened,
    people_of,
    require_decidable,
    require_free,
    require_other,
    route_of,
    split_flags,
)
from domain.envelope import Fact
from domain.events import (
    Changes,
    Cut,
    RequestItem,
    RouteStep,
)
from domain.process import APPLICANT, Process
from domain.refusals import refuse_unless
from domain.states import IN_WAREHOUSE, Overlay, State
from domain.world import World

REQUESTED = "asset.requested/1"
ON_HAND = frozenset({State.IN_USE, State.IDLE})


class RequestKind(msgspec.Struct, frozen=True):
    """What may be asked for: in which states, who may decide, whether it names things to buy."""

    code: str
    zh: str
    en: str
    offices: frozenset[str]
    states: frozenset[State] = ON_HAND
    buys: bool = False
    receiver: bool = False
    """Names another unit in `to_unit`."""


_OFFICES = frozenset({"organ_affairs", "finance", "government"})
_NEAR = _OFFICES | {"department"}

REQUESTS: dict[str, RequestKind] = {
    kind.code: kind
    for kind in (
        RequestKind("CONFIG.PURCHASE", "购置", "purchase", _OFFICES, buys=True),
        RequestKind("CONFIG.BUILD", "建设", "construction", _OFFICES, buys=True),
        RequestKind("CONFIG.PURCHASE_INSTALL", "购置待安装", "purchase to be installed", _OFFICES,
                    buys=True),
        RequestKind("CONFIG.RENT_IN", "租用", "rental in", _OFFICES, buys=True),
        RequestKind("CONFIG.DONATION_IN", "接受捐赠", "donation in", _NEAR, buys=True),
        RequestKind("USE.LEASE", "出租", "lease out", _NEAR),
        RequestKind("USE.LEND", "出借", "lend out", _NEAR),
        RequestKind("USE.INVEST", "对外投资", "investment", _NEAR),
        RequestKind("REALLOC.IN_DEPT", "本部门内调剂", "inside the department", _NEAR,
                    receiver=True),
        RequestKind("REALLOC.CROSS_DEPT", "跨部门调剂", "across departments", _OFFICES,
                    receiver=True),
        RequestKind("REALLOC.CROSS_LEVEL", "跨级次调剂", "across levels", _OFFICES, receiver=True),
        RequestKind("REALLOC.REFORM", "机构改革划转", "reform transfer", _OFFICES, receiver=True),
        RequestKind("REALLOC.LOAN", "临时借调", "temporary loan", _NEAR, receiver=True),
        RequestKind("WH.INTAKE", "入公物仓", "warehouse intake", _OFFICES,
                    frozenset({State.IDLE})),
        RequestKind("WH.LOAN", "公物仓借用", "warehouse loan", _OFFICES, IN_WAREHOUSE,
                    receiver=True),
        RequestKind("REPAIR.MAJOR", "重大维修", "major repair", _OFFICES),
        RequestKind("REPAIR.PREMISES", "办公用房维修", "premises repair", _OFFICES),
        RequestKind("REPAIR.IMPROVE", "改建扩建", "improvement", _OFFICES),
        RequestKind("REPAIR.VEHICLE", "公务用车大修", "vehicle overhaul", _OFFICES),
    )
}  # fmt: skip
"""Requests other than disposals (handbook 2.2-2.6); a new one is a row here."""

OPEN, APPROVED = "open", "approved"


def open_request(command: OpenRequest, world: World) -> Decision:
    """Make a request; the things it names are held by it until it ends."""
    refuse_unless(command.kind in REQUESTS, "E_SUB_KIND", command.kind, field="kind")
    kind = REQUESTS[command.kind]
    world.unit(command.unit_id)
    if kind.receiver:
        refuse_unless(command.to_unit, "E_RECEIVER", field="to_unit")
        other = command.to_unit != command.unit_id
        refuse_unless(other, "E_RECEIVER", command.to_unit or "", field="to_unit")
        world.unit(command.to_unit or "")
    assets = [] if kind.buys else _wanted(command, kind, world)
    if kind.buys:
        _check_items(command)
    process_id = world.new_id()
    request = opened(
        world,
        command,
        process_id,
        kind.code,
        assets,
        unit_id=command.unit_id,
        items=command.items,
        detail={**command.detail, "to_unit": command.to_unit},
    )
    changes = Changes(process_id=process_id, overlays_on=(Overlay.PROCESS_OPEN,))
    marks = _marked(assets, command, kind.code, "applied", changes, process_id)
    return Decision(facts=(request, *marks), created={"process_id": [process_id]})


def _wanted(command: OpenRequest, kind: RequestKind, world: World) -> list[Asset]:
    refuse_unless(command.asset_ids, "E_UNKNOWN_ASSET", field="asset_ids")
    refuse_unless(not command.items, "E_SUB_KIND", kind.zh, kind.en, field="items")
    assets = the_assets(world, command.asset_ids)
    for asset in assets:
        refuse_unless(held(asset).unit_id == command.unit_id, "E_NOT_HOLDER", field="unit_id")
        require_state(asset, kind.states, command)
        require_movable(asset)
        require_free(asset)
    return assets


def _check_items(command: OpenRequest) -> None:
    refuse_unless(not command.asset_ids, "E_SUB_KIND", command.kind, field="asset_ids")
    refuse_unless(command.items, "E_AMOUNT", "须列明拟配置的资产", "name items", field="items")
    for number, item in enumerate(command.items):
        place = f"items.{number}"
        known = classes.find(classes.STD_2022, item.class_code)
        refuse_unless(known, "E_CLASS_UNKNOWN", item.class_code, field=f"{place}.class_code")
        refuse_unless(0 < item.pieces <= 100_000, "E_AMOUNT", item.name, field=f"{place}.pieces")
        fits = 0 < item.price_fen <= 10**13
        refuse_unless(fits, "E_AMOUNT", item.name, field=f"{place}.price_fen")


def _marked(
    assets: Sequence[Asset],
    command: Command,
    kind: str,
    what: str,
    changes: Changes,
    process_id: str,
) -> list[Fact]:
    return [
        changed(
            asset,
            command,
            REQUESTED,
            kind,
            changes,
            detail={"step": what},
            process_id=process_id,
        )
        for asset in assets
    ]


def _process(world: World, process_id: str, *statuses: str) -> Process:
    """Return a request in one of `statuses`, of any kind that this envelope knows."""
    process = world.process(process_id)
    known = _was_asked(process) or process.kind.startswith("DISP.")
    refuse_unless(known, "E_UNKNOWN_PROCESS", process_id, field="process_id")
    executed = process.status in {"executed", "settled", "filed"}
    refuse_unless(not executed, "E_ALREADY_EXECUTED", process_id)
    fits = process.status in statuses
    refuse_unless(fits, "E_STATE", f"业务单状态 {process.status}", process.status)
    return process


def _was_asked(process: Process) -> bool:
    """Tell a request from what was carried out under the same kind: things accepted, not asked."""
    kind = REQUESTS.get(process.kind)
    return kind is not None and (bool(process.items) or not kind.buys)


def _request(world: World, process_id: str, *statuses: str) -> tuple[Process, list[Asset]]:
    """Return a request of this module's kinds and its things; disposals have their own acts."""
    process = _process(world, process_id, *statuses)
    own = process.kind in REQUESTS
    refuse_unless(own, "E_KIND_MISMATCH", "处置请用处置的批复命令", "this is a disposal")
    return process, [world.asset(asset_id) for asset_id in process.asset_ids]


def review_request(command: ReviewRequest, world: World) -> Decision:
    """Sign a step whose turn it is, by somebody of its role who has not yet taken part."""
    process = _process(world, command.process_id, OPEN)
    due = _due(world, process, command)
    step_ = next((found for found in due if found.code == command.step), None)
    turn = "、".join(found.zh for found in due) or "批复"
    refuse_unless(step_, "E_STEP_ORDER", f"现在应办理 {turn}", turn, field="step")
    assert step_ is not None
    _require_role(world, process, step_)
    require_other(world, process)
    signed = step(
        process.process_id,
        process.unit_id,
        command,
        "process.reviewed/1",
        process.kind,
        detail={"opinion": command.opinion},
        steps=(step_.code,),
    )
    return Decision(facts=(signed,))


def _due(world: World, process: Process, command: Command) -> tuple[RouteStep, ...]:
    route = route_of(world, process, command.occurred_on)
    refuse_unless(route, "E_NO_ROUTE", process.kind)
    assert route is not None
    return waiting(route, [mark.step for mark in process.signed], process.amount_fen)


def _require_role(world: World, process: Process, step_: RouteStep) -> None:
    """Refuse whoever has not the step's role, or has it for another unit or department."""
    actor = world.actor
    refuse_unless(actor.role == step_.role, "E_NOT_YOUR_STEP", step_.zh, step_.en, field="step")
    office = OFFICE_OF_ROLE.get(step_.role, "unit")
    if actor.unit_id is None or office not in {"unit", "department"}:
        return
    above = [unit.unit_id for unit in world.units_above(process.unit_id)]
    near = above[:1] if office == "unit" else above
    refuse_unless(actor.unit_id in near, "E_NOT_YOUR_STEP", step_.zh, step_.en, field="step")


def return_request(command: ReturnRequest, world: World) -> Decision:
    """Return a request to an earlier step or its maker; what follows is taken again."""
    refuse_unless(command.reason, "E_REASON", field="reason")
    process = _process(world, command.process_id, OPEN)
    refuse_unless(process.requester not in people_of(world.actor), "E_SELF_APPROVAL")
    due = _due(world, process, command)
    may_decide = OFFICE_OF_ROLE.get(world.actor.role, "unit") != "unit"
    in_turn = any(found.role == world.actor.role for found in due) or (not due and may_decide)
    refuse_unless(in_turn, "E_NOT_YOUR_STEP", field="process_id")
    route = route_of(world, process, command.occurred_on)
    assert route is not None
    steps = asked_for(route, process.amount_fen)
    target = next((found for found in steps if found.code == command.to), None)
    known = target is not None or command.to == APPLICANT
    refuse_unless(known, "E_STEP_ORDER", command.to, field="to")
    again = [found for found in steps if target is None or found.group >= target.group]
    signed = {mark.step for mark in process.signed}
    earlier = target is None or target.code in signed
    refuse_unless(earlier, "E_STEP_ORDER", command.to, field="to")
    returned = step(
        process.process_id,
        process.unit_id,
        command,
        "process.returned/1",
        process.kind,
        detail={"to": command.to},
        steps=tuple(found.code for found in again if found.code in signed),
    )
    return Decision(facts=(returned,))


def resubmit_request(command: ResubmitRequest, world: World) -> Decision:
    """Hand a returned request in again; only its maker may."""
    process = _process(world, command.process_id, "returned")
    own = process.requester in people_of(world.actor)
    refuse_unless(own, "E_NOT_REQUESTER", field="process_id")
    for name in command.detail:
        known = name in process.detail or name in SUPPLIED
        refuse_unless(known, "E_ATTRIBUTE", name, field=f"detail.{name}")
    again = step(
        process.process_id,
        process.unit_id,
        command,
        "process.resubmitted/1",
        process.kind,
        detail=command.detail,
    )
    return Decision(facts=(again,))


SUPPLIED = frozenset(["appraisal_no", "floor_fen", "min_life_reason", "minutes_no", "opinion_no"])
"""Facts that reviewers ask for and a request may bring when it is handed in again."""


def approve_request(command: ApproveRequest, world: World) -> Decision:
    """Approve a request or a part of it; what is cut is counted in pieces and money (审减)."""
    process, assets = _request(world, command.process_id, OPEN)
    kind = REQUESTS[process.kind]
    cut, items = _cut(command, process, assets)
    gone = {part.asset_id for part in cut}
    kept = [asset for asset in assets if asset.asset_id not in gone]
    batch = batch_of(kept, items)
    approval = require_decidable(world, process, command.approval, command.occurred_on, batch)
    office = approval.office or OFFICE_OF_ROLE.get(world.actor.role)
    may = office is None or office in kind.offices
    refuse_unless(may, "E_LEVEL", kind.zh, kind.en, field="approval.office")
    flags = split_flags(world, process, kept, command.occurred_on, items)
    approved = step(
        process.process_id,
        process.unit_id,
        command,
        "process.approved/1",
        process.kind,
        amount_fen=batch.total_fen,
        approval=approval,
        flags=flags,
        cut=cut,
        pieces=len(batch.values_fen),
    )
    freed = Changes(process_id=None, overlays_off=(Overlay.PROCESS_OPEN,))
    left = [asset for asset in assets if asset.asset_id in gone]
    marks = _marked(left, command, process.kind, "cut", freed, process.process_id)
    return Decision(facts=(approved, *marks), flags=flags)


def _cut(
    command: ApproveRequest, process: Process, assets: Sequence[Asset]
) -> tuple[tuple[Cut, ...], list[RequestItem]]:
    """Return what is left out, and the items as granted."""
    if not process.items:
        left = [(leave.asset_id or "", leave.reason) for leave in command.leave_out]
        return cut_of_assets(assets, left) if left else (), []
    granted = list(process.items)
    cut = []
    for place, leave in enumerate(command.leave_out):
        part, rest = _cut_item(process, leave, f"leave_out.{place}")
        cut.append(part)
        granted[part.item or 0] = rest
    once = len({part.item for part in cut}) == len(cut)
    refuse_unless(once, "E_AMOUNT", "同一项只能审减一次", "one cut an item", field="leave_out")
    some = any(item.pieces for item in granted)
    refuse_unless(some, "E_AMOUNT", "全部审减请改为退回", "reject it instead", field="leave_out")
    return tuple(cut), granted


def _cut_item(process: Process, leave: Leave, place: str) -> tuple[Cut, RequestItem]:
    known = leave.item is not None and leave.item < len(process.items)
    refuse_unless(known, "E_AMOUNT", "没有这一项", "no such item", field=f"{place}.item")
    assert leave.item is not None
    item = process.items[leave.item]
    refuse_unless(leave.pieces <= item.pieces, "E_AMOUNT", item.name, field=f"{place}.pieces")
    price = item.price_fen if leave.price_fen is None else leave.price_fen
    refuse_unless(price <= item.price_fen, "E_AMOUNT", item.name, field=f"{place}.price_fen")
    rest = msgspec.structs.replace(item, pieces=item.pieces - leave.pieces, price_fen=price)
    fen = item.pieces * item.price_fen - rest.pieces * rest.price_fen
    refuse_unless(fen > 0, "E_AMOUNT", item.name, field=place)
    return Cut(reason=leave.reason, item=leave.item, pieces=leave.pieces, fen=fen), rest


def _ended(command: Command, world: World, process_id: str, what: str) -> Decision:
    process, assets = _request(world, process_id, OPEN, "returned")
    return Decision(facts=ended(command, process, assets, what, REQUESTED))


def reject_request(command: RejectRequest, world: World) -> Decision:
    """Reject a request, with a reason."""
    refuse_unless(command.reason, "E_REASON", field="reason")
    return _ended(command, world, command.process_id, "rejected")


def withdraw_request(command: WithdrawRequest, world: World) -> Decision:
    """Withdraw a request before it is decided."""
    return _ended(command, world, command.process_id, "withdrawn")


def revoke_request(command: RevokeRequest, world: World) -> Decision:
    """Take back an approval that was not carried out: the request waits for a decision again."""
    refuse_unless(command.reason, "E_REASON", field="reason")
    process, _ = _request(world, command.process_id, APPROVED)
    begun = process.executed_pieces > 0
    refuse_unless(not begun, "E_ALREADY_EXECUTED", command.process_id)
    revoked = step(process.process_id, process.unit_id, command, "process.revoked/1", process.kind)
    return Decision(facts=(revoked,))


def file_process(command: FileProcess, world: World) -> Decision:
    """File a process that is done and paid (备案)."""
    process = world.process(command.process_id)
    known = process.kind in REQUESTS or process.kind.startswith("DISP.")
    refuse_unless(known, "E_UNKNOWN_PROCESS", command.process_id, field="process_id")
    refuse_unless(process.status != "filed", "E_ALREADY_CLOSED", command.process_id)
    done = process.status in {"executed", "settled"}
    refuse_unless(done, "E_STATE", f"业务单状态 {process.status}", process.status)
    paid = process.owed_fen == process.paid_fen and process.claimed_fen == process.received_fen
    refuse_unless(paid, "E_MONEY_OPEN", command.process_id)
    filed = step(
        process.process_id,
        process.unit_id,
        command,
        "process.filed/1",
        process.kind,
        detail={"document_no": command.document_no},
    )
    return Decision(facts=(filed,))
