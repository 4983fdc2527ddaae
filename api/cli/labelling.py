"""`labels` prints label sheets, `scan` finds the cards behind labels in photos."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import rich_click as click

from api.auth.identity import Principal
from api.auth.powers import Role
from api.bootstrap import Works
from api.cli.asking import answer_of
from api.cli.desk import Desk, OutFile, as_user, clocks, ends_well, json_flag, unit_option, who
from api.cli.output import REFUSED, fail, note, say, table, to_json
from api.cli.words import LANG, t
from api.commands.running import run_command
from api.labelling.faces import faces
from api.labelling.printing import check_printable, labels_of, sheet_pdf
from api.labelling.reading import Reader, look_up
from api.queries.asking import scope_for
from domain.commands.command import MANY
from domain.commands.structs import PrintLabel
from domain.states import HOLDING, State
from scanners.images import decode
from scanners.label_sizes import SIZES

_PAGE = 500
PRINTABLE = HOLDING | {State.ACCEPTED}


@click.command("labels", help=t("打印标签 (PDF)", "Print labels as PDF"))
@click.option("--out", required=True, type=OutFile(), help=t("输出文件", "file"))
@click.option("--limit", default=100, show_default=True, help=t("张数", "how many"))
@click.option(
    "--size",
    default="60x40",
    show_default=True,
    type=click.Choice(sorted(SIZES)),
    help=t("标签规格", "size of the labels"),
)
@click.option(
    "--base-url",
    default="http://127.0.0.1:8000",
    show_default=True,
    help=t("标签里的网址", "address in the code"),
)
@click.option(
    "--record/--no-record",
    default=True,
    show_default=True,
    help=t("记入卡片的打印记录", "record the printing on the cards"),
)
@unit_option
@as_user
@click.pass_obj
@ends_well
def labels(
    desk: Desk, out: Path, limit: int, size: str, base_url: str, unit: str | None,
    username: str | None, *, record: bool,
) -> None:  # fmt: skip
    """Write the labels of the first cards of the register, and record that they are printed."""
    with desk.works() as works:
        house = works.house
        settings = msgspec.structs.replace(house.settings, base_url=base_url)
        house = msgspec.structs.replace(house, settings=settings)
        principal = who(works, username, Role.UNIT_ASSET_OFFICER)
        unit_of = _register(works, unit, limit, username)
        if not unit_of:
            fail("E_NOT_FOUND", "没有可打印的卡片。", "There is no card to print.")
        check_printable(house)
        if record:
            _record(works, principal, unit_of)
        scope = scope_for(house, principal, {"unit": unit})
        things = faces(house, scope, clocks(works, None, None).as_of, list(unit_of))
        made = labels_of(house, things)
        out.write_bytes(sheet_pdf(made, size, 0))
    note(t(f"已写入 {out}（{len(made)} 张标签）", f"wrote {out} ({len(made)} labels)"))
    if len(made) < len(unit_of):
        note(t("没有标签号的卡片未打印。", "Cards without a label number are left out."))


def _record(works: Works, principal: Principal, unit_of: dict[str, str]) -> None:
    """Record the printing as the page does: one unit's things, as many as a command takes."""
    for unit_id in dict.fromkeys(unit_of.values()):
        own = tuple(asset_id for asset_id, unit in unit_of.items() if unit == unit_id)
        for first in range(0, len(own), MANY):
            chosen = own[first : first + MANY]
            command = PrintLabel(asset_ids=chosen, occurred_on=works.house.today())
            run_command(works.house, principal, "print-label", command)
    works.engine.catch_up()


def _register(works: Works, unit: str | None, limit: int, username: str | None) -> dict[str, str]:
    """The first things of the register that bear labels, each with its unit."""
    found: dict[str, str] = {}
    cursor = None
    while len(found) < limit:
        values = {"unit": unit, "limit": _PAGE, "cursor": cursor}
        page = answer_of(works, "register", values, username, None, None)
        rows = [row for row in page["rows"] if State(row["state"]) in PRINTABLE]
        found |= {row["asset_id"]: row["unit_id"] for row in rows}
        cursor = page["next_cursor"]
        if cursor is None:
            break
    return dict(list(found.items())[:limit])


@click.command("scan", help=t("识别照片中的标签", "Read the labels in photos"))
@click.argument(
    "images",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@as_user
@json_flag
@click.pass_obj
@ends_well
def scan(desk: Desk, images: tuple[Path, ...], username: str | None, *, as_json: bool) -> None:
    """Read photos; exits 1 when one of them shows no label of this system."""
    rows: list[dict[str, Any]] = []
    with desk.works() as works:
        principal = who(works, username)
        for image in images:
            rows += _read(works, principal, image)
    say(to_json(rows)) if as_json else table(rows)
    if any(row["status"] != "found" for row in rows):
        raise SystemExit(REFUSED)


def _read(works: Works, principal: Principal, image: Path) -> list[dict[str, Any]]:
    reading = decode(image.read_bytes())
    for warning in reading.warnings:
        note(warning.en if LANG == "en" else warning.zh)
    if not reading.hits:
        note(t(f"{image.name}：没有读出标签。", f"{image.name}: no label was read."))
        return [_row(image, "unreadable")]
    reader = Reader(
        house=works.house,
        principal=principal,
        asked=clocks(works, None, None),
        lang=LANG,
        route="cli:scan",
        address="local",
    )
    stages = {hit.text.strip(): hit.stage for hit in reading.hits}
    rows = []
    for seen in look_up(reader, stages):
        thing = seen.thing
        rows.append(
            _row(image, seen.status)
            | {"label_no": seen.label_no or None, "stage": stages[seen.text]}
            | {"genuine": seen.genuine, "message": seen.message}
            | ({"card_no": thing.card_no, "name": thing.name, "unit": thing.unit} if thing else {})
        )
    return rows


def _row(image: Path, status: str) -> dict[str, Any]:
    names = ("label_no", "card_no", "name", "unit", "stage", "genuine", "message")
    return {"file": image.name, "status": status} | dict.fromkeys(names)
