"""Versions on both clocks, made by replaying an object's dated facts in the order of the log.

Every fact is a patch: what it sets, from which business day on. Replaying the patches one by one
gives what was believed after each position, so late facts land in the right place on both clocks
and the result depends on the history alone, never on how it was cut into batches.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from projections.asof import POSITION_OPEN

DAY_OPEN = date.max
"""`effective_to` of what has no known end."""

State = Mapping[str, Any]
Row = tuple[Any, ...]
Step = Callable[[State, State, date], State]
"""(state before, what the patch sets, its day) to the state after."""
View = Callable[[State], Row | None]
"""The part of a state that a table keeps; None where it keeps nothing."""


class Patch(NamedTuple):
    """One dated fact about an object: `values` hold from `day` on, known from `position` on."""

    day: date
    position: int
    values: State


class Slice(NamedTuple):
    """`row` held on [effective_from, effective_to) and was believed on [position_from, _to)."""

    row: Row
    effective_from: date
    effective_to: date
    position_from: int
    position_to: int


Span = tuple[date, date, Row]


def replay(
    patches: Iterable[Patch], step: Step, views: Mapping[str, View]
) -> dict[str, list[Slice]]:
    """Return, per view, every version that was ever believed; `patches` in order of position."""
    timeline: list[Patch] = []
    states: list[tuple[date, State]] = []
    standing: dict[str, tuple[list[Span], dict[Span, int]]] = {name: ([], {}) for name in views}
    slices: dict[str, list[Slice]] = {name: [] for name in views}
    for patch in patches:
        latest = not timeline or timeline[-1].day <= patch.day
        if latest:
            timeline.append(patch)
            before = states[-1][1] if states else {}
            states.append((patch.day, step(before, patch.values, patch.day)))
        else:
            insort(timeline, patch, key=_by_day)
            states = folded(timeline, step)
        for name, view in views.items():
            spans, since = standing[name]
            turned = _appended(spans, *states[-1], view) if latest else spans_of(states, view)
            if turned is not spans:
                standing[name] = turned, _turned(since, turned, patch.position, slices[name])
    for name, (_, since) in standing.items():
        slices[name].extend(_slice(span, at, POSITION_OPEN) for span, at in since.items())
    return slices


def corrected(patches: Iterable[Patch], step: Step, view: View) -> list[Slice]:
    """Return the versions of a row on one clock: each patch corrects what was believed before."""
    slices: list[Slice] = []
    state: State = {}
    row: Row | None = None
    since = 0
    for patch in patches:
        state = step(state, patch.values, patch.day)
        now = view(state)
        if now == row:
            continue
        if row is not None:
            slices.append(Slice(row, date.min, DAY_OPEN, since, patch.position))
        row, since = now, patch.position
    if row is not None:
        slices.append(Slice(row, date.min, DAY_OPEN, since, POSITION_OPEN))
    return slices


def _by_day(patch: Patch) -> tuple[date, int]:
    return patch.day, patch.position


def folded(timeline: Sequence[Patch], step: Step) -> list[tuple[date, State]]:
    """Return the state after each patch of `timeline`, which is in order of day and position."""
    states: list[tuple[date, State]] = []
    state: State = {}
    for patch in timeline:
        state = step(state, patch.values, patch.day)
        states.append((patch.day, state))
    return states


def spans_of(states: Sequence[tuple[date, State]], view: View) -> list[Span]:
    """Return the days on which each row of `view` held; equal neighbours become one."""
    spans: list[Span] = []
    for index, (day, state) in enumerate(states):
        until = states[index + 1][0] if index + 1 < len(states) else DAY_OPEN
        row = view(state) if day < until else None
        if row is None:
            continue
        if spans and spans[-1][1] == day and spans[-1][2] == row:
            spans[-1] = (spans[-1][0], until, row)
        else:
            spans.append((day, until, row))
    return spans


def _appended(spans: list[Span], day: date, state: State, view: View) -> list[Span]:
    """As `spans_of` with one more state that begins last; `spans` itself if nothing changes."""
    row = view(state)
    kept = spans
    if spans and spans[-1][1] == DAY_OPEN:
        since, _, last = spans[-1]
        if last == row:
            return spans
        kept = [*spans[:-1], (since, day, last)] if since < day else spans[:-1]
    if row is None:
        return kept
    if kept and kept[-1][1] == day and kept[-1][2] == row:
        return [*kept[:-1], (kept[-1][0], DAY_OPEN, row)]
    return [*kept, (day, DAY_OPEN, row)]


def _turned(
    before: dict[Span, int], spans: Iterable[Span], position: int, ended: list[Slice]
) -> dict[Span, int]:
    """Return what stands from `position` on; what no longer stands goes to `ended`."""
    after = {span: before.get(span, position) for span in spans}
    ended.extend(_slice(span, at, position) for span, at in before.items() if span not in after)
    return after


def _slice(span: Span, position_from: int, position_to: int) -> Slice:
    return Slice(span[2], span[0], span[1], position_from, position_to)


def believed(
    patches: Sequence[Patch], rows_of: Callable[[Sequence[Patch]], Iterable[Row]]
) -> list[Slice]:
    """Return the rows that `rows_of` makes of the patches known so far, with their positions.

    For rows that are no spans of days: the business clock of these slices is never closed.
    """
    standing: dict[Span, int] = {}
    ended: list[Slice] = []
    for known, patch in enumerate(patches, start=1):
        timeline = sorted(patches[:known], key=_by_day)
        spans = [(date.min, DAY_OPEN, row) for row in rows_of(timeline)]
        standing = _turned(standing, spans, patch.position, ended)
    ended.extend(_slice(span, at, POSITION_OPEN) for span, at in standing.items())
    return ended
