"""Two foreign programs read our books: they accept them, and find the balances that we state."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from api.exports.accounts import AccountNames
from domain.money import fen_from_text, yuan_plain
from projections.asof import Scope
from tests.api.exports.conftest import AskYear, MakeExport
from tests.api.exports.year import BUREAU, SCHOOL
from tests.waiting import PATIENCE_SECONDS

THREE_DAYS = (date(2025, 1, 31), date(2025, 7, 11), date(2025, 12, 31))
Balances = dict[str, int]


def run(*command: str) -> str:
    """What a program says; it must be content."""
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def hledger_balances(path: Path, on: date) -> Balances:
    """Account to fen at the end of `on`, as hledger adds them up."""
    text = run("hledger", "-f", str(path), "bal", "-e", str(on + timedelta(days=1)), "--flat",
               "-N", "-O", "csv")  # fmt: skip
    return _balances(list(csv.reader(io.StringIO(text)))[1:])


def beancount_balances(path: Path, on: date) -> Balances:
    """Account to fen at the end of `on`, as Beancount adds them up."""
    question = f"SELECT account, sum(position) WHERE date <= {on} GROUP BY account"
    text = run("bean-query", "-f", "csv", str(path), question)
    return _balances(list(csv.reader(io.StringIO(text)))[1:])


def _balances(rows: list[list[str]]) -> Balances:
    amounts = {row[0].strip(): row[1].replace("CNY", "").strip() for row in rows}
    found = {name: fen_from_text(amount) if amount else 0 for name, amount in amounts.items()}
    return {name: fen for name, fen in found.items() if fen}


def our_balances(ask: AskYear, on: date) -> Balances:
    """Account by its foreign name to fen, as our trial balance states it."""
    rows = ask("balances", on)
    names = AccountNames((BUREAU, SCHOOL))
    found = {
        names.of(row["unit_id"], row["book"], row["account"]).name: row["closing_fen"]
        for row in rows
    }
    return {name: fen for name, fen in found.items() if fen}


PROGRAMS: dict[str, tuple[tuple[str, ...], Callable[[Path, date], Balances]]] = {
    "hledger": (("hledger", "check", "--strict", "-f"), hledger_balances),
    "beancount": (("bean-check",), beancount_balances),
}


@pytest.fixture(params=sorted(PROGRAMS))
def program(request: pytest.FixtureRequest) -> str:
    """The name of an export and of the program that reads it."""
    name: str = request.param

    assert shutil.which(PROGRAMS[name][0][0]), f"install the Debian package {name}"
    return name


@pytest.fixture
def written(tmp_path: Path, export: MakeExport, program: str) -> Callable[..., Path]:
    """Write the program's export to a file."""

    def write(**asked: Any) -> Path:
        file, content = export(program, **asked)
        path = tmp_path / file.file_name
        path.write_bytes(content)
        return path

    return write


@pytest.mark.parametrize("on", THREE_DAYS, ids=str)
def test_the_program_accepts_the_books_of_a_day(
    written: Callable[..., Path], program: str, on: date
) -> None:
    """Every day's books pass the strict check, our balances asserted within the file."""
    run(*PROGRAMS[program][0], str(written(on=on)))


@pytest.mark.parametrize("on", THREE_DAYS, ids=str)
def test_the_program_finds_our_balances(
    written: Callable[..., Path], program: str, ask: AskYear, on: date
) -> None:
    """The year's file, added up to a day by the program, gives our trial balance of that day."""
    path = written()

    assert our_balances(ask, on) == PROGRAMS[program][1](path, on)


def test_each_book_of_each_unit_balances(written: Callable[..., Path], program: str) -> None:
    """Financial and budget accounting are separate trees, and each adds up to nothing."""
    sums: dict[str, int] = {}
    for name, fen in PROGRAMS[program][1](written(), date(2025, 12, 31)).items():
        _, book, unit, _ = name.split(":")
        sums[f"{book} {unit}"] = sums.get(f"{book} {unit}", 0) + fen

    expected = {"FA U-jy-01": 0, "BA U-jy-01": 0, "FA ZX-02": 0, "BA ZX-02": 0}
    assert expected == sums


def test_one_unit_alone_is_accepted_too(written: Callable[..., Path], program: str) -> None:
    """A unit's own books hold nothing of another unit and still pass."""
    path = written(unit=SCHOOL)

    assert "jy-01" not in path.read_text()
    run(*PROGRAMS[program][0], str(path))


def test_books_before_the_first_entry_are_accepted(
    written: Callable[..., Path], program: str
) -> None:
    """Empty books are books."""
    run(*PROGRAMS[program][0], str(written(on=date(2024, 12, 31))))


def test_a_reader_without_units_gets_empty_books(
    written: Callable[..., Path], program: str
) -> None:
    """Nothing stands outside the scope."""
    path = written(scope=Scope(()))

    assert "CNY\n" not in path.read_text().partition("1000.00 CNY")[2]
    run(*PROGRAMS[program][0], str(path))


def test_a_fen_that_was_changed_is_found(written: Callable[..., Path], program: str) -> None:
    """The assertions bite: a balance that is one fen off is refused."""
    path = written()
    lines = path.read_text().splitlines()
    at = max(i for i, line in enumerate(lines) if " = " in line or " balance " in line)
    sign = " = " if " = " in lines[at] else "  "
    before, amount = lines[at].rsplit(sign, 1)
    stated = amount.split()[0]
    off = yuan_plain(fen_from_text(stated) + 1)
    lines[at] = f"{before}{sign}{amount.replace(stated, off, 1)}"
    path.write_text("\n".join(lines) + "\n")
    command = (*PROGRAMS[program][0], str(path))
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
    )

    assert done.returncode != 0


@pytest.mark.parametrize(
    ("unit_ids", "expected"),
    [
        (("U01",), {"U01": "U01"}),
        (("a.b", "a_b", "A"), {"A": "A", "a.b": "U-a-b", "a_b": "U-a-b-2"}),
        (("9", "..."), {"9": "9", "...": "U"}),
    ],
)
def test_names_of_units_never_meet(unit_ids: tuple[str, ...], expected: dict[str, str]) -> None:
    """Ids that look alike without their signs still have names of their own."""
    names = AccountNames(unit_ids)
    found = {unit: names.of(unit, "FA", "1601").name.split(":")[2] for unit in unit_ids}

    assert expected == found
