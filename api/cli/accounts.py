"""`users` and `tokens`: who may come in, and which programs."""

from __future__ import annotations

from typing import Any, Final

import rich_click as click

from api.auth import administering
from api.auth.identity import Grant
from api.auth.powers import Role
from api.cli.desk import Desk, ends_well, json_flag, who
from api.cli.output import WRONG_USE, fail, note, say, table, to_json
from api.cli.words import t
from api.directory.accounts import MixedRolesError, accounts, create_account
from api.directory.people import Person
from api.directory.tokens import DAYS, DAYS_MAX, tokens

_PASSWORD_LENGTH_MIN: Final = 10
_NAME_LENGTH_MAX: Final = 64
_ACCOUNT: Final = ("username", "name", "unit_id", "roles", "reaches", "disabled_at", "seen_at")
_TOKEN: Final = (
    "token_id", "username", "label", "status", "last_used_at", "expires_at", "created_at",
    "issued_by",
)  # fmt: skip

acting_as = click.option(
    "--as", "acting", metavar="USER", help=t("以此系统管理员账号办理", "act as this administrator")
)


@click.group("users", help=t("账号", "Accounts"))
def users() -> None:
    """Accounts."""


@users.command("list", help=t("账号清单", "List the accounts"))
@json_flag
@click.pass_obj
@ends_well
def list_users(desk: Desk, *, as_json: bool) -> None:
    """List the accounts with their roles."""
    with desk.works(fresh=False) as works:
        rows = accounts(works.house.pool)
    say(to_json(rows)) if as_json else table(rows, _ACCOUNT)


@users.command("add", help=t("新增账号，或更新口令与岗位", "Add an account, or renew it"))
@click.argument("username")
@click.option("--name", required=True, help=t("姓名", "name of the person"))
@click.option(
    "--role",
    "roles",
    required=True,
    multiple=True,
    type=click.Choice([role.value for role in Role]),
    help=t("岗位，可写多个", "role, may be repeated"),
)
@click.option("--unit", help=t("单位编号", "unit id"))
@click.option(
    "--reach",
    default="own",
    show_default=True,
    type=click.Choice(["own", "subtree", "level", "all"]),
    help=t("数据范围：本单位、含下属、本级、全部", "how far it sees"),
)
@click.option("--person", help=t("人员编号，默认同用户名", "person id"))
@click.option(
    "--password",
    prompt=t("口令", "password"),
    hide_input=True,
    confirmation_prompt=True,
    envvar="TAIZHANG_PASSWORD",
    help=t("口令，不写则提示输入", "password; asked for when left out"),
)
@click.pass_obj
@ends_well
def add_user(
    desk: Desk, username: str, name: str, roles: tuple[str, ...], unit: str | None, reach: Any,
    person: str | None, password: str,
) -> None:  # fmt: skip
    """Add an account; its person is written into the directory."""
    _check_new(username, password, unit, reach)
    grants = [Grant(role=role, unit_id=unit, reach=reach) for role in roles]
    with desk.works(fresh=False) as works:
        if unit and unit not in works.house.units.lines():
            note(t(f"注意：还没有登记单位 {unit}。", f"Note: there is no unit {unit} yet."))
        try:
            create_account(
                works.house.pool, username=username, password=password, grants=grants,
                person=Person(person_id=person or username, name=name, unit_id=unit),
            )  # fmt: skip
        except MixedRolesError:
            fail("E_MIXED_ROLES", "三员账号不得兼任业务岗位。",
                 "An administrator may hold no business role.")  # fmt: skip
    say(t(f"账号 {username} 已保存。", f"Account {username} is saved."))


