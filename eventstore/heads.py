"""How far the log is known to be on disk, and who waits for it to grow."""

from __future__ import annotations

import threading


class Heads:
    """The greatest position that this process knows to be on disk.

    It only grows: what is on disk stays there, so it holds after a crash of the server too.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._flushed = 0

    @property
    def flushed(self) -> int:
        """The position itself; 0 when nothing is known yet."""
        return self._flushed

    def advance(self, position: int) -> None:
        """Everything up to `position` is on disk; wakes those who wait for it."""
        with self._changed:
            if position > self._flushed:
                self._flushed = position
                self._changed.notify_all()

    def wait(self, after: int, seconds: float) -> bool:
        """Wait until something after `after` is on disk; False when `seconds` have passed."""
        with self._changed:
            return self._changed.wait_for(lambda: self._flushed > after, seconds)
