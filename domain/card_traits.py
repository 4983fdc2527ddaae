"""Traits of a card by its type: land, houses, vehicles, books, relics, intangibles (3.2-3.7)."""

from __future__ import annotations

import msgspec

LAND, HOUSE, VEHICLE, EQUIPMENT = "land", "house", "vehicle", "equipment"
OTHER_FIXED, INTANGIBLE = "other_fixed", "intangible"


class Trait(msgspec.Struct, frozen=True):
    """One trait of one card type; `code` is its key in `Card.traits`.

    `kind` is text, date (ISO text), int, area (1/100 m²), money (fen) or choice of `choices`.
    """

    card_type: str
    code: str
    zh: str
    en: str
    kind: str = "text"
    choices: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    mark: str = "V(C1)"


VEHICLE_USES = (
    "副部(省)级及以上领导用车",
    "主要领导干部用车",
    "机要通信用车",
    "应急保障用车",
    "执法执勤用车",
    "特种专业技术用车",
    "离退休干部用车",
    "其他用车",
)
STRUCTURES = ("钢结构", "钢筋混凝土结构", "砖混结构", "砖木结构", "简易房", "其他")
TITLE_FORMS = ("有产权", "无产权", "产权待界定")
RIGHT_TYPES = ("划拨", "出让", "租赁", "其他")

