"""Cards: each rule of the data dictionary, and silence about what only follows."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

from domain.card_checks import check_card
from domain.card_fields import BY_CODE, FIELDS
from domain.card_traits import TRAITS, traits_of
from domain.cards import Card, OpeningFacts, choice_text

TODAY = date(2026, 11, 22)
OPENING = OpeningFacts(
    opening_on=date(2026, 1, 1), accum_fen=300000, done_months=36, booked_on=date(2023, 1, 10)
)
GOOD = Card(
    card_no="TY2023000001",
    name="台式计算机",
    class_std="GB/T 14885-2022",
    class_code="A02010105",
    card_type="equipment",
    account_code="1601",
    acq_way="PURCHASE",
    acquired_on=date(2023, 1, 5),
    in_service_on=date(2023, 1, 6),
    gross_fen=600000,
    fiscal_fen=600000,
    life_months=72,
)


def _codes(
    changes: dict[str, Any],
    opening: dict[str, Any] | None = None,
    bad: frozenset[str] = frozenset(),
) -> list[tuple[str, str]]:
    card = msgspec.structs.replace(GOOD, **changes)
    facts = msgspec.structs.replace(OPENING, **(opening or {}))
    return [(one.field, one.code) for one in check_card(card, TODAY, facts, bad)]


def test_a_good_card_has_no_findings() -> None:
    """The base of the table below is clean, as an opening and as a new acquisition."""
    assert _codes({}) == []
    assert check_card(GOOD, TODAY) == []


@pytest.mark.parametrize(
    ("changes", "opening", "field", "code"),
    [
        ({"card_no": ""}, {}, "card_no", "E_REQUIRED"),
        ({"card_no": "X" * 31}, {}, "card_no", "E_TOO_LONG"),
        ({"name": ""}, {}, "name", "E_REQUIRED"),
        ({"name": "桌"}, {}, "name", "E_TOO_SHORT"),
        ({"name": "电脑"}, {}, "name", "W_NAME_GENERIC"),
        ({"class_code": "A0209999"}, {}, "class_code", "E_CLASS_FORM"),
        ({"class_code": "A02010188"}, {}, "class_code", "W_CLASS_NOT_SEEDED"),
        ({"class_std": "X"}, {}, "class_std", "E_CLASS_STD"),
        ({"card_type": "vehicle"}, {}, "card_type", "E_CARD_TYPE"),
        ({"account_code": "1606"}, {}, "account_code", "E_ACCOUNT"),
        ({"account_code": "1701"}, {}, "account_code", "W_ACCOUNT"),
        ({"qty_centi": 0}, {}, "qty_centi", "E_QTY"),
        ({"qty_centi": 300}, {}, "qty_centi", "W_BATCH_CARD"),
        ({"acquired_on": date(2031, 1, 1)}, {}, "acquired_on", "E_DATE_FUTURE"),
        ({"acquired_on": date(1850, 1, 1)}, {}, "acquired_on", "E_DATE_RANGE"),
        ({"in_service_on": date(2022, 1, 1)}, {}, "in_service_on", "E_IN_SERVICE"),
        ({"warranty_end": date(2022, 1, 1)}, {}, "warranty_end", "E_WARRANTY"),
        ({}, {"booked_on": date(2022, 1, 1)}, "booked_on", "E_BOOKED_BEFORE"),
        ({}, {"booked_on": date(2023, 5, 1)}, "booked_on", "W_BOOKED_LATE"),
        ({}, {"booked_on": date(2026, 12, 1)}, "booked_on", "E_DATE_FUTURE"),
        ({"gross_fen": -1}, {}, "gross_fen", "E_NEGATIVE"),
        ({"gross_fen": 0, "fiscal_fen": 0}, {"accum_fen": 0}, "gross_fen", "E_ZERO"),
        ({"fiscal_fen": 100}, {}, "fiscal_fen", "E_FUNDS_SUM"),
        ({"nonfiscal_fen": 100}, {}, "nonfiscal_fen", "E_FUNDS_SUM"),
        ({"life_months": 12}, {"done_months": 72}, "life_months", "E_LIFE_BELOW_MINIMUM"),
        ({"life_months": None}, {}, "life_months", "E_LIFE"),
        ({}, {"accum_fen": 99999900}, "accum_fen", "E_ACCUM_EXCEEDS"),
        ({}, {"accum_fen": -1}, "accum_fen", "E_NEGATIVE"),
        ({}, {"done_months": 73}, "done_months", "E_DONE_EXCEEDS"),
        ({}, {"done_months": 20}, "done_months", "W_ACCUM_MONTHS"),
        ({}, {"done_months": 35}, "done_months", "W_DONE_CALENDAR"),
        ({"dep_status": "COMPLETED"}, {}, "dep_status", "E_DEP_COMPLETED"),
        ({"dep_status": "EXEMPT"}, {"accum_fen": 0}, "dep_status", "W_DEP_EXEMPT"),
        ({"value_type": "NOMINAL"}, {}, "gross_fen", "E_NOMINAL"),
        ({"remark": "备" * 501}, {}, "remark", "E_TOO_LONG"),
    ],
)
def test_one_wrong_fact_gives_one_finding(
    changes: dict[str, Any], opening: dict[str, Any], field: str, code: str
) -> None:
    """Each row breaks one rule; errors that would only follow from it are not reported."""
    found = _codes(changes, opening)
    errors = [one for one in found if one[1].startswith("E_")]

    assert (field, code) in found
    assert len(errors) <= 1 or code == "E_NOMINAL"


def test_a_used_thing_may_have_a_short_remaining_life() -> None:
    """Handbook 3.1: transferred assets have what remained, if the old books charge that way."""
    consistent = {"accum_fen": 300000, "done_months": 18, "booked_on": date(2024, 7, 10)}
    used = {"acq_way": "TRANSFER_IN", "life_months": 36, "acquired_on": date(2024, 7, 1)}
    used |= {"in_service_on": date(2024, 7, 1)}

    assert _codes(used, consistent) == [("life_months", "W_LIFE_SHORT")]
    assert ("life_months", "E_LIFE_BELOW_MINIMUM") in _codes(used, {"accum_fen": 100})


def test_what_depends_on_an_unreadable_cell_is_not_judged() -> None:
    """Unreadable amount: neither the funds nor the accumulated can be called wrong."""
    broken = {"gross_fen": 0, "fiscal_fen": 450000}

    assert _codes(broken, {"accum_fen": 100}, frozenset({"gross_fen"})) == []


def test_exempt_classes_must_not_be_depreciated() -> None:
    """Books carry no depreciation; a life is not asked of them."""
    book = {"class_code": "A04010000", "card_type": "other_fixed", "name": "图书"}

    assert [one for one in _codes(book, {"accum_fen": 0}) if one[1].startswith("E_")] == [
        ("dep_status", "E_DEP_STATUS")
    ]
    assert (
        _codes(
            book | {"dep_status": "EXEMPT", "life_months": None}, {"accum_fen": 0, "done_months": 0}
        )
        == []
    )


def test_vehicle_house_and_land_traits_are_looked_at() -> None:
    """Plates and VINs only warn; areas that contradict each other are errors."""
    car = {"class_code": "A02030501", "card_type": "vehicle", "name": "轿车", "life_months": 96}
    car_facts = {"accum_fen": 225000}
    house = {"class_code": "A01010100", "card_type": "house", "name": "办公楼", "life_months": 600}
    house_facts = {"accum_fen": 36000}

    assert ("traits.plate", "W_PLATE") in _codes(car | {"traits": {"plate": "12345"}}, car_facts)
    assert (
        _codes(car | {"traits": {"plate": "川L12345", "vin": "LSVAA4181E2123456"}}, car_facts) == []
    )
    areas = {"gross_floor_area": 10000, "heated_area": 20000}
    assert ("traits.heated_area", "E_AREA") in _codes(house | {"traits": areas}, house_facts)


def test_the_dictionary_is_free_of_doubles() -> None:
    """Every field once; each heading and synonym leads to one field only."""
    words = [word for field in FIELDS for word in (field.zh, *field.said)]

    assert len(FIELDS) == len(BY_CODE)
    assert sorted(words) == sorted(set(words))
    for trait in TRAITS:
        assert [trait] == [one for one in traits_of(trait.card_type) if one.code == trait.code]


def test_every_card_field_is_in_the_dictionary() -> None:
    """What a card holds can be shown, mapped and exported by the one table."""
    held = set(Card.__struct_fields__) - {"traits"}
    known = {field.code for field in FIELDS if field.part == "card"}

    assert held == known


def test_a_card_reads_back_and_refuses_unknown_fields() -> None:
    """Stored text leads back to the same card; a strange field is refused."""
    stored = msgspec.json.encode(GOOD)

    assert msgspec.json.decode(stored, type=Card) == GOOD
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(stored[:-1] + b',"price":1}', type=Card)
    assert choice_text("acq_way", "PURCHASE") == "新购"
    assert choice_text("acq_way", "PURCHASE", "en") == "purchase"
