"""Nobody changes the log: who may do what, role by role and statement by statement."""

from __future__ import annotations

import psycopg
import pytest
from psycopg import errors
from writing import request

from eventstore.connection import APP, AUDITOR, OWNER, PROJECTOR, session_url
from eventstore.embedded import Urls
from eventstore.store import EventStore

_TABLES = ("events", "commands", "claims")

_CHANGES = {
    "update": "UPDATE ledger.{} SET position = 9",
    "delete": "DELETE FROM ledger.{}",
    "truncate": "TRUNCATE ledger.{}",
    "drop": "DROP TABLE ledger.{} CASCADE",
    "disable trigger": "ALTER TABLE ledger.{} DISABLE TRIGGER ALL",
    "rename": "ALTER TABLE ledger.{} RENAME TO gone",
    "trigger": "CREATE TRIGGER t BEFORE INSERT ON ledger.{}"
    " EXECUTE FUNCTION ledger.refuse_change()",
    "copy to a program": "COPY ledger.{} TO PROGRAM 'cat'",
    "copy to a file": "COPY ledger.{} TO '/nowhere/out'",
    "replica": "SET session_replication_role = replica",
    "owner": "SET ROLE taizhang_owner",
    "function": "CREATE OR REPLACE FUNCTION ledger.refuse_change() RETURNS trigger"
    " LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "schema": "DROP SCHEMA ledger CASCADE",
}


def _statement(change: str, table: str) -> str:
    statement = _CHANGES[change].format(table)
    return statement.replace(
        "SET position", "SET last_position" if table == "commands" else "SET position"
    )


@pytest.fixture(scope="module")
def filled(database: Urls) -> Urls:
    """A log with one event, one command and one claim."""
    with EventStore.open(database.app_url) as store:
        store.append(request("kept", claims=[("card_no", "1", "kept")]))
    return database


@pytest.mark.parametrize("role", [APP, PROJECTOR, AUDITOR])
@pytest.mark.parametrize("change", sorted(_CHANGES))
def test_no_role_in_daily_use_changes_the_log(filled: Urls, role: str, change: str) -> None:
    """Every statement is refused by privilege, on each of the three tables."""
    with psycopg.connect(session_url(filled.app_url, role), autocommit=True) as session:
        for table in _TABLES:
            with pytest.raises(errors.InsufficientPrivilege):
                session.execute(_statement(change, table))


@pytest.mark.parametrize("role", [PROJECTOR, AUDITOR])
@pytest.mark.parametrize("way", ["insert", "copy", "function"])
def test_only_the_application_appends(filled: Urls, role: str, way: str) -> None:
    """INSERT, COPY FROM and the function are refused to those who only read."""
    ways = {
        "insert": "INSERT INTO ledger.claims VALUES ('k', 'v', 's', 1)",
        "copy": "COPY ledger.claims FROM STDIN",
        "function": "SELECT ledger.append_clear('{}','{}','{}','{}','{}','[]','[]','[]',NULL)",
    }
    with (
        psycopg.connect(session_url(filled.app_url, role), autocommit=True) as session,
        pytest.raises(errors.InsufficientPrivilege),
    ):
        session.execute(ways[way])


def test_the_login_alone_sees_nothing(filled: Urls) -> None:
    """Before it has chosen a role the login of DATABASE_URL has no right at all."""
    with (
        psycopg.connect(filled.app_url, autocommit=True) as session,
        pytest.raises(errors.InsufficientPrivilege),
    ):
        session.execute("SELECT * FROM ledger.events")


@pytest.mark.parametrize("table", _TABLES)
@pytest.mark.parametrize("change", ["update", "delete", "truncate"])
def test_triggers_stop_the_owner(filled: Urls, table: str, change: str) -> None:
    """The owner has the privilege; the trigger refuses him."""
    with (
        psycopg.connect(session_url(filled.migrate_url, OWNER), autocommit=True) as session,
        pytest.raises(errors.InsufficientPrivilege, match="E_APPEND_ONLY"),
    ):
        session.execute(_statement(change, table))


@pytest.mark.parametrize("table", _TABLES)
def test_triggers_stand_when_ordinary_ones_are_off(filled: Urls, table: str) -> None:
    """A superuser with session_replication_role = replica meets them too."""
    with psycopg.connect(filled.admin_url, autocommit=True) as session:
        session.execute("SET session_replication_role = replica")
        for change in ("DELETE FROM ledger.{}", "TRUNCATE ledger.{}"):
            with pytest.raises(errors.InsufficientPrivilege, match="E_APPEND_ONLY"):
                session.execute(change.format(table))
