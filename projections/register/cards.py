"""What an event makes of the values of a card, and the words it is found by."""

from __future__ import annotations

from functools import lru_cache
from operator import attrgetter

import msgspec
from pypinyin import Style, lazy_pinyin

from domain.asset import corrected_card
from domain.cards import Card
from domain.events import AssetConfigured, AssetReallocated, Changes
from projections.register.versions import Values

_PLAIN = (
    "name",
    "class_std",
    "class_code",
    "card_type",
    "account_code",
    "acq_way",
    "acquired_on",
    "in_service_on",
    "brand",
    "model",
    "serial_no",
    "legacy_no",
    "qty_centi",
    "unit_of_measure",
    "value_type",
    "dep_status",
    "life_months",
    "classified",
)
COLUMNS = (*_PLAIN, "contract_on", "label_no", "card", "search", "parts")
"""The values of a version in the order in which they are written."""

_plain_of = attrgetter(*_PLAIN)
_ENCODER = msgspec.json.Encoder(order="deterministic")
_DECODER = msgspec.json.Decoder(Card)


def configured(fact: AssetConfigured) -> Values:
    """The first values of a new asset's card."""
    label_no = fact.changes.label_no
    label = None if label_no is msgspec.UNSET else label_no
    card = fact.card
    if fact.changes.card:
        card = corrected_card(card, dict(fact.changes.card))
    return _values(card, label) | {"contract_on": fact.contract_on}


def touches(changes: Changes) -> bool:
    """Tell whether `changes` sets anything of a card."""
    return bool(changes.card) or changes.label_no is not msgspec.UNSET


def changed(values: Values, changes: Changes) -> Values:
    """`values` with what `changes` sets."""
    card = _DECODER.decode(values["card"])
    if changes.card:
        card = corrected_card(card, dict(changes.card))
    label_no = changes.label_no
    label = values["label_no"] if label_no is msgspec.UNSET else label_no
    return _values(card, label) | {"contract_on": values["contract_on"]}


def received(donor: Values, fact: AssetReallocated) -> Values:
    """The receiver's card: the donor's under a new number."""
    card = msgspec.structs.replace(_DECODER.decode(donor["card"]), card_no=fact.to_card_no)
    values = _values(card, donor["label_no"]) | {"contract_on": donor["contract_on"]}
    return changed(values, fact.changes) if touches(fact.changes) else values


def _values(card: Card, label_no: str | None) -> Values:
    values: Values = dict(zip(_PLAIN, _plain_of(card), strict=True))
    name, parts = words_of(card.name)
    numbers = (card.card_no, label_no, card.serial_no, card.legacy_no, card.model, card.brand)
    values["label_no"] = label_no
    values["card"] = _ENCODER.encode(card).decode()
    values["search"] = " ".join([name, *(number.lower() for number in numbers if number)])
    values["parts"] = parts
    return values


@lru_cache(maxsize=50_000)
def words_of(name: str) -> tuple[str, str]:
    """The search text of a name (itself, pinyin, initials) and its parts of one or two signs."""
    low = name.lower()
    pinyin = "".join(lazy_pinyin(low, errors="default"))
    initials = "".join(lazy_pinyin(low, style=Style.FIRST_LETTER, errors="default"))
    parts = {low[start : start + size] for size in (1, 2) for start in range(len(low))}
    parts |= {initials[:1], initials[:2]}
    return f"{low} {pinyin} {initials}", " ".join(sorted(part for part in parts if " " not in part))
