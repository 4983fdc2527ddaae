"""A workbook's way into the ledger: prepared by one person, released by another, undone whole.

    batch = prepare(house, officer, data, "cards.xlsx", "U001", date(2026, 1, 1))
    batch = correct(house, officer, batch.batch_id, mapping=…, defaults=…)   # as often as needed
    batch = submit(house, officer, batch.batch_id)
    batch = release(house, accountant, batch.batch_id, progress)

Pages, the HTTP interface and the command line all go this way. What was submitted is kept as it
is; each part of at most 900 cards has a command id of its own made from the batch and the part's
number, so a release that was cut short is simply run again: what is recorded is not recorded
twice.
"""

from __future__ import annotations

import hashlib
import io
import secrets
from collections.abc import Callable
from datetime import date
from typing import Any, Final

import msgspec

from api.attachments.receiving import keep_workbook
from api.auth.identity import Principal
from api.auth.powers import CREATE, Thing, may
from api.commands.running import run_command
from api.directory.people import Person, put_people
from api.house import SHANGHAI, House
from api.imports import kept
from api.imports.batch import Defaults, ImportedCard
from api.imports.errors_book import errors_book
from api.imports.kept import Batches, Folder, ImportBatch
from api.imports.mapping import Mapping
from api.imports.opening import command_id, opening_command, undo_command
from api.imports.receipt import receipt_book
from api.imports.rehearsal import Rehearsal
from api.imports.rehearsing import Known, heads_of, rehearsed, remembered, samples, sheets_of
from api.imports.trial import same_serial
from api.problems import Problem
from domain.commands.command import MANY
from domain.commands.structs import UndoImport

Progress = Callable[[int, int], None]
"""Called with the cards recorded so far and the cards there are."""

_FILENAME_MAX: Final = 200


def prepare(
    house: House,
    principal: Principal,
    data: bytes,
    filename: str,
    unit_id: str,
    opening_on: date,
    *,
    mapping: Mapping | None = None,
    defaults: Defaults | None = None,
) -> ImportBatch:
    """Keep a workbook and rehearse it; the same file again gives the batch that it made before.

    Problem E_FORBIDDEN, E_OUT_OF_SCOPE, E_UNKNOWN_UNIT, E_FILE_….
    """
    _check_preparer(house, principal, unit_id)
    filename = _bare_name(filename)
    digest = hashlib.sha256(data).hexdigest()
    batches = Batches(house.pool)
    before = batches.same_file(digest, unit_id, opening_on)
    if before is not None:
        if before.status == kept.DRAFT and (mapping or defaults):
            return correct(house, principal, before.batch_id, mapping=mapping, defaults=defaults)
        return before
    batch_id = f"IM-{house.today():%Y%m%d}-{secrets.token_hex(4)}"
    sheets = sheets_of(data, filename)
    used = mapping or remembered(batches, sheets, unit_id)
    heads = heads_of(sheets)
    # A large workbook is opened again by the rehearsal: it need not be held twice.
    del sheets
    given = defaults or Defaults()
    draft = ImportBatch(
        batch_id=batch_id, unit_id=unit_id, opening_on=opening_on, filename=filename,
        digest=digest, size=len(data), mapping=None, defaults="", status=kept.DRAFT, cards=0,
        unchanged=0, errors=0, warnings=0, gross_fen=0, accum_fen=0, done=0, problem=None,
        prepared_by=principal.person_id, prepared_at=house.now(), submitted_at=None,
        released_by=None, released_at=None, undo_reason=None, undo_on=None, undone_by=None,
        undone_at=None, touched_at=house.now(),
    )  # fmt: skip
    found = rehearsed(house, draft, data, used, given)
    folder = Folder(house.settings.data_dir, batch_id)
    folder.keep_file(data)
    folder.keep(found)
    folder.keep_samples(samples(heads, found))
    batches.open(
        batch_id=batch_id, unit_id=unit_id, opening_on=opening_on, filename=filename,
        digest=digest, size=len(data), mapping=_json(found.mapping), defaults=_json(given),
        prepared_by=principal.person_id, now=house.now(),
    )  # fmt: skip
    return _keep_figures(house, batch_id, found, given)


def correct(
    house: House,
    principal: Principal,
    batch_id: str,
    *,
    mapping: Mapping | None = None,
    defaults: Defaults | None = None,
) -> ImportBatch:
    """Rehearse a draft again, with other columns, class choices or defaults."""
    batch = find(house, principal, batch_id)
    _check_preparer(house, principal, batch.unit_id)
    if batch.status != kept.DRAFT:
        raise _not_draft()
    folder = Folder(house.settings.data_dir, batch_id)
    used, given = mapping or batch.read_as, defaults or batch.given
    found = rehearsed(house, batch, folder.file(), used, given)
    folder.keep(found)
    if mapping is not None and mapping.sheet != (batch.read_as and batch.read_as.sheet):
        heads = heads_of(sheets_of(folder.file(), batch.filename))
        folder.keep_samples(samples(heads, found))
    return _keep_figures(house, batch_id, found, given)


