"""Releases and undoings that go on after their request was answered; progress is in the batch."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

import psycopg
import structlog

from api.house import House
from api.imports.kept import Batches
from api.problems import Problem

_log = structlog.get_logger(__name__)
_running: Final[set[str]] = set()
_lock: Final = threading.Lock()


def is_running(batch_id: str) -> bool:
    """Tell whether this process works on the batch now."""
    with _lock:
        return batch_id in _running


def start(house: House, batch_id: str, work: Callable[[], object]) -> bool:
    """Do `work` for the batch in a thread of its own; False where this process does it already.

    What stops it is noted in the batch. A killed process leaves the batch where it was: it is
    started again by a person, and what is recorded stays recorded once.
    """
    with _lock:
        if batch_id in _running:
            return False
        _running.add(batch_id)
    name = f"import-{batch_id}"
    threading.Thread(target=_work, args=(house, batch_id, work), name=name, daemon=True).start()
    return True


def _work(house: House, batch_id: str, work: Callable[[], object]) -> None:
    try:
        work()
    except Problem as problem:
        _note(house, batch_id, f"{problem.code} {problem.detail_zh}")
    except (psycopg.Error, OSError) as error:
        _note(house, batch_id, f"E_UNAVAILABLE {error}")
    finally:
        with _lock:
            _running.discard(batch_id)


def _note(house: House, batch_id: str, text: str) -> None:
    _log.warning("import stopped", batch_id=batch_id, problem=text)
    try:
        Batches(house.pool).note_problem(batch_id, text, house.now())
    except (psycopg.Error, OSError) as error:
        _log.warning("the stop of an import could not be noted", error=str(error))
