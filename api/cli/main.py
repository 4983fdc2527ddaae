"""The entry of `taizhang`: the options that all subcommands share, and the list of them."""

from __future__ import annotations

from pathlib import Path

import rich_click as click

from api.cli.accounts import token_group, users
from api.cli.acting import detect, do
from api.cli.asking import ask, export
from api.cli.attaching import attachments
from api.cli.click_words import speak_chinese
from api.cli.database import database
from api.cli.desk import Desk
from api.cli.importing import imports
from api.cli.labelling import labels, scan
from api.cli.running import close, run
from api.cli.showing import show
from api.cli.starting import demo, serve
from api.cli.upkeep import doctor, projections, version
from api.cli.words import LANG, t

if LANG == "zh":
    speak_chinese()


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]},
    help=t("台账：行政事业性国有资产的账本。", "Taizhang: the ledger of state-owned assets."),
)
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="TAIZHANG_DATA",
    help=t("数据目录", "data directory"),
)
@click.option(
    "--database",
    "url",
    metavar="URL",
    envvar="DATABASE_URL",
    help=t("数据库地址（不用内置数据库时）", "database, instead of the embedded one"),
)
@click.option(
    "--lang",
    type=click.Choice(["zh", "en"]),
    default="zh",
    show_default=True,
    help=t("语言", "language"),
)
@click.pass_context
def main(context: click.Context, data: Path | None, url: str | None, lang: str) -> None:
    """Keep the options for the subcommand; the language was read before (api.cli.words)."""
    del lang
    context.obj = Desk(data, url)


for _command in (
    serve, demo, do, show, imports, ask, detect, run, close, export, labels, scan, projections,
    attachments, users, token_group, database, doctor, version,
):  # fmt: skip
    main.add_command(_command)
