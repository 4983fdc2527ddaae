"""What the command line prints is words: headings, values, help, refusals, in both languages."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import click
import msgspec
import pytest
from click.testing import CliRunner, Result
from psycopg.rows import tuple_row

from api.bootstrap import Works
from api.cli import main
from api.cli.desk import ends_well
from api.cli.headings import columns_of, named, title
from api.problems import Problem
from eventstore.embedded import Urls
from projections.asof import EVERYTHING, AsOf
from projections.queries import QUERIES, Query
from projections.queries import ask as ask_query
from tests.web.lived import Lived, live

Run = Callable[..., Result]
ROOT = Path(__file__).parent.parent.parent
CHINESE = re.compile(r"[\u4e00-\u9fff]")
CODE = re.compile(r"\b[a-z]+_[a-z_]+\b|\b[A-Z]{2,}(?:_[A-Z]+)+\b|\b[A-Z]{3,}\.[A-Z]{3,}\b")


@pytest.fixture(scope="module")
def lived(works: Works) -> Lived:
    """Some months of one unit."""
    return live(works)


@pytest.fixture(scope="module")
def run(database: Urls, lived: Lived, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """`taizhang …` on the module's database."""
    assert lived.computer
    data = tmp_path_factory.mktemp("data")
    environ = {"MIGRATE_DATABASE_URL": database.migrate_url, "TAIZHANG_DATA": str(data)}

    def line(*words: str, **options: Any) -> Result:
        return CliRunner().invoke(
            main, ["--database", database.app_url, *words], env=environ, **options
        )

    return line


def _params(question: Query, lived: Lived) -> Any:
    """Parameters that find something: the things of the story, nothing else narrowed."""
    known = {"asset_id": lived.computer, "asset_ids": (lived.computer,), "period": "2025-01",
             "process_id": lived.process, "number": "TY202500000001"}  # fmt: skip
    needed = {field.name for field in msgspec.structs.fields(question.params) if field.required}
    needed |= {"asset_id", "period"} & set(question.params.__struct_fields__)
    return question.params(**{name: known.get(name, "x") for name in needed})


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_every_column_that_is_shown_has_a_heading(works: Works, lived: Lived, name: str) -> None:
    """No raw field name stands over a column, nor before a total."""
    question = QUERIES[name]
    as_of = AsOf(works.house.today(), works.house.clocks.position(), True)
    with works.house.pool.connection() as connection:
        cur = connection.cursor(row_factory=tuple_row)
        answer = ask_query(cur, name, _params(question, lived), as_of, EVERYTHING)
    shown = columns_of(name, list(named(name, answer.rows[0]))) if answer.rows else []

    bare = [code for code in [*shown, *answer.totals] if title(code) == code]

    assert bare == [], " ".join(bare)


def test_a_card_is_shown_in_words(run: Run) -> None:
    """Titles of the card, states and choices by name, yuan, and what happened."""
    said = run("show", "card", "TY202500000001").stdout

    assert "资产编号：TY202500000001" in said
    assert "状态：在用" in said
    assert "原值：7,200.00" in said
    assert "购置验收" in said
    assert "规格型号 T630 → T640" in said
    assert CODE.findall(said.replace("GB/T", "")) == []


@pytest.mark.parametrize("name", ["register", "journal", "issues", "balances", "periods"])
def test_tables_hold_words_for_codes(run: Run, name: str) -> None:
    """States, books, sides and kinds are never printed as codes."""
    said = run("ask", name).stdout

    assert CHINESE.search(said.splitlines()[0])
    assert CODE.findall(said) == []


