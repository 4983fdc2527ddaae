"""What may be wrong with the traits of a card: rules of land, houses, vehicles … (3.2-3.7)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

from domain import card_traits as traits
from domain.card_look import Look
from domain.catalogue import classes

_SERIAL: Final = "A-HJ-NP-Z0-9"
PLATE: Final = re.compile(
    rf"[\u4e00-\u9fff][A-Z](?:[{_SERIAL}]{{4}}[{_SERIAL}挂学警港澳领]|[A-HJK][{_SERIAL}]\d{{4}}"
    rf"|\d{{5}}[A-HJK])|WJ.{{5,6}}|[A-Z]{{2}}\d{{5}}"
)
"""Seven signs, eight for new energy; armed police and army by their own forms."""
VIN: Final = re.compile(r"[A-HJ-NPR-Z0-9]{17}")
_VIN_VALUES: Final = dict(
    zip("ABCDEFGHJKLMNPRSTUVWXYZ0123456789", [*range(1, 9), *range(1, 6), 7, 9, *range(2, 10),
        *range(10)], strict=True)
)  # fmt: skip
_VIN_WEIGHTS: Final = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_CHECK_AT: Final = 8
PRECIOUS_WOODS: Final = ("红木", "紫檀", "花梨", "酸枝", "鸡翅木", "乌木", "金丝楠")
"""Woods that furniture of offices must not be made of (T1)."""
TEXT_MAX: Final = 500
NUMBER_MAX: Final = 10**15


def plain_number(text: object) -> str:
    """Return a plate, VIN or certificate number as it is compared: width, case, marks aside."""
    folded = unicodedata.normalize("NFKC", str(text)).upper()
    return "".join(sign for sign in folded if sign.isalnum())


def vin_check_sign(vin: str) -> str:
    """Return what stands at the ninth place of a VIN by its check sum (GB 16735; 0-9 or X)."""
    total = sum(_VIN_VALUES[sign] * weight for sign, weight in zip(vin, _VIN_WEIGHTS, strict=True))
    return "0123456789X"[total % 11]


def _check_kinds(look: Look) -> None:
    """Each trait is one of the card's type, of its kind, and among its choices."""
    for code, value in look.card.traits.items():
        known = traits.trait(look.card.card_type, code)
        place = f"traits.{code}"
        if not look.sound(place):
            continue
        if known is None:
            if look.sound("card_type", "class_code"):
                zh = f"该类卡片没有字段 {code}"
                look.fault(place, "TRAIT", zh, f"cards of this type have no {code}")
        elif problem := _odd(known, value):
            look.fault(place, "TRAIT_VALUE", f"{known.zh}{problem[0]}", f"{known.en} {problem[1]}")


def _odd(trait: traits.Trait, value: str | int) -> tuple[str, str] | None:
    """Return what is odd about a trait's value, zh and en."""
    if trait.kind in {"int", "area", "money"}:
        return _odd_number(value)
    if not isinstance(value, str):
        return "须为文字", "is text"
    if len(value) > TEXT_MAX:
        return f"超过{TEXT_MAX}字", f"is longer than {TEXT_MAX} characters"
    if trait.kind == "date" and value and not _is_day(value):
        return "须写作 2026-01-31", "is a date such as 2026-01-31"
    if trait.kind == "choice" and value and value not in trait.choices:
        return f"须为 {'、'.join(trait.choices)} 之一", f"is one of {', '.join(trait.choices)}"
    return None


def _odd_number(value: str | int) -> tuple[str, str] | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return "须为整数", "is a whole number"
    return None if 0 <= value <= NUMBER_MAX else ("不能为负数或过大", "is out of range")


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _check_vehicle(look: Look) -> None:
    plate, vin = (look.card.traits.get(code) for code in ("plate", "vin"))
    if plate and not PLATE.fullmatch(plain_number(plate)):
        zh, en = "车牌号形式不对", "not the form of a plate"
        look.fault("traits.plate", "PLATE", zh, en)
    if not vin:
        return
    number = str(vin).strip().upper()
    if not VIN.fullmatch(number):
        zh, en = "车架号应为17位且不含I、O、Q", "a VIN has 17 characters without I, O, Q"
        look.fault("traits.vin", "VIN", zh, en)
    elif vin_check_sign(number) != number[_CHECK_AT]:
        zh, en = "车架号校验位不符,请核对", "the check digit of the VIN does not fit"
        look.warn("traits.vin", "W_VIN_DIGIT", zh, en)


def _check_title(look: Look) -> None:
    held = look.card.traits
    if held.get("title_form") == "有产权" and not held.get("cert_no"):
        zh, en = "有产权的须填权属证号", "what has a title needs its certificate number"
        look.fault("traits.cert_no", "CERTIFICATE", zh, en)


def _check_use(look: Look) -> None:
    """What is let or lent has a counterpart (V(N2))."""
    away = [
        code
        for code in ("leased_area", "lent_area", "leased_value", "lent_value")
        if look.number(code)
    ]
    state = look.opening.use_status if look.opening else ""
    out = bool(away) or state in {"LEASED_OUT", "LENT_OUT"}
    if out and not look.card.traits.get("lessee"):
        zh, en = "出租出借的须填对方单位", "what is let or lent names its lessee"
        look.fault("traits.lessee", "LESSEE", zh, en)


