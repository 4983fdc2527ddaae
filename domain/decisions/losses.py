"""Losses 盘亏: a thing missing at a count, found again or written off (E12)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec

from domain import postings
from domain.asset import Asset, Holding
from domain.commands.structs import (
    ApproveLoss,
    CountMissing,
    FoundAgain,
)
from domain.decisions.decision import (
    Decision,
    booked,
    booking_day,
    changed,
    held,
    require_approval,
    require_runs_done,
    require_state,
    step,
    the_assets,
)
from domain.decisions.disposal import DISPOSABLE, DISPOSED, open_process
from domain.decisions.processing import opened, require_free
from domain.depreciation import Basis, months_left_of, remaining_basis
from domain.envelope import Fact
from domain.events import Changes
from domain.periods import Books, period_of
from domain.postings import Booked
from domain.refusals import refuse_unless
from domain.states import Overlay, State
from domain.world import World


def count_missing(command: CountMissing, world: World) -> Decision:
    """E12 first step: a missing thing goes into 1902, confirmed by a second counter."""
    second = command.second_counter
    two = second is not None and second != world.actor.person_id
    refuse_unless(two, "E_SINGLE_COUNTER", field="second_counter")
    assets = the_assets(world, command.asset_ids)
    unit_id = held(assets[0]).unit_id
    count = world.stocktake(command.stocktake_id)
    fits = count.status == "open" and count.unit_id == unit_id
    refuse_unless(fits, "E_NO_COUNT_TASK", command.stocktake_id, field="stocktake_id")
    for asset in assets:
        require_state(asset, DISPOSABLE, command)
        require_free(asset)
        keeper = held(asset).keeper
        refuse_unless(
            keeper is None or keeper not in {second, world.actor.person_id},
            "E_SINGLE_COUNTER",
            "保管人不得盘点本人资产",
            "the keeper may not count",
        )
    books = world.books(unit_id)
    day = booking_day([books], command.occurred_on, command.booked_on)
    require_runs_done(assets, books, day)
    process_id, voucher_id = world.new_id(), world.new_id()
    lines = postings.into_pending([booked(asset, books) for asset in assets])
    facts = [
        opened(
            world,
            command,
            process_id,
            "DISP.LOSS",
            assets,
            detail={"stocktake_id": count.stocktake_id},
        )
    ]
    facts += [
        changed(
            asset,
            command,
            DISPOSED,
            "DISP.LOSS",
            Changes(
                state=State.LOSS_PENDING,
                gross_fen=0,
                basis=None,
                process_id=process_id,
                overlays_on=(Overlay.PROCESS_OPEN,),
            ),
            detail={"step": "missing", "second_counter": second},
            voucher_id=voucher_id if lines else None,
            booked_on=day,
            process_id=process_id,
        )
        for asset in assets
    ]
    facts += postings.posted(
        unit_id,
        voucher_id,
        "DISP.LOSS.PENDING",
        f"盘亏 {held(assets[0]).card.name}",
        lines,
        occurred_on=command.occurred_on,
        booked_on=day,
        process_id=process_id,
    )
    return Decision(facts=tuple(facts), created={"process_id": [process_id]})


def _as_pending(asset: Asset, world: World) -> Booked:
    """Return what the books held when the thing went missing."""
    before = asset.held_before
    assert before is not None, "a missing thing was held before"
    books = world.books(before.unit_id)
    return booked(msgspec.structs.replace(asset, holding=before), _books_then(books, asset))


def _books_then(books: Books, asset: Asset) -> Books:
    """Return the books with the runs up to the month in which the loss was booked."""
    assert asset.lost_on is not None
    return msgspec.structs.replace(
        books, runs=tuple(run for run in books.runs if run < period_of(asset.lost_on))
    )


def found_again(command: FoundAgain, world: World) -> Decision:
    """A missing thing turned up: the pending entry is reversed, depreciation goes on.

    When nothing of the loss is missing any more, its process is withdrawn.
    """
    assets = the_assets(world, command.asset_ids)
    unit_id = held(assets[0]).unit_id
    books = world.books(unit_id)
    day = booking_day([books], command.occurred_on, command.booked_on)
    facts: list[Fact] = []
    for asset in assets:
        still_open = held(asset).state is not State.DISPOSED
        refuse_unless(still_open, "E_ALREADY_WRITTEN_OFF", held(asset).card_no)
        require_state(asset, {State.LOSS_PENDING}, command)
        before, item = asset.held_before, _as_pending(asset, world)
        assert before is not None
        facts += [
            changed(
                asset,
                command,
                DISPOSED,
                "DISP.LOSS",
                Changes(
                    state=before.state,
                    gross_fen=before.gross_fen,
                    basis=_resumed(before.basis, _runs_then(asset, before, books), item, day),
                    process_id=before.process_id,
                    overlays_off=(Overlay.PROCESS_OPEN,),
                ),
                detail={"step": "found"},
                booked_on=day,
                process_id=held(asset).process_id,
            ),
            *postings.posted(
                unit_id,
                world.new_id(),
                "DISP.LOSS.FOUND",
                f"盘亏找回 {before.card.name}",
                postings.reversed_lines(postings.into_pending([item])),
                occurred_on=command.occurred_on,
                booked_on=day,
                process_id=held(asset).process_id,
                reverses=asset.loss_voucher_id,
            ),
        ]
    return Decision(facts=(*facts, *_losses_ended(command, world, assets)))


def _losses_ended(command: FoundAgain, world: World, found: Sequence[Asset]) -> list[Fact]:
    """Return the end of each loss of which nothing is missing any more."""
    here = {asset.asset_id for asset in found}
    facts = []
    for process_id in dict.fromkeys(held(asset).process_id for asset in found):
        process = world.process(process_id or "")
        still = (world.asset(other) for other in process.asset_ids if other not in here)
        if not any(held(other).state is State.LOSS_PENDING for other in still):
            facts.append(
                step(
                    process.process_id,
                    process.unit_id,
                    command,
                    "process.withdrawn/1",
                    process.kind,
                )
            )
    return facts


def _runs_then(asset: Asset, before: Holding, books: Books) -> int:
    """Return how many runs had charged the thing when it went missing."""
    if before.basis is None:
        return 0
    return _books_then(books, asset).runs_since(before.basis.start_period, asset.asset_id)


def _resumed(basis: Basis | None, runs: int, item: Booked, day: date) -> Basis | None:
    """Return the basis that goes on after the gap: the rest over the months that were left."""
    if basis is None:
        return None
    left = months_left_of(basis, runs)
    return remaining_basis(basis, runs, period_of(day), item.gross_fen, left)


def approve_loss(command: ApproveLoss, world: World) -> Decision:
    """E12: the loss is approved with a decision about liability; the card is closed."""
    process, assets = open_process(world, command.process_id, "open")
    refuse_unless(process.kind == "DISP.LOSS", "E_KIND_MISMATCH", process.kind)
    refuse_unless(process.requester != world.actor.person_id, "E_SELF_APPROVAL")
    refuse_unless(command.liability, "E_NO_LIABILITY_DECISION", field="liability")
    approval = require_approval(command.approval, command.occurred_on)
    lost = [asset for asset in assets if held(asset).state is State.LOSS_PENDING]
    refuse_unless(lost, "E_STATE", "资产均已找回", "everything was found again")
    net = sum(_as_pending(asset, world).net_fen for asset in lost)
    books = world.books(process.unit_id)
    day = booking_day([books], command.occurred_on, command.booked_on, cards=False)
    voucher_id = world.new_id() if net else None
    facts = [
        step(
            process.process_id,
            process.unit_id,
            command,
            what,
            process.kind,
            amount_fen=process.amount_fen,
            approval=approval,
            detail={"liability": command.liability},
        )
        for what in ("process.approved/1", "process.executed/1")
    ]
    changes = Changes(state=State.DISPOSED, overlays_off=(Overlay.PROCESS_OPEN,))
    facts += [
        changed(
            asset,
            command,
            DISPOSED,
            "DISP.LOSS",
            changes,
            detail={"step": "executed", "liability": command.liability},
            approval=approval,
            voucher_id=voucher_id,
            booked_on=day,
            process_id=process.process_id,
        )
        for asset in lost
    ]
    if voucher_id:
        facts.append(
            postings.voucher(
                process.unit_id,
                voucher_id,
                "DISP.LOSS.WRITE_OFF",
                f"报损核销 {held(lost[0]).card.name}",
                postings.written_off(net),
                occurred_on=command.occurred_on,
                booked_on=day,
                process_id=process.process_id,
            )
        )
    return Decision(facts=tuple(facts))
