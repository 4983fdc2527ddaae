"""The log behind the interface of the eventsourcing library (`ApplicationRecorder`).

The library's own recorders are not used: with database functions or DCB they lose events for
readers, and their retry turns a lost COMMIT reply into a false conflict (design 4.2). A stored
event's state is the canonical JSON of its whole envelope, so nothing is kept twice.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from threading import Event
from typing import Any, cast
from uuid import UUID

import msgspec
from eventsourcing.persistence import (
    ApplicationRecorder,
    IntegrityError,
    Notification,
    StoredEvent,
    Subscription,
)

from domain.envelope import Actor, Attachment, Fact, Recorded, canonical_json
from eventstore.errors import Refusal
from eventstore.request import AppendRequest
from eventstore.store import EventStore

_WAIT_SECONDS = 0.5


class State(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in a stored event's `state`: the fact's envelope, its actor and its body."""

    sub_kind: str
    unit_id: str
    occurred_on: date
    actor: Actor
    body: msgspec.Raw
    booked_on: date | None = None
    asset_id: str | None = None
    process_id: str | None = None
    approval_no: str | None = None
    reason: str | None = None
    corrects: str | None = None
    attachments: tuple[Attachment, ...] = ()
    rule_version: str | None = None


_decode_state = msgspec.json.Decoder(State).decode
_SHARED = tuple(name for name in State.__struct_fields__ if name not in {"actor", "body"})


class LedgerRecorder(ApplicationRecorder):
    """Records and reads stored events in the log; topics are event types, ids are streams."""

    def __init__(self, store: EventStore) -> None:
        self._store = store

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int]:
        """Append all events or none at the versions they carry; their positions.

        `command_id` and `name` may be given. The library's IntegrityError stands for a refusal.
        """
        if not stored_events:
            return []
        states = [_decode_state(event.state) for event in stored_events]
        request = AppendRequest(
            command_id=str(kwargs.get("command_id") or uuid.uuid4()),
            name=str(kwargs.get("name") or "insert-events"),
            digest=str(kwargs.get("digest") or ""),
            actor=states[0].actor,
            facts=[_to_fact(*pair) for pair in zip(stored_events, states, strict=True)],
            expected=_versions_before(stored_events),
        )
        try:
            receipt = self._store.append(request)
        except Refusal as refusal:
            raise IntegrityError(str(refusal)) from refusal
        return range(receipt.first_position, receipt.last_position + 1)

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """The events of one stream, after version `gt` up to `lte`."""
        events = self._store.log.stream(str(originator_id), gt or 0)
        kept = [event for event in events if lte is None or event.version <= lte]
        if desc:
            kept.reverse()
        return [_to_notification(event) for event in kept[:limit]]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Up to `limit` events in the order of the log, from position `start` to `stop`."""
        after = (start or 0) - (1 if inclusive_of_start and start else 0)
        found: list[Notification] = []
        while len(found) < limit:
            batch = self._store.log.read(after, limit)
            found += [_to_notification(event) for event in batch if _wanted(event, stop, topics)]
            if len(batch) < limit or (stop is not None and batch[-1].position >= stop):
                break
            after = batch[-1].position
        return found[:limit]

    def max_notification_id(self) -> int | None:
        """The newest position, None in an empty log."""
        return self._store.log.head() or None

    def subscribe(
        self, gt: int | None = None, topics: Sequence[str] = ()
    ) -> Subscription[ApplicationRecorder]:
        """Events after `gt` as they come; leave the context to stop."""
        return LedgerSubscription(self, gt, topics, self._store)


class LedgerSubscription(Subscription[ApplicationRecorder]):
    """Follows the log in the reader's own thread."""

    def __init__(
        self, recorder: LedgerRecorder, gt: int | None, topics: Sequence[str], store: EventStore
    ) -> None:
        super().__init__(recorder=recorder, gt=gt, topics=topics)
        self._store = store
        self._read_up_to = gt or 0
        self._ready: list[Notification] = []
        self._stopped = Event()

    def stop(self) -> None:
        """End the iteration, also from another thread."""
        super().stop()
        self._stopped.set()

    def __next__(self) -> Notification:
        while not self._ready:
            if self._stopped.is_set():
                raise StopIteration
            self._store.log.wait(self._read_up_to, _WAIT_SECONDS)
            events = self._store.log.read(self._read_up_to)
            self._read_up_to = events[-1].position if events else self._read_up_to
            wanted = (event for event in events if _wanted(event, None, self._topics))
            self._ready = [_to_notification(event) for event in wanted]
        if self._stopped.is_set():
            raise StopIteration
        return self._ready.pop(0)


def to_stored_event(fact: Fact, actor: Actor, version: int) -> StoredEvent:
    """A fact as the library wants it, to be appended as `version` of its stream."""
    envelope = {name: getattr(fact, name) for name in _SHARED}
    state = State(actor=actor, body=msgspec.Raw(canonical_json(fact.body)), **envelope)
    return StoredEvent(fact.stream, version, fact.type, canonical_json(state))


def _wanted(event: Recorded, stop: int | None, topics: Sequence[str]) -> bool:
    in_range = stop is None or event.position <= stop
    return in_range and (not topics or event.type in topics)


def _versions_before(events: Sequence[StoredEvent]) -> dict[str, int]:
    """The version that each stream must have; the events of a stream follow each other."""
    before: dict[str, int] = {}
    last: dict[str, int] = {}
    for event in events:
        stream, version = str(event.originator_id), event.originator_version
        before.setdefault(stream, version - 1)
        if last.setdefault(stream, version - 1) != version - 1:
            raise IntegrityError(f"version {version} of {stream} does not follow its predecessor")
        last[stream] = version
    return before


def _to_fact(event: StoredEvent, state: State) -> Fact:
    envelope = {name: getattr(state, name) for name in _SHARED}
    # The body's text goes through untouched: msgspec writes a Raw value as it stands.
    body = cast("msgspec.Struct", state.body)
    return Fact(stream=str(event.originator_id), type=event.topic, body=body, **envelope)


def _to_notification(event: Recorded) -> Notification:
    envelope = {name: getattr(event, name) for name in _SHARED}
    actor = Actor(event.actor_id, event.actor_role, None, event.on_behalf_of)
    state = State(actor=actor, body=msgspec.Raw(event.body.encode()), **envelope)
    return Notification(
        originator_id=event.stream,
        originator_version=event.version,
        topic=event.type,
        state=canonical_json(state),
        id=event.position,
    )
