"""Lets the commands of a process pass side by side, or one of them alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Gate:
    """Many pass together; who asks to pass alone goes before all that come after him."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._inside = 0
        self._wanting_alone = 0

    @contextmanager
    def passing(self, *, alone: bool) -> Iterator[None]:
        """Be inside; `alone` waits until everybody else is out, and keeps the others out."""
        with self._changed:
            if alone:
                self._wanting_alone += 1
                self._changed.wait_for(lambda: self._inside == 0)
            else:
                self._changed.wait_for(lambda: self._wanting_alone == 0)
            self._inside += 1
        try:
            yield
        finally:
            with self._changed:
                self._inside -= 1
                self._wanting_alone -= alone
                self._changed.notify_all()
