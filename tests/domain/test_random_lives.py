"""Any sequence of any commands: books, cards, memory and store agree after each of them.

Set HYPOTHESIS_EXAMPLES and HYPOTHESIS_STEPS for a longer run; `pytest -s` tells how many examples
and commands there were, and how often each command passed and was refused.
"""

from __future__ import annotations

import os
from collections import Counter

from hypothesis import HealthCheck, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from domain.commands.table import COMMANDS
from tests.domain import invariants
from tests.domain.drawn import COMING, FRAME, Draws, Order, spoilt
from tests.domain.drawn_processes import asks_to_buy, on_a_process
from tests.domain.drawn_things import on_a_thing
from tests.domain.town import Town, actor

EXAMPLES = int(os.environ.get("HYPOTHESIS_EXAMPLES", "150"))
STEPS = int(os.environ.get("HYPOTHESIS_STEPS", "80"))
SEEDS = st.integers(0, 2**64 - 1)
THINGS_FEW, THINGS_MAX = 4, 12
"""Few: more come in at once; most: no more than one can follow in a failing example."""


class Tally:
    """How many examples, commands tried, passed and refused there were in a run."""

    def __init__(self) -> None:
        self.examples = 0
        self.tried = 0
        self.passed: Counter[str] = Counter()
        self.refused: Counter[tuple[str, str]] = Counter()

    def add(self, town: Town) -> None:
        """Add one example."""
        self.examples += 1
        self.passed += town.passed
        self.refused += town.refused
        self.tried = self.passed.total() + self.refused.total()

    def told(self) -> str:
        """The run in lines to be read."""
        rows = [
            f"{self.examples} examples, {self.tried} commands: {self.passed.total()} passed, "
            f"{self.refused.total()} refused"
        ]
        for name in COMMANDS:
            codes = Counter({code: n for (of, code), n in self.refused.items() if of == name})
            told = " ".join(f"{code}:{count}" for code, count in codes.most_common(6))
            rows.append(f"  {name:28}{self.passed[name]:6}  {told}")
        return "\n".join(rows)


TALLY = Tally()


class RandomLives(RuleBasedStateMachine):
    """Every command of the table, with right and wrong fields, in any order."""

    @initialize(seed=SEEDS)
    def founded(self, seed: int) -> None:
        """The city stands, with its books open and nothing in them."""
        self.town = Town()
        self.seed, self.steps = seed, 0

    @rule(seed=SEEDS)
    def something_happens(self, seed: int) -> None:
        """Something comes in, a thing or a process goes on, or time does: one seed, one command.

        Hypothesis finds the steps that a failure needs; the seeds give the variety of fields.
        """
        self.steps += 1
        draws = Draws(f"{self.seed} {self.steps} {seed}", self.town)
        young = len(self.town.assets) < THINGS_FEW
        kinds = (COMING, (on_a_thing,), (on_a_thing,), (on_a_process,), (on_a_process,), FRAME)
        what = draws.of((COMING, COMING, *kinds) if young else kinds)
        if what is COMING and len(self.town.assets) >= THINGS_MAX:
            what = (asks_to_buy,)
        self._gives(draws, draws.of(what)(draws))

    def _gives(self, draws: Draws, order: Order | None) -> None:
        if order is None:
            return
        command, person = order
        if draws.chance(6):
            command = spoilt(draws, command)
        behalf = draws.of(("affairs", "finance")) if draws.chance(3) else None
        note(f"{person}: {command}")
        unit = getattr(command, "unit_id", None)
        process = self.town.memory.get(f"process:{getattr(command, 'process_id', None)}")
        if unit is None:
            unit = process.unit_id if process else "U1"
        if self.town.give(command, actor(person, unit, behalf)) is not None:
            self._holds()

    def _holds(self) -> None:
        """What must be true after a command that passed."""
        news = self.town.news()
        invariants.vouchers_balance(news)
        invariants.nothing_is_half(self.town, news)
        invariants.what_ended_stays_ended(self.town, news)
        invariants.memory_and_store_agree(self.town, news)
        invariants.transfers_net_to_zero(self.town)
        invariants.cards_equal_ledger(self.town)
        invariants.lines_of_cards_agree(self.town)

    def teardown(self) -> None:
        """At every month's end that was, cards and ledger were equal; all is told again."""
        if not hasattr(self, "town"):
            return
        TALLY.add(self.town)
        for on in invariants.months_ended(self.town):
            invariants.cards_equal_ledger(self.town, on)
        for stream in self.town.memory:
            assert self.town.stored(stream) == self.town.memory[stream]


def test_any_sequence_of_commands_keeps_the_invariants() -> None:
    """Issue: vouchers balance, cards equal ledger, 3401 nets, what ended stays, no half effect."""
    run_state_machine_as_test(
        RandomLives,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    print("\n" + TALLY.told())

    assert TALLY.examples >= EXAMPLES
