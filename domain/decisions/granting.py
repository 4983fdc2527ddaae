"""Land allocated 划拨土地: a card at cost, at nominal amount or without value; not depreciated."""

from __future__ import annotations

from domain.cards import Card
from domain.catalogue import classes
from domain.commands.structs import GrantLand
from domain.decisions.acquisition import NOMINAL_FEN
from domain.decisions.card_rules import examined
from domain.decisions.decision import Decision, approval_flags
from domain.decisions.processing import opened
from domain.decisions.registering import (
    check_new_card,
    claims_of,
    completed,
    first_values,
    told,
    with_assets,
)
from domain.refusals import refuse_unless
from domain.states import State
from domain.world import World

LAND_GRANT = "CONFIG.LAND_GRANT"


def grant_land(command: GrantLand, world: World) -> Decision:
    """Accept allocated land; it is booked by a second person, as every acceptance is.

    Where the value is nominal or nothing, the costs are an expense; else they are part of it.
    """
    unit = world.unit(command.unit_id)
    card = _card(command, world)
    bare = _without_value(card)
    flags = approval_flags(command.approval, card.acquired_on)
    process_id, asset_id = world.new_id(), world.new_id()
    fact = told(
        command,
        unit,
        asset_id,
        card,
        LAND_GRANT,
        first_values(card, State.ACCEPTED, world.new_label()),
        process_id=process_id,
        approval=command.approval,
        flags=flags,
        detail={"decision_no": command.decision_no, "certificate_no": command.certificate_no},
    )
    looked = examined([(fact.stream, card)], world, at="card")
    request = opened(
        world,
        command,
        process_id,
        LAND_GRANT,
        [],
        flags,
        unit_id=unit.unit_id,
        detail={
            "asset_id": asset_id,
            "decision_no": command.decision_no,
            "costs_fen": command.costs_fen,
            "own_costs_fen": command.own_fen,
            "nominal": bare,
        },
    )
    return Decision(
        facts=(with_assets(request, (asset_id,)), looked.fact(fact)),
        flags=(*flags, *looked.flags),
        claims=(*claims_of(fact), *looked.claims),
        created={
            "asset_ids": [asset_id],
            "card_nos": [card.card_no],
            "process_id": [process_id],
        },
    )


def _card(command: GrantLand, world: World) -> Card:
    """Return the card of the land; refuses another class, and a value that does not fit."""
    refuse_unless(
        classes.is_land(command.card.class_code),
        "E_CARD_FIELD",
        "须为土地类资产",
        "the class is not land",
        field="class_code",
    )
    # Allocated land has no term: neither depreciated as land nor amortised as a right (5.3, 5.5).
    card = completed(command.card, world, fiscal=True, acq_way="TRANSFER_IN", dep_status="EXEMPT")
    check_new_card(card, command.occurred_on)
    nominal = card.value_type == "NOMINAL"
    refuse_unless(
        not nominal or card.gross_fen == NOMINAL_FEN,
        "E_VALUE_MISMATCH",
        "名义金额为1元",
        "a nominal amount is one yuan",
        field="gross_fen",
    )
    refuse_unless(command.own_fen <= command.costs_fen, "E_AMOUNT", field="own_fen")
    refuse_unless(
        _without_value(card) or command.costs_fen <= card.gross_fen,
        "E_VALUE_MISMATCH",
        "费用超过卡片价值（价值应含费用）",
        "the value includes the costs, yet they exceed it",
        field="costs_fen",
    )
    return card


def _without_value(card: Card) -> bool:
    """Tell whether costs are an expense because the card bears no value of its own."""
    return card.value_type == "NOMINAL" or card.gross_fen == 0
