"""What a read model promises: its tables, its version, and a fold over batches of events."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from typing import Any, ClassVar, Protocol

import psycopg

from domain.envelope import Recorded
from projections.entries import Entry

Cursor = psycopg.Cursor[Any]


class Projection:
    """One read model. Its tables live in the schema `p_<name>`.

    `tables` is the package that holds `tables.sql` (and `indexes.sql`, run after a build from
    zero has loaded the rows). Names of the projection's own tables are unqualified there and in
    the fold; those of `depends_on` are qualified, such as `p_register.holding`.
    A change of `version` makes the engine build the tables anew beside the old ones.
    """

    name: ClassVar[str]
    version: ClassVar[int]
    tables: ClassVar[str]
    depends_on: ClassVar[tuple[str, ...]] = ()
    weight: ClassVar[int] = 1
    """Roughly how many microseconds its fold takes per event of a city."""

    def fold(self, cur: Cursor, batch: Sequence[Entry]) -> None:
        """Take `batch`, in order of position, into the tables; the engine commits.

        The result may depend on the events alone, never on where a batch ends.
        """
        raise NotImplementedError

    def reset(self) -> None:
        """Forget what is held in memory: a transaction was rolled back."""


class Readable(Protocol):
    """A log as folding alone needs it."""

    def read(self, after: int, limit: int) -> Sequence[Recorded | Entry]:
        """Up to `limit` events behind position `after`, in order."""


class Log(Readable, Protocol):
    """The part of the log that the engine reads."""

    def head(self) -> int:
        """The last position that readers may see."""

    def wait(self, after: int, timeout: float) -> int:
        """Wait up to `timeout` seconds for events behind `after`; the head then known."""


def script(package: str, filename: str) -> str | None:
    """The SQL of `filename` in `package`, or None when there is no such file."""
    path = files(package) / filename
    return path.read_text(encoding="utf-8") if path.is_file() else None


def schema_of(name: str, *, building: bool = False) -> str:
    """The schema of the projection `name`, or the one it is built in beside."""
    return f"p_{name}_next" if building else f"p_{name}"


def ordered(projections: Sequence[Projection]) -> list[Projection]:
    """`projections` with everything behind what it depends on."""
    known = {projection.name: projection for projection in projections}
    placed: dict[str, Projection] = {}

    def place(projection: Projection, above: tuple[str, ...]) -> None:
        if projection.name in above:
            raise ValueError(f"{projection.name} depends on itself by {above}")
        for name in projection.depends_on:
            place(known[name], (*above, projection.name))
        placed.setdefault(projection.name, projection)

    for projection in projections:
        place(projection, ())
    return list(placed.values())
