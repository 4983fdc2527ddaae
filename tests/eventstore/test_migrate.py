"""Migrations run once each, in order, and never change afterwards."""

from __future__ import annotations

import threading
from pathlib import Path

import psycopg
import pytest
from psycopg import errors

from eventstore.connection import OWNER, session_url
from eventstore.embedded import Urls
from eventstore.errors import MigrationChanged
from eventstore.migrate import apply_migrations, migrate_log, read_migrations


@pytest.fixture
def owner(database: Urls) -> psycopg.Connection:
    """A session of the owner."""
    return psycopg.connect(session_url(database.migrate_url, OWNER), autocommit=True)


def _write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.sql").write_text(text, encoding="utf-8")
    return folder


def test_only_what_is_new_is_applied(owner: psycopg.Connection, tmp_path: Path) -> None:
    """The second run finds nothing, the third only the added file."""
    folder = _write(tmp_path, **{"0001_a": "CREATE TABLE ledger.t (n int)"})
    with owner:
        runs = [apply_migrations(owner, folder, area="new") for _ in range(2)]
        _write(tmp_path, **{"0002_b": "INSERT INTO ledger.t VALUES (1)"})
        runs.append(apply_migrations(owner, folder, area="new"))

    assert runs == [["0001_a.sql"], [], ["0002_b.sql"]]


def test_a_changed_or_missing_file_stops_everything(
    owner: psycopg.Connection, tmp_path: Path
) -> None:
    """What was applied is history; the error names area and file."""
    _write(tmp_path, **{"0001_a": "SELECT 1", "0002_b": "SELECT 2"})
    with owner:
        apply_migrations(owner, tmp_path, area="changed")
        (tmp_path / "0002_b.sql").unlink()
        for text in ("SELECT 1", "SELECT 3"):
            _write(tmp_path, **{"0001_a": text})
            with pytest.raises(MigrationChanged):
                apply_migrations(owner, tmp_path, area="changed")


def test_a_failing_file_leaves_nothing_behind(owner: psycopg.Connection, tmp_path: Path) -> None:
    """All of a run or nothing: the first file goes too when the second fails."""
    _write(tmp_path, **{"0001_a": "CREATE TABLE ledger.half (n int)", "0002_b": "SELECT 1/0"})
    with owner:
        with pytest.raises(errors.DivisionByZero):
            apply_migrations(owner, tmp_path, area="half")

        assert owner.execute("SELECT to_regclass('ledger.half')").fetchone() == (None,)


def test_numbers_have_neither_gap_nor_double(tmp_path: Path) -> None:
    """A mistake of numbering is found before anything runs."""
    _write(tmp_path, **{"0001_a": "SELECT 1", "0003_b": "SELECT 1"})
    with pytest.raises(ValueError, match="not numbered"):
        read_migrations(tmp_path)


def test_two_at_once_take_turns(database: Urls) -> None:
    """Programs that start together do not trip over each other."""
    results: list[list[str]] = []
    jobs = [lambda: results.append(migrate_log(database.migrate_url))] * 3
    threads = [threading.Thread(target=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert results == [[], [], []]
