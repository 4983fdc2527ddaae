"""The arrows of the house: who may import whom, read from the source itself (design 2)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HOUSE = ("domain", "eventstore", "projections", "scanners", "api")
"""From the ground up: a package imports those to its left, never those to its right."""

DOMAIN_MAY_IMPORT = frozenset(
    [
        "__future__",
        "calendar",
        "collections",
        "datetime",
        "decimal",
        "enum",
        "functools",
        "hashlib",
        "itertools",
        "math",
        "msgspec",
        "re",
        "typing",
        "unicodedata",
    ]
)
"""What a pure domain needs: no files, no sockets, no clock of the machine, no chance, no SQL."""

CLOCKS = {("date", "today"), ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today")}


def modules(package: str) -> dict[str, Path]:
    """Dotted name to path of each module of a package."""
    found = {}
    for path in sorted((ROOT / package).rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imported(path: Path, known: frozenset[str]) -> set[str]:
    """The modules that a file imports when it is loaded, those inside functions included."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        match node:
            case ast.Import():
                names |= {alias.name for alias in node.names}
            case ast.ImportFrom(module=str(module), level=0):
                for alias in node.names:
                    whole = f"{module}.{alias.name}"
                    names.add(whole if whole in known else module)
            case ast.ImportFrom():
                raise AssertionError(f"{path}: relative imports hide where the arrow points")
    return names


ALL = {name: path for package in HOUSE for name, path in modules(package).items()}
KNOWN = frozenset(ALL)
IMPORTS = {name: imported(path, KNOWN) for name, path in ALL.items()}


@pytest.mark.parametrize("package", HOUSE)
def test_arrows_point_down_only(package: str) -> None:
    """api → scanners → projections → eventstore → domain, and never back."""
    above = set(HOUSE[HOUSE.index(package) + 1 :]) | {"tests", "bench"}
    wrong = [
        f"{name} imports {other}"
        for name in modules(package)
        for other in sorted(IMPORTS[name])
        if other.split(".")[0] in above
    ]

    assert wrong == []


def test_the_domain_is_pure() -> None:
    """The domain imports itself and a few modules that do nothing to the world."""
    wrong = [
        f"{name} imports {other}"
        for name in modules("domain")
        for other in sorted(IMPORTS[name])
        if other.split(".")[0] not in DOMAIN_MAY_IMPORT | {"domain"}
    ]

    assert wrong == []


def test_the_domain_reads_no_clock_and_opens_no_file() -> None:
    """A decision gets its day from the world, never from the machine."""
    wrong = []
    for name, path in modules("domain").items():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id=owner), attr=attr)):
                    if (owner, attr) in CLOCKS:
                        wrong.append(f"{name} asks {owner}.{attr}()")
                case ast.Call(
                    func=ast.Name(id=("open" | "print" | "input" | "eval" | "exec") as f)
                ):
                    wrong.append(f"{name} calls {f}()")

    assert wrong == []


def _circles(names: set[str]) -> Iterator[list[str]]:
    """Each circle of imports that a walk in depth meets."""
    done: set[str] = set()

    def walk(name: str, way: list[str]) -> Iterator[list[str]]:
        if name in way:
            yield [*way[way.index(name) :], name]
            return
        if name in done:
            return
        for other in sorted(IMPORTS[name] & names - {name}):
            yield from walk(other, [*way, name])
        done.add(name)

    for name in sorted(names):
        yield from walk(name, [])


@pytest.mark.parametrize("package", HOUSE)
def test_no_circle_inside_a_package(package: str) -> None:
    """A file imports what stands below it, never a sibling in a circle."""
    assert [" → ".join(circle) for circle in _circles(set(modules(package)))] == []
