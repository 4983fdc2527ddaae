"""`import`: a workbook of cards prepared by one person and released by another."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import msgspec
import rich_click as click

from api.auth.powers import Role
from api.bootstrap import Works
from api.cli.desk import Desk, OutFile, as_user, ends_well, json_flag, who
from api.cli.output import REFUSED, note, pairs, say, table, to_json
from api.cli.progress import Steps
from api.cli.words import LANG, t
from api.imports import running
from api.imports.kept import ImportBatch
from api.imports.mapping import Mapping

_ERRORS_SHOWN = 50


@click.group("import", help=t("导入", "Bring in files"))
def imports() -> None:
    """Bring in files."""


@imports.command("cards", help=t("导入资产卡片 (xlsx, xls, csv)", "Import asset cards"))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--unit", required=True, help=t("单位编号", "unit id"))
@click.option(
    "--opening-date",
    required=True,
    metavar="YYYY-MM-DD",
    type=click.DateTime(["%Y-%m-%d"]),
    help=t("建账日期", "opening date"),
)
@click.option(
    "--mapping",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=t("列对应 JSON", "mapping as JSON"),
)
@click.option("--dry-run", is_flag=True, help=t("只演练", "rehearse only"))
@click.option("--partial", is_flag=True, help=t("有错误的行不导入", "leave wrong rows out"))
@click.option(
    "--errors-out",
    type=OutFile(),
    help=t("错误标注后的副本", "where to write the copy that marks errors"),
)
@click.option("--release-as", metavar="USER", help=t("由此账号复核入账", "release as this account"))
@as_user
@json_flag
@click.pass_obj
@ends_well
def cards(
    desk: Desk, file: Path, unit: str, opening_date: datetime, mapping: Path | None,
    errors_out: Path | None, release_as: str | None, username: str | None, *, dry_run: bool,
    partial: bool, as_json: bool,
) -> None:  # fmt: skip
    """Rehearse a workbook; without `--dry-run` submit it, and let a second person release it."""
    read_as = msgspec.json.decode(mapping.read_bytes(), type=Mapping) if mapping else None
    with desk.works() as works:
        preparer = who(works, username, Role.UNIT_ASSET_OFFICER)
        day: date = opening_date.date()
        batch = running.prepare(
            works.house, preparer, file.read_bytes(), file.name, unit, day, mapping=read_as
        )
        _tell_errors(works, batch, as_json=as_json)
        if errors_out is not None and batch.errors:
            errors_out.write_bytes(running.errors_file(works.house, batch))
        if dry_run or batch.status != "draft":
            _tell(batch, as_json=as_json)
            raise SystemExit(REFUSED if batch.errors and not partial else 0)
        batch = running.submit(works.house, preparer, batch.batch_id, partial=partial)
        if release_as is not None:
            batch = _release(works, batch.batch_id, release_as)
        _tell(batch, as_json=as_json)
        if release_as is None:
            line = f"taizhang import release {batch.batch_id} --as USER"
            note(t(f"请由另一人复核入账：{line}", f"A second person releases it: {line}"))


@imports.command("release", help=t("复核入账", "Release a submitted batch"))
@click.argument("batch_id", metavar="BATCH")
@click.option("--as", "username", required=True, metavar="USER", help=t("复核人账号", "account"))
@json_flag
@click.pass_obj
@ends_well
def release(desk: Desk, batch_id: str, username: str, *, as_json: bool) -> None:
    """Release a batch as a second person."""
    with desk.works() as works:
        _tell(_release(works, batch_id, username), as_json=as_json)


def _release(works: Works, batch_id: str, username: str) -> ImportBatch:
    works.start()
    with Steps(t("入账", "recording")) as steps:
        return running.release(works.house, who(works, username), batch_id, steps.count)


@imports.command("undo", help=t("撤销一个批次", "Undo a batch"))
@click.argument("batch_id", metavar="BATCH")
@click.option("--reason", required=True, help=t("原因", "reason"))
@as_user
@json_flag
@click.pass_obj
@ends_well
def undo(desk: Desk, batch_id: str, reason: str, username: str | None, *, as_json: bool) -> None:
    """Undo every card of a batch, or refuse."""
    with desk.works() as works:
        works.start()
        person = who(works, username, Role.UNIT_ACCOUNTANT, Role.UNIT_ASSET_OFFICER)
        with Steps(t("撤销", "undoing")) as steps:
            batch = running.undo(works.house, person, batch_id, reason, steps.count)
        _tell(batch, as_json=as_json)


@imports.command("list", help=t("批次清单", "List the batches"))
@as_user
@json_flag
@click.pass_obj
@ends_well
def listed(desk: Desk, username: str | None, *, as_json: bool) -> None:
    """List the batches of one's units, the newest first."""
    with desk.works() as works:
        batches = running.batches_for(works.house, who(works, username))
    rows = [msgspec.structs.asdict(batch) for batch in batches]
    if as_json:
        say(to_json(rows))
    else:
        names = ("batch_id", "unit_id", "filename", "status", "cards", "errors", "gross_fen")
        table(rows, names)


def _tell(batch: ImportBatch, *, as_json: bool) -> None:
    values = msgspec.structs.asdict(batch)
    if as_json:
        say(to_json(values))
        return
    names = ("batch_id", "unit_id", "filename", "status", "cards", "unchanged", "errors",
             "warnings", "gross_fen", "accum_fen", "done", "problem")  # fmt: skip
    pairs((name, values[name]) for name in names)


def _tell_errors(works: Works, batch: ImportBatch, *, as_json: bool) -> None:
    """The errors by row and column, on stderr."""
    if not batch.errors or as_json:
        return
    for error in running.rehearsal_of(works.house, batch).errors[:_ERRORS_SHOWN]:
        words = error.en if LANG == "en" else error.zh
        note(f"{error.sheet}!{error.column_letter}{error.row} {error.column_heading}: "
             f"{error.code} {words}（{error.value}）")  # fmt: skip
