"""The ledger as an application: a command in, recorded facts or a refusal out.

`Ledger.execute` is the whole write path: load the streams that the command touches, decide,
append once. A decision that lost a race is taken again on fresh streams.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from domain.commands.structs import Command
from domain.commands.table import BY_STRUCT, decide
from domain.decisions.decision import Decision
from domain.envelope import Actor, Recorded, canonical_json
from domain.events import EVENTS, Body
from domain.periods import period_of
from domain.refusals import Refused
from domain.world import Balances, Inputs, Neighbours, World
from eventstore.errors import Claimed, Conflict, LogUnavailable, ReadSetChanged
from eventstore.gate import Gate
from eventstore.mapper import Bodies
from eventstore.request import AppendRequest, Receipt
from eventstore.store import EventStore

ATTEMPTS = 8
ATTEMPTS_SIDE_BY_SIDE = 4
"""How often a decision may lose a race before its process lets nobody else in between: a
depreciation run that reads a whole unit would never end while the unit goes on booking."""

CITY_TIME = ZoneInfo("Asia/Shanghai")

_CLAIMED = {"card_no": "E_DUP_CARD", "label_no": "E_DUP_LABEL"}


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a command led to; `position` is the last event's, 0 for a rehearsal."""

    command_id: str
    position: int
    first_position: int = 0
    versions: dict[str, int] = {}
    flags: tuple[str, ...] = ()
    created: dict[str, list[str]] = {}
    booked_on: date | None = None
    """The day it is booked on, where that is a later month than the business date."""
    recorded_at: datetime | None = None
    replayed: bool = False
    dry_run: bool = False


class _Kept(msgspec.Struct, frozen=True):
    """The part of an answer that is stored with the command and given again to a repeat."""

    flags: tuple[str, ...] = ()
    created: dict[str, list[str]] = {}
    booked_on: date | None = None


Scope = Callable[[set[str]], None]
"""Raises when the actor may not act on these units."""


class Ledger:
    """Executes commands against one event store; safe for many threads.

    `inputs(unit_id, period)` gives a depreciation run what it works from, `neighbours` a decision
    the batches beside it: both are known to the projections.
    """

    def __init__(
        self,
        store: EventStore,
        *,
        inputs: Callable[[str, str], Inputs] | None = None,
        balances: Callable[[str, str], Balances] | None = None,
        neighbours: Neighbours | None = None,
        clock: Callable[[], datetime],
    ) -> None:
        self.store = store
        self._inputs = inputs
        self._balances = balances
        self._neighbours = neighbours
        self._clock = clock
        self._bodies = Bodies(EVENTS)
        self._gate = Gate()

    def execute(
        self,
        command: Command,
        actor: Actor,
        *,
        command_id: str | None = None,
        dry_run: bool = False,
        expected: dict[str, int] | None = None,
        scope: Scope | None = None,
        given: Command | None = None,
    ) -> Answer:
        """Decide and record `command`; the answer means: on disk.

        `expected` are the stream versions that the caller has seen. `given` is the command as it
        came in, where it was completed since: a repeat is known by what its sender can send again.
        Raises Refused, Conflict, Claimed or what `scope` raises; nothing is recorded then.
        """
        command_id = command_id or str(uuid.uuid4())
        spec = BY_STRUCT[type(command)]
        digest = _digest(given or command)
        for attempt in range(ATTEMPTS):
            try:
                with self._gate.passing(alone=attempt >= ATTEMPTS_SIDE_BY_SIDE):
                    decision, versions = self._decide(command, actor, command_id, scope, attempt)
                    if dry_run:
                        return _rehearsed(command_id, decision)
                    request = _request(spec.name, digest, command_id, actor, decision, versions)
                    return self._append(_with_seen(request, expected))
            except (Conflict, ReadSetChanged, Claimed) as lost:
                if expected or not _may_retry(lost, decision, attempt):
                    raise _as_refusal(lost) from lost
            except LogUnavailable:
                raise
            except Exception:
                # A repeat meets the world as its first run left it: that one's answer counts.
                first = None if dry_run else self._first_answer(command_id, digest, actor)
                if first is None:
                    raise
                return first
        raise AssertionError("the last attempt returns or raises")

    def first_answer(self, given: Command, actor: Actor, command_id: str) -> Answer | None:
        """What `actor` got when he sent `given` under this id before, None if he never did.

        Raises CommandReused when the id belongs to a request with another content.
        """
        return self._first_answer(command_id, _digest(given), actor)

    def preview(self, command: Command, actor: Actor, *, scope: Scope | None = None) -> Decision:
        """Return what `command` would lead to now; nothing is recorded. Raises what it would."""
        decision, _ = self._decide(command, actor, str(uuid.uuid4()), scope, 0)
        return decision

    def today(self) -> date:
        """Return the city's date."""
        return self._clock().astimezone(CITY_TIME).date()

    def holders(self, kind: str, keys: list[str]) -> dict[str, str]:
        """Return key → asset id of the numbers that are taken, straight from the log."""
        found = self.store.log.holders(kind, keys)
        return {key: stream.removeprefix("asset:") for key, stream in found.items()}

    def _decide(
        self, command: Command, actor: Actor, command_id: str, scope: Scope | None, attempt: int
    ) -> tuple[Decision, dict[str, int]]:
        """Return the decision and the versions it relied on; scope is checked before a refusal."""
        loaded: dict[str, list[Recorded]] = {}
        asset_ids: tuple[str, ...] = getattr(command, "asset_ids", ())
        if asset_ids:
            loaded = self.store.log.streams([f"asset:{asset_id}" for asset_id in asset_ids])

        def load(stream: str) -> list[tuple[Recorded, Body]]:
            events = loaded.get(stream)
            if events is None:
                events = self.store.log.stream(stream)
            return [(event, self._body(event)) for event in events]

        def preload(streams: list[str]) -> None:
            unknown = [stream for stream in streams if stream not in loaded]
            loaded.update(self.store.log.streams(unknown) if unknown else {})

        world = World(
            load,
            actor=actor,
            command_id=command_id if attempt == 0 else f"{command_id}/{attempt}",
            today=self.today(),
            depreciables=self._inputs,
            balances=self._balances,
            holders=self.store.log.holders,
            preload=preload,
            neighbours=self._neighbours,
        )
        unit_id = getattr(command, "unit_id", None)
        named = {unit_id} if isinstance(unit_id, str) else set()
        try:
            decision = decide(command, world)
        except Refused:
            if scope is not None:
                scope(world.touched_units | named)
            raise
        if scope is not None:
            scope(world.touched_units | named)
        return decision, world.versions

    def _body(self, event: Recorded) -> Body:
        body = self._bodies.read(event)
        assert isinstance(body, Body)
        return body

    def _append(self, request: AppendRequest) -> Answer:
        return _answer(request.command_id, self.store.append(request))

    def _first_answer(self, command_id: str, digest: str, actor: Actor) -> Answer | None:
        receipt = self.store.log.receipt(command_id, digest, actor.person_id)
        return None if receipt is None else _answer(command_id, receipt)


