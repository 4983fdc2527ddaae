"""One embedded Postgres for the whole run, and a fresh migrated database for each module."""

from __future__ import annotations

import os
import signal
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from psycopg import sql

from eventstore.embedded import EmbeddedServer, Urls, temporary_server
from eventstore.migrate import close_database, create_database, migrate_log
from eventstore.store import EventStore

_TEMPLATE = "taizhang_template"

# A property holds or not; how long a busy machine takes to look at an example says nothing of it.
settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")

# What somebody has set for a ledger in use must not lead a test to it.
for _name in [*os.environ]:
    if _name.startswith("TAIZHANG_") and _name != "TAIZHANG_WRITE_IMAGES":
        del os.environ[_name]
for _name in ("DATABASE_URL", "MIGRATE_DATABASE_URL"):
    os.environ.pop(_name, None)
# The foreign accounting programs refuse Chinese text in the plain C locale.
os.environ["LC_ALL"] = "C.UTF-8"


def pytest_runtest_setup() -> None:
    """SIGTERM ends the run as Ctrl-C does, and its servers too; a command line sets its own."""
    signal.signal(signal.SIGTERM, _end)


def _end(_number: int, _frame: object) -> NoReturn:
    pytest.exit("terminated", returncode=128 + signal.SIGTERM)


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedServer]:
    """The running server, in a directory of its own that goes with the run."""
    with temporary_server("tests") as running:
        _spare_the_disk(running)
        yield running


def _spare_the_disk(server: EmbeddedServer) -> None:
    """Nobody needs this data after the run; what must survive a crash has servers of its own."""
    with psycopg.connect(server.urls("postgres").admin_url, autocommit=True) as admin:
        for setting in ("fsync", "full_page_writes"):
            admin.execute(f"ALTER SYSTEM SET {setting} = off".encode())
        admin.execute("SELECT pg_reload_conf()")


@pytest.fixture(scope="session")
def template(server: EmbeddedServer) -> str:
    """A database with the log's schema, never written to, that others are copied from."""
    urls = server.urls(_TEMPLATE)
    create_database(server.urls("postgres").admin_url, _TEMPLATE)
    migrate_log(urls.migrate_url)
    return _TEMPLATE


@contextmanager
def new_database(server: EmbeddedServer, template: str) -> Iterator[Urls]:
    """Addresses of a database with an empty log; dropped in the end."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    admin_url = server.urls("postgres").admin_url
    with psycopg.connect(admin_url, autocommit=True) as admin:
        admin.execute(
            sql.SQL("CREATE DATABASE {} OWNER taizhang_owner TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        close_database(admin, name)
    yield server.urls(name)
    with psycopg.connect(admin_url, autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="module")
def database(server: EmbeddedServer, template: str) -> Iterator[Urls]:
    """Addresses of a database with an empty log; dropped after the module."""
    with new_database(server, template) as urls:
        yield urls


@pytest.fixture
def store(database: Urls) -> Iterator[EventStore]:
    """An open event store over the module's database, acting as the application."""
    with EventStore.open(database.app_url) as opened:
        yield opened
