"""Self-developed 自研: research is an expense, development gathers in 1703 and becomes 1701."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from domain import configuring_entries, postings
from domain.cards import Card
from domain.catalogue import classes
from domain.commands.structs import AbandonDevelopment, Command, Develop, SpendOnDevelopment
from domain.decisions.card_rules import examined
from domain.decisions.decision import (
    Decision,
    basis_for,
    booking_day,
    life_of,
    step,
)
from domain.decisions.processing import opened
from domain.decisions.registering import (
    check_new_card,
    claims_of,
    completed,
    first_values,
    told,
)
from domain.envelope import Fact
from domain.events import Line
from domain.money import yuan
from domain.postings import Booked, expense_account
from domain.process import Process
from domain.refusals import refuse_unless
from domain.states import State
from domain.world import World

DEVELOP = "CONFIG.DEVELOP"
PHASES = frozenset({"RESEARCH", "DEVELOPMENT"})


def spend_on_development(command: SpendOnDevelopment, world: World) -> Decision:
    """Spend on an own project: all goes through 1703, and research leaves it at once."""
    refuse_unless(command.phase in PHASES, "E_SUB_KIND", command.phase, field="phase")
    refuse_unless(command.amount_fen > 0, "E_AMOUNT", field="amount_fen")
    refuse_unless(command.own_fen <= command.amount_fen, "E_AMOUNT", field="own_fen")
    unit = world.unit(command.unit_id)
    founding: tuple[Fact, ...] = ()
    if command.process_id is None:
        process_id = world.new_id()
        detail = {"project_no": command.project_no}
        founding = (
            opened(
                world, command, process_id, DEVELOP, [], unit_id=unit.unit_id, detail={**detail}
            ),
        )
    else:
        project = _running(world, command.process_id, command)
        refuse_unless(project.unit_id == unit.unit_id, "E_UNKNOWN_PROCESS", field="process_id")
        process_id = project.process_id
    day = booking_day(
        [world.books(unit.unit_id)], command.occurred_on, command.booked_on, cards=False
    )
    research = command.phase == "RESEARCH"
    fiscal = command.amount_fen - command.own_fen
    entries = [
        (
            f"{DEVELOP}.SPENT",
            configuring_entries.development_spent(unit.kind, fiscal, command.own_fen),
        )
    ]
    if research:
        expense = expense_account(unit.kind, "")
        entries.append(
            (
                f"{DEVELOP}.EXPENSED",
                configuring_entries.research_expensed(expense, command.amount_fen),
            )
        )
    vouchers = _vouchers(command, world, unit.unit_id, process_id, day, entries)
    spent = step(
        process_id,
        unit.unit_id,
        command,
        "process.cost_recorded/1",
        DEVELOP,
        # What stays in 1703 counts towards the value; research does not.
        amount_fen=0 if research else command.amount_fen,
        detail={
            "phase": command.phase,
            "payee": command.payee,
            "spent_fen": command.amount_fen,
            "own_fen": command.own_fen or None,
        },
        voucher_id=vouchers[0].body.voucher_id,  # type: ignore[attr-defined]
        booked_on=day,
    )
    return Decision(facts=(*founding, spent, *vouchers), created={"process_id": [process_id]})


def _running(world: World, process_id: str, command: Command) -> Process:
    """Return a project that has not come to its end."""
    project = world.process(process_id)
    refuse_unless(project.kind == DEVELOP, "E_UNKNOWN_PROCESS", process_id, field="process_id")
    refuse_unless(project.status == "open", "E_ALREADY_CLOSED", process_id, field="process_id")
    begun = project.opened_on or command.occurred_on
    refuse_unless(command.occurred_on >= begun, "E_DATE", str(begun), field="occurred_on")
    return project


def _vouchers(
    command: Command,
    world: World,
    unit_id: str,
    process_id: str,
    day: date,
    entries: Sequence[tuple[str, tuple[Line, ...]]],
) -> list[Fact]:
    return [
        postings.voucher(
            unit_id,
            world.new_id(),
            rule,
            "研发支出",
            lines,
            occurred_on=command.occurred_on,
            booked_on=day,
            process_id=process_id,
        )
        for rule, lines in entries
    ]


def develop(command: Develop, world: World) -> Decision:
    """The development is accepted: what stands in 1703 is the value of the intangible (2.2)."""
    refuse_unless(command.acceptance, "E_NO_ACCEPTANCE", field="acceptance")
    project = _running(world, command.process_id, command)
    unit = world.unit(project.unit_id)
    card = _card(command, project, world)
    day = booking_day([world.books(unit.unit_id)], command.occurred_on, command.booked_on)
    asset_id, voucher_id = world.new_id(), world.new_id()
    used = card.keeper or card.user or card.use_dept
    months = life_of(card)
    changes = first_values(
        card,
        State.IN_USE if used else State.IDLE,
        world.new_label(),
        gross_fen=card.gross_fen,
        booked_on=day,
        basis=basis_for(card, unit, day, gross_fen=card.gross_fen, months=months),
    )
    fact = told(
        command,
        unit,
        asset_id,
        card,
        DEVELOP,
        changes,
        process_id=project.process_id,
        voucher_id=voucher_id,
        booked_on=day,
        detail={"acceptance": command.acceptance, "certificate_no": command.certificate_no},
    )
    looked = examined([(fact.stream, card)], world, at="card")
    done = step(
        project.process_id,
        unit.unit_id,
        command,
        "process.settled/1",
        DEVELOP,
        amount_fen=card.gross_fen,
        detail={"acceptance": command.acceptance, "more_cards": asset_id},
        voucher_id=voucher_id,
        booked_on=day,
    )
    voucher = postings.voucher(
        unit.unit_id,
        voucher_id,
        DEVELOP,
        f"自研转入 {card.name}",
        configuring_entries.developed(Booked(asset_id, card.account_code, card.gross_fen)),
        occurred_on=command.occurred_on,
        booked_on=day,
        process_id=project.process_id,
        asset_id=asset_id,
    )
    return Decision(
        facts=(done, looked.fact(fact), voucher),
        flags=looked.flags,
        claims=(*claims_of(fact), *looked.claims),
        created={"asset_ids": [asset_id], "card_nos": [card.card_no], "voucher_id": [voucher_id]},
    )


def _card(command: Develop, project: Process, world: World) -> Card:
    """Return the card of the intangible; it is worth what its development cost."""
    card = completed(command.card, world, fiscal=True, acq_way="SELF_DEVELOPED")
    check_new_card(card, command.occurred_on)
    refuse_unless(
        classes.is_intangible(card.class_code) and not classes.is_land(card.class_code),
        "E_CARD_FIELD",
        "须为无形资产",
        "the class is not intangible",
        field="class_code",
    )
    refuse_unless(
        card.gross_fen == project.costs_fen,
        "E_VALUE_MISMATCH",
        f"研发支出（开发阶段）余额 {yuan(project.costs_fen)} 元",
        f"{yuan(project.costs_fen)} stand in 1703",
        field="card",
    )
    return card


def abandon_development(command: AbandonDevelopment, world: World) -> Decision:
    """The development came to nothing: 1703 becomes an expense, with a reason."""
    refuse_unless(command.reason, "E_REASON", field="reason")
    project = _running(world, command.process_id, command)
    unit = world.unit(project.unit_id)
    day = booking_day(
        [world.books(unit.unit_id)], command.occurred_on, command.booked_on, cards=False
    )
    fen = project.costs_fen
    lines = configuring_entries.research_expensed(expense_account(unit.kind, ""), fen)
    entries = [(f"{DEVELOP}.EXPENSED", lines)] if fen else []
    vouchers = _vouchers(command, world, unit.unit_id, project.process_id, day, entries)
    ended = step(
        project.process_id,
        unit.unit_id,
        command,
        "process.settled/1",
        DEVELOP,
        amount_fen=fen,
        detail={"step": "abandoned"},
    )
    return Decision(facts=(ended, *vouchers))
