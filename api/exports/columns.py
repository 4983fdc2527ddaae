"""Columns of exported tables: headings in two languages and what stands in a cell."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

import msgspec

from api.exports.export import SHANGHAI, Lang
from projections.queries import Row

Kind = Literal["text", "money", "quantity", "count", "date", "instant"]
Cell = str | int | Decimal | date | datetime | None
Value = Callable[[Row, Lang], Any]


class Column(msgspec.Struct, frozen=True):
    """One column; `value` makes what does not stand in the row under `key` as it is.

    Money comes as fen and is written in yuan, quantity comes in 1/100.
    """

    key: str
    zh: str
    en: str
    kind: Kind = "text"
    width: int = 14
    value: Value | None = None

    def heading(self, lang: Lang) -> str:
        """The heading in the reader's language."""
        return self.zh if lang == "zh" else self.en

    def cell(self, row: Row, lang: Lang) -> Cell:
        """What stands in the cell of `row`: exact, without a float on the way."""
        raw = row.get(self.key) if self.value is None else self.value(row, lang)
        if raw is None:
            return None
        match self.kind:
            case "money":
                return Decimal(raw).scaleb(-2)
            case "quantity":
                return Decimal(raw).scaleb(-2).normalize()
            case "instant":
                return instant_text(raw)
            case "text":
                return _text(raw, lang)
        return raw  # type: ignore[no-any-return]


def instant_text(instant: datetime) -> str:
    """An instant as China's clocks show it, to the second."""
    return instant.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")


def _text(raw: Any, lang: Lang) -> str:
    if isinstance(raw, bool):
        words = ("是", "否") if lang == "zh" else ("yes", "no")
        return words[0] if raw else words[1]
    if isinstance(raw, list | tuple):
        return "、".join(map(str, raw)) if lang == "zh" else ", ".join(map(str, raw))
    return str(raw)
