"""One card under examination: what is found wrong with it, and what follows from nothing else."""

from __future__ import annotations

from datetime import date

import msgspec

from domain.cards import Card, Finding, OpeningFacts


class Look(msgspec.Struct):
    """One card under examination; `bad` are fields already in error: nothing follows from them.

    `opening` is there for a card that comes with old books: what was never asked for then is a
    warning now, while of a new card it is an error.
    """

    card: Card
    today: date
    opening: OpeningFacts | None
    bad: set[str]
    found: list[Finding]

    def sound(self, *fields: str) -> bool:
        """Tell whether nothing is wrong with `fields` so far."""
        return self.bad.isdisjoint(fields)

    def error(self, field: str, code: str, zh: str, en: str) -> None:
        """Note that `field` cannot stand."""
        self.bad.add(field)
        self.found.append(Finding(field, code, "error", zh, en))

    def warn(self, field: str, code: str, zh: str, en: str) -> None:
        """Note that `field` is odd."""
        self.found.append(Finding(field, code, "warning", zh, en))

    def fault(self, field: str, name: str, zh: str, en: str) -> None:
        """Note an error `E_<name>` of a new card, a warning `W_<name>` of one of older books."""
        if self.opening is None:
            self.error(field, f"E_{name}", zh, en)
        else:
            self.warn(field, f"W_{name}", zh, en)

    def number(self, code: str) -> int | None:
        """The whole number in the trait `code`; None where there is none or it is unsound."""
        value = self.card.traits.get(code)
        known = isinstance(value, int) and self.sound(f"traits.{code}")
        return value if known and isinstance(value, int) else None
