"""Folds the stays of things in public warehouses into versions on both clocks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, LiteralString

from domain.events import ASSET_TYPES, Changes
from projections.entries import SELECTED, Entry, entry_of_row
from projections.patches import Patches, keep, rewrite
from projections.projection import Cursor, Projection
from projections.slices import replay
from projections.warehouse.facts import patch_of, step, stock
from projections.writing import text_array

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
    version: ClassVar[int] = 2
    tables: ClassVar[str] = "projections.warehouse"
    weight: ClassVar[int] = 8
    depends_on: ClassVar[tuple[str, ...]] = ("calendar", "organisation")

    def fold(self, cur: Cursor, batch: Sequence[Entry]) -> None:
        """Rewrite the versions of every thing that the batch speaks of."""
        told: dict[str, list[Entry]] = {}
        for entry in batch:
            if entry.type in ASSET_TYPES and entry.asset_id is not None:
                told.setdefault(entry.asset_id, []).append(entry)
        if not told:
            return
        known = {row[0] for row in cur.execute(_KNOWN, (text_array(told),)).fetchall()}
        taken = {asset for asset, entries in told.items() if any(map(_names_a_house, entries))}
        said = _said(entry for asset in known | taken for entry in told[asset])
        known &= said.keys()
        fresh = {
            asset
            for asset in taken - known
            if any(patch.values.get("warehouse_id") for patch in said.get(asset, ()))
        }
        new = _earlier(cur, fresh, batch[0].position) if fresh else {}
        for asset in sorted(known | fresh):
            new.setdefault(asset, []).extend(said[asset])
        kept = keep(cur, new, fresh)
        stays = {
            asset: replay(patches, step, stock).get("stock", []) for asset, patches in kept.items()
        }
        rewrite(cur, "stock", "asset_id", stays, fresh)


def _names_a_house(entry: Entry) -> bool:
    """Tell whether an event of an asset sets its warehouse."""
    changes = getattr(entry.fact, "changes", None)
    return isinstance(changes, Changes) and bool(changes.warehouse_id)


def _said(entries: Iterable[Entry]) -> Patches:
    """Return what `entries` say of stays, by asset."""
    said: Patches = {}
    for entry in entries:
        if entry.asset_id is not None and (patch := patch_of(entry)) is not None:
            said.setdefault(entry.asset_id, []).append(patch)
    return said


def _earlier(cur: Cursor, assets: set[str], before: int) -> Patches:
    """Return what the log said of `assets` before position `before`."""
    rows = cur.execute(_EARLIER, (text_array(sorted(assets)), before)).fetchall()
    entries = map(entry_of_row, rows)
    return _said(entry for entry in entries if entry.type in ASSET_TYPES)
