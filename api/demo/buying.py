"""Things come in: purchases with their faults, donations, transfers from outside."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any

from api.demo import names
from api.demo.cards import card_for
from api.demo.city import Place
from api.demo.goods import GOODS, Good, cap_fen, choose_good, class6
from api.demo.listings import Listings
from api.demo.story import Story, ids
from api.demo.things import IN_USE, Thing
from domain.commands.structs import PostToBooks, PrintLabel, RegisterAcquisition

_SOUND = "sound"
_TRIES = 20
_FAULTS = ("unapproved", "over_price", "unsearched", "late_booked")
_REFUSED = "公物仓在册同类资产配置偏低，不能满足使用需要"


def plan_purchases(story: Story, listings: Listings) -> None:
    """Spread the purchases over the span, the faulty ones among them."""
    sizes: list[int] = []
    while sum(sizes) < story.figures.bought:
        sizes.append(story.rng.randint(1, 12))
    faults = [name for name in _FAULTS for _ in range(getattr(story.figures, name))]
    faults = (faults + [_SOUND] * len(sizes))[: max(len(sizes), len(_FAULTS))]
    story.rng.shuffle(faults)
    sizes += [1] * (len(faults) - len(sizes))
    for size, fault in zip(sizes, faults, strict=True):
        story.spread(1, partial(_buy, story, listings, size, fault))


def _buy(story: Story, listings: Listings, size: int, fault: str, day: date) -> None:
    chosen = _buyer(story, listings, fault, day)
    if chosen is None:
        story.later(day, 15, 40, partial(_buy, story, listings, size, fault))
        return
    place, good = chosen
    pieces = min(size, good.many)
    size -= pieces
    if size:
        # What is left of the order is another kind of thing, bought on another day.
        story.later(day, 1, 20, partial(_buy, story, listings, size, _SOUND))
    price = good.price_fen(story.rng)
    cap = cap_fen(good, day)
    if fault == "over_price" and cap is not None:
        price = cap * story.rng.randint(106, 135) // 100
    elif cap is not None:
        price = min(price, cap)
    approved_on = day - timedelta(days=story.rng.randint(12, 60))
    if fault == "unsearched":
        approved_on = day  # While the match is listed.
    if fault == "unapproved":
        approved_on = day + timedelta(days=story.rng.randint(4, 12))
    approval: Any = story.approval(approved_on, place.level, "财资配")
    if fault == "unapproved" and story.rng.random() < 0.5:
        approval, approved_on = None, day
    seen = listings.ever(place.level, class6(good)) and fault != "unsearched"
    order: dict[str, Any] = {
        "approval": approval, "contract_on": max(approved_on, day - timedelta(days=10)),
        "search_result": "matched" if seen else None if fault == "unsearched" else "none",
        "refusal_reason": _REFUSED if seen else None,
    }  # fmt: skip
    if fault == "unapproved" and approval is not None:
        # Entered only when the approval had come: a late entry.
        order["contract_on"] = day
        story.on(approved_on, lambda _: _register(story, place, good, pieces, price, day, order))
        return
    wait = (38, 80) if fault == "late_booked" else (1, 12)
    _register(story, place, good, pieces, price, day, order, wait=wait)


def _buyer(story: Story, listings: Listings, fault: str, day: date) -> tuple[Place, Good] | None:
    """Who buys what, so that the fault can be made; None while that is impossible."""
    for _ in range(_TRIES):
        place = story.place()
        if fault not in {"over_price", "unsearched"}:
            return place, choose_good(place.sort, story.rng)
        fit = [good for good in GOODS if place.sort in good.sorts]
        if fault == "over_price":
            fit = [good for good in fit if cap_fen(good, day)]
        else:
            fit = [good for good in fit if listings.now(place.level, class6(good))]
        if fit:
            return place, story.rng.choice(fit)
    return None


def _register(
    story: Story, place: Place, good: Good, pieces: int, price: int, day: date,
    order: dict[str, Any], *, sub_kind: str = "CONFIG.PURCHASE", acq_way: str = "PURCHASE",
    donor: str | None = None, wait: tuple[int, int] = (1, 12),
) -> None:  # fmt: skip
    """The officer accepts the things; the accountant posts them some days later."""
    keeper = story.keeper(place)
    cards = tuple(
        card_for(story, place, good, day, price, keeper=keeper, acq_way=acq_way, donor=donor)
        for _ in range(pieces)
    )
    command = RegisterAcquisition(
        occurred_on=day, unit_id=place.unit_id, sub_kind=sub_kind, cards=cards, **order
    )
    answer = story.do(command, place.officer)
    story.cards += pieces
    things = [
        Thing(asset_id, place.unit_id, good, day, price, keeper, day)
        for asset_id in answer.created["asset_ids"]
    ]
    story.later(story.clock.day, *wait, partial(_post, story, place, things))


def _post(story: Story, place: Place, things: list[Thing], day: date) -> None:
    story.do(PostToBooks(occurred_on=day, asset_ids=ids(things)), place.accountant)
    story.back(things, day)


def plan_gifts(story: Story) -> None:
    """Spread donations, and transfers from bodies outside the system."""
    figures = story.figures
    story.spread(_batches(figures.donated), partial(_receive, story, "CONFIG.DONATION_IN"))
    story.spread(_batches(figures.from_outside), partial(_receive, story, "CONFIG.REALLOC_IN"))


def _batches(pieces: int) -> int:
    return max(1, pieces // 3)


def _receive(story: Story, sub_kind: str, day: date) -> None:
    place = story.place()
    good = choose_good(place.sort, story.rng)
    while good.card_type == "vehicle":
        good = choose_good(place.sort, story.rng)
    donated = sub_kind == "CONFIG.DONATION_IN"
    order: dict[str, Any] = {"donor_kind": "company"} if donated else {}
    order["approval"] = story.approval(day - timedelta(days=15), place.level, "财资受")
    _register(
        story, place, good, min(good.many, story.rng.randint(1, 5)), good.price_fen(story.rng), day,
        order, sub_kind=sub_kind, acq_way="DONATION" if donated else "TRANSFER_IN",
        donor=story.rng.choice(names.DONORS if donated else names.OUTSIDERS),
    )  # fmt: skip


def print_labels(story: Story, day: date) -> None:
    """A unit prints the labels of some of its things."""
    place, things = story.free(20)
    if things:
        story.do(PrintLabel(occurred_on=day, asset_ids=ids(things)), place.officer)
        story.back(things, day, IN_USE)
