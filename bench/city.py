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
from bench.append import a_server
from eventstore.embedded import EmbeddedServer


@dataclass
class BenchCity:
    """A told city: its works are open and their read models stand at the head."""

    server: EmbeddedServer
    settings: Settings
    works: Works
    told: Told
    told_s: float
    folded_s: float


@contextmanager
def a_city(assets: int, today: date = date(2026, 11, 20)) -> Iterator[BenchCity]:
    """Tell a city of `assets` cards and fold it from zero, timing both."""
    with a_server() as server:
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
        started = time.perf_counter()
        with open_works(settings) as works:  # the first opening builds every read model
            works.engine.catch_up()
            folded_s = time.perf_counter() - started
            yield BenchCity(server, settings, works, told, told_s, folded_s)
