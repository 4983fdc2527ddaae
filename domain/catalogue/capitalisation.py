"""From which unit value a thing is a fixed asset, by kind of unit and day (handbook 5.6)."""

from __future__ import annotations

from datetime import date

import msgspec

from domain.catalogue.classes import is_book, is_furniture

ADMINISTRATIVE, INSTITUTION = "administrative", "institution"
GENERAL, SPECIAL = "general", "special"


class CapitalisationRule(msgspec.Struct, frozen=True):
    """The least unit value in fen; both ends of the dates are included, None is open."""

    unit_type: str
    asset_group: str
    min_unit_fen: int
    valid_from: date
    valid_to: date | None
    source: str
    mark: str


_A, _I = ADMINISTRATIVE, INSTITUTION
_D68, _D71, _D108, _D113 = (f"财政部令第{n}号" for n in (68, 71, 108, 113))

# The bounds inside 1996-2013 are U-M: the rules of 1997 and 1998 were not read.
RULES: tuple[CapitalisationRule, ...] = (
    CapitalisationRule(
        _I, GENERAL, 500_00, date(1997, 1, 1), date(2012, 3, 31), "1997财务规则", "U-M"
    ),
    CapitalisationRule(
        _I, SPECIAL, 800_00, date(1997, 1, 1), date(2012, 3, 31), "1997财务规则", "U-M"
    ),
    CapitalisationRule(
        _A, GENERAL, 500_00, date(1998, 1, 1), date(2012, 12, 31), "1998财务规则", "U-M"
    ),
    CapitalisationRule(
        _A, SPECIAL, 800_00, date(1998, 1, 1), date(2012, 12, 31), "1998财务规则", "U-M"
    ),
    CapitalisationRule(_I, GENERAL, 1000_00, date(2012, 4, 1), date(2022, 2, 28), _D68, "V(P10)"),
    CapitalisationRule(_I, SPECIAL, 1500_00, date(2012, 4, 1), date(2022, 2, 28), _D68, "V(P10)"),
    CapitalisationRule(_A, GENERAL, 1000_00, date(2013, 1, 1), date(2023, 2, 28), _D71, "V(P10)"),
    CapitalisationRule(_A, SPECIAL, 1500_00, date(2013, 1, 1), date(2023, 2, 28), _D71, "V(P10)"),
    CapitalisationRule(_I, GENERAL, 1000_00, date(2022, 3, 1), None, _D108, "U-M"),
    CapitalisationRule(_I, SPECIAL, 1000_00, date(2022, 3, 1), None, _D108, "U-M"),
    CapitalisationRule(_A, GENERAL, 1000_00, date(2023, 3, 1), None, _D113, "U-M"),
    CapitalisationRule(_A, SPECIAL, 1000_00, date(2023, 3, 1), None, _D113, "U-M"),
)


def capitalisation_rule(
    unit_type: str, day: date, asset_group: str = GENERAL
) -> CapitalisationRule | None:
    """The rule in force on `day`; None before the first rule that is seeded."""
    for rule in RULES:
        same_kind = (rule.unit_type, rule.asset_group) == (unit_type, asset_group)
        if same_kind and rule.valid_from <= day and (rule.valid_to is None or day <= rule.valid_to):
            return rule
    return None


def bulk_counts(class_code: str) -> bool:
    """Whether cheap things of this 2022 class count when bought in bulk (V(P2,P10))."""
    return is_book(class_code) or is_furniture(class_code)
