"""Tells the whole story of the demo city into an empty log."""

from __future__ import annotations

import gc
import random
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

import msgspec

from api.demo.buying import plan_gifts, plan_purchases, print_labels
from api.demo.city import City, build_city
from api.demo.clock import DemoClock, evening
from api.demo.counting import plan_stocktake
from api.demo.disposing import Disposals
from api.demo.figures import figures_for
from api.demo.listings import Listings
from api.demo.loading import LoadingLedger
from api.demo.months import plan_months
from api.demo.opening import bring_in, found_city
from api.demo.requests import Requests
from api.demo.story import Story
from api.demo.using import plan_daily_life
from api.demo.warehousing import Warehouse
from eventstore.store import EventStore

YEARS = 5
ASSETS = 20_000
ASSETS_MAX = 1_000_000
SEED = 2026


class Told(msgspec.Struct, frozen=True):
    """What the log holds when the story is told."""

    city: City
    cards: int
    position: int


def first_day_of(today: date) -> date:
    """The first day of the last five full years."""
    return date(today.year - YEARS, 1, 1)


def tell(
    url: str, *, assets: int, seed: int, today: date, progress: Callable[[float, int], None]
) -> Told:
    """Tell the story up to yesterday; the same seed on the same day gives the same events.

    `progress` is told how much of the span has passed (0 to 1) and how many events there are.
    """
    start, end = first_day_of(today), today - timedelta(days=1)
    clock = DemoClock(evening(start - timedelta(days=1)))
    span = (evening(end) - clock.now).total_seconds()
    begun = clock.now

    def told(position: int) -> None:
        progress(min(1.0, (clock.now - begun).total_seconds() / span), position)

    city = build_city(random.Random(f"{seed}:city"))  # noqa: S311 - dice of a story, no secret
    with EventStore.open(url, clock=clock) as store:
        ledger = LoadingLedger(store, url, clock=clock)
        story = Story(
            ledger, clock, city, figures_for(assets, start, end), seed=seed, start=start, end=end,
            told=told,
        )  # fmt: skip
        # Nearly all that is made here lives on, so looking for garbage finds little and costs
        # a fifth of the time.
        gc.disable()
        try:
            _plan(story)
            clock.advance_to(evening(start))
            found_city(story, start)
            bring_in(story, start)
            story.play()
            ledger.drain()
        finally:
            gc.enable()
            ledger.close()
        return Told(city, story.cards, ledger.position)


def _plan(story: Story) -> None:
    listings = Listings()
    plan_months(story)
    plan_purchases(story, listings)
    plan_gifts(story)
    plan_daily_life(story)
    Warehouse(story, listings).plan()
    Disposals(story).plan()
    plan_stocktake(story)
    Requests(story).plan()
    story.spread(story.figures.labels, partial(print_labels, story))