def _digest(command: Command) -> str:
    """Return the name of this very request: what it asks for and everything it says."""
    name = BY_STRUCT[type(command)].name
    return hashlib.sha256(name.encode() + canonical_json(command)).hexdigest()


def _answer(command_id: str, receipt: Receipt) -> Answer:
    kept = msgspec.json.decode(receipt.answer, type=_Kept)
    return Answer(
        command_id=command_id,
        position=receipt.last_position,
        first_position=receipt.first_position,
        versions=dict(receipt.versions),
        flags=kept.flags,
        created=kept.created,
        booked_on=kept.booked_on,
        recorded_at=receipt.recorded_at,
        replayed=receipt.replayed,
    )


def _rehearsed(command_id: str, decision: Decision) -> Answer:
    return Answer(
        command_id=command_id,
        position=0,
        flags=decision.flags,
        created=decision.created,
        booked_on=booked_late(decision),
        dry_run=True,
    )


def _request(
    name: str,
    digest: str,
    command_id: str,
    actor: Actor,
    decision: Decision,
    versions: dict[str, int],
) -> AppendRequest:
    written = {fact.stream for fact in decision.facts if not fact.at_end}
    return AppendRequest(
        command_id=command_id,
        name=name,
        digest=digest,
        actor=actor,
        facts=decision.facts,
        expected={stream: versions.get(stream, 0) for stream in written},
        read_set={stream: at for stream, at in versions.items() if stream not in written},
        claims=decision.claims,
        answer=canonical_json(
            _Kept(flags=decision.flags, created=decision.created, booked_on=booked_late(decision))
        ),
    )


def booked_late(decision: Decision) -> date | None:
    """Return the day of booking where it lies in a later month than what happened, or None."""
    late = [
        fact.booked_on
        for fact in decision.facts
        if fact.booked_on is not None and period_of(fact.booked_on) > period_of(fact.occurred_on)
    ]
    return max(late, default=None)


def _with_seen(request: AppendRequest, expected: dict[str, int] | None) -> AppendRequest:
    """Return the request held to the versions that the caller has seen."""
    if not expected:
        return request
    known: dict[str, Any] = {
        stream: expected.get(stream, at) for stream, at in request.expected.items()
    }
    return msgspec.structs.replace(request, expected=known)


def _may_retry(lost: Conflict | ReadSetChanged | Claimed, decision: Decision, attempt: int) -> bool:
    """Tell whether deciding anew can help: numbers made by the ledger are simply made again."""
    if attempt == ATTEMPTS - 1:
        return False
    if isinstance(lost, Claimed):
        return lost.key not in _given_numbers(decision)
    return True


def _given_numbers(decision: Decision) -> set[str]:
    """Return the claimed numbers that came from the caller, not from the ledger."""
    made = {number for numbers in decision.created.values() for number in numbers}
    return {key for kind, key, _ in decision.claims if kind == "card_no" and key not in made}


def _as_refusal(lost: Conflict | ReadSetChanged | Claimed) -> Exception:
    """Return the refusal that a lost race or a taken number means to people."""
    if isinstance(lost, Claimed) and lost.kind in _CLAIMED:
        return Refused(_CLAIMED[lost.kind], lost.key.split("#")[0], field=lost.kind)
    return lost
