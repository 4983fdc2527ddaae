"""Money after the terminal state: proceeds, costs, compensation, treasury, retention (2.9)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from domain import configuring_entries, postings
from domain.commands.structs import (
    ClaimCompensation,
    CloseDisposal,
    Command,
    PayRetention,
    PayTreasury,
    ReceiveCompensation,
    RecordDisposalCost,
    RecordProceeds,
)
from domain.decisions.confiscating import CONFISCATED
from domain.decisions.decision import Decision, booking_day, step
from domain.decisions.disposal import EXCHANGE, KINDS
from domain.events import Line, Scalar
from domain.process import Process
from domain.refusals import refuse_unless
from domain.world import World

SALE = "DISP.SALE"


def _executed(world: World, process_id: str, *, settled: bool = False) -> Process:
    """Return a disposal that was carried out; `settled` takes one that is closed as well."""
    process = world.process(process_id)
    known = process.kind in KINDS or process.kind == CONFISCATED
    refuse_unless(known, "E_UNKNOWN_PROCESS", process_id, field="process_id")
    refuse_unless(settled or process.status != "settled", "E_ALREADY_CLOSED", process_id)
    refuse_unless(process.status != "filed", "E_ALREADY_CLOSED", process_id)
    # Of a batch carried out in parts the money may come in before the last part is.
    done = process.status in {"executed", "settled"} or (
        process.status == "approved" and process.executed_pieces > 0
    )
    refuse_unless(done, "E_STATE", f"业务单状态 {process.status}", process.status)
    return process


def money_step(
    command: Command,
    world: World,
    process: Process,
    event_type: str,
    rule: str,
    summary: str,
    lines: tuple[Line, ...],
    asked: date | None,
    *,
    amount_fen: int = 0,
    detail: dict[str, Scalar] | None = None,
) -> Decision:
    """Return one step of a process with its voucher; without lines there is no voucher."""
    books = world.books(process.unit_id)
    day = booking_day([books], command.occurred_on, asked, cards=False)
    voucher_id = world.new_id() if lines else None
    done = step(
        process.process_id,
        process.unit_id,
        command,
        event_type,
        rule,
        amount_fen=amount_fen,
        detail=detail,
        voucher_id=voucher_id,
        booked_on=day if lines else None,
    )
    if voucher_id is None:
        return Decision(facts=(done,))
    voucher = postings.voucher(
        process.unit_id,
        voucher_id,
        rule,
        summary,
        lines,
        occurred_on=command.occurred_on,
        booked_on=day,
        process_id=process.process_id,
    )
    return Decision(facts=(done, voucher), created={"voucher_id": [voucher_id]})


def record_proceeds(command: RecordProceeds, world: World) -> Decision:
    """Money received; a sale settles at once, scrap waits in 1902.02 for its costs."""
    process = _executed(world, command.process_id)
    refuse_unless(command.amount_fen > 0, "E_AMOUNT", field="amount_fen")
    refuse_unless(process.kind != EXCHANGE, "E_SUB_KIND", "补价随置换登记", field="process_id")
    sale, forfeit = process.kind == SALE, process.kind == CONFISCATED
    refuse_unless(sale or not command.costs_fen, "E_AMOUNT", "费用请单独登记", field="costs_fen")
    if sale:
        lines = postings.sale_settled(command.amount_fen, command.costs_fen)
        detail: dict[str, Scalar] = {
            "owed_fen": max(0, command.amount_fen - command.costs_fen),
            "costs_fen": command.costs_fen,
            "buyer": command.buyer,
        }
    elif forfeit:
        lines = configuring_entries.confiscated_sold(command.amount_fen)
        detail = {"owed_fen": command.amount_fen, "buyer": command.buyer}
    else:
        lines = postings.pending_income(command.amount_fen)
        detail = {"buyer": command.buyer}
    return money_step(
        command,
        world,
        process,
        "process.proceeds_recorded/1",
        "DISPOSAL.PROCEEDS",
        "资产处置收入",
        lines,
        command.booked_on,
        amount_fen=command.amount_fen,
        detail=detail,
    )


def _pending_step(
    command: RecordDisposalCost | ClaimCompensation | ReceiveCompensation,
    world: World,
    event_type: str,
    rule: str,
    summary: str,
    lines: Callable[[int], tuple[Line, ...]],
    detail: dict[str, Scalar] | None = None,
) -> Decision:
    # What was claimed may still come in when the disposal is closed (E12 in another order).
    settled = isinstance(command, ReceiveCompensation)
    process = _executed(world, command.process_id, settled=settled)
    refuse_unless(command.amount_fen > 0, "E_AMOUNT", field="amount_fen")
    refuse_unless(process.kind != SALE, "E_SUB_KIND", "出售费用随收入登记", field="process_id")
    pending = process.kind not in {EXCHANGE, CONFISCATED}
    refuse_unless(
        pending,
        "E_SUB_KIND",
        "置换和罚没不经过待处理",
        "neither an exchange nor confiscated goods go through 1902",
        field="process_id",
    )
    return money_step(
        command,
        world,
        process,
        event_type,
        rule,
        summary,
        lines(command.amount_fen),
        command.booked_on,
        amount_fen=command.amount_fen,
        detail=detail,
    )


def record_disposal_cost(command: RecordDisposalCost, world: World) -> Decision:
    """Costs of scrapping (E10, E11)."""
    return _pending_step(
        command,
        world,
        "process.cost_recorded/1",
        "DISPOSAL.COST",
        "资产处置费用",
        postings.pending_cost,
    )


def claim_compensation(command: ClaimCompensation, world: World) -> Decision:
    """Claim compensation (E12)."""
    return _pending_step(
        command,
        world,
        "process.compensation_claimed/1",
        "DISPOSAL.CLAIM",
        "应收赔偿款",
        postings.compensation_claimed,
        {"person": command.person},
    )


def receive_compensation(command: ReceiveCompensation, world: World) -> Decision:
    """Receive what was claimed (E12), never more."""
    process = world.process(command.process_id)
    due = process.claimed_fen - process.received_fen
    refuse_unless(command.amount_fen <= due, "E_AMOUNT", "超过应收赔偿", field="amount_fen")
    return _pending_step(
        command,
        world,
        "process.compensation_received/1",
        "DISPOSAL.RECEIVED",
        "收到赔偿款",
        postings.compensation_received,
    )


def close_disposal(command: CloseDisposal, world: World) -> Decision:
    """Settle 1902.02: net income is owed to the treasury, a net cost is the unit's."""
    process = _executed(world, command.process_id)
    net = 0
    refuse_unless(
        process.status != "approved",
        "E_STATE",
        "尚有未执行的资产",
        "a part of the batch is not carried out yet",
    )
    if process.kind not in {SALE, CONFISCATED}:
        net = process.proceeds_fen + process.claimed_fen - process.costs_fen
    lines = postings.pending_settled(net) if net else ()
    return money_step(
        command,
        world,
        process,
        "process.settled/1",
        "DISPOSAL.SETTLE",
        "结转处理净收入",
        lines,
        command.booked_on,
        amount_fen=abs(net),
        detail={"owed_fen": max(0, net)},
    )


