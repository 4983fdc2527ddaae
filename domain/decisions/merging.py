"""Several cards merged into one: what was recorded apart is one thing (3)."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from domain.asset import Asset
from domain.card_checks import one_card_a_piece
from domain.cards import Card
from domain.commands.carding import MergeCards
from domain.decisions.card_rules import examined_change
from domain.decisions.decision import (
    Decision,
    booked,
    booking_day,
    changed,
    exempt,
    held,
    months_left,
    require_runs_done,
    the_assets,
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
from domain.events import Changes, Scalar
from domain.periods import Books
from domain.refusals import refuse_unless
from domain.states import State
from domain.world import World

MERGE, MERGED = "CARD.MERGE", "CARD.MERGED"


def merge_cards(command: MergeCards, world: World) -> Decision:
    """Merge cards of one account into one; the others end VOIDED and name the one they are in."""
    refuse_unless(
        command.asset_id not in command.asset_ids,
        "E_CARD_FIELD",
        "保留的卡片不能同时被并入",
        "the card that stays is not among those that end",
        field="asset_ids",
    )
    stays, *ending = the_assets(world, [command.asset_id, *command.asset_ids])
    require_ready([stays, *ending], command)
    _require_alike(stays, ending)
    books = world.books(held(stays).unit_id)
    day = booking_day([books], command.occurred_on, command.booked_on)
    require_runs_done([stays, *ending], books, day)
    items = [booked(asset, books) for asset in ending]
    own = booked(stays, books)
    whole = msgspec.structs.replace(
        own,
        gross_fen=own.gross_fen + sum(item.gross_fen for item in items),
        accum_fen=own.accum_fen + sum(item.accum_fen for item in items),
    )
    months = _months_of([stays, *ending], books, command.remaining_months)
    card = _merged_card(stays, ending, command)
    again = examined_change(f"asset:{stays.asset_id}", held(stays).card, card, world)
    summary = f"合并卡片 {held(stays).card.name}"
    number, taken = world.new_id(), [sum_of(own, items)]
    posted = moved(stays, number, MERGE, summary, command, day, items, taken)
    voucher_id = number if posted else None
    facts = [
        changed(
            stays,
            command,
            CORRECTED,
            MERGE,
            Changes(
                gross_fen=whole.gross_fen,
                basis=basis_of(stays, whole, months, day),
                card=difference(held(stays).card, card),
            ),
            detail={"document_no": command.document_no, "from": ",".join(command.asset_ids)},
            flags=again.flags,
            voucher_id=voucher_id,
            booked_on=day,
        )
    ]
    facts += [
        changed(
            asset,
            command,
            CORRECTED,
            MERGED,
            Changes(state=State.VOIDED, gross_fen=0, basis=None),
            detail={"document_no": command.document_no, "into": stays.asset_id},
            voucher_id=voucher_id,
            booked_on=day,
        )
        for asset in ending
    ]
    return Decision(
        facts=(*facts, *posted),
        flags=again.flags,
        claims=again.claims,
        created={"voucher_id": [voucher_id]} if voucher_id else {},
    )


def _require_alike(stays: Asset, ending: Sequence[Asset]) -> None:
    """Refuse cards of other accounts, states, values or depreciation: the sum would mix them."""
    first = held(stays)
    for asset in ending:
        other = held(asset)
        alike = (
            (other.card.account_code, other.card.value_type, exempt(other.card), other.state)
            == (first.card.account_code, first.card.value_type, exempt(first.card), first.state)
        )  # fmt: skip
        same_side = (
            first.basis is None
            or other.basis is None
            or (first.basis.expense_account == other.basis.expense_account)
        )
        refuse_unless(
            alike and same_side,
            "E_VALUE_MISMATCH",
            f"{other.card_no} 与 {first.card_no} 的科目、价值类型、折旧或状态不同",
            f"{other.card_no} and {first.card_no} differ in account, value type or state",
            field="asset_ids",
        )


def _months_of(assets: Sequence[Asset], books: Books, asked: int | None) -> int:
    """Return the months over which the merged rest is spread."""
    left = {months_left(asset, books) for asset in assets if held(asset).basis is not None}
    left -= {0}
    if not left:
        return 0
    refuse_unless(
        asked is not None or len(left) == 1,
        "E_CARD_FIELD",
        f"各卡片剩余月数不同（{min(left)}至{max(left)}），须填写剩余月数",
        f"the cards have {min(left)} to {max(left)} months left: say how many",
        field="remaining_months",
    )
    months = min(left) if asked is None else asked
    refuse_unless(
        min(left) <= months <= max(left),
        "E_CARD_FIELD",
        f"剩余月数须在{min(left)}至{max(left)}之间",
        f"between {min(left)} and {max(left)}",
        field="remaining_months",
    )
    return months


def _merged_card(stays: Asset, ending: Sequence[Asset], command: MergeCards) -> Card:
    """Return the card that holds all; pieces add up where a card may count several."""
    card, others = held(stays).card, [held(asset).card for asset in ending]
    values: dict[str, Scalar] = {
        name: getattr(card, name) + sum(getattr(other, name) for other in others)
        for name in ("gross_fen", "fiscal_fen", "nonfiscal_fen")
    }
    countable = not one_card_a_piece(card) and card.card_type not in {"house", "land"}
    if countable and all(other.class_code == card.class_code for other in others):
        values["qty_centi"] = card.qty_centi + sum(other.qty_centi for other in others)
    return with_traits(card, values, command.fields)
