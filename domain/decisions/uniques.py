"""Numbers that one live card bears at most: VIN, plate, certificate (handbook 3.8; hard).

Whoever takes a number claims the next place under it: the number, `#2`, `#3` … The last one who
took it is the only one who can still bear it, since whoever takes it back takes a place again.
It is free when that card was disposed of, voided or given another number; a thing that changes
hands keeps it. Two commands at one time want the same place: one of them is decided anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import Final

import msgspec

from domain.cards import Card
from domain.refusals import refuse_unless
from domain.states import TERMINAL
from domain.trait_checks import PLATE, VIN, plain_number
from domain.world import World

PLACES_AT_ONCE: Final = 16
CORRECTED: Final = "fields"
"""Where corrected fields stand in a command, traits by one name: `traits.vin`."""
KEY_MAX: Final = 40
_DIGITS_MIN: Final = 4

Claim = tuple[str, str, str]


class Unique(msgspec.Struct, frozen=True):
    """A kind of number: the trait it stands in, its refusal, and what is worth claiming."""

    kind: str
    trait: str
    code: str
    numbers: Callable[[str], object]


def _is_number(text: str) -> bool:
    """Tell whether it is more than a word that says there is none yet (无, 办理中)."""
    return sum(sign.isdigit() for sign in text) >= _DIGITS_MIN


KINDS: Final = (
    Unique("vin", "vin", "E_DUP_VIN", VIN.fullmatch),
    Unique("plate", "plate", "E_DUP_PLATE", PLATE.fullmatch),
    Unique("cert_no", "cert_no", "E_DUP_CERTIFICATE", _is_number),
)


def key_of(unique: Unique, card: Card) -> str | None:
    """Return what two cards of one number share; None where the card has no such number."""
    number = plain_number(card.traits.get(unique.trait) or "")
    if not unique.numbers(number):
        return None
    return number if len(number) <= KEY_MAX else hashlib.sha256(number.encode()).hexdigest()[:32]


def claimed(cards: Sequence[tuple[str, Card, str]], world: World) -> tuple[Claim, ...]:
    """Return the places to claim for what each (stream, card, place in the command) bears.

    Refuses E_DUP_VIN, E_DUP_PLATE, E_DUP_CERTIFICATE where another live card bears it.
    """
    return tuple(claim for unique in KINDS for claim in _claimed(unique, cards, world))


def newly_claimed(
    stream: str, before: Card, after: Card, at: str, world: World
) -> tuple[Claim, ...]:
    """Return the places to claim for what `after` bears and `before` did not."""
    fresh = [unique for unique in KINDS if key_of(unique, before) != key_of(unique, after)]
    return tuple(c for unique in fresh for c in _claimed(unique, [(stream, after, at)], world))


def _claimed(
    unique: Unique, cards: Iterable[tuple[str, Card, str]], world: World
) -> Iterable[Claim]:
    wanted: dict[str, str] = {}
    at_of: dict[str, str] = {}
    for stream, card, at in cards:
        if (key := key_of(unique, card)) is None:
            continue
        place = f"{at}/traits{'.' if at == CORRECTED else '/'}{unique.trait}"
        _require_free(unique, key, place, taken=key in wanted)
        wanted[key], at_of[key] = stream, place
    if not wanted:
        return
    places = _places(unique.kind, sorted(wanted), world)
    bearers = _bearers(unique, places, world)
    for key, stream in wanted.items():
        _require_free(unique, key, at_of[key], taken=bool(bearers.get(key, set()) - {stream}))
        yield unique.kind, _place(key, len(places.get(key, ())) + 1), stream


def _require_free(unique: Unique, key: str, place: str, *, taken: bool) -> None:
    refuse_unless(
        not taken,
        unique.code,
        f"{key}，请核对；原卡片处置、作废或更正后方可再用",
        f"{key}; free once the other card is disposed of, voided or corrected",
        field=place,
    )


def _place(key: str, number: int) -> str:
    return key if number == 1 else f"{key}#{number}"


def _places(kind: str, keys: list[str], world: World) -> dict[str, list[str]]:
    """Return the streams that took each key, one after the other; most keys have none."""
    places = {key: [stream] for key, stream in world.holders(kind, keys).items()}
    asked = list(places)
    while asked:
        named = {
            _place(key, len(places[key]) + ahead): key
            for key in asked
            for ahead in range(1, PLACES_AT_ONCE + 1)
        }
        found = world.holders(kind, list(named))
        full = []
        for key in asked:
            ours = [place for place, of in named.items() if of == key and place in found]
            places[key] += [found[place] for place in ours]
            if len(ours) == PLACES_AT_ONCE:
                full.append(key)
        asked = full
    return places


def _bearers(unique: Unique, places: dict[str, list[str]], world: World) -> dict[str, set[str]]:
    """Return key → the streams among those that took it whose card is live and bears it."""
    known = {held[-1] for held in places.values()}
    if not known:
        return {}
    found = world.glance(sorted(stream.removeprefix("asset:") for stream in known))
    bearers: dict[str, set[str]] = {}
    for asset in found.values():
        holding = asset.holding
        if holding is not None and holding.state not in TERMINAL:
            key = key_of(unique, holding.card)
            if key is not None:
                bearers.setdefault(key, set()).add(f"asset:{asset.asset_id}")
    return bearers
