"""From an old class code and the thing's name to 2022 candidates; a person picks if unsure."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import msgspec

from domain.catalogue.classes import STD_2010, STD_2013, STD_2022, ClassRow, find, nearest, rows

CANDIDATES_MAX = 12

# How clerks write a thing → names of 2022 classes (U-H). Several names: a person must choose.
SYNONYMS: dict[str, tuple[str, ...]] = {
    "台式机": ("台式计算机",),
    "台式电脑": ("台式计算机",),
    "电脑": ("台式计算机", "便携式计算机"),
    "计算机": ("台式计算机", "便携式计算机"),
    "微机": ("台式计算机",),
    "台式微型计算机": ("台式计算机",),
    "一体机电脑": ("台式计算机",),
    "笔记本": ("便携式计算机",),
    "笔记本电脑": ("便携式计算机",),
    "手提电脑": ("便携式计算机",),
    "便携式电脑": ("便携式计算机",),
    "便携式微型计算机": ("便携式计算机",),
    "平板电脑": ("平板式计算机",),
    "平板式微型计算机": ("平板式计算机",),
    "交换机": ("交换设备",),
    "以太网交换机": ("交换设备",),
    "打印机": ("A4黑白打印机", "A4彩色打印机", "A3黑白打印机", "A3彩色打印机"),
    "激光打印机": ("A4黑白打印机", "A4彩色打印机", "A3黑白打印机", "A3彩色打印机"),
    "喷墨打印机": ("A4彩色打印机", "A3彩色打印机", "其他打印机"),
    "针式打印机": ("票据打印机", "其他打印机"),
    "一体机": ("多功能一体机",),
    "多功能打印机": ("多功能一体机",),
    "传真机": ("文件(图文)传真机",),
    "传真通信设备": ("文件(图文)传真机",),
    "显示器": ("液晶显示器",),
    "投影机": ("投影仪",),
    "数码相机": ("数字照相机",),
    "照相机": ("数字照相机",),
    "摄像机": ("通用摄像机",),
    "空调": ("空调机",),
    "电视机": ("普通电视设备(电视机)",),
    "电视": ("普通电视设备(电视机)",),
    "冰箱": ("电冰箱",),
    "饮水机": ("饮水器",),
    "UPS": ("不间断电源",),
    "UPS电源": ("不间断电源",),
    "不间断电源(UPS)": ("不间断电源",),
    "汽车": ("轿车", "越野车", "商务车", "小型客车"),
    "小轿车": ("轿车",),
    "小汽车": ("轿车",),
    "班桌": ("办公桌",),
    "写字台": ("办公桌",),
    "写字桌": ("办公桌",),
    "钢木台、桌类": ("办公桌", "会议桌", "茶几", "其他台、桌类"),
    "木制台、桌类": ("办公桌", "会议桌", "茶几", "其他台、桌类"),
    "椅子": ("办公椅", "会议椅", "桌前椅", "其他椅凳类"),
    "金属骨架为主的椅凳类": ("办公椅", "会议椅", "桌前椅", "其他椅凳类"),
    "木骨架为主的椅凳类": ("办公椅", "会议椅", "桌前椅", "其他椅凳类"),
    "转椅": ("办公椅",),
    "沙发": ("三人沙发", "单人沙发"),
    "金属骨架沙发类": ("三人沙发", "单人沙发"),
    "铁皮柜": ("文件柜",),
    "档案柜": ("文件柜",),
    "资料柜": ("文件柜",),
    "木质柜类": ("书柜", "文件柜", "更衣柜", "茶水柜"),
    "金属质柜类": ("文件柜", "更衣柜", "保密柜"),
    "木质架类": ("架类",),
    "衣柜": ("更衣柜",),
    "床": ("轻金属床类", "木制床类"),
    "软件": ("基础软件", "支撑软件", "应用软件", "其他计算机软件"),
    "数据库管理系统": ("支撑软件", "基础软件"),
    "办公套件": ("应用软件", "基础软件"),
}

# 2010 prefix → 2022 prefix (U-H). Codes of the 2013 catalogue keep their group under A02.
_FROM_2010: tuple[tuple[str, str], ...] = (
    ("102", "A0101"),
    ("103", "A0102"),
    ("201", "A0201"),
    ("202", "A0202"),
    ("203", "A0203"),
    ("204", "A0204"),
    ("210", "A0205"),
    ("220", "A0206"),
    ("231", "A0208"),
    ("232", "A0209"),
    ("240", "A0210"),
    ("322", "A0232"),
    ("327", "A0237"),
    ("401", "A0301"),
    ("402", "A0302"),
    ("501", "A04"),
    ("601", "A0501"),
    ("602", "A0503"),
    ("603", "A06"),
    ("604", "A06"),
)
_FROM_2013: tuple[tuple[str, str], ...] = (
    ("A0601", "A050101"),
    ("A0602", "A050102"),
    ("A0603", "A050103"),
    ("A0604", "A050104"),
    ("A0605", "A050105"),
    ("A0606", "A050106"),
    ("A06", "A0501"),
    ("A0201060", "A020210"),
    ("A02010801", "A080603"),
)

_DECORATION = re.compile(r"[\s()\[\]{}<>《》【】\"'“”]+")


class Candidate(msgspec.Struct, frozen=True):
    """A 2022 class that an old card may belong to; `basis` is name, synonym or prefix."""

    row: ClassRow
    basis: str


def _name_key(name: str) -> str:
    return _DECORATION.sub("", unicodedata.normalize("NFKC", name)).upper()


@cache
def _rows_by_name() -> dict[str, tuple[ClassRow, ...]]:
    found: dict[str, tuple[ClassRow, ...]] = {}
    for row in rows(STD_2022):
        key = _name_key(row.name)
        found[key] = (*found.get(key, ()), row)
    return found


@cache
def _synonyms_by_key() -> dict[str, tuple[str, ...]]:
    return {_name_key(said): names for said, names in SYNONYMS.items()}


@cache
def by_name(name: str) -> tuple[Candidate, ...]:
    """Candidates that the name alone gives: exact class names first, then how clerks say it."""
    key = _name_key(name)
    exact = _rows_by_name().get(key, ())
    if exact:
        return tuple(Candidate(row, "name") for row in exact)
    said = _synonyms_by_key().get(key, ())
    named = (row for meant in said for row in _rows_by_name().get(_name_key(meant), ()))
    return tuple(Candidate(row, "synonym") for row in named)


def _prefix_2022(std: str, code: str) -> str | None:
    pairs = {STD_2010: _FROM_2010, STD_2013: _FROM_2013}.get(std, ())
    for old, new in pairs:
        if code.startswith(old):
            return new
    # Programs of the 2010 era often hold 2013 codes without their letter (2061802).
    as_2013 = code if std == STD_2013 else f"A0{code}"
    row = nearest(as_2013[:5].ljust(9, "0"))
    return as_2013[:5] if row is not None and row.code.startswith(as_2013[:5]) else None


def _likeness(name: str, row: ClassRow) -> int:
    return len(set(_name_key(name)) & set(_name_key(row.name)))


def _by_prefix(std: str, code: str, name: str) -> tuple[Candidate, ...]:
    prefix = _prefix_2022(std, code)
    if prefix is None:
        return ()
    under = [row for row in rows(STD_2022) if row.code.startswith(prefix)]
    leaves = [row for row in under if not row.code.endswith("00")] or under
    ranked = sorted(leaves, key=lambda row: (-_likeness(name, row), row.code))
    return tuple(Candidate(row, "prefix") for row in ranked[:CANDIDATES_MAX])


@cache
def crosswalk(std: str, code: str, name: str) -> tuple[Candidate, ...]:
    """Candidates for 2022, best first; exactly one means no person has to choose.

    The thing's own name decides before the old class's name, and both before the prefix:
    2013 sorted furniture by material, 2022 by use, so the prefix alone settles nothing.
    """
    if std == STD_2022:
        row = find(STD_2022, code)
        return (Candidate(row, "name"),) if row else ()
    named = by_name(name)
    if named:
        return named
    old = find(std, code)
    if old is not None and old.code[-4:] != "0000":
        meant = by_name(old.name)
        if meant:
            return meant
    return _by_prefix(std, code, name)
