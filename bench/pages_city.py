"""The city that the page bench reads: made once where `BENCH_CITY` names a place to keep it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from api.bootstrap import Works, open_works
from api.demo.running import find_demo, make_demo, prepare_directory
from api.demo.telling import SEED
from api.house import SHANGHAI
from api.installation import Installation
from bench.results import Row

KEPT = "BENCH_CITY"
"""Names a directory that keeps the city between runs; without it the city goes with the run."""

_OPEN = "effective_to = '9999-12-31' AND position_to = 9223372036854775807"
_LARGEST = f"""
SELECT unit_id FROM p_register.holding WHERE {_OPEN} GROUP BY 1 ORDER BY count(*) DESC LIMIT 1
"""
_SOME = f"SELECT asset_id FROM p_register.holding WHERE {_OPEN} ORDER BY md5(asset_id) LIMIT 100"
_MOVABLE = f"""
SELECT asset_id FROM p_register.holding
WHERE {_OPEN} AND unit_id = %s AND state IN ('IN_USE', 'IDLE') AND process_id IS NULL
ORDER BY asset_id LIMIT 200
"""
_SIZE = "SELECT pg_database_size(current_database())"


class PagesCity:
    """A city that stands: its works, and what the pages are asked about."""

    def __init__(self, works: Works, admin_url: str, postmaster: int) -> None:
        self.works = works
        self.admin_url = admin_url
        self.postmaster = postmaster
        with psycopg.connect(admin_url) as session:
            self.unit = str(_column(session, _LARGEST)[0])
            self.cards = [str(one) for one in _column(session, _SOME)]
            self.movable = [str(one) for one in _column(session, _MOVABLE, self.unit)]
            self.size_bytes = int(_column(session, _SIZE)[0])


def _column(session: psycopg.Connection[Any], statement: str, *given: str) -> list[Any]:
    return [row[0] for row in session.execute(statement.encode(), given or None).fetchall()]


@contextmanager
def pages_city(assets: int) -> Iterator[PagesCity]:
    """The city of `assets` cards, from where it is kept or made now; folding goes on."""
    kept = os.environ.get(KEPT)
    place = Path(kept) if kept else Path(tempfile.mkdtemp(prefix="taizhang-bench-pages-"))
    try:
        with Installation(place) as installation:
            _make(installation, assets)
            settings = installation.settings(base_url="http://testserver.local", demo=True)
            server = installation.embedded
            assert server is not None, "a place of its own has its own server"
            pid = server.pid()
            assert pid is not None, "the server has been started"
            with open_works(settings) as works:
                works.engine.catch_up()
                works.start()
                yield PagesCity(works, server.urls().admin_url, pid)
    finally:
        if not kept:
            shutil.rmtree(place, ignore_errors=True)


def _make(installation: Installation, assets: int) -> None:
    made = find_demo(installation.data_dir)
    if made is None:
        prepare_directory(installation)
        today = datetime.now(UTC).astimezone(SHANGHAI).date()
        settings = installation.settings(demo=True)
        make_demo(settings, assets=assets, seed=SEED, today=today, progress=lambda *_: None)
    elif made.assets != assets:
        raise SystemExit(f"{installation.data_dir} holds {made.assets} cards, not {assets}")


def size_row(city: PagesCity, assets: int) -> Row:
    """What the city takes on disk, log and read models together."""
    per_card = city.size_bytes / assets / 1024
    return Row("pages", f"  database of {assets:,} cards ({per_card:.1f} kB a card)",
               city.size_bytes / 2**20, "MB")  # fmt: skip
