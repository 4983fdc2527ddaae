"""A group of commands as the one statement that appends them if nothing stands against it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from eventstore.mapper import Row
from eventstore.prepared import Prepared, claim_rows, command_row
from eventstore.request import Receipt
from eventstore.turn import log_clock_behind


class ClearGroup:
    """Rows numbered within the group; the real numbers are given under the lock.

    `independent` is False when the fate of one command may hang on another one's: the same id,
    claim, or stream in two commands, unless both append to the end of that stream only.
    """

    def __init__(self, group: Sequence[Prepared]) -> None:
        self._group = group
        self._wanted: dict[str, int | None] = {}
        self.independent = len({prepared.command_id for prepared in group}) == len(group)
        for prepared in group:
            self._want(prepared)
        claims = [claim[:2] for prepared in group for claim in prepared.request.claims]
        self._claims = claims
        self.independent = self.independent and len(set(claims)) == len(claims)

    def _want(self, prepared: Prepared) -> None:
        request = prepared.request
        own: dict[str, int | None] = {row.stream: None for row in prepared.rows}
        for versions in (request.expected, request.read_set):
            for stream, version in versions.items():
                # The same stream in both with two versions cannot be clear.
                if own.get(stream) not in (None, version):
                    self.independent = False
                own[stream] = version
        for stream, wanted in own.items():
            if stream in self._wanted and not (wanted is None and self._wanted[stream] is None):
                self.independent = False
            self._wanted[stream] = wanted

    def parameters(self, now: datetime | None) -> dict[str, Any]:
        """The values of `append_clear`; `now` instead of the database's clock."""
        events: list[Row] = []
        commands: list[dict[str, Any]] = []
        claims: list[dict[str, Any]] = []
        versions: Counter[str] = Counter()
        for prepared in self._group:
            first = len(events) + 1
            for row in prepared.rows:
                versions[row.stream] += 1
                row.position, row.version = len(events) + 1, versions[row.stream]
                events.append(row)
            commands.append(command_row(prepared, first, len(events)))
            claims += claim_rows(prepared, first)
        return {
            "commands": [prepared.command_id for prepared in self._group],
            "streams": list(self._wanted),
            "versions": list(self._wanted.values()),
            "kinds": [kind for kind, _ in self._claims],
            "keys": [key for _, key in self._claims],
            "event_rows": msgspec.json.encode(events).decode(),
            "command_rows": msgspec.json.encode(commands).decode(),
            "claim_rows": msgspec.json.encode(claims).decode(),
            "clock": now,
        }

    def receipts(
        self, head: int, recorded_at: datetime, now: datetime, before: Sequence[int] | None
    ) -> list[Receipt]:
        """One receipt a command, from the head and the streams' versions before the append."""
        if recorded_at > now:
            log_clock_behind(recorded_at - now)
        base = dict(zip(self._wanted, before or (), strict=True))
        receipts: list[Receipt] = []
        for prepared in self._group:
            first = head + 1
            head += len(prepared.rows)
            versions = {row.stream: base[row.stream] + row.version for row in prepared.rows}
            receipts.append(
                Receipt(
                    first_position=first,
                    last_position=head,
                    versions=versions,
                    recorded_at=recorded_at,
                    answer=prepared.request.answer,
                )
            )
        return receipts
