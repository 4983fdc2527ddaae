"""Configured 配置: acceptance, booking, opening balances, stocktake gains, undo of an import."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import msgspec

from domain import configuring_entries, postings
from domain.asset import Asset
from domain.cards import Card
from domain.catalogue import classes, standards
from domain.commands.structs import (
    PostToBooks,
    RegisterAcquisition,
    Void,
)
from domain.decisions.card_rules import examined, require_sound
from domain.decisions.decision import (
    Decision,
    approval_flags,
    basis_for,
    booking_day,
    changed,
    held,
    life_of,
    require_state,
    the_assets,
)
from domain.decisions.processing import Granted, granted_pieces
from domain.decisions.registering import (
    check_new_card,
    claims_of,
    completed,
    first_values,
    low_value_flags,
)
from domain.envelope import Fact
from domain.events import (
    AssetConfigured,
    Changes,
    Line,
    ProcessOpened,
    Scalar,
)
from domain.organisation import ADMINISTRATIVE, Unit
from domain.periods import month_later
from domain.postings import Booked
from domain.process import Process
from domain.refusals import refuse_unless
from domain.states import TERMINAL, State
from domain.world import World

Lines = Callable[[list[Booked], Unit, Process], tuple[Line, ...]]


def _number(process: Process, name: str) -> int:
    value = process.detail.get(name)
    return value if isinstance(value, int) else 0


ACQUISITIONS: dict[str, Lines] = {
    "CONFIG.PURCHASE": lambda items, unit, process: postings.purchase(
        items, unit.kind, _number(process, "own_fen"), _number(process, "retention_fen")
    ),
    "CONFIG.DONATION_IN": lambda items, _unit, process: postings.donation(
        items, _number(process, "costs_fen"), nominal=bool(process.detail.get("nominal"))
    ),
    "CONFIG.REALLOC_IN": lambda items, _unit, process: postings.donation(
        items,
        _number(process, "costs_fen"),
        nominal=bool(process.detail.get("nominal")),
        source="3401",
    ),
    "CONFIG.LAND_GRANT": lambda items, unit, process: configuring_entries.land_granted(
        items,
        unit.kind,
        _number(process, "costs_fen"),
        _number(process, "own_costs_fen"),
        bears_costs=not process.detail.get("nominal"),
    ),
}
"""Ways of coming in that are booked on acceptance, each with its posting rule."""

REGISTERED = frozenset(ACQUISITIONS) - {"CONFIG.LAND_GRANT"}
"""Those that need no data of their own; land is granted by a command of its own."""

BASES = {
    "COST": "VOUCHER",
    "APPRAISAL": "APPRAISAL",
    "REPLACEMENT": "MARKET",
    "NOMINAL": "NOMINAL",
}
"""Kind of value on a card → what a donation's value rests on, the best first (2.2)."""

NOMINAL_FEN = 100
INTANGIBLE = "1701"
LATE_BOOKING = "E_LATE_BOOKING"


