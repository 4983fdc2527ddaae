"""The events themselves: stored bytes as JSON lines, and a manifest to check them by."""

from __future__ import annotations

import hashlib
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import IO, Final

import msgspec

from api.exports.export import (
    CHUNK_BYTES,
    SHANGHAI,
    ExportedFile,
    ExportParams,
    Source,
    file_name,
)
from domain.envelope import Recorded
from domain.events import Line
from projections.asof import AsOf, Scope

MEDIA_TYPE: Final = "application/zip"
FORMAT: Final = "taizhang-events/1"
BATCH: Final = 1_000
LINES_NAME: Final = "events.jsonl"
_PUBLIC: Final = ("rule:", "approval:", "calendar")
"""Streams of the whole city, which every reader may have: dated rules, days that passed."""
_FIRST_ZIP_YEAR: Final = 1980


class _Posted(msgspec.Struct, frozen=True):
    """The part of a voucher or run that is summed."""

    lines: tuple[Line, ...] = ()


class _Given(msgspec.Struct, frozen=True):
    """The part of a reallocation that says who gave."""

    from_unit: str = ""


class Archive:
    """What has gone into the file so far: counts, sums in fen by book and side, and the digest."""

    def __init__(self) -> None:
        self.types: Counter[str] = Counter()
        self.sums: Counter[str] = Counter()
        self.rule_versions: set[str] = set()
        self.positions: list[int] = []
        self.bytes = 0
        self._sha256 = hashlib.sha256()

    def add(self, event: Recorded, line: bytes) -> None:
        """Count `line`, which holds `event`."""
        self._sha256.update(line)
        self.bytes += len(line)
        self.types[event.type] += 1
        self.rule_versions |= {event.rule_version} if event.rule_version else set()
        self.positions = [*self.positions[:1], event.position]
        if event.type.startswith("ledger."):
            for posted in msgspec.json.decode(event.body, type=_Posted).lines:
                self.sums[f"{posted.book}.{posted.side}"] += posted.fen

    def manifest(self, source: Source, as_of: AsOf, scope: Scope) -> dict[str, object]:
        """All that a reader needs to check the file, and to know what it holds."""
        return {
            "format": FORMAT,
            "made_at": source.made_at,
            "as_of": as_of.day,
            "known_at": source.known_at,
            "position": as_of.position,
            "units": None if scope.units is None else list(scope.units),
            "first_position": self.positions[0] if self.positions else None,
            "last_position": self.positions[-1] if self.positions else None,
            "events": self.types.total(),
            "events_by_type": dict(sorted(self.types.items())),
            "rule_versions": sorted(self.rule_versions),
            "posted_fen": dict(sorted(self.sums.items())),
            "files": [
                {"name": LINES_NAME, "bytes": self.bytes, "sha256": self._sha256.hexdigest()}
            ],
        }


def export_events(source: Source, as_of: AsOf, scope: Scope, params: ExportParams) -> ExportedFile:
    """A zip of `events.jsonl` and `manifest.json`; a narrow reader gets the events of his units.

    Each line is the envelope with the body exactly as stored; a day before today leaves out what
    occurred after it.
    """
    narrowed = scope.narrowed(params.unit)
    name = file_name("events", "zip", as_of, params)
    return ExportedFile(name, MEDIA_TYPE, _zipped(source, as_of, narrowed))


def _zipped(source: Source, as_of: AsOf, scope: Scope) -> Iterator[bytes]:
    archive = Archive()
    with tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
            with packed.open(_member(LINES_NAME, source.made_at), "w", force_zip64=True) as out:
                _write(out, archive, source, as_of, scope)
            manifest = msgspec.json.encode(archive.manifest(source, as_of, scope))
            text = msgspec.json.format(manifest, indent=2)
            packed.writestr(_member("manifest.json", source.made_at), text)
        file.seek(0)
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


def _member(name: str, made_at: datetime) -> zipfile.ZipInfo:
    local = made_at.astimezone(SHANGHAI)
    at = (max(local.year, _FIRST_ZIP_YEAR), *local.timetuple()[1:6])
    member = zipfile.ZipInfo(name, at)
    member.compress_type = zipfile.ZIP_DEFLATED
    return member


def _write(out: IO[bytes], archive: Archive, source: Source, as_of: AsOf, scope: Scope) -> None:
    for event in _events(source, as_of):
        if (as_of.current or event.occurred_on <= as_of.day) and _shown(event, scope):
            line = line_of(event)
            archive.add(event, line)
            out.write(line)


def _events(source: Source, as_of: AsOf) -> Iterator[Recorded]:
    after = 0
    while after < as_of.position:
        batch = source.read_log(after, min(BATCH, as_of.position - after))
        if not batch:
            return
        yield from batch
        after = batch[-1].position


def _shown(event: Recorded, scope: Scope) -> bool:
    """Whether a reader of `scope` may have `event`; a giver sees his reallocations too."""
    if scope.allows(event.unit_id) or event.stream.startswith(_PUBLIC):
        return True
    if event.type.startswith("asset.reallocated/"):
        return scope.allows(msgspec.json.decode(event.body, type=_Given).from_unit)
    return False


def line_of(event: Recorded) -> bytes:
    """The event as one line; the bytes of the body are those that the seal was taken of."""
    values = msgspec.structs.asdict(event)
    values = {name: values[name] for name in Recorded.__struct_fields__}
    values["body"] = msgspec.Raw(event.body.encode())
    return msgspec.json.encode(values) + b"\n"
