"""`projections`, `users`, `doctor`, `version`: what an operator looks after."""

from __future__ import annotations

import ctypes.util
import platform
import shutil
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as version_of
from typing import Any

import msgspec
import rich_click as click

from api.auth.identity import Grant
from api.auth.powers import Role
from api.bootstrap import Works
from api.cli.desk import Desk, ends_well, json_flag
from api.cli.output import REFUSED, WRONG_USE, fail, note, say, table, to_json
from api.cli.progress import Steps
from api.cli.words import t
from api.directory.accounts import MixedRolesError, create_account
from api.directory.people import Person
from eventstore.statements import statements
from scanners.fonts import find_fonts
from scanners.notices import ScanError

SQL = statements("api.cli", "statements.sql")
ALL = "all"
_PASSWORD_LENGTH_MIN = 10
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


@click.group("users", help=t("账号", "Accounts"))
def users() -> None:
    """Accounts."""


@users.command("list", help=t("账号清单", "List the accounts"))
@json_flag
@click.pass_obj
@ends_well
def list_users(desk: Desk, *, as_json: bool) -> None:
    """List the accounts with their roles."""
    with desk.works(fresh=False) as works, works.house.pool.connection() as connection:
        rows = [dict(row) for row in connection.execute(SQL["accounts"]).fetchall()]
    say(to_json(rows)) if as_json else table(rows)


@users.command("add", help=t("新增账号或更新口令与岗位", "Add an account or renew it"))
@click.argument("username")
@click.option("--name", required=True, help=t("姓名", "name of the person"))
@click.option(
    "--role",
    "roles",
    required=True,
    multiple=True,
    type=click.Choice([role.value for role in Role]),
)
@click.option("--unit", help=t("单位编号", "unit id"))
@click.option(
    "--reach",
    default="own",
    show_default=True,
    type=click.Choice(["own", "subtree", "level", "all"]),
)
@click.option("--person", help=t("人员编号，默认同用户名", "person id"))
@click.option(
    "--password",
    prompt=t("口令", "password"),
    hide_input=True,
    confirmation_prompt=True,
    envvar="TAIZHANG_PASSWORD",
)
@click.pass_obj
@ends_well
def add_user(
    desk: Desk, username: str, name: str, roles: tuple[str, ...], unit: str | None, reach: Any,
    person: str | None, password: str,
) -> None:  # fmt: skip
    """Add an account; its person is written into the directory."""
    if len(password) < _PASSWORD_LENGTH_MIN:
        fail("E_PASSWORD", f"口令至少 {_PASSWORD_LENGTH_MIN} 位。",
             f"The password needs {_PASSWORD_LENGTH_MIN} characters.", WRONG_USE)  # fmt: skip
    grants = [Grant(role=role, unit_id=unit, reach=reach) for role in roles]
    with desk.works(fresh=False) as works:
        try:
            create_account(
                works.house.pool, username=username, password=password, grants=grants,
                person=Person(person_id=person or username, name=name, unit_id=unit),
            )  # fmt: skip
        except MixedRolesError:
            fail("E_MIXED_ROLES", "三员账号不得兼任业务岗位。",
                 "An administrator may hold no business role.")  # fmt: skip
    say(t(f"账号 {username} 已保存。", f"Account {username} is saved."))


@click.command("doctor", help=t("自检", "Check the installation"))
@json_flag
@click.pass_obj
@ends_well
def doctor(desk: Desk, *, as_json: bool) -> None:
    """Check what the product stands on; exits 1 when something is wrong."""
    with desk.works(fresh=False) as works:
        rows = [*_machine(works), *_database(works)]
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
        fonts = error.notice.zh
    return [
        _check("python", platform.python_version(), ok=True),
        _check(t("数据目录", "data"), data_dir, ok=data_dir is not None),
        _check(t("磁盘空间", "free disk"), f"{free // 1024**2} MiB", ok=free > _FREE_BYTES_MIN),
        _check("libzbar", zbar or t("缺少", "missing"), ok=bool(zbar), needed=False),
        _check(t("中文字体", "Chinese font"), fonts, ok=bool(fonts), needed=False),
    ]


def _database(works: Works) -> list[dict[str, Any]]:
    with works.house.pool.connection() as connection:
        row = connection.execute(SQL["health"]).fetchone()
    assert row is not None, "the statement answers with one row"
    stopped = [line.name for line in works.engine.status() if line.error]
    return [
        _check("Postgres", row["version"], ok=True),
        _check(t("日志无缺号", "log without gaps"), f"{row['events']} / {row['head']}",
               ok=row["events"] == row["head"]),
        _check(t("停止的账表", "stopped read models"), "、".join(stopped), ok=not stopped),
    ]  # fmt: skip


@click.command("version", help=t("版本", "Version"))
def version() -> None:
    """Print the version of the product."""
    try:
        say(f"taizhang {version_of('taizhang')}")
    except PackageNotFoundError:
        say("taizhang (source tree)")
