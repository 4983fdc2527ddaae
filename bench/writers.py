"""Eight writers against one store: how many appends a second are on disk."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

Append = Callable[[int, int], None]
"""(writer, number) → one durable append."""


def rate(append: Append, *, writers: int = 8, seconds: float = 4.0) -> float:
    """Return appends a second over `seconds`, after half a second of warming up."""
    counts = [0] * writers
    counting = threading.Event()
    stop = threading.Event()

    def write(writer: int) -> None:
        number = 0
        while not stop.is_set():
            append(writer, number)
            number += 1
            if counting.is_set():
                counts[writer] += 1

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(writers)]
    for thread in threads:
        thread.start()
    time.sleep(0.5)
    counting.set()
    started = time.perf_counter()
    time.sleep(seconds)
    counting.clear()
    took = time.perf_counter() - started
    stop.set()
    for thread in threads:
        thread.join()
    return sum(counts) / took
