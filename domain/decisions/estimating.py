"""Changes of value or life of a booked card: what is spread from then on (5.3)."""

from __future__ import annotations

from datetime import date

import msgspec

from domain import period_entries, postings
from domain.asset import Asset
from domain.catalogue import lives
from domain.commands.structs import AdjustEstimate
from domain.decisions.decision import (
    Decision,
    booked,
    booking_day,
    changed,
    held,
    life_of,
    months_left,
    require_runs_done,
    require_state,
)
from domain.decisions.depreciating import SPREADABLE
from domain.depreciation import Basis, remaining_basis
from domain.envelope import Fact, Recorded
from domain.events import Changes, Line, Scalar, VoucherPosted
from domain.periods import Books, period_of
from domain.refusals import refuse_unless
from domain.world import World

LIFE, SETTLED, WRONG_ENTRY = "ESTIMATE.LIFE", "ESTIMATE.SETTLED", "ESTIMATE.WRONG_ENTRY"


class _Adjusted(msgspec.Struct, frozen=True):
    """One card with its new value in fen and its new life in months."""

    asset: Asset
    value_fen: int
    life_months: int
    day: date

    @property
    def difference_fen(self) -> int:
        return self.value_fen - held(self.asset).gross_fen


def adjust_estimate(command: AdjustEstimate, world: World) -> Decision:
    """Set value or life anew: (new value - accumulated) over (new life - months done) (5.3)."""
    asset = world.asset(command.asset_id)
    require_state(asset, SPREADABLE, command)
    refuse_unless(command.reason, "E_REASON", field="reason")
    books = world.books(held(asset).unit_id)
    day = booking_day([books], command.occurred_on, command.booked_on)
    require_runs_done([asset], books, day)
    old_life = life_of(held(asset).card)
    value, life = command.new_value_fen, command.new_life_months
    item = _Adjusted(
        asset, held(asset).gross_fen if value is None else value, life or old_life, day
    )
    _require_change(command, item, old_life)
    vouchers = _vouchers(command, item, world)
    body = vouchers[-1].body if vouchers else None
    voucher_id = body.voucher_id if isinstance(body, VoucherPosted) else None
    fact = changed(
        asset,
        command,
        "asset.corrected/1",
        "CORRECT.ESTIMATE",
        _changes(item, books, old_life),
        detail={"kind": command.sub_kind, "document_no": command.document_no},
        voucher_id=voucher_id,
        booked_on=day,
        corrects=asset.booking_event_id if command.sub_kind == WRONG_ENTRY else None,
    )
    created = {"voucher_id": [voucher_id]} if voucher_id else {}
    return Decision(facts=(fact, *vouchers), created=created)


def _require_change(command: AdjustEstimate, item: _Adjusted, old_life: int) -> None:
    """Refuse an adjustment that changes nothing, or that its kind does not allow."""
    kinds = {LIFE, SETTLED, WRONG_ENTRY}
    refuse_unless(command.sub_kind in kinds, "E_SUB_KIND", command.sub_kind, field="sub_kind")
    card = held(item.asset).card
    moved = item.difference_fen != 0
    refuse_unless(
        moved == (command.sub_kind != LIFE),
        "E_AMOUNT",
        "价值变更须填新价值，年限变更不得改价值",
        "a change of value names a new value, a change of life none",
        field="new_value_fen",
    )
    refuse_unless(moved or item.life_months != old_life, "E_CARD_FIELD", "没有变更", "no change")
    nominal = card.value_type == "NOMINAL"
    refuse_unless(item.value_fen > 0 and not nominal, "E_AMOUNT", field="new_value_fen")
    if item.life_months == old_life:
        return
    structure = card.traits.get("structure")
    rule = lives.life_rule(card.class_code, str(structure) if structure else None, card.class_std)
    refuse_unless(
        rule is None or item.life_months >= rule.min_months,
        "E_CARD_FIELD",
        f"折旧年限不得低于 {rule.min_months if rule else 0} 个月",
        f"a life of at least {rule.min_months if rule else 0} months",
        field="new_life_months",
    )


