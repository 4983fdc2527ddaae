"""Lent 出借: things that somebody outside or another unit has for a term; books stay."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from domain.asset import Asset
from domain.catalogue import classes
from domain.commands.structs import (
    Command,
    EndLend,
    ExtendLend,
    LendBetween,
    LendOut,
    ReturnBetween,
)
from domain.decisions.decision import (
    Decision,
    changed,
    held,
    require_approval,
    require_holder,
    require_movable,
    require_state,
    the_assets,
)
from domain.decisions.processing import Granted, approval_of
from domain.decisions.reallocation import require_receiver
from domain.events import Changes, Scalar
from domain.organisation import INSTITUTION, Unit
from domain.periods import month_later
from domain.refusals import refuse_unless
from domain.states import Overlay, State
from domain.world import World

USED = "asset.used/1"
ON_HAND = frozenset({State.IN_USE, State.IDLE})
LEND, LOAN = "USE.LEND", "REALLOC.LOAN"


def on_hand(world: World, command: Command, asset_ids: Sequence[str]) -> list[Asset]:
    """Return things that their unit has in use or in store, and may move."""
    assets = the_assets(world, asset_ids)
    for asset in assets:
        require_holder(asset)
        require_state(asset, ON_HAND, command)
        require_movable(asset)
    return assets


def premises_flags(
    unit: Unit, assets: Sequence[Asset], government_document_no: str | None
) -> tuple[str, ...]:
    """Refuse a government department's office premises (机关事务管理条例 art. 23).

    With the number of a government document it is recorded, and flagged.
    """
    concerned = unit.kind != INSTITUTION and any(_is_office(asset) for asset in assets)
    if not concerned:
        return ()
    refuse_unless(government_document_no, "E_PREMISES_LEASE", field="government_document_no")
    return ("E_PREMISES_LEASE",)


def _is_office(asset: Asset) -> bool:
    card = held(asset).card
    by_class = card.class_std == classes.STD_2022 and classes.is_office(card.class_code)
    return by_class or (card.card_type == "house" and "办公" in str(card.traits.get("design_use")))


def require_within(world: World, start: date, ends_on: date, day: date, field: str) -> None:
    """Refuse a loan of more than `lend_max_months` from its start, or one that is over by `day`."""
    months = int(world.setting("lend_max_months", day))
    refuse_unless(ends_on > day, "E_DATE", "归还日期须晚于业务日期", "due too early", field=field)
    refuse_unless(
        ends_on <= month_later(start, months),
        "E_TERM_LIMIT",
        f"最长 {months} 个月",
        f"at most {months} months",
        field=field,
    )


def require_begun(asset: Asset, command: Command) -> None:
    """Refuse to extend or end what had not begun on that day."""
    begun = asset.lent_on
    refuse_unless(
        begun is None or command.occurred_on >= begun,
        "E_DATE",
        f"早于起始日 {begun}",
        f"before it began on {begun}",
        field="occurred_on",
    )


def lend_out(command: LendOut, world: World) -> Decision:
    """Lend things to somebody outside; approval is a hard condition, and so is the term."""
    assets = on_hand(world, command, command.asset_ids)
    flags = premises_flags(
        world.unit(held(assets[0]).unit_id), assets, command.government_document_no
    )
    require_within(world, command.occurred_on, command.due_on, command.occurred_on, "due_on")
    granted = approval_of(
        world, command, LEND, assets, approval=command.approval, process_id=command.process_id
    )
    detail: dict[str, Scalar] = {
        "borrower": command.borrower,
        "purpose": command.purpose,
        "contract_no": command.contract_no,
        "government_document_no": command.government_document_no,
    }
    return _lent(command, assets, granted, LEND, command.due_on, None, detail, flags)


def lend_between(command: LendBetween, world: World) -> Decision:
    """Lend things to another unit for a time (临时借调): title and books stay with the lender."""
    assets = on_hand(world, command, command.asset_ids)
    refuse_unless(
        held(assets[0]).unit_id != command.to_unit, "E_RECEIVER", command.to_unit, field="to_unit"
    )
    world.unit(command.to_unit)
    require_within(world, command.occurred_on, command.due_on, command.occurred_on, "due_on")
    granted = approval_of(
        world, command, LOAN, assets, approval=command.approval, process_id=command.process_id
    )
    require_receiver(granted, command.to_unit)
    detail: dict[str, Scalar] = {"borrower_person": command.keeper, "borrower_place": command.place}
    return _lent(command, assets, granted, LOAN, command.due_on, command.to_unit, detail)


def _lent(
    command: Command,
    assets: Sequence[Asset],
    granted: Granted,
    sub_kind: str,
    due_on: date,
    borrower_unit: str | None,
    detail: dict[str, Scalar],
    flags: tuple[str, ...] = (),
) -> Decision:
    """Return the fact of each thing lent; custody on the card stays with the lender."""
    flags = (*flags, *granted.flags)
    changes = Changes(
        state=State.LENT_OUT,
        borrower_unit=borrower_unit,
        due_on=due_on,
        process_id=None,
        overlays_off=(Overlay.PROCESS_OPEN,),
    )
    facts = tuple(
        changed(
            asset,
            command,
            USED,
            sub_kind,
            changes,
            detail={"step": "lent", **detail},
            flags=flags,
            approval=granted.approval,
            process_id=granted.process_id,
        )
        for asset in assets
    )
    return Decision(facts=(*granted.executed(command), *facts), flags=flags)


def extend_lend(command: ExtendLend, world: World) -> Decision:
    """Extend a loan; the longest term counts from the day it began; approval is needed."""
    approval = require_approval(command.approval, command.occurred_on)
    facts = []
    for asset in the_assets(world, command.asset_ids):
        require_state(asset, {State.LENT_OUT}, command)
        require_begun(asset, command)
        start = asset.lent_on or command.occurred_on
        require_within(world, start, command.due_on, command.occurred_on, "due_on")
        facts.append(
            changed(
                asset,
                command,
                USED,
                LOAN if held(asset).borrower_unit else LEND,
                Changes(due_on=command.due_on),
                detail={"step": "extended"},
                approval=approval,
            )
        )
    return Decision(facts=tuple(facts))


def end_lend(command: EndLend, world: World) -> Decision:
    """Take back what somebody outside had."""
    return _back(command, command.asset_ids, world, LEND, command.inspection)


def return_between(command: ReturnBetween, world: World) -> Decision:
    """Take back what another unit had; the return is inspected."""
    refuse_unless(command.inspection, "E_RETURN_INSPECTION", field="inspection")
    return _back(command, command.asset_ids, world, LOAN, command.inspection)


def _back(
    command: Command,
    asset_ids: Sequence[str],
    world: World,
    sub_kind: str,
    inspection: str | None,
) -> Decision:
    """Return the end of a loan: the things are in store again (2.9)."""
    assets = the_assets(world, asset_ids)
    for asset in assets:
        require_state(asset, {State.LENT_OUT}, command)
        require_begun(asset, command)
        between = held(asset).borrower_unit is not None
        refuse_unless(
            between == (sub_kind == LOAN),
            "E_KIND_MISMATCH",
            "外借用收回出借，单位间借调用归还借调",
            "lent outside or between units: each has its own return",
            field="asset_ids",
        )
    changes = Changes(state=State.IDLE, borrower_unit=None, due_on=None)
    detail: dict[str, Scalar] = {"step": "taken_back", "inspection": inspection}
    return Decision(
        facts=tuple(
            changed(asset, command, USED, sub_kind, changes, detail=detail) for asset in assets
        )
    )
