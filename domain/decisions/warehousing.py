"""Warehoused 入公物仓: intake, listing, reservation, loan, return, reallocation out of it."""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from domain.asset import Asset, apply_changes
from domain.catalogue.working_days import working_days_later
from domain.commands.structs import (
    DeliverLoan,
    DeliverRealloc,
    ExtendLoan,
    List,
    ReleaseReservation,
    Reserve,
    ReturnToWarehouse,
    Unlist,
    WarehouseIn,
)
from domain.decisions.decision import (
    Decision,
    changed,
    held,
    require_approval,
    require_movable,
    require_state,
    the_assets,
)
from domain.decisions.reallocation import Transfer, transfer
from domain.envelope import Fact
from domain.events import Changes
from domain.refusals import refuse_unless
from domain.states import IN_WAREHOUSE, Overlay, State
from domain.world import World

WAREHOUSED = "asset.warehoused/1"
MODES = {"central": State.IN_WH_CENTRAL, "custody": State.IN_WH_CUSTODY}
GRADES = frozenset("ABCD")


def warehouse_in(command: WarehouseIn, world: World) -> Decision:
    """Bring idle things in; in title mode TRANSFER the warehouse's unit takes over the books."""
    warehouse = world.warehouse(command.warehouse_id)
    refuse_unless(command.mode in MODES, "E_STATE", command.mode, field="mode")
    refuse_unless(command.grade in GRADES, "E_CONDITION", command.grade, field="grade")
    assets = the_assets(world, command.asset_ids)
    for asset in assets:
        require_state(asset, {State.IDLE}, command)
        require_movable(asset)
        overlays = held(asset).overlays
        refuse_unless(Overlay.CLASSIFIED not in overlays, "E_CLASSIFIED_WH", held(asset).card_no)
        refuse_unless(Overlay.DISPUTED not in overlays, "E_TITLE_DISPUTE", held(asset).card_no)
        _require_free(asset)
        repairable = command.grade != "D" or command.mode == "custody"
        refuse_unless(repairable, "E_CONDITION", "品相D请走报废", "grade D is for scrap")
    state = MODES[command.mode]
    if warehouse.title_mode == "TRANSFER" and state is State.IN_WH_CENTRAL:
        return transfer(
            assets,
            command,
            world,
            Transfer(
                event_type="asset.reallocated/1",
                sub_kind="WH.INTAKE",
                to_unit=warehouse.unit_id,
                approval=require_approval(command.approval, command.occurred_on),
                place=command.place,
                state=state,
                warehouse_id=warehouse.warehouse_id,
                booked_on=command.booked_on,
                detail={"grade": command.grade, "mode": command.mode},
            ),
        )
    changes = Changes(state=state, warehouse_id=warehouse.warehouse_id)
    if command.place:
        changes = Changes(state=state, warehouse_id=warehouse.warehouse_id, place=command.place)
    return Decision(
        facts=tuple(
            changed(
                asset,
                command,
                WAREHOUSED,
                "WH.INTAKE",
                changes,
                approval=command.approval,
                detail={"grade": command.grade, "mode": command.mode},
            )
            for asset in assets
        )
    )


def list_(command: List, world: World) -> Decision:
    """List warehoused things; a photo comes first (handbook 12)."""
    assets = the_assets(world, command.asset_ids)
    photo = command.photo or next((file.sha256 for file in command.attachments), None)
    refuse_unless(photo, "E_NO_PHOTO", field="photo")
    facts = []
    for asset in assets:
        require_state(asset, IN_WAREHOUSE, command)
        refuse_unless(Overlay.LISTED not in held(asset).overlays, "E_STATE", "已上架", "listed")
        facts.append(
            changed(
                asset,
                command,
                WAREHOUSED,
                "WH.LIST",
                Changes(overlays_on=(Overlay.LISTED,)),
                detail={"description": command.description, "photo": photo},
            )
        )
    return Decision(facts=tuple(facts))


def unlist(command: Unlist, world: World) -> Decision:
    """Take things off the list."""
    return Decision(
        facts=tuple(
            changed(
                _listed(asset, command),
                command,
                WAREHOUSED,
                "WH.UNLIST",
                Changes(overlays_off=(Overlay.LISTED,)),
            )
            for asset in the_assets(world, command.asset_ids)
        )
    )


def _listed(asset: Asset, command: Unlist | Reserve) -> Asset:
    require_state(asset, IN_WAREHOUSE, command)
    refuse_unless(Overlay.LISTED in held(asset).overlays, "E_STATE", "未上架", "not listed")
    return asset


def _reserved_by(asset: Asset, day: date) -> str | None:
    """Return the unit whose reservation still stands on `day`."""
    holding = held(asset)
    if Overlay.RESERVED not in holding.overlays:
        return None
    lapsed = holding.reserved_until is not None and holding.reserved_until < day
    return None if lapsed else holding.reserved_by


def reserve(command: Reserve, world: World) -> Decision:
    """Reserve listed things: first come, first served; lapses after working days (7.3).

    Working days are those of the yearly notices, holidays and adjusted weekends (调休) included.
    """
    world.unit(command.for_unit)
    days = int(world.setting("reservation_working_days", command.occurred_on))
    until = working_days_later(command.occurred_on, days)
    facts = []
    for asset in the_assets(world, command.asset_ids):
        _listed(asset, command)
        _require_free(asset)
        refuse_unless(_reserved_by(asset, command.occurred_on) is None, "E_RESERVED")
        facts.append(
            changed(
                asset,
                command,
                WAREHOUSED,
                "WH.RESERVE",
                Changes(
                    reserved_by=command.for_unit,
                    reserved_until=until,
                    overlays_on=(Overlay.RESERVED,),
                ),
                detail={"need": command.need},
            )
        )
    return Decision(facts=tuple(facts))