def _changes(item: _Adjusted, books: Books, old_life: int) -> Changes:
    """Return what the holding shows from now on."""
    card = held(item.asset).card
    own = min(card.nonfiscal_fen, item.value_fen)
    fields: dict[str, Scalar] = {}
    if item.difference_fen:
        fields = {
            "gross_fen": item.value_fen,
            "fiscal_fen": item.value_fen - own,
            "nonfiscal_fen": own,
        }
    if item.life_months != old_life:
        fields["life_months"] = item.life_months
    basis = _basis(item, books, old_life)
    return Changes(
        gross_fen=item.value_fen if item.difference_fen else msgspec.UNSET,
        basis=msgspec.UNSET if basis is None else basis,
        card=fields,
    )


def _basis(item: _Adjusted, books: Books, old_life: int) -> Basis | None:
    """Return what is spread from now on; None where the card is exempt."""
    basis = held(item.asset).basis
    if basis is None:
        return None
    accum = booked(item.asset, books).accum_fen
    done = old_life - months_left(item.asset, books)
    refuse_unless(
        item.value_fen >= accum,
        "E_AMOUNT",
        f"新价值低于累计折旧 {accum} 分",
        f"below the {accum} fen accumulated",
        field="new_value_fen",
    )
    left = item.life_months - done if item.value_fen > accum else 0
    refuse_unless(
        left > 0 or item.value_fen == accum,
        "E_CARD_FIELD",
        f"已提 {done} 个月，新年限须更长",
        f"{done} months are done: the new life is longer",
        field="new_life_months",
    )
    runs = books.runs_since(basis.start_period, item.asset.asset_id)
    return remaining_basis(basis, runs, period_of(item.day), item.value_fen, left)


def _vouchers(command: AdjustEstimate, item: _Adjusted, world: World) -> list[Fact]:
    """Return what a new value posts: 3501 and 3001, or red and blue for an error of this year."""
    if not item.difference_fen:
        return []
    holding = held(item.asset)
    account = holding.card.account_code
    wrong = _voucher_of(item, world) if command.sub_kind == WRONG_ENTRY else None
    entries: list[tuple[str, tuple[Line, ...], str | None]]
    if wrong is not None:
        lines = period_entries.rewritten(
            wrong.lines, item.asset.asset_id, account, item.difference_fen
        )
        fits = all(line.fen > 0 for line in lines)
        refuse_unless(fits, "E_AMOUNT", "须冲销整张凭证", "reverse the posting instead")
        red = postings.reversed_lines(wrong.lines)
        entries = [("RED", red, wrong.voucher_id), ("BLUE", lines, None)]
    else:
        fen = item.difference_fen
        own = period_entries.revalued(account, item.asset.asset_id, fen)
        entries = [
            ("ADJUSTED", own, None),
            ("TO_SURPLUS", period_entries.revalued_to_surplus(fen), None),
        ]
    return [
        postings.voucher(
            holding.unit_id,
            world.new_id(),
            f"{command.sub_kind}.{part}",
            f"调整 {holding.card.name} 价值（{command.document_no}）",
            lines,
            occurred_on=command.occurred_on,
            booked_on=item.day,
            process_id=item.asset.acquisition_id if wrong is not None else None,
            reverses=reverses,
        )
        for part, lines, reverses in entries
    ]


def _voucher_of(item: _Adjusted, world: World) -> VoucherPosted | None:
    """Return the voucher that booked the card this year; None where that was earlier.

    An error of earlier years is corrected through 3501, for their accounts are carried forward.
    """
    holding = held(item.asset)
    account = holding.card.account_code

    def booked_it(event: Recorded, body: VoucherPosted) -> bool:
        this_year = event.booked_on is not None and event.booked_on.year == item.day.year
        own = [x for x in body.lines if (x.asset_id, x.account) == (item.asset.asset_id, account)]
        paid = any(x.side == "C" and x.asset_id is None for x in body.lines)
        return this_year and paid and any(x.side == "D" and x.fen == holding.gross_fen for x in own)

    vouchers = world.vouchers(holding.unit_id, item.asset.acquisition_id or "")
    return next((body for event, body in vouchers if booked_it(event, body)), None)
