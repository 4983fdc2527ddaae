"""Let 出租: a lease is a process that keeps its contract, its term and its rent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from domain.asset import Asset
from domain.commands.structs import (
    EndLease,
    ExtendLease,
    LeaseOut,
)
from domain.decisions.decision import (
    Decision,
    changed,
    held,
    require_approval,
    require_state,
    step,
    the_assets,
)
from domain.decisions.lending import USED, on_hand, premises_flags, require_begun
from domain.decisions.processing import approval_of, opened
from domain.envelope import Fact
from domain.events import Changes, Scalar
from domain.leases import terms_of
from domain.periods import month_later
from domain.process import Process
from domain.refusals import refuse_unless
from domain.states import Overlay, State
from domain.world import World

LEASE = "USE.LEASE"


def lease_out(command: LeaseOut, world: World) -> Decision:
    """Let things: approval, appraisal, floor rent and longest term are hard conditions."""
    assets = on_hand(world, command, command.asset_ids)
    unit = world.unit(held(assets[0]).unit_id)
    flags = premises_flags(unit, assets, command.government_document_no)
    _require_dates(command)
    _require_term(world, command.occurred_on, command)
    _require_rent(command)
    granted = approval_of(
        world, command, LEASE, assets, approval=command.approval, process_id=command.process_id
    )
    flags = (*flags, *granted.flags)
    process_id = world.new_id()
    lease = opened(world, command, process_id, LEASE, assets, flags, detail=_contract(command))
    running = step(
        process_id,
        unit.unit_id,
        command,
        "process.executed/1",
        LEASE,
        approval=granted.approval,
        flags=flags,
        detail={"request_id": granted.process_id},
    )
    changes = Changes(
        state=State.LEASED_OUT,
        due_on=command.ends_on,
        process_id=process_id,
        overlays_off=(Overlay.PROCESS_OPEN,),
    )
    detail: dict[str, Scalar] = {
        "step": "let",
        "lessee": command.lessee,
        "contract_no": command.contract_no,
        "contract_on": command.contract_on.isoformat(),
    }
    marks = [
        changed(
            asset,
            command,
            USED,
            LEASE,
            changes,
            detail=detail,
            flags=flags,
            approval=granted.approval,
            process_id=process_id,
        )
        for asset in assets
    ]
    return Decision(
        facts=(*granted.executed(command, lease_id=process_id), lease, running, *marks),
        flags=flags,
        created={"process_id": [process_id]},
    )


def _contract(command: LeaseOut) -> dict[str, Scalar]:
    """Return what the lease's process keeps of its contract."""
    return {
        "lessee": command.lessee,
        "contract_no": command.contract_no,
        "contract_on": command.contract_on.isoformat(),
        "starts_on": command.occurred_on.isoformat(),
        "deposit_fen": command.deposit_fen or None,
        "deal_no": command.deal_no,
        "government_document_no": command.government_document_no,
        "rent_months": command.rent_months,
        **_terms(command),
    }


def _terms(command: LeaseOut | ExtendLease) -> dict[str, Scalar]:
    """Return the part of the contract that an extension sets anew."""
    return {
        "ends_on": command.ends_on.isoformat(),
        "rent_fen": command.rent_fen,
        "first_due_on": command.first_due_on.isoformat(),
        "floor_rent_fen": command.floor_rent_fen,
        "appraisal_no": command.appraisal_no,
        "survey_no": command.survey_no,
        "special_reason": command.special_reason,
    }


def _require_dates(command: LeaseOut) -> None:
    in_order = command.contract_on <= command.first_due_on < command.ends_on
    refuse_unless(
        in_order,
        "E_DATE",
        "首次付租日须在合同日期与到期日之间",
        "the first rent is due between the contract and the end",
        field="first_due_on",
    )


def _require_term(world: World, start: date, command: LeaseOut | ExtendLease) -> None:
    """Refuse a term over the limit; a special case has a reason, and a longer limit."""
    refuse_unless(
        command.ends_on > command.occurred_on,
        "E_DATE",
        "到期日须晚于业务日期",
        "ends too early",
        field="ends_on",
    )
    name = "lease_special_max_years" if command.special_reason else "lease_max_years"
    years = int(world.setting(name, command.occurred_on))
    refuse_unless(
        command.ends_on <= month_later(start, 12 * years),
        "E_TERM_LIMIT",
        f"最长 {years} 年",
        f"at most {years} years",
        field="ends_on",
    )


