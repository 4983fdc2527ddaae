"""The rent of a lease: when it falls due, and how much has fallen due by a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import msgspec

from domain.periods import month_later


class RentTerms(msgspec.Struct, frozen=True):
    """What the contract says of the rent, as the lease's process keeps it; money in fen.

    `rent_fen` falls due on `first_due_on` and every `rent_months` months after it, as long as
    that day lies before `ends_on`. `due_before_fen` fell due by the terms before an extension.
    """

    ends_on: date
    rent_fen: int
    rent_months: int
    first_due_on: date
    due_before_fen: int = 0

    def due_fen(self, day: date) -> int:
        """Return what has fallen due up to and with `day`, in fen."""
        count = 0
        while self._due_on(count) <= day and self._due_on(count) < self.ends_on:
            count += 1
        return self.due_before_fen + count * self.rent_fen

    @property
    def total_fen(self) -> int:
        """What falls due over the whole term, in fen."""
        return self.due_fen(self.ends_on)

    def _due_on(self, count: int) -> date:
        return month_later(self.first_due_on, count * self.rent_months)


def terms_of(detail: Mapping[str, str | int | bool | None]) -> RentTerms | None:
    """Return the terms that a lease's process holds in its detail; None when it holds none."""
    if "rent_months" not in detail:
        return None
    return RentTerms(
        ends_on=date.fromisoformat(str(detail["ends_on"])),
        rent_fen=int(detail["rent_fen"] or 0),
        rent_months=int(detail["rent_months"] or 0),
        first_due_on=date.fromisoformat(str(detail["first_due_on"])),
        due_before_fen=int(detail.get("due_before_fen") or 0),
    )
