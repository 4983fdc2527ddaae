"""Opening balances 期初: cards of older books come in, and an import is undone as a batch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

import msgspec

from domain import postings
from domain.cards import Card, OpeningFacts
from domain.commands.structs import (
    ImportOpeningCard,
    OpeningCard,
    UndoImport,
)
from domain.decisions.card_rules import Examined, examined_opening
from domain.decisions.decision import (
    Decision,
    basis_for,
    booked,
    booking_day,
    changed,
    held,
    life_of,
    the_assets,
)
from domain.decisions.registering import check_new_card, claims_of, first_values
from domain.envelope import Fact
from domain.events import (
    AssetConfigured,
    BooksOpened,
    Changes,
    Opening,
    ProcessOpened,
    ProcessStep,
)
from domain.organisation import Unit
from domain.periods import period_of
from domain.postings import Booked
from domain.refusals import refuse_unless
from domain.states import State
from domain.world import World

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
    serials = examined_opening(
        [
            (fact.stream, *_past(fact, one, command))
            for fact, one in zip(cards, command.cards, strict=True)
        ],
        world,
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
        facts=(*(serials.fact(fact) for fact in cards), *facts),
        flags=serials.flags,
        claims=(*claims, *serials.claims),
        created=_created(cards, serials),
    )


def _past(
    fact: Fact, opening: OpeningCard, command: ImportOpeningCard
) -> tuple[Card, OpeningFacts]:
    """Return the card as it is recorded, and what it brings along from its old books."""
    assert isinstance(fact.body, AssetConfigured)
    return fact.body.card, OpeningFacts(
        opening_on=command.occurred_on,
        accum_fen=opening.accum_fen,
        done_months=opening.done_months,
        booked_on=opening.old_booked_on,
        use_status=opening.state,
    )


def _created(cards: Sequence[Fact], serials: Examined) -> dict[str, list[str]]:
    """Return the ids in the order of the cards, and which of them bear a known serial number."""
    created = {"asset_ids": [fact.asset_id or "" for fact in cards]}
    if serials.streams:
        same = [fact.asset_id or "" for fact in cards if fact.stream in serials.streams]
        created["same_serial"] = same
    return created


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


TOUCHED_NAMED_MAX = 20
UNDONE_VERSION = 2
"""A card that came in and was undone has these two events and no other."""


def _not_undone_yet(command: UndoImport, world: World) -> list[str]:
    """Return the batch's cards without those that it undid before; refuse if any was used since.

    Looked at without relying on them: a card that went to another unit is named like the others.
    """
    found = world.glance(list(dict.fromkeys(command.asset_ids)))
    left: list[str] = []
    touched: list[str] = []
    for asset_id, asset in found.items():
        ours = asset.acquisition_id == command.batch_id
        undone = asset.holding is not None and asset.holding.state is State.VOIDED
        if ours and undone and asset.version == UNDONE_VERSION:
            continue
        if ours and asset.version == 1:
            left.append(asset_id)
        else:
            touched.append(asset.registration.card_no if asset.registration else asset_id)
    named = "、".join(touched[:TOUCHED_NAMED_MAX])
    more = len(touched) > TOUCHED_NAMED_MAX
    refuse_unless(
        not touched,
        "E_TOUCHED",
        f"{named}{' 等' if more else ''}（共{len(touched)}张）",
        f"{named}{' and others' if more else ''} ({len(touched)} cards)",
        field="asset_ids",
    )
    return left


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
    books = world.books(command.unit_id)
    left = _not_undone_yet(command, world)
    if not left:
        return Decision(facts=())
    assets = the_assets(world, left)
    by_voucher: dict[str, list[Booked]] = defaultdict(list)
    for asset in assets:
        holding = held(asset)
        ran = holding.basis is not None and books.runs_since(holding.basis.start_period)
        refuse_unless(not ran, "E_TOUCHED", "该单位已计提折旧", "depreciation has run since")
        assert asset.registration is not None
        by_voucher[asset.registration.voucher_id or ""].append(booked(asset, books))
    # Reversed on the day it was opened, where that month still stands: no run may charge it.
    opened_on = max(held(asset).booked_on or command.occurred_on for asset in assets)
    day = booking_day([books], opened_on, None)
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
