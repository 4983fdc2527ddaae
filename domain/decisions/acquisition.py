"""Configured 配置: acceptance, booking, opening balances, stocktake gains, undo of an import."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date

import msgspec

from domain import postings
from domain.asset import Asset
from domain.cards import Card
from domain.catalogue import classes, standards
from domain.commands.structs import (
    ImportOpeningCard,
    OpeningCard,
    PostToBooks,
    RecordGain,
    RegisterAcquisition,
    RejectGain,
    UndoImport,
    VerifyGain,
    Void,
)
from domain.decisions.decision import (
    Decision,
    approval_flags,
    basis_for,
    booked,
    booking_day,
    changed,
    held,
    life_of,
    require_approval,
    require_state,
    the_assets,
)
from domain.envelope import Fact
from domain.events import (
    AssetConfigured,
    BooksOpened,
    Changes,
    Line,
    Opening,
    ProcessOpened,
    ProcessStep,
)
from domain.organisation import ADMINISTRATIVE, Unit
from domain.periods import period_of
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
    flags = sorted({flag for _, found in assets for flag in found})
    return Decision(
        facts=(opened, *(fact for fact, _ in assets)),
        flags=tuple(flags),
        claims=tuple(claim for fact, _ in assets for claim in claims_of(fact)),
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


USE_STATES: dict[str, State] = {
    "IN_USE": State.IN_USE,
    "IDLE": State.IDLE,
    "LEASED_OUT": State.LEASED_OUT,
    "LENT_OUT": State.LENT_OUT,
}
"""States that a card may have when it is brought in from older books."""


def import_opening_card(command: ImportOpeningCard, world: World) -> Decision:
    """Bring in booked cards on the opening date: one voucher, Dr gross Cr accumulated, 3001."""
    refuse_unless(
        command.prepared_by != world.actor.person_id, "E_SELF_POSTING", field="prepared_by"
    )
    unit = world.unit(command.unit_id)
    books = world.books(unit.unit_id)
    facts: list[Fact] = []
    if books.opened_from is None:
        facts.append(
            open_books_fact(unit.unit_id, period_of(command.occurred_on), command.occurred_on)
        )
    else:
        booking_day([books], command.occurred_on, command.occurred_on)
    process = world.maybe_process(command.batch_id)
    ours = process.kind == "CONFIG.OPENING" and process.unit_id == command.unit_id
    refuse_unless(process.version == 0 or ours, "E_EXISTS", command.batch_id, field="batch_id")
    if process.version == 0:
        facts.append(_batch_opened(command, world))
    voucher_id = world.new_id()
    cards: list[Fact] = []
    claims: list[tuple[str, str, str]] = []
    items: list[Booked] = []
    for opening in command.cards:
        fact = _opened_card(command, world, unit, opening, voucher_id)
        cards.append(fact)
        claims += claims_of(fact, opening.generation)
        items.append(
            Booked(
                asset_id=fact.asset_id or "",
                account=opening.card.account_code,
                gross_fen=opening.card.gross_fen,
                accum_fen=opening.accum_fen,
            )
        )
    lines = postings.opening(items)
    if lines:
        facts.append(
            postings.voucher(
                unit.unit_id,
                voucher_id,
                "CONFIG.OPENING",
                f"期初建账 {len(items)}张卡片",
                lines,
                occurred_on=command.occurred_on,
                booked_on=command.occurred_on,
                process_id=command.batch_id,
            )
        )
    return Decision(
        facts=(*cards, *facts),
        claims=tuple(claims),
        created={"asset_ids": [fact.asset_id or "" for fact in cards]},
    )


def open_books_fact(unit_id: str, period: str, occurred_on: date) -> Fact:
    """Return the fact that a unit's books begin in `period`."""
    return Fact(
        stream=f"period:{unit_id}",
        type="period.opened/1",
        sub_kind="PERIOD.OPEN",
        unit_id=unit_id,
        occurred_on=occurred_on,
        body=BooksOpened(period=period),
    )


def _batch_opened(command: ImportOpeningCard, world: World) -> Fact:
    return Fact(
        stream=f"process:{command.batch_id}",
        type="process.opened/1",
        sub_kind="CONFIG.OPENING",
        unit_id=command.unit_id,
        process_id=command.batch_id,
        occurred_on=command.occurred_on,
        reason=command.reason,
        attachments=command.attachments,
        body=ProcessOpened(
            kind="CONFIG.OPENING",
            requester=command.prepared_by,
            detail={"released_by": world.actor.person_id},
        ),
    )


