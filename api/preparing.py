"""Makes an external database ready: version, roles, passwords, database, tables, a last look."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any, Final, Literal
from urllib.parse import quote, urlencode

import msgspec
import psycopg
from psycopg import errors, sql
from psycopg.conninfo import make_conninfo

from api.bootstrap import open_works
from api.house import Settings
from api.problems import Problem
from eventstore.connection import APP, AUDITOR, OWNER, PROJECTOR, session_url
from eventstore.migrate import create_database
from eventstore.statements import statements

SQL: Final = statements("api", "preparing.sql")
VERSION_MIN: Final = 15
LOGIN: Final = "taizhang_login"
MIGRATOR: Final = "taizhang_migrator"
_ROLES: Final = (OWNER, MIGRATOR, LOGIN, APP, PROJECTOR, AUDITOR)
# What the administrator's address says of the way to the server holds for the others too.
_KEPT: Final = ("host", "hostaddr", "port", "sslmode", "sslrootcert")
_EXTENSIONS: Final = ("pg_trgm", "btree_gist")

Thing = Literal["server", "extension", "role", "database", "password", "schema", "login"]
Done = Literal["made", "there", "changed", "checked"]


class Step(msgspec.Struct, frozen=True):
    """One thing that was looked after: made now, there already, changed or only checked."""

    thing: Thing
    name: str
    step: Done


class Passwords(msgspec.Struct, frozen=True):
    """Passwords to set for the two logins; None keeps one that is set, or makes the first."""

    login: str | None = None
    migrator: str | None = None


class Prepared(msgspec.Struct, frozen=True):
    """What was done, and the two addresses; without a password where it was not set now."""

    steps: list[Step]
    database_url: str
    migrate_url: str


def prepare_database(admin_url: str, name: str, passwords: Passwords) -> Prepared:
    """Make the database `name` ready on the server of `admin_url`; doing it again changes nothing.

    Raises Problem when the server is too old, lacks an extension, the caller lacks the rights,
    or a database of this name cannot hold Chinese text.
    """
    try:
        with psycopg.connect(make_conninfo(admin_url, dbname="postgres"), autocommit=True) as admin:
            steps = [*_checked(admin), *_made(admin, admin_url, name)]
            login, first = _password(admin, LOGIN, passwords.login)
            migrator, second = _password(admin, MIGRATOR, passwords.migrator)
        steps += [first, second, *_migrated(make_conninfo(admin_url, dbname=name))]
    except errors.InsufficientPrivilege as error:
        raise Problem(
            "E_DATABASE_RIGHTS", f"该账号无权建立角色或数据库，请用超级用户：{error}",
            f"This login may not make roles or databases; use a superuser: {error}",
        ) from error  # fmt: skip
    urls = _address(admin_url, name, LOGIN, login), _address(admin_url, name, MIGRATOR, migrator)
    if login is not None:
        steps.append(_entered(urls[0], APP))
    if migrator is not None:
        steps.append(_entered(urls[1], OWNER))
    return Prepared(steps, *urls)


def _checked(admin: psycopg.Connection) -> Iterator[Step]:
    """The server's version and extensions; raises before anything is made."""
    version = admin.info.server_version // 10_000
    if version < VERSION_MIN:
        raise Problem(
            "E_DATABASE_VERSION", f"需要 PostgreSQL {VERSION_MIN} 以上，此服务器为 {version}。",
            f"PostgreSQL {VERSION_MIN} or later is needed; this server is {version}.",
        )  # fmt: skip
    yield Step("server", f"PostgreSQL {version}", "checked")
    rows = admin.execute(SQL["extensions"], {"names": list(_EXTENSIONS)}).fetchall()
    missing = sorted(set(_EXTENSIONS) - {row[0] for row in rows})
    if missing:
        raise Problem(
            "E_DATABASE_EXTENSION",
            f"服务器缺少扩展 {'、'.join(missing)}，请安装 postgresql-contrib。",
            f"The server lacks {', '.join(missing)}; install postgresql-contrib.",
        )  # fmt: skip
    yield from (Step("extension", extension, "checked") for extension in _EXTENSIONS)


