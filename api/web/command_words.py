"""Words and choices of the fields of commands, in Chinese and English."""

from __future__ import annotations

from typing import Final

from domain.decisions.disposal import KINDS

Words = tuple[str, str]
Option = tuple[str, str, str]
"""A code with its Chinese and English words."""

# Words of fields; fields of the card come from its dictionary.
WORDS: Final[dict[str, Words]] = {
    "occurred_on": ("业务日期", "Business date"),
    "booked_on": ("记账日期（不填为业务日期）", "Booked on (default: business date)"),
    "reason": ("原因、说明", "Reason or note"),
    "unit_id": ("单位", "Unit"), "to_unit": ("调入单位", "Receiving unit"),
    "for_unit": ("预约单位", "Reserved for"), "borrower_unit": ("借用单位", "Borrower"),
    "parent_id": ("上级单位", "Parent unit"), "warehouse_id": ("公物仓", "Warehouse"),
    "process_id": ("业务单号", "Process"), "stocktake_id": ("盘点任务", "Stocktake"),

    "batch_id": ("导入批次", "Import batch"), "prepared_by": ("制单人", "Prepared by"),
    "name": ("名称", "Name"), "kind": ("类别", "Kind"),
    "level": ("级次", "Level"), "credit_code": ("统一社会信用代码", "Credit code"),
    "headcount": ("编制人数", "Headcount"), "roles": ("职能", "Functions"),
    "period": ("会计期间", "Period"), "title_mode": ("权属方式", "Title mode"),
    "place": ("存放地点", "Place"), "value": ("数值", "Value"),
    "valid_from": ("生效日期", "Valid from"), "source": ("依据", "Source"),
    "sub_kind": ("业务类型", "Kind of transaction"), "contract_on": ("合同日期", "Contract date"),
    "search_result": ("公物仓检索结果", "Result of the warehouse search"),
    "refusal_reason": ("不采用公物仓资产的原因", "Why warehouse things were refused"),
    "costs_fen": ("相关费用（元）", "Costs (yuan)"),
    "own_fen": ("其中自有资金（元）", "Own money (yuan)"),
    "retention_fen": ("质保金（元）", "Retention (yuan)"),
    "donor_kind": ("捐赠方类型", "Kind of donor"),
    "use_dept": ("使用部门", "Using department"), "keeper": ("管理人", "Keeper"),
    "user": ("使用人", "User"), "idle_since": ("闲置起始日", "Idle since"),
    "freight_fen": ("运费（元）", "Freight (yuan)"), "mode": ("入仓方式", "Mode"),
    "grade": ("品相", "Grade"), "description": ("说明", "Description"),
    "photo": ("照片 SHA-256", "Photo (SHA-256)"), "need": ("需求说明", "Need"),
    "due_on": ("归还日期", "Due on"), "inspection": ("查验记录", "Inspection"),
    "to_repair": ("需要维修", "Needs repair"), "vendor": ("维修单位", "Vendor"),
    "fault": ("故障", "Fault"), "outside": ("送外维修", "Repaired outside"),
    "cost_fen": ("维修费（元）", "Cost (yuan)"), "opinion": ("鉴定意见", "Opinion"),
    "appraisal_no": ("评估报告号", "Appraisal number"),
    "floor_fen": ("底价（元）", "Floor price (yuan)"),
    "min_life_reason": ("未达年限的原因", "Reason below minimum life"),
    "evidence": ("执行凭证", "Evidence"),
    "secrecy_certificate": ("涉密销毁证明", "Secrecy certificate"),
    "price_fen": ("成交价（元）", "Price (yuan)"), "receiver": ("接收方", "Receiver"),
    "second_counter": ("复核人", "Second counter"), "liability": ("责任认定", "Liability"),
    "amount_fen": ("金额（元）", "Amount (yuan)"), "buyer": ("买受人", "Buyer"),
    "person": ("责任人", "Person liable"), "slip_no": ("缴款书号", "Slip number"),
    "leave_out": ("审减内容", "Left out"), "to": ("退回到", "Returned to"),
    "to_person": ("代理人", "Deputy"), "role": ("岗位", "Post"),
    "valid_to": ("截止日期", "Valid to"),
    "steps": ("审批环节", "Steps"), "step": ("审批环节", "Step"), "rows": ("权限表", "Limits"),
    "valid_months": ("批复有效月数", "Months an approval holds"), "scope": ("适用范围", "Scope"),
    "items": ("拟配置清单", "Things to be bought"), "detail": ("补充事项", "Further facts"),
    "users": ("共享单位或人员", "Shared with"), "slots": ("共享时段", "Times"),
    "agreement_no": ("协议编号", "Agreement number"),
    "compensation_fen": ("约定补偿（元）", "Agreed compensation (yuan)"),
    "quote_fen": ("报价（元）", "Quotation (yuan)"),
    "replacement_fen": ("重置价格（元）", "Price of a new one (yuan)"),
    "mileage_km": ("累计行驶里程（公里）", "Mileage (km)"),
    "project_no": ("项目批准文号", "Project number"), "plan": ("改扩建内容", "Plan"),
    "contractor": ("施工单位", "Contractor"), "payee": ("收款人", "Payee"),
    "invoice_no": ("发票号", "Invoice"), "parts": ("拆除部分", "Removed parts"),
    "acceptance": ("竣工验收文号", "Acceptance"),
    "remaining_months": ("重新确定的剩余年限（月）", "Remaining life, reassessed (months)"),
    "lessee": ("承租方", "Lessee"), "contract_no": ("合同编号", "Contract number"),
    "ends_on": ("到期日", "Ends on"), "rent_fen": ("每期租金（元）", "Rent each time (yuan)"),
    "rent_months": ("每期月数", "Months between rents"),
    "first_due_on": ("首次付租日", "First rent due on"),
    "floor_rent_fen": ("每期租金底价（元）", "Floor of the rent (yuan)"),
    "deposit_fen": ("押金（元）", "Deposit (yuan)"),
    "survey_no": ("租金询价编号", "Rent survey number"),
    "deal_no": ("成交鉴证编号", "Deal certificate"),
    "special_reason": ("超过一般期限的原因", "Reason for a longer term"),
    "government_document_no": ("政府批准文号", "Government document"),
    "payer": ("付款人", "Payer"), "borrower": ("借用方", "Borrower"),
    "purpose": ("用途", "Purpose"),
    "investee": ("被投资单位", "Investee"), "share": ("股权比例", "Share"),
    "appraisal_fen": ("评估价值（元）", "Appraised value (yuan)"),
    "fees_fen": ("相关税费（元）", "Fees (yuan)"),
    "decision_no": ("集体决策编号", "Collective decision"),
    "manage_dept": ("归口管理部门", "Managing department"),
    "expected": ("应盘数", "Expected"), "counters": ("盘点人", "Counters"),
    "result": ("盘点结果", "Result"), "label_no": ("标签号", "Label"),
    "asset_id": ("资产标识", "Asset id"), "renew": ("换发新标签号", "Give a new number"),
    "document_no": ("更正依据文号", "Document number"),
    "approval.no": ("批复文号", "Approval number"), "approval.on": ("批复日期", "Approved on"),
    "approval.level": ("批复层级", "Approved by"),
    "approval.document": ("批复文件 SHA-256", "Document (SHA-256)"),
}  # fmt: skip

