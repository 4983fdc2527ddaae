"""The asset card (资产卡片): the record of one asset as the data dictionary wants it."""

from __future__ import annotations

from datetime import date

import msgspec

from domain.card_fields import BY_CODE, FIELDS, Field
from domain.catalogue import ways

__all__ = ["BY_CODE", "FIELDS", "Card", "Field", "Finding", "OpeningFacts", "choice_text"]


class Card(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """The general fields of handbook 3.1 and the traits of the card's type.

    `keeper` and `user` are ids of persons, whose names live in the directory beside the log.
    Enumerations hold the codes of `domain.catalogue.ways`; money is fen, quantity 1/100.
    """

    card_no: str
    name: str
    class_std: str
    class_code: str
    card_type: str
    account_code: str
    acq_way: str
    acquired_on: date
    gross_fen: int
    legacy_no: str | None = None
    qty_centi: int = 100
    unit_of_measure: str | None = None
    brand: str | None = None
    model: str | None = None
    serial_no: str | None = None
    maker: str | None = None
    seller: str | None = None
    warranty_end: date | None = None
    contract_no: str | None = None
    invoice_no: str | None = None
    procurement_form: str | None = None
    budget_project_no: str | None = None
    in_service_on: date | None = None
    value_type: str = "COST"
    fiscal_fen: int = 0
    nonfiscal_fen: int = 0
    dep_status: str = "DEPRECIATE"
    dep_method: str = "STRAIGHT_LINE"
    life_months: int | None = None
    use_direction: str | None = None
    manage_dept: str | None = None
    use_dept: str | None = None
    keeper: str | None = None
    user: str | None = None
    place: str | None = None
    headcount_basis: str | None = None
    donor: str | None = None
    donation_purpose: str | None = None
    classified: bool = False
    remark: str | None = None
    traits: dict[str, str | int] = {}


class OpeningFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What a booked card brings from its old books; `opening_on` is the unit's opening date."""

    opening_on: date
    accum_fen: int = 0
    done_months: int = 0
    booked_on: date | None = None
    use_status: str = "IN_USE"
    months_known: bool = True
    """False where the file had no column of months done and they were worked out."""


class Finding(msgspec.Struct, frozen=True):
    """What is wrong with one field of a card; `severity` is "error" or "warning"."""

    field: str
    code: str
    severity: str
    zh: str
    en: str


def choice_text(field_code: str, code: str | None, lang: str = "zh") -> str:
    """A stored enumeration value in words; the code itself where it is none."""
    found = ways.term(BY_CODE[field_code].terms, code or "")
    if found is None:
        return code or ""
    return found.zh if lang == "zh" else found.en
