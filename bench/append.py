"""Appends that are on disk: ours against the library's recorder, message-db and emmett.

Each round runs every peer in turn on one server, as the disk is and with 3 ms more a flush
(`commit_delay`), so that a drift of the machine's speed falls on all alike.
"""

from __future__ import annotations

import shutil
import subprocess
import time
import uuid
from collections.abc import Callable
from datetime import date
from pathlib import Path

import psycopg
from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore

from bench.results import Row, middle
from bench.writers import rate
from domain.envelope import Actor, Fact, canonical_json
from domain.events import AssetChanged, Changes
from eventstore.embedded import temporary_server
from eventstore.migrate import create_database, migrate_log
from eventstore.request import AppendRequest
from eventstore.store import EventStore

NODE = Path(__file__).parent / "node"
ROUNDS = 3
SLOW_DELAY_US = 3_000
BULK = 900
ACTOR = Actor(person_id="bench", role="unit_asset_officer", unit_id="U1")
MOVED = AssetChanged(
    card_no="TY2024000001", changes=Changes(place="A座101室"), before=Changes(place="B座202室")
)
Rates = dict[str, list[float]]


def _fact(stream: str) -> Fact:
    return Fact(
        stream=stream,
        type="asset.used/1",
        sub_kind="USE.MOVE",
        unit_id="U1",
        asset_id=stream.removeprefix("asset:"),
        occurred_on=date(2026, 1, 5),
        body=MOVED,
    )


def ours(store: EventStore) -> float:
    """One command with one event, its id and version checked, in one total order."""
    run = uuid.uuid4().hex[:8]

    def append(writer: int, number: int) -> None:
        stream = f"asset:{run}-{writer}-{number}"
        store.append(
            AppendRequest(
                command_id=str(uuid.uuid4()),
                name="move",
                digest="0" * 64,
                actor=ACTOR,
                facts=[_fact(stream)],
                expected={stream: 0},
            )
        )

    return rate(append)


def library(recorder: PostgresApplicationRecorder) -> float:
    """The same body through the library's default recorder."""
    state = canonical_json(MOVED)

    def append(_writer: int, _number: int) -> None:
        recorder.insert_events([StoredEvent(uuid.uuid4(), 1, "asset.used/1", state)])

    return rate(append)


def node(script: str, url: str) -> float | None:
    """A peer written for Node; None where Node or its packages are not to be had."""
    if not _node_ready():
        return None
    done = subprocess.run(
        ["node", script, url, "8", "4"], cwd=NODE, capture_output=True, text=True, check=False
    )
    if done.returncode:
        print(f"{script}: {done.stderr.strip()[-400:]}")
        return None
    return float(done.stdout.strip().splitlines()[-1])


def _node_ready() -> bool:
    if shutil.which("node") is None or shutil.which("npm") is None:
        return False
    if not (NODE / "node_modules").exists():
        command = ["npm", "install", "--no-audit", "--no-fund", "--no-package-lock"]
        return subprocess.run(command, cwd=NODE, capture_output=True, check=False).returncode == 0
    return True


def _set_delay(admin_url: str, microseconds: int) -> None:
    with psycopg.connect(admin_url, autocommit=True) as admin:
        admin.execute("ALTER SYSTEM SET commit_siblings = 0")
        admin.execute(f"ALTER SYSTEM SET commit_delay = {microseconds:d}")
        admin.execute("SELECT pg_reload_conf()")
    time.sleep(0.3)


def _install_message_db(url: str) -> None:
    """Install message-db's functions from its package's SQL files, in its own order."""
    root = NODE / "node_modules" / "@eventide" / "message-db" / "database"
    order = (
        "schema/message-store.sql types/message.sql tables/messages.sql "
        "functions/message-store-version.sql functions/hash-64.sql functions/acquire-lock.sql "
        "functions/category.sql functions/is-category.sql functions/id.sql "
        "functions/cardinal-id.sql functions/stream-version.sql functions/write-message.sql "
        "indexes/messages-id.sql indexes/messages-stream.sql indexes/messages-category.sql"
    )
    with psycopg.connect(url, autocommit=True) as session:
        for name in order.split():
            session.execute((root / name).read_text().encode())


