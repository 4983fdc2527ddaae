"""Depreciation lives by class: the table of 2017 and the way into it (handbook 5.3-5.5, 4.6)."""

from __future__ import annotations

from datetime import date
from functools import cache

import msgspec

from domain.catalogue.classes import STD_2010, STD_2022

VALID_FROM = date(2017, 1, 1)
"""The guide (财会〔2017〕4号) is of 2017-02-21; older cards are judged by it too (product)."""


class LifeRule(msgspec.Struct, frozen=True):
    """Bounds of the depreciation life; `max_months` is None where only a minimum is set."""

    category: str
    min_months: int
    max_months: int | None
    mark: str


def _years(category: str, least: int, most: int | None = None, mark: str = "V(P1)") -> LifeRule:
    return LifeRule(category, least * 12, most * 12 if most else None, mark)


HOUSE_LIVES: dict[str, LifeRule] = {
    "钢结构": _years("房屋 钢结构", 50),
    "钢筋混凝土结构": _years("房屋 钢筋混凝土结构", 50),
    "砖混结构": _years("房屋 砖混结构", 30),
    "砖木结构": _years("房屋 砖木结构", 30),
    "简易房": _years("简易房", 8),
}
HOUSE_UNKNOWN = _years("房屋 结构未知", 8, mark="U-M")
"""A house of unknown structure cannot be refused for its life: the least of the table holds."""

LIVES: tuple[LifeRule, ...] = (
    _years("房屋附属设施", 8),
    _years("构筑物", 8),
    _years("计算机设备", 6),
    _years("办公设备", 6),
    _years("车辆", 8),
    _years("图书档案设备", 5),
    _years("机械设备", 10),
    _years("电气设备", 5),
    _years("雷达、无线电和卫星导航设备", 10),
    _years("通信设备", 5),
    _years("广播、电视、电影设备", 5),
    _years("仪器仪表", 5),
    _years("电子和通信测量设备", 5),
    _years("计量标准器具及量具、衡器", 5),
    _years("探矿、采矿、选矿和造块设备", 10, 15),
    _years("石油天然气开采专用设备", 10, 15),
    _years("石油和化学工业专用设备", 10, 15),
    _years("炼焦和金属冶炼轧制设备", 10, 15),
    _years("电力工业专用设备", 20, 30),
    _years("非金属矿物制品工业专用设备", 10, 20),
    _years("核工业专用设备", 20, 30),
    _years("航空航天工业专用设备", 20, 30),
    _years("工程机械", 10, 15),
    _years("农业和林业机械", 10, 15),
    _years("木材采集和加工设备", 10, 15),
    _years("食品加工专用设备", 10, 15),
    _years("饮料加工设备", 10, 15),
    _years("烟草加工设备", 10, 15),
    _years("粮油作物和饲料加工设备", 10, 15),
    _years("纺织设备", 10, 15),
    _years("缝纫、服饰、制革和毛皮加工设备", 10, 15),
    _years("造纸和印刷机械", 10, 20),
    _years("化学药品和中药专用设备", 5, 10),
    _years("医疗设备", 5, 10),
    _years("电工、电子专用生产设备", 5, 10),
    _years("安全生产设备", 10, 20),
    _years("邮政专用设备", 10, 15),
    _years("环境污染防治设备", 10, 20),
    _years("公安专用设备", 3, 10, "V(P1), upper end U-H"),
    _years("水工机械", 10, 20, "U-H"),
    _years("殡葬设备及用品", 5, 10, "U-H"),
    _years("铁路运输设备", 10, 20, "U-H"),
    _years("水上交通运输设备", 10, 20, "U-H"),
    _years("航空器及其配套设备", 10, 20, "U-H"),
    _years("专用仪器仪表", 5, 10, "U-H"),
    _years("文艺设备", 5, 15, "U-H"),
    _years("体育设备", 5, 15, "U-H"),
    _years("娱乐设备", 5, 15, "U-H"),
    _years("家具", 15, mark="V(C8)"),
    _years("用具、装具", 5, mark="V(C8)"),
)

