"""One card split into several: components get cards of their own, pieces leave a batch (3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec

from domain.asset import Asset
from domain.card_entries import shares
from domain.card_traits import traits_of
from domain.cards import Card
from domain.commands.carding import CardPart, SplitCard
from domain.decisions.card_rules import examined_change, examined_parts
from domain.decisions.decision import (
    Decision,
    booked,
    booking_day,
    changed,
    held,
    months_left,
    require_runs_done,
)
from domain.decisions.recarding import (
    CORRECTED,
    basis_of,
    difference,
    moved,
    require_ready,
    sum_of,
    with_traits,
)
from domain.depreciation import Basis
from domain.envelope import Fact
from domain.events import AssetConfigured, Changes, Scalar
from domain.postings import Booked
from domain.refusals import refuse_unless
from domain.states import Overlay
from domain.world import World

SPLIT, PART = "CARD.SPLIT", "CONFIG.SPLIT"
OWN_TRAITS = frozenset({"vin", "plate", "engine_no", "cert_no", "right_no", "archive_no"})
"""Traits that belong to one thing and are not taken over by its parts."""


class _Split(msgspec.Struct, frozen=True):
    """What becomes of a card: the parts as cards and in the books, and what it keeps itself."""

    parts: tuple[Card, ...]
    items: tuple[Booked, ...]
    kept: Card
    own: Booked


def split_card(command: SplitCard, world: World) -> Decision:
    """Split a card: value, funds, accumulated and pieces are shared to the fen.

    The card keeps what its parts leave; each has its own basis from the booking month on.
    """
    asset = world.asset(command.asset_id)
    require_ready([asset], command)
    books = world.books(held(asset).unit_id)
    day = booking_day([books], command.occurred_on, command.booked_on)
    require_runs_done([asset], books, day)
    made = _shared(asset, command, booked(asset, books), world)
    streams = [f"asset:{item.asset_id}" for item in made.items]
    whole = held(asset).card
    looked = examined_parts(list(zip(streams, made.parts, strict=True)), whole, world, at="parts")
    again = examined_change(f"asset:{asset.asset_id}", whole, made.kept, world)
    voucher_id = world.new_id()
    facts = _part_facts(asset, command, made, voucher_id, months_left(asset, books), day, world)
    facts = [looked.fact(fact) for fact in facts]
    claims = _numbers(facts)
    facts.append(
        changed(
            asset,
            command,
            CORRECTED,
            SPLIT,
            Changes(
                gross_fen=made.own.gross_fen,
                basis=basis_of(asset, made.own, months_left(asset, books), day),
                card=difference(whole, made.kept),
            ),
            detail={
                "document_no": command.document_no,
                "into": ",".join(item.asset_id for item in made.items),
            },
            flags=again.flags,
            voucher_id=voucher_id,
            booked_on=day,
        )
    )
    given = [sum_of(made.own, made.items)]
    summary = f"拆分卡片 {whole.name}"
    facts += moved(asset, voucher_id, SPLIT, summary, command, day, given, made.items)
    return Decision(
        facts=tuple(facts),
        flags=tuple(sorted({*looked.flags, *again.flags})),
        claims=(*claims, *looked.claims, *again.claims),
        created={
            "asset_ids": [item.asset_id for item in made.items],
            "card_nos": [card.card_no for card in made.parts],
            "voucher_id": [voucher_id],
        },
    )


def _shared(asset: Asset, command: SplitCard, item: Booked, world: World) -> _Split:
    """Share what the books hold by the value of the parts; refuses parts that take all."""
    card = held(asset).card
    rest = item.gross_fen - sum(part.gross_fen for part in command.parts)
    refuse_unless(
        rest > 0,
        "E_VALUE_MISMATCH",
        "各部分价值之和须小于原卡片价值",
        "the parts take less than the card is worth",
        field="parts",
    )
    weights = [*(part.gross_fen for part in command.parts), rest]
    accums = shares(item.accum_fen, weights)
    fiscals = shares(card.fiscal_fen, weights)
    parts = tuple(
        _part_card(card, part, fiscal, number, world)
        for number, (part, fiscal) in enumerate(zip(command.parts, fiscals[:-1], strict=True))
    )
    items = tuple(
        msgspec.structs.replace(item, asset_id=world.new_id(), gross_fen=weight, accum_fen=accum)
        for weight, accum in zip(weights[:-1], accums[:-1], strict=True)
    )
    own = msgspec.structs.replace(item, gross_fen=rest, accum_fen=accums[-1])
    return _Split(parts, items, _kept_card(card, command, rest, fiscals[-1], parts), own)


def _part_facts(
    asset: Asset,
    command: SplitCard,
    made: _Split,
    voucher_id: str,
    months: int,
    day: date,
    world: World,
) -> list[Fact]:
    """Return the facts that the parts became cards."""
    return [
        _part_fact(
            asset,
            command,
            card,
            item,
            voucher_id,
            basis_of(asset, item, part.remaining_months or months, day),
            day,
            world,
        )
        for part, card, item in zip(command.parts, made.parts, made.items, strict=True)
    ]


def _part_card(card: Card, part: CardPart, fiscal_fen: int, number: int, world: World) -> Card:
    """Return the card of one part: what it says itself, and the rest from the whole card."""
    single = card.qty_centi == 100
    refuse_unless(
        single or part.qty_centi is not None,
        "E_CARD_FIELD",
        "批量卡片拆分须填写数量",
        "a card of several things is split by pieces",
        field=f"parts/{number}/qty_centi",
    )
    values: dict[str, object] = {
        "card_no": world.new_card_no(card.class_code, card.acquired_on),
        "gross_fen": part.gross_fen,
        "fiscal_fen": fiscal_fen,
        "nonfiscal_fen": part.gross_fen - fiscal_fen,
        "qty_centi": part.qty_centi or 100,
        "serial_no": part.serial_no,
        "legacy_no": None,
        "traits": {**_common_traits(card), **part.traits},
    }
    for name in ("name", "brand", "model", "place"):
        if (value := getattr(part, name)) is not None:
            values[name] = value
    return msgspec.structs.replace(card, **values)


def _common_traits(card: Card) -> dict[str, str | int]:
    """Return the traits that parts share: no numbers of one thing, no areas and no sums."""
    kinds = {trait.code: trait.kind for trait in traits_of(card.card_type)}
    return {
        code: value
        for code, value in card.traits.items()
        if code not in OWN_TRAITS and kinds.get(code) not in {"area", "money", "int"}
    }


def _kept_card(
    card: Card, command: SplitCard, rest_fen: int, fiscal_fen: int, parts: Sequence[Card]
) -> Card:
    """Return the card as it stands after its parts were taken out."""
    values: dict[str, Scalar] = {
        "gross_fen": rest_fen,
        "fiscal_fen": fiscal_fen,
        "nonfiscal_fen": rest_fen - fiscal_fen,
    }
    if card.qty_centi != 100:
        values["qty_centi"] = card.qty_centi - sum(part.qty_centi for part in parts)
    return with_traits(card, values, command.fields)


def _part_fact(
    asset: Asset,
    command: SplitCard,
    card: Card,
    item: Booked,
    voucher_id: str,
    basis: Basis | None,
    day: date,
    world: World,
) -> Fact:
    """Return the fact that a part became a card; it points at the acquisition of the whole."""
    holding = held(asset)
    return Fact(
        stream=f"asset:{item.asset_id}",
        type="asset.configured/1",
        sub_kind=PART,
        unit_id=holding.unit_id,
        asset_id=item.asset_id,
        process_id=asset.acquisition_id,
        occurred_on=command.occurred_on,
        booked_on=day,
        reason=command.reason,
        attachments=command.attachments,
        body=AssetConfigured(
            card_no=card.card_no,
            card=card,
            changes=Changes(
                state=holding.state,
                label_no=world.new_label(),
                manage_dept=holding.manage_dept,
                use_dept=holding.use_dept,
                keeper=holding.keeper,
                user=holding.user,
                place=card.place if card.place != holding.card.place else holding.place,
                gross_fen=item.gross_fen,
                booked_on=holding.booked_on,
                basis=basis,
                overlays_on=(Overlay.CLASSIFIED,) if card.classified else (),
            ),
            original_gross_fen=item.gross_fen,
            voucher_id=voucher_id,
            detail={"split_from": asset.asset_id, "document_no": command.document_no},
        ),
    )


def _numbers(facts: Sequence[Fact]) -> list[tuple[str, str, str]]:
    """Return the card numbers and labels that the new cards claim."""
    claims: list[tuple[str, str, str]] = []
    for fact in facts:
        if isinstance(body := fact.body, AssetConfigured):
            claims.append(("card_no", body.card_no, fact.stream))
            assert isinstance(body.changes.label_no, str)
            claims.append(("label_no", body.changes.label_no, fact.stream))
    return claims
