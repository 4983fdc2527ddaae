"""Stocktake gains 盘盈: a thing found without a card, verified or refused (E13)."""

from __future__ import annotations

from datetime import date

import msgspec

from domain import configuring_entries, postings
from domain.cards import Card
from domain.commands.structs import (
    RecordGain,
    RejectGain,
    VerifyGain,
)
from domain.decisions.card_rules import examined
from domain.decisions.decision import (
    Decision,
    basis_for,
    booking_day,
    changed,
    held,
    life_of,
    require_approval,
    require_state,
    the_assets,
)
from domain.decisions.registering import check_new_card, claims_of, first_values
from domain.envelope import Fact
from domain.events import (
    AssetConfigured,
    Changes,
    Line,
)
from domain.organisation import Unit
from domain.postings import Booked
from domain.refusals import refuse_unless
from domain.states import State
from domain.world import World

ORIGINS = frozenset({"CONFIG.PURCHASE", "CONFIG.DONATION_IN", "CONFIG.REALLOC_IN"})
"""Where a thing found this year may really have come from (E13 note)."""


def record_gain(command: RecordGain, world: World) -> Decision:
    """E13 found: a thing without a card goes on the books against 1902, not depreciated yet."""
    unit = world.unit(command.unit_id)
    count = world.stocktake(command.stocktake_id)
    refuse_unless(
        count.status == "open" and count.unit_id == unit.unit_id,
        "E_NO_COUNT_TASK",
        command.stocktake_id,
        field="stocktake_id",
    )
    card = _found_card(command, world)
    day = booking_day([world.books(unit.unit_id)], command.occurred_on, command.booked_on)
    asset_id, voucher_id = world.new_id(), world.new_id()
    fact = Fact(
        stream=f"asset:{asset_id}",
        type="asset.configured/1",
        sub_kind="CONFIG.GAIN",
        unit_id=unit.unit_id,
        asset_id=asset_id,
        process_id=command.stocktake_id,
        occurred_on=command.occurred_on,
        booked_on=day,
        reason=command.reason,
        attachments=command.attachments,
        body=AssetConfigured(
            card_no=card.card_no,
            card=card,
            changes=first_values(
                card,
                State.PENDING_BOOKING,
                world.new_label(),
                gross_fen=card.gross_fen,
                booked_on=day,
                basis=None,
            ),
            original_gross_fen=card.gross_fen,
            voucher_id=voucher_id,
        ),
    )
    item = Booked(asset_id=asset_id, account=card.account_code, gross_fen=card.gross_fen)
    posted = postings.voucher(
        unit.unit_id,
        voucher_id,
        "CONFIG.GAIN",
        f"盘盈 {card.name}",
        postings.gain_found(item),
        occurred_on=command.occurred_on,
        booked_on=day,
        asset_id=asset_id,
    )
    serials = examined([(fact.stream, card)], world, at="card")
    return Decision(
        facts=(serials.fact(fact), posted),
        flags=serials.flags,
        claims=(*claims_of(fact), *serials.claims),
        created={"asset_ids": [asset_id], "card_nos": [card.card_no]},
    )


def _found_card(command: RecordGain, world: World) -> Card:
    """Return the card of the found thing, its number and funds filled in where left out."""
    card = command.card
    refuse_unless(
        card.gross_fen > 0,
        "E_CARD_FIELD",
        "盘盈资产须有价值，无法确定的按名义金额1元",
        "a gain has a value, if only the nominal yuan",
        field="card",
    )
    if card.fiscal_fen == card.nonfiscal_fen == 0:
        card = msgspec.structs.replace(card, nonfiscal_fen=card.gross_fen)
    if not card.card_no:
        number = world.new_card_no(card.class_code, card.acquired_on)
        card = msgspec.structs.replace(card, card_no=number)
    check_new_card(card, command.occurred_on)
    return card