# (standard, class prefix, category), U-H as a mapping (4.6); the longest prefix wins.
_CATEGORY: tuple[tuple[str, str, str], ...] = (
    (STD_2022, "A0102", "构筑物"),
    (STD_2022, "A0201", "计算机设备"),
    (STD_2022, "A0202", "办公设备"),
    (STD_2022, "A0203", "车辆"),
    (STD_2022, "A0204", "图书档案设备"),
    (STD_2022, "A0205", "机械设备"),
    (STD_2022, "A0206", "电气设备"),
    (STD_2022, "A0207", "雷达、无线电和卫星导航设备"),
    (STD_2022, "A0208", "通信设备"),
    (STD_2022, "A0209", "广播、电视、电影设备"),
    (STD_2022, "A0210", "仪器仪表"),
    (STD_2022, "A0211", "电子和通信测量设备"),
    (STD_2022, "A0212", "计量标准器具及量具、衡器"),
    (STD_2022, "A0232", "医疗设备"),
    (STD_2022, "A0237", "公安专用设备"),
    (STD_2022, "A0245", "文艺设备"),
    (STD_2022, "A0501", "家具"),
    (STD_2022, "A0502", "用具、装具"),
    (STD_2022, "A0503", "用具、装具"),
    (STD_2022, "A0504", "用具、装具"),
    (STD_2010, "103", "构筑物"),
    (STD_2010, "201", "计算机设备"),
    (STD_2010, "202", "办公设备"),
    (STD_2010, "203", "车辆"),
    (STD_2010, "204", "图书档案设备"),
    (STD_2010, "210", "机械设备"),
    (STD_2010, "220", "电气设备"),
    (STD_2010, "230", "雷达、无线电和卫星导航设备"),
    (STD_2010, "231", "通信设备"),
    (STD_2010, "232", "广播、电视、电影设备"),
    (STD_2010, "240", "仪器仪表"),
    (STD_2010, "241", "电子和通信测量设备"),
    (STD_2010, "242", "计量标准器具及量具、衡器"),
    (STD_2010, "301", "探矿、采矿、选矿和造块设备"),
    (STD_2010, "302", "石油天然气开采专用设备"),
    (STD_2010, "303", "石油和化学工业专用设备"),
    (STD_2010, "304", "炼焦和金属冶炼轧制设备"),
    (STD_2010, "305", "电力工业专用设备"),
    (STD_2010, "306", "非金属矿物制品工业专用设备"),
    (STD_2010, "307", "核工业专用设备"),
    (STD_2010, "308", "航空航天工业专用设备"),
    (STD_2010, "310", "工程机械"),
    (STD_2010, "311", "农业和林业机械"),
    (STD_2010, "313", "木材采集和加工设备"),
    (STD_2010, "314", "食品加工专用设备"),
    (STD_2010, "315", "饮料加工设备"),
    (STD_2010, "316", "烟草加工设备"),
    (STD_2010, "317", "粮油作物和饲料加工设备"),
    (STD_2010, "318", "纺织设备"),
    (STD_2010, "319", "缝纫、服饰、制革和毛皮加工设备"),
    (STD_2010, "320", "造纸和印刷机械"),
    (STD_2010, "321", "化学药品和中药专用设备"),
    (STD_2010, "322", "医疗设备"),
    (STD_2010, "323", "电工、电子专用生产设备"),
    (STD_2010, "324", "安全生产设备"),
    (STD_2010, "325", "邮政专用设备"),
    (STD_2010, "326", "环境污染防治设备"),
    (STD_2010, "327", "公安专用设备"),
    (STD_2010, "328", "水工机械"),
    (STD_2010, "339", "殡葬设备及用品"),
    (STD_2010, "350", "铁路运输设备"),
    (STD_2010, "351", "水上交通运输设备"),
    (STD_2010, "352", "航空器及其配套设备"),
    (STD_2010, "360", "专用仪器仪表"),
    (STD_2010, "370", "文艺设备"),
    (STD_2010, "371", "体育设备"),
    (STD_2010, "372", "娱乐设备"),
    (STD_2010, "601", "家具"),
    (STD_2010, "602", "用具、装具"),
)

# (standard, prefix, zh reason, en reason): classes that are never depreciated (5.3, V(C4,P2)).
_EXEMPT: tuple[tuple[str, str, str, str], ...] = (
    (STD_2022, "A03", "文物和陈列品不提折旧", "relics and exhibits are not depreciated"),
    (STD_2022, "A04", "图书、档案不提折旧", "books and archives are not depreciated"),
    (STD_2022, "A06", "特种动植物不提折旧", "plants and animals are not depreciated"),
    (STD_2022, "A07", "物资不提折旧", "materials are not depreciated"),
    (STD_2010, "101", "单独计价入账的土地不提折旧", "land carried separately is not depreciated"),
    (STD_2010, "4", "文物和陈列品不提折旧", "relics and exhibits are not depreciated"),
    (STD_2010, "5", "图书、档案不提折旧", "books and archives are not depreciated"),
    (STD_2010, "603", "动植物不提折旧", "plants and animals are not depreciated"),
    (STD_2010, "604", "动植物不提折旧", "plants and animals are not depreciated"),
)

_HOUSE_PREFIX = {STD_2022: "A0101", STD_2010: "102"}


@cache
def _by_category() -> dict[str, LifeRule]:
    return {rule.category: rule for rule in LIVES}


@cache
def exempt_reason(code: str, std: str = STD_2022) -> tuple[str, str] | None:
    """Why this class is never depreciated, zh and en; None if it is depreciated or amortised."""
    for row_std, prefix, zh, en in _EXEMPT:
        if row_std == std and code.startswith(prefix):
            return zh, en
    return None


@cache
def life_rule(code: str, structure: str | None = None, std: str = STD_2022) -> LifeRule | None:
    """Bounds of life by longest prefix; houses by building structure.

    None where the table has no line: exempt classes, intangibles (life by law, contract or
    estimate, 5.5) and trades that are not mapped yet.
    """
    house = _HOUSE_PREFIX.get(std)
    if house and code.startswith(house):
        return HOUSE_LIVES.get(structure or "", HOUSE_UNKNOWN)
    found = [row for row in _CATEGORY if row[0] == std and code.startswith(row[1])]
    if not found:
        return None
    return _by_category()[max(found, key=lambda row: len(row[1]))[2]]
