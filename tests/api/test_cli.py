"""The command line: the same registries as HTTP, exit codes, JSON, both languages."""

from __future__ import annotations

import json
import subprocess
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from litestar import Litestar
from PIL import Image

from api.bootstrap import Works
from api.cli import main
from api.cli.acting import command_lines
from api.cli.asking import question_lines
from api.cli.words import lang_asked
from domain.commands.table import COMMANDS
from eventstore.embedded import Urls
from projections.queries import QUERIES

Run = Callable[..., Result]
OPENING = "2026-01-01"
DATA = Path(__file__).parent.parent / "data"


@pytest.fixture(scope="module")
def run(database: Urls, works: Works, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """`taizhang …` on the module's database."""
    assert works.house is not None
    data = tmp_path_factory.mktemp("data")
    environ = {"MIGRATE_DATABASE_URL": database.migrate_url, "TAIZHANG_DATA": str(data)}

    def line(*words: str, **options: Any) -> Result:
        return CliRunner().invoke(
            main, ["--database", database.app_url, *words], env=environ, **options
        )

    return line


def _first_words(lines: str) -> set[str]:
    return {line.split()[0] for line in lines.splitlines()}


def _routes(app: Litestar, prefix: str) -> set[str]:
    return {
        route.path.removeprefix(prefix)
        for route in app.routes
        if route.path.startswith(prefix) and "{" not in route.path
    }


def test_do_and_the_routes_know_the_same_commands(app: Litestar) -> None:
    """Command line, HTTP and domain list the same names."""
    assert set(COMMANDS) == _first_words(command_lines())
    assert set(COMMANDS) == _routes(app, "/api/v1/commands/")


def test_ask_and_the_routes_know_the_same_questions(app: Litestar) -> None:
    """Command line, HTTP and read models list the same names."""
    assert set(QUERIES) == _first_words(question_lines())
    assert set(QUERIES) == _routes(app, "/api/v1/queries/")


@pytest.mark.parametrize(
    ("argv", "environ", "lang"),
    [
        ([], {}, "zh"),
        (["ask", "units"], {"TAIZHANG_LANG": "en"}, "en"),
        (["--lang", "en", "version"], {}, "en"),
        (["--lang=zh"], {"TAIZHANG_LANG": "en"}, "zh"),
        (["--lang"], {}, "zh"),
    ],
)
def test_the_language_is_asked_for_on_the_line_or_around_it(
    argv: list[str], environ: dict[str, str], lang: str
) -> None:
    """The line goes before the environment; Chinese is the default."""
    assert lang == lang_asked(argv, environ)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["version"], 0),
        (["ask", "units"], 0),
        (["doctor"], 0),
        (["projections", "status"], 0),
        (["show", "card", "no-such-number"], 1),
        (["ask", "no-such-question"], 2),
        (["ask", "register", "--param", "nonsense=1"], 2),
        (["ask", "units", "--as-of", "yesterday"], 2),
        (["ask", "units", "--as", "nobody"], 2),
        (["do", "move"], 2),
        (["no-such-command"], 2),
        (["close", "--period", "2026-13"], 2),
        (["import", "undo", "no-such-batch", "--reason", "x"], 1),
    ],
)
def test_exit_codes_say_done_refused_or_wrong_use(run: Run, words: list[str], code: int) -> None:
    """0 done, 1 refused, 2 wrong use; an error is one sentence with a code, no traceback."""
    result = run(*words)

    assert code == result.exit_code, result.output
    assert "Traceback" not in result.output


def test_a_question_answers_in_json(run: Run) -> None:
    """Rows, totals and the clocks they hold for."""
    answer = json.loads(run("ask", "units", "--json").stdout)

    assert {"JG", "CZ", "JY", "ZX", "WJ", "XB"} == {row["unit_id"] for row in answer["rows"]}
    assert answer["position"] > 0


def _do(run: Run, name: str, body: dict[str, Any], *words: str) -> Result:
    return run("do", name, "--json", "-", *words, input=json.dumps(body))


