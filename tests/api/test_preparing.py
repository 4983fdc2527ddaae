"""An external database is made ready by one command, as often as one likes."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator

import psycopg
import pytest
from click.testing import CliRunner, Result
from psycopg import errors, sql

from api.bootstrap import open_works
from api.cli import main
from api.house import Settings
from api.preparing import Passwords, prepare_database
from api.problems import Problem
from eventstore.connection import APP, session_url
from eventstore.embedded import EmbeddedServer


@pytest.fixture
def name(server: EmbeddedServer) -> Iterator[str]:
    """A database that is not there yet, dropped in the end."""
    name = f"prepared_{uuid.uuid4().hex[:8]}"
    yield name
    with psycopg.connect(server.urls("postgres").admin_url, autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} (FORCE)").format(sql.Identifier(name)))


def _prepare(server: EmbeddedServer, name: str, *words: str) -> Result:
    url = server.urls("postgres").admin_url
    line = ["database", "prepare", "--admin-url", url, "--name", name, *words]
    return CliRunner().invoke(main, line)


def test_the_database_serves_right_away(server: EmbeddedServer, name: str) -> None:
    """With the two addresses that are printed the product starts and finds every table."""
    words = ("--app-password", "eins/2 3@", "--migrate-password", "zwei:4?", "--json")
    result = _prepare(server, name, *words)
    made = json.loads(result.stdout)
    urls = Settings(database_url=made["database_url"], migrate_url=made["migrate_url"], pool_size=1)
    with open_works(urls) as works:
        stopped = [line.name for line in works.engine.status() if line.error]

    assert result.exit_code == 0, result.output
    assert "eins%2F2%203%40@/" in made["database_url"]
    assert stopped == []
    assert {"thing": "database", "name": name, "step": "made"} in made["steps"]
    assert {"thing": "schema", "name": "ledger", "step": "made"} in made["steps"]


def test_a_second_run_changes_nothing(server: EmbeddedServer, name: str) -> None:
    """Everything was there; passwords that are set stay and are not shown."""
    _prepare(server, name, "--app-password", "first-one", "--migrate-password", "other-one")
    with psycopg.connect(server.urls("postgres").admin_url) as admin:
        hashes = "SELECT rolpassword FROM pg_authid WHERE rolname ~ 'taizhang_(login|migrator)'"
        before = admin.execute(hashes).fetchall()
    again = _prepare(server, name, "--json")
    steps = {step["step"] for step in json.loads(again.stdout)["steps"]}
    with psycopg.connect(server.urls("postgres").admin_url) as admin:
        after = admin.execute(hashes).fetchall()

    assert steps == {"there", "checked"}
    assert before == after
    assert "first-one" not in again.output
    assert all(row[0].startswith("SCRAM-SHA-256$") for row in after)


def test_what_was_done_is_said_in_words(server: EmbeddedServer, name: str) -> None:
    """A line for each role, the database and each schema, and the addresses to keep."""
    said = _prepare(server, name, "--app-password", "first-one").output

    assert "taizhang_projector" in said
    assert "新建" in said
    assert "export DATABASE_URL='postgresql://taizhang_login:first-one@/" in said


def test_strangers_stay_outside(server: EmbeddedServer, name: str) -> None:
    """Only the product's logins may enter, and the log is append-only from the start."""
    made = prepare_database(server.urls("postgres").admin_url, name, Passwords("a-password"))
    admin_url = server.urls(name).admin_url
    with psycopg.connect(admin_url, autocommit=True) as admin:
        rights = "SELECT has_database_privilege('public', %s, 'CONNECT')"
        assert admin.execute(rights, (name,)).fetchone() == (False,)
    with (
        psycopg.connect(session_url(made.database_url, APP), autocommit=True) as session,
        pytest.raises(errors.InsufficientPrivilege),
    ):
        session.execute("DELETE FROM ledger.events")


def test_a_login_without_the_rights_is_told_so(server: EmbeddedServer, name: str) -> None:
    """The daily login makes nothing, and the sentence says who can."""
    with pytest.raises(Problem) as refused:
        prepare_database(server.urls("postgres").app_url, name, Passwords())

    assert refused.value.code == "E_DATABASE_RIGHTS"


def test_a_database_that_cannot_hold_chinese_is_refused(server: EmbeddedServer, name: str) -> None:
    """In another encoding, or with letters known only to ASCII, nothing is made in it."""
    admin_url = server.urls("postgres").admin_url
    with psycopg.connect(admin_url, autocommit=True) as admin:
        admin.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'").format(
                sql.Identifier(name)
            )
        )
    with pytest.raises(Problem) as refused:
        prepare_database(admin_url, name, Passwords())

    assert refused.value.code == "E_DATABASE_TEXT"
