"""`do` for any command; `run depreciation`, `close` and `detect` for the month's work."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import rich_click as click

from api.auth.deputies import acting_for
from api.auth.powers import Role
from api.bootstrap import Works
from api.cli.attaching import attach_option, with_attached
from api.cli.desk import Desk, as_user, ends_well, json_flag, unit_option, who
from api.cli.output import REFUSED, fail, note, say, table, to_json
from api.cli.words import LANG, t
from api.commands.bodies import read_body
from api.commands.running import run_command
from api.days import pass_days
from api.problems import Problem
from domain.commands.structs import ClosePeriod, Command, Depreciate
from domain.commands.table import COMMANDS
from domain.periods import last_day
from projections.asof import EVERYTHING, AsOf
from projections.queries import QUERIES
from projections.queries import ask as ask_query

ALL = "all"
_PERIOD = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


def _period(_context: click.Context, _option: click.Parameter, text: str) -> str:
    if not _PERIOD.fullmatch(text):
        raise click.BadParameter(t("会计期间须写作 2026-10。", "Write a period such as 2026-10."))
    return text


period_option = click.option(
    "--period", required=True, metavar="YYYY-MM", callback=_period, help=t("会计期间", "period")
)


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
    "--on-behalf-of", "behalf", metavar="PERSON",
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


@click.group("run", help=t("月度作业", "monthly work"))
def run() -> None:
    """Monthly work."""


@run.command("depreciation", help=t("计提折旧", "Run the month's depreciation"))
@period_option
@click.option("--unit", default=ALL, show_default=True, help=t("单位编号或 all", "unit or all"))
@as_user
@json_flag
@click.pass_obj
@ends_well
def depreciation(
    desk: Desk, period: str, unit: str, username: str | None, *, as_json: bool
) -> None:
    """Run the depreciation of a month; goes on past failures and exits 1 if there were any."""
    _monthly(
        desk, "depreciate", unit, username, as_json=as_json,
        make=lambda one: Depreciate(occurred_on=last_day(period), unit_id=one, period=period),
    )  # fmt: skip


@click.command("close", help=t("月末结账", "Close a month"))
@period_option
@click.option("--unit", default=ALL, show_default=True, help=t("单位编号或 all", "unit or all"))
@click.option("--reason", help=t("未计提即结账的原因", "why it is closed without a run"))
@as_user
@json_flag
@click.pass_obj
@ends_well
def close(
    desk: Desk, period: str, unit: str, reason: str | None, username: str | None, *, as_json: bool
) -> None:
    """Close a month; goes on past failures and exits 1 if there were any."""
    _monthly(
        desk, "close-period", unit, username, as_json=as_json,
        make=lambda one: ClosePeriod(
            occurred_on=last_day(period), unit_id=one, period=period, reason=reason
        ),
    )  # fmt: skip


def _monthly(
    desk: Desk, name: str, unit: str, username: str | None, *, as_json: bool,
    make: Callable[[str], Command],
) -> None:  # fmt: skip
    with desk.works() as works:
        principal = who(works, username, Role.UNIT_ACCOUNTANT)
        results: list[dict[str, Any]] = []
        for unit_id in _units(works, unit):
            works.engine.catch_up()
            try:
                command = msgspec.convert(msgspec.to_builtins(make(unit_id)), COMMANDS[name].struct)
                receipt = run_command(works.house, principal, name, command)
            except msgspec.ValidationError as error:
                fail("E_FIELDS", str(error), str(error), 2)
            except Problem as problem:
                text = problem.detail(LANG)
                results.append({"unit": unit_id, "result": problem.code, "text": text})
            else:
                results.append({"unit": unit_id, "result": "OK", "text": f"#{receipt.position}"})
        works.engine.catch_up()
    say(to_json(results)) if as_json else table(results)
    failed = sum(1 for one in results if one["result"] != "OK")
    if failed:
        note(t(f"{failed} 个单位未完成。", f"{failed} units failed."))
        raise SystemExit(REFUSED)


def _units(works: Works, unit: str) -> Iterator[str]:
    """The unit named, or all whose books are open."""
    if unit != ALL:
        yield unit
        return
    question = QUERIES["periods"]
    with works.house.pool.connection() as connection:
        from psycopg.rows import tuple_row

        cur = connection.cursor(row_factory=tuple_row)
        as_of = AsOf(works.house.today(), works.house.clocks.position(), True)
        rows = ask_query(cur, "periods", question.params(), as_of, EVERYTHING).rows
    yield from (row["unit_id"] for row in rows)


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
