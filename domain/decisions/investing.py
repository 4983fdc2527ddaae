"""Invested 对外投资: things of an institution leave its books for a share in another's (E23)."""

from __future__ import annotations

from domain import postings
from domain.commands.structs import InvestOut
from domain.decisions.decision import (
    Decision,
    booked,
    booking_day,
    changed,
    held,
    require_runs_done,
)
from domain.decisions.lending import USED, on_hand
from domain.decisions.processing import approval_of
from domain.events import Changes, Scalar
from domain.organisation import INSTITUTION
from domain.refusals import refuse_unless
from domain.states import Overlay, State
from domain.world import World

INVEST = "USE.INVEST"


def invest_out(command: InvestOut, world: World) -> Decision:
    """Invest things at their appraised value; approval and appraisal are hard conditions."""
    assets = on_hand(world, command, command.asset_ids)
    unit = world.unit(held(assets[0]).unit_id)
    refuse_unless(unit.kind == INSTITUTION, "E_ADMIN_INVEST", unit.unit_id)
    appraised = command.appraisal_no and command.appraisal_fen > 0
    refuse_unless(appraised, "E_NO_APPRAISAL", field="appraisal_no")
    granted = approval_of(
        world, command, INVEST, assets, approval=command.approval, process_id=command.process_id
    )
    books = world.books(unit.unit_id)
    day = booking_day([books], command.occurred_on, command.booked_on)
    require_runs_done(assets, books, day)
    items = [booked(asset, books) for asset in assets]
    voucher_id = world.new_id()
    detail: dict[str, Scalar] = {
        "investee": command.investee,
        "share": command.share,
        "appraisal_no": command.appraisal_no,
        "appraisal_fen": command.appraisal_fen,
        "fees_fen": command.fees_fen or None,
        "decision_no": command.decision_no,
    }
    changes = Changes(
        state=State.INVESTED,
        gross_fen=0,
        basis=None,
        process_id=None,
        overlays_off=(Overlay.PROCESS_OPEN,),
    )
    facts = [
        changed(
            asset,
            command,
            USED,
            INVEST,
            changes,
            detail=detail,
            flags=granted.flags,
            approval=granted.approval,
            voucher_id=voucher_id,
            booked_on=day,
            process_id=granted.process_id,
        )
        for asset in assets
    ]
    voucher = postings.voucher(
        unit.unit_id,
        voucher_id,
        INVEST,
        f"对外投资 {held(assets[0]).card.name}",
        postings.invested(items, command.appraisal_fen, command.fees_fen),
        occurred_on=command.occurred_on,
        booked_on=day,
        process_id=granted.process_id,
    )
    return Decision(
        facts=(*granted.executed(command), *facts, voucher),
        flags=granted.flags,
        created={"voucher_id": [voucher_id]},
    )
