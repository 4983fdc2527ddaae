"""Cards of the demo city: filled in as a clerk of the unit would."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec

from api.demo import names
from api.demo.city import Place
from api.demo.goods import HOUSE, LAND, Good, std
from api.demo.story import Story
from domain.cards import Card
from domain.trait_checks import vin_check_sign

_DIRECTIONS = {"school": "TEACHING", "hospital": "MEDICAL", "organ": "ADMIN"}


def card_for(
    story: Story, place: Place, good: Good, acquired_on: date, gross_fen: int, *,
    keeper: str, card_no: str = "", acq_way: str = "PURCHASE", donor: str | None = None,
) -> Card:  # fmt: skip
    """One card of `place` for one piece of `good`."""
    rng = story.rng
    bought = acq_way == "PURCHASE"
    brand, model = rng.choice(good.models)
    fixed = good.card_type in {"land", "house"}
    department = rng.choice(place.departments)
    return Card(
        card_no=card_no, name=good.name, class_std=std(), class_code=good.code,
        card_type=good.card_type, account_code=good.account, acq_way=acq_way,
        acquired_on=acquired_on, gross_fen=gross_fen, unit_of_measure=good.measure,
        brand=None if brand == "-" else brand, model=None if model == "-" else model,
        serial_no=f"{rng.randrange(16**10):010X}" if good.card_type == "equipment" else None,
        seller=rng.choice(names.VENDORS) if bought and not fixed else None,
        procurement_form=rng.choice(("CENTRAL_GOV", "DISPERSED")) if bought else None,
        in_service_on=acquired_on, dep_status="DEPRECIATE" if good.life else "EXEMPT",
        life_months=good.life or None, use_direction=_DIRECTIONS.get(place.sort, "BUSINESS"),
        fiscal_fen=gross_fen if acq_way != "DONATION" else 0,
        nonfiscal_fen=gross_fen if acq_way == "DONATION" else 0,
        manage_dept=place.departments[0], use_dept=department, keeper=keeper, user=keeper,
        place=story.room() if not fixed else None, donor=donor,
        traits=_traits(story, place, good, acquired_on, gross_fen),
    )  # fmt: skip


def _traits(
    story: Story, place: Place, good: Good, acquired_on: date, gross_fen: int
) -> dict[str, str | int]:
    rng = story.rng
    if good is HOUSE:
        area = max(4_000, int(rng.gauss(1.0, 0.25) * min(600_000, gross_fen // 20_500)))
        return {
            "structure": "钢筋混凝土结构", "gross_floor_area": area, "title_form": "有产权",
            "cert_no": f"青房权证第{story.unused('house', 10**7):07d}号", "cert_owner": place.name,
            "location": f"{rng.choice(names.STREETS)}{rng.randint(1, 300)}号",
            "completed_on": (acquired_on - timedelta(days=rng.randint(30, 300))).isoformat(),
        }  # fmt: skip
    if good is LAND:
        return {
            "location": f"{rng.choice(names.STREETS)}{rng.randint(1, 300)}号",
            "title_form": "有产权", "cert_no": f"青国用第{story.unused('land', 10**6):06d}号",
            "right_type": "划拨", "right_holder": place.name,
            "right_area": max(10_000, gross_fen // 30_000),
        }  # fmt: skip
    if good.card_type == "vehicle":
        serial, letter = story.unused("vin", 10**8), rng.choice("ABCDEF")
        return {
            "plate": f"演{letter}·{story.unused(letter, 10**5):05d}",
            "vin": _vin(serial), "engine_no": f"D{serial % 10**6:06d}",
            "quota_status": "在编", "licence_owner": place.name,
            "vehicle_use": rng.choice(("机要通信用车", "应急保障用车", "其他用车")),
        }  # fmt: skip
    return {}


def _vin(serial: int) -> str:
    """A frame number that no maker gives, with its right check digit."""
    bare = f"LDEM00000{serial:08d}"
    return f"{bare[:8]}{vin_check_sign(bare)}{bare[9:]}"


def without_title(card: Card) -> Card:
    """The same card of a house or a parcel of land that never got its certificate."""
    traits = {name: value for name, value in card.traits.items() if name != "cert_no"}
    traits["title_form"] = "产权待界定"
    return msgspec.structs.replace(card, traits=traits)
