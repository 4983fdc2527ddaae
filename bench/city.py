"""A demo city in a fresh server, told and folded: what several benches stand on."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from api.bootstrap import Works, migrate, open_works
from api.demo.telling import SEED, Told, tell
from api.house import Settings
from bench.cpu import own_s, server_s
from eventstore.embedded import EmbeddedServer, temporary_server


@dataclass
class BenchCity:
    """A told city: its works are open and their read models stand at the head."""

    server: EmbeddedServer
    settings: Settings
    works: Works
    told: Told
    told_s: float
    opened_s: float
    """Until every read model stood at the head with its indexes."""
    cpu_s: float
    """Processor seconds of that, ours and the server's."""

    @property
    def folded_s(self) -> float:
        """The part of it in which events were folded."""
        return self.works.engine.filled_s


@contextmanager
def a_city(assets: int, today: date = date(2026, 11, 20)) -> Iterator[BenchCity]:
    """Tell a city of `assets` cards and fold it from zero, timing both."""
    with temporary_server("bench") as server:
        urls = server.urls()
        settings = Settings(
            database_url=urls.app_url,
            migrate_url=urls.migrate_url,
            data_dir=server.log_path.parent,
            base_url="http://testserver.local",
            demo=True,
        )
        migrate(settings)
        started = time.perf_counter()
        told = tell(urls.app_url, assets=assets, seed=SEED, today=today, progress=lambda *_: None)
        told_s = time.perf_counter() - started
        started, used = time.perf_counter(), _cpu_s(server)
        with open_works(settings) as works:  # the first opening builds every read model
            works.engine.catch_up()
            opened_s = time.perf_counter() - started
            cpu_s = _cpu_s(server) - used
            yield BenchCity(server, settings, works, told, told_s, opened_s, cpu_s)


def _cpu_s(server: EmbeddedServer) -> float:
    pid = server.pid()
    assert pid is not None
    return own_s() + server_s(pid)
