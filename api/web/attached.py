"""The files behind a card: who attached what, when, to which event."""

from __future__ import annotations

from typing import Any, Final

from api.attachments.names import kind_named
from api.auth.powers import Thing, may
from api.web import words
from api.web.command_forms import fresh_id
from api.web.pages import Page
from domain.commands.table import COMMANDS
from domain.states import TERMINAL
from projections.queries import Row

_SHOWN_BY_BROWSERS: Final = frozenset({"image/jpeg", "image/png", "image/webp"})
_MEGABYTE: Final = 1024 * 1024


def files_of(page: Page, asset_id: str, holding: Row) -> dict[str, Any]:
    """What the Files tab of a card shows: its files, and those of its processes, newest first."""
    answer = page.ask("attachments", asset_id=asset_id, unit="", **page.values("cursor"))
    rows = [row for row in answer.rows if _is_shown(page, row)]
    if page.can_ask("process-attachments") and not page.values("cursor"):
        said = {(row["command_id"], row["sha256"]) for row in rows}
        steps = page.ask("process-attachments", asset_id=asset_id, unit="", limit="200").rows
        rows += [row for row in steps if (row["command_id"], row["sha256"]) not in said]
    rows.sort(key=lambda row: (row["position"], row["place"]), reverse=True)
    return {
        "rows": [row | _told(page, row) for row in rows],
        "more": answer.next_cursor,
        "people": page.names(*(row["actor_id"] for row in rows)),
        "may_attach": page.asked.is_now and _may_attach(page, holding),
        "command_id": fresh_id({}),
    }


def _is_shown(page: Page, row: Row) -> bool:
    """A custodian sees the files of his thing, not those of how it came into the books."""
    return not (page.principal.keeps_only_own and row["type"].startswith("asset.configured/"))


def _told(page: Page, row: Row) -> dict[str, Any]:
    kind = kind_named(row["name"])
    return {
        "title": words.event_name(row["sub_kind"], page.lang, None),
        "is_picture": kind is not None and kind.media_type in _SHOWN_BY_BROWSERS,
        "ending": row["name"].rpartition(".")[2][:5].upper(),
        "size_text": size_text(row["size"]),
    }


def _may_attach(page: Page, holding: Row) -> bool:
    spec = COMMANDS["attach-documents"]
    thing, action = Thing(spec.subject), spec.action
    allowed = may(page.principal.roles, thing, action)
    reach = page.house.scope_of(page.principal, thing, action) if allowed else None
    live = holding["state"] not in TERMINAL
    return reach is not None and reach.allows(holding["unit_id"]) and live


def size_text(size: int) -> str:
    """A size in bytes as people read it."""
    if size < _MEGABYTE:
        return f"{max(1, round(size / 1024))} KB"
    return f"{size / _MEGABYTE:.1f} MB"
