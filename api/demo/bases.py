"""What each unit depreciates, followed fact by fact instead of asked from the read models."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from domain.depreciation import Basis
from domain.envelope import Fact
from domain.events import (
    AssetChanged,
    AssetConfigured,
    AssetReallocated,
    Changes,
    DepreciationRun,
)
from domain.states import TERMINAL, State
from domain.world import Depreciable

_WAITING = frozenset({State.PENDING_BOOKING, State.LOSS_PENDING})


class _Card:
    """A live booked card: its basis and how many runs its unit had had when that began."""

    __slots__ = ("basis", "card_no", "runs_before", "waiting")

    def __init__(self, card_no: str) -> None:
        self.card_no = card_no
        self.basis: Basis | None = None
        self.runs_before = 0
        self.waiting: State | None = None


class Bases:
    """The live booked cards of every unit with what is spread over them."""

    def __init__(self) -> None:
        self._cards: dict[str, dict[str, _Card]] = {}
        self._runs: dict[str, int] = {}

    def of(self, unit_id: str) -> tuple[Depreciable, ...]:
        """The live booked cards of a unit, as a run of the next month finds them."""
        runs = self._runs.get(unit_id, 0)
        return tuple(
            Depreciable(
                asset_id,
                card.card_no,
                card.basis,
                runs - card.runs_before if card.basis else 0,
                str(card.waiting) if card.waiting and card.basis is None else None,
            )
            for asset_id, card in self._cards.get(unit_id, {}).items()
        )

    def take(self, facts: Sequence[Fact]) -> None:
        """Follow what was appended."""
        for fact in facts:
            asset_id = fact.asset_id or ""
            match fact.body:
                case (
                    AssetConfigured(card_no=card_no, changes=changes)
                    | AssetChanged(card_no=card_no, changes=changes)
                ):
                    self._change(fact.unit_id, asset_id, card_no, changes)
                case AssetReallocated() as moved:
                    self._cards.get(moved.from_unit, {}).pop(asset_id, None)
                    self._change(fact.unit_id, asset_id, moved.to_card_no, moved.changes)
                case DepreciationRun():
                    self._runs[fact.unit_id] = self._runs.get(fact.unit_id, 0) + 1
                case _:
                    continue

    def _change(self, unit_id: str, asset_id: str, card_no: str, changes: Changes) -> None:
        cards = self._cards.setdefault(unit_id, {})
        if changes.state in TERMINAL:
            cards.pop(asset_id, None)
            return
        card = cards.get(asset_id)
        if card is None:
            if not isinstance(changes.gross_fen, int):
                return  # Accepted, not booked yet.
            card = cards[asset_id] = _Card(card_no)
        if isinstance(changes.state, State):
            card.waiting = changes.state if changes.state in _WAITING else None
        if changes.basis is not msgspec.UNSET:
            card.basis = changes.basis
            card.runs_before = self._runs.get(unit_id, 0)
