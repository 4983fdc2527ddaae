"""Bodies of every age are read in their newest form."""

from __future__ import annotations

import uuid
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from writing import CLERK, fact, new_id

from eventstore.errors import BodyUnreadable
from eventstore.mapper import Bodies, event_ids, to_rows


class Used(msgspec.Struct, forbid_unknown_fields=True):
    """The newest form: a place with a room."""

    place: str
    room: str
    since: int = 0


def _split_place(body: dict[str, Any]) -> dict[str, Any]:
    place, _, room = body.pop("where").partition("/")
    return {**body, "place": place, "room": room}


def _add_since(body: dict[str, Any]) -> dict[str, Any]:
    return {**body, "since": 2020}


BODIES = Bodies(
    {"asset.used/3": Used},
    {("asset.used", 1): _split_place, ("asset.used", 2): _add_since},
)


@pytest.mark.parametrize(
    ("event", "body", "expected"),
    [
        ("asset.used/1", '{"where":"主楼/301"}', Used("主楼", "301", 2020)),
        ("asset.used/2", '{"place":"主楼","room":"301"}', Used("主楼", "301", 2020)),
        ("asset.used/3", '{"place":"主楼","room":"301"}', Used("主楼", "301", 0)),
    ],
)
def test_old_forms_are_raised_step_by_step(event: str, body: str, expected: Used) -> None:
    """Each upcaster knows one step; a body goes through all that follow its version."""
    assert expected == BODIES.read_text(event, body)


@pytest.mark.parametrize(
    ("event", "body"),
    [
        ("asset.used/4", "{}"),
        ("asset.lost/1", "{}"),
        ("asset.used/3", '{"place":"主楼"}'),
        ("asset.used/3", '{"place":"主楼","room":"1","extra":1}'),
        ("asset.used/1", '{"other":1}'),
        ("nonsense", "{}"),
    ],
)
def test_a_body_that_fits_nothing_says_where_it_stands(event: str, body: str) -> None:
    """The error names position and event; nothing is guessed."""
    with pytest.raises(BodyUnreadable) as unreadable:
        BODIES.read_text(event, body, position=7)

    assert unreadable.value.position == 7
    assert event in unreadable.value.zh


@given(st.integers(1, 20))
def test_event_ids_follow_from_the_command_id(count: int) -> None:
    """The same command has the same event ids, every fact its own."""
    command_id = new_id()
    facts = [fact("s")] * count
    ids = [row.event_id for row in to_rows(command_id, CLERK, facts)]

    assert ids == [row.event_id for row in to_rows(command_id.upper(), CLERK, facts)]
    assert count == len(set(ids))


def test_event_ids_are_the_uuid5_of_command_and_place() -> None:
    """The ids in the log never depend on how they are computed."""
    space = uuid.UUID("6f3c1f0e-1c7b-4a57-9f5e-0c8d2b1a4e77")

    expected = [str(uuid.uuid5(space, str(place))) for place in range(300)]

    assert expected == [event_ids(space)(place) for place in range(300)]
