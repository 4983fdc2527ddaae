"""Every event type and version is readable for ever: its stored sample is read and written."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from domain.envelope import Recorded, canonical_json
from domain.events import EVENTS
from tests.domain.book import read_body

EVENTS_STORED = Path(__file__).parent / "events"


def sample_path(name: str) -> Path:
    """Where the sample of an event type lies: `asset.booked/1` → `asset.booked.1.json`."""
    return EVENTS_STORED / f"{name.replace('/', '.')}.json"


def read_sample(name: str) -> Recorded:
    """The stored row, its body the exact text of the log."""
    return msgspec.json.decode(sample_path(name).read_bytes(), type=Recorded)


def test_every_event_type_has_a_sample_and_every_sample_its_type() -> None:
    """A new name or version comes with its sample; an old one never goes."""
    expected = {sample_path(name).name for name in EVENTS}

    assert expected == {path.name for path in EVENTS_STORED.glob("*.json")}


@pytest.mark.parametrize("name", EVENTS)
def test_a_stored_body_is_read_and_written_to_the_same_bytes(name: str) -> None:
    """What is hashed is the text: reading and writing must not change a byte of it."""
    event = read_sample(name)

    assert name == event.type
    assert event.body.encode() == canonical_json(read_body(event))


@pytest.mark.parametrize("name", EVENTS)
def test_a_body_with_a_field_of_nobody_is_refused(name: str) -> None:
    """Text that the shape does not know is never silently dropped."""
    event = read_sample(name)
    raw = msgspec.json.decode(event.body) | {"no_such_field": 1}

    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(msgspec.json.encode(raw), type=EVENTS[name])
