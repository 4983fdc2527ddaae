"""Invented names of people, places, firms and documents; nobody and nothing real is meant."""

from __future__ import annotations

CITY = "青泽市"
COUNTIES: tuple[tuple[str, str], ...] = (("lanxi", "岚溪县"), ("songyu", "松屿县"))

SURNAMES = (
    "祁", "尹", "骆", "褚", "阮", "卓", "蔺", "温", "栾", "宁", "邬", "鲍", "颜", "柯", "桑", "雍",
    "冷", "岑", "米", "柏", "郁", "甘", "厉", "游", "封", "靳", "芮", "仲", "咸", "裘",
)  # fmt: skip
GIVEN = (
    "知微", "望舒", "云帆", "清和", "若谷", "思齐", "景行", "怀瑾", "书屿", "听澜", "念一", "以宁",
    "明川", "嘉木", "亦舟", "初晴", "衡之", "修远", "照野", "青禾", "渐鸿", "伯庸", "南乔", "攸宁",
    "星野", "子衿", "维桢", "季同", "言蹊", "承泽",
)  # fmt: skip

CITY_ORGANS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("finance", "市财政局", ("finance",)),
    ("affairs", "市机关事务管理局", ("organ_affairs", "warehouse")),
    ("education", "市教育局", ()),
    ("health", "市卫生健康委员会", ()),
    ("discipline", "市纪委监委机关", ("discipline",)),
    ("audit", "市审计局", ("audit",)),
    ("office", "市人民政府办公室", ()),
    ("culture", "市文化和旅游局", ()),
    ("water", "市水务局", ()),
    ("transport", "市交通运输局", ()),
    ("housing", "市住房和城乡建设局", ()),
    ("market", "市市场监督管理局", ()),
)
"""Organs of the city: id, name, offices held."""

COUNTY_ORGANS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("finance", "财政局", ("finance",)),
    ("affairs", "机关事务服务中心", ("organ_affairs", "warehouse")),
    ("education", "教育局", ()),
    ("health", "卫生健康局", ()),
)

SCHOOLS: tuple[tuple[str, str, str], ...] = (
    ("school-1", "市第一中学", ""),
    ("school-2", "市实验小学", ""),
    ("school-3", "市职业技术学校", ""),
    ("school-4", "市特殊教育学校", ""),
    ("lanxi-school", "岚溪县中学", "lanxi"),
    ("songyu-school", "松屿县中学", "songyu"),
)
HOSPITALS: tuple[tuple[str, str, str], ...] = (
    ("hospital-1", "市人民医院", ""),
    ("hospital-2", "市中医医院", ""),
    ("lanxi-hospital", "岚溪县人民医院", "lanxi"),
)
INSTITUTIONS: tuple[tuple[str, str, str], ...] = (
    ("library", "市图书馆", "culture"), ("museum", "市博物馆", "culture"),
    ("art-hall", "市文化馆", "culture"), ("stadium", "市体育中心", "culture"),
    ("archive", "市档案馆", "office"), ("data-centre", "市大数据中心", "office"),
    ("hydrology", "市水文监测站", "water"), ("irrigation", "市灌区管理处", "water"),
    ("road-station", "市公路养护中心", "transport"),
    ("port-station", "市港航事务中心", "transport"),
    ("survey", "市城建档案与测绘院", "housing"), ("parks", "市园林绿化中心", "housing"),
    ("inspection", "市产品质量检验所", "market"), ("metrology", "市计量测试所", "market"),
    ("cdc", "市疾病预防控制中心", "health"), ("blood", "市中心血站", "health"),
    ("lanxi-library", "岚溪县图书馆", "lanxi-education"),
    ("lanxi-cdc", "岚溪县疾病预防控制中心", "lanxi-health"),
    ("songyu-library", "松屿县图书馆", "songyu-education"),
    ("songyu-cdc", "松屿县疾病预防控制中心", "songyu-health"),
    ("songyu-clinic", "松屿县妇幼保健院", "songyu-health"),
)  # fmt: skip
TEMPORARY = ("festival", "青泽茶文化节筹备组", "culture")
SUBORDINATES: tuple[tuple[str, str, str], ...] = (
    ("market-brigade", "市市场监管执法支队", "market"),
    ("transport-brigade", "市交通执法支队", "transport"),
    ("housing-brigade", "市城建监察支队", "housing"),
    ("water-brigade", "市水政监察支队", "water"),
    ("culture-brigade", "市文化市场执法队", "culture"),
    ("health-brigade", "市卫生监督所", "health"),
    ("payment", "市国库支付中心", "finance"),
    ("lanxi-payment", "岚溪县国库支付中心", "lanxi-finance"),
    ("songyu-payment", "松屿县国库支付中心", "songyu-finance"),
)
"""Subordinate bodies: id, name, the organ above them."""

DEPARTMENTS = ("办公室", "财务科", "业务一科", "业务二科", "人事科", "信息科", "后勤科")
DEPARTMENTS_OF: dict[str, tuple[str, ...]] = {
    "school": ("教务处", "总务处", "语文组", "数学组", "理化组", "信息中心", "图书室"),
    "hospital": ("门诊部", "内科", "外科", "检验科", "影像科", "设备科", "后勤科"),
}
BUILDINGS = ("主楼", "东楼", "西楼", "综合楼", "附楼")
VENDORS = ("青禾办公用品公司", "远桥信息设备公司", "云栖家具厂", "岚山医疗器械公司", "松果软件公司")
DONORS = ("青泽茶业公司", "岚溪乡贤会", "松屿渔业合作社", "望江建设公司")
OUTSIDERS = ("省厅直属中心", "邻市对口支援单位")
REPAIRERS = ("远桥设备维修部", "青泽汽修厂", "岚山器械维修站")
FAULTS = ("无法开机", "屏幕花屏", "卡纸", "异响", "漏水", "线路老化", "锁具损坏")
BUYERS = ("青泽再生资源公司", "望江旧货商行", "岚溪物资回收站")
STREETS = ("临江路", "书院街", "茶市巷", "望月大道", "枫林路", "石桥街")
