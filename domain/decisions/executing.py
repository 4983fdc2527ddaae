"""Disposals carried out 处置执行: cards closed and books cleared on one day (条例 art. 35)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import msgspec

from domain import postings
from domain.asset import Asset
from domain.catalogue import classes
from domain.commands.structs import Command, ExecuteDisposal, RecordExecutedDisposal
from domain.configuring_entries import given_away
from domain.decisions.decision import (
    Decision,
    approval_flags,
    booked,
    booking_day,
    changed,
    held,
    require_runs_done,
    require_state,
    step,
    the_assets,
)
from domain.decisions.disposal import (
    DISPOSABLE,
    DISPOSED,
    DONATE,
    EXCHANGE,
    TRANSFER,
    DisposalKind,
    kind_of,
    open_process,
)
from domain.decisions.processing import expired, opened, require_free
from domain.decisions.reallocation import Transfer, transfer
from domain.envelope import Fact
from domain.events import Approval, Changes, Line, Scalar
from domain.postings import Booked
from domain.process import Process
from domain.refusals import refuse_unless
from domain.states import Overlay, State
from domain.world import World

INTANGIBLE = "1701"


def execute_disposal(command: ExecuteDisposal, world: World) -> Decision:
    """Carry out an approved disposal: card and books the same day (条例 art. 35)."""
    process, assets = open_process(world, command.process_id, "approved")
    kind = kind_of(command.sub_kind)
    refuse_unless(kind.code == process.kind, "E_KIND_MISMATCH", process.kind, field="sub_kind")
    refuse_unless(process.requester != world.actor.person_id, "E_SELF_POSTING")
    approval = process.approval
    assert approval is not None
    refuse_unless(
        command.occurred_on >= approval.on, "E_DATE", str(approval.on), field="occurred_on"
    )
    refuse_unless(
        kind.code != EXCHANGE, "E_SUB_KIND", "请使用置换", "use the exchange", field="sub_kind"
    )
    assets, partial = _part(command, assets)
    _require_papers(command, kind, process, assets)
    flags = expired(world, process, command.occurred_on)
    flags += media_flags(assets, command.wipe_certificate) if kind.secrecy else ()
    done = step(
        process.process_id,
        process.unit_id,
        command,
        "process.executed/1",
        process.kind,
        amount_fen=sum(asset.original_gross_fen for asset in assets),
        approval=approval,
        flags=flags,
        detail={
            "evidence": command.evidence,
            "price_fen": command.price_fen,
            "partial": partial or None,
        },
        pieces=len(assets),
    )
    if kind.code == TRANSFER:
        moved = _transferred(command, world, process, assets, approval)
        return msgspec.structs.replace(moved, facts=(done, *moved.facts), flags=flags)
    off = _off_books(
        command,
        world,
        kind,
        process.process_id,
        assets,
        approval,
        command.booked_on,
        {"evidence": command.evidence, "receiver": command.receiver, **_media(command)},
        costs_fen=command.freight_fen if kind.code == DONATE else 0,
    )
    return Decision(facts=(done, *off), flags=flags)


def _require_papers(
    command: ExecuteDisposal, kind: DisposalKind, process: Process, assets: Sequence[Asset]
) -> None:
    """Refuse without the appraisal, the floor price or the certificate that the kind needs."""
    secret = any(Overlay.CLASSIFIED in held(asset).overlays for asset in assets)
    certified = not (secret and kind.secrecy) or command.secrecy_certificate
    refuse_unless(certified, "E_NO_SECRECY_CERT", field="secrecy_certificate")
    first = command.media_supervisor
    refuse_unless(
        first is None or first != command.media_supervisor_2,
        "E_CARD_FIELD",
        "两名监督人不能是同一人",
        "two people supervise",
        field="media_supervisor_2",
    )
    if kind.appraisal:
        refuse_unless(process.detail.get("appraisal_no"), "E_NO_APPRAISAL")
        floor = process.detail.get("floor_fen")
        price = command.price_fen
        enough = not isinstance(floor, int) or (price is not None and price >= floor)
        refuse_unless(enough, "E_BELOW_FLOOR", field="price_fen")


def _part(command: ExecuteDisposal, assets: Sequence[Asset]) -> tuple[list[Asset], bool]:
    """Return those carried out now, and whether others of the batch still wait."""
    waiting = [asset for asset in assets if held(asset).state is State.DISPOSAL_APPROVED]
    here = {asset.asset_id for asset in waiting}
    strangers = [asset_id for asset_id in command.only if asset_id not in here]
    refuse_unless(not strangers, "E_KIND_MISMATCH", ", ".join(strangers), field="only")
    named = frozenset(command.only) or here
    part = [asset for asset in waiting if asset.asset_id in named]
    return part, len(part) < len(waiting)


def media_flags(assets: Sequence[Asset], certificate: str | None) -> tuple[str, ...]:
    """Return E_NO_WIPE_CERT where media leave without a certificate that they were wiped (8.4).

    Classified ones are refused elsewhere; this is the soft rule for all the others.
    """
    bearing = any(classes.bears_media(held(asset).card.class_code) for asset in assets)
    return ("E_NO_WIPE_CERT",) if bearing and not certificate else ()


def _media(command: ExecuteDisposal) -> dict[str, Scalar]:
    """Return what 8.4 wants kept of media that were taken out."""
    return {
        name: getattr(command, name)
        for name in (
            "secrecy_certificate",
            "wipe_certificate",
            "media_serials",
            "media_removed_by",
            "media_seal_no",
            "media_receiver",
            "media_supervisor",
            "media_supervisor_2",
        )
    }


def _transferred(
    command: ExecuteDisposal,
    world: World,
    process: Process,
    assets: Sequence[Asset],
    approval: Approval,
) -> Decision:
    return transfer(
        assets,
        command,
        world,
        Transfer(
            event_type="asset.reallocated/1",
            sub_kind=TRANSFER,
            to_unit=str(process.detail["to_unit"]),
            approval=approval,
            freight_fen=command.freight_fen,
            keeper=command.keeper,
            booked_on=command.booked_on,
            process_id=process.process_id,
        ),
    )


def _off_books(
    command: Command,
    world: World,
    kind: DisposalKind,
    process_id: str,
    assets: Sequence[Asset],
    approval: Approval | None,
    asked: date | None,
    detail: dict[str, Scalar],
    flags: Sequence[str] = (),
    costs_fen: int = 0,
) -> list[Fact]:
    """Return the facts that close the cards and the vouchers that clear the books."""
    unit_id = held(assets[0]).unit_id
    books = world.books(unit_id)
    day = booking_day([books], command.occurred_on, asked)
    require_runs_done(assets, books, day)
    voucher_id = world.new_id()
    lines_of = _disposal_lines(kind, [booked(asset, books) for asset in assets], costs_fen)
    facts = [
        changed(
            asset,
            command,
            DISPOSED,
            kind.code,
            Changes(
                state=State.DISPOSED,
                gross_fen=0,
                basis=None,
                process_id=process_id,
                overlays_off=(Overlay.PROCESS_OPEN,),
            ),
            detail={"step": "executed", **detail},
            flags=flags,
            approval=approval,
            voucher_id=voucher_id if lines_of else None,
            booked_on=day,
            process_id=process_id,
        )
        for asset in assets
    ]
    summary = f"{kind.zh} {held(assets[0]).card.name}"
    if len(assets) > 1:
        summary += f" 等{len(assets)}件"
    number = voucher_id
    for rule, lines in lines_of:
        facts.append(
            postings.voucher(
                unit_id,
                number,
                rule,
                summary,
                lines,
                occurred_on=command.occurred_on,
                booked_on=day,
                process_id=process_id,
            )
        )
        number = world.new_id()
    return facts


def _disposal_lines(
    kind: DisposalKind, items: list[Booked], costs_fen: int
) -> list[tuple[str, tuple[Line, ...]]]:
    """Return the entries of a disposal: things through 1902 where the kind says so."""
    if kind.code == DONATE:
        return [(kind.code, lines)] if (lines := given_away(items, costs_fen)) else []
    pending = [item for item in items if kind.pending and item.account != INTANGIBLE]
    direct = [item for item in items if item not in pending]
    steps: list[tuple[str, Callable[[], tuple[Line, ...]]]] = []
    if pending:
        net = sum(item.net_fen for item in pending)
        steps += [
            (f"{kind.code}.PENDING", lambda: postings.into_pending(pending)),
            (f"{kind.code}.WRITE_OFF", lambda: postings.written_off(net)),
        ]
    if direct:
        steps.append((kind.code, lambda: postings.derecognised(direct)))
    return [(rule, lines) for rule, make in steps if (lines := make())]


def record_executed_disposal(command: RecordExecutedDisposal, world: World) -> Decision:
    """Record a disposal that happened already; without approval it is flagged, not refused."""
    kind = kind_of(command.sub_kind)
    refuse_unless(
        kind.code not in {TRANSFER, EXCHANGE, "DISP.LOSS"},
        "E_SUB_KIND",
        "请使用划转、置换或盘亏流程",
        "use the transfer, the exchange or the loss process",
        field="sub_kind",
    )
    assets = the_assets(world, command.asset_ids)
    for asset in assets:
        require_state(asset, DISPOSABLE, command)
        require_free(asset)
    flags = approval_flags(command.approval, command.occurred_on)
    process_id = world.new_id()
    request = opened(world, command, process_id, kind.code, assets, flags)
    unit_id = held(assets[0]).unit_id
    done = step(
        process_id,
        unit_id,
        command,
        "process.executed/1",
        kind.code,
        amount_fen=sum(asset.original_gross_fen for asset in assets),
        approval=command.approval,
        flags=flags,
        detail={"evidence": command.evidence},
    )
    off = _off_books(
        command,
        world,
        kind,
        process_id,
        assets,
        command.approval,
        command.booked_on,
        {"evidence": command.evidence},
        flags,
    )
    return Decision(facts=(request, done, *off), flags=flags, created={"process_id": [process_id]})
