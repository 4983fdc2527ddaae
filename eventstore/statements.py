"""Named blocks of the package's `.sql` files: `-- name: x`, the statement, its sentence above."""

from __future__ import annotations

import re
from importlib.resources import files

_NAME = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)


def statements(package: str, filename: str) -> dict[str, str]:
    """Every named block of `filename` in `package`, comments left out."""
    text = (files(package) / filename).read_text(encoding="utf-8")
    parts = _NAME.split(text)
    return {name: _code(block) for name, block in zip(parts[1::2], parts[2::2], strict=True)}


def _code(block: str) -> str:
    lines = (line for line in block.splitlines() if not line.startswith("--"))
    return "\n".join(lines).strip().removesuffix(";")