def register_acquisition(command: RegisterAcquisition, world: World) -> Decision:
    """Accept things: one asset and card each, state ACCEPTED, nothing booked yet."""
    unit = world.unit(command.unit_id)
    refuse_unless(command.sub_kind in REGISTERED, "E_SUB_KIND", command.sub_kind, field="sub_kind")
    _require_capital(command, world)
    process_id = world.new_id()
    cards = [_filled(card, command, world) for card in command.cards]
    require_sound(cards, world)
    granted = _granted(command, cards, world)
    if granted is not None:
        command = msgspec.structs.replace(command, approval=granted.approval)
    assets = [_accepted(command, world, unit, card, process_id) for card in cards]
    serials = examined([(fact.stream, _card(fact)) for fact, _ in assets], world)
    total = sum(_card(fact).gross_fen for fact, _ in assets)
    opened = Fact(
        stream=f"process:{process_id}",
        type="process.opened/1",
        sub_kind=command.sub_kind,
        unit_id=unit.unit_id,
        process_id=process_id,
        occurred_on=command.occurred_on,
        approval_no=command.approval.no if command.approval else None,
        reason=command.reason,
        body=ProcessOpened(
            kind=command.sub_kind,
            asset_ids=tuple(fact.asset_id or "" for fact, _ in assets),
            amount_fen=total,
            requester=world.actor.person_id,
            detail={
                "own_fen": command.own_fen,
                "retention_fen": command.retention_fen,
                "costs_fen": command.costs_fen,
                "nominal": all(_card(fact).value_type == "NOMINAL" for fact, _ in assets),
                **value_basis(command),
                **({"request_id": command.request_id} if granted else {}),
            },
        ),
    )
    refuse_unless(
        command.own_fen + command.retention_fen <= total,
        "E_VALUE_MISMATCH",
        "自有资金与质保金之和超过总价",
        "own money and retention exceed the price",
        field="own_fen",
    )
    nominal = all(_card(fact).value_type == "NOMINAL" for fact, _ in assets)
    refuse_unless(
        nominal or command.sub_kind == "CONFIG.PURCHASE" or command.costs_fen <= total,
        "E_VALUE_MISMATCH",
        "费用超过卡片价值（价值应含费用）",
        "the value includes the costs, yet they exceed it",
        field="costs_fen",
    )
    flags = {flag for _, found in assets for flag in found}.union(serials.flags)
    executed = granted.executed(command, acquisition_id=process_id) if granted else ()
    flags |= set(granted.flags) if granted else set()
    numbers = [claim for fact, _ in assets for claim in claims_of(fact)]
    return Decision(
        facts=(opened, *(serials.fact(fact) for fact, _ in assets), *executed),
        flags=tuple(sorted(flags)),
        claims=(*numbers, *serials.claims),
        created={
            "asset_ids": [fact.asset_id or "" for fact, _ in assets],
            "card_nos": [_card(fact).card_no for fact, _ in assets],
            "process_id": [process_id],
        },
    )


def _granted(command: RegisterAcquisition, cards: Sequence[Card], world: World) -> Granted | None:
    """Return the request that this carries out, where one is named."""
    if command.request_id is None:
        return None
    return granted_pieces(
        world,
        command,
        command.sub_kind,
        command.unit_id,
        command.request_id,
        [card.class_code for card in cards],
        sum(card.gross_fen for card in cards),
    )


def _filled(card: Card, command: RegisterAcquisition, world: World) -> Card:
    fiscal = command.sub_kind == "CONFIG.PURCHASE" and not command.own_fen
    return completed(card, world, fiscal=fiscal)


def value_basis(command: RegisterAcquisition) -> dict[str, Scalar]:
    """Return what a donation's value rests on: voucher, else appraisal, market, nominal (2.2).

    What is lower than a voucher says why there is none; a nominal amount is one yuan a card.
    """
    if command.sub_kind != "CONFIG.DONATION_IN":
        refuse_unless(command.value_basis is None, "E_CARD_FIELD", field="value_basis")
        return {}
    found = {BASES.get(card.value_type, "VOUCHER") for card in command.cards}
    basis = command.value_basis or (found.pop() if len(found) == 1 else None)
    refuse_unless(
        basis in BASES.values() and {basis} >= found,
        "E_VALUE_MISMATCH",
        "价值依据与卡片价值类型不一致",
        "the basis of the value and the cards' kind of value differ",
        field="value_basis",
    )
    if command.value_basis in {"APPRAISAL", "MARKET", "NOMINAL"}:
        refuse_unless(command.reason, "E_REASON", "无凭据的原因", "why no voucher", field="reason")
    if command.value_basis == "APPRAISAL":
        refuse_unless(command.value_document, "E_NO_APPRAISAL", field="value_document")
    refuse_unless(
        basis != "NOMINAL" or all(card.gross_fen == NOMINAL_FEN for card in command.cards),
        "E_VALUE_MISMATCH",
        "名义金额为1元",
        "a nominal amount is one yuan",
        field="cards",
    )
    return {"value_basis": basis, "value_document": command.value_document}


