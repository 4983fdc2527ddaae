"""The ledger's own word on each card of a file, asked before anything is recorded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec

from api.auth.powers import Role
from api.house import Ledger
from api.imports.batch import ImportedCard
from api.imports.refusals import RowError
from api.imports.rehearsal import Rehearsal
from api.imports.walk import serial_warning
from api.problems import Problem
from domain.commands.command import MANY
from domain.commands.structs import ImportOpeningCard
from domain.decisions.serials import FLAG as SAME_SERIAL
from domain.envelope import Actor
from domain.refusals import Refused

REFUSALS_MAX: Final = 50
"""Cards refused by the ledger that are named one by one; each costs a handful of decisions."""

# What concerns the unit, its books or the day, and so every card alike.
_WHOLE: Final = frozenset(
    {"E_UNKNOWN_UNIT", "E_PERIOD_CLOSED", "E_PERIOD_RUN", "E_NO_BOOKS", "E_EXISTS"}
)

Cards = list[ImportedCard]


def tried(
    ledger: Ledger, found: Rehearsal, command: Callable[[Cards], ImportOpeningCard]
) -> Rehearsal:
    """`found` without the cards that the ledger would refuse; those are errors of their rows.

    What the ledger has against the whole batch is raised as a Problem.
    """
    actor = Actor(person_id="rehearsal", role=Role.UNIT_ACCOUNTANT, unit_id=found.unit_id)
    errors: list[RowError] = []
    passed: Cards = []
    flagged: Cards = []

    def ask(cards: Cards) -> None:
        try:
            answer = ledger.execute(command(cards), actor, dry_run=True)
        except Refused as refusal:
            _raise_if_whole(refusal)
            if len(cards) == 1:
                errors.append(_error(found, cards[0], refusal))
            elif len(errors) < REFUSALS_MAX:
                half = len(cards) // 2
                ask(cards[:half])
                ask(cards[half:])
            else:
                errors.append(_unasked(found, cards[0], refusal))
        else:
            passed.extend(cards)
            flagged.extend(same_serial(answer, cards))

    for at in range(0, len(found.cards), MANY):
        ask(found.cards[at : at + MANY])
    if errors:
        found = _without(found, passed, errors)
    return _with_flags(found, flagged)


def same_serial(answer: Any, cards: Cards) -> Cards:
    """Those of `cards` of which the ledger says that a live card bears their serial number."""
    bearers = frozenset(answer.created.get("same_serial", ()))
    if not bearers:
        return []
    return [one for one, made in zip(cards, answer.created["asset_ids"], strict=True)
            if made in bearers]  # fmt: skip


def _with_flags(found: Rehearsal, flagged: Cards) -> Rehearsal:
    """`found` with a warning for each flagged card that the file itself did not show to be one."""
    told = {one.row for one in found.warnings if one.code == SAME_SERIAL}
    zh = "在账的另一张卡片(可能属于其他单位)同品牌型号、出厂编号相同;可以导入,但会带标记入账,请核对"
    en = "another live card (of any unit) bears this serial number; imported, but flagged"
    fresh = [
        serial_warning(found.sheet, found.mapping, one, zh, en)
        for one in flagged
        if one.row not in told
    ]
    return msgspec.structs.replace(found, warnings=found.warnings + fresh) if fresh else found


def _raise_if_whole(refusal: Refused) -> None:
    if refusal.code in _WHOLE:
        status = refusal.rule.status
        raise Problem(refusal.code, refusal.zh, refusal.en, status=status) from refusal


def _error(found: Rehearsal, one: ImportedCard, refusal: Refused) -> RowError:
    # The ledger names a field by its place in the command: cards/0/card/traits/vin.
    field = (refusal.field or "card_no").rpartition("card/")[2].replace("/", ".")
    column = found.mapping.column_of(field)
    return RowError(
        found.sheet, one.row, column.heading if column else "", column.letter if column else "",
        one.card.card_no, refusal.code, refusal.zh, refusal.en, field,
    )  # fmt: skip


def _unasked(found: Rehearsal, first: ImportedCard, refusal: Refused) -> RowError:
    """One of the next rows is refused as well; which one is told once the others are corrected."""
    error = _error(found, first, refusal)
    return msgspec.structs.replace(
        error,
        zh=f"{error.zh}(自本行起的若干行内,请先更正其他错误后再试)",
        en=f"{error.en} (somewhere from this row on; correct the others first)",
    )


def _without(found: Rehearsal, passed: Cards, errors: list[RowError]) -> Rehearsal:
    out = len(found.cards) - len(passed)
    return msgspec.structs.replace(
        found,
        cards=passed,
        errors=sorted(found.errors + errors, key=lambda one: (one.row, one.column_letter)),
        counts=found.counts | {"cards": len(passed), "errors": found.counts["errors"] + out},
        gross_fen=sum(one.card.gross_fen for one in passed),
        accum_fen=sum(one.opening.accum_fen for one in passed),
    )