def _check_house(look: Look) -> None:
    floor = look.number("gross_floor_area")
    _check_positive(look, "gross_floor_area", "建筑面积")
    for code in ("heated_area", "dangerous_area", *(part[0] for part in traits.FLOOR_PARTS)):
        area = look.number(code)
        if area is not None and floor is not None and area > floor:
            zh, en = "部分面积大于建筑面积", "a part is larger than the floor area"
            look.error(f"traits.{code}", "E_AREA", zh, en)
    _check_parts_within(look, traits.FLOOR_PARTS, "gross_floor_area", "各部分面积之和大于建筑面积")
    _check_parts_within(look, traits.OFFICE_PARTS, "actual_area", "各类用房面积之和大于实际面积")
    _check_uses_add_up(look, "gross_floor_area")
    _check_values_of_use(look)
    _check_price(look, floor)


def _check_positive(look: Look, code: str, zh: str) -> None:
    if look.number(code) == 0:
        look.fault(f"traits.{code}", "AREA_ZERO", f"{zh}须大于0", "an area is above zero")


def _check_parts_within(
    look: Look, parts: Sequence[tuple[str, str, str]], whole: str, zh: str
) -> None:
    """Parts of an area, such as garage and canteen, are never more than the whole."""
    known = [area for code, _, _ in parts if (area := look.number(code)) is not None]
    most = look.number(whole)
    if most is not None and sum(known) > most and look.sound(*(f"traits.{p[0]}" for p in parts)):
        look.error(f"traits.{whole}", "E_AREA", zh, "the parts are larger than the whole")


def _check_uses_add_up(look: Look, whole: str) -> None:
    """Own use, leased, lent, idle and other areas add up to the whole (3.8)."""
    known = [
        area for code, _, _ in traits.USES if (area := look.number(f"{code}_area")) is not None
    ]
    most = look.number(whole)
    if known and most is not None and sum(known) != most:
        zh, en = "自用、出租、出借、闲置、其他面积之和不等于总面积", "areas by use do not add up"
        look.error(f"traits.{whole}", "E_AREA", zh, en)


def _check_values_of_use(look: Look) -> None:
    values = (look.number(f"{code}_value") for code, _, _ in traits.USES)
    known = [fen for fen in values if fen is not None]
    if known and look.sound("gross_fen") and sum(known) != look.card.gross_fen:
        zh, en = "按用途的价值之和不等于价值", "values by use do not add up to the value"
        look.error("traits.own_use_value", "E_VALUE_BY_USE", zh, en)


def _check_price(look: Look, floor: int | None) -> None:
    """The price of a square metre is the value over the area, half up to the fen."""
    price = look.number("avg_price")
    if price is None or not floor or not look.sound("gross_fen"):
        return
    if price != (200 * look.card.gross_fen + floor) // (2 * floor):
        zh, en = "均价不等于价值除以建筑面积", "not the value over the floor area"
        look.error("traits.avg_price", "E_AVG_PRICE", zh, en)


def _check_completed(look: Look) -> None:
    completed, begun = look.card.traits.get("completed_on"), look.card.in_service_on
    if not completed or begun is None or not look.sound("traits.completed_on", "in_service_on"):
        return
    if str(completed) > begun.isoformat():
        zh, en = "竣工日期晚于投入使用日期", "completed after it came into service"
        look.fault("traits.completed_on", "COMPLETED", zh, en)


def _check_land(look: Look) -> None:
    whole, sole, shared = (look.number(c) for c in ("right_area", "sole_area", "shared_area"))
    _check_positive(look, "right_area", "使用权面积")
    if None not in (whole, sole, shared) and (sole or 0) + (shared or 0) != whole:
        zh, en = "独用面积与分摊面积之和不等于使用权面积", "sole + shared ≠ right area"
        look.error("traits.right_area", "E_AREA", zh, en)
    _check_uses_add_up(look, "right_area")
    if look.opening is None and look.card.gross_fen == 0 and look.sound("gross_fen"):
        right = look.card.traits.get("right_type")
        if right not in (None, traits.ALLOCATED):
            zh, en = "只有划拨土地的价值可以为0", "only allocated land may have no value"
            look.error("gross_fen", "E_ZERO", zh, en)


def _check_furniture(look: Look) -> None:
    material = str(look.card.traits.get("material") or "")
    if classes.is_furniture(look.card.class_code) and any(w in material for w in PRECIOUS_WOODS):
        zh, en = "办公家具不得使用名贵木材", "office furniture is not made of precious wood"
        look.warn("traits.material", "W_MATERIAL", zh, en)


def _check_volumes(look: Look) -> None:
    volumes, price = look.number("volumes"), look.number("volume_price")
    if volumes and price and look.sound("gross_fen") and volumes * price != look.card.gross_fen:
        zh, en = "册数乘单价不等于价值", "volumes by price is not the value"
        look.warn("traits.volume_price", "W_VOLUMES", zh, en)


def _check_licences(look: Look) -> None:
    bought, used = look.number("licence_count"), look.number("licences_used")
    if bought is not None and used is not None and used > bought:
        zh, en = "已分配授权多于授权数量", "more licences given out than bought"
        look.error("traits.licences_used", "E_LICENCES", zh, en)


_Rule = Callable[[Look], None]
_BY_TYPE: Final[dict[str, tuple[_Rule, ...]]] = {
    traits.LAND: (_check_title, _check_land, _check_use),
    traits.HOUSE: (_check_title, _check_house, _check_completed, _check_use),
    traits.VEHICLE: (_check_vehicle,),
    traits.EQUIPMENT: (_check_furniture,),
    traits.OTHER_FIXED: (_check_completed, _check_volumes),
    traits.INTANGIBLE: (_check_licences,),
}


def check_traits(look: Look) -> None:
    """Find what is wrong with the traits of the card, first their form, then what they say."""
    _check_kinds(look)
    for rule in _BY_TYPE.get(look.card.card_type, ()):
        rule(look)
