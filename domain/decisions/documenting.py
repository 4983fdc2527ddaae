"""Papers 附件: files added to a card later, as a fact of their own."""

from __future__ import annotations

from domain.commands.documenting import AttachDocuments
from domain.decisions.decision import Decision, changed, require_state, the_assets
from domain.events import Changes
from domain.refusals import refuse_unless
from domain.states import TERMINAL, State
from domain.world import World

LIVE = frozenset(State) - TERMINAL


def attach_documents(command: AttachDocuments, world: World) -> Decision:
    """Record that files belong to these cards; nothing else about them changes."""
    assets = the_assets(world, command.asset_ids)
    for asset in assets:
        require_state(asset, LIVE, command)
    refuse_unless(command.attachments, "E_NO_ATTACHMENT", field="attachments")
    return Decision(
        facts=tuple(
            changed(asset, command, "asset.corrected/1", "CORRECT.ATTACH", Changes())
            for asset in assets
        )
    )
