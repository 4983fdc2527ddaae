"""Versions on both clocks, whatever the order in which dated facts become known."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from projections.slices import DAY_OPEN, Patch, corrected, folded, replay, spans_of

START = date(2024, 1, 1)

values = st.dictionaries(
    st.sampled_from(["place", "keeper"]), st.sampled_from([None, "a", "b"]), min_size=1
)
histories = st.lists(st.tuples(st.integers(0, 6), values), max_size=8).map(
    lambda facts: [
        Patch(START + timedelta(days=day), position, said)
        for position, (day, said) in enumerate(facts, start=1)
    ]
)


def _merged(before: Mapping[str, Any], said: Mapping[str, Any], _day: date) -> Mapping[str, Any]:
    return {**before, **said}


def _place(state: Mapping[str, Any]) -> tuple[Any, ...] | None:
    return (state["place"],) if state.get("place") else None


def _places(state: Mapping[str, Any]) -> dict[str, tuple[Any, ...]]:
    return {"place": row} if (row := _place(state)) else {}


@given(histories)
def test_what_was_believed_at_a_position_is_the_fold_of_what_was_known(
    patches: list[Patch],
) -> None:
    """Cut at any position, the slices are the spans of the facts known by then."""
    slices = replay(patches, _merged, _places).get("place", [])
    for known in range(1, len(patches) + 1):
        timeline = sorted(patches[:known], key=lambda patch: (patch.day, patch.position))
        expected = spans_of(folded(timeline, _merged), _place)
        actual = sorted(
            (s.effective_from, s.effective_to, s.row)
            for s in slices
            if s.position_from <= known < s.position_to
        )

        assert sorted(expected) == actual


@given(histories)
def test_a_day_lies_in_one_believed_slice_at_most(patches: list[Patch]) -> None:
    """Slices that are believed at the same position do not overlap."""
    slices = replay(patches, _merged, _places).get("place", [])
    for known in range(1, len(patches) + 1):
        believed = sorted(
            (s.effective_from, s.effective_to)
            for s in slices
            if s.position_from <= known < s.position_to
        )

        assert all(one[1] <= two[0] for one, two in pairwise(believed))


@given(histories)
def test_on_one_clock_the_last_word_holds(patches: list[Patch]) -> None:
    """A correction holds for the whole life of the thing from the position it is known at."""
    versions = corrected(patches, _merged, _place)
    for known in range(1, len(patches) + 1):
        state: Mapping[str, Any] = {}
        for patch in patches[:known]:
            state = _merged(state, patch.values, patch.day)
        expected = [row] if (row := _place(state)) else []
        actual = [v.row for v in versions if v.position_from <= known < v.position_to]

        assert expected == actual
        assert all(version.effective_to == DAY_OPEN for version in versions)
