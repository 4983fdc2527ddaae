"""Every code that an answer may carry is in the catalogue that /schema shows."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import api
from api.problem_codes import PROBLEMS
from domain.refusals import REFUSALS
from eventstore import errors
from tests.api.conftest import SignedIn

ROOT = Path(api.__file__).parent.parent
CODE = re.compile(r"E_[A-Z0-9_]+")
# What only the command line says: it prepares databases and demos, and checks its own options.
AT_THE_DESK = ("api/cli/", "api/preparing.py", "api/demo/")
# Exceptions and findings that become a problem: each is made with its code as first argument.
RAISED = {"Problem", "QueryError", "FileError", "Notice", "PayloadError", "ScanError"}
# Never an answer: the first is the name of all, the others end a program that starts.
NEVER = {"E_EVENT_STORE", "E_REFUSED", "E_MIGRATION_CHANGED", "E_EMBEDDED_SERVER"}


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Where a problem, or what becomes one, is made with its code written out."""
    for package in ("api", "projections", "scanners"):
        for path in sorted((ROOT / package).rglob("*.py")):
            place = path.relative_to(ROOT).as_posix()
            if place.startswith(AT_THE_DESK):
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                name = getattr(node, "func", None)
                called = getattr(name, "id", getattr(name, "attr", ""))
                if isinstance(node, ast.Call) and called in RAISED:
                    yield f"{place}:{node.lineno}", node


def codes_of(call: ast.Call) -> list[str]:
    """The codes in the first argument: one, or those of a choice."""
    found = ast.walk(call.args[0]) if call.args else []
    texts = [one.value for one in found if isinstance(one, ast.Constant)]
    return [text for text in texts if isinstance(text, str) and CODE.fullmatch(text)]


def test_every_code_that_is_raised_is_in_the_catalogue() -> None:
    """The calls are read from the modules themselves, so that none is forgotten."""
    raised = [(code, place) for place, call in calls() for code in codes_of(call)]
    unknown = [pair for pair in raised if pair[0] not in PROBLEMS.keys() | REFUSALS.keys()]

    assert len(raised) > 100
    assert unknown == []


def test_the_catalogue_tells_the_status_that_is_answered() -> None:
    """Where a call gives a status of its own, it is the one that /schema shows."""
    other = [
        (place, code, option.value.value)
        for place, call in calls()
        for option in call.keywords
        if option.arg == "status" and isinstance(option.value, ast.Constant)
        for code in codes_of(call)
        if code in PROBLEMS and PROBLEMS[code][0] != option.value.value
    ]

    assert other == []


def test_every_error_of_the_log_is_in_the_catalogue() -> None:
    """The classes of the store's error tree, each with its code."""
    classes = [one for one in vars(errors).values() if isinstance(one, type)]
    codes = {one.code for one in classes if issubclass(one, errors.EventStoreError)}

    assert codes - NEVER - PROBLEMS.keys() == set()


def test_no_code_means_two_things() -> None:
    """A code is either the rules' or the interface's."""
    assert PROBLEMS.keys() & REFUSALS.keys() == set()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_interface_page_lists_every_code(signed_in: SignedIn, lang: str) -> None:
    """With its status and its sentence."""
    text = signed_in("officer").get(f"/schema?lang={lang}", headers={"Accept": "text/html"}).text

    assert [code for code in (*PROBLEMS, *REFUSALS) if f"<code>{code}</code>" not in text] == []


@pytest.mark.parametrize("code", PROBLEMS)
def test_a_code_says_what_it_is_in_both_languages(code: str) -> None:
    """A client error or a fault of the server, in Chinese and in English."""
    status, zh, en = PROBLEMS[code]

    assert 400 <= status < 600
    assert re.search(r"[\u4e00-\u9fff]", zh)
    assert not re.search(r"[\u4e00-\u9fff]", en)
