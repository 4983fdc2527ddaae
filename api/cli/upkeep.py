"""`projections`, `doctor`, `version`: what an operator looks after."""

from __future__ import annotations

import ctypes.util
import platform
import shutil
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as version_of
from typing import Any

import msgspec
import rich_click as click

from api.attachments.upkeep import missing
from api.bootstrap import Works
from api.cli.desk import Desk, ends_well, json_flag
from api.cli.output import REFUSED, note, say, table, to_json
from api.cli.progress import Steps
from api.cli.words import t
from eventstore.statements import statements
from scanners.fonts import find_fonts
from scanners.notices import ScanError

SQL = statements("api.cli", "statements.sql")
ALL = "all"
_FREE_BYTES_MIN = 2 * 1024**3


@click.group("projections", help=t("账表（读模型）", "Read models"))
def projections() -> None:
    """Read models."""


@projections.command("status", help=t("进度与故障", "Where each stands"))
@json_flag
@click.pass_obj
@ends_well
def status(desk: Desk, *, as_json: bool) -> None:
    """Where each read model stands; exits 1 when one is stopped."""
    with desk.works(fresh=False) as works:
        rows = [msgspec.structs.asdict(line) for line in works.engine.status()]
    say(to_json(rows)) if as_json else table(rows)
    if any(row["error"] for row in rows):
        raise SystemExit(REFUSED)


def _names(works: Works, name: str) -> list[str]:
    names = list(works.engine.projections)
    if name not in {*names, ALL}:
        raise click.UsageError(t(f"没有 {name}；可选：{names}", f"no {name}; choose from {names}"))
    return names if name == ALL else [name]


@projections.command("rebuild", help=t("从头重建", "Build anew from the log"))
@click.argument("name", default=ALL)
@click.pass_obj
@ends_well
def rebuild(desk: Desk, name: str) -> None:
    """Build read models from the first event beside the live ones, and swap."""
    with desk.works() as works, Steps(t("重建", "rebuilding")) as steps:
        names = _names(works, name)
        for done, one in enumerate(names):
            steps.count(done, len(names))
            position = works.engine.rebuild(one)
            note(f"{one}: #{position}")
        steps.count(len(names), len(names))


@projections.command("verify", help=t("与重建结果比对", "Compare with a rebuild"))
@click.argument("name", default=ALL)
@json_flag
@click.pass_obj
@ends_well
def verify(desk: Desk, name: str, *, as_json: bool) -> None:
    """Compare read models with a rebuild; exits 1 when they differ."""
    rows: list[dict[str, Any]] = []
    with desk.works() as works:
        for one in _names(works, name):
            found = works.engine.verify(one)
            rows += [{"projection": one, **msgspec.structs.asdict(line)} for line in found]
    if as_json:
        say(to_json(rows))
    elif rows:
        table(rows)
    else:
        say(t("一致。", "They agree."))
    if rows:
        raise SystemExit(REFUSED)


@click.command("doctor", help=t("自检", "Check the installation"))
@json_flag
@click.pass_obj
@ends_well
def doctor(desk: Desk, *, as_json: bool) -> None:
    """Check what the product stands on; exits 1 when something is wrong."""
    with desk.works(fresh=False) as works:
        rows = [*_machine(works), *_database(works), _files(works)]
    say(to_json(rows)) if as_json else table(rows)
    if any(row["ok"] is False and row["needed"] for row in rows):
        raise SystemExit(REFUSED)


def _check(name: str, found: Any, *, ok: bool, needed: bool = True) -> dict[str, Any]:
    return {"check": name, "ok": ok, "needed": needed, "found": found}


def _machine(works: Works) -> list[dict[str, Any]]:
    data_dir = works.house.settings.data_dir
    free = shutil.disk_usage(data_dir).free if data_dir else 0
    zbar = ctypes.util.find_library("zbar")
    try:
        fonts = ", ".join(find_fonts().families)
    except ScanError as error:
        fonts = t(error.notice.zh, error.notice.en)
    return [
        _check("python", platform.python_version(), ok=True),
        _check(t("数据目录", "data"), data_dir, ok=data_dir is not None),
        _check(t("磁盘空间", "free disk"), f"{free // 1024**2} MiB", ok=free > _FREE_BYTES_MIN),
        _check("libzbar", zbar or t("缺少", "missing"), ok=bool(zbar), needed=False),
        _check(t("中文字体", "Chinese font"), fonts, ok=bool(fonts), needed=False),
    ]


def _files(works: Works) -> dict[str, Any]:
    """Every file that an event names is there; `attachments verify` hashes them as well."""
    named, gone = missing(works.house)
    found = t(f"{named} 个，缺失 {gone} 个", f"{named}, {gone} missing")
    return _check(t("附件", "attachments"), found, ok=not gone)


def _database(works: Works) -> list[dict[str, Any]]:
    with works.house.pool.connection() as connection:
        row = connection.execute(SQL["health"]).fetchone()
    assert row is not None, "the statement answers with one row"
    stopped = [line.name for line in works.engine.status() if line.error]
    return [
        _check("Postgres", row["version"], ok=True),
        _check(t("日志无缺号", "log without gaps"), f"{row['events']} / {row['head']}",
               ok=row["events"] == row["head"]),
        _check(t("停止的账表", "stopped read models"), t("、", ", ").join(stopped), ok=not stopped),
    ]  # fmt: skip


@click.command("version", help=t("版本", "Version"))
def version() -> None:
    """Print the version of the product."""
    try:
        say(f"taizhang {version_of('taizhang')}")
    except PackageNotFoundError:
        say("taizhang (source tree)")
