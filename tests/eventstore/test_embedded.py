"""The embedded server is found again, shared, and survives the death of who started it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from eventstore.embedded import EmbeddedServer
from eventstore.errors import ServerFailed
from tests.waiting import PATIENCE_SECONDS

LOCK = ".s.PGSQL.5432.lock"

_START_AND_DIE = """
import os, signal, sys
from pathlib import Path
from eventstore.embedded import EmbeddedServer
EmbeddedServer(Path(sys.argv[1])).start()
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(scope="module")
def directory() -> Iterator[Path]:
    """A place that the server's system user can reach, too deep for a socket beside the data."""
    above = Path(tempfile.mkdtemp(prefix="taizhang-embedded-"))
    above.chmod(0o755)
    yield above / ("很深的目录" * 5) / "data"
    shutil.rmtree(above, ignore_errors=True)


def _ask(url: str, statement: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchone() if cursor.description else None


def test_a_restart_finds_the_data_again(directory: Path) -> None:
    """Stop and start: the same cluster, safe settings, texts in the order of code points."""
    server = EmbeddedServer(directory)
    _ask(server.start().admin_url, "CREATE TABLE kept AS SELECT '还在' AS word")
    server.stop()

    assert server.pid() is None
    urls = server.start()
    assert _ask(urls.admin_url, "SELECT word FROM kept") == ("还在",)
    assert _ask(urls.admin_url, "SHOW fsync") == ("on",)
    query = "SELECT datcollate, datctype FROM pg_database WHERE datname = 'taizhang'"
    assert _ask(urls.admin_url, query) == ("C.UTF-8", "C.UTF-8")
    assert _ask(urls.migrate_url, "SELECT current_user") == ("taizhang_migrator",)
    assert _ask(urls.app_url, "SELECT current_user") == ("taizhang_login",)
    server.stop()


def test_the_last_one_out_stops_it(directory: Path) -> None:
    """Two programs share one server."""
    one, other = EmbeddedServer(directory), EmbeddedServer(directory)
    one.start()
    other.start()
    one.stop()

    assert other.pid() is not None
    other.stop()
    assert other.pid() is None


def test_a_killed_program_does_not_block_the_next(directory: Path) -> None:
    """Its server still runs: the next one joins it, and stops it in the end."""
    arguments = [sys.executable, "-c", _START_AND_DIE, str(directory)]
    root = str(Path(__file__).parents[2])
    done = subprocess.run(arguments, check=False, cwd=root, timeout=PATIENCE_SECONDS)
    server = EmbeddedServer(directory)
    left_over = server.pid()

    assert done.returncode == -9
    assert left_over is not None
    assert "taizhang_login" in server.start().app_url
    assert left_over == server.pid()
    server.stop()
    assert server.pid() is None


def test_a_process_id_that_went_to_a_stranger_is_no_server(directory: Path) -> None:
    """After a reboot the number in the pid file may be anybody's."""
    server = EmbeddedServer(directory)
    server.start()
    server.stop()
    pid_file = directory / "postgres" / "postmaster.pid"
    pid_file.write_text("1\n/nowhere\n0\n5432\n\n\n\nready\n")

    assert server.pid() is None
    server.start()
    assert server.pid() is not None
    server.stop()


@pytest.fixture
def elsewhere() -> Iterator[Path]:
    """A short place that the server's system user can reach: the socket lies beside the data."""
    place = Path(tempfile.mkdtemp(prefix="taizhang-restored-"))
    place.chmod(0o755)
    yield place
    shutil.rmtree(place, ignore_errors=True)


def test_a_base_backup_starts_beside_the_server_it_was_taken_from(
    elsewhere: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The lock of the other server's socket is in the backup; it is dropped, and that is said."""
    running = EmbeddedServer(elsewhere / "running")
    _ask(running.start().admin_url, "CREATE TABLE kept AS SELECT '还在' AS word")
    copy = elsewhere / "restored" / "postgres"
    copy.parent.mkdir()
    running.stop()
    shutil.copytree(elsewhere / "running" / "postgres", copy)
    running.start()
    shutil.copy(elsewhere / "running" / "postgres" / LOCK, copy / LOCK)
    stat = (elsewhere / "running" / "postgres").stat()
    for place in (copy, *copy.rglob("*")):
        os.chown(place, stat.st_uid, stat.st_gid)
    restored = EmbeddedServer(elsewhere / "restored")
    word = _ask(restored.start().admin_url, "SELECT word FROM kept")
    both = restored.pid(), running.pid()
    restored.stop()
    running.stop()

    assert word == ("还在",)
    assert None not in both
    assert both[0] != both[1]
    assert LOCK in caplog.text


def test_a_place_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    """The error says where and what to do instead."""
    (tmp_path / "file").write_text("")
    with pytest.raises(ServerFailed) as failed:
        EmbeddedServer(tmp_path / "file" / "data").start()

    assert "--data" in failed.value.zh
    assert str(tmp_path) in failed.value.en
