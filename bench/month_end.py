"""A month's end of a whole city against one plain aggregate: `python -m bench.month_end [ASSETS]`.

The month is run unit by unit through the ledger: inputs, decision, append, fold. The peer is one
statement over the same cards that joins holdings with what is spread over them and sums the
regular charge (amount / months, half up) by unit and account: no months counted, no digest, no
reasons, nothing recorded. Processor seconds of both processes are compared, since wall time on a
busy machine lies.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import psycopg

from api import months
from api.auth.identity import Grant, Principal
from api.auth.powers import Role
from api.bootstrap import Works, migrate, open_works
from api.house import Settings
from bench.cpu import own_s, server_s
from bench.results import Row
from domain.commands.structs import OpenBooks, RegisterUnit
from domain.envelope import Actor
from eventstore.embedded import EmbeddedServer, temporary_server
from eventstore.statements import statements

ASSETS, UNITS = 1_000_000, 1_000
RATIO, MEMORY_MB = 4.0, 500
PERIOD = "2026-01"
SQL = statements("bench", "month_end.sql")


def run(assets: int = ASSETS, units: int = UNITS) -> list[Row]:
    """Measure in a process of its own, so that the peak is the month's end alone."""
    with tempfile.TemporaryDirectory() as folder:
        found = Path(folder) / "found.json"
        words = [sys.executable, "-m", "bench.month_end", str(assets), str(units), str(found)]
        subprocess.run(words, check=True)
        figures = json.loads(found.read_text())
    ratio = figures["run_cpu_s"] / figures["peer_cpu_s"]
    peak = figures["peak_mb"]
    return [
        Row("month_end", f"{assets:,} cards, {units:,} units depreciated", figures["run_s"], "s"),
        Row("month_end", "  processor time", figures["run_cpu_s"], "s", peer="one aggregate",
            ratio=ratio, target=f"<= {RATIO:.0f}x", met=ratio <= RATIO),
        Row("month_end", "  processor time of the aggregate", figures["peer_cpu_s"], "s"),
        Row("month_end", "  peak memory of the process", peak, "MB",
            target=f"< {MEMORY_MB} MB", met=peak < MEMORY_MB),
    ]  # fmt: skip


def main(assets: int, units: int) -> dict[str, Any]:
    """Load a city of `assets` cards, run its month and the aggregate; seconds and peak memory."""
    with temporary_server("bench") as server:
        urls = server.urls()
        settings = Settings(
            database_url=urls.app_url, migrate_url=urls.migrate_url,
            data_dir=server.log_path.parent, demo=True,
        )  # fmt: skip
        migrate(settings)
        with open_works(settings) as works:
            _open_books(works, units)
            works.engine.catch_up()
            with psycopg.connect(urls.admin_url, autocommit=True) as connection:
                _load(connection, assets, units)
                peer_s, peer_cpu_s, sums = _timed(server, lambda: _aggregate(connection))
                run_s, run_cpu_s, failed = _timed(server, lambda: _month(works))
                booked = connection.execute(SQL["booked"]).fetchone()
    assert failed == 0, f"{failed} units failed"
    assert booked is not None
    assert booked[0] == sums, "the runs charge what the aggregate says"
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "peer_s": peer_s, "peer_cpu_s": peer_cpu_s, "run_s": run_s, "run_cpu_s": run_cpu_s,
        "peak_mb": peak, "assets": assets, "units": units,
    }  # fmt: skip


def _open_books(works: Works, units: int) -> None:
    actor = Actor(person_id="bench", role=Role.ORGAN_AFFAIRS, unit_id="U1")
    for number in range(1, units + 1):
        unit_id, on = f"U{number}", date(2020, 1, 1)
        registered = RegisterUnit(
            unit_id=unit_id, name=unit_id, kind="administrative", occurred_on=on
        )
        opened = OpenBooks(unit_id=unit_id, period=PERIOD, occurred_on=on)
        works.ledger.execute(registered, actor)
        works.ledger.execute(opened, actor)


def _load(connection: psycopg.Connection[Any], assets: int, units: int) -> None:
    """Cards straight into the read models: the month's end reads nothing else of them."""
    given = {"assets": assets, "units": units}
    for name in ("cards", "holdings", "bases", "runs"):
        connection.execute(SQL[name], given)
    for table in ("p_register.card", "p_register.holding", "p_general_ledger.basis"):
        connection.execute(f"VACUUM ANALYZE {table}".encode())


def _aggregate(connection: psycopg.Connection[Any]) -> int:
    return sum(int(row[-1]) for row in connection.execute(SQL["aggregate"]).fetchall())


def _month(works: Works) -> int:
    """The month of every unit as the command line runs it; the number of units that failed."""
    grants = (Grant(role=Role.UNIT_ACCOUNTANT, reach="all"),)
    who = Principal(account_id=0, username="b", person_id="b", name="b", grants=grants)
    units = months.units_of(works.house, who, months.ALL, months.DEPRECIATE)
    outcomes = months.month_ends(works.house, who, months.DEPRECIATE, PERIOD, units)
    failed = 0
    for number, outcome in enumerate(outcomes, start=1):
        failed += outcome.failed
        if number % months.FOLD_AFTER == 0:
            works.engine.catch_up()
    works.engine.catch_up()
    return failed


def _timed(server: EmbeddedServer, work: Callable[[], int]) -> tuple[float, float, int]:
    """Seconds, processor seconds of this process and the server, and what `work` returns."""
    pid = server.pid()
    assert pid is not None
    started, used = time.perf_counter(), own_s() + server_s(pid)
    result = work()
    return time.perf_counter() - started, own_s() + server_s(pid) - used, result


if __name__ == "__main__":
    if len(sys.argv) == 4:
        result = main(int(sys.argv[1]), int(sys.argv[2]))
        Path(sys.argv[3]).write_text(json.dumps(result))
    else:
        from bench.results import show

        print(show(run(*(int(word) for word in sys.argv[1:]))))
