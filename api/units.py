"""The organisation tree as the pages need it: names, subtrees and levels, read now and then."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Final

import msgspec

_FRESH_SECONDS: Final = 2.0


class UnitLine(msgspec.Struct, frozen=True):
    """One unit of the tree."""

    unit_id: str
    name: str
    parent_id: str | None = None
    level: str = ""


class UnitTree:
    """The tree, loaded by `load` and kept for two seconds; sixty units or a few thousand."""

    def __init__(
        self,
        load: Callable[[], Sequence[UnitLine]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._load = load
        self._clock = clock
        self._lock = threading.Lock()
        self._lines: dict[str, UnitLine] = {}
        self._children: dict[str | None, list[str]] = {}
        self._loaded_at: float | None = None

    def lines(self) -> dict[str, UnitLine]:
        """Every unit by id, in the tree's order of loading."""
        with self._lock:
            if self._loaded_at is None or self._clock() - self._loaded_at > _FRESH_SECONDS:
                self._lines = {line.unit_id: line for line in self._load()}
                self._children = {}
                for line in self._lines.values():
                    self._children.setdefault(line.parent_id, []).append(line.unit_id)
                self._loaded_at = self._clock()
            return self._lines

    def forget(self) -> None:
        """Read the tree again at the next question."""
        with self._lock:
            self._loaded_at = None

    def name(self, unit_id: str) -> str:
        """The unit's name, or its id while the tree does not know it."""
        line = self.lines().get(unit_id)
        return line.name if line else unit_id

    def reached(self, unit_id: str, reach: str) -> set[str]:
        """The units within `reach` of `unit_id`: own, subtree, or its level."""
        lines = self.lines()
        if reach == "own":
            return {unit_id}
        if reach == "level":
            home = lines.get(unit_id)
            level = home.level if home else None
            return {unit_id} | {u for u, line in lines.items() if line.level == level and level}
        found: set[str] = set()
        waiting = [unit_id]
        while waiting:
            current = waiting.pop()
            if current not in found:
                found.add(current)
                waiting.extend(self._children.get(current, []))
        return found