def run() -> list[Row]:
    """Return rates as the disk is and with 3 ms more a flush, and COPY against raw COPY."""
    rates: dict[str, Rates] = {"fast": {}, "slow": {}}
    with temporary_server("bench") as server:
        admin = server.urls("postgres").admin_url
        for name in ("bench_ours", "bench_library", "bench_message_db", "bench_emmett"):
            create_database(admin, name)
        migrate_log(server.urls("bench_ours").migrate_url)
        if _node_ready():
            _install_message_db(server.urls("bench_message_db").admin_url)
        with EventStore.open(server.urls("bench_ours").app_url) as store:
            recorder = _library_recorder(server.urls("bench_library").admin_url)
            peers: dict[str, Callable[[], float | None]] = {
                "ours": lambda: ours(store),
                "library": lambda: library(recorder),
                "message-db": lambda: node(
                    "message_db.mjs", server.urls("bench_message_db").admin_url
                ),
                "emmett": lambda: node("emmett.mjs", server.urls("bench_emmett").admin_url),
            }
            for disk, delay in (("fast", 0), ("slow", SLOW_DELAY_US)):
                _set_delay(admin, delay)
                for _ in range(ROUNDS):
                    for name, measure in peers.items():
                        if (found := measure()) is not None:
                            rates[disk].setdefault(name, []).append(found)
                            print(f"  {disk} {name}: {found:,.0f}/s", flush=True)
            _set_delay(admin, 0)
            rows = [row for disk in rates for row in _compared(disk, rates[disk])]
            return rows + _bulk(store, server.urls("bench_ours").admin_url)


def _library_recorder(url: str) -> PostgresApplicationRecorder:
    parts = psycopg.conninfo.conninfo_to_dict(url)
    datastore = PostgresDatastore(
        dbname=str(parts["dbname"]),
        host=str(parts.get("host", "")),
        port=str(parts.get("port", "5432")),
        user=str(parts["user"]),
        password=str(parts.get("password", "none")),
        pool_size=8,
        max_overflow=8,
    )
    recorder = PostgresApplicationRecorder(datastore, events_table_name="stored_events")
    recorder.create_table()
    return recorder


def _compared(disk: str, rates: Rates) -> list[Row]:
    """Return our rate beside each peer's, round by round."""
    targets = {"library": 2.5 if disk == "fast" else 5.0, "message-db": 1.0, "emmett": 1.0}
    mine = rates["ours"]
    rows = [Row("append", f"8 writers, {disk} disk", middle(mine), "/s", runs=mine)]
    for peer, theirs in rates.items():
        if peer == "ours":
            continue
        ratio = middle([a / b for a, b in zip(mine, theirs, strict=True)])
        rows.append(
            Row(
                "append",
                f"  {peer}, {disk} disk",
                middle(theirs),
                "/s",
                peer="ours / it",
                ratio=ratio,
                target=f">= {targets[peer]}",
                met=ratio >= targets[peer],
                runs=theirs,
            )
        )
    return rows


def _bulk(store: EventStore, admin_url: str) -> list[Row]:
    """Return batch appends against a raw COPY of the same rows into a table like the log."""
    with psycopg.connect(admin_url, autocommit=True) as session:
        session.execute("CREATE TABLE raw_copy (LIKE ledger.events INCLUDING ALL)")
    pairs = [(_batches(store), _raw_copy(admin_url)) for _ in range(ROUNDS)]
    mine = [a for a, _ in pairs]
    ratio = middle([a / b for a, b in pairs])
    return [
        Row(
            "append",
            f"batches of {BULK} by COPY",
            middle(mine),
            "ev/s",
            peer="raw COPY of the same rows",
            ratio=ratio,
            target=">= 0.5",
            met=ratio >= 0.5,
            runs=mine,
        )
    ]


def _batches(store: EventStore, count: int = 40) -> float:
    run = uuid.uuid4().hex[:8]
    requests = []
    for batch in range(count):
        facts = [_fact(f"asset:{run}-{batch}-{number}") for number in range(BULK)]
        requests.append(
            AppendRequest(
                command_id=str(uuid.uuid4()),
                name="bulk",
                digest="0" * 64,
                actor=ACTOR,
                facts=facts,
                expected={fact.stream: 0 for fact in facts},
            )
        )
    started = time.perf_counter()
    for request in requests:
        store.append(request)
    return count * BULK / (time.perf_counter() - started)


def _raw_copy(admin_url: str, count: int = 40) -> float:
    """Copy the last rows of the log into its twin, in transactions of the same size."""
    with psycopg.connect(admin_url) as session:
        rows = session.execute(
            "SELECT * FROM ledger.events ORDER BY position DESC LIMIT %s", [count * BULK]
        ).fetchall()
        session.execute("TRUNCATE raw_copy")
        session.commit()
        started = time.perf_counter()
        for at in range(0, len(rows), BULK):
            with session.cursor().copy("COPY raw_copy FROM STDIN") as copy:
                for row in rows[at : at + BULK]:
                    copy.write_row(row)
            session.commit()
        return len(rows) / (time.perf_counter() - started)
