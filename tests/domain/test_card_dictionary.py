"""The data dictionary in commands: one good card a type, and one bad card a rule (3.1-3.7)."""

from __future__ import annotations

from typing import Any

import pytest

from domain.card_traits import TRAITS
from domain.cards import Card
from domain.catalogue.classes import STD_2010
from domain.commands import structs as c
from domain.decisions.card_rules import CardRefused
from domain.trait_checks import vin_check_sign
from tests.domain.book import Book
from tests.domain.orders import city
from tests.domain.things import approved, day, thing

ON = "2024-03-05"

GOOD: dict[str, Card] = {
    "land": thing(
        "land", "0", ON, acq_way="TRANSFER_IN", dep_status="EXEMPT",
        traits={
            "location": "澄江市文昌路18号院东侧", "title_form": "有产权", "cert_no": "澄国用0123",
            "owner_nature": "国有", "right_type": "划拨", "right_area": 500_000,
            "sole_area": 400_000, "shared_area": 100_000, "own_use_area": 450_000,
            "idle_area": 50_000, "issue_date": "2010-05-01", "cert_years": 50,
        },
    ),
    "house": thing(
        "office", "1,000,000", ON, life_months=600,
        traits={
            "title_form": "有产权", "cert_no": "澄房权证第0001234号", "structure": "钢筋混凝土结构",
            "gross_floor_area": 200_000, "heated_area": 180_000, "dangerous_area": 0,
            "garage_area": 20_000, "canteen_area": 30_000, "own_use_area": 150_000,
            "leased_area": 50_000, "own_use_value": 75_000_000, "leased_value": 25_000_000,
            "lessee": "便民超市", "avg_price": 50_000, "completed_on": "2024-01-10",
            "actual_area": 150_000, "office_area": 100_000, "service_area": 30_000,
            "from_cip": "否",
        },
        in_service_on=day(ON),
    ),
    "vehicle": thing(
        "sedan", "180,000", ON,
        traits={
            "plate": "川LD12345", "vin": "1M8GDM9AXKP042788", "engine_no": "E1",
            "quota_status": "在编", "vehicle_use": "机要通信用车", "displacement": "1.6升及以下",
            "origin": "国产", "licence_date": "2024-03-01", "seats": 5, "mileage": 12,
        },
    ),
    "equipment": thing(
        "server", "80,000", ON, serial_no="S-1", brand="某牌", model="R1", maker="某厂",
        warranty_end=day("2027-03-05"), in_service_on=day("2024-03-06"),
        traits={"equipment_use": "机房", "main_figures": "2 CPU", "shared_open": "否"},
    ),
    "furniture": thing("desk", "20,000", ON, qty_centi=2_000, traits={"material": "三聚氰胺板"}),
    "books": thing(
        "desk", "10,000", ON, name="法律图书", class_code="A04010000", card_type="other_fixed",
        dep_status="EXEMPT", life_months=None, qty_centi=10_000,
        traits={"publisher": "某社", "published_on": "2023-01-01", "volumes": 100,
                "volume_price": 10_000, "keep_years": 30, "archive_no": "D-1"},
    ),
    "relic": thing(
        "relic", "50,000", ON, dep_status="EXEMPT",
        traits={"relic_grade": "三级", "relic_age": "清", "provenance": "澄江"},
    ),
    "plant": thing(
        "relic", "5,000", ON, name="银杏树", class_code="A06020000", dep_status="EXEMPT",
        traits={"family": "银杏科", "living_age": 30, "living_count": 2},
    ),
    "software": thing(
        "software", "30,000", ON,
        traits={"right_kind": "著作权", "licence_kind": "永久", "licence_count": 50,
                "licences_used": 50, "genuine": "是", "domestic": "是", "life_uncertain": "否",
                "service_end": "2029-03-05", "legal_years": 50},
    ),
}  # fmt: skip
"""One card of each type, as its table in the handbook wants it."""


def registering(card: Card) -> c.RegisterAcquisition:
    """The card accepted from a purchase."""
    return c.RegisterAcquisition(
        unit_id="U1", sub_kind="CONFIG.PURCHASE", cards=(card,), occurred_on=day(ON),
        approval=approved("2024-01-01"),
    )  # fmt: skip


