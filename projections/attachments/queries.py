"""Questions about files: those behind a thing, and those behind a process."""

from __future__ import annotations

from typing import Any

from eventstore.statements import statements
from projections.asof import AsOf, Scope
from projections.queries import (
    Answer,
    Cursor,
    PageParams,
    QueryError,
    fetched,
    key_of,
    page_of,
    query,
)

_SQL = statements("projections.attachments", "queries.sql")
_KEY = ("position", "place")


class AttachmentsParams(PageParams, frozen=True, kw_only=True):
    """The thing whose events name the files."""

    asset_id: str


class ProcessAttachmentsParams(PageParams, frozen=True, kw_only=True):
    """One process, or a thing for all processes that it was in."""

    process_id: str | None = None
    asset_id: str | None = None


def _page(
    cur: Cursor, name: str, params: PageParams, as_of: AsOf, scope: Scope, **asked: Any
) -> Answer:
    before, place = key_of(params.cursor, int, int) if params.cursor else (None, None)
    limit = params.rows_wanted
    values = {"before": before, "place": place, "limit": limit + 1, **asked}
    cur.execute(_SQL[name], values | as_of.parameters() | scope.parameters())
    return page_of(fetched(cur), limit, _KEY)


@query("attachments", "资产附件", "files of a card", AttachmentsParams)
def attachments(cur: Cursor, params: AttachmentsParams, as_of: AsOf, scope: Scope) -> Answer:
    """Answer with the files that the thing's events name: who attached what, when, to which."""
    return _page(cur, "attachments", params, as_of, scope, asset_id=params.asset_id)


@query("process-attachments", "业务单附件", "files of a process", ProcessAttachmentsParams)
def process_attachments(
    cur: Cursor, params: ProcessAttachmentsParams, as_of: AsOf, scope: Scope
) -> Answer:
    """Answer with the files that the steps of a process name."""
    if not (params.process_id or params.asset_id):
        raise QueryError(
            "E_PROCESS_UNNAMED",
            "process_id",
            "请给出业务单编号或资产编号。",
            "Name the process or the asset.",
        )
    named = {"process_id": params.process_id, "asset_id": params.asset_id}
    return _page(cur, "process_attachments", params, as_of, scope, **named)
