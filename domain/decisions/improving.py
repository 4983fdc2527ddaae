"""Improved 改扩建: a thing goes through 1613 and comes back with a new cost and life (E16)."""

from __future__ import annotations

from datetime import date

import msgspec

from domain import postings
from domain.asset import Asset
from domain.commands.structs import (
    ApproveRemovedParts,
    Command,
    CompleteImprovement,
    RemoveParts,
    SpendOnImprovement,
    StartImprovement,
)
from domain.decisions.decision import (
    Decision,
    basis_for,
    booked,
    booking_day,
    changed,
    exempt,
    held,
    months_left,
    require_approval,
    require_movable,
    require_runs_done,
    require_state,
    step,
)
from domain.decisions.processing import approval_of, opened, people_of
from domain.decisions.repairing import REPAIRED
from domain.envelope import Fact
from domain.events import Changes, Line, ProcessOpened, Scalar
from domain.process import Process
from domain.refusals import refuse_unless
from domain.states import Overlay, State
from domain.world import World

KINDS = frozenset({"REPAIR.IMPROVE", "REPAIR.PREMISES", "REPAIR.MAJOR"})
PARTS = "REPAIR.PARTS"


def start_improvement(command: StartImprovement, world: World) -> Decision:
    """E16 start: the net value goes to 1613; this month is not depreciated any more (5.3)."""
    refuse_unless(command.sub_kind in KINDS, "E_SUB_KIND", command.sub_kind, field="sub_kind")
    asset = world.asset(command.asset_id)
    require_state(asset, {State.IN_USE}, command)
    require_movable(asset)
    granted = approval_of(
        world,
        command,
        command.sub_kind,
        [asset],
        approval=command.approval,
        process_id=command.process_id,
    )
    books = world.books(held(asset).unit_id)
    day = booking_day([books], command.occurred_on, command.booked_on)
    require_runs_done([asset], books, day)
    item = booked(asset, books)
    life = held(asset).card.life_months or 0
    process_id = world.new_id()
    project = opened(
        world,
        command,
        process_id,
        command.sub_kind,
        [asset],
        granted.flags,
        detail={
            "project_no": command.project_no,
            "plan": command.plan,
            "contractor": command.contractor,
            "net_fen": item.net_fen,
            "booked_on": day.isoformat(),
            "done_months": life - months_left(asset, books) if held(asset).basis else 0,
        },
    )
    begun = step(
        process_id,
        held(asset).unit_id,
        command,
        "process.executed/1",
        command.sub_kind,
        approval=granted.approval,
        flags=granted.flags,
        detail={"request_id": granted.process_id},
    )
    changes = Changes(
        state=State.UNDER_IMPROVEMENT,
        gross_fen=item.net_fen,
        basis=None,
        process_id=process_id,
        overlays_off=(Overlay.PROCESS_OPEN,),
    )
    lines = postings.improvement_started(item)
    stage = _Stage(command, world, asset, command.sub_kind, process_id, day)
    facts = stage.facts("started", changes, "转入改扩建", lines, flags=granted.flags)
    return Decision(
        facts=(*granted.executed(command, project_id=process_id), project, begun, *facts),
        flags=granted.flags,
        created={"process_id": [process_id]},
    )


class _Stage(msgspec.Struct, frozen=True):
    """One stage of an improvement: the fact of the thing and its voucher, on one day."""

    command: Command
    world: World
    asset: Asset
    kind: str
    process_id: str
    day: date

    def facts(
        self,
        what: str,
        changes: Changes,
        summary: str,
        lines: tuple[Line, ...],
        *,
        flags: tuple[str, ...] = (),
        **detail: Scalar,
    ) -> tuple[Fact, ...]:
        """Return the fact of the thing, and the voucher where there is something to post."""
        voucher_id = self.world.new_id() if lines else None
        mark = changed(
            self.asset,
            self.command,
            REPAIRED,
            self.kind,
            changes,
            detail={"step": what, **detail},
            flags=flags,
            voucher_id=voucher_id,
            booked_on=self.day,
            process_id=self.process_id,
        )
        if voucher_id is None:
            return (mark,)
        voucher = postings.voucher(
            held(self.asset).unit_id,
            voucher_id,
            f"{self.kind}.{what.upper()}",
            f"{summary} {held(self.asset).card.name}",
            lines,
            occurred_on=self.command.occurred_on,
            booked_on=self.day,
            process_id=self.process_id,
            asset_id=self.asset.asset_id,
        )
        return mark, voucher


