"""Serial numbers 出厂编号: a live card that bears the same one already (handbook 3.1, 3.8; soft).

Each card with a serial number claims a place under its number, maker and model; a later card
finds the earlier ones there, in whatever unit, without asking a read model. Cards that were
disposed of, voided or corrected keep their place and are passed over. Two commands at one time
want the same place: one of them is decided anew and sees the other.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from domain.cards import Card
from domain.envelope import Fact
from domain.events import AssetConfigured
from domain.states import TERMINAL
from domain.world import World

FLAG: Final = "E_DUP_SERIAL"
CLAIM: Final = "serial_no"
PLACES_MAX: Final = 8
"""Places under one number: what stands in a column of junk must not be looked up for ever."""
LENGTH_MIN: Final = 3
"""Shorter ones (无, 1, /) number nothing."""

# Longer words that offices write into the column when they know no number.
_NO_NUMBER: Final = frozenset({"无编号", "无序号", "见附件", "不清楚", "N/A", "NONE", "NULL"})

Claim = tuple[str, str, str]


class Marked(msgspec.Struct, frozen=True):
    """Which streams bear a number that another live card bears, and the places to claim."""

    streams: frozenset[str] = frozenset()
    claims: tuple[Claim, ...] = ()

    @property
    def flags(self) -> tuple[str, ...]:
        """The flag of the whole decision."""
        return (FLAG,) if self.streams else ()

    def fact(self, fact: Fact) -> Fact:
        """Return the configured fact with its flag where it has one."""
        body = fact.body
        if fact.stream not in self.streams or not isinstance(body, AssetConfigured):
            return fact
        flagged = msgspec.structs.replace(body, flags=(*body.flags, FLAG))
        return msgspec.structs.replace(fact, body=flagged)


def serial_key(card: Card) -> str | None:
    """Return what two cards of one thing share: number, brand (else maker) and model; or None.

    Width, case and spaces do not count; words and zeros that stand for no number give None.
    """
    number = _plain(card.serial_no)
    if len(number) < LENGTH_MIN or number in _NO_NUMBER:
        return None
    if not any(letter.isalnum() and letter != "0" for letter in number):
        return None
    parts = (number, _plain(card.brand or card.maker), _plain(card.model))
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:24]


def _plain(text: str | None) -> str:
    return "".join(unicodedata.normalize("NFKC", text or "").split()).upper()


def marked(cards: Iterable[tuple[str, Card]], world: World) -> Marked:
    """Look each stream's card up among the live ones and among those before it in `cards`."""
    fresh = {stream: key for stream, card in cards if (key := serial_key(card)) is not None}
    if not fresh:
        return Marked()
    places = _places(sorted(set(fresh.values())), world)
    bearers = _bearers(places, frozenset(fresh), world)
    streams: set[str] = set()
    claims: list[Claim] = []
    for stream, key in fresh.items():
        if bearers.setdefault(key, set()) - {stream}:
            streams.add(stream)
        bearers[key].add(stream)
        held = places.setdefault(key, [])
        if stream not in held and len(held) < PLACES_MAX:
            held.append(stream)
            claims.append((CLAIM, _place(key, len(held)), stream))
    return Marked(frozenset(streams), tuple(claims))


def _place(key: str, number: int) -> str:
    return key if number == 1 else f"{key}#{number}"


def _places(keys: Sequence[str], world: World) -> dict[str, list[str]]:
    """Return the streams under each key, first come first; most keys have none."""
    first = world.holders(CLAIM, list(keys))
    numbers = range(2, PLACES_MAX + 1)
    more = [_place(key, number) for key in first for number in numbers]
    rest = world.holders(CLAIM, more) if more else {}
    return {
        key: [stream, *(rest[at] for n in numbers if (at := _place(key, n)) in rest)]
        for key, stream in first.items()
    }


def _bearers(
    places: dict[str, list[str]], fresh: frozenset[str], world: World
) -> dict[str, set[str]]:
    """Return key → the streams whose card is live and still bears the number."""
    known = {stream for held in places.values() for stream in held} - fresh
    if not known:
        return {}
    found = world.glance(sorted(stream.removeprefix("asset:") for stream in known))
    bearers: dict[str, set[str]] = {}
    for asset in found.values():
        holding = asset.holding
        if holding is not None and holding.state not in TERMINAL:
            key = serial_key(holding.card)
            if key is not None:
                bearers.setdefault(key, set()).add(f"asset:{asset.asset_id}")
    return bearers
