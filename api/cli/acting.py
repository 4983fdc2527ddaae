"""`do` for any command; `detect` for the days that have passed."""

from __future__ import annotations

import sys
from pathlib import Path

import rich_click as click

from api.auth.deputies import acting_for
from api.cli.attaching import attach_option, with_attached
from api.cli.desk import Desk, as_user, ends_well, json_flag, unit_option, who
from api.cli.output import note, say, to_json
from api.cli.words import LANG, t
from api.commands.bodies import read_body
from api.commands.running import run_command
from api.days import pass_days
from domain.commands.structs import Command
from domain.commands.table import COMMANDS


def command_lines() -> str:
    """The list of commands with their words, for the help of `do`."""
    width = max(map(len, COMMANDS))
    return "\n".join(
        f"  {name:<{width}}  {spec.en if LANG == 'en' else spec.zh}"
        for name, spec in COMMANDS.items()
    )


@click.command(
    "do",
    help=t("办理一项业务（命令名见 --list）", "Give one command (names: --list)"),
)
@click.argument("name", metavar="COMMAND", required=False)
@click.option(
    "--json", "source", metavar="FILE|-", help=t("JSON 文件，- 为标准输入", "JSON file or -")
)
@as_user
@click.option(
    "--on-behalf-of",
    "behalf",
    metavar="PERSON",
    help=t("代此人办理（须有有效授权）", "act for this person, by a delegation in force"),
)
@attach_option
@click.option("--id", "command_id", help=t("命令编号 (UUID)，重复只记一次", "command id (UUID)"))
@click.option("--dry-run", is_flag=True, help=t("只演练，不记录", "decide, record nothing"))
@click.option("--list", "listed", is_flag=True, help=t("列出全部命令", "list the commands"))
@click.pass_obj
@ends_well
def do(
    desk: Desk, name: str | None, source: str | None, username: str | None, behalf: str | None,
    attached: tuple[Path, ...], command_id: str | None, *, dry_run: bool, listed: bool,
) -> None:  # fmt: skip
    """Give one command; prints its receipt as JSON."""
    if listed:
        say(command_lines())
        return
    if name not in COMMANDS or source is None or username is None:
        raise click.UsageError(
            t("须给出命令名、--json 与 --as；命令名见 --list。",
              "Name a command, --json and --as; --list shows the names.")
        )  # fmt: skip
    body = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    command: Command = read_body(body, COMMANDS[name].struct)
    with desk.works() as works:
        principal = who(works, username)
        if behalf:
            works.engine.catch_up()
            principal = acting_for(works.house, principal, behalf)
        command = with_attached(works, principal, command, attached)
        receipt = run_command(
            works.house, principal, name, command, command_id=command_id, dry_run=dry_run
        )
        works.engine.catch_up()
    say(to_json(receipt))


@click.command("detect", help=t("记录日期已过，更新问题清单", "Let the days pass and find issues"))
@unit_option
@json_flag
@click.pass_obj
@ends_well
def detect(desk: Desk, unit: str | None, *, as_json: bool) -> None:
    """Record that yesterday has passed and print the figures of the issue list."""
    from api.cli.asking import answer_of, print_answer

    with desk.works() as works:
        days = pass_days(works.house)
        works.engine.catch_up()
        answer = answer_of(works, "issue-figures", {"unit": unit}, None, None, None)
    for day in days:
        note(t(f"已记录 {day}。", f"{day} is recorded as passed."))
    print_answer("issue-figures", answer, as_json=as_json)
