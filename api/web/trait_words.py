"""The traits of a card in the reader's words: their names, choices, areas and sums."""

from __future__ import annotations

from typing import Any, Final

from api.language import translator
from api.web.rendering import headed, money, quantity
from domain.card_traits import TRAITS, Trait

_FIRST: Final = {trait.code: trait for trait in reversed(TRAITS)}
_BY_TYPE: Final = {(trait.card_type, trait.code): trait for trait in TRAITS}


def trait_of(code: str, card_type: str | None = None) -> Trait | None:
    """The trait of this card type, else the first type's that has one with this code."""
    return _BY_TYPE.get((card_type or "", code)) or _FIRST.get(code)


def trait_name(code: str, lang: str, card_type: str | None = None) -> str:
    """A trait's name, the code itself where no type of card has it."""
    found = trait_of(code, card_type)
    if found is None:
        return code
    return found.zh if lang == "zh" else headed(found.en)


def trait_text(code: str, value: Any, lang: str, card_type: str | None = None) -> str:
    """A trait's value: areas in square metres, sums in yuan, choices translated."""
    found = trait_of(code, card_type)
    kind = found.kind if found else "text"
    if value in (None, ""):
        return "—"
    if kind == "area" and isinstance(value, int):
        return f"{quantity(value)} m²"
    if kind == "money" and isinstance(value, int):
        return money(value)
    text = str(value)
    return translator("en")(text) if kind == "choice" and lang == "en" and text else text
