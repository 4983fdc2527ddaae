"""What a page says of the things that it names: one question for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from api.web.pages import Page
from projections.queries import Row


def cards_of(page: Page, asset_ids: Sequence[str], **values: Any) -> dict[str, Row]:
    """The newest holding of each thing by its id, of those that the reader may see, in order."""
    if not asset_ids or not page.can_ask("card"):
        return {}
    newest: dict[str, Row] = {}
    for row in page.ask("card", asset_ids=list(asset_ids), **values).rows:
        newest.setdefault(row["asset_id"], row)
    return {asset_id: newest[asset_id] for asset_id in asset_ids if asset_id in newest}
