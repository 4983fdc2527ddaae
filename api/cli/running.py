"""`run depreciation` and `close`: the month's work, unit by unit, and old runs checked again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import msgspec
import rich_click as click
from psycopg.rows import tuple_row

from api import months
from api.auth.powers import Role
from api.bootstrap import Works
from api.cli.desk import Desk, as_user, ends_well, json_flag, operator, who
from api.cli.output import REFUSED, fail, note, say, table, to_json
from api.cli.progress import Steps
from api.cli.words import LANG, t
from projections.general_ledger.rechecking import Rechecked, recheck_runs

F = TypeVar("F", bound=Callable[..., Any])
_PERIOD = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


def period_word(_context: click.Context, _option: click.Parameter, text: str | None) -> str | None:
    """A period as written on the line."""
    if text is not None and not _PERIOD.fullmatch(text):
        raise click.BadParameter(t("会计期间须写作 2026-10。", "Write a period such as 2026-10."))
    return text


def _period_option(*, required: bool) -> Callable[[F], F]:
    return click.option(
        "--period", required=required, metavar="YYYY-MM", callback=period_word,
        help=t("会计期间", "period"),
    )  # fmt: skip


_units_option = click.option(
    "--unit", default=months.ALL, show_default=True, help=t("单位编号或 all", "unit or all")
)


@click.group("run", help=t("月度作业", "monthly work"))
def run() -> None:
    """Monthly work."""


@run.command("depreciation", help=t("计提折旧，或复算历次计提", "Run or recheck depreciation"))
@_period_option(required=False)
@_units_option
@click.option(
    "--check", is_flag=True, help=t("按当时的规则复算，不记录", "work old runs out again")
)
@as_user
@json_flag
@click.pass_obj
@ends_well
def depreciation(
    desk: Desk, period: str | None, unit: str, username: str | None, *, check: bool, as_json: bool
) -> None:
    """Run the depreciation of a month; goes on past failures and exits 1 if there were any."""
    if check:
        _check(desk, period, unit, as_json=as_json)
        return
    if period is None:
        raise click.UsageError(t("须给出 --period。", "Name a --period."))
    _monthly(desk, months.DEPRECIATE, period, unit, None, username, as_json=as_json)


@click.command("close", help=t("月末结账（12 月为年终结账）", "Close a month, December its year"))
@_period_option(required=True)
@_units_option
@click.option("--reason", help=t("未计提即结账的原因", "why it is closed without a run"))
@as_user
@json_flag
@click.pass_obj
@ends_well
def close(
    desk: Desk, period: str, unit: str, reason: str | None, username: str | None, *, as_json: bool
) -> None:
    """Close a month; goes on past failures and exits 1 if there were any."""
    _monthly(desk, months.CLOSE, period, unit, reason, username, as_json=as_json)


def _monthly(
    desk: Desk, step: str, period: str, unit: str, reason: str | None, username: str | None, *,
    as_json: bool,
) -> None:  # fmt: skip
    rows: list[dict[str, Any]] = []
    failed = done = 0
    with desk.works() as works, Steps(period) as steps:
        if step == months.CLOSE:
            works.start()
        principal = who(works, username, Role.UNIT_ACCOUNTANT)
        units = months.units_of(works.house, principal, unit, step)
        for outcome in months.month_ends(
            works.house, principal, step, period, units, reason=reason
        ):
            text = outcome.zh if LANG == "zh" else outcome.en
            rows.append({"unit": outcome.unit, "result": outcome.result, "text": text})
            failed += outcome.failed
            done += outcome.result == months.DONE
            steps.count(len(rows), len(units))
            if step == months.DEPRECIATE and len(rows) % months.FOLD_AFTER == 0:
                works.engine.catch_up()
        works.engine.catch_up()
    say(to_json(rows)) if as_json else table(rows)
    if done:
        note(t(f"{done} 个单位此前已完成。", f"{done} units were done before."))
    if failed:
        names = t("、", ", ").join(r["unit"] for r in rows if r["result"] not in ("OK", "DONE"))
        note(t(f"{failed} 个单位未完成：{names}。", f"{failed} units failed: {names}."))
        raise SystemExit(REFUSED)


def _check(desk: Desk, period: str | None, unit: str, *, as_json: bool) -> None:
    """Every run is worked out again from the log as known to it; exit 1 where one differs."""
    found: list[Rechecked] = []
    with desk.works() as works, Steps(t("复算", "checking")) as steps:
        units = months.units_of(
            works.house, operator(Role.UNIT_ACCOUNTANT), unit, months.DEPRECIATE
        )
        for number, unit_id in enumerate(units, start=1):
            found += _rechecked(works, unit_id, period)
            steps.count(number, len(units))
    if unit != months.ALL and not found:
        fail("E_NOT_FOUND", f"单位 {unit} 没有计提记录。", f"Unit {unit} has no runs.")
    differing = [one for one in found if one.differs]
    told = [msgspec.to_builtins(one) for one in found]
    say(to_json(told)) if as_json else table([msgspec.to_builtins(one) for one in differing])
    omitted = sum(one.omitted for one in found)
    note(
        t(
            f"复算 {len(found)} 次计提，{len(differing)} 次不一致，漏提 {omitted} 张次。",
            f"{len(found)} runs worked out again, {len(differing)} differ, {omitted} omissions.",
        )
    )
    if differing:
        raise SystemExit(REFUSED)


def _rechecked(works: Works, unit_id: str, period: str | None) -> Iterator[Rechecked]:
    events = works.store.log.stream(f"period:{unit_id}")
    pool = works.house.pool
    with pool.connection() as connection, connection.cursor(row_factory=tuple_row) as cur:
        yield from recheck_runs(cur, events, period)
