"""The things of the demo city as the story remembers them, by unit and by what they are doing."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date

from api.demo.goods import Good

IN_USE, LISTED, HOUSES = "in use", "listed", "houses"


class Thing:
    """One asset; `last` is the newest business date of its events."""

    __slots__ = ("acquired_on", "asset_id", "good", "gross_fen", "keeper", "last", "unit_id")

    def __init__(
        self, asset_id: str, unit_id: str, good: Good, acquired_on: date, gross_fen: int,
        keeper: str, last: date,
    ) -> None:  # fmt: skip
        self.asset_id = asset_id
        self.unit_id = unit_id
        self.good = good
        self.acquired_on = acquired_on
        self.gross_fen = gross_fen
        self.keeper = keeper
        self.last = last


Wanted = Callable[[Thing], bool]
_TRIES_EACH = 12


class Shelf:
    """Things free for the next act; one that takes part in something is taken off meanwhile."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._rows: dict[tuple[str, str], list[Thing]] = {}

    def put(self, what: str, thing: Thing) -> None:
        """Make the thing free."""
        self._rows.setdefault((thing.unit_id, what), []).append(thing)

    def count(self, what: str, unit_id: str) -> int:
        """How many things are free there."""
        return len(self._rows.get((unit_id, what), ()))

    def take(self, what: str, unit_id: str, most: int, wanted: Wanted | None = None) -> list[Thing]:
        """Take up to `most` things that are `wanted`; in time independent of the shelf's size."""
        row = self._rows.get((unit_id, what), [])
        found: list[Thing] = []
        for _ in range(_TRIES_EACH * most):
            if not row or len(found) == most:
                break
            at = self._rng.randrange(len(row))
            if wanted is None or wanted(row[at]):
                found.append(row[at])
                row[at] = row[-1]
                row.pop()
        return found

    def units_with(self, what: str) -> list[str]:
        """Units that have such things, in the order in which they first had one."""
        return [unit for (unit, kind), row in self._rows.items() if kind == what and row]