def pay_treasury(command: PayTreasury, world: World) -> Decision:
    """Pay over what is owed, with the slip number (条例 arts. 25-26)."""
    process = world.process(command.process_id)
    due = process.owed_fen - process.paid_fen
    fits = 0 < command.amount_fen <= due
    refuse_unless(fits, "E_AMOUNT", f"应缴余额 {due} 分", f"{due} fen due", field="amount_fen")
    return money_step(
        command,
        world,
        process,
        "process.treasury_paid/1",
        "TREASURY.PAID",
        "上缴国库",
        postings.treasury_paid(command.amount_fen),
        command.booked_on,
        amount_fen=command.amount_fen,
        detail={"slip_no": command.slip_no},
    )


def pay_retention(command: PayRetention, world: World) -> Decision:
    """Pay the quality retention of a purchase (E03)."""
    process = world.process(command.process_id)
    retention = process.detail.get("retention_fen")
    agreed = retention if isinstance(retention, int) else 0
    due = agreed + process.retained_fen - process.retention_paid_fen
    fits = 0 < command.amount_fen <= due
    refuse_unless(fits, "E_AMOUNT", f"质保金余额 {due} 分", f"{due} fen due", field="amount_fen")
    unit = world.unit(process.unit_id)
    return money_step(
        command,
        world,
        process,
        "process.retention_paid/1",
        "RETENTION.PAID",
        "支付质保金",
        postings.retention_paid(unit.kind, command.amount_fen),
        command.booked_on,
        amount_fen=command.amount_fen,
    )
