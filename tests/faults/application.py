"""The application as a process of its own, made to be killed: `python -m tests.faults.application`.

The order is one JSON text on the command line. What it was answered it says line by line, after
the answer and never before, so that whatever the killer has read was acknowledged.
"""

from __future__ import annotations

import itertools
import json
import socket
import sys
import threading
import time
from pathlib import Path
from typing import Any

import msgspec
import uvicorn

from api.app import create_app
from api.bootstrap import Works, open_works
from api.directory.accounts import principal_named
from api.house import Settings
from api.imports import running
from domain.commands import structs as c
from domain.envelope import Actor
from eventstore.application import Answer
from eventstore.errors import LogUnavailable
from tests.faults.lives import OFFICER, acquisition, card, command_id, life_after

UNITS = ("JY", "ZX")
SIZES = (1, 1, 30)
"""Things of each worker's lives: by one statement, and by COPY."""

PAUSE_SECONDS = 0.03
"""After each answer: the log must not outgrow a reader who walks it whole between two kills."""


class Order(msgspec.Struct, kw_only=True):
    """What the process is to do; `lives` says with which life each worker goes on.

    `listener` is the descriptor of an open socket that the killer keeps: the address never changes
    hands, and who asks while nobody serves is answered by the next life.
    """

    what: str
    app_url: str
    migrate_url: str
    listener: int = -1
    data_dir: str | None = None
    lives: list[int] = []
    batch_id: str = ""

    def settings(self) -> Settings:
        """The settings of the installation."""
        return Settings(
            database_url=self.app_url, migrate_url=self.migrate_url, demo=True,
            pool_size=4, data_dir=Path(self.data_dir) if self.data_dir else None,
        )  # fmt: skip


def say(**line: Any) -> None:
    """Tell the killer; the line is out before this returns."""
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


class Worker:
    """Lives one life after the other, each command under the id that is its own for ever."""

    def __init__(self, works: Works, number: int) -> None:
        self._works = works
        self._number = number

    def work(self, life: int) -> None:
        """Go on with `life`, from its first command."""
        try:
            for following in itertools.count(life):
                self._live(following)
        except Exception as error:  # noqa: BLE001 - told to the killer, who fails the test
            say(failure=f"{type(error).__name__}: {error}")

    def _live(self, life: int) -> None:
        unit = UNITS[self._number % len(UNITS)]
        cards = [card(f"W{self._number}-{life}-{n}") for n in range(SIZES[self._number])]
        made = self._give(acquisition(unit, cards), OFFICER, life, 0)
        for step, (command, actor) in enumerate(life_after(tuple(made.created["asset_ids"])), 1):
            self._give(command, actor, life, step)

    def _give(self, command: c.Command, actor: Actor, life: int, step: int) -> Answer:
        given_id = command_id("worker", self._number, life, step)
        while True:
            try:
                answer = self._works.ledger.execute(command, actor, command_id=given_id)
            except LogUnavailable:
                time.sleep(0.1)
            else:
                told = [answer.first_position, answer.position, answer.versions, answer.created]
                say(id=given_id, worker=self._number, life=life, told=told)
                time.sleep(PAUSE_SECONDS)
                return answer


def serve(order: Order) -> None:
    """Serve the pages and give commands until killed."""
    with open_works(order.settings()) as works:
        works.start()
        config = uvicorn.Config(create_app(works.house), log_level="critical", lifespan="off")
        pages = {"sockets": [socket.socket(fileno=order.listener)]}
        threading.Thread(target=uvicorn.Server(config).run, kwargs=pages, daemon=True).start()
        for number, life in enumerate(order.lives):
            worker = Worker(works, number)
            threading.Thread(target=worker.work, args=(life,), daemon=True).start()
        threading.Event().wait()


def release(order: Order) -> None:
    """Release an import, telling of each part."""
    with open_works(order.settings()) as works:
        works.start()
        accountant = principal_named(works.house.pool, "accountant", works.house.today())
        assert accountant is not None
        say(begun=True)
        batch = running.release(
            works.house, accountant, order.batch_id, lambda done, of: say(done=done, of=of)
        )
        say(status=batch.status)


def fold(order: Order) -> None:
    """Bring every read model to the head, then build each of them anew."""
    say(begun=True)
    with open_works(order.settings()) as works:
        works.engine.catch_up()
        say(folded=works.store.log.head())
        for name in works.engine.projections:
            works.engine.rebuild(name)
            say(rebuilt=name)
    say(status="folded")


WORK = {"serve": serve, "release": release, "fold": fold}


def main() -> None:
    """Carry out the order on the command line."""
    order = msgspec.json.decode(sys.argv[1], type=Order)
    WORK[order.what](order)


if __name__ == "__main__":
    main()