def _require_capital(command: RegisterAcquisition, world: World) -> None:
    """Refuse an intangible bought singly below the unit's line: an expense at once (5.5)."""
    below = int(world.setting("expense_intangibles_below_fen", command.occurred_on))
    single = len(command.cards) == 1 and command.sub_kind == "CONFIG.PURCHASE"
    card = command.cards[0]
    cheap = card.account_code.startswith(INTANGIBLE) and card.gross_fen < below
    refuse_unless(not (single and cheap), "E_EXPENSED", card.name, field="cards")


def _card(fact: Fact) -> Card:
    assert isinstance(fact.body, AssetConfigured)
    return fact.body.card


def _accepted(
    command: RegisterAcquisition, world: World, unit: Unit, card: Card, process_id: str
) -> tuple[Fact, tuple[str, ...]]:
    """Return the configured fact of one accepted card and its soft flags."""
    check_new_card(card, command.occurred_on)
    refuse_unless(
        not (
            command.sub_kind == "CONFIG.DONATION_IN"
            and classes.is_vehicle(card.class_code)
            and unit.kind == ADMINISTRATIVE
            and command.donor_kind in {"company", "institution", "person"}
        ),
        "E_VEHICLE_DONATION",
        field="cards",
    )
    asset_id = world.new_id()
    flags: tuple[str, ...] = ()
    if command.sub_kind == "CONFIG.PURCHASE":
        alike = sum(one.class_code == card.class_code for one in command.cards)
        flags = approval_flags(command.approval, card.acquired_on)
        flags += price_flags(card, command.contract_on or card.acquired_on)
        flags += low_value_flags(card, unit, alike)
    return (
        Fact(
            stream=f"asset:{asset_id}",
            type="asset.configured/1",
            sub_kind=command.sub_kind,
            unit_id=unit.unit_id,
            asset_id=asset_id,
            process_id=process_id,
            occurred_on=command.occurred_on,
            approval_no=command.approval.no if command.approval else None,
            reason=command.reason,
            attachments=command.attachments,
            body=AssetConfigured(
                card_no=card.card_no,
                card=card,
                changes=first_values(card, State.ACCEPTED, world.new_label()),
                original_gross_fen=card.gross_fen,
                approval=command.approval,
                contract_on=command.contract_on,
                search_result=command.search_result,
                refusal_reason=command.refusal_reason,
                flags=flags,
            ),
        ),
        flags,
    )


def price_flags(card: Card, day: date) -> tuple[str, ...]:
    """Return E_STD_PRICE when the price of a piece is above the cap in force on `day`."""
    cap = standards.price_cap_on(card.class_code, day)
    over = cap is not None and card.gross_fen * 100 > cap * card.qty_centi
    return ("E_STD_PRICE",) if over else ()


def post_to_books(command: PostToBooks, world: World) -> Decision:
    """Book accepted cards with one voucher; hard refusal `E_SELF_POSTING` for the registrant."""
    assets = the_assets(world, command.asset_ids)
    for asset in assets:
        require_state(asset, {State.ACCEPTED}, command)
        refuse_unless(asset.registered_by != world.actor.person_id, "E_SELF_POSTING")
    processes = {asset.acquisition_id for asset in assets}
    refuse_unless(
        len(processes) == 1,
        "E_VALUE_MISMATCH",
        "请按验收单分别入账",
        "book each acceptance by itself",
        field="asset_ids",
    )
    process = world.process(processes.pop() or "")
    _require_whole(process, [asset.asset_id for asset in assets], world)
    unit = world.unit(held(assets[0]).unit_id)
    books = world.books(unit.unit_id)
    day = booking_day([books], command.occurred_on, command.booked_on)
    items = [
        Booked(
            asset_id=a.asset_id, account=held(a).card.account_code, gross_fen=held(a).card.gross_fen
        )
        for a in assets
    ]
    voucher_id = world.new_id()
    posted = postings.posted(
        unit.unit_id,
        voucher_id,
        process.kind,
        _summary(assets, "入账"),
        ACQUISITIONS[process.kind](items, unit, process),
        occurred_on=command.occurred_on,
        booked_on=day,
        process_id=process.process_id,
    )
    number = voucher_id if posted else None
    facts = [_booked_fact(asset, command, unit, day, number, process) for asset in assets]
    late = any(_booked_late(asset, day) for asset in assets)
    return Decision(
        facts=(*facts, *posted),
        flags=(LATE_BOOKING,) if late else (),
        created={"voucher_id": [voucher_id]} if posted else {},
    )


