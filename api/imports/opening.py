"""The commands that a batch of imported cards is made of, each with an id that never changes."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Final

import msgspec

from api.imports.batch import ImportedCard
from api.imports.kept import ImportBatch
from domain.commands.command import OpeningCard
from domain.commands.structs import ImportOpeningCard, UndoImport
from domain.envelope import Attachment

_COMMANDS: Final = uuid.UUID("6d0f3f0c-6f0b-5a53-9d8c-6a2f6f8f7b11")


def command_id(batch_id: str, number: int, what: str = "release") -> str:
    """The command id of one part: the same for ever, so that a repeat changes nothing."""
    return str(uuid.uuid5(_COMMANDS, f"{batch_id}/{what}/{number}"))


def opening_command(
    batch: ImportBatch, cards: list[ImportedCard], generations: dict[str, int]
) -> ImportOpeningCard:
    """The command that brings in one part; `generations` of numbers that were undone before."""
    return ImportOpeningCard(
        occurred_on=batch.opening_on,
        unit_id=batch.unit_id,
        batch_id=batch.batch_id,
        prepared_by=batch.prepared_by,
        reason="期初导入",
        attachments=(Attachment(batch.digest, batch.filename, batch.size),),
        cards=tuple(_opening(one, generations.get(one.card.card_no, 1)) for one in cards),
    )


def _opening(one: ImportedCard, generation: int) -> OpeningCard:
    """The card with what its old books said; an old label and class stay readable on it."""
    card, memo = one.card, one.card.remark or ""
    if one.old_class_code:
        memo = f"{memo} 原分类{one.old_class_std} {one.old_class_code}".strip()
    if one.label_no and card.legacy_no and card.legacy_no != one.label_no:
        memo = f"{memo} 原标签{one.label_no}".strip()
    memo = " ".join([memo, *one.written]).strip()
    card = msgspec.structs.replace(
        card, remark=memo or None, legacy_no=card.legacy_no or one.label_no
    )
    return OpeningCard(
        card=card,
        state=one.state,
        accum_fen=one.opening.accum_fen,
        done_months=one.opening.done_months,
        old_booked_on=one.opening.booked_on,
        old_voucher_no=one.voucher_no,
        source_row=one.row,
        generation=generation,
    )


def undo_command(
    batch: ImportBatch, day: date, reason: str, part: list[tuple[str, bool]]
) -> UndoImport:
    """The command that undoes one part; asset ids, each with whether it was undone already."""
    return UndoImport(
        occurred_on=day,
        unit_id=batch.unit_id,
        batch_id=batch.batch_id,
        asset_ids=tuple(asset_id for asset_id, _ in part),
        reason=reason.strip() or None,
    )