def _check_new(username: str, password: str, unit: str | None, reach: str) -> None:
    good = username.isprintable() and not set(username) & set("/ ")
    if not good or not 1 <= len(username) <= _NAME_LENGTH_MAX:
        fail("E_USERNAME", f"用户名须为 1 到 {_NAME_LENGTH_MAX} 字，不含空格和斜线。",
             f"A user name has 1 to {_NAME_LENGTH_MAX} characters, no space, no slash.",
             WRONG_USE)  # fmt: skip
    if len(password) < _PASSWORD_LENGTH_MIN:
        fail("E_PASSWORD", f"口令至少 {_PASSWORD_LENGTH_MIN} 位。",
             f"The password needs {_PASSWORD_LENGTH_MIN} characters.", WRONG_USE)  # fmt: skip
    if unit is None and reach != "all":
        fail("E_UNIT", "须用 --unit 写明单位，或用 --reach all。",
             "Name a unit with --unit, or say --reach all.", WRONG_USE)  # fmt: skip


@users.command("disable", help=t("停用账号，会话和令牌即刻失效", "Disable an account at once"))
@click.argument("username")
@acting_as
@click.pass_obj
@ends_well
def disable(desk: Desk, username: str, acting: str | None) -> None:
    """Switch an account off; its sessions and tokens end at once."""
    with desk.works(fresh=False) as works:
        administering.switch_off(works.house, who(works, acting, Role.SYSTEM_ADMIN), username)
    say(t(f"账号 {username} 已停用，会话和令牌即刻失效。",
          f"Account {username} is disabled; its sessions and tokens have ended."))  # fmt: skip


@users.command("enable", help=t("启用账号", "Enable an account again"))
@click.argument("username")
@acting_as
@click.pass_obj
@ends_well
def enable(desk: Desk, username: str, acting: str | None) -> None:
    """Let an account sign in again."""
    with desk.works(fresh=False) as works:
        administering.switch_on(works.house, who(works, acting, Role.SYSTEM_ADMIN), username)
    say(t(f"账号 {username} 已启用。", f"Account {username} is enabled."))


@click.group("tokens", help=t("程序用的令牌", "Tokens of programs"))
def token_group() -> None:
    """Tokens."""


@token_group.command("issue", help=t("签发令牌，只显示一次", "Issue a token, shown once"))
@click.argument("username")
@click.option("--for", "label", required=True, help=t("用途，如 财务系统", "what it is for"))
@click.option(
    "--days", default=DAYS, show_default=True, type=click.IntRange(1, DAYS_MAX),
    help=t("有效天数", "days it is valid"),
)  # fmt: skip
@acting_as
@click.pass_obj
@ends_well
def issue(desk: Desk, username: str, label: str, days: int, acting: str | None) -> None:
    """Print a token with which a program acts as the account; nothing else goes to stdout."""
    with desk.works(fresh=False) as works:
        admin = who(works, acting, Role.SYSTEM_ADMIN)
        token = administering.issue_token(works.house, admin, username, label, days)
    say(token)
    note(t("令牌只显示这一次，请立即保存。", "The token is shown only this once; keep it now."))


@token_group.command("list", help=t("令牌清单", "List the tokens"))
@click.option("--user", "username", metavar="USER", help=t("只看此账号", "of this account only"))
@json_flag
@click.pass_obj
@ends_well
def list_tokens(desk: Desk, username: str | None, *, as_json: bool) -> None:
    """Who, for what, last used, until when; live ones first."""
    with desk.works(fresh=False) as works:
        rows = tokens(works.house.pool, works.house.now(), username=username)
    say(to_json(rows)) if as_json else table(rows, _TOKEN)


@token_group.command("revoke", help=t("作废令牌，即刻失效", "Revoke a token at once"))
@click.argument("token_id", metavar="TOKEN", type=int)
@acting_as
@click.pass_obj
@ends_well
def revoke(desk: Desk, token_id: int, acting: str | None) -> None:
    """End a token by its number in the list."""
    with desk.works(fresh=False) as works:
        admin = who(works, acting, Role.SYSTEM_ADMIN)
        label = administering.withdraw_token(works.house, admin, token_id)
    say(t(f"令牌 {token_id}（{label}）已作废。", f"Token {token_id} ({label}) is revoked."))
