"""Our accounts under names that hledger and Beancount accept: root, book, unit, account."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import msgspec

from domain.catalogue.accounts import Account, account

# Roots by the kind of account; for a code outside the chart its first digit tells (handbook 5.1).
_ROOT_OF_KIND: Final = {
    "asset": "Assets",
    "liability": "Liabilities",
    "net_assets": "Equity",
    "income": "Income",
    "expense": "Expenses",
    "budget_income": "Income",
    "budget_spending": "Expenses",
    "budget_balance": "Equity",
}
_ROOT_OF_DIGIT: Final = {
    "1": "Assets",
    "2": "Liabilities",
    "3": "Equity",
    "4": "Income",
    "5": "Expenses",
    "6": "Income",
    "7": "Expenses",
    "8": "Equity",
}
_FOREIGN: Final = re.compile(r"[^0-9A-Za-z]+")

Place = tuple[str, str, str]
"""(unit id, book, account code)."""


class ProgramAccount(msgspec.Struct, frozen=True):
    """One account of one unit and book by its foreign name, and what it is called here."""

    name: str
    place: Place
    title: str

    @property
    def unit_id(self) -> str:
        """The unit whose books it stands in."""
        return self.place[0]


class AccountNames:
    """Names of all accounts of one file; no two accounts share one.

    `Assets:FA:U01:1601-fixed-assets`: the two books are separate trees below each root, and each
    book of each unit balances by itself.
    """

    def __init__(self, unit_ids: Iterable[str]) -> None:
        self._units = unit_components(unit_ids)
        self._known: dict[Place, ProgramAccount] = {}

    def of(self, unit_id: str, book: str, code: str) -> ProgramAccount:
        """The account `code` in `book` of `unit_id`."""
        place = (unit_id, book, code)
        if place not in self._known:
            self._known[place] = self._named(place)
        return self._known[place]

    def _named(self, place: Place) -> ProgramAccount:
        unit_id, book, code = place
        found = account(code)
        parts = (_root(code, found), book, self._units[unit_id], _component(code, found))
        return ProgramAccount(":".join(parts), place, found.name if found else code)


def _root(code: str, found: Account | None) -> str:
    return _ROOT_OF_KIND[found.kind] if found else _ROOT_OF_DIGIT.get(code[:1], "Equity")


def _component(code: str, found: Account | None) -> str:
    words = code if found is None else f"{code} {found.name_en}"
    return _FOREIGN.sub("-", words).strip("-")


def unit_components(unit_ids: Iterable[str]) -> dict[str, str]:
    """Unit id to a part of a name: letters, digits and hyphens, a capital or digit in front."""
    components: dict[str, str] = {}
    taken: set[str] = set()
    for unit_id in sorted(set(unit_ids)):
        plain = _FOREIGN.sub("-", unit_id).strip("-") or "U"
        if plain[0].islower():
            plain = f"U-{plain}"
        free, number = plain, 2
        while free in taken:
            free, number = f"{plain}-{number}", number + 1
        taken.add(free)
        components[unit_id] = free
    return components
