"""The story of the demo city: an agenda of acts by instant, played one after the other."""

from __future__ import annotations

import heapq
import random
import uuid
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from itertools import accumulate
from typing import Final

from api.demo.city import City, Place
from api.demo.clock import DemoClock, office_hour, working_day
from api.demo.figures import Figures
from api.demo.loading import LoadingLedger
from api.demo.names import BUILDINGS
from api.demo.things import IN_USE, Shelf, Thing, Wanted
from domain.commands.structs import Command
from domain.envelope import Actor
from domain.events import Approval
from eventstore.application import Answer

NAMESPACE: Final = uuid.UUID("7a1f5a8e-0f0b-5c0f-9a57-7e2d5a3c9d10")
_SECONDS_BETWEEN: Final = 7
# December is the month of purchases and disposals (handbook 13.2).
_MONTH_WEIGHTS: Final = (3, 2, 4, 4, 4, 5, 4, 4, 6, 6, 8, 10)

Act = Callable[[date], None]


class Story:
    """What every chapter needs: the ledger, the city, the free things, dice and agenda."""

    def __init__(
        self, ledger: LoadingLedger, clock: DemoClock, city: City, figures: Figures, *,
        seed: int, start: date, end: date, told: Callable[[int], None],
    ) -> None:  # fmt: skip
        self.ledger = ledger
        self.clock = clock
        self.city = city
        self.figures = figures
        self.start = start
        self.end = end
        self.seed = seed
        self.rng = random.Random(f"{seed}:story")  # noqa: S311 - dice of a story, no secret
        self.shelf = Shelf(self.rng)
        self.places = {place.unit_id: place for place in city.places}
        self._sums = list(accumulate(place.weight for place in city.places))
        self._agenda: list[tuple[datetime, int, Act]] = []
        self._numbers = 0
        self._documents = 0
        self._used: set[tuple[str, int]] = set()
        self._told = told
        self.cards = 0

    # --- time

    def on(self, day: date, act: Act) -> None:
        """Plan `act` for office hours of `day`, or of the Monday after a weekend."""
        self.at(office_hour(working_day(day), self.rng), act)

    def at(self, instant: datetime, act: Act) -> None:
        """Plan `act` for an instant."""
        self._numbers += 1
        heapq.heappush(self._agenda, (instant, self._numbers, act))

    def later(self, day: date, least: int, most: int, act: Act) -> None:
        """Plan `act` some days after `day`."""
        self.on(day + timedelta(days=self.rng.randint(least, most)), act)

    def spread(self, count: int, act: Act, *, after_days: int = 20) -> None:
        """Plan `act` `count` times over the span, more of them late in each year."""
        for _ in range(count):
            self.on(self._some_day(after_days), act)

    def _some_day(self, after_days: int) -> date:
        first = self.start + timedelta(days=after_days)
        while True:
            year = self.rng.randint(first.year, self.end.year)
            month = self.rng.choices(range(1, 13), weights=_MONTH_WEIGHTS)[0]
            day = date(year, month, self.rng.randint(1, 28))
            if first <= day <= self.end:
                return day

    def play(self) -> None:
        """Play the agenda to the end of the story; what lies behind it stays unfinished."""
        while self._agenda:
            instant, _, act = heapq.heappop(self._agenda)
            self.clock.advance_to(instant)
            if self.clock.day > self.end:
                return
            act(self.clock.day)

    # --- acts

    def do(self, command: Command, actor: Actor) -> Answer:
        """Give one command; the same seed gives the same ids."""
        self._numbers += 1
        self.clock.tick(_SECONDS_BETWEEN)
        command_id = str(uuid.uuid5(NAMESPACE, f"{self.seed}:{self._numbers}"))
        answer = self.ledger.execute(command, actor, command_id=command_id)
        self._told(answer.position)
        return answer

    def unused(self, kind: str, below: int) -> int:
        """A number of this kind that no thing of the city bears yet."""
        number = self.rng.randrange(below)
        while (kind, number) in self._used:
            number = (number + 1) % below
        self._used.add((kind, number))
        return number

    def approval(self, day: date, level: str, matter: str) -> Approval:
        """A decision document of a level's office."""
        self._documents += 1
        title = {"city": "青泽", "lanxi": "岚溪", "songyu": "松屿"}[level]
        return Approval(no=f"{title}{matter}〔{day.year}〕{self._documents}号", on=day, level=level)

    # --- choosing

    def place(self) -> Place:
        """A unit; those that hold more come more often."""
        return self.rng.choices(self.city.places, cum_weights=self._sums)[0]

    def keeper(self, place: Place, but: str | None = None) -> str:
        """Somebody of the unit who keeps things, and not `but`."""
        return self.rng.choice([keeper for keeper in place.keepers if keeper != but])

    def room(self) -> str:
        """Where something stands."""
        return f"{self.rng.choice(BUILDINGS)}{self.rng.randint(1, 9)}{self.rng.randint(1, 30):02d}"

    def free(self, most: int, wanted: Wanted | None = None) -> tuple[Place, list[Thing]]:
        """Take things in use from some unit; none where a few units had none that fit."""
        place = self.place()
        for _ in range(8):
            things = self.shelf.take(IN_USE, place.unit_id, most, wanted)
            if things:
                return place, things
            place = self.place()
        return place, []

    def back(self, things: Iterable[Thing], day: date, what: str = IN_USE) -> None:
        """Make the things free again; `day` is their newest business date."""
        for thing in things:
            thing.last = max(thing.last, day)
            self.shelf.put(what, thing)


def ids(things: Iterable[Thing]) -> tuple[str, ...]:
    """The asset ids of things."""
    return tuple(thing.asset_id for thing in things)