def _require_rent(command: LeaseOut | ExtendLease) -> None:
    """Refuse a rent that rests on nothing, or lies under its floor."""
    founded = command.appraisal_no or command.survey_no
    refuse_unless(
        founded,
        "E_NO_APPRAISAL",
        "须有资产评估或租金询价",
        "an appraisal or a rent survey is needed",
        field="appraisal_no",
    )
    enough = command.rent_fen >= command.floor_rent_fen
    refuse_unless(enough, "E_BELOW_FLOOR", "租金低于底价", "rent below its floor", field="rent_fen")


def _lease_of(world: World, assets: Sequence[Asset]) -> Process | None:
    """Return the one lease of `assets`; None for things let before this system was used."""
    ids = {held(asset).process_id for asset in assets}
    refuse_unless(
        len(ids) == 1, "E_STATE", "须为同一租约", "things of one lease", field="asset_ids"
    )
    [process_id] = ids
    return world.process(process_id) if process_id else None


def extend_lease(command: ExtendLease, world: World) -> Decision:
    """Extend a lease, with its own approval; the longest term counts from the first day."""
    assets = _let(world, command.asset_ids, command)
    approval = require_approval(command.approval, command.occurred_on)
    process = _lease_of(world, assets)
    terms = terms_of(process.detail) if process else None
    refuse_unless(
        terms,
        "E_UNKNOWN_PROCESS",
        "期初导入的出租没有租约，请先收回再登记出租",
        "let before this system: end it and let it again",
        field="asset_ids",
    )
    assert process is not None
    assert terms is not None
    _require_whole(process, assets)
    later = terms.ends_on <= command.first_due_on < command.ends_on
    refuse_unless(later, "E_DATE", str(terms.ends_on), field="first_due_on")
    start = min(asset.lent_on or command.occurred_on for asset in assets)
    _require_term(world, start, command)
    _require_rent(command)
    extended = step(
        process.process_id,
        process.unit_id,
        command,
        "process.extended/1",
        LEASE,
        approval=approval,
        detail={**_terms(command), "due_before_fen": terms.total_fen},
    )
    marks = [
        changed(
            asset,
            command,
            USED,
            LEASE,
            Changes(due_on=command.ends_on),
            detail={"step": "extended"},
            approval=approval,
            process_id=process.process_id,
        )
        for asset in assets
    ]
    return Decision(facts=(extended, *marks))


def _let(world: World, asset_ids: Sequence[str], command: ExtendLease | EndLease) -> list[Asset]:
    assets = the_assets(world, asset_ids)
    for asset in assets:
        require_state(asset, {State.LEASED_OUT}, command)
        require_begun(asset, command)
    return assets


def _require_whole(process: Process, assets: Sequence[Asset]) -> None:
    """Refuse to extend a part of what was let together: there is one rent for all of it."""
    whole = {asset.asset_id for asset in assets} == set(process.asset_ids)
    refuse_unless(
        whole, "E_STATE", "续租须含租约全部资产", "extend all of the lease", field="asset_ids"
    )


def end_lease(command: EndLease, world: World) -> Decision:
    """Take things back; what is still open of the rent is flagged, and stays claimable."""
    assets = _let(world, command.asset_ids, command)
    process = _lease_of(world, assets)
    flags: tuple[str, ...] = ()
    ended: tuple[Fact, ...] = ()
    if process is not None and not _still_let(world, process, assets):
        flags, ended = _settled(command, process)
    changes = Changes(state=State.IDLE, due_on=None, process_id=None)
    marks = [
        changed(
            asset,
            command,
            USED,
            LEASE,
            changes,
            detail={"step": "taken_back", "inspection": command.inspection},
            flags=flags,
            process_id=held(asset).process_id,
        )
        for asset in assets
    ]
    return Decision(facts=(*ended, *marks), flags=flags)


def _still_let(world: World, process: Process, back: Sequence[Asset]) -> bool:
    """Tell whether others of the lease are still with the lessee."""
    here = {asset.asset_id for asset in back}
    rest = (world.asset(asset_id) for asset_id in process.asset_ids if asset_id not in here)
    return any(
        held(asset).state is State.LEASED_OUT and held(asset).process_id == process.process_id
        for asset in rest
    )


def _settled(command: EndLease, process: Process) -> tuple[tuple[str, ...], tuple[Fact, ...]]:
    """Return the flag and the last step of a lease; rent is due up to the day of return."""
    terms = terms_of(process.detail)
    due = terms.due_fen(command.occurred_on) if terms else 0
    open_fen = max(0, due - process.proceeds_fen)
    flags = ("E_RENT_OPEN",) if open_fen else ()
    ended = step(
        process.process_id,
        process.unit_id,
        command,
        "process.settled/1",
        LEASE,
        flags=flags,
        detail={"due_fen": due, "open_fen": open_fen},
    )
    return flags, (ended,)