TRAITS: tuple[Trait, ...] = (
    Trait(LAND, "location", "坐落位置", "location", said=("坐落",), mark="V(C2)"),
    Trait(LAND, "title_form", "产权形式", "title form", "choice", TITLE_FORMS, mark="V(C2)"),
    Trait(LAND, "cert_kind", "权属证明", "certificate kind", mark="V(C2)"),
    Trait(LAND, "owner_nature", "权属性质", "nature of title", mark="V(C2)"),
    Trait(LAND, "cert_years", "权属年限", "years of title", "int", mark="V(C2)"),
    Trait(LAND, "cert_no", "权属证号", "certificate no.", said=("土地证号",), mark="V(C2)"),
    Trait(LAND, "issue_date", "发证日期", "issue date", "date", mark="V(C2)"),
    Trait(LAND, "right_holder", "土地使用权人", "right holder", mark="V(C2)"),
    Trait(LAND, "right_type", "土地使用权类型", "right type", "choice", RIGHT_TYPES, mark="V(C2)"),
    Trait(LAND, "land_use", "地类(用途)", "land use", said=("地类",), mark="V(C2)"),
    Trait(LAND, "land_grade", "土地级次", "land grade", mark="V(C2)"),
    Trait(LAND, "right_area", "使用权面积", "right area", "area", mark="V(C2)"),
    Trait(LAND, "sole_area", "独用面积", "sole area", "area", mark="V(C2)"),
    Trait(LAND, "shared_area", "分摊面积", "shared area", "area", mark="V(C2)"),
    Trait(HOUSE, "title_form", "产权形式", "title form", "choice", TITLE_FORMS),
    Trait(HOUSE, "owner_nature", "权属性质", "nature of title"),
    Trait(HOUSE, "cert_kind", "房屋权属证明", "certificate kind"),
    Trait(HOUSE, "cert_no", "权属证号", "certificate no.", said=("房产证号", "不动产权证号")),
    Trait(HOUSE, "cert_owner", "权属人", "owner in certificate"),
    Trait(HOUSE, "issue_date", "发证日期", "issue date", "date"),
    Trait(HOUSE, "cert_years", "权属年限", "years of title", "int"),
    Trait(HOUSE, "design_use", "设计用途", "design use"),
    Trait(HOUSE, "structure", "建筑结构", "structure", "choice", STRUCTURES, said=("结构",)),
    Trait(HOUSE, "gross_floor_area", "建筑面积", "floor area", "area", said=("建筑面积(㎡)",)),
    Trait(HOUSE, "heated_area", "供暖面积", "heated area", "area"),
    Trait(HOUSE, "dangerous_area", "危房面积", "dangerous area", "area"),
    Trait(HOUSE, "completed_on", "竣工日期", "completed on", "date"),
    Trait(HOUSE, "from_cip", "是否在建工程转入", "from construction", "choice", ("是", "否")),
    Trait(HOUSE, "location", "坐落位置", "location", said=("坐落",)),
    Trait(VEHICLE, "plate", "车牌号", "plate", said=("号牌号码", "车牌号码", "牌照号")),
    Trait(VEHICLE, "vin", "车辆识别代号", "VIN", said=("车架号", "车辆识别代号(车架号)", "VIN")),
    Trait(VEHICLE, "engine_no", "发动机号", "engine no.", said=("发动机号码",)),
    Trait(
        VEHICLE,
        "quota_status",
        "编制情况",
        "quota status",
        "choice",
        ("在编", "不在编", "未核定车编"),
    ),
    Trait(VEHICLE, "vehicle_use", "车辆用途", "use of vehicle", "choice", VEHICLE_USES),
    Trait(VEHICLE, "displacement", "排气量", "displacement", said=("排量",)),
    Trait(VEHICLE, "origin", "车辆产地", "origin", "choice", ("国产", "进口")),
    Trait(VEHICLE, "licence_owner", "行驶证所有人", "licence owner", mark="V(C1,C2)"),
    Trait(VEHICLE, "licence_date", "注册登记日期", "registered on", "date", mark="V(C1,C2)"),
    Trait(VEHICLE, "holder", "持证人", "holder", mark="V(C1,C2)"),
    Trait(VEHICLE, "seats", "座位数", "seats", "int"),
    Trait(VEHICLE, "mileage", "累计行驶里程", "mileage in km", "int", said=("行驶里程",)),
    Trait(EQUIPMENT, "equipment_use", "设备用途", "use of equipment"),
    Trait(EQUIPMENT, "main_figures", "主要技术指标", "main figures", said=("技术指标",)),
    Trait(EQUIPMENT, "material", "材质", "material", said=("材料",), mark="V(T1)"),
    Trait(OTHER_FIXED, "publisher", "出版社", "publisher", mark="V(C12b)"),
    Trait(OTHER_FIXED, "published_on", "出版日期", "published on", "date", mark="V(C12b)"),
    Trait(OTHER_FIXED, "archive_no", "档案号", "archive no.", mark="V(C12b)"),
    Trait(OTHER_FIXED, "volumes", "册数", "volumes", "int", mark="V(C12b)"),
    Trait(OTHER_FIXED, "relic_grade", "文物等级", "relic grade", mark="V(C2)"),
    Trait(OTHER_FIXED, "relic_age", "藏品年代", "age of relic", mark="V(C2)"),
    Trait(OTHER_FIXED, "provenance", "来源地", "provenance", said=("产地",), mark="V(C2)"),
    Trait(OTHER_FIXED, "family", "科属", "family", mark="V(C2,C12b)"),
    Trait(INTANGIBLE, "right_kind", "权利类型", "kind of right", mark="U-H"),
    Trait(INTANGIBLE, "registry", "注册登记机关", "registry", mark="U-H"),
    Trait(INTANGIBLE, "registered_on", "注册登记日期", "registered on", "date", mark="U-H"),
    Trait(INTANGIBLE, "approval_no", "批准文号", "approval no.", mark="U-H"),
    Trait(
        INTANGIBLE,
        "right_no",
        "权证号",
        "right no.",
        said=("专利号", "登记号", "权证号/专利号/登记号"),
        mark="U-H",
    ),
    Trait(INTANGIBLE, "right_holder", "权利人", "right holder", mark="U-H"),
    Trait(INTANGIBLE, "inventor", "发明人", "inventor", mark="U-H"),
    Trait(INTANGIBLE, "legal_years", "法定年限", "legal term", "int", mark="U-H"),
    Trait(
        INTANGIBLE,
        "life_uncertain",
        "使用年限不确定标志",
        "uncertain life",
        "choice",
        ("是", "否"),
        said=("使用年限不确定",),
        mark="U-H",
    ),
    Trait(
        INTANGIBLE, "licence_kind", "授权方式", "licence", "choice", ("永久", "订阅"), mark="U-H"
    ),
    Trait(INTANGIBLE, "licence_count", "授权数量", "licences", "int", mark="U-H"),
    Trait(INTANGIBLE, "version", "版本", "version", mark="U-H"),
    Trait(INTANGIBLE, "genuine", "是否正版", "genuine", "choice", ("是", "否"), mark="U-H"),
    Trait(INTANGIBLE, "domestic", "国产化标志", "domestic", "choice", ("是", "否"), mark="U-H"),
    Trait(INTANGIBLE, "service_end", "服务期止", "service until", "date", mark="U-H"),
)


def traits_of(card_type: str) -> tuple[Trait, ...]:
    """The traits that a card of this type may carry."""
    return tuple(trait for trait in TRAITS if trait.card_type == card_type)


def trait(card_type: str, code: str) -> Trait | None:
    """The trait with this code on this card type, or None."""
    return next((one for one in traits_of(card_type) if one.code == code), None)
