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

from api.cli.codes import CODES
from api.cli.headings import title
from api.cli.words import LANG, t
from api.house import SHANGHAI
from api.web import words
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
    """A value as people read it: money in yuan, instants in China's time, codes in words."""
    if value is None or value in ("", [], ()):
        return ""
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
    if name == "fen" and isinstance(value, int):
        return yuan(value)
    if isinstance(value, dict) and name != "basis":
        return t("，", ", ").join(
            f"{_part(name, key)} {cell(key, one)}" for key, one in value.items()
        )
    if isinstance(value, list | tuple):
        return t("、", ", ").join(cell(name, one) for one in value)
    known = CODES.get(name)
    return known(str(value)) if known else words.value_text(name, value, LANG, {}, {})


def _part(name: str, key: str) -> str:
    """The name of one part of a value: a field, or the code by which totals are split."""
    if not name.startswith("by_"):
        return title(key)
    return CODES["issue_status"](key) if name == "by_status" else key


def table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str] | None = None) -> None:
    """Print rows as a table under headings; money stands to the right, empty columns go."""
    if not rows:
        note(t("没有记录。", "No rows."))
        return
    names = [
        name for name in columns or rows[0].keys() if any(cell(name, row.get(name)) for row in rows)
    ]
    shown = Table(box=None, header_style="bold", pad_edge=False)
    for name in names:
        money = name == "fen" or name.endswith("_fen")
        shown.add_column(title(name), justify="right" if money else "left", overflow="fold")
    for row in rows:
        shown.add_row(*(cell(name, row.get(name)) for name in names))
    width = None if sys.stdout.isatty() else 40 * max(4, len(names))
    Console(file=sys.stdout, width=width, highlight=False, markup=False).print(shown)


def pairs(values: Iterable[tuple[str, Any]]) -> None:
    """Print names and values below one another."""
    for name, value in values:
        if value not in (None, "", [], {}):
            say(t(f"{title(name)}：{cell(name, value)}", f"{title(name)}: {cell(name, value)}"))


def fail(code: str, zh: str, en: str, status: int = REFUSED) -> NoReturn:
    """End with `code` and its sentence on stderr: 1 refused or different, 2 wrong use."""
    note(f"{code}: {en if LANG == 'en' else zh}")
    raise SystemExit(status)


def utc_now() -> datetime:
    """The clock of the machine, in UTC."""
    return datetime.now(UTC)
