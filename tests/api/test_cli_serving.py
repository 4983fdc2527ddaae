"""`taizhang serve` as a process: up, killed with -9, up again with everything it had."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from eventstore.embedded import EmbeddedServer
from tests.waiting import PATIENCE_SECONDS, wait_until

ROOT = Path(__file__).parent.parent.parent
TAIZHANG = "import sys; sys.argv[0] = 'taizhang'; from api.cli import main; main()"
UNIT = '{"occurred_on": "2026-01-01", "unit_id": "U1", "name": "演示局", "kind": "administrative"}'


@pytest.fixture
def data() -> Iterator[Path]:
    """A data directory with a server of its own, stopped in the end."""
    with tempfile.TemporaryDirectory(prefix="taizhang-serve-") as place:
        yield Path(place)
        server = EmbeddedServer(Path(place))
        if server.pid() is not None:
            server.start()
            server.stop()


def _line(data: Path, *words: str, **options: object) -> list[str]:
    assert not options
    return [sys.executable, "-c", TAIZHANG, "--data", str(data), *words]


@contextmanager
def _served(data: Path) -> Iterator[subprocess.Popen[bytes]]:
    port = _free_port()
    line = _line(data, "serve", "--port", str(port))
    process = subprocess.Popen(line, cwd=ROOT, stdout=subprocess.DEVNULL)

    def answers() -> bool:
        assert process.poll() is None, "it ended by itself"
        return _is_ready(port)

    try:
        wait_until(answers, lambda: "the pages do not answer", pause_s=0.1)
        yield process
    finally:
        process.kill()
        process.wait()


def _is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/ready", timeout=PATIENCE_SECONDS):
            return True
    except OSError:
        return False


def _free_port() -> int:
    """A free port below those that the system gives away: nobody gets it meanwhile."""
    given_away = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    while True:
        port = random.randrange(10_000, given_away)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def test_a_killed_server_comes_back_with_everything(data: Path) -> None:
    """After kill -9 the same line finds the account and the database it left behind."""
    add = _line(
        data, "users", "add", "wang", "--name", "王演示", "--role", "finance", "--reach", "all"
    )
    environ = {**os.environ, "TAIZHANG_PASSWORD": "a-long-enough-one"}
    with _served(data) as process:
        subprocess.run(add, cwd=ROOT, env=environ, check=True, capture_output=True)
        do = _line(data, "do", "register-unit", "--json", "-", "--as", "wang")
        subprocess.run(do, cwd=ROOT, input=UNIT.encode(), check=True, capture_output=True)
        process.send_signal(signal.SIGKILL)
        process.wait()

    with _served(data) as process:
        ask = _line(data, "ask", "units", "--json")
        answer = subprocess.run(ask, cwd=ROOT, check=True, capture_output=True, text=True)
        process.send_signal(signal.SIGINT)

        assert '"U1"' in answer.stdout
        assert process.wait(timeout=PATIENCE_SECONDS) == 0
    assert EmbeddedServer(data).pid() is None
