"""Commands of papers: files that are added to a card later."""

from __future__ import annotations

from domain.commands.command import Command, Ids


class AttachDocuments(Command, frozen=True):
    """Add files to cards after the fact: an invoice that came late, a photo (补充附件)."""

    asset_ids: Ids
