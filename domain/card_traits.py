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
OWNER_NATURES = ("国有", "集体所有", "私有", "其他")
DISPLACEMENTS = (
    "1.6升及以下",
    "1.6-1.8升",
    "1.8-2.0升",
    "2.0-2.5升",
    "2.5升以上",
    "新能源",
    "柴油",
)
RELIC_GRADES = ("一级", "二级", "三级", "一般", "未定级")
YES_NO = ("是", "否")
ALLOCATED = "划拨"
"""Right type of land that may stand in the books without a value (V(N2b))."""

USES: tuple[tuple[str, str, str], ...] = (
    ("own_use", "自用", "own use"),
    ("leased", "出租", "leased out"),
    ("lent", "出借", "lent out"),
    ("idle", "闲置", "idle"),
    ("other", "其他", "other use"),
)
"""What land and houses serve for: each has an area, and of houses a part of the value."""

FLOOR_PARTS: tuple[tuple[str, str, str], ...] = (
    ("unit_paid_area", "单位自筹面积", "area paid by the unit"),
    ("machine_room_area", "机房面积", "machine rooms"),
    ("meeting_area", "会议室面积", "meeting rooms"),
    ("garage_area", "车库面积", "garage"),
    ("canteen_area", "食堂面积", "canteen"),
    ("power_room_area", "配电室面积", "power room"),
)
OFFICE_PARTS: tuple[tuple[str, str, str], ...] = (
    ("office_area", "办公室用房面积", "offices"),
    ("service_area", "服务用房面积", "service rooms"),
    ("equipment_area", "设备用房面积", "equipment rooms"),
    ("ancillary_area", "附属用房面积", "ancillary rooms"),
)


def _areas_of_use(card_type: str) -> tuple[Trait, ...]:
    return tuple(
        Trait(card_type, f"{code}_area", f"{zh}面积", f"area of {en}", "area", mark="V(C1,N2)")
        for code, zh, en in USES
    )


def _areas(card_type: str, parts: tuple[tuple[str, str, str], ...]) -> tuple[Trait, ...]:
    return tuple(
        Trait(card_type, code, zh, f"area of {en}", "area", mark="V(C1,N2)")
        for code, zh, en in parts
    )


def _counterpart(card_type: str) -> tuple[Trait, ...]:
    # Names and telephones of people live in the directory: the contact is a person's id.
    return (
        Trait(card_type, "lessee", "对方单位", "lessee or borrower", mark="V(N2)"),
        Trait(card_type, "contact", "对方联系人编号", "contact (id of a person)", mark="V(N2)"),
    )


TRAITS: tuple[Trait, ...] = (
    Trait(LAND, "location", "坐落位置", "location", said=("坐落",), mark="V(C2)"),
    Trait(LAND, "title_form", "产权形式", "title form", "choice", TITLE_FORMS, mark="V(C2)"),
    Trait(LAND, "cert_kind", "权属证明", "certificate kind", mark="V(C2)"),
    Trait(LAND, "owner_nature", "权属性质", "nature of title", "choice", OWNER_NATURES),
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
    *_areas_of_use(LAND),
    *_counterpart(LAND),
    Trait(HOUSE, "title_form", "产权形式", "title form", "choice", TITLE_FORMS),
    Trait(HOUSE, "owner_nature", "权属性质", "nature of title", "choice", OWNER_NATURES),
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
    Trait(HOUSE, "from_cip", "是否在建工程转入", "from construction", "choice", YES_NO),
    Trait(HOUSE, "location", "坐落位置", "location", said=("坐落",)),
    *_areas(HOUSE, FLOOR_PARTS),
    *_areas_of_use(HOUSE),
    *(
        Trait(HOUSE, f"{code}_value", f"{zh}价值", f"value of {en}", "money")
        for code, zh, en in USES
    ),
    Trait(HOUSE, "avg_price", "均价", "price of a square metre", "money"),
    *_counterpart(HOUSE),
    Trait(HOUSE, "use_agreement_no", "使用协议号", "agreement of use", mark="U-H"),
    Trait(HOUSE, "approved_area", "核定面积", "approved area", "area", mark="U-H"),
    Trait(HOUSE, "actual_area", "实际面积", "actual area", "area", mark="U-H"),
    Trait(HOUSE, "room_list", "房间清单", "list of rooms", mark="U-H"),
    *_areas(HOUSE, OFFICE_PARTS),
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
    Trait(
        VEHICLE, "displacement", "排气量", "displacement", "choice", DISPLACEMENTS, said=("排量",)
    ),
    Trait(VEHICLE, "origin", "车辆产地", "origin", "choice", ("国产", "进口")),
    Trait(VEHICLE, "licence_owner", "行驶证所有人", "licence owner", mark="V(C1,C2)"),
    Trait(VEHICLE, "licence_date", "注册登记日期", "registered on", "date", mark="V(C1,C2)"),
    Trait(VEHICLE, "holder", "持证人", "holder", mark="V(C1,C2)"),
    Trait(VEHICLE, "seats", "座位数", "seats", "int"),
    Trait(VEHICLE, "mileage", "累计行驶里程", "mileage in km", "int", said=("行驶里程",)),
    Trait(EQUIPMENT, "equipment_use", "设备用途", "use of equipment"),
    Trait(EQUIPMENT, "main_figures", "主要技术指标", "main figures", said=("技术指标",)),
    Trait(EQUIPMENT, "material", "材质", "material", said=("材料",), mark="V(T1)"),
    Trait(EQUIPMENT, "set_parts", "成套组成", "parts of the set", mark="V(T1)"),
    Trait(
        EQUIPMENT,
        "shared_open",
        "共享开放",
        "open to sharing",
        "choice",
        YES_NO,
        said=("大型仪器共享",),
        mark="U-H",
    ),
    Trait(OTHER_FIXED, "publisher", "出版社", "publisher", mark="V(C12b)"),
    Trait(OTHER_FIXED, "published_on", "出版日期", "published on", "date", mark="V(C12b)"),
    Trait(OTHER_FIXED, "keep_years", "保存年限", "years to keep", "int", mark="V(C12b)"),
    Trait(OTHER_FIXED, "archive_no", "档案号", "archive no.", mark="V(C12b)"),
    Trait(OTHER_FIXED, "volumes", "册数", "volumes", "int", mark="V(C12b)"),
    Trait(OTHER_FIXED, "volume_price", "每册单价", "price of a volume", "money", mark="V(C12b)"),
    Trait(
        OTHER_FIXED, "relic_grade", "文物等级", "relic grade", "choice", RELIC_GRADES, mark="V(C2)"
    ),
    Trait(OTHER_FIXED, "relic_age", "藏品年代", "age of relic", mark="V(C2)"),
    Trait(OTHER_FIXED, "provenance", "来源地", "provenance", said=("产地",), mark="V(C2)"),
    Trait(OTHER_FIXED, "family", "科属", "family", mark="V(C2,C12b)"),
    Trait(OTHER_FIXED, "living_age", "年龄", "age in years", "int", mark="V(C2,C12b)"),
    Trait(OTHER_FIXED, "living_count", "动植物数量", "how many", "int", mark="V(C2,C12b)"),
    Trait(OTHER_FIXED, "location", "坐落位置", "location", said=("坐落",)),
    Trait(OTHER_FIXED, "completed_on", "竣工日期", "completed on", "date"),
    Trait(OTHER_FIXED, "from_cip", "是否在建工程转入", "from construction", "choice", YES_NO),
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
    Trait(INTANGIBLE, "licences_used", "已分配授权", "licences given out", "int", mark="U-H"),
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