def altered(name: str, changes: dict[str, Any]) -> Card:
    """The good card with fields changed; `traits.<code>` changes a trait, None takes it out."""
    card = GOOD[name]
    fields = {key: value for key, value in changes.items() if "." not in key}
    values: dict[str, Any] = {key.partition(".")[2]: v for key, v in changes.items() if "." in key}
    traits = {key: value for key, value in (card.traits | values).items() if value is not None}
    raw = {key: getattr(card, key) for key in Card.__struct_fields__}
    return Card(**raw | fields | {"traits": traits})


@pytest.mark.parametrize("name", GOOD)
def test_a_good_card_of_each_type_is_taken(name: str) -> None:
    """No error and no flag, but those of price that are another rule's."""
    book = city("U1", books_from="2024-03")
    order = registering(GOOD[name])
    if name == "land":
        land = c.GrantLand(
            unit_id="U1", card=GOOD[name], decision_no="划1号", approval=approved("2024-01-01"),
            occurred_on=day(ON),
        )  # fmt: skip
        assert book.when(land).flags == ()
    else:
        assert set(book.when(order).flags) <= {"E_STD_PRICE", "E_LOW_VALUE"}


# The card, what is wrong with it, the refusal, the finding and the field that it names.
BAD: list[tuple[str, dict[str, Any], str, str, str]] = [
    ("equipment", {"name": "机"}, "E_CARD_FIELD", "E_TOO_SHORT", "name"),
    ("equipment", {"name": "机" * 61}, "E_CARD_FIELD", "E_TOO_LONG", "name"),
    ("equipment", {"card_no": "X" * 31}, "E_CARD_FIELD", "E_TOO_LONG", "card_no"),
    ("equipment", {"brand": "牌" * 201}, "E_CARD_FIELD", "E_TOO_LONG", "brand"),
    ("equipment", {"remark": "备" * 501}, "E_CARD_FIELD", "E_TOO_LONG", "remark"),
    ("equipment", {"class_std": "2022"}, "E_CLASS_UNKNOWN", "E_CLASS_STD", "class_std"),
    ("equipment", {"class_code": "A0201"}, "E_CLASS_UNKNOWN", "E_CLASS_FORM", "class_code"),
    ("equipment", {"class_std": STD_2010}, "E_CLASS_UNKNOWN", "E_CLASS_FORM", "class_code"),
    ("equipment", {"class_code": "A99010000"}, "E_CLASS_UNKNOWN", "E_CLASS_UNKNOWN", "class_code"),
    ("equipment", {"card_type": "vehicle"}, "E_CARD_FIELD", "E_CARD_TYPE", "card_type"),
    ("equipment", {"card_type": "thing"}, "E_CARD_FIELD", "E_CARD_TYPE", "card_type"),
    ("equipment", {"account_code": "1606"}, "E_CARD_FIELD", "E_ACCOUNT", "account_code"),
    ("equipment", {"qty_centi": 0}, "E_CARD_FIELD", "E_QTY", "qty_centi"),
    ("equipment", {"qty_centi": 200}, "E_CARD_FIELD", "E_BATCH_CARD", "qty_centi"),
    ("vehicle", {"qty_centi": 200}, "E_CARD_FIELD", "E_BATCH_CARD", "qty_centi"),
    ("equipment", {"acq_way": "FOUND"}, "E_CARD_FIELD", "E_TERM", "acq_way"),
    ("equipment", {"value_type": "GUESS"}, "E_CARD_FIELD", "E_TERM", "value_type"),
    ("equipment", {"dep_status": "MAYBE"}, "E_CARD_FIELD", "E_TERM", "dep_status"),
    ("equipment", {"dep_method": "MAYBE"}, "E_CARD_FIELD", "E_TERM", "dep_method"),
    ("equipment", {"use_direction": "FUN"}, "E_CARD_FIELD", "E_TERM", "use_direction"),
    ("equipment", {"procurement_form": "X"}, "E_CARD_FIELD", "E_TERM", "procurement_form"),
    ("equipment", {"warranty_end": day("2024-03-04")}, "E_CARD_FIELD", "E_WARRANTY",
     "warranty_end"),
    ("equipment", {"in_service_on": day("2024-03-04")}, "E_CARD_FIELD", "E_IN_SERVICE",
     "in_service_on"),
    ("equipment", {"acquired_on": day("1899-01-01")}, "E_DATE", "E_DATE_RANGE", "acquired_on"),
    ("equipment", {"gross_fen": -1}, "E_CARD_FIELD", "E_NEGATIVE", "gross_fen"),
    ("equipment", {"gross_fen": 0}, "E_CARD_FIELD", "E_ZERO", "gross_fen"),
    ("equipment", {"value_type": "NOMINAL"}, "E_VALUE_MISMATCH", "E_NOMINAL", "gross_fen"),
    ("equipment", {"fiscal_fen": 1}, "E_FUND_SPLIT", "E_FUNDS_SUM", "fiscal_fen"),
    ("equipment", {"fiscal_fen": -1, "nonfiscal_fen": 8_000_001}, "E_CARD_FIELD", "E_NEGATIVE",
     "fiscal_fen"),
    ("equipment", {"traits.vin": "1M8GDM9AXKP042788"}, "E_CARD_FIELD", "E_TRAIT", "traits/vin"),
    ("equipment", {"traits.shared_open": "也许"}, "E_CARD_FIELD", "E_TRAIT_VALUE",
     "traits/shared_open"),
    ("equipment", {"traits.main_figures": 3}, "E_CARD_FIELD", "E_TRAIT_VALUE",
     "traits/main_figures"),
    ("vehicle", {"traits.plate": "川12345"}, "E_CARD_FIELD", "E_PLATE", "traits/plate"),
    ("vehicle", {"traits.plate": "川LI2345"}, "E_CARD_FIELD", "E_PLATE", "traits/plate"),
    ("vehicle", {"traits.vin": "1M8GDM9AXKPO42788"}, "E_CARD_FIELD", "E_VIN", "traits/vin"),
    ("vehicle", {"traits.vin": "1M8GDM9AXKP04278"}, "E_CARD_FIELD", "E_VIN", "traits/vin"),
    ("vehicle", {"traits.seats": -5}, "E_CARD_FIELD", "E_TRAIT_VALUE", "traits/seats"),
    ("vehicle", {"traits.mileage": "12"}, "E_CARD_FIELD", "E_TRAIT_VALUE", "traits/mileage"),
    ("vehicle", {"traits.licence_date": "2024-3-1"}, "E_CARD_FIELD", "E_TRAIT_VALUE",
     "traits/licence_date"),
    ("vehicle", {"traits.displacement": "6.0T"}, "E_CARD_FIELD", "E_TRAIT_VALUE",
     "traits/displacement"),
    ("house", {"traits.cert_no": None}, "E_CARD_FIELD", "E_CERTIFICATE", "traits/cert_no"),
    ("house", {"traits.structure": "纸"}, "E_CARD_FIELD", "E_TRAIT_VALUE", "traits/structure"),
    ("house", {"traits.heated_area": 200_001}, "E_CARD_FIELD", "E_AREA", "traits/heated_area"),
    ("house", {"traits.dangerous_area": 200_001}, "E_CARD_FIELD", "E_AREA",
     "traits/dangerous_area"),
    ("house", {"traits.garage_area": 190_000}, "E_CARD_FIELD", "E_AREA",
     "traits/gross_floor_area"),
    ("house", {"traits.service_area": 50_001}, "E_CARD_FIELD", "E_AREA", "traits/actual_area"),
    ("house", {"traits.own_use_area": 150_001}, "E_CARD_FIELD", "E_AREA",
     "traits/gross_floor_area"),
    ("house", {"traits.own_use_value": 1}, "E_CARD_FIELD", "E_VALUE_BY_USE",
     "traits/own_use_value"),
    ("house", {"traits.avg_price": 50_001}, "E_CARD_FIELD", "E_AVG_PRICE", "traits/avg_price"),
    ("house", {"traits.lessee": None}, "E_CARD_FIELD", "E_LESSEE", "traits/lessee"),
    ("house", {"traits.completed_on": "2024-04-01"}, "E_CARD_FIELD", "E_COMPLETED",
     "traits/completed_on"),
    ("house", {"traits.gross_floor_area": -1}, "E_CARD_FIELD", "E_TRAIT_VALUE",
     "traits/gross_floor_area"),
    ("software", {"traits.licences_used": 51}, "E_CARD_FIELD", "E_LICENCES",
     "traits/licences_used"),
    ("software", {"traits.licence_kind": "借"}, "E_CARD_FIELD", "E_TRAIT_VALUE",
     "traits/licence_kind"),
    ("relic", {"traits.relic_grade": "九级"}, "E_CARD_FIELD", "E_TRAIT_VALUE",
     "traits/relic_grade"),
    ("books", {"traits.volumes": "100"}, "E_CARD_FIELD", "E_TRAIT_VALUE", "traits/volumes"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "changes", "code", "finding", "field"), BAD)
