"""Another class for a card 变更资产分类: the nature is told anew, the books stay as they are (4.6).

The class does not decide the account (notes of GB/T 14885-2022, N3), and the handbook knows no
entry from 1601 to 1701 (5.2): a class of another account or of other depreciation is refused.
"""

from __future__ import annotations

import msgspec

from domain.asset import Asset
from domain.cards import Card
from domain.catalogue import classes, lives
from domain.catalogue.crosswalk import CANDIDATES_MAX, Candidate, crosswalk
from domain.commands.carding import Reclassify
from domain.decisions.card_rules import examined_change
from domain.decisions.decision import (
    Decision,
    changed,
    exempt,
    held,
    require_state,
    the_assets,
)
from domain.envelope import Fact
from domain.events import Changes, Scalar
from domain.refusals import refuse_unless
from domain.states import HOLDING, State
from domain.world import World

RECLASSIFIED = "CORRECT.RECLASSIFY"
SOFT_HERE = frozenset({"E_LIFE_BELOW_MINIMUM", "E_BATCH_CARD", "E_TRAIT"})
"""What the card keeps from its former class: its life (told below), its pieces, its traits."""


def reclassify(command: Reclassify, world: World) -> Decision:
    """Give cards another class; number, value, life and basis stay, so no month begins anew."""
    refuse_unless(command.reason, "E_REASON", field="reason")
    refuse_unless(
        command.class_std in classes.CODE_FORMS, "E_CLASS_UNKNOWN", command.class_std,
        field="class_std",
    )  # fmt: skip
    facts: list[Fact] = []
    flags: set[str] = set()
    for asset in the_assets(world, command.asset_ids):
        require_state(asset, HOLDING | {State.ACCEPTED}, command)
        fact, found = _reclassified(asset, command, world)
        facts.append(fact)
        flags.update(found)
    return Decision(facts=tuple(facts), flags=tuple(sorted(flags)))


def _reclassified(asset: Asset, command: Reclassify, world: World) -> tuple[Fact, tuple[str, ...]]:
    before = held(asset).card
    after = _with_class(before, command)
    _require_same_books(before, after)
    looked = examined_change(f"asset:{asset.asset_id}", before, after, world, but=SOFT_HERE)
    flags = (*looked.flags, *_soft(before, after))
    card: dict[str, Scalar] = {
        name: getattr(after, name)
        for name in ("class_std", "class_code", "card_type")
        if getattr(after, name) != getattr(before, name)
    }
    fact = changed(
        asset,
        command,
        "asset.corrected/1",
        RECLASSIFIED,
        Changes(card=card),
        detail={"document_no": command.document_no},
        flags=flags,
        corrects=asset.registration_event_id,
    )
    return fact, flags


def _with_class(card: Card, command: Reclassify) -> Card:
    code = command.class_code or _proposed(card, command.class_std)
    finding = classes.check_code(command.class_std, code)
    refuse_unless(
        finding is None or finding.severity != "error", "E_CLASS_UNKNOWN", code, field="class_code"
    )
    refuse_unless(
        (command.class_std, code) != (card.class_std, card.class_code),
        "E_CARD_FIELD",
        f"{card.card_no} 已是该分类",
        f"{card.card_no} has this class already",
        field="class_code",
    )
    style = classes.card_type(code) if command.class_std == classes.STD_2022 else None
    return msgspec.structs.replace(
        card, class_std=command.class_std, class_code=code, card_type=style or card.card_type
    )


def _proposed(card: Card, std: str) -> str:
    """Return the one class that the crosswalk proposes; refuses with the candidates otherwise."""
    rows = [found.row for found in _candidates(card)] if std == classes.STD_2022 else []
    named = "、".join(f"{row.code} {row.name}" for row in rows[:CANDIDATES_MAX])
    refuse_unless(
        len(rows) == 1,
        "E_CLASS_CHOICE",
        f"{card.card_no} {card.name}：{named or '对照表无候选'}",
        f"{card.card_no}: {named or 'no candidate'}",
        field="class_code",
    )
    return rows[0].code


def _candidates(card: Card) -> tuple[Candidate, ...]:
    return crosswalk(card.class_std, card.class_code, card.name)


def _require_same_books(before: Card, after: Card) -> None:
    """Refuse a class of another account, or one that begins or ends depreciation."""
    usual = classes.account_of(after.class_code) if after.class_std == classes.STD_2022 else None
    was = classes.account_of(before.class_code) if before.class_std == classes.STD_2022 else None
    kept_another = was is not None and was != before.account_code[:4]
    refuse_unless(
        usual is None or usual == before.account_code[:4] or kept_another,
        "E_RECLASS_BOOKS",
        f"{after.class_code} 通常列 {usual}，卡片在 {before.account_code}",
        f"{after.class_code} belongs to {usual}, the card stands in {before.account_code}",
        field="class_code",
    )
    refuse_unless(
        exempt(before) == exempt(after),
        "E_RECLASS_BOOKS",
        f"{after.class_code} 的折旧口径不同",
        f"{after.class_code} is depreciated otherwise",
        field="class_code",
    )


def _soft(before: Card, after: Card) -> tuple[str, ...]:
    """Return flags: not among the crosswalk's candidates, or a life below the new minimum."""
    flags = []
    if after.class_std == classes.STD_2022 and before.class_std != classes.STD_2022:
        known = {found.row.code for found in _candidates(before)}
        if known and after.class_code not in known:
            flags.append("E_CROSSWALK")
    structure = after.traits.get("structure")
    rule = lives.life_rule(after.class_code, str(structure or ""), after.class_std)
    if rule and after.life_months and after.life_months < rule.min_months and not exempt(after):
        flags.append("E_LIFE_SHORT")
    return tuple(flags)
