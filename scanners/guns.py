"""Takes what a gun types: one code, several in a burst, or half of one."""

from __future__ import annotations

import re
from itertools import pairwise

import msgspec

from domain.labels import NUMBER_LENGTH
from scanners.payload import SIGNED_LENGTH, Parsed, PayloadError, parse

BURST_LENGTH_MAX = 100_000

# What guns put after a code: CR, LF, Tab, and the group separator of GS1 or of a wrong setting.
_ENDS = re.compile(r"[\r\n\t\x1d\x1e\0]+")
_ADDRESS_START = re.compile(r"(?:\][A-Z]\d)?HTTPS?[:;：；]", re.IGNORECASE)


class Typed(msgspec.Struct, frozen=True):
    """One code as typed; `label` says what it is or why it is none."""

    text: str
    label: Parsed | PayloadError


TOO_LONG = PayloadError(
    "E_GUN_BURST",
    f"一次传入的内容超过 {BURST_LENGTH_MAX} 个字符，请用批量文件导入。",
    f"More than {BURST_LENGTH_MAX} signs came at once: import them as a batch file.",
)


def read_burst(typed: str) -> tuple[Typed, ...]:
    """Split what was typed into codes, in order; the suffix may be CR, Tab or nothing at all."""
    if len(typed) > BURST_LENGTH_MAX:
        return (Typed(typed[:80], TOO_LONG),)
    pieces = [piece for line in _ENDS.split(typed) for piece in _split(line)]
    return tuple(Typed(piece, parse(piece)) for piece in pieces)


def _split(line: str) -> list[str]:
    """Cut a line without suffixes: where an address starts, or after each whole number."""
    cuts = [0, *(start.start() for start in _ADDRESS_START.finditer(line)), len(line)]
    pieces = [line[begin:end].strip() for begin, end in pairwise(cuts)]
    return [code for piece in pieces if piece for code in _numbers(piece)]


def _numbers(piece: str) -> list[str]:
    """Cut bare numbers that follow each other, if every part is a label by its check sign."""
    if isinstance(parse(piece), Parsed):
        return [piece]
    for length in (SIGNED_LENGTH, NUMBER_LENGTH):
        parts = [piece[at : at + length] for at in range(0, len(piece), length)]
        if len(parts) > 1 and all(isinstance(parse(part), Parsed) for part in parts):
            return parts
    return [piece]
