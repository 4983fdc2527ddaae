"""Confiscated goods 罚没: a register off the books; all that they bring is the treasury's."""

from __future__ import annotations

from domain.commands.structs import RecordConfiscated
from domain.decisions.decision import Decision, step
from domain.decisions.processing import opened
from domain.refusals import refuse_unless
from domain.world import World

CONFISCATED = "DISP.CONFISCATED"


def record_confiscated(command: RecordConfiscated, world: World) -> Decision:
    """Enter goods by the decision that took them: no cards, no value in the books (条例 art. 20).

    What is sold is recorded as proceeds of the process and paid to the treasury.
    """
    unit = world.unit(command.unit_id)
    for item in command.items:
        refuse_unless(item.pieces > 0 and item.price_fen >= 0, "E_AMOUNT", field="items")
    process_id = world.new_id()
    register = opened(
        world,
        command,
        process_id,
        CONFISCATED,
        [],
        unit_id=unit.unit_id,
        items=command.items,
        detail={"decision_no": command.decision_no, "place": command.place},
    )
    entered = step(
        process_id,
        unit.unit_id,
        command,
        "process.executed/1",
        CONFISCATED,
        detail={"decision_no": command.decision_no},
        pieces=sum(item.pieces for item in command.items),
    )
    return Decision(facts=(register, entered), created={"process_id": [process_id]})