def submit(
    house: House, principal: Principal, batch_id: str, *, partial: bool = False
) -> ImportBatch:
    """Hand a draft to the second person; from here on its cards stay as they are.

    What a clerk corrected in the reading of the columns is remembered for their headings.

    Rows with errors stay out only when `partial` says so: Problem E_IMPORT_ERRORS. Nothing new
    in the file: Problem E_IMPORT_NOTHING.
    """
    batch = _as_of_now(house, principal, batch_id)
    if batch.errors and not partial:
        raise Problem(
            "E_IMPORT_ERRORS",
            f"还有 {batch.errors} 处错误。请更正文件后重新上传，或确认只导入没有错误的行。",
            f"{batch.errors} errors are left: correct the file or confirm leaving those rows out.",
            status=422,
        )
    if not batch.cards:
        same = batch.unchanged and not batch.errors
        zh = f"{batch.unchanged} 张卡片都已在账，没有变化。" if same else "没有可以导入的卡片。"
        en = "All cards are in the ledger already." if same else "There is no card to import."
        raise Problem("E_IMPORT_NOTHING", zh, en, status=422)
    batches = Batches(house.pool)
    if batch.read_as is not None and _is_corrected(batch.read_as):
        batches.remember(batch.read_as, batch.unit_id, principal.person_id, house.now())
    return batches.move(batch_id, [kept.DRAFT], kept.SUBMITTED, house.now())


def _is_corrected(mapping: Mapping) -> bool:
    chosen = mapping.class_choices or mapping.class_std
    return bool(chosen) or any(column.how == "clerk" for column in mapping.columns)


def _as_of_now(house: House, principal: Principal, batch_id: str) -> ImportBatch:
    """The draft, rehearsed anew if the day or a number in it was taken since the last time."""
    batch = find(house, principal, batch_id)
    _check_preparer(house, principal, batch.unit_id)
    if batch.status != kept.DRAFT:
        raise _not_draft()
    known = Known(house, batch.unit_id)
    folder = Folder(house.settings.data_dir, batch_id)
    taken = any(known.digests(numbers) for numbers in folder.card_numbers())
    same_day = batch.touched_at.astimezone(SHANGHAI).date() == house.today()
    return batch if same_day and not taken else correct(house, principal, batch_id)


def take_back(house: House, principal: Principal, batch_id: str) -> ImportBatch:
    """Make a submitted batch a draft again, before anybody has released it."""
    batch = find(house, principal, batch_id)
    if not may(principal.roles, Thing.VOUCHER, CREATE):
        _check_preparer(house, principal, batch.unit_id)
    return Batches(house.pool).move(batch_id, [kept.SUBMITTED], kept.DRAFT, house.now())


def discard(house: House, principal: Principal, batch_id: str) -> ImportBatch:
    """Throw a draft away."""
    batch = find(house, principal, batch_id)
    _check_preparer(house, principal, batch.unit_id)
    return Batches(house.pool).move(batch_id, [kept.DRAFT], kept.DISCARDED, house.now())


def release(
    house: House, principal: Principal, batch_id: str, progress: Progress | None = None
) -> ImportBatch:
    """Record the cards of a submitted batch, part by part; safe to run again after a kill.

    By another person than the preparer: Problem E_SELF_POSTING.
    """
    batch = find(house, principal, batch_id)
    if batch.status == kept.RELEASED:
        return batch
    check_releaser(house, principal, batch)
    batches = Batches(house.pool)
    from_ = [kept.SUBMITTED, kept.RELEASING]
    person_id = principal.person_id
    batches.move(batch_id, from_, kept.RELEASING, house.now(), person_id=person_id)
    folder = Folder(house.settings.data_dir, batch_id)
    _welcome(house, batch, folder.rehearsal())
    keep_workbook(house, person_id, io.BytesIO(folder.file()), batch.filename)
    try:
        for number, part in enumerate(folder.card_parts()):
            last = (number + 1) * MANY >= batch.cards
            _release_part(house, principal, batch, number, part, wait=last)
            done = number * MANY + len(part)
            batches.count_done(batch_id, done, house.now())
            if progress is not None:
                progress(done, batch.cards)
    except Problem as problem:
        if not batches.cards_of(batch_id):
            # Nothing is recorded: the batch can still be taken back and corrected.
            batches.move(batch_id, [kept.RELEASING], kept.SUBMITTED, house.now())
        batches.note_problem(batch_id, f"{problem.code} {problem.detail_zh}", house.now())
        raise
    return batches.move(batch_id, [kept.RELEASING], kept.RELEASED, house.now())


