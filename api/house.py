"""What every route needs, in one object that `bootstrap` puts together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final, Protocol
from zoneinfo import ZoneInfo

import msgspec

from api.auth.identity import Principal
from api.auth.powers import READ, Thing
from api.directory.database import Pool
from api.units import UnitTree
from domain.envelope import Actor
from projections.asof import Scope
from projections.queries import Query

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """How this installation runs; `base_url` decides whether cookies are for https only."""

    database_url: str = ""
    migrate_url: str = ""
    data_dir: Path | None = None
    base_url: str = "http://127.0.0.1:8000"
    demo: bool = False
    pool_size: int = 10
    body_bytes_max: int = 4 * 1024 * 1024
    attachment_bytes_max: int = 32 * 1024 * 1024

    @property
    def https(self) -> bool:
        """True when readers reach the pages by https."""
        return self.base_url.startswith("https://")


class Ledger(Protocol):
    """The write side: decide, append, answer."""

    def execute(
        self,
        command: Any,
        actor: Actor,
        *,
        command_id: str | None = None,
        dry_run: bool = False,
        expected: dict[str, int] | None = None,
        scope: Callable[[set[str]], None] | None = None,
        given: Any = None,
    ) -> Any:
        """Run one command; `scope` raises when the actor may not touch these units.

        `given` is the command as it came in, where it was completed since.
        """

    def first_answer(self, given: Any, actor: Actor, command_id: str) -> Any:
        """What `actor` got for `given` under this id before; None if it was never recorded."""


class Clocks(Protocol):
    """Where the log and its readers stand."""

    def position(self) -> int:
        """The position that every read model has passed."""

    def position_at(self, known_at: datetime) -> int:
        """The greatest position recorded at or before `known_at`."""

    def wait_for(self, position: int, timeout: float) -> bool:
        """Wait until every read model has passed `position`; False when one does not in time."""

    def status(self) -> list[Any]:
        """Where every read model stands."""


class House(msgspec.Struct, frozen=True, kw_only=True):
    """The parts behind the routes. Tests put small fakes in their places."""

    settings: Settings
    pool: Pool
    ledger: Ledger
    clocks: Clocks
    units: UnitTree
    commands: Mapping[str, Any]
    queries: Mapping[str, Query]
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def today(self) -> date:
        """The business day in China."""
        return self.now().astimezone(SHANGHAI).date()

    def scope_of(
        self, principal: Principal, thing: Thing = Thing.CARD, action: str = READ
    ) -> Scope:
        """The units over which `principal` has `action` on `thing`; by default whose he reads."""
        units: set[str] = set()
        for grant in principal.grants_for(thing, action):
            if grant.reach == "all":
                return Scope()
            units |= self.units.reached(grant.unit_id or "", grant.reach)
        return Scope(tuple(sorted(units)))