def release_reservation(command: ReleaseReservation, world: World) -> Decision:
    """Give reservations back."""
    facts = []
    for asset in the_assets(world, command.asset_ids):
        require_state(asset, IN_WAREHOUSE, command)
        refuse_unless(Overlay.RESERVED in held(asset).overlays, "E_STATE", "未预约", "not reserved")
        by = held(asset).reserved_by
        refuse_unless(by == command.for_unit, "E_RESERVED_BY_OTHER", by or "", field="for_unit")
        facts.append(
            changed(
                asset,
                command,
                WAREHOUSED,
                "WH.UNRESERVE",
                Changes(reserved_by=None, reserved_until=None, overlays_off=(Overlay.RESERVED,)),
            )
        )
    return Decision(facts=tuple(facts))


def _require_free(asset: Asset) -> None:
    """Refuse what another process holds, such as a disposal that was asked for."""
    holding = held(asset)
    refuse_unless(Overlay.PROCESS_OPEN not in holding.overlays, "E_PROCESS_OPEN", holding.card_no)


def _require_reserved(asset: Asset, unit_id: str, day: date) -> None:
    _require_free(asset)
    by = _reserved_by(asset, day)
    refuse_unless(by is not None, "E_STATE", "须先预约", "reserve it first")
    refuse_unless(by == unit_id, "E_RESERVED_BY_OTHER", by or "")


def _require_term(world: World, start: date, due_on: date) -> None:
    days = int(world.setting("loan_max_days", start))
    refuse_unless(
        (due_on - start).days <= days,
        "E_TERM_LIMIT",
        f"最长 {days} 天",
        f"at most {days} days",
        field="due_on",
    )
    refuse_unless(
        due_on > start, "E_DATE", "归还日期须晚于业务日期", "due too early", field="due_on"
    )


def deliver_loan(command: DeliverLoan, world: World) -> Decision:
    """Lend reserved things; approval and a due date are hard conditions."""
    approved = command.approval is not None and command.approval.on <= command.occurred_on
    refuse_unless(approved, "E_NOT_APPROVED", field="approval")
    refuse_unless(command.due_on is not None, "E_NO_DUE_DATE", field="due_on")
    assert command.due_on is not None
    _require_term(world, command.occurred_on, command.due_on)
    world.unit(command.borrower_unit)
    facts: list[Fact] = []
    for asset in the_assets(world, command.asset_ids):
        require_state(asset, IN_WAREHOUSE, command)
        _require_reserved(asset, command.borrower_unit, command.occurred_on)
        facts.append(
            changed(
                asset,
                command,
                WAREHOUSED,
                "WH.LOAN",
                Changes(
                    state=State.LOANED,
                    borrower_unit=command.borrower_unit,
                    due_on=command.due_on,
                    keeper=command.keeper or held(asset).keeper,
                    place=command.place or held(asset).place,
                    reserved_by=None,
                    reserved_until=None,
                    overlays_off=(Overlay.RESERVED, Overlay.LISTED),
                ),
                approval=command.approval,
            )
        )
    return Decision(facts=tuple(facts))


def extend_loan(command: ExtendLoan, world: World) -> Decision:
    """Extend a loan; the longest term counts from the day it began; approval is needed."""
    approval = require_approval(command.approval, command.occurred_on)
    facts = []
    for asset in the_assets(world, command.asset_ids):
        require_state(asset, {State.LOANED}, command)
        _require_term(world, asset.lent_on or command.occurred_on, command.due_on)
        refuse_unless(
            command.due_on > command.occurred_on,
            "E_DATE",
            "归还日期须晚于业务日期",
            "due too early",
            field="due_on",
        )
        facts.append(
            changed(
                asset,
                command,
                WAREHOUSED,
                "WH.EXTEND",
                Changes(due_on=command.due_on),
                approval=approval,
            )
        )
    return Decision(facts=tuple(facts))


def return_to_warehouse(command: ReturnToWarehouse, world: World) -> Decision:
    """Take lent things back after inspection; damaged ones go on to repair."""
    refuse_unless(command.inspection, "E_RETURN_INSPECTION", field="inspection")
    facts: list[Fact] = []
    for asset in the_assets(world, command.asset_ids):
        require_state(asset, {State.LOANED}, command)
        back = held(asset).previous or State.IN_WH_CENTRAL
        returned = Changes(state=back, borrower_unit=None, due_on=None)
        facts.append(
            changed(
                asset,
                command,
                WAREHOUSED,
                "WH.RETURN",
                returned,
                detail={"inspection": command.inspection, "grade": command.grade},
            )
        )
        if command.to_repair:
            facts.append(
                changed(
                    replace(asset, holding=apply_changes(held(asset), returned)),
                    command,
                    "asset.repaired/1",
                    "REPAIR.ORDINARY",
                    Changes(state=State.UNDER_REPAIR),
                    detail={"step": "sent", "fault": command.inspection},
                )
            )
    return Decision(facts=tuple(facts))


def deliver_realloc(command: DeliverRealloc, world: World) -> Decision:
    """Give reserved warehouse things to the receiver for good."""
    approval = require_approval(command.approval, command.occurred_on)
    assets = the_assets(world, command.asset_ids)
    for asset in assets:
        require_state(asset, IN_WAREHOUSE, command)
        _require_reserved(asset, command.to_unit, command.occurred_on)
    return transfer(
        assets,
        command,
        world,
        Transfer(
            event_type="asset.reallocated/1",
            sub_kind="WH.REALLOC",
            to_unit=command.to_unit,
            approval=approval,
            freight_fen=command.freight_fen,
            use_dept=command.use_dept,
            keeper=command.keeper,
            place=command.place,
            booked_on=command.booked_on,
        ),
    )
