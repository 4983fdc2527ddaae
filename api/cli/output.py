"""What the command line prints: tables for people, JSON for programs, one form of error."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NoReturn

import msgspec
import rich_click as click
from rich.console import Console
from rich.table import Table

from api.cli.words import LANG, t
from api.house import SHANGHAI
from domain.money import yuan

REFUSED, WRONG_USE = 1, 2


def to_json(value: Any) -> str:
    """`value` as JSON text, fields in their order."""
    return msgspec.json.format(msgspec.json.encode(value, enc_hook=str), indent=2).decode()


def say(text: str) -> None:
    """One line for the reader."""
    click.echo(text)


def note(text: str) -> None:
    """One line beside the answer, on stderr."""
    click.echo(text, err=True)


def cell(name: str, value: Any) -> str:
    """A value as people read it: money in yuan, instants in China's time."""
    if value is None:
        return ""
    if name.endswith("_fen") and isinstance(value, int):
        return yuan(value)
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, bool):
        return t("是", "yes") if value else t("否", "no")
    return _joined(value) if isinstance(value, list | tuple | dict) else str(value)


def _joined(values: list[Any] | tuple[Any, ...] | dict[str, Any]) -> str:
    if isinstance(values, dict):
        return "; ".join(f"{key}={cell(key, one)}" for key, one in values.items())
    return "、".join(cell("", one) for one in values)


def table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str] | None = None) -> None:
    """Print rows as a table; money stands to the right."""
    if not rows:
        note(t("没有记录。", "No rows."))
        return
    names = list(columns or rows[0].keys())
    shown = Table(box=None, header_style="bold", pad_edge=False)
    for name in names:
        money = name.endswith("_fen")
        shown.add_column(name, justify="right" if money else "left", overflow="fold")
    for row in rows:
        shown.add_row(*(cell(name, row.get(name)) for name in names))
    width = None if sys.stdout.isatty() else 40 * max(4, len(names))
    Console(file=sys.stdout, width=width, highlight=False, markup=False).print(shown)


def pairs(values: Iterable[tuple[str, Any]]) -> None:
    """Print names and values below one another."""
    for name, value in values:
        if value not in (None, "", [], {}):
            say(f"{name}: {cell(name, value)}")


def fail(code: str, zh: str, en: str, status: int = REFUSED) -> NoReturn:
    """End with `code` and its sentence on stderr: 1 refused or different, 2 wrong use."""
    note(f"{code}: {en if LANG == 'en' else zh}")
    raise SystemExit(status)


def utc_now() -> datetime:
    """The clock of the machine, in UTC."""
    return datetime.now(UTC)
