"""Progress of long steps: a bar when a terminal looks on, plain lines when not."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Final, Self

import rich_click as click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

_LINE_SECONDS: Final = 5.0


class Steps:
    """One bar after another on stderr, each with rate and remaining time."""

    def __init__(self, title: str, unit: str = "") -> None:
        self._title = title
        self._unit = unit
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        self._begun = time.monotonic()
        self._first = 0
        self._last_line = 0.0

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            self._bar = Progress(
                TextColumn("{task.description}"), BarColumn(),
                TextColumn("{task.percentage:>3.0f}%"), TextColumn("{task.fields[rate]}"),
                TimeRemainingColumn(), console=Console(stderr=True),
            )  # fmt: skip
            self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def turn_to(self, title: str) -> None:
        """Begin the next step."""
        if title != self._title:
            self._title, self._begun, self._last_line = title, time.monotonic(), 0.0
            self._task = None

    def count(self, done: int, total: int) -> None:
        """`done` of `total` pieces are done."""
        self.part(done / max(1, total), done)

    def part(self, part: float, done: int) -> None:
        """A `part` (0 to 1) of the step is done, `done` pieces in all."""
        seconds = time.monotonic() - self._begun
        rate = f"{done / seconds:,.0f}/s" if seconds > 0.5 else ""
        if self._bar is not None:
            if self._task is None:
                self._task = self._bar.add_task(self._title, total=1.0, rate="")
            self._bar.update(self._task, completed=part, rate=rate)
        elif time.monotonic() - self._last_line >= _LINE_SECONDS or part >= 1:
            self._last_line = time.monotonic()
            left = seconds / part - seconds if part else 0
            click.echo(f"{self._title} {part:4.0%} {done} {rate} {left:.0f}s", err=True)
