"""Exchanged 置换: old things go and new ones come in one decision (E14, E15)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec

from domain import configuring_entries, postings
from domain.asset import Asset
from domain.cards import Card
from domain.commands.structs import Exchange
from domain.decisions.card_rules import examined
from domain.decisions.decision import (
    Decision,
    basis_for,
    booked,
    booking_day,
    changed,
    held,
    life_of,
    require_approval,
    require_movable,
    require_runs_done,
    require_state,
    step,
    the_assets,
)
from domain.decisions.disposal import DISPOSED, EXCHANGE
from domain.decisions.executing import media_flags
from domain.decisions.processing import expired, opened, require_free
from domain.decisions.registering import (
    check_new_card,
    claims_of,
    completed,
    first_values,
    told,
)
from domain.envelope import Fact
from domain.events import Approval, Changes
from domain.money import yuan
from domain.organisation import Unit
from domain.postings import Booked
from domain.process import Process
from domain.refusals import refuse_unless
from domain.states import Overlay, State
from domain.world import World

EXCHANGED_IN = "CONFIG.EXCHANGE_IN"


class _Deal(msgspec.Struct, frozen=True):
    """What every fact of one exchange has in common."""

    command: Exchange
    world: World
    unit: Unit
    process_id: str
    approval: Approval
    flags: tuple[str, ...]
    day: date
    voucher_id: str


def exchange(command: Exchange, world: World) -> Decision:
    """Give and take by approval and appraisal; boot net of costs is owed to the treasury."""
    assets = the_assets(world, command.asset_ids)
    approval, process = _basis_of(command, world, assets)
    _require_terms(command)
    unit = world.unit(held(assets[0]).unit_id)
    books = world.books(unit.unit_id)
    day = booking_day([books], command.occurred_on, command.booked_on)
    require_runs_done(assets, books, day)
    flags = expired(world, process, command.occurred_on) if process else ()
    flags += media_flags(assets, None)
    process_id = process.process_id if process else world.new_id()
    deal = _Deal(command, world, unit, process_id, approval, flags, day, world.new_id())
    new = [_came(deal, card) for card in command.cards]
    given = [booked(asset, books) for asset in assets]
    voucher = postings.voucher(
        unit.unit_id,
        deal.voucher_id,
        EXCHANGE,
        f"置换 {held(assets[0]).card.name}",
        configuring_entries.exchanged(
            given,
            [item for _, item in new],
            boot_paid_fen=command.boot_paid_fen,
            boot_received_fen=command.boot_received_fen,
            costs_fen=command.costs_fen,
        ),
        occurred_on=command.occurred_on,
        booked_on=day,
        process_id=process_id,
    )
    serials = examined([(fact.stream, item) for fact, item in _cards(new)], world)
    came = [serials.fact(fact) for fact, _ in new]
    return Decision(
        facts=(*_process_facts(deal, assets, process), *_gone(deal, assets), *came, voucher),
        flags=(*flags, *serials.flags),
        claims=(*(claim for fact in came for claim in claims_of(fact)), *serials.claims),
        created={
            "asset_ids": [fact.asset_id or "" for fact in came],
            "card_nos": [card.card_no for _, card in _cards(new)],
            "process_id": [process_id],
            "voucher_id": [deal.voucher_id],
        },
    )


def _basis_of(
    command: Exchange, world: World, assets: Sequence[Asset]
) -> tuple[Approval, Process | None]:
    """Return what the exchange rests on: a paper, or the whole of an approved disposal."""
    process = world.process(command.process_id) if command.process_id else None
    states = {State.IN_USE, State.IDLE} if process is None else {State.DISPOSAL_APPROVED}
    for asset in assets:
        require_state(asset, states, command)
        require_movable(asset)
        secret = Overlay.CLASSIFIED in held(asset).overlays
        refuse_unless(not secret, "E_CLASSIFIED_WH", held(asset).card_no, field="asset_ids")
    if process is None:
        for asset in assets:
            require_free(asset)
        return require_approval(command.approval, command.occurred_on), None
    refuse_unless(process.kind == EXCHANGE, "E_KIND_MISMATCH", process.kind, field="process_id")
    refuse_unless(process.requester != world.actor.person_id, "E_SELF_POSTING")
    refuse_unless(
        process.status == "approved" and {a.asset_id for a in assets} == set(process.asset_ids),
        "E_KIND_MISMATCH",
        "须按批复的全部资产一次办理",
        "carry out the whole of what was approved",
        field="asset_ids",
    )
    return require_approval(process.approval, command.occurred_on), process


def _require_terms(command: Exchange) -> None:
    """Refuse without an appraisal, with boot both ways, or with cards at another cost."""
    appraised = command.appraisal_no and command.appraisal_fen > 0
    refuse_unless(appraised, "E_NO_APPRAISAL", field="appraisal_no")
    refuse_unless(
        not (command.boot_paid_fen and command.boot_received_fen),
        "E_AMOUNT",
        "补价只能是支付或收到一种",
        "boot goes one way",
        field="boot_received_fen",
    )
    cost = (
        command.appraisal_fen
        + command.boot_paid_fen
        - command.boot_received_fen
        + command.costs_fen
    )
    worth = sum(card.gross_fen for card in command.cards)
    refuse_unless(
        worth == cost,
        "E_VALUE_MISMATCH",
        f"换入资产成本应为 {yuan(cost)} 元，卡片合计 {yuan(worth)} 元",
        f"the new things cost {yuan(cost)}, their cards say {yuan(worth)}",
        field="cards",
    )


def _came(deal: _Deal, card: Card) -> tuple[Fact, Booked]:
    """Return the fact of one new thing, booked at once, and what is booked for it."""
    card = completed(card, deal.world, fiscal=False, acq_way="EXCHANGE")
    check_new_card(card, deal.command.occurred_on)
    used = card.keeper or card.user or card.use_dept
    months = life_of(card)
    asset_id = deal.world.new_id()
    changes = first_values(
        card,
        State.IN_USE if used else State.IDLE,
        deal.world.new_label(),
        gross_fen=card.gross_fen,
        booked_on=deal.day,
        basis=basis_for(card, deal.unit, deal.day, gross_fen=card.gross_fen, months=months),
    )
    fact = told(
        deal.command,
        deal.unit,
        asset_id,
        card,
        EXCHANGED_IN,
        changes,
        process_id=deal.process_id,
        approval=deal.approval,
        voucher_id=deal.voucher_id,
        booked_on=deal.day,
        detail={"given": deal.command.asset_ids[0], "agreement_no": deal.command.agreement_no},
    )
    return fact, Booked(asset_id, card.account_code, card.gross_fen)


def _cards(new: Sequence[tuple[Fact, Booked]]) -> list[tuple[Fact, Card]]:
    return [(fact, fact.body.card) for fact, _ in new]  # type: ignore[attr-defined]


def _gone(deal: _Deal, assets: Sequence[Asset]) -> list[Fact]:
    """Return the facts that close the cards of the old things."""
    changes = Changes(
        state=State.DISPOSED,
        gross_fen=0,
        basis=None,
        process_id=deal.process_id,
        overlays_off=(Overlay.PROCESS_OPEN,),
    )
    return [
        changed(
            asset,
            deal.command,
            DISPOSED,
            EXCHANGE,
            changes,
            detail={
                "step": "executed",
                "receiver": deal.command.counterparty,
                "agreement_no": deal.command.agreement_no,
                "appraisal_no": deal.command.appraisal_no,
            },
            flags=deal.flags,
            approval=deal.approval,
            voucher_id=deal.voucher_id,
            booked_on=deal.day,
            process_id=deal.process_id,
        )
        for asset in assets
    ]


def _process_facts(deal: _Deal, assets: Sequence[Asset], process: Process | None) -> list[Fact]:
    """Return the steps of the exchange's process; it is opened here when it rests on a paper."""
    command = deal.command
    facts = []
    if process is None:
        facts.append(
            opened(
                deal.world,
                command,
                deal.process_id,
                EXCHANGE,
                assets,
                deal.flags,
                detail={"appraisal_no": command.appraisal_no},
            )
        )
    facts.append(
        step(
            deal.process_id,
            deal.unit.unit_id,
            command,
            "process.executed/1",
            EXCHANGE,
            amount_fen=sum(asset.original_gross_fen for asset in assets),
            approval=deal.approval,
            flags=deal.flags,
            detail={
                "agreement_no": command.agreement_no,
                "counterparty": command.counterparty,
                "appraisal_fen": command.appraisal_fen,
                "boot_paid_fen": command.boot_paid_fen or None,
                "boot_received_fen": command.boot_received_fen or None,
                "costs_fen": command.costs_fen or None,
                "owed_fen": max(0, command.boot_received_fen - command.costs_fen),
            },
            voucher_id=deal.voucher_id,
            booked_on=deal.day,
        )
    )
    return facts
