"""The form of the code itself: sizes, words, first lines, nothing of one machine (style.md 6)."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULE_LINES_MAX = 500
FUNCTION_LINES_MAX = 70
LINE_COLUMNS_MAX = 100

LONG_MODULES: dict[str, int] = {"tests/projections/test_issues.py": 600}
"""Modules longer than the limit, with the length they may not grow beyond; may only shrink."""

LONG_FUNCTIONS: dict[str, int] = {}
"""`path:function` to its lines, as above."""

NAMELESS = {"utils", "util", "helpers", "helper", "common", "manager", "service", "misc"}
"""Names that say nothing of what is inside."""

_UNFINISHED = re.compile(r"(?:#|--|/\*|\"\"\").*\b(?:T[O]DO|F[I]XME|X{3})\b")
_SKIPPED = re.compile(r"pytest\.mark\." r"(?:skip|xfail)|pytest\." r"(?:skip|xfail)\(")
_MACHINE = re.compile(r"(?<![\w.])/(?:wo" r"rk|ro" r"ot|ho" r"me/\w+|Us" r"ers/\w+)(?![\w-])")
TEXT_ENDS = (
    ".py", ".sql", ".md", ".toml", ".html", ".css", ".js", ".mjs", ".typ", ".po", ".json", ".yml",
    ".yaml", ".cfg", ".txt", ".ini", ".sh", "Makefile", "run",
)  # fmt: skip


def tracked(*ends: str) -> list[Path]:
    """The files in the repository whose names end so; those of the tree where git is away."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False, text=True
    )
    names = [name for name in listed.stdout.split("\0") if name.endswith(ends)]
    return [ROOT / name for name in names if (ROOT / name).is_file()]


SOURCES = tracked(".py")


def _text(path: Path) -> str:
    return path.read_text("utf-8")


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _functions(path: Path) -> Iterator[tuple[str, int]]:
    """Each function of a module with its length in lines, its decorators left out."""
    for node in ast.walk(ast.parse(_text(path))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def test_there_is_something_to_look_at() -> None:
    """Without the list of files every test here would pass for nothing."""
    assert len(SOURCES) > 50


def test_a_module_can_be_read_in_one_sitting() -> None:
    """At most 500 lines; what is longer is named above and may only shrink."""
    long = {
        _name(path): lines
        for path in SOURCES
        if (lines := len(_text(path).splitlines()))
        > LONG_MODULES.get(_name(path), MODULE_LINES_MAX)
    }

    assert long == {}


def test_a_function_fits_on_a_screen() -> None:
    """At most 70 lines."""
    long = {
        place: lines
        for path in SOURCES
        for name, lines in _functions(path)
        if lines > LONG_FUNCTIONS.get(place := f"{_name(path)}:{name}", FUNCTION_LINES_MAX)
    }

    assert long == {}


def test_every_module_says_its_one_reason_first() -> None:
    """The first statement is a docstring whose first line is a sentence."""
    silent = []
    for path in SOURCES:
        text = _text(path)
        if not text.strip() and path.name == "__init__.py" and "tests" in path.parts:
            continue
        said = ast.get_docstring(ast.parse(text))
        if not said or not said.splitlines()[0].strip():
            silent.append(_name(path))

    assert silent == []


def test_names_say_what_is_inside() -> None:
    """Folders and modules are named for ideas of the field."""
    empty = [_name(path) for path in SOURCES if NAMELESS & {*path.parts[1:-1], path.stem}]

    assert empty == []


@pytest.mark.parametrize(
    "word", [_UNFINISHED, _SKIPPED], ids=["nothing is left unfinished", "no test is left out"]
)
def test_words_that_do_not_stand_in_the_code(word: re.Pattern[str]) -> None:
    """What is not done is not there; what is tested is tested."""
    found = [
        f"{_name(path)}:{number}"
        for path in SOURCES
        for number, line in enumerate(_text(path).splitlines(), 1)
        if word.search(line)
    ]

    assert found == []


def test_errors_are_not_swallowed() -> None:
    """No `except: pass`, bare or not: what is ignored on purpose says so by suppress()."""
    silent = [
        f"{_name(path)}:{node.lineno}"
        for path in SOURCES
        for node in ast.walk(ast.parse(_text(path)))
        if isinstance(node, ast.ExceptHandler)
        and len(node.body) == 1
        and isinstance(node.body[0], ast.Pass)
    ]

    assert silent == []


def test_nothing_tells_of_one_machine() -> None:
    """No path of anybody's computer in a tracked file."""
    found = [
        f"{_name(path)}:{number}: {hit.group()}"
        for path in tracked(*TEXT_ENDS)
        for number, line in enumerate(_text(path).splitlines(), 1)
        if (hit := _MACHINE.search(line))
    ]

    assert found == []
