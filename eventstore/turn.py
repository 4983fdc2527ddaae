"""What stands under the lock, and the verdict on each command of a group in its light."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from eventstore.errors import Claimed, CommandReused, Conflict, ReadSetChanged, Refusal
from eventstore.mapper import Row
from eventstore.prepared import Prepared, claim_rows, command_row
from eventstore.request import AppendRequest, Receipt

Clock = Callable[[], datetime]
Outcome = Receipt | Exception

_log = logging.getLogger(__name__)


class KnownCommand(msgspec.Struct, frozen=True):
    """A row of `ledger.commands`, as far as a repeat needs it."""

    command_id: str
    digest: str
    first_position: int
    last_position: int
    answer: str
    recorded_at: datetime


_decode_commands = msgspec.json.Decoder(list[KnownCommand]).decode


class Turn:
    """What is known under the lock, kept up to date while the group's commands are numbered."""

    def __init__(self, seen: Sequence[Any], clock: Clock | None) -> None:
        position, last_recorded_at, now, commands, versions, claims = seen
        self.position: int = position or 0
        self.recorded_at = not_before(last_recorded_at, clock() if clock else now)
        self.commands = {known.command_id: known for known in _decode_commands(commands or "[]")}
        self.versions: dict[str, int] = msgspec.json.decode(versions or "{}")
        self.claims = {(kind, key): held for kind, key, held in msgspec.json.decode(claims or "[]")}
        self.rows: list[Row] = []
        self.command_rows: list[dict[str, Any]] = []
        self.claim_rows: list[dict[str, Any]] = []

    def admit(self, prepared: Prepared) -> Outcome | KnownCommand:
        """Number the command's events, or say why not; a known command gives its record."""
        known = self.commands.get(prepared.command_id)
        if known is not None:
            same = known.digest == prepared.request.digest
            return known if same else CommandReused(prepared.command_id)
        refusal = self._refusal(prepared.request)
        return refusal or self._number(prepared)

    def _refusal(self, request: AppendRequest) -> Refusal | None:
        for stream, expected in request.expected.items():
            if self.versions[stream] != expected:
                return Conflict(stream, expected, self.versions[stream])
        for stream, expected in request.read_set.items():
            if self.versions[stream] != expected:
                return ReadSetChanged(stream, expected, self.versions[stream])
        own: set[tuple[str, str]] = set()
        for kind, key, stream in request.claims:
            if (kind, key) in self.claims or (kind, key) in own:
                return Claimed(kind, key, self.claims.get((kind, key), stream))
            own.add((kind, key))
        return None

    def _number(self, prepared: Prepared) -> Receipt:
        first = self.position + 1
        versions: dict[str, int] = {}
        for row in prepared.rows:
            self.position += 1
            version = self.versions[row.stream] + 1
            self.versions[row.stream] = versions[row.stream] = version
            row.position, row.version, row.recorded_at = self.position, version, self.recorded_at
        self.rows += prepared.rows
        self._keep(prepared, first)
        return Receipt(
            first_position=first,
            last_position=self.position,
            versions=versions,
            recorded_at=self.recorded_at,
            answer=prepared.request.answer,
        )

    def _keep(self, prepared: Prepared, first: int) -> None:
        request = prepared.request
        known = KnownCommand(
            prepared.command_id,
            request.digest,
            first,
            self.position,
            request.answer.decode(),
            self.recorded_at,
        )
        self.commands[known.command_id] = known
        row = command_row(prepared, first, self.position)
        self.command_rows.append({**row, "recorded_at": self.recorded_at})
        self.claim_rows += claim_rows(prepared, first)
        for kind, key, stream in request.claims:
            self.claims[kind, key] = stream


def not_before(last: datetime | None, now: datetime) -> datetime:
    """The instant to record: time in the log never runs backwards, whatever the clock does."""
    if now.tzinfo is None:
        raise ValueError("the clock must give instants with a time zone")
    if last is None or last <= now:
        return now.astimezone(UTC)
    log_clock_behind(last - now)
    return last


def log_clock_behind(gap: timedelta) -> None:
    """Say in the program's log that the clock stands behind the newest event."""
    _log.warning("clock runs %s behind the last event of the log", gap)
