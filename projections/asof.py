"""The two clocks and the reader's scope that every question is asked with (design 4.6, 4.8)."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

POSITION_OPEN = 9223372036854775807
"""`position_to` of what still stands, the greatest bigint."""


class AsOf(msgspec.Struct, frozen=True):
    """The world on business day `day` as known when the log stood at `position`.

    `current` says that the reader gave neither day nor known-at: the answer is then read from
    the open slice, which stands for "everything known, up to its last day".
    """

    day: date
    position: int
    current: bool = False

    def parameters(self) -> dict[str, Any]:
        """The clocks by the names that the SQL uses."""
        return {"day": self.day, "position": self.position, "current": self.current}


class Scope(msgspec.Struct, frozen=True):
    """The units whose rows the reader may see; None is all of them."""

    units: tuple[str, ...] | None = None

    def allows(self, unit_id: str) -> bool:
        """Tell whether rows of `unit_id` may be shown."""
        return self.units is None or unit_id in self.units

    def narrowed(self, unit_id: str | None) -> Scope:
        """This scope cut down to one unit, where one is asked for."""
        if unit_id is None:
            return self
        return Scope((unit_id,) if self.allows(unit_id) else ())

    def parameters(self) -> dict[str, Any]:
        """The scope by the name that the SQL uses."""
        return {"units": None if self.units is None else list(self.units)}


EVERYTHING = Scope()
