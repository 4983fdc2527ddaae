"""Taken back 冲销: a disposal or a booking made in error, by red vouchers; cards as before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from domain import postings
from domain.asset import Asset, Holding
from domain.commands.structs import Command, ReverseDisposal, ReversePosting
from domain.decisions import uniques
from domain.decisions.acquisition import ACQUISITIONS
from domain.decisions.decision import (
    Decision,
    booking_day,
    changed,
    held,
    require_approval,
    require_movable,
    require_state,
    step,
    the_assets,
)
from domain.decisions.disposal import DISPOSED, EXCHANGE, KINDS, TRANSFER
from domain.decisions.processing import require_free
from domain.depreciation import Basis, months_left_of, remaining_basis
from domain.envelope import Fact, Recorded
from domain.events import Changes, VoucherPosted
from domain.periods import Books, period_of
from domain.process import Process
from domain.refusals import refuse_unless
from domain.states import State
from domain.world import World

POSTED = "CORRECT.REVERSE_POSTING"
UNDONE = "CORRECT.REVERSE_DISPOSAL"
OUTCOMES = {"ACCEPTED": State.ACCEPTED, "VOIDED": State.VOIDED}
RETURNING = frozenset(KINDS) - {TRANSFER, EXCHANGE}
"""Kinds that are taken back; what went to another unit or came in for it goes back by itself."""


def _red(
    command: Command,
    world: World,
    day: date,
    rule: str,
    process: Process,
    vouchers: Sequence[tuple[Recorded, VoucherPosted]],
) -> list[Fact]:
    """Return one red voucher for each: the same sides, negative fen, pointing at the original."""
    return [
        postings.voucher(
            process.unit_id,
            world.new_id(),
            rule,
            f"冲销 {body.summary}",
            postings.reversed_lines(body.lines),
            occurred_on=command.occurred_on,
            booked_on=day,
            process_id=process.process_id,
            asset_id=event.asset_id,
            reverses=body.voucher_id,
        )
        for event, body in vouchers
    ]


def reverse_disposal(command: ReverseDisposal, world: World) -> Decision:
    """Take a disposal back, the only way out of DISPOSED (2.9); approval is a hard condition.

    All vouchers of the process are reversed; no month is charged twice, and those in which the
    things were away are not charged at all.
    """
    process = world.process(command.process_id)
    assets = _gone(command, process, world)
    approval = require_approval(command.approval, command.occurred_on)
    refuse_unless(process.paid_fen == 0, "E_PAID_OVER", field="process_id")
    books = world.books(process.unit_id)
    day = booking_day([books], command.occurred_on, command.booked_on)
    facts = []
    for asset in assets:
        before, since = _as_it_stood(asset)
        state = before.state
        if state is State.DISPOSAL_APPROVED:
            state = before.previous or State.IDLE
        facts.append(
            changed(
                asset,
                command,
                DISPOSED,
                UNDONE,
                Changes(
                    state=state,
                    gross_fen=before.gross_fen,
                    basis=_resumed(asset, before, books, since, day),
                    process_id=None,
                ),
                detail={"step": "reversed", "document_no": command.document_no},
                approval=approval,
                booked_on=day,
                process_id=process.process_id,
                corrects=asset.last_event_id,
            )
        )
    red = _red(
        command, world, day, UNDONE, process, world.vouchers(process.unit_id, process.process_id)
    )
    undone = step(
        process.process_id,
        process.unit_id,
        command,
        "process.undone/1",
        process.kind,
        amount_fen=process.amount_fen,
        approval=approval,
        detail={
            "step": "reversed",
            "document_no": command.document_no,
            "owed_fen": -process.owed_fen,
        },
        booked_on=day,
    )
    # Whoever took their numbers meanwhile keeps them: two live cards may not bear one.
    claims = uniques.claimed(
        [(f"asset:{one.asset_id}", held(one).card, "process_id") for one in assets], world
    )
    return Decision(facts=(undone, *facts, *red), claims=claims)


def _gone(command: ReverseDisposal, process: Process, world: World) -> list[Asset]:
    """Return the things of a disposal that was carried out as a whole."""
    refuse_unless(process.kind in KINDS, "E_UNKNOWN_PROCESS", process.kind, field="process_id")
    refuse_unless(
        process.kind in RETURNING,
        "E_KIND_MISMATCH",
        "划转请由接收单位调回，置换请按新的置换办理",
        "given things are given back, exchanged ones exchanged again",
        field="process_id",
    )
    refuse_unless(
        process.status in {"executed", "settled", "filed"},
        "E_STATE",
        f"业务单状态 {process.status}",
        process.status,
        field="process_id",
    )
    refuse_unless(command.reason, "E_REASON", field="reason")
    assets = [world.asset(asset_id) for asset_id in process.asset_ids]
    gone = [
        asset
        for asset in assets
        if held(asset).state is State.DISPOSED and held(asset).process_id == process.process_id
    ]
    refuse_unless(gone, "E_STATE", process.process_id, field="process_id")
    done = max(process.executed_on or command.occurred_on, *(_last_day(one) for one in gone))
    refuse_unless(command.occurred_on >= done, "E_DATE", str(done), field="occurred_on")
    return gone


def _last_day(asset: Asset) -> date:
    assert asset.last_occurred_on is not None
    return asset.last_occurred_on


def _as_it_stood(asset: Asset) -> tuple[Holding, date]:
    """Return the holding before the disposal, and the day its value left the books.

    What was missing at a count left them when it was missed, not when that was approved.
    """
    before, day = asset.held_last, asset.disposed_on
    assert before is not None
    if before.state is State.LOSS_PENDING:
        before, day = asset.held_before, asset.lost_on
    assert before is not None
    assert day is not None
    return before, day


def _resumed(asset: Asset, before: Holding, books: Books, since: date, day: date) -> Basis | None:
    """Return what is still to be spread: the rest over the months that were left (E12, 5.3)."""
    if before.basis is None:
        return None
    charged = [run for run in books.runs if run < period_of(since)]
    late = books.late.get(asset.asset_id, ())
    runs = sum(1 for run in charged if run >= before.basis.start_period and run not in late)
    left = months_left_of(before.basis, runs)
    return remaining_basis(before.basis, runs, period_of(day), before.gross_fen, left)


def reverse_posting(command: ReversePosting, world: World) -> Decision:
    """Take back a booking made in error, in a month that was neither run nor closed (入账冲销)."""
    refuse_unless(command.outcome in OUTCOMES, "E_SUB_KIND", command.outcome, field="outcome")
    refuse_unless(command.reason, "E_REASON", field="reason")
    assets = the_assets(world, command.asset_ids)
    for asset in assets:
        require_state(asset, {State.IN_USE, State.IDLE}, command)
    process = world.process(assets[0].acquisition_id or "")
    books = world.books(process.unit_id)
    for asset in assets:
        _require_fresh(asset, process, books)
    refuse_unless(process.retention_paid_fen == 0, "E_PAID_OVER", "质保金已付", field="asset_ids")
    named = {asset.asset_id for asset in assets}
    vouchers = [
        (event, body)
        for event, body in world.vouchers(process.unit_id, process.process_id)
        if body.rule == process.kind and named & {line.asset_id for line in body.lines}
    ]
    for asset in assets:
        _require_whole(asset, [body for _, body in vouchers])
    together = {line.asset_id for _, body in vouchers for line in body.lines if line.asset_id}
    refuse_unless(
        together <= named,
        "E_VALUE_MISMATCH",
        "同一凭证入账的资产须一并冲销",
        "what was booked by one voucher is reversed together",
        field="asset_ids",
    )
    day = booking_day([books], command.occurred_on, command.booked_on)
    changes = Changes(state=OUTCOMES[command.outcome], gross_fen=0, booked_on=None, basis=None)
    facts = [
        changed(
            asset,
            command,
            "asset.corrected/1",
            POSTED,
            changes,
            detail={"step": "reversed"},
            booked_on=day,
            process_id=process.process_id,
            corrects=asset.booking_event_id,
        )
        for asset in assets
    ]
    return Decision(facts=(*facts, *_red(command, world, day, POSTED, process, vouchers)))


def _require_fresh(asset: Asset, process: Process, books: Books) -> None:
    """Refuse what this acceptance did not book, or was changed, run or closed since."""
    require_movable(asset)
    require_free(asset)
    holding = held(asset)
    accepted = process.kind in ACQUISITIONS and asset.acquisition_id == process.process_id
    refuse_unless(
        accepted and not asset.past_cards and process.unit_id == holding.unit_id,
        "E_STATE",
        f"{holding.card_no} 不是本单位本次验收入账",
        f"{holding.card_no} was not booked by this acceptance",
        field="asset_ids",
    )
    month = period_of(holding.booked_on) if holding.booked_on else ""
    advice_zh = f"{month}：请用更正或处置办理"
    advice_en = f"{month}: correct the card, or dispose of the thing"
    refuse_unless(not books.is_closed(month), "E_PERIOD_CLOSED", advice_zh, advice_en)
    free = month >= (books.first_free or "")
    refuse_unless(free, "E_PERIOD_RUN", advice_zh, advice_en)


def _require_whole(asset: Asset, vouchers: Sequence[VoucherPosted]) -> None:
    """Refuse a card worth more or less than those vouchers put on it: split, merged, adjusted."""
    holding = held(asset)
    put = sum(
        line.fen if line.side == "D" else -line.fen
        for body in vouchers
        for line in body.lines
        if (line.asset_id, line.account) == (asset.asset_id, holding.card.account_code)
    )
    refuse_unless(put == holding.gross_fen, "E_TOUCHED", holding.card_no, field="asset_ids")
