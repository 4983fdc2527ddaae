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
Rows = Mapping[str, Row]
View = Callable[[State], Rows]
"""The part of a state that tables keep, by table; one that keeps nothing is left out."""
RowView = Callable[[State], Row | None]
"""The same for one table alone; None where it keeps nothing."""


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


def replay(patches: Iterable[Patch], step: Step, view: View) -> dict[str, list[Slice]]:
    """Return, per table, every version that was ever believed; `patches` in order of position."""
    timeline: list[Patch] = []
    state: State = {}
    beliefs: dict[str, _Belief] = {}
    for patch in patches:
        if not timeline or timeline[-1].day <= patch.day:
            # Nearly every fact is the latest one: only the end of what is believed can turn.
            timeline.append(patch)
            state = step(state, patch.values, patch.day)
            rows = view(state)
            for table in rows:
                if table not in beliefs:
                    beliefs[table] = _Belief()
            for table, belief in beliefs.items():
                belief.follow(patch.day, rows.get(table), patch.position)
        else:
            insort(timeline, patch, key=_by_day)
            states = folded(timeline, step)
            state = states[-1][1]
            told = [(day, view(each)) for day, each in states]
            for table in {*beliefs, *(table for _, rows in told for table in rows)}:
                spans = _spans([(day, rows.get(table)) for day, rows in told])
                beliefs.setdefault(table, _Belief()).turn(spans, patch.position)
    return {table: belief.slices() for table, belief in beliefs.items()}


class _Belief:
    """What is believed of one table: spans in order of days, each with its first position."""

    __slots__ = ("_ended", "_standing")

    def __init__(self) -> None:
        self._standing: list[tuple[Span, int]] = []
        self._ended: list[Slice] = []

    def follow(self, day: date, row: Row | None, position: int) -> None:
        """From `day` on, which no standing span begins behind, `row` holds, or nothing."""
        standing = self._standing
        if standing and standing[-1][0][1] == DAY_OPEN:
            (since, _, last), at = standing[-1]
            if last == row:
                return
            standing.pop()
            self._ended.append(Slice(last, since, DAY_OPEN, at, position))
            if since < day:
                standing.append(((since, day, last), position))
        if row is None:
            return
        if standing and standing[-1][0][1] == day and standing[-1][0][2] == row:
            # The same again on the day on which it ended: it never did.
            (day, until, _), at = standing.pop()
            self._ended.append(Slice(row, day, until, at, position))
        standing.append(((day, DAY_OPEN, row), position))

    def turn(self, spans: Iterable[Span], position: int) -> None:
        """From `position` on `spans` are believed; those that stood before keep their place."""
        before = dict(self._standing)
        self._standing = [(span, before.pop(span, position)) for span in spans]
        self._ended += [_slice(span, at, position) for span, at in before.items()]

    def slices(self) -> list[Slice]:
        """Return everything that was ever believed."""
        return [*self._ended, *(_slice(span, at, POSITION_OPEN) for span, at in self._standing)]


def corrected(patches: Iterable[Patch], step: Step, view: RowView) -> list[Slice]:
    """Return the versions of a row on one clock: each patch corrects what was believed before.

    A step that gives back the very state it was given says that the patch changes nothing.
    """
    slices: list[Slice] = []
    state: State = {}
    row: Row | None = None
    since = 0
    for patch in patches:
        after = step(state, patch.values, patch.day)
        if after is state:
            continue
        state = after
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


def spans_of(states: Iterable[tuple[date, State]], view: RowView) -> list[Span]:
    """Return the days on which each row of `view` held; equal neighbours become one."""
    return _spans([(day, view(state)) for day, state in states])


def _spans(rows: Sequence[tuple[date, Row | None]]) -> list[Span]:
    """As `spans_of`, of the row (None: nothing) that holds from each day on."""
    spans: list[Span] = []
    for index, (day, row) in enumerate(rows):
        until = rows[index + 1][0] if index + 1 < len(rows) else DAY_OPEN
        if row is None or day == until:
            continue
        if spans and spans[-1][1] == day and spans[-1][2] == row:
            spans[-1] = (spans[-1][0], until, row)
        else:
            spans.append((day, until, row))
    return spans


def _slice(span: Span, position_from: int, position_to: int) -> Slice:
    return Slice(span[2], span[0], span[1], position_from, position_to)


def believed(
    patches: Sequence[Patch], rows_of: Callable[[Sequence[Patch]], Iterable[Row]]
) -> list[Slice]:
    """Return the rows that `rows_of` makes of the patches known so far, with their positions.

    For rows that are no spans of days: the business clock of these slices is never closed.
    """
    belief = _Belief()
    for known, patch in enumerate(patches, start=1):
        timeline = sorted(patches[:known], key=_by_day)
        rows = dict.fromkeys(rows_of(timeline))
        belief.turn([(date.min, DAY_OPEN, row) for row in rows], patch.position)
    return belief.slices()
