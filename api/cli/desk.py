"""What every subcommand stands on: the installation, who acts, and how errors end."""

from __future__ import annotations

import errno
import functools
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NoReturn, TypeVar

import msgspec
import psycopg
import rich_click as click

from api.auth.identity import Grant, Principal
from api.auth.powers import Role
from api.bootstrap import Works, open_works
from api.cli.output import WRONG_USE, fail, note
from api.cli.words import LANG, t
from api.directory.accounts import principal_named
from api.installation import Installation
from api.problems import Problem
from api.queries.clocks import Asked, read_clocks
from api.web.words import places
from domain.refusals import Refused
from eventstore.errors import EventStoreError
from projections.queries import QueryError
from scanners.notices import ScanError

OPERATOR = "operator"
"""The person id of whoever works at the machine itself without naming an account."""

F = TypeVar("F", bound=Callable[..., Any])
_REASONS: Final = {
    errno.ENOENT: "没有这个文件或目录", errno.EACCES: "没有权限", errno.EPERM: "不允许",
    errno.EISDIR: "这是目录", errno.ENOTDIR: "上级不是目录", errno.ENOSPC: "磁盘已满",
    errno.EROFS: "只读的文件系统",
}  # fmt: skip


class Desk:
    """The options of the line that every subcommand shares."""

    def __init__(self, data: Path | None, database: str | None) -> None:
        self.data = data
        self.database = database

    @property
    def named(self) -> bool:
        """True when the line or the environment names a place."""
        return self.data is not None or self.database is not None

    def installation(self) -> Installation:
        """The installation that the options or the environment name."""
        return Installation.named(self.data, self.database)

    @contextmanager
    def works(self, *, fresh: bool = True) -> Iterator[Works]:
        """Every part of the installation, its read models up to date unless `fresh` is off."""
        with self.installation() as installation, open_works(installation.settings()) as works:
            if fresh:
                works.engine.catch_up()
            yield works


def operator(*roles: Role) -> Principal:
    """Whoever works at the machine: who can open the database needs no password."""
    grants = tuple(Grant(role=role, reach="all") for role in roles or (Role.AUDIT,))
    return Principal(
        account_id=0, username=OPERATOR, person_id=OPERATOR, name=t("本机操作员", "operator"),
        grants=grants,
    )  # fmt: skip


def who(works: Works, username: str | None, *roles: Role) -> Principal:
    """The account named, or the operator in `roles` (reading only, where none are given)."""
    if username is None:
        return operator(*roles)
    found = principal_named(works.house.pool, username, works.house.today())
    if found is None:
        fail(
            "E_UNKNOWN_USER", f"没有账号 {username}。可用 taizhang users list 查看。",
            f"There is no account {username}. See taizhang users list.", WRONG_USE,
        )  # fmt: skip
    return found


def clocks(works: Works, as_of: str | None, known_at: str | None) -> Asked:
    """The two clocks from the options."""
    return read_clocks(works.house, {"as_of": as_of, "known_at": known_at})


def ends_well(function: F) -> F:
    """Turn every refusal into its sentence and exit code; SIGTERM closes everything first.

    Whoever calls the subcommand gets his own way with SIGTERM back.
    """

    @functools.wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        before = signal.signal(signal.SIGTERM, _terminated)
        try:
            return function(*args, **kwargs)
        except Problem as problem:
            _of_problem(problem)
        except QueryError as error:
            fail(error.code, error.zh, error.en, WRONG_USE)
        except Refused as refused:
            fail(refused.code, refused.zh, refused.en)
        except EventStoreError as error:
            fail(error.code, error.zh, error.en)
        except ScanError as error:
            fail(error.notice.code, error.notice.zh, error.notice.en)
        except BrokenPipeError:
            raise  # Whoever read the answer has seen enough; click ends quietly.
        except OSError as error:
            _of_file(error)
        except (psycopg.Error, msgspec.MsgspecError) as error:
            fail(
                "E_UNAVAILABLE", f"数据库没有应答：{error}", f"No answer from the database: {error}"
            )
        finally:
            # None stands for a handler that was not set in Python.
            signal.signal(signal.SIGTERM, signal.SIG_DFL if before is None else before)

    return run  # type: ignore[return-value]


def _terminated(_number: int, _frame: object) -> NoReturn:
    raise SystemExit(128 + signal.SIGTERM)


def _of_file(error: OSError) -> NoReturn:
    """A file that cannot be read or written, or a place that cannot be used."""
    place, why = error.filename or "", error.strerror or str(error)
    fail("E_FILE", f"无法读写 {place}：{_REASONS.get(error.errno or 0, why)}",
         f"Cannot read or write {place}: {why}", WRONG_USE)  # fmt: skip


def _of_problem(problem: Problem) -> NoReturn:
    for place, text in places(problem, LANG):
        note("  " + " ".join(filter(None, (place, text))))
    status = WRONG_USE if problem.status == 400 else 1
    zh, en = problem.detail_zh, problem.detail_en
    note(f"{problem.code}: {en if LANG == 'en' else zh}")
    raise SystemExit(status)


class OutFile(click.Path):
    """A file to be written; its directory is looked at before any work is done."""

    def __init__(self) -> None:
        super().__init__(dir_okay=False, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path, or a refusal that names the directory."""
        path = super().convert(value, param, ctx)
        folder = Path(os.fsdecode(path)).absolute().parent
        if not os.access(folder, os.W_OK | os.X_OK):
            self.fail(t(f"目录 {folder} 不存在或不可写。", f"{folder} is missing or not writable."))
        return path


as_user = click.option(
    "--as", "username", metavar="USER", help=t("以此账号办理", "act as this account")
)
json_flag = click.option("--json", "as_json", is_flag=True, help=t("输出 JSON", "print JSON"))
as_of_option = click.option("--as-of", metavar="DATE", help=t("截止日期", "as-of date"))
known_at_option = click.option(
    "--known-at", metavar="INSTANT", help=t("已知时点 (RFC 3339)", "known-at (RFC 3339)")
)
unit_option = click.option("--unit", metavar="U", help=t("单位编号", "unit id"))


def reading(function: F) -> F:
    """The options of a reading subcommand: the two clocks, the reader, JSON."""
    for option in (json_flag, as_user, known_at_option, as_of_option):
        function = option(function)
    return function
