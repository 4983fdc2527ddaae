"""The ledger as one writer alone may use it: what it decided stays in memory.

The demo gives tens of thousands of commands in a row and nobody else writes meanwhile, so the
states of units and books are kept between commands instead of being read again each time, and
depreciation works from the bases in the facts that were just appended instead of waiting for
the read models every month. Decisions, checks and the append are those of every command.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from domain.commands.structs import Command
from domain.commands.table import BY_STRUCT
from domain.decisions.decision import Decision
from domain.depreciation import Basis
from domain.envelope import Actor, Fact, Recorded
from domain.events import (
    AssetChanged,
    AssetConfigured,
    AssetReallocated,
    Body,
    Changes,
    DepreciationRun,
)
from domain.process import Process
from domain.states import TERMINAL, State
from domain.world import Depreciable, Inputs, World
from eventstore.application import Answer, Ledger, Scope
from eventstore.request import AppendRequest
from eventstore.store import EventStore

S = TypeVar("S", bound=msgspec.Struct)
Events = list[tuple[Recorded, Body]]

_WAITING = frozenset({State.PENDING_BOOKING, State.LOSS_PENDING})


class Kept:
    """States of streams that many commands look at, and the version that each stream has."""

    def __init__(self) -> None:
        self.states: dict[str, Any] = {}
        self.versions: dict[str, int] = {}

    def written(self, versions: dict[str, int]) -> None:
        """Note what an append left behind."""
        self.versions.update(versions)


class KeptWorld(World):
    """A world that reads of a kept stream only what was appended since it was kept."""

    def __init__(self, kept: Kept, since: Callable[[str, int], Events], **more: Any) -> None:
        super().__init__(lambda stream: since(stream, 0), **more)
        self._kept = kept
        self._since = since

    def process_assets(self) -> list[str]:
        """Streams of the things of the processes read so far."""
        return [
            f"asset:{asset_id}"
            for state in self._states.values()
            if isinstance(state, Process)
            for asset_id in state.asset_ids
        ]

    def _state(self, stream: str, empty: S, fold: Callable[[S, Recorded, Any], S]) -> S:
        if stream.startswith(("asset:", "process:")):
            return super()._state(stream, empty, fold)
        if stream not in self._states:
            self._states[stream] = self._current(stream, empty, fold)
        found: S = self._states[stream]
        return found

    def _current(self, stream: str, empty: S, fold: Callable[[S, Recorded, Any], S]) -> S:
        state: Any = self._kept.states.get(stream)
        if state is None or state.version != self._kept.versions.get(stream, state.version):
            state = empty if state is None else state
            for event, body in self._since(stream, state.version):
                state = fold(state, event, body)
            self._kept.states[stream] = state
        current: S = state
        return current


class LoadingLedger(Ledger):
    """Executes the demo's commands one after the other; for one thread and one writer."""

    def __init__(self, store: EventStore, *, clock: Callable[[], datetime]) -> None:
        super().__init__(store, inputs=self._inputs_of, clock=clock)
        self._kept = Kept()
        self._bases = Bases()
        self._head = store.log.head()

    def _inputs_of(self, unit_id: str, _period: str) -> Inputs:
        ledger_version = self._kept.versions.get(f"ledger:{unit_id}", 0)
        return Inputs(self._head, self._bases.of(unit_id), ledger_version)

    def _decide(
        self, command: Command, actor: Actor, command_id: str, scope: Scope | None, attempt: int
    ) -> tuple[Decision, dict[str, int]]:
        loaded: dict[str, list[Recorded]] = {}
        asset_ids: tuple[str, ...] = getattr(command, "asset_ids", ())
        if asset_ids:
            loaded |= self.store.log.streams([f"asset:{asset_id}" for asset_id in asset_ids])

        def since(stream: str, version: int) -> Events:
            if stream not in loaded and stream.startswith("asset:"):
                loaded.update(self.store.log.streams([*world.process_assets(), stream]))
            events = loaded.get(stream)
            if events is None:
                events = self.store.log.stream(stream, version)
            return [(event, self._body(event)) for event in events]

        world = KeptWorld(
            self._kept,
            since,
            actor=actor,
            command_id=command_id if attempt == 0 else f"{command_id}/{attempt}",
            today=self.today(),
            depreciables=self._inputs_of,
        )
        decision = BY_STRUCT[type(command)].decide(command, world)
        if scope is not None:
            scope(world.touched_units)
        return decision, world.versions

    def _append(self, request: AppendRequest) -> Answer:
        answer = super()._append(request)
        self._head = answer.position
        self._kept.written(answer.versions)
        self._bases.take(request.facts)
        return answer


class _Card:
    """A live booked card: its basis and how many runs its unit had had when that began."""

    __slots__ = ("basis", "card_no", "runs_before", "waiting")

    def __init__(self, card_no: str, basis: Basis | None, runs_before: int) -> None:
        self.card_no = card_no
        self.basis = basis
        self.runs_before = runs_before
        self.waiting: State | None = None


class Bases:
    """What each unit depreciates, kept from the facts as they are appended."""

    def __init__(self) -> None:
        self._cards: dict[str, dict[str, _Card]] = {}
        self._runs: dict[str, int] = {}

    def of(self, unit_id: str) -> tuple[Depreciable, ...]:
        """The live booked cards of a unit, in the order of their ids."""
        runs = self._runs.get(unit_id, 0)
        return tuple(
            Depreciable(
                asset_id,
                card.card_no,
                card.basis,
                runs - card.runs_before if card.basis else 0,
                str(card.waiting) if card.waiting and card.basis is None else None,
            )
            for asset_id, card in sorted(self._cards.get(unit_id, {}).items())
        )

    def take(self, facts: Sequence[Fact]) -> None:
        """Follow what was appended."""
        for fact in facts:
            match fact.body:
                case AssetConfigured(card_no=card_no, changes=changes) | AssetChanged(
                    card_no=card_no, changes=changes
                ):
                    self._change(fact.unit_id, fact.asset_id or "", card_no, changes)
                case AssetReallocated() as moved:
                    self._cards.get(moved.from_unit, {}).pop(fact.asset_id or "", None)
                    self._change(fact.unit_id, fact.asset_id or "", moved.to_card_no, moved.changes)
                case DepreciationRun():
                    self._runs[fact.unit_id] = self._runs.get(fact.unit_id, 0) + 1
                case _:
                    continue

    def _change(self, unit_id: str, asset_id: str, card_no: str, changes: Changes) -> None:
        cards = self._cards.setdefault(unit_id, {})
        if changes.state in TERMINAL:
            cards.pop(asset_id, None)
            return
        card = cards.get(asset_id)
        if card is None:
            if not isinstance(changes.gross_fen, int):
                return
            card = cards[asset_id] = _Card(card_no, None, 0)
        if isinstance(changes.state, State):
            card.waiting = changes.state if changes.state in _WAITING else None
        if changes.basis is not msgspec.UNSET:
            card.basis = changes.basis
            card.runs_before = self._runs.get(unit_id, 0)
