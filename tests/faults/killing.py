"""Processes that are killed without warning, and what they had said before."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from eventstore.embedded import EmbeddedServer
from tests.faults.application import Order
from tests.waiting import PATIENCE_SECONDS, wait_until

ROOT = Path(__file__).parents[2]
Line = dict[str, Any]


class Application:
    """A child process that works by an order; `heard` gets each line as it comes."""

    def __init__(self, order: Order, heard: Callable[[Line], None] = lambda _line: None) -> None:
        self.lines: list[Line] = []
        self._heard = heard
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.application", msgspec.json.encode(order).decode()],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            pass_fds=[order.listener] if order.listener >= 0 else [],
        )  # fmt: skip
        self._errors: list[str] = []
        self._readers = [
            threading.Thread(target=job, daemon=True) for job in (self._listen, self._complain)
        ]
        for reader in self._readers:
            reader.start()

    def kill(self) -> None:
        """kill -9; what it had said until then is heard."""
        self._process.send_signal(signal.SIGKILL)
        self.end()

    def end(self) -> int:
        """Wait until it is gone and all it said is heard; its exit code."""
        code = self._process.wait(PATIENCE_SECONDS)
        for reader in self._readers:
            reader.join()
        return code

    def await_line(self, wanted: Callable[[Line], bool]) -> bool:
        """Wait for a line; False when the process ends without it."""
        return self.wait_until(lambda: any(wanted(line) for line in list(self.lines)))

    def wait_until(self, reached: Callable[[], bool]) -> bool:
        """Wait until something has happened; False when the process ends first."""

        def over() -> bool:
            return reached() or self._process.poll() is not None

        wait_until(over, lambda: f"nothing happens: {self.complaints()}")
        if self._process.poll() is not None:
            self.end()
        return reached()

    def complaints(self) -> str:
        """The last of what it wrote to its error stream."""
        return "".join(self._errors[-30:])

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for text in self._process.stdout:
            # A line that the kill has cut off was not said.
            if text.endswith("\n"):
                line = json.loads(text)
                self._heard(line)
                self.lines.append(line)

    def _complain(self) -> None:
        assert self._process.stderr is not None
        self._errors += self._process.stderr


def kill_server(server: EmbeddedServer) -> None:
    """kill -9 of the postmaster and all its children at once; then it is started again."""
    pid = server.pid()
    assert pid is not None
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    for process in (pid, *map(int, children)):
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    server.start()
