"""A workbook of 100,000 cards through rehearsal and release: seconds and peak memory."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.results import Row

ROWS = 100_000


def run() -> list[Row]:
    """Measure in a process of its own, so that the peak is the import's alone."""
    with tempfile.TemporaryDirectory() as folder:
        found = Path(folder) / "found.json"
        subprocess.run([sys.executable, "-m", "bench.importing", str(ROWS), str(found)], check=True)
        figures = json.loads(found.read_text())
    seconds, peak = figures["seconds"], figures["peak_mb"]
    return [
        Row("imports", f"{ROWS:,} rows, rehearsed and recorded", seconds, "s",
            target="< 60 s", met=seconds < 60),
        Row("imports", "  rehearsal alone", figures["rehearsal_s"], "s"),
        Row("imports", "  peak memory of the process", peak, "MB",
            target="< 500 MB", met=peak < 500),
    ]  # fmt: skip
