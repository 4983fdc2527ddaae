"""What an event makes of the values of a card, and the words it is found by."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from operator import attrgetter

import msgspec
from pypinyin import Style, lazy_pinyin

from domain.asset import corrected_card
from domain.cards import Card
from domain.events import AssetConfigured, AssetReallocated, Changes


class Labelled(msgspec.Struct, frozen=True, gc=False):
    """What a version of a card says; the fields are the columns of the table.

    `card` is the whole card as JSON, `search` and `parts` are the words that it is found by.
    """

    name: str
    class_std: str
    class_code: str
    card_type: str
    account_code: str
    acq_way: str
    acquired_on: date
    in_service_on: date | None
    brand: str | None
    model: str | None
    serial_no: str | None
    legacy_no: str | None
    qty_centi: int
    unit_of_measure: str | None
    value_type: str
    dep_status: str
    life_months: int | None
    classified: bool
    contract_on: date | None
    label_no: str | None
    card: str
    search: str
    parts: str


_plain_of = attrgetter(*Labelled.__struct_fields__[:-5])
_ENCODER = msgspec.json.Encoder(order="deterministic")
_DECODER = msgspec.json.Decoder(Card)


def configured(fact: AssetConfigured) -> Labelled:
    """The first values of a new asset's card."""
    label_no = fact.changes.label_no
    label = None if label_no is msgspec.UNSET else label_no
    card = fact.card
    if fact.changes.card:
        card = corrected_card(card, dict(fact.changes.card))
    return _labelled(card, fact.contract_on, label)


def touches(changes: Changes) -> bool:
    """Tell whether `changes` sets anything of a card."""
    return bool(changes.card) or changes.label_no is not msgspec.UNSET


def changed(values: Labelled, changes: Changes) -> Labelled:
    """`values` with what `changes` sets."""
    card = _DECODER.decode(values.card)
    if changes.card:
        card = corrected_card(card, dict(changes.card))
    label_no = changes.label_no
    label = values.label_no if label_no is msgspec.UNSET else label_no
    return _labelled(card, values.contract_on, label)


def received(donor: Labelled, fact: AssetReallocated) -> Labelled:
    """The receiver's card: the donor's under a new number."""
    card = msgspec.structs.replace(_DECODER.decode(donor.card), card_no=fact.to_card_no)
    values = _labelled(card, donor.contract_on, donor.label_no)
    return changed(values, fact.changes) if touches(fact.changes) else values


def _labelled(card: Card, contract_on: date | None, label_no: str | None) -> Labelled:
    name, parts = words_of(card.name)
    numbers = (card.card_no, label_no, card.serial_no, card.legacy_no, card.model, card.brand)
    search = f"{name} {' '.join(filter(None, numbers)).lower()}"
    values = [*_plain_of(card), contract_on, label_no]
    values += [_ENCODER.encode(card).decode(), search, parts]
    return Labelled(*values)


@lru_cache(maxsize=50_000)
def words_of(name: str) -> tuple[str, str]:
    """The search text of a name (itself, pinyin, initials) and its parts of one or two signs."""
    low = name.lower()
    pinyin = "".join(lazy_pinyin(low, errors="default"))
    initials = "".join(lazy_pinyin(low, style=Style.FIRST_LETTER, errors="default"))
    parts = {low[start : start + size] for size in (1, 2) for start in range(len(low))}
    parts |= {initials[:1], initials[:2]}
    return f"{low} {pinyin} {initials}", " ".join(sorted(part for part in parts if " " not in part))
