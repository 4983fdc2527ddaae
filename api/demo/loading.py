"""The ledger as one writer alone may use it: it remembers what it decided and writes in groups.

The demo gives tens of thousands of commands in a row and nobody else writes meanwhile, so the
states of streams stay in memory instead of being read again, a day's commands are appended in
one turn, and depreciation works from the bases in the facts just decided instead of waiting for
the read models every month. Decisions, checks and the append itself are those of every command.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from api.demo.bases import Bases
from api.demo.memory import Memory
from api.demo.writing import GroupWriter
from domain import asset as assets
from domain.commands.structs import Command
from domain.commands.table import decide
from domain.decisions.decision import Decision
from domain.envelope import Actor, Fact, Recorded
from domain.events import Body
from domain.process import Process
from domain.world import Inputs, World
from eventstore.application import Answer, Ledger, Scope
from eventstore.errors import Claimed
from eventstore.mapper import Row
from eventstore.prepared import Prepared
from eventstore.request import AppendRequest
from eventstore.store import EventStore

S = TypeVar("S", bound=msgspec.Struct)
Events = list[tuple[Recorded, Body]]


ReadStreams = Callable[[list[str]], dict[str, Events]]


class _Reading:
    """Reads for one command; apart from its world, so that nothing refers in a circle."""

    def __init__(self, memory: Memory, read: ReadStreams, asset_ids: Sequence[str]) -> None:
        self._memory = memory
        self._read = read
        self._asset_ids = asset_ids
        self._found: dict[str, Events] = {}
        self.states: dict[str, Any] = {}

    def stream(self, stream: str) -> Events:
        """Read `stream`, and with it the things of the command that will be asked for next."""
        if stream not in self._found:
            processes = [s for s in self.states.values() if isinstance(s, Process)]
            others = [*self._asset_ids, *(one for p in processes for one in p.asset_ids)]
            wanted = [stream, *(f"asset:{one}" for one in others)]
            unknown = [s for s in dict.fromkeys(wanted) if not self._memory.has(s)]
            self._found.update(self._read(unknown))
        return self._found[stream]


class _RememberingWorld(World):
    """A world that reads the log only for what is not remembered, all of a command at once."""

    def __init__(self, memory: Memory, reading: _Reading, **more: Any) -> None:
        super().__init__(reading.stream, **more)
        self._memory = memory
        reading.states = self._states

    def glance(self, asset_ids: list[str]) -> dict[str, assets.Asset]:
        """Return assets as they stand: remembered ones from memory, others from the log."""
        known = {one: self._memory.get(f"asset:{one}", assets.fold) for one in asset_ids}
        found = {one: state for one, state in known.items() if state is not None}
        return found | super().glance([one for one in asset_ids if one not in found])

    def _state(self, stream: str, empty: S, fold: Callable[[S, Recorded, Any], S]) -> S:
        if stream not in self._states:
            state = self._memory.get(stream, fold)
            if state is not None:
                self._states[stream] = state
            elif stream not in self._memory.versions:
                self._memory.put(stream, empty)
                self._states[stream] = empty
            else:
                self._memory.put(stream, super()._state(stream, empty, fold))
        found: S = self._states[stream]
        return found


class LoadingLedger(Ledger):
    """Executes commands one after the other into a log that was empty; for one thread."""

    def __init__(self, store: EventStore, url: str, *, clock: Callable[[], datetime]) -> None:
        super().__init__(store, inputs=self._inputs_of, clock=clock)
        assert store.log.head() == 0, "the demo is told into an empty log"
        self._instant = clock
        self._memory = Memory()
        self._bases = Bases()
        self._writer = GroupWriter(url)
        self._claimed: dict[tuple[str, str], str] = {}
        self.position = 0

    def drain(self) -> None:
        """Return when everything decided so far is on disk."""
        self._writer.drain()

    def close(self) -> None:
        """Stop writing."""
        self._writer.close()

    def _inputs_of(self, unit_id: str, _period: str) -> Inputs:
        ledger_version = self._memory.versions.get(f"ledger:{unit_id}", 0)
        return Inputs(self.position, self._bases.of(unit_id), ledger_version)

    def _decide(
        self, command: Command, actor: Actor, command_id: str, scope: Scope | None, attempt: int
    ) -> tuple[Decision, dict[str, int]]:
        world = _RememberingWorld(
            self._memory,
            _Reading(self._memory, self._read, getattr(command, "asset_ids", ())),
            actor=actor,
            command_id=command_id if attempt == 0 else f"{command_id}/{attempt}",
            today=self.today(),
            depreciables=self._inputs_of,
            holders=self._holders,
        )
        decision = decide(command, world)
        if scope is not None:
            scope(world.touched_units)
        return decision, world.versions

    def _holders(self, kind: str, keys: list[str]) -> dict[str, str]:
        """Key → stream of the numbers that are taken, written or not."""
        claimed = self._claimed
        return {key: claimed[kind, key] for key in keys if (kind, key) in claimed}

    def _read(self, streams: list[str]) -> dict[str, Events]:
        """Read forgotten streams; they are on disk long since, or the writer has to catch up."""
        found = self.store.log.streams(streams)
        versions = self._memory.versions
        if any(len(found[stream]) < versions.get(stream, 0) for stream in streams):
            self._writer.drain()
            found = self.store.log.streams(streams)
        return {
            stream: [(event, self._body(event)) for event in events]
            for stream, events in found.items()
        }

    def _append(self, request: AppendRequest) -> Answer:
        """Take the request for the day's group; its positions are known, as nobody else writes."""
        claims = {(kind, key): stream for kind, key, stream in request.claims}
        for (kind, key), stream in claims.items():
            if (kind, key) in self._claimed:
                raise Claimed(kind, key, stream)
        self._claimed.update(claims)
        prepared, first = Prepared(request), self.position + 1
        self._writer.add(prepared, self._instant())
        versions: dict[str, int] = {}
        for fact, row in zip(request.facts, prepared.rows, strict=True):
            self.position += 1
            versions[fact.stream] = self._memory.versions.get(fact.stream, 0) + 1
            self._follow(fact, row, versions[fact.stream])
        self._bases.take(request.facts)
        return Answer(
            command_id=request.command_id,
            position=self.position,
            first_position=first,
            versions=versions,
            created=msgspec.json.decode(request.answer).get("created", {}),
        )

    def _follow(self, fact: Fact, row: Row, version: int) -> None:
        if fact.at_end:
            self._memory.versions[fact.stream] = version
            return
        values = msgspec.structs.asdict(row) | {
            "position": self.position, "version": version, "recorded_at": self._instant(),
            "attachments": fact.attachments,
        }  # fmt: skip
        assert isinstance(fact.body, Body), fact.type
        self._memory.append(Recorded(**values), fact.body)