_LEVELS: Final[tuple[Option, ...]] = (
    ("unit", "单位", "unit"), ("department", "主管部门", "competent department"),
    ("organ_affairs", "机关事务管理局", "organ affairs office"), ("finance", "财政部门", "finance"),
    ("city", "市级", "city"), ("county", "县级", "county"),
)  # fmt: skip
_DISPOSALS: Final[tuple[Option, ...]] = tuple((k.code, k.zh, k.en) for k in KINDS.values())

OPTIONS: Final[dict[str, tuple[Option, ...]]] = {
    "RegisterAcquisition.sub_kind": (
        ("CONFIG.PURCHASE", "购置", "purchase"), ("CONFIG.DONATION_IN", "接受捐赠", "donation"),
        ("CONFIG.REALLOC_IN", "外部划转转入", "transfer in from outside"),
    ),
    "ApplyDisposal.sub_kind": _DISPOSALS, "ExecuteDisposal.sub_kind": _DISPOSALS,
    "RecordExecutedDisposal.sub_kind": _DISPOSALS, "approval.level": _LEVELS,
    "SendRepair.sub_kind": (
        ("REPAIR.ORDINARY", "一般维修", "ordinary repair"),
        ("REPAIR.MAJOR", "重大维修", "major repair"),
        ("REPAIR.VEHICLE", "公务用车大修", "vehicle overhaul"),
    ),
    "StartImprovement.sub_kind": (
        ("REPAIR.IMPROVE", "改建扩建", "improvement"),
        ("REPAIR.PREMISES", "办公用房维修", "premises repair"),
        ("REPAIR.MAJOR", "重大维修（增值）", "major repair that adds value"),
    ),
    "ReallocOut.sub_kind": (
        ("REALLOC.IN_DEPT", "本部门内", "inside the department"),
        ("REALLOC.CROSS_DEPT", "同级跨部门", "across departments"),
        ("REALLOC.CROSS_LEVEL", "跨级次、跨地区", "across levels"),
        ("REALLOC.REFORM", "机构改革划转", "by a reform"),
    ),
    "RegisterUnit.level": (("city", "市级", "city"), ("county", "县级", "county")),
    "RegisterUnit.kind": (
        ("administrative", "行政单位", "administrative"),
        ("institution", "事业单位", "institution"),
    ),
    "mode": (("central", "集中保管", "central"), ("custody", "原单位代管", "custody")),
    "grade": (
        ("A", "A 完好", "A as new"), ("B", "B 良好", "B good"),
        ("C", "C 可修复", "C repairable"), ("D", "D 不可用", "D useless"),
    ),
    "title_mode": (
        ("CUSTODY", "代管，权属不变", "custody, title stays"),
        ("TRANSFER", "权属转移", "title passes"),
        ("SUSPENSE", "权属待定", "title to be settled"),
    ),
    "donor_kind": (
        ("company", "企业", "company"), ("institution", "事业单位", "institution"),
        ("person", "个人", "person"), ("state", "国家机关", "state body"),
        ("other", "其他", "other"),
    ),
    "RecordCount.result": (
        ("MATCH", "相符", "matches"), ("MOVED", "地点不符", "another place"),
        ("ATTR_DIFF", "信息不符", "facts differ"), ("GAIN", "盘盈", "extra"),
        ("LOSS", "盘亏", "missing"), ("DAMAGED", "毁损", "damaged"),
        ("UNBOOKED", "未入账", "not booked"), ("NO_LABEL", "无标签", "no label"),
        ("DUP_CARD", "重复建卡", "two cards"), ("UNCERTIFIED", "无产权证", "no title deed"),
        ("PENDING", "待查", "to be found out"),
    ),
}  # fmt: skip
"""What a field may hold, by its name or by its command and name."""
