"""`ask` for any question, `export` for files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import rich_click as click

from api.bootstrap import Works
from api.cli.desk import (
    Desk,
    OutFile,
    as_of_option,
    as_user,
    clocks,
    ends_well,
    known_at_option,
    reading,
    unit_option,
    who,
)
from api.cli.headings import columns_of, named
from api.cli.output import note, pairs, say, table, to_json, utc_now
from api.cli.words import LANG, t
from api.exports import EXPORTS, open_source, read_export_params
from api.problems import Problem
from api.queries.asking import THINGS, scope_for
from api.queries.asking import ask as ask_house
from projections.queries import QUERIES


def question_lines() -> str:
    """The list of questions with their words, for `ask --list`."""
    width = max(map(len, QUERIES))
    return "\n".join(
        f"  {name:<{width}}  {one.title_en if LANG == 'en' else one.title_zh}"
        for name, one in QUERIES.items()
    )


def answer_of(
    works: Works, name: str, values: Mapping[str, Any], username: str | None, as_of: str | None,
    known_at: str | None,
) -> dict[str, Any]:  # fmt: skip
    """The answer to a question as plain values, with the clocks it holds for."""
    principal = who(works, username)
    asked = clocks(works, as_of, known_at)
    answered = ask_house(
        works.house, principal, name, values, asked, route=f"cli:{name}", address="local"
    )
    return {field: getattr(answered, field) for field in answered.__struct_fields__}


def _given(params: tuple[str, ...]) -> dict[str, Any]:
    """Values from `name=value` words; a name given twice is a list."""
    values: dict[str, Any] = {}
    for word in params:
        name, equals, value = word.partition("=")
        if not equals:
            raise click.UsageError(t(f"参数须写作 名=值：{word}", f"write name=value: {word}"))
        before = values.get(name)
        values[name] = value if before is None else [*_listed(before), value]
    return values


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@click.command("ask", help=t("提一个查询（查询名见 --list）", "Ask one question (names: --list)"))
@click.argument("name", metavar="QUERY", required=False)
@click.option("--param", "params", multiple=True, metavar="NAME=VALUE", help=t("参数", "parameter"))
@click.option("--list", "listed", is_flag=True, help=t("列出全部查询", "list the questions"))
@reading
@click.pass_obj
@ends_well
def ask(
    desk: Desk, name: str | None, params: tuple[str, ...], as_of: str | None,
    known_at: str | None, username: str | None, *, listed: bool, as_json: bool,
) -> None:  # fmt: skip
    """Ask one question."""
    if listed:
        say(question_lines())
        return
    if name not in QUERIES:
        raise click.UsageError(t("没有这个查询；见 --list。", "No such question; see --list."))
    values = _given(params)
    fields = {f.name: f for f in msgspec.structs.fields(QUERIES[name].params)}
    for key, value in values.items():
        if key in fields and "tuple" in str(fields[key].type):
            values[key] = _listed(value)
    with desk.works() as works:
        answer = answer_of(works, name, values, username, as_of, known_at)
    print_answer(name, answer, as_json=as_json)


def print_answer(question: str, answer: Mapping[str, Any], *, as_json: bool) -> None:
    """A table with its totals and clocks, or the whole answer as JSON."""
    if as_json:
        say(to_json(answer))
        return
    rows = [named(question, row) for row in answer["rows"]]
    table(rows, columns_of(question, list(rows[0])) if rows else None)
    pairs((name, value) for name, value in (answer["totals"] or {}).items())
    say_clocks(answer)


def say_clocks(answer: Mapping[str, Any]) -> None:
    """On which clocks an answer holds, and how to ask for its next page, on stderr."""
    known = answer["known_at"] or t("现在", "now")
    day, position = answer["as_of"], answer["position"]
    note(
        t(
            f"截止 {day}，已知于 {known}（位置 {position}）",
            f"as of {day}, known at {known} (position {position})",
        )
    )
    if answer["next_cursor"]:
        following = f"--param cursor={answer['next_cursor']}"
        note(t(f"下一页：{following}", f"next page: {following}"))


@click.command("export", help=t("导出文件", "Export a file"))
@click.argument("name", type=click.Choice(sorted(EXPORTS)))
@click.option("--out", required=True, type=OutFile(), help=t("输出文件", "file"))
@click.option("--format", "form", help=t("xlsx 或 csv，按文件名推断", "xlsx or csv"))
@click.option("--param", "params", multiple=True, metavar="NAME=VALUE", help=t("参数", "parameter"))
@unit_option
@as_of_option
@known_at_option
@as_user
@click.pass_obj
@ends_well
def export(
    desk: Desk, name: str, out: Path, form: str | None, params: tuple[str, ...], unit: str | None,
    as_of: str | None, known_at: str | None, username: str | None,
) -> None:  # fmt: skip
    """Write one export; the file appears only when it is whole."""
    row = EXPORTS[name]
    values = _given(params) | {"unit": unit}
    chosen = form or out.suffix.lstrip(".") or row.formats[0]
    takes_format = "format" in row.params.__struct_fields__
    if (takes_format or form is not None) and chosen not in row.formats:
        formats = t("、", ", ").join(row.formats)
        raise click.UsageError(t(f"可用格式：{formats}", f"formats: {formats}"))
    if takes_format:
        values["format"] = chosen
    with desk.works() as works:
        principal = who(works, username)
        if not principal.grants_for(row.thing, "R"):
            raise Problem("E_FORBIDDEN")
        asked = clocks(works, as_of, known_at)
        scope = scope_for(works.house, principal, {"unit": unit})
        log, made_at = works.store.log, utc_now()
        part = out.with_name(out.name + ".part")
        with (
            works.house.pool.connection() as connection,
            open_source(
                connection, log.read, made_at, known_at=asked.known_at, lang=LANG
            ) as source,
            part.open("wb") as file,
        ):
            made = row.make(source, asked.as_of, scope, read_export_params(row, values))
            size = sum(file.write(chunk) for chunk in made.chunks)
        part.replace(out)
    note(t(f"已写入 {out}（{size} 字节）", f"wrote {out} ({size} bytes)"))


def question_things() -> frozenset[str]:
    """Questions that somebody may ask."""
    return frozenset(THINGS) & frozenset(QUERIES)