def test_a_command_is_recorded_once_under_its_id(run: Run) -> None:
    """A rehearsal records nothing; a repeat gets the first answer."""
    body = {"occurred_on": OPENING, "unit_id": "JY", "period": "2026-01"}
    words = ("--as", "accountant", "--id", str(uuid.uuid4()))
    rehearsed = json.loads(_do(run, "open-books", body, *words, "--dry-run").stdout)
    first = json.loads(_do(run, "open-books", body, *words).stdout)
    again = json.loads(_do(run, "open-books", body, *words).stdout)

    assert (rehearsed["dry_run"], rehearsed["position"]) == (True, 0)
    assert first["position"] == again["position"] > 0
    assert (first["replayed"], again["replayed"]) == (False, True)


@pytest.mark.parametrize(
    ("body", "username", "code", "status"),
    [
        ({"occurred_on": OPENING, "unit_id": "WJ", "period": "2026-01"}, "accountant",
         "E_OUT_OF_SCOPE", 1),
        ({"occurred_on": OPENING, "unit_id": "JY", "period": "2026-01"}, "officer",
         "E_FORBIDDEN", 1),
        ({"occurred_on": OPENING, "unit_id": "JY"}, "accountant", "E_FIELDS", 2),
        ({"occurred_on": 1.5}, "accountant", "E_JSON_NUMBER", 2),
    ],
)  # fmt: skip
def test_the_line_has_the_powers_of_the_account(
    run: Run, body: dict[str, Any], username: str, code: str, status: int
) -> None:
    """What HTTP refuses, the line refuses, with the same code."""
    result = _do(run, "open-books", body, "--as", username)

    assert status == result.exit_code
    assert code in result.stderr


def test_a_month_goes_on_past_failures(run: Run) -> None:
    """One unit without books does not keep the others from closing; the line exits 1."""
    result = run("run", "depreciation", "--period", "2026-01", "--unit", "WJ", "--json")
    rows = json.loads(result.stdout)

    assert result.exit_code == 1
    assert [(row["unit"], row["result"]) for row in rows] == [("WJ", "E_NO_BOOKS")]


def test_a_workbook_goes_in_by_two_people_and_out_again(run: Run, tmp_path: Path) -> None:
    """Prepared by one, released by another, exported, undone as a batch."""
    file = str(DATA / "cards-gbk.csv")
    asked = ("import", "cards", file, "--unit", "JY", "--opening-date", OPENING)
    rehearsed = run(*asked, "--dry-run", "--json", "--as", "officer")
    assert rehearsed.exit_code in {0, 1}, rehearsed.output
    batch = json.loads(rehearsed.stdout)
    words = () if rehearsed.exit_code == 0 else ("--partial",)
    released = run(*asked, *words, "--as", "officer", "--release-as", "accountant", "--json")
    assert released.exit_code == 0, released.output

    assert batch["cards"] == json.loads(released.stdout)["done"] > 0

    out = tmp_path / "cards.csv"
    assert run("export", "cards", "--out", str(out), "--unit", "JY").exit_code == 0
    lines = out.read_text("utf-8-sig").splitlines()
    assert len(lines) > batch["cards"]
    _prints_and_reads(run, tmp_path)

    undone = run("import", "undo", batch["batch_id"], "--reason", "演练", "--as", "accountant")
    assert undone.exit_code == 0, undone.output


def _prints_and_reads(run: Run, place: Path) -> None:
    """A printed label, drawn as a picture, leads back to its card; a blank picture to none."""
    sheet = place / "labels.pdf"
    printed = run("labels", "--out", str(sheet), "--limit", "1", "--unit", "JY", "--no-record")
    assert printed.exit_code == 0, printed.output
    picture = place / "label"
    draw = ["pdftoppm", "-png", "-r", "200", "-singlefile", str(sheet), str(picture)]
    subprocess.run(draw, check=True)
    read = run("scan", f"{picture}.png", "--json")
    register = run("ask", "register", "--param", "unit=JY", "--param", "limit=1", "--json")
    card = json.loads(register.stdout)["rows"][0]
    found = json.loads(read.stdout)[0]

    assert read.exit_code == 0
    assert (card["card_no"], card["label_no"]) == (found["card_no"], found["label_no"])
    assert found["genuine"] is True

    shown = run("show", "card", card["label_no"], "--json")
    assert card["card_no"] == json.loads(shown.stdout)["card"]["rows"][0]["card_no"]

    blank = place / "blank.png"
    Image.new("L", (80, 80), 255).save(blank)
    assert run("scan", str(blank), "--json").exit_code == 1
