"""Looking after the files: every one hashed again, what is missing, altered or used by nobody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec

from api.attachments.store import AttachmentDamagedError, AttachmentGoneError, Store
from api.attachments.uploads import rows_of, store_of, uploads_of
from api.house import House

PRUNED_AFTER: Final = timedelta(days=7)
"""How long a file may wait for a command that names it."""

_EVENTS_SHOWN: Final = 20

Progress = Callable[[int, int], None]
"""Called with the files checked so far and the files there are."""


class Damage(msgspec.Struct, frozen=True):
    """A file that is `missing` or `altered`, with the first events that name it."""

    sha256: str
    what: str
    events: list[dict[str, Any]]


class Orphan(msgspec.Struct, frozen=True):
    """A file that no event names: who brought it in, and when it was last put to use (UTC)."""

    sha256: str
    name: str | None
    person_id: str | None
    used_at: datetime
    removed: bool = False


class Findings(msgspec.Struct, frozen=True):
    """What a check has found: `files` lie in the store, `referenced` are named by events."""

    files: int
    referenced: int
    damages: list[Damage]
    orphans: list[Orphan]


def verify(house: House, *, prune: bool = False, progress: Progress | None = None) -> Findings:
    """Hash every file again; with `prune` remove those that nobody used for seven days.

    The read models must be at the head of the log, or a file just named would look like an orphan.
    """
    store = store_of(house.settings)
    referenced = {row["sha256"] for row in rows_of(house.pool, "referenced")}
    kept = dict(store.digests())
    altered = _altered(store, list(kept), progress)
    wrong = [(sha256, "altered") for sha256 in sorted(altered)]
    wrong += [(sha256, "missing") for sha256 in sorted(referenced - set(kept))]
    damages = [Damage(sha256, what, _events(house, sha256)) for sha256, what in wrong]
    lone = {sha256: at for sha256, at in kept.items() if sha256 not in referenced}
    orphans = _orphans(house, lone)
    if prune:
        orphans = [_pruned(house, store, orphan) for orphan in orphans]
        store.sweep()
    return Findings(len(kept), len(referenced), damages, orphans)


def missing(house: House) -> tuple[int, int]:
    """How many files events name, and how many of them the store has not; nothing is hashed."""
    store = store_of(house.settings)
    referenced = [row["sha256"] for row in rows_of(house.pool, "referenced")]
    return len(referenced), sum(1 for sha256 in referenced if store.size(sha256) is None)


def _altered(store: Store, digests: list[str], progress: Progress | None) -> set[str]:
    found = set()
    for done, sha256 in enumerate(digests, 1):
        try:
            store.check(sha256)
        except (AttachmentDamagedError, AttachmentGoneError):
            found.add(sha256)
        if progress is not None:
            progress(done, len(digests))
    return found


def _events(house: House, sha256: str) -> list[dict[str, Any]]:
    return rows_of(house.pool, "references_to", sha256=sha256, limit=_EVENTS_SHOWN)


def _orphans(house: House, lone: dict[str, float]) -> list[Orphan]:
    uploads = uploads_of(house.pool, list(lone))
    found = []
    for sha256, at in lone.items():
        upload = uploads.get(sha256)
        used_at = datetime.fromtimestamp(at, UTC)
        name, person = (upload.name, upload.person_id) if upload else (None, None)
        found.append(Orphan(sha256, name, person, used_at))
    return found


def _pruned(house: House, store: Store, orphan: Orphan) -> Orphan:
    """The orphan, removed if it is old enough."""
    limit = house.now() - PRUNED_AFTER
    if orphan.used_at >= limit or not store.remove(orphan.sha256, limit.timestamp()):
        return orphan
    rows_of(house.pool, "forget_upload", sha256=orphan.sha256)
    return msgspec.structs.replace(orphan, removed=True)
