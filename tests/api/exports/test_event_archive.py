"""The archive of events: stored bytes as they are, and a manifest that proves it."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections import Counter
from datetime import date
from typing import Any

from api.exports.event_archive import line_of
from projections.asof import Scope
from tests.api.exports.conftest import AskYear, MakeExport
from tests.api.exports.year import SCHOOL, Year


def opened(content: bytes) -> tuple[list[bytes], dict[str, Any], bytes]:
    """Lines, manifest and the bytes of the lines."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert packed.testzip() is None
        text = packed.read("events.jsonl")
        return text.splitlines(), json.loads(packed.read("manifest.json")), text


def test_every_event_is_there_with_its_stored_bytes(export: MakeExport, year: Year) -> None:
    """Positions from 1 without a gap, each body byte for byte as in the log."""
    lines, manifest, _ = opened(export("events")[1])
    stored = year.store.log.read(0, 10_000)

    assert [event.position for event in stored] == [json.loads(line)["position"] for line in lines]
    assert [line_of(event).rstrip(b"\n") for event in stored] == lines
    assert all(
        b'"body":' + event.body.encode() in line for event, line in zip(stored, lines, strict=True)
    )
    assert len(lines) == manifest["events"] == manifest["position"] == manifest["last_position"]


def test_the_manifest_proves_the_lines(export: MakeExport, ask: AskYear) -> None:
    """Size, digest, counts by type and sums of the books are those of the lines."""
    lines, manifest, text = opened(export("events")[1])
    types = Counter(json.loads(line)["type"] for line in lines)
    posted: Counter[str] = Counter()
    for row in ask("journal", limit=1000):
        posted[f"{row['book']}.{row['side']}"] += row["fen"]
    digest = hashlib.sha256(text).hexdigest()

    assert [{"name": "events.jsonl", "bytes": len(text), "sha256": digest}] == manifest["files"]
    assert dict(types) == manifest["events_by_type"]
    assert dict(posted) == manifest["posted_fen"]
    assert manifest["as_of"] == "2025-12-31"
    assert manifest["rule_versions"]


def test_a_unit_gets_its_own_events(export: MakeExport) -> None:
    """What concerns the unit, and what holds for the whole city; nothing else."""
    lines, manifest, _ = opened(export("events", scope=Scope((SCHOOL,)))[1])
    events = [json.loads(line) for line in lines]

    assert {SCHOOL} == {e["unit_id"] for e in events if e["stream"] != "calendar"}
    assert manifest["units"] == [SCHOOL]
    assert any(event["stream"] == "calendar" for event in events)


def test_the_giver_sees_what_he_gave(export: MakeExport) -> None:
    """A reallocation stands under the receiver's unit and belongs to both."""
    lines, _, _ = opened(export("events", unit="jy.01")[1])

    assert any(json.loads(line)["type"].startswith("asset.reallocated/") for line in lines)


def test_a_past_day_leaves_out_what_came_later(export: MakeExport) -> None:
    """As of a day the archive ends with what had occurred by then."""
    lines, manifest, _ = opened(export("events", on=date(2025, 3, 31))[1])

    assert max(json.loads(line)["occurred_on"] for line in lines) <= "2025-03-31"
    assert manifest["events"] == len(lines) > 0
    assert opened(export("events", known=0)[1])[:1] == ([],)
