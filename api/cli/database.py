"""`database prepare`: an external database made ready, and what was done said line by line."""

from __future__ import annotations

import msgspec
import rich_click as click

from api.cli.desk import ends_well, json_flag
from api.cli.output import note, say, table, to_json
from api.cli.words import t
from api.preparing import LOGIN, MIGRATOR, Passwords, prepare_database


@click.group("database", help=t("外部数据库", "An external database"))
def database() -> None:
    """The database of one's own server."""


@database.command(
    "prepare",
    help=t("建角色、库、表并检查；重复执行不改变已有内容",
           "Make roles, database and tables, and check; again it changes nothing"),
)  # fmt: skip
@click.option(
    "--admin-url", required=True, metavar="URL", envvar="TAIZHANG_ADMIN_URL",
    help=t("超级用户的地址，只在本命令中使用", "a superuser's address, used by this command only"),
)  # fmt: skip
@click.option(
    "--name", default="taizhang", show_default=True, help=t("数据库名", "name of the database")
)
@click.option(
    "--app-password", envvar="TAIZHANG_APP_PASSWORD",
    help=t(f"{LOGIN} 的口令；不写则首次随机生成", f"password of {LOGIN}; else made the first time"),
)  # fmt: skip
@click.option(
    "--migrate-password", envvar="TAIZHANG_MIGRATE_PASSWORD",
    help=t(f"{MIGRATOR} 的口令；不写则首次随机生成",
           f"password of {MIGRATOR}; else made the first time"),
)  # fmt: skip
@json_flag
@ends_well
def prepare(
    admin_url: str, name: str, app_password: str | None, migrate_password: str | None, *,
    as_json: bool,
) -> None:  # fmt: skip
    """Make an external database ready; the addresses for daily use go to stdout."""
    made = prepare_database(admin_url, name, Passwords(app_password, migrate_password))
    if as_json:
        say(to_json(made))
        return
    table([msgspec.structs.asdict(step) for step in made.steps], ("thing", "name", "step"))
    say("")
    say(f"export DATABASE_URL='{made.database_url}'")
    say(f"export MIGRATE_DATABASE_URL='{made.migrate_url}'")
    if any(step.step == "there" and step.thing == "password" for step in made.steps):
        note(t("已有的口令不会再显示，请按当初保存的补入地址。",
               "A password that was set before is not shown; add it to the address."))  # fmt: skip