def _under_way(
    command: SpendOnImprovement | RemoveParts | CompleteImprovement, world: World, *, cards: bool
) -> tuple[Asset, Process, date]:
    """Return a thing under improvement, its project, and the day to book on.

    Nothing of an improvement happens, or is booked, before its beginning is.
    """
    asset = world.asset(command.asset_id)
    require_state(asset, {State.UNDER_IMPROVEMENT}, command)
    project = world.process(held(asset).process_id or "")
    begun = project.opened_on or command.occurred_on
    refuse_unless(command.occurred_on >= begun, "E_DATE", str(begun), field="occurred_on")
    books = world.books(project.unit_id)
    day = booking_day([books], command.occurred_on, command.booked_on, cards=cards)
    first = date.fromisoformat(str(project.detail["booked_on"]))
    if command.booked_on is None:
        return asset, project, max(day, first)
    refuse_unless(day >= first, "E_DATE", str(first), field="booked_on")
    return asset, project, day


def spend_on_improvement(command: SpendOnImprovement, world: World) -> Decision:
    """E16 spend: what is spent joins the value in 1613, with its budget entry."""
    asset, project, day = _under_way(command, world, cards=False)
    amount, own = command.amount_fen, command.own_fen
    refuse_unless(amount > 0, "E_AMOUNT", field="amount_fen")
    refuse_unless(own <= amount, "E_AMOUNT", field="own_fen")
    unit = world.unit(held(asset).unit_id)
    lines = postings.improvement_spent(asset.asset_id, unit.kind, amount - own, own)
    stage = _Stage(command, world, asset, project.kind, project.process_id, day)
    facts = stage.facts(
        "spent",
        Changes(gross_fen=held(asset).gross_fen + amount),
        "改扩建支出",
        lines,
        amount_fen=amount,
    )
    paid = step(
        project.process_id,
        unit.unit_id,
        command,
        "process.cost_recorded/1",
        project.kind,
        amount_fen=amount,
        detail={"payee": command.payee, "invoice_no": command.invoice_no, "own_fen": own or None},
        booked_on=day,
    )
    return Decision(facts=(paid, *facts))


def remove_parts(command: RemoveParts, world: World) -> Decision:
    """E16 removed parts: their book value leaves 1613 and waits in 1902.01 for its approval."""
    asset, project, day = _under_way(command, world, cards=False)
    amount, left = command.amount_fen, held(asset).gross_fen
    refuse_unless(
        0 < amount <= left,
        "E_AMOUNT",
        f"在建工程余额 {left} 分",
        f"{left} fen stand in 1613",
        field="amount_fen",
    )
    unit_id = held(asset).unit_id
    parts_id = world.new_id()
    request = Fact(
        stream=f"process:{parts_id}",
        type="process.opened/1",
        sub_kind=PARTS,
        unit_id=unit_id,
        process_id=parts_id,
        occurred_on=command.occurred_on,
        reason=command.reason,
        attachments=command.attachments,
        body=ProcessOpened(
            kind=PARTS,
            asset_ids=(asset.asset_id,),
            amount_fen=amount,
            requester=world.actor.person_id,
            detail={"parts": command.parts, "project_id": project.process_id},
        ),
    )
    stage = _Stage(command, world, asset, project.kind, project.process_id, day)
    facts = stage.facts(
        "removed",
        Changes(gross_fen=left - amount),
        "拆除部分转入待处理",
        postings.parts_removed(asset.asset_id, amount),
        amount_fen=amount,
        parts=command.parts,
        parts_id=parts_id,
    )
    return Decision(facts=(request, *facts), created={"process_id": [parts_id]})


