"""The first filling of a long log: read models without need of each other, in two processes."""

from __future__ import annotations

import importlib
import logging
import os
import subprocess
import sys
from collections.abc import Sequence

import msgspec

from projections.folding import collector_at_rest
from projections.projection import Projection, Readable
from projections.reading import RawLog
from projections.rounds import Rounds

LOGGER = logging.getLogger(__name__)
LONG = 20_000
"""With fewer events to fold a second process is not worth its start."""


class Order(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the second process is told on its standard input, where no other user reads it."""

    url: str
    models: tuple[str, ...]
    size: int


def fill(url: str, log: Readable, projections: Sequence[Projection], size: int) -> None:
    """Fold batches of `size` events until each of `projections` stands at the head or stops."""
    rounds = Rounds(url, log, projections, size)
    try:
        with collector_at_rest():
            while rounds.run():
                continue
    finally:
        rounds.close()


class Second:
    """A process for the second share. It starts while the tables are made, since coming up takes
    it as long as folding thousands of events, and folds nothing before it is told to.
    """

    def __init__(self, projections: Sequence[Projection]) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        modules = {type(projection).__module__ for projection in shares(projections)[1]}
        if modules and (os.cpu_count() or 1) > 1:
            command = [sys.executable, "-m", "projections.filling", *sorted(modules)]
            try:
                pipe = subprocess.PIPE
                self._process = subprocess.Popen(command, stdin=pipe)  # noqa: S603 - ourselves
            except OSError as error:
                LOGGER.warning("no second process can be had, going on without: %s", error)

    def __enter__(self) -> Second:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.__exit__(None, None, None)

    def fill(self, url: str, log: RawLog, projections: Sequence[Projection], size: int) -> None:
        """Fold one share of `projections` here and the other one there.

        Does nothing where a second process is of no use, and leaves to the caller what stands
        behind when both have ended, by events that came meanwhile or by a fault.
        """
        here, there = shares(projections)
        names = tuple(map(_path, there))
        if self._process is None or not names or any("<" in name for name in names):
            return
        try:
            self._tell(Order(url, names, size))
            fill(url, log, here, size)
        except BaseException:
            self._process.terminate()
            raise
        if self._process.wait():
            code = self._process.returncode
            LOGGER.warning("the second process ended with %s, going on without", code)

    def _tell(self, order: Order) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        try:
            with self._process.stdin as told:
                told.write(msgspec.json.encode(order))
        except BrokenPipeError:
            # It has ended already; its code says so below.
            LOGGER.debug("the second process hears nothing")


def shares(projections: Sequence[Projection]) -> tuple[list[Projection], list[Projection]]:
    """`projections` in two parts of like weight, neither of which needs the other."""
    parts: tuple[list[Projection], list[Projection]] = ([], [])
    for group in sorted(_groups(projections), key=_weight, reverse=True):
        min(parts, key=_weight).extend(group)
    return parts


def _weight(projections: Sequence[Projection]) -> int:
    return sum(projection.weight for projection in projections)


def _groups(projections: Sequence[Projection]) -> list[list[Projection]]:
    """`projections` (dependencies first) in groups that need nothing of each other."""
    groups: list[list[Projection]] = []
    for projection in projections:
        needed = [g for g in groups if any(each.name in projection.depends_on for each in g)]
        groups = [group for group in groups if group not in needed]
        groups.append([*(each for group in needed for each in group), projection])
    return groups


def _path(projection: Projection) -> str:
    return f"{type(projection).__module__}:{type(projection).__qualname__}"


def _made(path: str) -> Projection:
    module, _, name = path.partition(":")
    made = getattr(importlib.import_module(module), name)()
    assert isinstance(made, Projection)
    return made


def main() -> None:
    """Read in the modules named on the command line, then do what the standard input says."""
    for module in sys.argv[1:]:
        importlib.import_module(module)
    told = sys.stdin.buffer.read()
    if not told:
        return
    order = msgspec.json.decode(told, type=Order)
    log = RawLog(order.url)
    try:
        fill(order.url, log, [_made(path) for path in order.models], order.size)
    finally:
        log.close()


if __name__ == "__main__":
    main()