def _booked_late(asset: Asset, day: date) -> bool:
    """Tell whether more than a month lies between acquisition and booking (3.8, 晚入账)."""
    return day > month_later(held(asset).card.acquired_on)


def _require_whole(process: Process, asset_ids: list[str], world: World) -> None:
    """Refuse to book a part of an acceptance whose costs or retention belong to the whole."""
    if not any(_number(process, name) for name in ("own_fen", "retention_fen", "costs_fen")):
        return
    live = {
        asset_id
        for asset_id in process.asset_ids
        if held(world.asset(asset_id)).state is not State.VOIDED
    }
    refuse_unless(
        live == set(asset_ids),
        "E_VALUE_MISMATCH",
        "含质保金或费用的验收单须整单入账",
        "an acceptance with retention or costs is booked as a whole",
        field="asset_ids",
    )
    left = sum(held(world.asset(asset_id)).card.gross_fen for asset_id in live)
    split = _number(process, "own_fen") + _number(process, "retention_fen")
    if process.kind != "CONFIG.PURCHASE" and not process.detail.get("nominal"):
        split += _number(process, "costs_fen")
    refuse_unless(
        split <= left,
        "E_VALUE_MISMATCH",
        "作废部分卡片后费用或质保金超过余下价值，请整单作废重新登记",
        "after the voided cards less is left than was split: void all and register anew",
        field="asset_ids",
    )


def _summary(assets: Sequence[Asset], verb: str) -> str:
    first = held(assets[0]).card.name
    return f"{verb} {first}" + (f" 等{len(assets)}件" if len(assets) > 1 else "")


def _booked_fact(
    asset: Asset,
    command: PostToBooks,
    unit: Unit,
    day: date,
    voucher_id: str | None,
    process: Process,
) -> Fact:
    """Return the fact that an accepted card stands in the books; costs are in its value."""
    card = held(asset).card
    gross = card.gross_fen
    used = card.keeper or card.user or card.use_dept
    return changed(
        asset,
        command,
        "asset.booked/1",
        "BOOK.POST",
        Changes(
            state=State.IN_USE if used else State.IDLE,
            gross_fen=gross,
            booked_on=day,
            basis=basis_for(card, unit, day, gross_fen=gross, months=life_of(card)),
        ),
        voucher_id=voucher_id,
        booked_on=day,
        process_id=process.process_id,
    )


def void(command: Void, world: World) -> Decision:
    """Void cards that were accepted in error and never booked."""
    assets = the_assets(world, command.asset_ids)
    for asset in assets:
        live = held(asset).state not in TERMINAL
        unbooked = held(asset).booked_on is None
        refuse_unless(unbooked or not live, "E_VOUCHER_EXISTS", held(asset).card_no)
        require_state(asset, {State.ACCEPTED}, command)
    refuse_unless(command.reason, "E_REASON", field="reason")
    return Decision(
        facts=tuple(
            changed(
                asset,
                command,
                "asset.corrected/1",
                "CORRECT.VOID",
                Changes(state=State.VOIDED),
                corrects=asset.registration_event_id,
            )
            for asset in assets
        )
    )