def _made(admin: psycopg.Connection, admin_url: str, name: str) -> Iterator[Step]:
    """Roles, database and who may enter it."""
    roles = {row[0] for row in admin.execute(SQL["roles"], {"names": list(_ROLES)}).fetchall()}
    before = _database(admin, name)
    if before is not None and (before["encoding"] != "UTF8" or before["ctype"] in ("C", "POSIX")):
        raise Problem(
            "E_DATABASE_TEXT",
            f"数据库 {name} 的编码为 {before['encoding']}、字符分类为 {before['ctype']}，"
            "无法处理中文。请换一个名称新建。",
            f"The database {name} has encoding {before['encoding']} and ctype {before['ctype']}, "
            "which cannot handle Chinese. Choose another name.",
        )  # fmt: skip
    create_database(admin_url, name)
    yield from (Step("role", role, "there" if role in roles else "made") for role in _ROLES)
    yield Step("database", name, "there" if before else "made")


def _database(admin: psycopg.Connection, name: str) -> dict[str, Any] | None:
    row = admin.execute(SQL["database"], {"name": name}).fetchone()
    return None if row is None else {"encoding": row[0], "ctype": row[1]}


def _password(admin: psycopg.Connection, role: str, given: str | None) -> tuple[str | None, Step]:
    """The password that was set now, if any. It leaves this process only as its SCRAM hash."""
    row = admin.execute(SQL["has_password"], {"role": role}).fetchone()
    known = bool(row and row[0])
    if given is None and known:
        return None, Step("password", role, "there")
    password = given or secrets.token_urlsafe(24)
    hashed = admin.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256")
    admin.execute(
        sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), hashed.decode())
    )
    return password, Step("password", role, "changed" if known else "made")


def _migrated(admin_url: str) -> Iterator[Step]:
    """Log, directory and read models brought up to date."""
    with psycopg.connect(admin_url, autocommit=True) as admin:
        before = {row[0] for row in admin.execute(SQL["schemas"]).fetchall()}
    with open_works(Settings(database_url=admin_url, migrate_url=admin_url, pool_size=1)) as works:
        works.engine.catch_up()
    with psycopg.connect(admin_url, autocommit=True) as admin:
        schemas = [row[0] for row in admin.execute(SQL["schemas"]).fetchall()]
    yield from (Step("schema", one, "there" if one in before else "made") for one in schemas)


def _entered(url: str, role: str) -> Step:
    """Come in by the address that was made, as the product will; raises Problem."""
    try:
        with psycopg.connect(session_url(url, role), connect_timeout=10) as session:
            session.execute(SQL["log_begins"])
    except psycopg.OperationalError as error:
        raise Problem(
            "E_DATABASE_LOGIN", f"数据库已备好，但新账号无法登录，请检查 pg_hba.conf：{error}",
            f"The database is ready, but the new login is refused; look at pg_hba.conf: {error}",
        ) from error  # fmt: skip
    return Step("login", role, "checked")


def _address(admin_url: str, name: str, role: str, password: str | None) -> str:
    """The address for daily use: host and port of the administrator, the role's own name."""
    known = psycopg.conninfo.conninfo_to_dict(admin_url)
    login = role if password is None else f"{role}:{quote(password, safe='')}"
    kept = {key: str(known[key]) for key in _KEPT if known.get(key)}
    place = ""
    if not kept.get("host", "/").startswith("/"):
        place = kept.pop("host") + (f":{kept.pop('port')}" if "port" in kept else "")
    options = f"?{urlencode(kept, safe='/')}" if kept else ""
    return f"postgresql://{login}@{place}/{quote(name, safe='')}{options}"
