"""Which classes the public warehouses list, as the buyers of the story look them up."""

from __future__ import annotations

from collections import Counter


class Listings:
    """Counts listed things by level and class."""

    def __init__(self) -> None:
        self._now: Counter[tuple[str, str]] = Counter()
        self._ever: set[tuple[str, str]] = set()

    def listed(self, level: str, class6: str) -> None:
        """Note that a thing is listed."""
        self._now[level, class6] += 1
        self._ever.add((level, class6))

    def gone(self, level: str, class6: str) -> None:
        """Note that a thing is no longer listed."""
        self._now[level, class6] -= 1

    def now(self, level: str, class6: str) -> bool:
        """Tell whether such a thing is listed now."""
        return self._now[level, class6] > 0

    def ever(self, level: str, class6: str) -> bool:
        """Tell whether such a thing was listed at any time."""
        return (level, class6) in self._ever