def verify_gain(command: VerifyGain, world: World) -> Decision:
    """E13 approved: 1902 to 3501 to 3001, or by its origin if of this year; then depreciated."""
    approval = require_approval(command.approval, command.occurred_on)
    assets = the_assets(world, command.asset_ids)
    unit = world.unit(held(assets[0]).unit_id)
    day = booking_day([world.books(unit.unit_id)], command.occurred_on, command.booked_on)
    facts: list[Fact] = []
    for asset in assets:
        require_state(asset, {State.PENDING_BOOKING}, command)
        refuse_unless(asset.registered_by != world.actor.person_id, "E_SELF_APPROVAL")
        holding = held(asset)
        fen, voucher_id = holding.gross_fen, world.new_id()
        entries = _verified(command, unit, holding.card, fen, day)
        facts.append(
            changed(
                asset,
                command,
                "asset.booked/1",
                "BOOK.GAIN_VERIFIED",
                Changes(
                    state=State.IN_USE,
                    booked_on=day,
                    basis=basis_for(
                        holding.card, unit, day, gross_fen=fen, months=life_of(holding.card)
                    ),
                ),
                detail={"origin": command.origin},
                approval=approval,
                voucher_id=voucher_id,
                booked_on=day,
            )
        )
        for rule, lines in entries:
            facts.append(
                postings.voucher(
                    unit.unit_id,
                    voucher_id if rule == "GAIN.VERIFIED" else world.new_id(),
                    rule,
                    f"盘盈核实 {holding.card.name}",
                    lines,
                    occurred_on=command.occurred_on,
                    booked_on=day,
                    asset_id=asset.asset_id,
                )
            )
    return Decision(facts=tuple(facts))


def _verified(
    command: VerifyGain, unit: Unit, card: Card, fen: int, day: date
) -> list[tuple[str, tuple[Line, ...]]]:
    """Return the entries: 3501 and 3001 for earlier years, the real origin for this one."""
    if card.acquired_on.year < day.year:
        refuse_unless(not command.own_fen, "E_AMOUNT", "以前年度盘盈不填自有资金", field="own_fen")
        return [
            ("GAIN.VERIFIED", postings.gain_of_earlier_years(fen)),
            ("GAIN.TO_SURPLUS", postings.gain_to_surplus(fen)),
        ]
    refuse_unless(
        command.origin in ORIGINS,
        "E_SUB_KIND",
        "本年取得的盘盈资产须写明实际来源",
        "a gain of this year is booked by its real origin",
        field="origin",
    )
    own = command.own_fen if command.origin == "CONFIG.PURCHASE" else 0
    refuse_unless(own == command.own_fen and own <= fen, "E_AMOUNT", field="own_fen")
    lines = configuring_entries.gain_of_this_year(unit.kind, command.origin or "", fen, own)
    return [("GAIN.VERIFIED", lines)]


def reject_gain(command: RejectGain, world: World) -> Decision:
    """The gain is refused: the pending entry is reversed and the card voided."""
    assets = the_assets(world, command.asset_ids)
    unit_id = held(assets[0]).unit_id
    day = booking_day([world.books(unit_id)], command.occurred_on, command.booked_on)
    facts: list[Fact] = []
    for asset in assets:
        require_state(asset, {State.PENDING_BOOKING}, command)
        holding = held(asset)
        item = Booked(
            asset_id=asset.asset_id,
            account=holding.card.account_code,
            gross_fen=holding.gross_fen,
        )
        assert asset.registration is not None
        facts += [
            changed(
                asset,
                command,
                "asset.corrected/1",
                "CORRECT.GAIN_REJECTED",
                Changes(state=State.VOIDED, gross_fen=0, basis=None),
                booked_on=day,
                corrects=asset.registration_event_id,
            ),
            postings.voucher(
                unit_id,
                world.new_id(),
                "CORRECT.GAIN_REJECTED",
                f"盘盈不予确认 {holding.card.name}",
                postings.reversed_lines(postings.gain_found(item)),
                occurred_on=command.occurred_on,
                booked_on=day,
                asset_id=asset.asset_id,
                reverses=asset.registration.voucher_id,
            ),
        ]
    return Decision(facts=tuple(facts))
