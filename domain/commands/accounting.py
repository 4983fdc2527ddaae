"""Commands of depreciation and the books beyond the month's run: estimates, omissions, the year."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec

from domain.commands.command import Command, Fen, Id, Ids, Text

Period = Annotated[str, msgspec.Meta(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
"""A month written YYYY-MM."""


class AdjustEstimate(Command, frozen=True):
    """Change the value or the life that a card is depreciated by (价值、年限变更).

    `new_value_fen` is the whole new cost, `new_life_months` the whole new life; at least one.
    `sub_kind` is ESTIMATE.LIFE (the life only), ESTIMATE.SETTLED (a settled value against 3501)
    or ESTIMATE.WRONG_ENTRY (the voucher was wrong: red and blue, or 3501 for earlier years).
    """

    asset_id: Id
    sub_kind: str
    document_no: Text
    new_value_fen: Fen | None = None
    new_life_months: Annotated[int, msgspec.Meta(ge=1, le=1200)] | None = None
    booked_on: date | None = None


class CatchUpDepreciation(Command, frozen=True):
    """Charge months of `first` to `last` ("YYYY-MM") that no run charged (补提折旧, E18)."""

    asset_ids: Ids
    first: Period
    last: Period
    booked_on: date | None = None


class CloseYear(Command, frozen=True):
    """Carry the year's surplus to 3001 and close its December (年终结账, handbook 5.7)."""

    unit_id: Id
    year: Annotated[int, msgspec.Meta(ge=1950, le=2200)]
