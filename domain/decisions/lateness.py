"""Late entries 补录: what is told of a thing after later things were told of it already.

Custody, place, labels, counts and card fields may be entered late: they hold from their business
date until the next fact of their kind, and the answer is flagged. What changes state, value,
holder or a running process may not lie before the last fact that did: the later one was decided
on what stood then, so it is corrected or reversed first. Money goes to the open month anyway, and
what a thing is worth is booked in the order in which it was decided: nothing leaves the books on
a day before it came on them.
"""

from __future__ import annotations

from typing import Final

import msgspec

from domain.asset import Asset, decides, values
from domain.decisions.decision import Decision
from domain.envelope import Fact
from domain.events import AssetChanged, AssetReallocated, Changes
from domain.refusals import refuse_unless
from domain.world import World

FLAG: Final = "E_LATE_ENTRY"
_NOTHING: Final = Changes()


def late_told(decision: Decision, world: World) -> Decision:
    """Return the decision with late facts flagged; refuses `E_LATE_CONFLICT` and `E_DATE`."""
    for fact in decision.facts:
        _require_booked_in_order(fact, world)
    facts = tuple(_told(fact, world) for fact in decision.facts)
    if all(told is fact for told, fact in zip(facts, decision.facts, strict=True)):
        return decision
    flags = tuple(sorted({*decision.flags, FLAG}))
    return msgspec.structs.replace(decision, facts=facts, flags=flags)


def _told(fact: Fact, world: World) -> Fact:
    body = fact.body
    if not isinstance(body, AssetChanged) or fact.asset_id is None or body.changes == _NOTHING:
        return fact
    asset = world.asset(fact.asset_id)
    if asset.last_occurred_on is None or fact.occurred_on >= asset.last_occurred_on:
        return fact
    _require_order(fact, body, asset)
    late = msgspec.structs.replace(body, flags=(*body.flags, FLAG))
    return msgspec.structs.replace(fact, body=late)


def _require_order(fact: Fact, body: AssetChanged, asset: Asset) -> None:
    last = asset.decided_on
    in_order = last is None or fact.occurred_on >= last or not decides(body.changes)
    refuse_unless(
        in_order,
        "E_LATE_CONFLICT",
        f"{body.card_no} 最近一次变动在 {last}",
        f"{body.card_no} last changed on {last}",
        field="occurred_on",
    )


def _require_booked_in_order(fact: Fact, world: World) -> None:
    """Refuse to book a change of worth on a day before the last one was booked (E_DATE)."""
    body = fact.body
    worth = isinstance(body, AssetReallocated) or (isinstance(body, AssetChanged) and values(body))
    if not worth or fact.booked_on is None or fact.asset_id is None:
        return
    asset = world.asset(fact.asset_id)
    last = asset.valued_on
    card_no = asset.holding.card_no if asset.holding else ""
    refuse_unless(
        last is None or fact.booked_on >= last,
        "E_DATE",
        f"{card_no} 最近一次价值变动记账在 {last}，记账日期不得早于该日",
        f"{card_no}: its worth was last booked on {last}, book on that day or later",
        field="booked_on",
    )
