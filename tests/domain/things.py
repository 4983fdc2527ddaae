"""Things of the worked examples: cards with the class, life and price of the handbook's cases."""

from __future__ import annotations

from datetime import date
from typing import Any

from domain.cards import Card
from domain.catalogue.classes import STD_2022
from domain.events import Approval
from domain.money import fen_from_text

KINDS: dict[str, tuple[str, str, str, int]] = {
    "desktop": ("台式计算机", "A02010105", "equipment", 72),
    "laptop": ("便携式计算机", "A02010108", "equipment", 72),
    "server": ("服务器", "A02010104", "equipment", 72),
    "sedan": ("轿车", "A02030501", "vehicle", 96),
    "copier": ("复印机", "A02020100", "equipment", 72),
    "projector": ("投影仪", "A02020200", "equipment", 72),
    "camera": ("数字照相机", "A02020501", "equipment", 60),
    "desk": ("办公桌", "A05010201", "equipment", 180),
    "software": ("应用软件", "A08060303", "intangible", 120),
    "office": ("办公楼", "A01010100", "house", 360),
    "hall": ("业务用房", "A01010200", "house", 360),
    "relic": ("馆藏瓷瓶", "A03010100", "other_fixed", 0),
    "land": ("土地使用权", "A08040100", "land", 0),
}
"""Kind → name, class code, card type, life in months."""


def day(text: str) -> date:
    """A date written YYYY-MM-DD."""
    return date.fromisoformat(text)


def fen(text: str) -> int:
    """Yuan as written in the handbook ("3,499.92") in fen."""
    return fen_from_text(text)


def thing(kind: str, yuan: str, on: str, **more: Any) -> Card:
    """A card of `kind` worth `yuan`, acquired on the day `on`, with somebody who keeps it."""
    name, class_code, card_type, life = KINDS[kind]
    fields: dict[str, Any] = {
        "card_no": "",
        "name": name,
        "class_std": STD_2022,
        "class_code": class_code,
        "card_type": card_type,
        "account_code": "1701" if class_code.startswith("A08") else "1601",
        "acq_way": "PURCHASE",
        "acquired_on": day(on),
        "gross_fen": fen(yuan),
        "life_months": life or None,
        "keeper": "keeper",
        "use_dept": "office",
        "place": "Room 101",
    }
    return Card(**fields | more)


def approved(on: str, no: str = "批复〔2024〕12号") -> Approval:
    """A decision document of the day `on`."""
    return Approval(no=no, on=day(on), level="city")
