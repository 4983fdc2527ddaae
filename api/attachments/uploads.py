"""Who has brought which file in: the rows beside the log, and the store of this installation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from importlib.resources import files
from typing import Any, Final

import msgspec
import psycopg

from api.attachments.store import Store
from api.directory.database import Pool
from api.house import Settings
from api.problems import Problem
from eventstore.connection import OWNER, session_url
from eventstore.migrate import apply_migrations
from eventstore.statements import statements

SQL: Final = statements("api.attachments", "statements.sql")


class Upload(msgspec.Struct, frozen=True, kw_only=True):
    """A file as somebody brought it in; `name` is cleaned, `size` in bytes."""

    sha256: str
    person_id: str = ""
    name: str
    size: int
    media_type: str
    uploaded_at: datetime | None = None


def migrate_attachments(migrate_url: str) -> list[str]:
    """Bring the table of uploads up to date; the names of what was applied now."""
    with psycopg.connect(session_url(migrate_url, OWNER), autocommit=True) as connection:
        folder = files("api.attachments") / "schema"
        return apply_migrations(connection, folder, area="attachments")


def store_of(settings: Settings) -> Store:
    """The files of this installation; Problem E_ATTACHMENT_NO_DATA_DIR where there is no place."""
    if settings.data_dir is None:
        zh = "此服务器没有数据目录，不能保存附件。请联系系统管理员。"
        en = "This server has no data directory and keeps no files. Ask the operator."
        raise Problem("E_ATTACHMENT_NO_DATA_DIR", zh, en, status=503)
    return Store(settings.data_dir)


def rows_of(pool: Pool, statement: str, /, **values: Any) -> list[dict[str, Any]]:
    """The rows of a named statement."""
    with pool.connection() as connection:
        cur = connection.execute(SQL[statement], values)
        return [dict(row) for row in cur.fetchall()] if cur.description else []


def note_upload(pool: Pool, upload: Upload, now: datetime) -> None:
    """Note that `upload.person_id` has brought the file in."""
    values = msgspec.structs.asdict(upload) | {"now": now}
    rows_of(pool, "note_upload", **values)


def uploaded_by(pool: Pool, person_id: str, digests: Sequence[str]) -> dict[str, Upload]:
    """Digest to upload, of those files that the person has brought in."""
    rows = rows_of(pool, "uploaded", digests=list(digests), person_id=person_id)
    return {row["sha256"]: msgspec.convert(row, Upload) for row in rows}


def uploads_of(pool: Pool, digests: Sequence[str]) -> dict[str, Upload]:
    """Digest to its newest upload."""
    rows = rows_of(pool, "uploads_of", digests=list(digests))
    return {row["sha256"]: msgspec.convert(row, Upload) for row in reversed(rows)}