def undo(
    house: House,
    principal: Principal,
    batch_id: str,
    reason: str,
    progress: Progress | None = None,
) -> ImportBatch:
    """Undo every card of a released batch by correcting events; all of them or, refused, none.

    Cards that were used since are named by Problem E_TOUCHED. Cut short, it is simply run again,
    by whomever: what is undone is not undone twice.
    """
    batch = find(house, principal, batch_id)
    batches = Batches(house.pool)
    asset_ids = batches.cards_of(batch_id)
    pieces = [asset_ids[at : at + MANY] for at in range(0, len(asset_ids), MANY)]
    if batch.status == kept.RELEASED:
        commands = [undo_command(batch, house.today(), reason, part) for part in pieces]
        _require_untouched(house, principal, commands)
    elif batch.status == kept.UNDONE:
        return batch
    batch = batches.move(
        batch_id, [kept.RELEASED, kept.RELEASING, kept.UNDOING], kept.UNDOING, house.now(),
        person_id=principal.person_id, reason=reason, day=house.today(),
    )  # fmt: skip
    kept_cards: list[str] = []
    try:
        for number, part in enumerate(pieces):
            last = number == len(pieces) - 1
            if not all(undone for _, undone in part):
                kept_cards += _undo_part(house, principal, batch, number, part, wait=last)
            if progress is not None:
                progress(min((number + 1) * MANY, len(asset_ids)), len(asset_ids))
    except Problem as problem:
        batches.note_problem(batch_id, f"{problem.code} {problem.detail_zh}", house.now())
        raise
    batch = batches.move(batch_id, [kept.UNDOING], kept.UNDONE, house.now())
    if kept_cards:
        said = "；".join(dict.fromkeys(kept_cards))
        batches.note_problem(batch_id, f"E_TOUCHED 下列卡片保留在账：{said}", house.now())
    return batches.get(batch_id)


# --- reading -------------------------------------------------------------------------------


def find(house: House, principal: Principal, batch_id: str) -> ImportBatch:
    """The batch, if it belongs to a unit whose cards the caller reads."""
    batch = Batches(house.pool).get(batch_id)
    if not house.scope_of(principal, Thing.CARD).allows(batch.unit_id):
        raise Problem("E_OUT_OF_SCOPE")
    return batch


def batches_for(
    house: House, principal: Principal, unit_id: str | None = None
) -> list[ImportBatch]:
    """The batches of the caller's units, the newest first."""
    scope = house.scope_of(principal, Thing.CARD).narrowed(unit_id)
    return Batches(house.pool).of_units(scope.units)


def rehearsal_of(house: House, batch: ImportBatch, *, cards: bool = False) -> Rehearsal:
    """What the last rehearsal of the batch found, with its cards where asked."""
    folder = Folder(house.settings.data_dir, batch.batch_id)
    found = folder.rehearsal()
    return msgspec.structs.replace(found, cards=folder.cards()) if cards else found


def errors_file(house: House, batch: ImportBatch) -> bytes:
    """The clerk's workbook given back with what is wrong, as .xlsx bytes."""
    folder = Folder(house.settings.data_dir, batch.batch_id)
    return errors_book(folder.file(), batch.filename, folder.rehearsal())


def receipt_file(house: House, batch: ImportBatch, imported_by: str) -> bytes:
    """The receipt of a released batch, as .xlsx bytes; `imported_by` names both persons."""
    if batch.released_at is None:
        raise Problem(
            "E_IMPORT_STATUS", "该批次尚未导入，没有回执。",
            "The batch was not released yet; there is no receipt.", status=409,
        )  # fmt: skip
    at = batch.released_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
    flagged = Folder(house.settings.data_dir, batch.batch_id).flagged()
    found = rehearsal_of(house, batch, cards=True)
    return receipt_book(found, batch.batch_id, at, imported_by, flagged)


def check_releaser(house: House, principal: Principal, batch: ImportBatch) -> None:
    """Refuse whoever may not release the batch: another person, with power over vouchers."""
    if not may(principal.roles, Thing.VOUCHER, CREATE):
        raise Problem("E_FORBIDDEN")
    if not house.scope_of(principal, Thing.VOUCHER, CREATE).allows(batch.unit_id):
        raise Problem("E_OUT_OF_SCOPE")
    if principal.person_id == batch.prepared_by:
        raise Problem(
            "E_SELF_POSTING", "制单人与复核入账人不能是同一人，请由会计复核导入。",
            "Another person than the preparer must release the import.", status=422,
        )  # fmt: skip


