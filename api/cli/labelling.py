"""`labels` prints label sheets, `scan` finds the cards behind labels in photos."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import rich_click as click

from api.bootstrap import Works
from api.cli.asking import answer_of
from api.cli.desk import Desk, as_user, ends_well, json_flag, unit_option
from api.cli.output import REFUSED, fail, note, say, table, to_json
from api.cli.words import LANG, t
from api.directory.people import names_of
from scanners.images import decode
from scanners.keyring import open_keyring
from scanners.label_sizes import SIZES
from scanners.labels import Label, labels_pdf
from scanners.payload import Parsed, parse, verify
from scanners.payload import format as payload_text

_PAGE = 500


@click.command("labels", help=t("打印标签 (PDF)", "Print labels as PDF"))
@click.option("--out", required=True, type=click.Path(path_type=Path), help=t("输出文件", "file"))
@click.option("--limit", default=100, show_default=True, help=t("张数", "how many"))
@click.option("--size", default="60x40", show_default=True, type=click.Choice(sorted(SIZES)))
@click.option(
    "--base-url",
    default="http://127.0.0.1:8000",
    show_default=True,
    help=t("标签里的网址", "address in the code"),
)
@unit_option
@as_user
@click.pass_obj
@ends_well
def labels(
    desk: Desk, out: Path, limit: int, size: str, base_url: str, unit: str | None,
    username: str | None,
) -> None:  # fmt: skip
    """Write the labels of the first cards of the register."""
    with desk.works() as works:
        rows = _register(works, unit, limit, username)
        if not rows:
            fail("E_NOT_FOUND", "没有可打印的卡片。", "There is no card to print.")
        made = [_label(works, row, base_url) for row in rows if row.get("label_no")]
    out.write_bytes(labels_pdf(made, size))
    note(t(f"已写入 {out}（{len(made)} 张标签）", f"wrote {out} ({len(made)} labels)"))


def _register(
    works: Works, unit: str | None, limit: int, username: str | None
) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    cursor = None
    while len(rows) < limit:
        values = {"unit": unit, "limit": min(_PAGE, limit - len(rows)), "cursor": cursor}
        page = answer_of(works, "register", values, username, None, None)
        rows += page["rows"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    return rows


def _label(works: Works, row: dict[str, Any], base_url: str) -> Label:
    keyring = open_keyring(_key_directory(works))
    keeper = row.get("keeper") or ""
    name = names_of(works.house.pool, [keeper]).get(keeper, "") if keeper else ""
    return Label(
        unit_name=works.house.units.name(row["unit_id"]), asset_name=row["name"],
        display_no=row["card_no"], label_no=row["label_no"],
        qr_text=payload_text(row["label_no"], keyring, base_url),
        model=" ".join(filter(None, (row.get("brand"), row.get("model")))),
        dept_keeper=" ".join(filter(None, (row.get("use_dept"), name))),
        in_service_on=row.get("in_service_on") or row.get("acquired_on"),
    )  # fmt: skip


def _key_directory(works: Works) -> Path:
    data_dir = works.house.settings.data_dir
    assert data_dir is not None, "an installation has a data directory"
    return data_dir / "keys"


@click.command("scan", help=t("识别照片中的标签", "Read the labels in photos"))
@click.argument(
    "images", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@as_user
@json_flag
@click.pass_obj
@ends_well
def scan(desk: Desk, images: tuple[Path, ...], username: str | None, *, as_json: bool) -> None:
    """Read photos; exits 1 when one of them shows no label of this system."""
    rows: list[dict[str, Any]] = []
    with desk.works() as works:
        for image in images:
            rows += _read(works, image, username)
    say(to_json(rows)) if as_json else table(rows)
    if not rows or any(row["label_no"] is None for row in rows):
        raise SystemExit(REFUSED)


def _read(works: Works, image: Path, username: str | None) -> list[dict[str, Any]]:
    reading = decode(image.read_bytes())
    for warning in reading.warnings:
        note(warning.en if LANG == "en" else warning.zh)
    keyring = open_keyring(_key_directory(works))
    rows = []
    for hit in reading.hits:
        parsed = parse(hit.text)
        row = {"file": image.name, "label_no": None, "card_no": None, "name": None,
               "stage": hit.stage, "signature": None}  # fmt: skip
        if isinstance(parsed, Parsed):
            row |= {"label_no": parsed.label_no, "signature": verify(parsed, keyring).value}
            row |= _behind(works, parsed.label_no, username)
        rows.append(row)
    if not rows:
        note(t(f"{image.name}：没有读出标签。", f"{image.name}: no label was read."))
        rows.append({"file": image.name, "label_no": None})
    return rows


def _behind(works: Works, label_no: str, username: str | None) -> dict[str, Any]:
    """The card behind a label."""
    values = {"label_nos": [label_no]}
    found = answer_of(works, "lookup-labels", values, username, None, None)["rows"]
    return {name: found[0].get(name) for name in ("card_no", "name", "unit_id")} if found else {}
