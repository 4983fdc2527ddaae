"""Makes the demo city where it is missing: told and folded side by side, then kept."""

from __future__ import annotations

import multiprocessing
import shutil
import time
from collections.abc import Callable
from datetime import date
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Final

import msgspec
import psycopg

from api.bootstrap import Works, open_works
from api.demo.accounts import settle_people
from api.demo.telling import tell
from api.house import Settings
from api.installation import Installation
from projections.rebuild import BATCH

MARK: Final = "demo.json"
_BEGUN: Final = "demo.part"
_PAUSE_SECONDS: Final = 0.2

Progress = Callable[[str, float, int], None]
"""Told the step ("tell" or "fold"), the part done (0 to 1) and the events so far."""


class DemoMade(msgspec.Struct, frozen=True):
    """What the mark of a finished demo city says."""

    assets: int
    seed: int
    told_on: date
    cards: int
    position: int


class NotADemoError(Exception):
    """The data directory or database holds something else; nothing is touched."""

    def __init__(self, place: str) -> None:
        super().__init__(place)
        self.zh = f"{place} 已有其他数据，演示城市不会写入。请另选数据目录（--data）。"
        self.en = f"{place} holds other data; the demo leaves it alone. Choose another --data."


class DemoRunsError(Exception):
    """The demo's database is in use."""

    def __init__(self, place: str) -> None:
        super().__init__(place)
        self.zh = f"{place} 的演示正在运行，请先按 Ctrl-C 停止。"
        self.en = f"The demo in {place} is running; stop it with Ctrl-C first."


def find_demo(data_dir: Path) -> DemoMade | None:
    """The demo city that was finished here, if any."""
    mark = data_dir / MARK
    return msgspec.json.decode(mark.read_bytes(), type=DemoMade) if mark.exists() else None


def prepare_directory(installation: Installation) -> None:
    """Drop a demo city that was never finished; NotADemoError, DemoRunsError."""
    cluster = installation.data_dir / "postgres"
    if installation.embedded is None or not cluster.exists():
        return
    if not (installation.data_dir / _BEGUN).exists():
        raise NotADemoError(str(installation.data_dir))
    if not _stopped(installation):
        raise DemoRunsError(str(installation.data_dir))
    shutil.rmtree(cluster)


def _stopped(installation: Installation) -> bool:
    """Stop a server whose starter was killed; False while somebody uses it."""
    server = installation.embedded
    if server is None or server.pid() is None:
        return True
    server.start()
    server.stop()
    return server.pid() is None


def remove_demo(installation: Installation) -> bool:
    """Remove the whole directory of a demo; False where there is none.

    Raises NotADemoError for other data, DemoRunsError while its database is up.
    """
    place = installation.data_dir
    if not place.exists() or not any(place.iterdir()):
        return False
    if not (place / MARK).exists() and not (place / _BEGUN).exists():
        raise NotADemoError(str(place))
    if not _stopped(installation):
        raise DemoRunsError(str(place))
    shutil.rmtree(place)
    return True


def make_demo(
    settings: Settings, *, assets: int, seed: int, today: date, progress: Progress
) -> DemoMade:
    """Tell the city into an empty log and wait until every read model has it."""
    assert settings.data_dir is not None, "the mark of a demo lies in its data directory"
    (settings.data_dir / _BEGUN).write_text("", encoding="utf-8")
    with open_works(settings) as works:
        if works.store.log.head():
            raise NotADemoError(settings.database_url)
        with _Folder(settings) as folder:
            told = tell(
                settings.database_url, assets=assets, seed=seed, today=today,
                progress=lambda part, events: progress("tell", part, events),
            )  # fmt: skip
            folder.finish()
            settle_people(works.house.pool, told.city)
            _wait(works, folder, told.position, progress)
    _freshen(settings)
    made = DemoMade(assets, seed, today, told.cards, told.position)
    (settings.data_dir / MARK).write_bytes(msgspec.json.encode(made))
    (settings.data_dir / _BEGUN).unlink()
    return made


def _wait(works: Works, folder: _Folder, position: int, progress: Progress) -> None:
    """Wait until the folding process has passed `position`."""
    first: int | None = None
    while True:
        lines = works.engine.status()
        failed = [f"{line.name}: {line.error}" for line in lines if line.error]
        if failed:
            raise RuntimeError("; ".join(failed))
        stands = sum(line.position for line in lines) // max(1, len(lines))
        first = stands if first is None else first
        progress("fold", (stands - first + 1) / max(1, position - first + 1), stands)
        if all(line.position >= position for line in lines):
            return
        folder.check()
        time.sleep(_PAUSE_SECONDS)


def _freshen(settings: Settings) -> None:
    """Let the database count what was loaded; plans made without are slow."""
    with psycopg.connect(settings.migrate_url, autocommit=True) as connection:
        connection.execute("SET ROLE taizhang_owner")
        connection.execute("ANALYZE")


class _Folder:
    """A process of its own that folds behind the teller, by whole batches until `finish`."""

    def __init__(self, settings: Settings) -> None:
        spawn = multiprocessing.get_context("spawn")
        self._finish, self._stop = spawn.Event(), spawn.Event()
        self._process = spawn.Process(
            target=_fold, args=(settings, self._finish, self._stop), name="demo-folder",
            daemon=True,
        )  # fmt: skip

    def __enter__(self) -> _Folder:
        self._process.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._process.join(timeout=30)
        if self._process.is_alive():
            self._process.kill()

    def finish(self) -> None:
        """Fold what is left, however little."""
        self._finish.set()

    def check(self) -> None:
        """Raise when the process is gone."""
        if not self._process.is_alive():
            raise RuntimeError("the process that folds has ended; see the messages above")


def _fold(settings: Settings, finish: Event, stop: Event) -> None:
    try:
        with open_works(settings) as works:
            while not stop.is_set():
                behind = max(line.behind for line in works.engine.status())
                if behind >= BATCH or (behind and finish.is_set()):
                    works.engine.run_once()
                else:
                    stop.wait(_PAUSE_SECONDS)
    except KeyboardInterrupt:
        return  # Ctrl-C reaches every process of the terminal; the parent says why it ends.
