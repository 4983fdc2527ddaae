"""Rent 租金: received on a lease, owed to the treasury or kept by an institution (E20)."""

from __future__ import annotations

from datetime import date

from domain import postings
from domain.commands.structs import RecogniseRent, RecordRent
from domain.decisions.decision import Decision
from domain.decisions.leasing import LEASE
from domain.decisions.settlement import money_step
from domain.events import Scalar
from domain.leases import RentTerms, terms_of
from domain.organisation import INSTITUTION
from domain.process import Process
from domain.refusals import refuse_unless
from domain.world import World


def _rented(world: World, process_id: str) -> tuple[Process, RentTerms]:
    process = world.process(process_id)
    terms = terms_of(process.detail) if process.kind == LEASE else None
    refuse_unless(terms, "E_UNKNOWN_PROCESS", process_id, field="process_id")
    assert terms is not None
    refuse_unless(process.status != "filed", "E_ALREADY_CLOSED", process_id)
    return process, terms


def record_rent(command: RecordRent, world: World) -> Decision:
    """E20: rent is owed to the treasury; an institution keeps it where the setting lets it."""
    process, terms = _rented(world, command.process_id)
    amount = command.amount_fen
    refuse_unless(amount > 0, "E_AMOUNT", field="amount_fen")
    detail: dict[str, Scalar] = {"payer": command.payer, "owed_fen": amount}
    lines = postings.rent_owed(amount)
    if _keeps_rent(world, process.unit_id, command.occurred_on):
        open_fen = max(0, terms.due_fen(command.occurred_on) - process.proceeds_fen)
        due = min(amount, open_fen)
        lines = postings.rent_kept(due, amount - due)
        detail |= {"owed_fen": 0, "advance_fen": amount - due}
    return money_step(
        command,
        world,
        process,
        "process.proceeds_recorded/1",
        "LEASE.RENT",
        "出租收入",
        lines,
        command.booked_on,
        amount_fen=amount,
        detail=detail,
    )


def _keeps_rent(world: World, unit_id: str, day: date) -> bool:
    institution = world.unit(unit_id).kind == INSTITUTION
    return institution and bool(int(world.setting("institution_keeps_rent", day)))


def recognise_rent(command: RecogniseRent, world: World) -> Decision:
    """Rent that came in advance is income once it has fallen due: 2305 to 4605 (5.2)."""
    process, terms = _rented(world, command.process_id)
    not_due = max(0, process.proceeds_fen - terms.due_fen(command.occurred_on))
    ready = process.advance_fen - not_due
    fits = 0 < command.amount_fen <= ready
    refuse_unless(
        fits,
        "E_AMOUNT",
        f"已到期的预收租金 {max(0, ready)} 分",
        f"{max(0, ready)} fen of the advance is due",
        field="amount_fen",
    )
    return money_step(
        command,
        world,
        process,
        "process.rent_recognised/1",
        "LEASE.RECOGNISED",
        "预收租金结转",
        postings.rent_recognised(command.amount_fen),
        command.booked_on,
        amount_fen=command.amount_fen,
        detail={"advance_fen": -command.amount_fen},
    )
