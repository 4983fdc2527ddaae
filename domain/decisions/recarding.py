"""What splitting and merging of cards share: who may, what changes, what is posted (3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec

from domain import postings
from domain.asset import Asset, corrected_card
from domain.card_entries import moved_between_cards
from domain.cards import Card
from domain.commands.carding import MergeCards, SplitCard
from domain.commands.command import Command
from domain.decisions.decision import held, require_movable, require_state
from domain.decisions.processing import require_free
from domain.depreciation import Basis
from domain.envelope import Fact
from domain.events import Scalar
from domain.periods import period_of
from domain.postings import Booked
from domain.refusals import Refused, refuse_unless
from domain.states import Overlay, State

CORRECTED = "asset.corrected/1"
ON_HAND = frozenset({State.IN_USE, State.IDLE})


def require_ready(assets: Sequence[Asset], command: SplitCard | MergeCards) -> None:
    """Refuse cards that are not on hand, not booked, held by a process, or still estimated."""
    refuse_unless(command.reason, "E_REASON", field="reason")
    for asset in assets:
        require_state(asset, ON_HAND, command)
        require_movable(asset)
        require_free(asset)
        estimated = Overlay.ESTIMATED in held(asset).overlays
        refuse_unless(
            not estimated,
            "E_STATE",
            f"{held(asset).card_no} 为暂估，请先结算",
            f"{held(asset).card_no} is estimated: settle it first",
            field="asset_ids",
        )
        nominal = held(asset).card.value_type == "NOMINAL"
        refuse_unless(
            not nominal,
            "E_VALUE_MISMATCH",
            f"{held(asset).card_no} 以名义金额计量，不能拆分、合并",
            f"{held(asset).card_no} stands at the nominal amount",
            field="asset_ids",
        )


def with_traits(card: Card, values: dict[str, Scalar], fields: dict[str, Scalar]) -> Card:
    """Return `card` with `values` and the traits of `fields`; refuses other fields."""
    for name in fields:
        refuse_unless(name.startswith("traits."), "E_ATTRIBUTE", name, field=f"fields/{name}")
    try:
        return corrected_card(card, {**values, **fields})
    except msgspec.ValidationError as error:
        raise Refused("E_CARD_FIELD", str(error), field="fields") from error


def difference(before: Card, after: Card) -> dict[str, Scalar]:
    """Return the fields of `after` that `before` had otherwise, as a fact tells them."""
    plain = {
        name: getattr(after, name)
        for name in Card.__struct_fields__
        if name != "traits" and getattr(after, name) != getattr(before, name)
    }
    return plain | {
        f"traits.{code}": value
        for code, value in after.traits.items()
        if before.traits.get(code) != value
    }


def sum_of(item: Booked, items: Sequence[Booked]) -> Booked:
    """Return `item` with what `items` hold together."""
    return msgspec.structs.replace(
        item,
        gross_fen=sum(one.gross_fen for one in items),
        accum_fen=sum(one.accum_fen for one in items),
    )


def basis_of(asset: Asset, item: Booked, months: int, day: date) -> Basis | None:
    """Return what is left to be spread over a card from the month of `day`; None where exempt."""
    basis = held(asset).basis
    if basis is None:
        return None
    return Basis(
        start_period=period_of(day),
        amount_fen=item.net_fen,
        months=max(1, months) if item.net_fen else 0,
        expense_account=basis.expense_account,
        accum_account=basis.accum_account,
        opening_fen=item.accum_fen,
    )


def moved(
    asset: Asset,
    voucher_id: str,
    rule: str,
    summary: str,
    command: Command,
    day: date,
    given: Sequence[Booked],
    taken: Sequence[Booked],
) -> tuple[Fact, ...]:
    """Return the voucher that moves value from cards to cards, in the books of the asset's unit."""
    return postings.posted(
        held(asset).unit_id,
        voucher_id,
        rule,
        summary,
        moved_between_cards(given, taken),
        occurred_on=command.occurred_on,
        booked_on=day,
    )
