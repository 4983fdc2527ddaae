"""How long a test waits for what comes at once on an idle machine: one ceiling for all of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

PATIENCE_SECONDS: Final = 120.0
"""Every wait ends as soon as its event comes; this is when a busy machine has had enough time."""

PATIENCE_MS: Final = PATIENCE_SECONDS * 1000


def wait_until(
    reached: Callable[[], bool], otherwise: Callable[[], str], pause_s: float = 0.02
) -> None:
    """Return as soon as `reached`; fail with the words of `otherwise` when patience ends."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not reached():
        assert time.monotonic() < until, otherwise()
        time.sleep(pause_s)