def approve_removed_parts(command: ApproveRemovedParts, world: World) -> Decision:
    """E16 removed parts approved: 1902.01 to 5301; who removed them does not approve it."""
    parts = world.process(command.process_id)
    refuse_unless(parts.kind == PARTS, "E_UNKNOWN_PROCESS", command.process_id, field="process_id")
    refuse_unless(parts.status == "open", "E_ALREADY_EXECUTED", command.process_id)
    refuse_unless(parts.requester not in people_of(world.actor), "E_SELF_APPROVAL")
    approval = require_approval(command.approval, command.occurred_on)
    refuse_unless(
        command.occurred_on >= (parts.opened_on or command.occurred_on),
        "E_DATE",
        str(parts.opened_on),
        field="occurred_on",
    )
    books = world.books(parts.unit_id)
    day = booking_day([books], command.occurred_on, command.booked_on, cards=False)
    voucher_id = world.new_id()
    steps = [
        step(
            parts.process_id,
            parts.unit_id,
            command,
            what,
            PARTS,
            amount_fen=parts.amount_fen,
            approval=approval,
            voucher_id=voucher_id if what == "process.executed/1" else None,
            booked_on=day if what == "process.executed/1" else None,
        )
        for what in ("process.approved/1", "process.executed/1")
    ]
    voucher = postings.voucher(
        parts.unit_id,
        voucher_id,
        f"{PARTS}.WRITE_OFF",
        "拆除部分核销",
        postings.written_off(parts.amount_fen),
        occurred_on=command.occurred_on,
        booked_on=day,
        process_id=parts.process_id,
        asset_id=parts.asset_ids[0],
    )
    return Decision(facts=(*steps, voucher), created={"voucher_id": [voucher_id]})


def complete_improvement(command: CompleteImprovement, world: World) -> Decision:
    """E16 delivered: cost re-set, life reassessed, depreciated again from this month on (5.3)."""
    asset, project, day = _under_way(command, world, cards=True)
    refuse_unless(command.acceptance, "E_NO_ACCEPTANCE", field="acceptance")
    card, gross = held(asset).card, held(asset).gross_fen
    spread = not exempt(card)
    refuse_unless(
        spread == (command.remaining_months is not None),
        "E_CARD_FIELD",
        "提折旧的资产须填重新确定的剩余月数，不提折旧的不填",
        "the remaining life, reassessed, of what is depreciated and of nothing else",
        field="remaining_months",
    )
    unit = world.unit(held(asset).unit_id)
    remaining = command.remaining_months or 0
    changes = Changes(state=State.IN_USE, process_id=None)
    if spread:
        changes = Changes(
            state=State.IN_USE,
            process_id=None,
            basis=basis_for(card, unit, day, gross_fen=gross, months=remaining),
            card=_reassessed(asset, project, remaining),
        )
    stage = _Stage(command, world, asset, project.kind, project.process_id, day)
    facts = stage.facts(
        "delivered",
        changes,
        "改扩建完工",
        postings.improvement_delivered(asset.asset_id, card.account_code, gross),
        acceptance=command.acceptance,
        gross_fen=gross,
    )
    done = step(
        project.process_id,
        unit.unit_id,
        command,
        "process.settled/1",
        project.kind,
        amount_fen=gross,
        detail={"acceptance": command.acceptance, "remaining_months": command.remaining_months},
    )
    return Decision(facts=(done, *facts))


def _reassessed(asset: Asset, project: Process, remaining: int) -> dict[str, Scalar]:
    """Return the card fields of the new life: the months done before, and those that remain."""
    done = project.detail.get("done_months")
    fields: dict[str, Scalar] = {"life_months": int(done or 0) + remaining}
    if held(asset).card.dep_status == "COMPLETED":
        fields["dep_status"] = "DEPRECIATE"
    return fields