def test_labels_are_recorded_as_printed_unless_told_otherwise(run: Run, tmp_path: Path) -> None:
    """The card tells of the printing; a sample leaves no trace."""
    sheet = tmp_path / "labels.pdf"
    asked = ("labels", "--out", str(sheet), "--limit", "1", "--unit", "JY")

    def printed() -> int:
        history = json.loads(run("show", "card", "TY202500000001", "--json").stdout)["history"]
        return sum(row["sub_kind"] == "LABEL.PRINT" for row in history["rows"])

    before = printed()
    sample = run(*asked, "--no-record")
    after_sample = printed()
    real = run(*asked, "--as", "officer")
    many = run("labels", "--out", str(sheet), "--limit", "500")
    refused = run(*asked, "--as", "audit")

    assert (sample.exit_code, real.exit_code, many.exit_code, refused.exit_code) == (0, 0, 0, 1)
    assert (after_sample - before, printed() - after_sample) == (0, 2)
    assert sheet.read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["do", "move", "--json", "nowhere.json", "--as", "officer"], "没有这个文件或目录"),
        (["export", "cards", "--out", "nowhere/cards.csv"], "不存在或不可写"),
        (["export", "cards", "--out", "cards.txt"], "可用格式：xlsx、csv"),
        (["labels", "--out", "nowhere/labels.pdf"], "不存在或不可写"),
        (["ask", "register", "--param", "limit=many"], "limit：须为整数"),
        (["ask", "register", "--no-such-option"], "没有选项"),
        (["show", "card"], "缺少参数"),
        (["nonsense"], "没有命令"),
        (["users", "add", "a b", "--name", "x", "--role", "audit", "--password", "1234567890"],
         "E_USERNAME"),
        (["users", "add", "ab", "--name", "x", "--role", "audit", "--password", "1234567890"],
         "E_UNIT"),
    ],
)  # fmt: skip
def test_wrong_use_is_said_in_one_sentence(
    run: Run, words: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 2 and what to do, never a traceback."""
    monkeypatch.chdir(tmp_path)
    result = run(*words)

    assert result.exit_code == 2, result.output
    assert said in re.sub(r"\s*│\s*", "", result.output)
    assert "Traceback" not in result.output


def test_a_database_that_is_away_is_said_in_one_sentence() -> None:
    """No traceback where nobody listens."""
    url = "postgresql://x@127.0.0.1:1/x"
    result = CliRunner().invoke(main, ["--database", url, "ask", "units"])

    assert result.exit_code == 1
    assert result.stderr.startswith("E_UNAVAILABLE: 数据库没有应答")


def test_an_administrator_works_at_the_line(run: Run) -> None:
    """Issue, list, revoke; off and on; each in one line."""
    token = run("tokens", "issue", "keeper", "--for", "手持终端", "--as", "sysadmin")
    held = json.loads(run("tokens", "list", "--user", "keeper", "--json").stdout)
    revoked = run("tokens", "revoke", str(held[0]["token_id"]), "--as", "sysadmin")
    refused = run("tokens", "issue", "keeper", "--for", "别的", "--as", "secadmin")
    off, on = (run("users", act, "keeper", "--as", "sysadmin") for act in ("disable", "enable"))

    assert re.fullmatch(r"tz_[\w-]{43}\n", token.stdout)
    assert (held[0]["label"], held[0]["status"]) == ("手持终端", "live")
    assert "已作废" in revoked.stdout
    assert refused.exit_code == 1
    assert "已停用" in off.stdout
    assert "已启用" in on.stdout


def _commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _commands(command, (*path, name))
        else:
            yield (*path, name)


@pytest.mark.parametrize("path", list(_commands(main)), ids=" ".join)
def test_every_help_is_chinese(path: tuple[str, ...]) -> None:
    """Each command and each option says in Chinese what it is for."""
    context = click.Context(main)
    command: click.Command = main
    for name in path:
        assert isinstance(command, click.Group)
        command = command.commands[name]
    options = [one for one in command.get_params(context) if isinstance(one, click.Option)]

    assert CHINESE.search(command.help or "")
    assert [one.name for one in options if not CHINESE.search(one.help or "")] == []


def test_english_is_whole() -> None:
    """With --lang en no Chinese is left in the help."""
    line = "import sys; sys.argv[0] = 'taizhang'; from api.cli import main; main()"
    environ = {**os.environ, "COLUMNS": "200"}
    for words in (("--help",), ("labels", "--help"), ("users", "add", "--help")):
        said = subprocess.run(
            [sys.executable, "-c", line, "--lang", "en", *words], cwd=ROOT, env=environ,
            check=True, capture_output=True, text=True,
        )  # fmt: skip

        assert not CHINESE.search(said.stdout), said.stdout


@pytest.mark.parametrize("ends", [0, 1], ids=["well", "in a refusal"])
def test_a_subcommand_hands_back_the_way_of_sigterm(ends: int) -> None:
    """Within it SIGTERM closes everything; whoever called it has his own handler again."""
    own = signal.signal(signal.SIGTERM, signal.default_int_handler)
    seen = []

    @ends_well
    def work() -> None:
        seen.append(signal.getsignal(signal.SIGTERM))
        if ends:
            raise Problem("E_NOT_FOUND")

    try:
        with pytest.raises(SystemExit) if ends else nullcontext():
            work()
        left = signal.getsignal(signal.SIGTERM)
    finally:
        signal.signal(signal.SIGTERM, own)

    assert left is signal.default_int_handler
    assert signal.default_int_handler not in seen
