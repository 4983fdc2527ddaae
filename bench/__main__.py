"""Run the benches: `python -m bench [append|projections|pages|imports|month_end|demo ...]`."""

from __future__ import annotations

import importlib
import sys

from bench.results import Row, machine, save, show

SUITES = ("append", "projections", "pages", "imports", "month_end", "demo")


def main(names: list[str]) -> int:
    """Run the suites named, or all; exit 2 for an unknown name."""
    if unknown := set(names) - set(SUITES):
        print(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(SUITES)}")
        return 2
    rows: list[Row] = []
    for name in names or SUITES:
        print(f"— {name}", flush=True)
        rows += importlib.import_module(f"bench.{name}").run()
    print(" ".join(f"{key}={value}" for key, value in machine().items()))
    print(show(rows))
    print(save(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
