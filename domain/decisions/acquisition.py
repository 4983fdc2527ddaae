"""Configured 配置: acceptance, booking, opening balances, stocktake gains, undo of an import."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import msgspec

from domain import postings
from domain.asset import Asset
from domain.cards import Card
from domain.catalogue import classes, standards
from domain.commands.structs import (
    PostToBooks,
    RegisterAcquisition,
    Void,
)
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
from domain.decisions.serials import marked
from domain.envelope import Fact
from domain.events import (
    AssetConfigured,
    Changes,
    Line,
    ProcessOpened,
)
from domain.organisation import ADMINISTRATIVE, Unit
from domain.postings import Booked
from domain.process import Process
from domain.refusals import refuse_unless
from domain.states import TERMINAL, Overlay, State
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
}
"""Ways of coming in that are booked on acceptance, each with its posting rule."""


def register_acquisition(command: RegisterAcquisition, world: World) -> Decision:
    """Accept things: one asset and card each, state ACCEPTED, nothing booked yet."""
    unit = world.unit(command.unit_id)
    refuse_unless(
        command.sub_kind in ACQUISITIONS, "E_SUB_KIND", command.sub_kind, field="sub_kind"
    )
    process_id = world.new_id()
    assets = [
        _accepted(command, world, unit, _completed(card, command, world), process_id)
        for card in command.cards
    ]
    serials = marked([(fact.stream, _card(fact)) for fact, _ in assets], world)
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
    numbers = [claim for fact, _ in assets for claim in claims_of(fact)]
    return Decision(
        facts=(opened, *(serials.fact(fact) for fact, _ in assets)),
        flags=tuple(sorted(flags)),
        claims=(*numbers, *serials.claims),
        created={
            "asset_ids": [fact.asset_id or "" for fact, _ in assets],
            "card_nos": [_card(fact).card_no for fact, _ in assets],
            "process_id": [process_id],
        },
    )


def _card(fact: Fact) -> Card:
    assert isinstance(fact.body, AssetConfigured)
    return fact.body.card


def claims_of(fact: Fact, generation: int = 1) -> tuple[tuple[str, str, str], ...]:
    """Return the numbers that a configured fact claims: its card number and its label."""
    body = fact.body
    assert isinstance(body, AssetConfigured)
    key = body.card_no if generation == 1 else f"{body.card_no}#{generation}"
    claims = [("card_no", key, fact.stream)]
    if isinstance(body.changes.label_no, str):
        claims.append(("label_no", body.changes.label_no, fact.stream))
    return tuple(claims)


def _completed(card: Card, command: RegisterAcquisition, world: World) -> Card:
    """Return the card with its number made and the fund split filled where it was left out."""
    values: dict[str, object] = {}
    if not card.card_no:
        values["card_no"] = world.new_card_no(card.class_code, card.acquired_on)
    if card.fiscal_fen == card.nonfiscal_fen == 0:
        from_budget = command.sub_kind == "CONFIG.PURCHASE" and not command.own_fen
        values["fiscal_fen" if from_budget else "nonfiscal_fen"] = card.gross_fen
    if not card.life_months and (life := life_of(card)):
        values["life_months"] = life
    return msgspec.structs.replace(card, **values) if values else card


def check_new_card(card: Card, occurred_on: date) -> None:
    """Refuse a card whose class is unknown, whose money does not add up or whose dates clash."""
    finding = classes.check_code(card.class_std, card.class_code)
    refuse_unless(
        finding is None or finding.severity != "error",
        "E_CLASS_UNKNOWN",
        card.class_code,
        field="class_code",
    )
    refuse_unless(
        card.fiscal_fen + card.nonfiscal_fen == card.gross_fen,
        "E_FUND_SPLIT",
        card.card_no,
        field="fiscal_fen",
    )
    refuse_unless(card.qty_centi > 0, "E_CARD_FIELD", "数量须大于零", "quantity", field="qty_centi")
    refuse_unless(
        card.gross_fen > 0 or classes.is_land(card.class_code),
        "E_CARD_FIELD",
        "价值须大于零",
        "the value must be positive",
        field="gross_fen",
    )
    refuse_unless(
        card.acquired_on <= occurred_on,
        "E_DATE",
        "取得日期晚于业务日期",
        "acquired after the business date",
        field="acquired_on",
    )


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
        flags = approval_flags(command.approval, card.acquired_on) + price_flags(
            card, command.contract_on or card.acquired_on
        )
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


def first_values(card: Card, state: State, label_no: str, **more: object) -> Changes:
    """Return the first values of a holding from its card."""
    return Changes(
        state=state,
        label_no=label_no,
        manage_dept=card.manage_dept,
        use_dept=card.use_dept,
        keeper=card.keeper,
        user=card.user,
        place=card.place,
        overlays_on=(Overlay.CLASSIFIED,) if card.classified else (),
        **more,  # type: ignore[arg-type]
    )


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
    return Decision(facts=(*facts, *posted), created={"voucher_id": [voucher_id]} if posted else {})


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
