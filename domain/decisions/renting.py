"""Rented in 租用: things of others in the register, off the books, until they are given back."""

from __future__ import annotations

from domain.cards import Card
from domain.catalogue import classes
from domain.commands.structs import EndRentIn, RentIn
from domain.decisions.constructing import backing
from domain.decisions.decision import (
    Decision,
    changed,
    require_state,
    step,
    the_assets,
)
from domain.decisions.processing import opened
from domain.decisions.registering import (
    check_new_card,
    claims_of,
    completed,
    first_values,
    told,
    with_assets,
)
from domain.events import Changes
from domain.organisation import INSTITUTION, Unit
from domain.refusals import refuse_unless
from domain.states import State
from domain.world import World

RENT_IN = "CONFIG.RENT_IN"
USED = "asset.used/1"


def rent_in(command: RentIn, world: World) -> Decision:
    """Enter a rented thing: it is counted as there, but has no value and is not depreciated.

    Office premises of a government department need its government's leave (机关事务管理条例
    art. 23); a missing approval is flagged, since the contract is made already.
    """
    unit = world.unit(command.unit_id)
    card = _card(command, world, unit)
    base = backing(world, command, RENT_IN, command.approval, command.process_id)
    process_id, asset_id = world.new_id(), world.new_id()
    fact = told(
        command,
        unit,
        asset_id,
        card,
        RENT_IN,
        first_values(
            card,
            State.RENTED_IN,
            world.new_label(),
            due_on=command.ends_on,
            process_id=process_id,
        ),
        process_id=process_id,
        approval=base.approval,
        flags=base.flags,
        detail={
            "lessor": command.lessor,
            "contract_no": command.contract_no,
            "rent_fen": command.rent_fen,
            "area_centi": command.area_centi,
            "search_result": command.search_result,
            "government_document_no": command.government_document_no,
        },
    )
    request = opened(
        world,
        command,
        process_id,
        RENT_IN,
        [],
        base.flags,
        unit_id=unit.unit_id,
        detail={
            "lessor": command.lessor,
            "contract_no": command.contract_no,
            "ends_on": command.ends_on.isoformat(),
            "rent_fen": command.rent_fen,
            "request_id": command.process_id,
        },
    )
    running = step(
        process_id,
        unit.unit_id,
        command,
        "process.executed/1",
        RENT_IN,
        approval=base.approval,
        flags=base.flags,
    )
    return Decision(
        facts=(*base.executed, with_assets(request, (asset_id,)), running, fact),
        flags=base.flags,
        claims=claims_of(fact),
        created={
            "asset_ids": [asset_id],
            "card_nos": [card.card_no],
            "process_id": [process_id],
        },
    )


def _card(command: RentIn, world: World, unit: Unit) -> Card:
    """Return the card, without value; refuses a term that is over and premises without leave."""
    card = completed(command.card, world, fiscal=False, acq_way="RENTED_IN", dep_status="EXEMPT")
    check_new_card(card, command.occurred_on, off_books=True)
    refuse_unless(
        command.ends_on > command.occurred_on,
        "E_DATE",
        "到期日须晚于业务日期",
        "the lease ends too early",
        field="ends_on",
    )
    _require_leave(command, unit)
    return card


def _require_leave(command: RentIn, unit: Unit) -> None:
    office = classes.is_office(command.card.class_code) or classes.is_house(command.card.class_code)
    refuse_unless(
        unit.kind == INSTITUTION or not office or command.government_document_no,
        "E_PREMISES_RENT",
        field="government_document_no",
    )


def end_rent_in(command: EndRentIn, world: World) -> Decision:
    """Give rented things back: their cards are closed, nothing is posted."""
    assets = the_assets(world, command.asset_ids)
    facts = []
    for asset in assets:
        require_state(asset, {State.RENTED_IN}, command)
        lease = world.process(asset.acquisition_id or "")
        facts += [
            changed(
                asset,
                command,
                USED,
                RENT_IN,
                Changes(state=State.DISPOSED, process_id=None, due_on=None),
                detail={"step": "given_back", "inspection": command.inspection},
                process_id=lease.process_id,
            ),
            step(lease.process_id, lease.unit_id, command, "process.settled/1", RENT_IN),
        ]
    return Decision(facts=tuple(facts))