def _opened_card(
    command: ImportOpeningCard, world: World, unit: Unit, opening: OpeningCard, voucher_id: str
) -> Fact:
    """Return the configured fact of one card from older books."""
    card = opening.card
    check_new_card(card, command.occurred_on)
    refuse_unless(opening.state in USE_STATES, "E_STATE", opening.state, field="state")
    refuse_unless(
        opening.accum_fen <= card.gross_fen,
        "E_CARD_FIELD",
        f"{card.card_no} 累计折旧大于价值",
        f"{card.card_no}: accumulated exceeds the value",
        field="accum_fen",
    )
    asset_id = world.new_id()
    life = life_of(card)
    basis = basis_for(
        card,
        unit,
        command.occurred_on,
        gross_fen=card.gross_fen,
        accum_fen=opening.accum_fen,
        months=life - opening.done_months,
    )
    refuse_unless(
        basis is not None or opening.accum_fen == 0,
        "E_CARD_FIELD",
        f"{card.card_no} 不提折旧却有累计折旧",
        f"{card.card_no}: exempt, yet accumulated",
        field="accum_fen",
    )
    return Fact(
        stream=f"asset:{asset_id}",
        type="asset.configured/1",
        sub_kind="CONFIG.OPENING",
        unit_id=unit.unit_id,
        asset_id=asset_id,
        process_id=command.batch_id,
        occurred_on=command.occurred_on,
        booked_on=command.occurred_on,
        body=AssetConfigured(
            card_no=card.card_no,
            card=msgspec.structs.replace(card, life_months=life) if life else card,
            changes=first_values(
                card,
                USE_STATES[opening.state],
                opening.label_no or world.new_label(),
                gross_fen=card.gross_fen,
                booked_on=command.occurred_on,
                basis=basis,
            ),
            original_gross_fen=card.gross_fen,
            opening=Opening(
                accum_fen=opening.accum_fen,
                done_months=opening.done_months,
                old_booked_on=opening.old_booked_on,
                old_voucher_no=opening.old_voucher_no,
                batch_id=command.batch_id,
                source_row=opening.source_row,
            ),
            voucher_id=voucher_id,
        ),
    )


def undo_import(command: UndoImport, world: World) -> Decision:
    """Undo untouched cards of a batch: each is voided and its opening entry reversed."""
    refuse_unless(command.reason, "E_REASON", field="reason")
    process = world.process(command.batch_id)
    refuse_unless(
        process.kind == "CONFIG.OPENING" and process.unit_id == command.unit_id,
        "E_UNKNOWN_PROCESS",
        command.batch_id,
        field="batch_id",
    )
    assets = the_assets(world, command.asset_ids)
    books = world.books(command.unit_id)
    by_voucher: dict[str, list[Booked]] = defaultdict(list)
    for asset in assets:
        holding = held(asset)
        untouched = asset.version == 1 and asset.acquisition_id == command.batch_id
        refuse_unless(untouched, "E_TOUCHED", holding.card_no, field="asset_ids")
        ran = holding.basis is not None and books.runs_since(holding.basis.start_period)
        refuse_unless(not ran, "E_TOUCHED", "该单位已计提折旧", "depreciation has run since")
        assert asset.registration is not None
        by_voucher[asset.registration.voucher_id or ""].append(booked(asset, books))
    day = booking_day([books], command.occurred_on, None)
    facts = [
        changed(
            asset,
            command,
            "asset.corrected/1",
            "CORRECT.UNDO_IMPORT",
            Changes(state=State.VOIDED, gross_fen=0, basis=None),
            booked_on=day,
            process_id=command.batch_id,
            corrects=asset.registration_event_id,
        )
        for asset in assets
    ]
    for voucher_id, items in by_voucher.items():
        facts += postings.posted(
            command.unit_id,
            world.new_id(),
            "CORRECT.UNDO_IMPORT",
            f"撤销导入 {len(items)}张卡片",
            postings.reversed_lines(postings.opening(items)),
            occurred_on=command.occurred_on,
            booked_on=day,
            process_id=command.batch_id,
            reverses=voucher_id,
        )
    facts.append(
        Fact(
            stream=f"process:{command.batch_id}",
            type="process.undone/1",
            sub_kind="CORRECT.UNDO_IMPORT",
            unit_id=command.unit_id,
            process_id=command.batch_id,
            occurred_on=command.occurred_on,
            reason=command.reason,
            body=ProcessStep(detail={"cards": len(assets)}),
        )
    )
    return Decision(facts=tuple(facts))


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
    card = command.card
    refuse_unless(
        card.acquired_on.year < command.occurred_on.year,
        "E_SUB_KIND",
        "本年取得的盘盈资产请按实际来源登记取得",
        "a gain of this year is registered by its real origin",
        field="card",
    )
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
    return Decision(
        facts=(fact, posted),
        claims=claims_of(fact),
        created={"asset_ids": [asset_id], "card_nos": [card.card_no]},
    )


def verify_gain(command: VerifyGain, world: World) -> Decision:
    """E13 approved: 1902 to 3501 to 3001; depreciation begins."""
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
                approval=approval,
                voucher_id=voucher_id,
                booked_on=day,
            )
        )
        for rule, number, lines in (
            ("GAIN.VERIFIED", voucher_id, postings.gain_of_earlier_years(fen)),
            ("GAIN.TO_SURPLUS", world.new_id(), postings.gain_to_surplus(fen)),
        ):
            facts.append(
                postings.voucher(
                    unit.unit_id,
                    number,
                    rule,
                    f"盘盈核实 {holding.card.name}",
                    lines,
                    occurred_on=command.occurred_on,
                    booked_on=day,
                    asset_id=asset.asset_id,
                )
            )
    return Decision(facts=tuple(facts))


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
