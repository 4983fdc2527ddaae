"""Past depreciation runs worked out again from the log as it was known to them."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from domain.decisions.depreciating import depreciation_run
from domain.depreciation import RULES
from domain.envelope import Recorded
from domain.events import DepreciationRun
from domain.organisation import LATE
from domain.postings import balance_fen
from projections.entries import BODIES
from projections.general_ledger.depreciables import depreciables
from projections.queries import Cursor


class Rechecked(msgspec.Struct, frozen=True):
    """One run and what a fresh calculation says of it; `differs` is empty where they agree.

    `stored_fen` and `found_fen` are the totals; `omitted` counts the cards it left out (LATE).
    """

    unit_id: str
    period: str
    rule: str
    cards: int
    stored_fen: int
    found_fen: int
    omitted: int
    differs: tuple[str, ...] = ()


def recheck_runs(
    cur: Cursor, events: list[Recorded], period: str | None = None
) -> Iterator[Rechecked]:
    """Work out again the runs among the events of a unit's period stream, all or of one month.

    Register and general ledger must have passed the events.
    """
    for event in events:
        body = BODIES.read(event)
        if isinstance(body, DepreciationRun) and period in (None, body.period):
            yield _rechecked(cur, event, body)


def _rechecked(cur: Cursor, event: Recorded, stored: DepreciationRun) -> Rechecked:
    rule = event.rule_version or ""
    late = stored.skipped.get(LATE, ())
    found = stored
    differs: tuple[str, ...] = ("rule",)
    if rule in RULES:
        inputs = depreciables(cur, event.unit_id, stored.period, stored.inputs_position)
        found = depreciation_run(inputs, stored.period, rule, late)
        names = ("count", "digest", "lines", "skipped")
        differs = tuple(name for name in names if getattr(stored, name) != getattr(found, name))
    return Rechecked(
        event.unit_id,
        stored.period,
        rule,
        found.count,
        total_fen(stored),
        total_fen(found),
        len(late),
        differs,
    )


def total_fen(run: DepreciationRun) -> int:
    """Return what a run charged in all, in fen."""
    return balance_fen((line for line in run.lines if line.side == "D"), "FA")
