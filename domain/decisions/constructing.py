"""Built 建设, or bought to be installed: spending gathers in 1613 until it is delivered (E19)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec

from domain import configuring_entries, postings
from domain.asset import Asset
from domain.cards import Card
from domain.commands.structs import (
    Command,
    DeliverEstimated,
    DeliverFinal,
    SpendOnConstruction,
    StartConstruction,
    Worth,
)
from domain.decisions.card_rules import examined
from domain.decisions.decision import (
    Decision,
    approval_flags,
    basis_for,
    booking_day,
    changed,
    held,
    life_of,
    require_state,
    step,
)
from domain.decisions.processing import approval_of, opened
from domain.decisions.registering import (
    check_new_card,
    claims_of,
    completed,
    first_values,
    told,
    with_assets,
)
from domain.decisions.serials import marked
from domain.envelope import Fact
from domain.events import Approval, Changes
from domain.money import yuan
from domain.organisation import Unit
from domain.postings import Booked
from domain.process import Process
from domain.refusals import refuse_unless
from domain.states import Overlay, State
from domain.world import World

KINDS = {"CONFIG.BUILD": "SELF_BUILT", "CONFIG.PURCHASE_INSTALL": "PURCHASE"}
"""Kind of project → how its things were acquired."""

PARTS = frozenset({"INSTALL", "EQUIPMENT", "SHARED", "OTHER"})
"""建筑安装工程投资, 设备投资, 待摊投资, 其他投资 (handbook 5.1 under 1613)."""

CONFIGURED = "asset.booked/1"


class Backing(msgspec.Struct, frozen=True):
    """What a fact that has happened rests on; softly flagged where it rests on nothing."""

    approval: Approval | None = None
    flags: tuple[str, ...] = ()
    executed: tuple[Fact, ...] = ()


def backing(
    world: World, command: Command, kind: str, approval: Approval | None, process_id: str | None
) -> Backing:
    """Return the paper or the request decided in the system; without one the fact is flagged."""
    if process_id is None:
        return Backing(approval, approval_flags(approval, command.occurred_on))
    granted = approval_of(world, command, kind, [], approval=None, process_id=process_id)
    return Backing(granted.approval, granted.flags, granted.executed(command))


def start_construction(command: StartConstruction, world: World) -> Decision:
    """Begin to build: cards of what will be, in 1613, where nothing stands yet."""
    kind = command.sub_kind
    refuse_unless(kind in KINDS, "E_SUB_KIND", kind, field="sub_kind")
    unit = world.unit(command.unit_id)
    base = backing(world, command, kind, command.approval, command.process_id)
    process_id = world.new_id()
    facts = [_planned(command, world, unit, card, process_id, base) for card in command.cards]
    serials = marked([(fact.stream, _card(fact)) for fact in facts], world)
    ids = tuple(fact.asset_id or "" for fact in facts)
    request = opened(
        world,
        command,
        process_id,
        kind,
        [],
        base.flags,
        unit_id=unit.unit_id,
        detail={
            "project_no": command.project_no,
            "contractor": command.contractor,
            "planned_end": command.planned_end.isoformat() if command.planned_end else None,
            "planned_fen": sum(card.gross_fen for card in command.cards),
        },
    )
    project = with_assets(request, ids)
    begun = step(
        process_id,
        unit.unit_id,
        command,
        "process.executed/1",
        kind,
        approval=base.approval,
        flags=base.flags,
        detail={"request_id": command.process_id},
    )
    flags = (*base.flags, *serials.flags)
    return Decision(
        facts=(*base.executed, project, begun, *(serials.fact(fact) for fact in facts)),
        flags=flags,
        claims=(*(claim for fact in facts for claim in claims_of(fact)), *serials.claims),
        created={
            "asset_ids": list(ids),
            "card_nos": [_card(fact).card_no for fact in facts],
            "process_id": [process_id],
        },
    )


def _card(fact: Fact) -> Card:
    card: Card = fact.body.card  # type: ignore[attr-defined]
    return card


def _planned(
    command: StartConstruction,
    world: World,
    unit: Unit,
    card: Card,
    process_id: str,
    base: Backing,
) -> Fact:
    """Return the fact of one card of the project, worth nothing yet."""
    way = KINDS[command.sub_kind]
    card = completed(card, world, fiscal=True, acq_way=way)
    check_new_card(card, command.occurred_on)
    return told(
        command,
        unit,
        world.new_id(),
        card,
        command.sub_kind,
        first_values(
            card, State.UNDER_CONSTRUCTION, world.new_label(), gross_fen=0, process_id=process_id
        ),
        process_id=process_id,
        approval=base.approval,
        flags=base.flags,
        original_gross_fen=0,
        detail={"step": "started", "project_no": command.project_no},
    )


def _under_way(asset: Asset, world: World, command: Command) -> Process:
    """Return the project of a thing in construction; nothing of it happens before its start."""
    require_state(asset, {State.UNDER_CONSTRUCTION}, command)
    project = world.process(held(asset).process_id or "")
    begun = project.opened_on or command.occurred_on
    refuse_unless(command.occurred_on >= begun, "E_DATE", str(begun), field="occurred_on")
    return project


def spend_on_construction(command: SpendOnConstruction, world: World) -> Decision:
    """What is spent, or kept back, joins the value in 1613; cash has its budget entry."""
    asset = world.asset(command.asset_id)
    project = _under_way(asset, world, command)
    refuse_unless(command.part in PARTS, "E_SUB_KIND", command.part, field="part")
    amount, own, kept = command.amount_fen, command.own_fen, command.retention_fen
    refuse_unless(amount > 0, "E_AMOUNT", field="amount_fen")
    refuse_unless(own + kept <= amount, "E_AMOUNT", field="own_fen")
    refuse_unless(command.materials_fen <= amount, "E_AMOUNT", field="materials_fen")
    unit = world.unit(project.unit_id)
    day = booking_day(
        [world.books(unit.unit_id)], command.occurred_on, command.booked_on, cards=False
    )
    voucher_id = world.new_id()
    spent = step(
        project.process_id,
        unit.unit_id,
        command,
        "process.cost_recorded/1",
        project.kind,
        amount_fen=amount,
        detail={
            "part": command.part,
            "payee": command.payee,
            "invoice_no": command.invoice_no,
            "own_fen": own or None,
            "retention_fen": kept or None,
            "materials_fen": command.materials_fen or None,
        },
        voucher_id=voucher_id,
        booked_on=day,
    )
    grown = changed(
        asset,
        command,
        CONFIGURED,
        project.kind,
        Changes(gross_fen=held(asset).gross_fen + amount),
        detail={"step": "spent", "amount_fen": amount, "part": command.part},
        voucher_id=voucher_id,
        booked_on=day,
        process_id=project.process_id,
    )
    voucher = postings.voucher(
        unit.unit_id,
        voucher_id,
        f"{project.kind}.SPENT",
        f"在建工程支出 {held(asset).card.name}",
        configuring_entries.building_spent(
            asset.asset_id, unit.kind, amount - own - kept, own, kept
        ),
        occurred_on=command.occurred_on,
        booked_on=day,
        process_id=project.process_id,
        asset_id=asset.asset_id,
    )
    return Decision(facts=(spent, grown, voucher), created={"voucher_id": [voucher_id]})


def deliver_estimated(command: DeliverEstimated, world: World) -> Decision:
    """E19 2023-06: things in use at an estimate until the final settlement."""
    return _delivered(command, world, estimated=True)


def deliver_final(command: DeliverFinal, world: World) -> Decision:
    """Things in use at their final cost."""
    return _delivered(command, world, estimated=False)


class _Delivery(msgspec.Struct, frozen=True):
    """What every fact of one delivery has in common."""

    command: DeliverEstimated | DeliverFinal
    world: World
    unit: Unit
    project: Process
    day: date
    voucher_id: str
    estimated: bool

    def card(self, card: Card, value_fen: int) -> Card:
        """Return the card at the value delivered; its own money stays what it was."""
        own = min(card.nonfiscal_fen, value_fen)
        return msgspec.structs.replace(
            card,
            gross_fen=value_fen,
            fiscal_fen=value_fen - own,
            nonfiscal_fen=own,
            value_type="ESTIMATE" if self.estimated else "COST",
            in_service_on=self.command.occurred_on,
        )

    def values(self, card: Card) -> dict[str, object]:
        """Return what the holding is from now on: in use, booked, and spread over its life."""
        months = life_of(card)
        return {
            "gross_fen": card.gross_fen,
            "booked_on": self.day,
            "basis": basis_for(card, self.unit, self.day, gross_fen=card.gross_fen, months=months),
        }

    def of_asset(self, asset: Asset, value_fen: int) -> tuple[Fact, Booked]:
        """Return the fact of a thing that was in construction, and what is booked for it."""
        refuse_unless(value_fen > 0, "E_AMOUNT", held(asset).card_no, field="things")
        card = self.card(held(asset).card, value_fen)
        marks = (Overlay.ESTIMATED,) if self.estimated else ()
        fields = ("gross_fen", "fiscal_fen", "nonfiscal_fen", "value_type")
        changes = Changes(
            state=State.IN_USE,
            process_id=None,
            original_gross_fen=value_fen,
            overlays_on=marks,
            card={
                **{name: getattr(card, name) for name in fields},
                "in_service_on": self.command.occurred_on.isoformat(),
            },
            **self.values(card),  # type: ignore[arg-type]
        )
        fact = changed(
            asset,
            self.command,
            CONFIGURED,
            self.project.kind,
            changes,
            detail={"step": "delivered", "acceptance": self.command.acceptance},
            voucher_id=self.voucher_id,
            booked_on=self.day,
            process_id=self.project.process_id,
        )
        return fact, Booked(asset.asset_id, card.account_code, value_fen)

    def of_card(self, card: Card) -> tuple[Fact, Booked]:
        """Return the fact of a thing that gets its card only now, and what is booked for it."""
        card = completed(card, self.world, fiscal=True, acq_way=KINDS[self.project.kind])
        check_new_card(card, self.command.occurred_on)
        card = self.card(card, card.gross_fen)
        first = first_values(card, State.IN_USE, self.world.new_label(), **self.values(card))
        if self.estimated:
            marks = (*first.overlays_on, Overlay.ESTIMATED)
            first = msgspec.structs.replace(first, overlays_on=marks)
        asset_id = self.world.new_id()
        fact = told(
            self.command,
            self.unit,
            asset_id,
            card,
            self.project.kind,
            first,
            process_id=self.project.process_id,
            voucher_id=self.voucher_id,
            booked_on=self.day,
            detail={"step": "delivered", "acceptance": self.command.acceptance},
        )
        return fact, Booked(asset_id, card.account_code, card.gross_fen)


def _delivered(
    command: DeliverEstimated | DeliverFinal, world: World, *, estimated: bool
) -> Decision:
    """Move what stands in 1613 to the things delivered; all of it, or it is said what stays."""
    refuse_unless(command.acceptance, "E_NO_ACCEPTANCE", field="acceptance")
    project = world.process(command.process_id)
    refuse_unless(project.kind in KINDS, "E_UNKNOWN_PROCESS", project.kind, field="process_id")
    waiting = _in_construction(project, world)
    values = _values(command.things, waiting, "things")
    stays = _values(command.left, waiting, "left")
    for asset in waiting.values():
        _under_way(asset, world, command)
    taken = _taken(command, waiting, values, stays)
    unit = world.unit(project.unit_id)
    day = booking_day([world.books(unit.unit_id)], command.occurred_on, command.booked_on)
    delivery = _Delivery(command, world, unit, project, day, world.new_id(), estimated)
    told_now = [delivery.of_asset(waiting[one], fen) for one, fen in values.items()]
    new = [delivery.of_card(card) for card in command.more_cards]
    voucher = postings.voucher(
        unit.unit_id,
        delivery.voucher_id,
        f"{project.kind}.DELIVERED",
        f"交付使用 {held(waiting[next(iter(values))]).card.name}",
        configuring_entries.built([item for _, item in (*told_now, *new)], taken),
        occurred_on=command.occurred_on,
        booked_on=day,
        process_id=project.process_id,
    )
    remain = _remaining(delivery, waiting, stays)
    whole = len(values) == len(waiting) and not _still_estimated(delivery, world)
    done = step(
        project.process_id,
        unit.unit_id,
        command,
        "process.settled/1" if whole else "process.executed/1",
        project.kind,
        amount_fen=sum(values.values()) + sum(card.gross_fen for card in command.more_cards),
        detail={
            "step": "delivered",
            "acceptance": command.acceptance,
            "more_cards": ",".join(fact.asset_id or "" for fact, _ in new) or None,
        },
    )
    serials = examined([(fact.stream, _card(fact)) for fact, _ in new], world, of="more_cards")
    facts = [fact for fact, _ in told_now] + [serials.fact(fact) for fact, _ in new]
    return Decision(
        facts=(done, *facts, *remain, voucher),
        flags=serials.flags,
        claims=(*(claim for fact, _ in new for claim in claims_of(fact)), *serials.claims),
        created={
            "asset_ids": [fact.asset_id or "" for fact, _ in new],
            "card_nos": [_card(fact).card_no for fact, _ in new],
            "voucher_id": [delivery.voucher_id],
        },
    )


def _in_construction(project: Process, world: World) -> dict[str, Asset]:
    assets = (world.asset(asset_id) for asset_id in project.asset_ids)
    waiting = {
        asset.asset_id: asset for asset in assets if held(asset).state is State.UNDER_CONSTRUCTION
    }
    refuse_unless(waiting, "E_ALREADY_CLOSED", project.process_id, field="process_id")
    return waiting


def _values(named: Sequence[Worth], waiting: dict[str, Asset], field: str) -> dict[str, int]:
    """Return asset id → fen; refuses what is not in construction in this project."""
    for one in named:
        refuse_unless(one.asset_id in waiting, "E_STATE", one.asset_id, field=field)
    values = {one.asset_id: one.value_fen for one in named}
    refuse_unless(len(values) == len(named), "E_EXISTS", "资产重复", "named twice", field=field)
    return values


def _taken(
    command: DeliverEstimated | DeliverFinal,
    waiting: dict[str, Asset],
    values: dict[str, int],
    stays: dict[str, int],
) -> list[tuple[str, int]]:
    """Return what leaves 1613 on each thing; it must be what the delivered things are worth."""
    both = values.keys() & stays.keys()
    refuse_unless(not both, "E_STATE", "已交付的资产不留在在建工程", "delivered", field="left")
    taken = [
        (one, held(asset).gross_fen - (0 if one in values else stays[one]))
        for one, asset in waiting.items()
        if one in values or one in stays
    ]
    worth = sum(values.values()) + sum(card.gross_fen for card in command.more_cards)
    leaving = sum(fen for _, fen in taken)
    refuse_unless(
        worth == leaving,
        "E_VALUE_MISMATCH",
        f"在建工程转出 {yuan(leaving)} 元，交付价值合计 {yuan(worth)} 元："
        "请调整价值、补记支出（含未付款），或写明留存金额",
        f"{yuan(leaving)} leave 1613 and {yuan(worth)} are delivered: adjust the values, record "
        "what is still owed as spending, or say what stays",
        field="things",
    )
    return taken


def _remaining(delivery: _Delivery, waiting: dict[str, Asset], stays: dict[str, int]) -> list[Fact]:
    """Return the facts of things that stay in construction with another value than before."""
    return [
        changed(
            waiting[one],
            delivery.command,
            CONFIGURED,
            delivery.project.kind,
            Changes(gross_fen=fen),
            detail={"step": "spent", "amount_fen": fen - held(waiting[one]).gross_fen},
            voucher_id=delivery.voucher_id,
            booked_on=delivery.day,
            process_id=delivery.project.process_id,
        )
        for one, fen in stays.items()
        if fen != held(waiting[one]).gross_fen
    ]


def _still_estimated(delivery: _Delivery, world: World) -> bool:
    """Tell whether something of the project waits for its final settlement."""
    return delivery.estimated or any(
        Overlay.ESTIMATED in held(world.asset(one)).overlays for one in delivery.project.asset_ids
    )
