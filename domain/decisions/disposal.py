"""Disposed 处置: request, approval, execution, and losses found at a count."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec

from domain.asset import Asset
from domain.catalogue import standards
from domain.commands.structs import (
    ApplyDisposal,
    ApproveDisposal,
    Command,
    RejectDisposal,
    RevokeApproval,
    WithdrawDisposal,
)
from domain.decisions.decision import (
    Decision,
    changed,
    held,
    require_movable,
    require_state,
    step,
    the_assets,
)
from domain.decisions.processing import (
    batch_of,
    cut_of_assets,
    ended,
    opened,
    require_decidable,
    require_free,
    split_flags,
)
from domain.envelope import Fact
from domain.events import Approval, Changes
from domain.periods import month_later
from domain.process import Process
from domain.refusals import refuse_unless
from domain.states import HOLDING, IN_WAREHOUSE, Overlay, State
from domain.world import World

DISPOSED = "asset.disposed/1"
TRANSFER, EXCHANGE, DONATE = "DISP.TRANSFER", "DISP.EXCHANGE", "DISP.DONATE"


class DisposalKind(msgspec.Struct, frozen=True):
    """How a kind of disposal takes things off the books; `pending` goes through 1902.

    `secrecy` says that media leave the unit with the thing.
    """

    code: str
    zh: str
    en: str
    pending: bool = False
    appraisal: bool = False
    secrecy: bool = True


KINDS: dict[str, DisposalKind] = {
    kind.code: kind
    for kind in (
        DisposalKind("DISP.SCRAP", "报废", "scrap", pending=True),
        DisposalKind("DISP.SALE", "出售", "sale", appraisal=True),
        DisposalKind("DISP.TRANSFER", "无偿划转", "free transfer"),
        DisposalKind("DISP.LOSS", "报损", "loss", pending=True, secrecy=False),
        DisposalKind("DISP.DONATE", "对外捐赠", "donation out"),
        DisposalKind("DISP.DEMOLISH", "房屋拆除", "demolition", pending=True, secrecy=False),
        DisposalKind(EXCHANGE, "置换", "exchange", appraisal=True),
    )
}
"""Kinds of disposal (handbook 2.7); a new one is a row here."""

DISPOSABLE = HOLDING - {State.PENDING_BOOKING, State.LOSS_PENDING, State.DISPOSAL_APPROVED}
"""States in which a thing may go missing, or may turn out to be gone already."""

APPLICABLE = IN_WAREHOUSE | {State.IN_USE, State.IDLE}
"""States in which a disposal may be asked for (2.9)."""

SECRET_STAYS = frozenset({"DISP.SALE", DONATE, EXCHANGE})
"""Kinds that no classified thing may go by (保密法 art. 28)."""


def kind_of(code: str) -> DisposalKind:
    refuse_unless(code in KINDS, "E_SUB_KIND", code, field="sub_kind")
    return KINDS[code]


def _require_disposable(asset: Asset, command: Command) -> None:
    """Refuse what is let, lent, borrowed, frozen or in another process."""
    holding = held(asset)
    encumbered = holding.state in {State.LEASED_OUT, State.LENT_OUT}
    refuse_unless(not encumbered, "E_ENCUMBERED", holding.card_no)
    refuse_unless(holding.state is not State.LOANED, "E_NOT_HOLDER", holding.card_no)
    require_state(asset, APPLICABLE, command)
    require_movable(asset)
    require_free(asset)


def _is_young(asset: Asset, day: date) -> bool:
    """Tell whether the thing is below its minimum service life on `day`."""
    card = held(asset).card
    years = standards.min_life_years_on(card.class_code, day)
    return years is not None and day < month_later(card.acquired_on, years * 12)


def _marked(
    assets: Sequence[Asset],
    command: Command,
    kind: str,
    what: str,
    changes: Changes,
    process_id: str,
    approval: Approval | None = None,
) -> list[Fact]:
    """Return the same disposal step for each asset."""
    return [
        changed(
            asset,
            command,
            DISPOSED,
            kind,
            changes,
            detail={"step": what},
            approval=approval,
            process_id=process_id,
        )
        for asset in assets
    ]


def apply_disposal(command: ApplyDisposal, world: World) -> Decision:
    """Ask for a disposal; things below minimum life need an appraisal or a reason."""
    kind = kind_of(command.sub_kind)
    assets = the_assets(world, command.asset_ids)
    for asset in assets:
        _require_disposable(asset, command)
        secret = Overlay.CLASSIFIED in held(asset).overlays and kind.code in SECRET_STAYS
        refuse_unless(not secret, "E_CLASSIFIED_WH", held(asset).card_no, field="sub_kind")
    if kind.code == TRANSFER:
        refuse_unless(command.to_unit, "E_RECEIVER", field="to_unit")
        world.unit(command.to_unit or "")
    refuse_unless(
        kind.code != DONATE or command.purpose,
        "E_REASON",
        "须写明公益用途",
        "the public benefit it serves",
        field="purpose",
    )
    young = kind.code == "DISP.SCRAP" and any(_is_young(a, command.occurred_on) for a in assets)
    explained = command.appraisal_no or command.min_life_reason
    refuse_unless(not young or explained, "E_MIN_LIFE", field="min_life_reason")
    flags = ("E_MIN_LIFE",) if young else ()
    process_id = world.new_id()
    request = opened(
        world,
        command,
        process_id,
        kind.code,
        assets,
        flags,
        detail={
            "appraisal_no": command.appraisal_no,
            "floor_fen": command.floor_fen,
            "min_life_reason": command.min_life_reason,
            "to_unit": command.to_unit,
            "purpose": command.purpose,
        },
    )
    changes = Changes(process_id=process_id, overlays_on=(Overlay.PROCESS_OPEN,))
    return Decision(
        facts=(request, *_marked(assets, command, kind.code, "applied", changes, process_id)),
        flags=flags,
        created={"process_id": [process_id]},
    )


def open_process(world: World, process_id: str, *statuses: str) -> tuple[Process, list[Asset]]:
    process = world.process(process_id)
    refuse_unless(process.kind in KINDS, "E_UNKNOWN_PROCESS", process_id, field="process_id")
    executed = process.status in {"executed", "settled", "filed"}
    refuse_unless(not executed, "E_ALREADY_EXECUTED", process_id)
    refuse_unless(
        process.status in statuses, "E_STATE", f"业务单状态 {process.status}", process.status
    )
    return process, [world.asset(asset_id) for asset_id in process.asset_ids]


def _request(world: World, process_id: str, *also: str) -> tuple[Process, list[Asset]]:
    """Return a request that waits for its decision; a loss found at a count is none."""
    process, assets = open_process(world, process_id, "open", *also)
    lost = "stocktake_id" in process.detail
    refuse_unless(
        not lost, "E_KIND_MISMATCH", "盘亏请用报损核销或找回", "approve the loss, or find it again"
    )
    return process, assets


def approve_disposal(command: ApproveDisposal, world: World) -> Decision:
    """Approve a request, or what is left of it; requester, reviewers and approver differ."""
    process, assets = _request(world, command.process_id)
    left = [(leave.asset_id or "", leave.reason) for leave in command.leave_out]
    cut = cut_of_assets(assets, left) if left else ()
    gone = {part.asset_id for part in cut}
    kept = [asset for asset in assets if asset.asset_id not in gone]
    batch = batch_of(kept)
    approval = require_decidable(world, process, command.approval, command.occurred_on, batch)
    flags = split_flags(world, process, kept, command.occurred_on)
    approved = step(
        process.process_id,
        process.unit_id,
        command,
        "process.approved/1",
        process.kind,
        amount_fen=batch.total_fen,
        approval=approval,
        flags=flags,
        detail={"floor_fen": command.floor_fen},
        cut=cut,
        pieces=len(kept),
    )
    sealed = Changes(state=State.DISPOSAL_APPROVED)
    freed = Changes(process_id=None, overlays_off=(Overlay.PROCESS_OPEN,))
    off = [asset for asset in assets if asset.asset_id in gone]
    marks = _marked(kept, command, process.kind, "approved", sealed, process.process_id, approval)
    marks += _marked(off, command, process.kind, "cut", freed, process.process_id)
    return Decision(facts=(approved, *marks), flags=flags)


def _ended(command: Command, world: World, process_id: str, what: str) -> Decision:
    process, assets = _request(world, process_id, "returned")
    return Decision(facts=ended(command, process, assets, what, DISPOSED))


def reject_disposal(command: RejectDisposal, world: World) -> Decision:
    """Reject a request, with a reason."""
    refuse_unless(command.reason, "E_REASON", field="reason")
    return _ended(command, world, command.process_id, "rejected")


def withdraw_disposal(command: WithdrawDisposal, world: World) -> Decision:
    """Withdraw a request."""
    return _ended(command, world, command.process_id, "withdrawn")


def revoke_approval(command: RevokeApproval, world: World) -> Decision:
    """Take back an approval that was not executed: the things stand as before."""
    refuse_unless(command.reason, "E_REASON", field="reason")
    process, assets = open_process(world, command.process_id, "approved")
    if process.executed_pieces:
        return _rest_freed(command, process, assets)
    revoked = step(process.process_id, process.unit_id, command, "process.revoked/1", process.kind)
    marks = [
        fact
        for asset in assets
        for fact in _marked(
            [asset],
            command,
            process.kind,
            "revoked",
            Changes(state=held(asset).previous or State.IDLE),
            process.process_id,
        )
    ]
    return Decision(facts=(revoked, *marks))


def _rest_freed(command: Command, process: Process, assets: Sequence[Asset]) -> Decision:
    """Return the end of a batch of which a part was carried out: the rest stands as before."""
    ended = step(
        process.process_id,
        process.unit_id,
        command,
        "process.executed/1",
        process.kind,
        approval=process.approval,
        detail={"step": "revoked"},
    )
    marks: list[Fact] = []
    for asset in assets:
        if held(asset).state is State.DISPOSAL_APPROVED:
            freed = Changes(
                state=held(asset).previous or State.IDLE,
                process_id=None,
                overlays_off=(Overlay.PROCESS_OPEN,),
            )
            marks += _marked([asset], command, process.kind, "revoked", freed, process.process_id)
    return Decision(facts=(ended, *marks))
