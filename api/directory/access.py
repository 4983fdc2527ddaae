"""The record of who read what: foreign units' data, exports, sign-ins (handbook 1.6)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from api.directory.database import Pool, run


class AccessRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One act of reading or signing in; `units` is a list by commas, `*` is every unit."""

    at: datetime
    kind: str
    route: str
    person_id: str | None = None
    role: str = ""
    units: str = ""
    question: str = ""
    purpose: str = ""
    rows_read: int | None = None
    address: str = ""


def record_access(pool: Pool, record: AccessRecord) -> None:
    """Keep `record`; it is on disk before the reader gets his answer."""
    run(pool, "record_access", **msgspec.structs.asdict(record))


def access_records(
    pool: Pool, *, person_id: str | None = None, before: int | None = None, limit: int = 50
) -> list[dict[str, Any]]:
    """The newest records first; `before` is the last record id already seen."""
    rows = run(pool, "access_records", person_id=person_id, before=before, limit=limit)
    return [dict(row) for row in rows]
