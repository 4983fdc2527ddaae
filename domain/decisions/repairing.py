"""Repaired 维修: sent, done or given up; a service on the spot; E22 for what they cost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec

from domain import postings
from domain.asset import Asset
from domain.catalogue import classes
from domain.commands.structs import (
    CompleteRepair,
    DeclareBeyondRepair,
    RecordService,
    SendRepair,
)
from domain.decisions.decision import (
    Decision,
    approval_flags,
    booking_day,
    changed,
    held,
    require_approval,
    require_movable,
    require_state,
    the_assets,
)
from domain.decisions.processing import Granted, approval_of
from domain.envelope import Fact
from domain.events import Approval, Changes, Scalar
from domain.refusals import refuse_unless
from domain.states import IN_WAREHOUSE, Overlay, State
from domain.world import World

REPAIRED = "asset.repaired/1"
ORDINARY, MAJOR, VEHICLE = "REPAIR.ORDINARY", "REPAIR.MAJOR", "REPAIR.VEHICLE"
KINDS = frozenset({ORDINARY, MAJOR, VEHICLE})
"""What is sent to repair; a premises repair adds to the value and is an improvement (2.6, E16)."""

ON_HAND = frozenset({State.IN_USE, State.IDLE})
MILEAGE = "traits.mileage"


class Permit(msgspec.Struct, frozen=True):
    """What a repair rests on, its soft flags, and the steps of the request behind it."""

    approval: Approval | None = None
    flags: tuple[str, ...] = ()
    process_id: str | None = None
    facts: tuple[Fact, ...] = ()


def send_repair(command: SendRepair, world: World) -> Decision:
    """Send things to repair; classified devices stay inside (保密法实施条例)."""
    refuse_unless(
        command.sub_kind in KINDS,
        "E_SUB_KIND",
        "办公用房维修和改扩建请用“开始改扩建”",
        "premises repairs and improvements begin with start-improvement",
        field="sub_kind",
    )
    assets = the_assets(world, command.asset_ids)
    for asset in assets:
        require_state(asset, ON_HAND | IN_WAREHOUSE, command)
        require_movable(asset)
        outside_classified = command.outside and Overlay.CLASSIFIED in held(asset).overlays
        refuse_unless(not outside_classified, "E_SECRECY_REPAIR", held(asset).card_no)
    permit = _permit(command, world, assets)
    card = _mileage(command, assets)
    changes = Changes(state=State.UNDER_REPAIR, card=card)
    if permit.process_id is not None:
        changes = msgspec.structs.replace(
            changes, process_id=None, overlays_off=(Overlay.PROCESS_OPEN,)
        )
    changes = _suggesting(changes, world, command, command.quote_fen)
    detail: dict[str, Scalar] = {
        "step": "sent",
        "vendor": command.vendor,
        "fault": command.fault,
        "quote_fen": command.quote_fen,
        "replacement_fen": command.replacement_fen,
        "appraisal_no": command.appraisal_no,
    }
    facts = [
        changed(
            asset,
            command,
            REPAIRED,
            command.sub_kind,
            changes,
            detail=detail,
            flags=permit.flags,
            approval=permit.approval,
            process_id=permit.process_id,
        )
        for asset in assets
    ]
    return Decision(facts=(*permit.facts, *facts), flags=permit.flags)


def _permit(command: SendRepair, world: World, assets: Sequence[Asset]) -> Permit:
    """Return what allows the repair: hard above the limit, soft for a vehicle below it (2.6)."""
    kind, quote = command.sub_kind, command.quote_fen
    limit = int(world.setting("repair_major_fen", command.occurred_on))
    large = quote is not None and quote > limit
    refuse_unless(
        not (kind == ORDINARY and large),
        "E_SUB_KIND",
        "超过重大维修限额，请按重大维修办理",
        "above the limit this is a major repair",
        field="sub_kind",
    )
    if kind == MAJOR:
        refuse_unless(quote, "E_AMOUNT", "须有报价", "a quotation is needed", field="quote_fen")
        refuse_unless(command.appraisal_no, "E_NO_APPRAISAL", field="appraisal_no")
    if kind == MAJOR or large or command.process_id is not None:
        granted: Granted = approval_of(
            world, command, kind, assets, approval=command.approval, process_id=command.process_id
        )
        facts = granted.executed(command)
        return Permit(granted.approval, granted.flags, granted.process_id, facts)
    flags: tuple[str, ...] = ()
    if kind == VEHICLE:
        flags = approval_flags(command.approval, command.occurred_on)
    elif command.approval is not None:
        require_approval(command.approval, command.occurred_on)
    return Permit(command.approval, flags)


def _mileage(command: SendRepair, assets: Sequence[Asset]) -> dict[str, Scalar]:
    """Return the card field that a vehicle overhaul sets; the mileage never falls (3.4)."""
    if command.sub_kind != VEHICLE:
        return {}
    refuse_unless(
        len(assets) == 1, "E_SUB_KIND", "请逐辆办理", "one vehicle at a time", field="asset_ids"
    )
    card = held(assets[0]).card
    vehicle = card.card_type == "vehicle" or classes.is_vehicle(card.class_code)
    refuse_unless(vehicle, "E_SUB_KIND", card.name, "this is no vehicle", field="sub_kind")
    before = card.traits.get("mileage", 0)
    shown = int(before) if str(before).isdigit() else 0
    driven = command.mileage_km
    fits = driven is not None and driven >= shown
    refuse_unless(
        fits, "E_MILEAGE", f"上次为 {shown} 公里", f"it was {shown} km", field="mileage_km"
    )
    return {MILEAGE: driven}


def _suggesting(
    changes: Changes, world: World, command: SendRepair | CompleteRepair, cost_fen: int | None
) -> Changes:
    """Return `changes` with a scrap suggestion where the repair costs too much of a new thing."""
    if cost_fen is None or not command.replacement_fen:
        return changes
    share = int(world.setting("repair_scrap_share", command.occurred_on))
    if cost_fen * 100 <= command.replacement_fen * share:
        return changes
    return msgspec.structs.replace(changes, overlays_on=(Overlay.SCRAP_SUGGESTED,))


def complete_repair(command: CompleteRepair, world: World) -> Decision:
    """E22: back to the state before; the cost is an expense and no part of the card's value.

    A cost above the limit without an approval has happened: it is flagged.
    """
    assets = the_assets(world, command.asset_ids)
    for asset in assets:
        require_state(asset, {State.UNDER_REPAIR}, command)
    kind = assets[0].repair_kind or ORDINARY
    flags = _cost_flags(command, world, assets)
    voucher_id, day, posted = _paid(
        command, world, assets, kind, "维修", command.cost_fen, command.own_fen, command.booked_on
    )
    facts = [
        changed(
            asset,
            command,
            REPAIRED,
            asset.repair_kind or ORDINARY,
            _suggesting(
                Changes(state=held(asset).previous or State.IDLE),
                world,
                command,
                command.cost_fen,
            ),
            detail={"step": "completed", "cost_fen": command.cost_fen},
            flags=flags,
            approval=command.approval,
            voucher_id=voucher_id,
            booked_on=day,
        )
        for asset in assets
    ]
    return Decision(facts=(*facts, *posted), flags=flags)


def _cost_flags(command: CompleteRepair, world: World, assets: Sequence[Asset]) -> tuple[str, ...]:
    limit = int(world.setting("repair_major_fen", command.occurred_on))
    if command.cost_fen <= limit:
        return ()
    papers = [asset.repair_approval or command.approval for asset in assets]
    found = {flag for paper in papers for flag in approval_flags(paper, command.occurred_on)}
    return tuple(sorted(found))


def _paid(
    command: CompleteRepair | RecordService,
    world: World,
    assets: Sequence[Asset],
    kind: str,
    what: str,
    cost_fen: int,
    own_fen: int,
    asked: date | None,
) -> tuple[str | None, date | None, tuple[Fact, ...]]:
    """Return voucher id, booking day and voucher of the cost (E22); nothing where it is free."""
    refuse_unless(
        len(assets) == 1 or not cost_fen,
        "E_AMOUNT",
        "有费用时请逐件办理",
        "name one asset when there is a cost",
        field="cost_fen",
    )
    refuse_unless(own_fen <= cost_fen, "E_AMOUNT", field="own_fen")
    if not cost_fen:
        return None, None, ()
    card = held(assets[0]).card
    unit = world.unit(held(assets[0]).unit_id)
    day = booking_day([world.books(unit.unit_id)], command.occurred_on, asked, cards=False)
    voucher_id = world.new_id()
    expense = postings.expense_account(unit.kind, card.use_direction or "")
    voucher = postings.voucher(
        unit.unit_id,
        voucher_id,
        kind,
        f"{what} {card.name}",
        postings.repair(unit.kind, expense, cost_fen - own_fen, own_fen),
        occurred_on=command.occurred_on,
        booked_on=day,
        asset_id=assets[0].asset_id,
    )
    return voucher_id, day, (voucher,)


def declare_beyond_repair(command: DeclareBeyondRepair, world: World) -> Decision:
    """Not worth repairing: back to the state before, with a scrap suggestion."""
    assets = the_assets(world, command.asset_ids)
    facts = []
    for asset in assets:
        require_state(asset, {State.UNDER_REPAIR}, command)
        facts.append(
            changed(
                asset,
                command,
                REPAIRED,
                asset.repair_kind or ORDINARY,
                Changes(
                    state=held(asset).previous or State.IDLE,
                    overlays_on=(Overlay.SCRAP_SUGGESTED,),
                ),
                detail={"step": "beyond", "opinion": command.opinion},
            )
        )
    return Decision(facts=tuple(facts))


def record_service(command: RecordService, world: World) -> Decision:
    """A planned service (维护保养): the state stays, its cost is an expense (E22)."""
    assets = the_assets(world, command.asset_ids)
    for asset in assets:
        require_state(asset, ON_HAND, command)
    voucher_id, day, posted = _paid(
        command,
        world,
        assets,
        "USE.SERVICE",
        "维护保养",
        command.cost_fen,
        command.own_fen,
        command.booked_on,
    )
    detail: dict[str, Scalar] = {"vendor": command.vendor, "cost_fen": command.cost_fen}
    facts = [
        changed(
            asset,
            command,
            "asset.used/1",
            "USE.SERVICE",
            Changes(),
            detail=detail,
            voucher_id=voucher_id,
            booked_on=day,
        )
        for asset in assets
    ]
    return Decision(facts=(*facts, *posted))