def test_a_bad_card_is_refused_with_code_and_field(
    name: str, changes: dict[str, Any], code: str, finding: str, field: str
) -> None:
    """Each row breaks one rule: the refusal's code, the finding's, and its place."""
    book = city("U1", books_from="2024-03")
    refused = book.refused(code, registering(altered(name, changes)))

    assert isinstance(refused, CardRefused)
    assert (f"cards/0/{field}", finding) in [(one.field, one.code) for one in refused.findings]
    assert all(one.zh and one.en for one in refused.findings)


LAND: list[tuple[dict[str, Any], str]] = [
    ({"traits.sole_area": 1}, "traits/right_area"),
    ({"traits.idle_area": 1}, "traits/right_area"),
    ({"traits.right_area": 0, "traits.sole_area": None, "traits.own_use_area": None,
      "traits.idle_area": None}, "traits/right_area"),
    ({"traits.right_type": "出让"}, "gross_fen"),
    ({"traits.leased_area": 0, "traits.lent_area": 1, "traits.own_use_area": 449_999},
     "traits/lessee"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "field"), LAND)
def test_bad_land_is_refused(changes: dict[str, Any], field: str) -> None:
    """Areas add up and are above zero; only allocated land has no value."""
    book = city("U1", books_from="2024-03")
    order = c.GrantLand(
        unit_id="U1", card=altered("land", changes), decision_no="划1号",
        approval=approved("2024-01-01"), occurred_on=day(ON),
    )  # fmt: skip

    assert book.refused("E_CARD_FIELD", order).field == f"card/{field}"