def check_releasable(batch: ImportBatch) -> None:
    """Refuse a batch that was not submitted or is undone."""
    if batch.status not in (kept.SUBMITTED, kept.RELEASING, kept.RELEASED):
        raise Problem(
            "E_IMPORT_STATUS", "该批次尚未提交或已撤销，不能复核导入。",
            "The batch was not submitted or is undone; it cannot be released.", status=409,
        )  # fmt: skip


# --- parts ---------------------------------------------------------------------------------


def _check_preparer(house: House, principal: Principal, unit_id: str) -> None:
    if not may(principal.roles, Thing.CARD, CREATE):
        raise Problem("E_FORBIDDEN")
    if not house.scope_of(principal, Thing.CARD, CREATE).allows(unit_id):
        raise Problem("E_OUT_OF_SCOPE")
    if unit_id not in house.units.lines():
        raise Problem("E_UNKNOWN_UNIT", "没有这个单位。", "There is no such unit.", status=404)


def _bare_name(filename: str) -> str:
    name = filename.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(c for c in name if c.isprintable())[-_FILENAME_MAX:] or "cards"


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _not_draft() -> Problem:
    return Problem(
        "E_IMPORT_STATUS", "该批次已提交，不能再改。如需更改请先退回。",
        "The batch was submitted and cannot be changed; take it back first.", status=409,
    )  # fmt: skip


def _keep_figures(
    house: House, batch_id: str, found: Rehearsal, given: Defaults
) -> ImportBatch:  # fmt: skip
    return Batches(house.pool).rehearsed(
        batch_id, mapping=_json(found.mapping), defaults=_json(given), cards=len(found.cards),
        unchanged=found.counts["unchanged"], errors=len(found.errors),
        warnings=len(found.warnings), gross_fen=found.gross_fen, accum_fen=found.accum_fen,
        now=house.now(),
    )  # fmt: skip


def _release_part(
    house: House,
    principal: Principal,
    batch: ImportBatch,
    number: int,
    part: list[ImportedCard],
    *,
    wait: bool,
) -> None:
    batches = Batches(house.pool)
    last = batches.last_generations([one.card.card_no for one in part])
    # A part that was recorded before finds its own cards here and is decided as it was then.
    again = {no: row["generation"] + (1 if row["undone"] else 0) for no, row in last.items()}
    command = opening_command(batch, part, again)
    receipt = run_command(
        house, principal, "import-opening-card", command,
        command_id=command_id(batch.batch_id, number), wait=wait,
    )  # fmt: skip
    generations = [opening.generation for opening in command.cards]
    Folder(house.settings.data_dir, batch.batch_id).keep_flagged(number, same_serial(receipt, part))
    batches.keep_cards(batch, part, generations, receipt.created["asset_ids"])


def _undo_part(
    house: House,
    principal: Principal,
    batch: ImportBatch,
    number: int,
    part: list[tuple[str, bool]],
    *,
    wait: bool,
) -> list[str]:
    """Undo a part; what is said of cards that were used while the undoing went on, and stay.

    All were untouched when it began, and an undoing that has begun is brought to its end.
    """

    def undo_cards(cards: list[tuple[str, bool]], name: str) -> None:
        day, reason = batch.undo_on or house.today(), batch.undo_reason or ""
        run_command(
            house, principal, "undo-import", undo_command(batch, day, reason, cards),
            command_id=command_id(batch.batch_id, number, name), wait=wait,
        )  # fmt: skip
        Batches(house.pool).mark_undone(batch.batch_id, [asset_id for asset_id, _ in cards])

    try:
        undo_cards(part, "undo")
    except Problem as problem:
        if problem.code != "E_TOUCHED":
            raise
    else:
        return []
    stay: list[str] = []
    for one in part:
        try:
            undo_cards([one], f"undo/{one[0]}")
        except Problem as problem:
            if problem.code != "E_TOUCHED":
                raise
            stay.append(problem.detail_zh)
    return stay


def _require_untouched(house: House, principal: Principal, commands: list[UndoImport]) -> None:
    """Refuse if any card of any part was used since, naming those of all parts."""
    touched: list[Problem] = []
    for command in commands:
        try:
            run_command(house, principal, "undo-import", command, dry_run=True)
        except Problem as problem:
            if problem.code != "E_TOUCHED":
                raise
            touched.append(problem)
    if touched:
        zh = "；".join(problem.detail_zh for problem in touched)
        en = "; ".join(problem.detail_en for problem in touched)
        raise Problem("E_TOUCHED", zh, en, status=touched[0].status)


def _welcome(house: House, batch: ImportBatch, found: Rehearsal) -> None:
    """Write the people that only this file names into the directory, before cards carry them."""
    fresh = f"p-{batch.batch_id.lower()}-"
    put_people(
        house.pool,
        (
            Person(person_id=one.id, name=one.name, unit_id=batch.unit_id)
            for one in found.people
            if one.id.startswith(fresh)
        ),
    )
