"""The public warehouse: intake, listing, reservation, loans with some overdue, reallocation."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from functools import partial

from api.demo.city import CITY_LEVEL, Place
from api.demo.goods import class6
from api.demo.listings import Listings
from api.demo.opening import warehouse_of
from api.demo.story import Story, ids
from api.demo.things import Thing
from domain.commands.structs import (
    DeclareIdle,
    DeliverLoan,
    DeliverRealloc,
    List,
    Reserve,
    ReturnToWarehouse,
    WarehouseIn,
)
from domain.envelope import Actor

_LENT = 0.3


class Warehouse:
    """The chapter of the warehouse; `overdue` loans are still to come back too late."""

    def __init__(self, story: Story, listings: Listings) -> None:
        self._story = story
        self._listings = listings
        self._overdue = story.figures.overdue

    def plan(self) -> None:
        """Spread the intakes over the span."""
        self._story.spread(self._story.figures.warehouse_batches, self._declare, after_days=40)

    def _declare(self, day: date) -> None:
        story = self._story
        place, things = story.free(story.rng.randint(5, 11), _movable)
        if things:
            story.do(DeclareIdle(occurred_on=day, asset_ids=ids(things)), place.officer)
            story.later(day, 8, 40, partial(self._take_in, place, things))

    def _keeper(self, level: str) -> tuple[str, Actor]:
        """The warehouse that serves a level, its level and the one who keeps it."""
        own = level if level in {CITY_LEVEL, "lanxi"} else CITY_LEVEL
        return own, self._story.city.office(own, "warehouse")

    def _take_in(self, place: Place, things: list[Thing], day: date) -> None:
        story = self._story
        warehouse_level, keeper = self._keeper(place.level)
        central = story.rng.random() < 0.7
        # A warehouse that takes the title holds the thing itself; its own unit needs no transfer.
        central = central and not (warehouse_level == "lanxi" and place.unit_id == keeper.unit_id)
        command = WarehouseIn(
            occurred_on=day, asset_ids=ids(things), warehouse_id=warehouse_of(place.level),
            mode="central" if central else "custody", grade=story.rng.choice("AABBBC"),
            approval=story.approval(day - timedelta(days=3), warehouse_level, "公物仓"),
        )  # fmt: skip
        story.do(command, keeper)
        if central and warehouse_level == "lanxi":
            for thing in things:
                thing.unit_id = keeper.unit_id or ""
        story.later(day, 1, 6, partial(self._list, warehouse_level, things))

    def _list(self, level: str, things: list[Thing], day: date) -> None:
        story = self._story
        photo = hashlib.sha256(f"{story.seed}:{things[0].asset_id}".encode()).hexdigest()
        command = List(
            occurred_on=day, asset_ids=ids(things), photo=photo, description="成色良好，可正常使用"
        )
        story.do(command, self._keeper(level)[1])
        for thing in things:
            self._listings.listed(level, class6(thing.good))
        story.later(day, 10, 150, partial(self._reserve, level, things))

    def _reserve(self, level: str, things: list[Thing], day: date) -> None:
        story = self._story
        taker = story.place()
        while taker.unit_id == things[0].unit_id:
            taker = story.place()
        lent = story.rng.random() < _LENT
        if lent and story.rng.random() < 0.3:
            taker = next(p for p in story.city.places if p.sort == "temporary")
        command = Reserve(
            occurred_on=day, asset_ids=ids(things), for_unit=taker.unit_id, need="工作需要"
        )
        story.do(command, taker.officer)
        act = self._lend if lent else self._give
        story.later(day, 1, 3, partial(act, level, taker, things))

    def _give(self, level: str, taker: Place, things: list[Thing], day: date) -> None:
        story = self._story
        keeper = story.keeper(taker)
        command = DeliverRealloc(
            occurred_on=day, asset_ids=ids(things), to_unit=taker.unit_id, keeper=keeper,
            approval=story.approval(day, level, "公物仓调"), place=story.room(),
            use_dept=story.rng.choice(taker.departments),
        )  # fmt: skip
        story.do(command, self._keeper(level)[1])
        self._gone(level, things)
        for thing in things:
            thing.unit_id, thing.keeper = taker.unit_id, keeper
        story.back(things, day)

    def _lend(self, level: str, taker: Place, things: list[Thing], day: date) -> None:
        story = self._story
        due_on = day + timedelta(days=story.rng.randint(40, 300))
        command = DeliverLoan(
            occurred_on=day, asset_ids=ids(things), borrower_unit=taker.unit_id, due_on=due_on,
            approval=story.approval(day, level, "公物仓借"), keeper=story.keeper(taker),
            place=story.room(),
        )  # fmt: skip
        story.do(command, self._keeper(level)[1])
        self._gone(level, things)
        late = self._overdue > 0
        self._overdue -= len(things) if late else 0
        back = (8, 60) if late else (-12, -4)
        story.later(due_on, *back, partial(self._take_back, level, things))

    def _take_back(self, level: str, things: list[Thing], day: date) -> None:
        story = self._story
        command = ReturnToWarehouse(
            occurred_on=day, asset_ids=ids(things), inspection="外观完好，功能正常", grade="B"
        )
        story.do(command, self._keeper(level)[1])
        story.later(day, 1, 5, partial(self._list, level, things))

    def _gone(self, level: str, things: list[Thing]) -> None:
        for thing in things:
            self._listings.gone(level, class6(thing.good))


def _movable(thing: Thing) -> bool:
    return thing.good.card_type == "equipment"
