"""Folds the stays of things in public warehouses into versions on both clocks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, LiteralString

from domain.events import ASSET_TYPES
from eventstore.mapper import SELECTED
from projections.entries import Entry, entry_of_row
from projections.patches import Patches, keep, rewrite
from projections.projection import Cursor, Projection
from projections.slices import replay
from projections.warehouse.facts import patch_of, step, stock

_KNOWN = "SELECT DISTINCT subject FROM patch WHERE subject = ANY(%s::text[])"
_EARLIER: LiteralString = f"""
SELECT {SELECTED} FROM ledger.events
WHERE asset_id = ANY(%s::text[]) AND position < %s::bigint ORDER BY position
"""  # noqa: S608 - column names of our own


class Warehouse(Projection):
    """Versions of every stay. Most things never see a warehouse, and nothing is kept of them:
    what was said of a thing before its first intake is read from the log when that comes.
    """

    name: ClassVar[str] = "warehouse"
    version: ClassVar[int] = 1
    tables: ClassVar[str] = "projections.warehouse"
    depends_on: ClassVar[tuple[str, ...]] = ("calendar", "organisation")

    def fold(self, cur: Cursor, batch: Sequence[Entry]) -> None:
        """Rewrite the versions of every thing that the batch speaks of."""
        said: Patches = {}
        for entry in batch:
            if entry.type in ASSET_TYPES and (patch := patch_of(entry)) is not None:
                assert entry.asset_id is not None
                said.setdefault(entry.asset_id, []).append(patch)
        known = {row[0] for row in cur.execute(_KNOWN, (list(said),)).fetchall()} if said else set()
        fresh = {
            asset
            for asset, patches in said.items()
            if asset not in known and any(patch.values.get("warehouse_id") for patch in patches)
        }
        new = _earlier(cur, fresh, batch[0].position) if fresh else {}
        for asset in sorted(known | fresh):
            new.setdefault(asset, []).extend(said[asset])
        kept = keep(cur, new, fresh)
        stays = {
            asset: replay(patches, step, {"stock": stock})["stock"]
            for asset, patches in kept.items()
        }
        rewrite(cur, "stock", "asset_id", stays, fresh)


def _earlier(cur: Cursor, assets: set[str], before: int) -> Patches:
    """Return what the log said of `assets` before position `before`."""
    found: Patches = {}
    for row in cur.execute(_EARLIER, (sorted(assets), before)).fetchall():
        entry = entry_of_row(row)
        if entry.type in ASSET_TYPES and (patch := patch_of(entry)) is not None:
            found.setdefault(str(entry.asset_id), []).append(patch)
    return found
