"""States of streams as the one writer of a log knows them, without asking the log again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Final

from domain import asset as assets
from domain import process as processes
from domain.envelope import Recorded
from domain.events import Body

Fold = Callable[[Any, Recorded, Any], Any]

REMEMBERED_MAX: Final = 60_000
"""Assets and processes kept at a time; an older one is read from the log again."""

_PASSING: Final = ("asset", "process")


class Memory:
    """Versions of all streams, states of those that were looked at."""

    def __init__(self) -> None:
        self.versions: dict[str, int] = {}
        self._kept: dict[str, Any] = {}
        self._passing: OrderedDict[str, Any] = OrderedDict()
        self._folds: dict[str, Fold] = {"asset": assets.fold, "process": processes.fold}

    def get(self, stream: str, fold: Fold) -> Any | None:
        """The state of the stream, None when it is not remembered."""
        kind = _kind(stream)
        self._folds[kind] = fold
        if kind not in _PASSING:
            return self._kept.get(stream)
        if stream in self._passing:
            self._passing.move_to_end(stream)
        return self._passing.get(stream)

    def has(self, stream: str) -> bool:
        """Tell whether the state of the stream is remembered."""
        return stream in (self._passing if _kind(stream) in _PASSING else self._kept)

    def put(self, stream: str, state: Any) -> None:
        """Remember a state."""
        if _kind(stream) not in _PASSING:
            self._kept[stream] = state
            return
        self._passing[stream] = state
        self._passing.move_to_end(stream)
        if len(self._passing) > REMEMBERED_MAX:
            self._passing.popitem(last=False)

    def append(self, event: Recorded, body: Body) -> None:
        """Follow one event that was appended."""
        stream, kind = event.stream, _kind(event.stream)
        self.versions[stream] = event.version
        state = (self._passing if kind in _PASSING else self._kept).get(stream)
        if state is None:
            if event.version > 1 or kind not in _PASSING:
                return
            state = _EMPTY[kind](stream.partition(":")[2])
        self.put(stream, self._folds[kind](state, event, body))


def _kind(stream: str) -> str:
    return stream.partition(":")[0]


_EMPTY: Final[dict[str, Callable[[str], Any]]] = {
    "asset": lambda key: assets.Asset(asset_id=key),
    "process": lambda key: processes.Process(process_id=key),
}
