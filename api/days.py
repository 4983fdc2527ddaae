"""Records that days have passed, so that what falls due on a day becomes true by an event."""

from __future__ import annotations

import logging
import threading
from datetime import date, timedelta
from typing import Final

from api.house import House
from domain.commands.structs import PassDay
from domain.envelope import Actor
from domain.refusals import Refused
from eventstore.errors import EventStoreError

LOGGER = logging.getLogger(__name__)
CLOCK: Final = Actor(person_id="system.clock", role="organ_affairs")
_CHECK_SECONDS: Final = 600.0


def pass_days(house: House) -> list[date]:
    """Record yesterday as passed where that is missing; the days recorded now.

    A log without any event stays empty: a calendar begins with the first business.
    """
    yesterday = house.today() - timedelta(days=1)
    if house.clocks.position() == 0:
        return []
    try:
        house.ledger.execute(PassDay(occurred_on=yesterday), CLOCK)
    except Refused:
        return []  # It is recorded already.
    return [yesterday]


class Days:
    """Looks now and then whether a day has passed, in a thread of its own."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="days", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """End."""
        self._stop.set()
        self._thread.join(timeout=10)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                pass_days(self._house)
            except EventStoreError as error:
                LOGGER.warning("the day could not be recorded, trying again: %s", error)
            self._stop.wait(_CHECK_SECONDS)