SOFT: list[tuple[str, dict[str, Any], str]] = [
    ("vehicle", {"traits.vin": "1M8GDM9A1KP042788"}, "E_VIN_DIGIT"),
    ("furniture", {"traits.material": "紫檀木"}, "E_MATERIAL"),
    ("equipment", {"life_months": 60}, "E_LIFE_SHORT"),
]


@pytest.mark.parametrize(("name", "changes", "flag"), SOFT)
def test_what_is_odd_is_recorded_and_flagged(name: str, changes: dict[str, Any], flag: str) -> None:
    """Soft: the answer and the fact have the flag."""
    book: Book = city("U1", books_from="2024-03")
    decision = book.when(registering(altered(name, changes)))

    assert flag in decision.flags
    assert any(flag in getattr(fact.body, "flags", ()) for fact in decision.facts)


@pytest.mark.parametrize(
    "vin", ["1M8GDM9AXKP042788", "11111111111111111", "LSVAA4181E2123456", "5GZCZ43D13S812715"]
)
def test_the_check_digit_of_known_vins_fits(vin: str) -> None:
    """The check sum of GB 16735, with X for ten."""
    assert vin_check_sign(vin) == vin[8]


def test_every_card_of_this_page_together_shows_each_kind_of_trait() -> None:
    """No kind of trait goes untried."""
    tried = {
        trait.kind
        for trait in TRAITS
        for card in GOOD.values()
        if card.card_type == trait.card_type and trait.code in card.traits
    }

    assert tried == {trait.kind for trait in TRAITS}
