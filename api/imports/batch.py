"""What a batch of imported cards is made of: its defaults, its cards, its open choices."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import msgspec

from api.imports.mapping import Mapping
from domain.cards import Card, OpeningFacts
from domain.catalogue.crosswalk import Candidate


class Defaults(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a clerk says once for all cards of a batch whose file is silent.

    `accumulated` says what a file without depreciation means: `computed` charges straight-line
    from the month of addition to the opening date, `zero` takes nothing as charged.
    """

    keeper: str | None = None
    user: str | None = None
    manage_dept: str | None = None
    use_dept: str | None = None
    place: str | None = None
    use_direction: str = "ADMIN"
    value_type: str = "COST"
    acq_way: str = "PURCHASE"
    use_status: str = "IN_USE"
    accumulated: str = "computed"


class ImportedCard(msgspec.Struct, frozen=True, kw_only=True):
    """A card ready to be opened, with what its old books say; the label is made later.

    `digest` is over what the row says: the same row of the same file gives it again.
    """

    row: int
    card: Card
    opening: OpeningFacts
    state: str
    voucher_no: str | None = None
    label_no: str | None = None
    old_class_std: str | None = None
    old_class_code: str | None = None
    keeper_name: str | None = None
    user_name: str | None = None
    written: tuple[str, ...] = ()
    """What the file says where the card had to be more exact, for its remark."""
    digest: str


class ClassChoice(msgspec.Struct, frozen=True):
    """An old class that a person must place in 2022; `key` goes into `Mapping.class_choices`."""

    key: str
    std: str
    code: str
    name: str
    candidates: tuple[Candidate, ...]


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """What is the same for every row of one rehearsal."""

    sheet: str
    opening_on: date
    today: date
    class_std: str | None
    mapping: Mapping
    defaults: Defaults
    person_id: Callable[[str, str | None], str]
    epoch_1904: bool = False
