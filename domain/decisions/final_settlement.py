"""The final settlement 竣工决算 of what was delivered at an estimate (E19)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec

from domain import configuring_entries, postings
from domain.asset import Asset
from domain.commands.structs import SettleConstruction
from domain.decisions.constructing import CONFIGURED, KINDS
from domain.decisions.decision import (
    Decision,
    booked,
    booking_day,
    changed,
    held,
    months_left,
    require_runs_done,
    require_state,
    step,
    the_assets,
)
from domain.depreciation import Basis
from domain.envelope import Fact
from domain.events import Changes, Scalar
from domain.periods import Books, period_of
from domain.process import Process
from domain.refusals import refuse_unless
from domain.states import HOLDING, Overlay, State
from domain.world import World

SETTLED_IN = HOLDING - {
    State.PENDING_BOOKING,
    State.LOSS_PENDING,
    State.UNDER_IMPROVEMENT,
    State.DISPOSAL_APPROVED,
}
"""States in which the value of a thing may still be settled."""


class _Settled(msgspec.Struct, frozen=True):
    """One thing, its value by the settlement, and how much more that is than its estimate."""

    asset: Asset
    value_fen: int

    @property
    def difference_fen(self) -> int:
        return self.value_fen - held(self.asset).gross_fen

    @property
    def line(self) -> tuple[str, str, int]:
        """Asset id, account and difference, as the entry wants them."""
        return self.asset.asset_id, held(self.asset).card.account_code, self.difference_fen


def settle_construction(command: SettleConstruction, world: World) -> Decision:
    """E19 2024-03: 1601 against 3501, 3501 to 3001; past depreciation is not restated."""
    project = world.process(command.process_id)
    refuse_unless(project.kind in KINDS, "E_UNKNOWN_PROCESS", project.kind, field="process_id")
    items = _items(command, project, world)
    books = world.books(project.unit_id)
    day = booking_day([books], command.occurred_on, command.booked_on)
    require_runs_done([item.asset for item in items], books, day)
    vouchers = _vouchers(command, world, project, items, day)
    voucher_id = vouchers[0].body.voucher_id if vouchers else None  # type: ignore[attr-defined]
    facts = [_fact(command, item, books, day, project, voucher_id) for item in items]
    named = {item.asset.asset_id for item in items}
    others = [world.asset(one) for one in project.asset_ids if one not in named]
    waits = any(
        held(one).state is State.UNDER_CONSTRUCTION or Overlay.ESTIMATED in held(one).overlays
        for one in others
    )
    done = step(
        project.process_id,
        project.unit_id,
        command,
        "process.executed/1" if waits else "process.settled/1",
        project.kind,
        amount_fen=sum(item.value_fen for item in items),
        detail={"step": "settled", "settlement_no": command.settlement_no},
        voucher_id=voucher_id,
        booked_on=day,
    )
    created = {"voucher_id": [voucher_id]} if voucher_id else {}
    return Decision(facts=(done, *facts, *vouchers), created=created)


def _items(command: SettleConstruction, project: Process, world: World) -> list[_Settled]:
    """Return the things of the project that stand at an estimate, with their final values."""
    values = {one.asset_id: one.value_fen for one in command.things}
    refuse_unless(len(values) == len(command.things), "E_EXISTS", "资产重复", field="things")
    assets = the_assets(world, values)
    for asset in assets:
        require_state(asset, SETTLED_IN, command)
        estimated = Overlay.ESTIMATED in held(asset).overlays
        of_it = asset.acquisition_id == project.process_id
        refuse_unless(
            estimated and of_it and held(asset).unit_id == project.unit_id,
            "E_STATE",
            f"{held(asset).card_no} 不是本项目的暂估资产",
            f"{held(asset).card_no} is no estimate of this project",
            field="things",
        )
    return [_Settled(asset, values[asset.asset_id]) for asset in assets]


def _vouchers(
    command: SettleConstruction,
    world: World,
    project: Process,
    items: Sequence[_Settled],
    day: date,
) -> list[Fact]:
    """Return the adjustment and the transfer to 3001, each a voucher of its own (5.7)."""
    net = sum(item.difference_fen for item in items)
    entries = [
        ("ADJUSTED", configuring_entries.settled_difference([item.line for item in items])),
        ("TO_SURPLUS", configuring_entries.difference_to_surplus(net)),
    ]
    return [
        postings.voucher(
            project.unit_id,
            world.new_id(),
            f"{project.kind}.{part}",
            f"竣工决算调整 {held(items[0].asset).card.name}",
            lines,
            occurred_on=command.occurred_on,
            booked_on=day,
            process_id=project.process_id,
        )
        for part, lines in entries
        if lines
    ]


def _fact(
    command: SettleConstruction,
    item: _Settled,
    books: Books,
    day: date,
    project: Process,
    voucher_id: str | None,
) -> Fact:
    """Return the fact of one thing: its value and what is spread from now on."""
    card = held(item.asset).card
    own = min(card.nonfiscal_fen, item.value_fen)
    fields: dict[str, Scalar] = {
        "gross_fen": item.value_fen,
        "fiscal_fen": item.value_fen - own,
        "nonfiscal_fen": own,
        "value_type": "COST",
    }
    return changed(
        item.asset,
        command,
        CONFIGURED,
        project.kind,
        Changes(
            gross_fen=item.value_fen,
            original_gross_fen=item.value_fen,
            basis=_basis(item, books, day),
            overlays_off=(Overlay.ESTIMATED,),
            card=fields,
        ),
        detail={"step": "settled", "settlement_no": command.settlement_no},
        voucher_id=voucher_id,
        booked_on=day,
        process_id=project.process_id,
    )


def _basis(item: _Settled, books: Books, day: date) -> Basis | None:
    """Return what is left over the months left: (value - accumulated) / (life - done) (5.3)."""
    basis = held(item.asset).basis
    done = booked(item.asset, books).accum_fen
    refuse_unless(
        item.value_fen >= max(done, 1),
        "E_AMOUNT",
        f"决算价值低于已提折旧 {done} 分",
        f"below the {done} fen charged already",
        field="things",
    )
    if basis is None:
        return None
    rest = item.value_fen - done
    return Basis(
        start_period=period_of(day),
        amount_fen=rest,
        months=max(1, months_left(item.asset, books)) if rest else 0,
        expense_account=basis.expense_account,
        accum_account=basis.accum_account,
        opening_fen=done,
    )
