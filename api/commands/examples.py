"""One valid example body per command for the interface's page, built from the Structs."""

from __future__ import annotations

from typing import Any, Final

import msgspec

_CARD: Final[dict[str, Any]] = {
    "card_no": "TY2026000001", "name": "台式计算机", "class_std": "GB/T 14885-2022",
    "class_code": "A02010105", "card_type": "equipment", "account_code": "1601",
    "acq_way": "PURCHASE", "acquired_on": "2026-03-16", "gross_fen": 498000,
    "fiscal_fen": 498000, "life_months": 72, "brand": "示例", "serial_no": "SN-0001",
}  # fmt: skip

_APPROVAL: Final = {"no": "示例资〔2026〕8号", "on": "2026-03-10", "level": "city"}

# Example values by field name; every other required field gets a text.
_VALUES: Final[dict[str, Any]] = {
    "occurred_on": "2026-03-16", "due_on": "2026-09-16", "valid_from": "2026-01-01",
    "asset_ids": ["A-0001"], "asset_id": "A-0001", "unit_id": "U001", "to_unit": "U002",
    "for_unit": "U002", "borrower_unit": "U002", "warehouse_id": "WH01", "process_id": "P-0001",
    "stocktake_id": "ST-2026-01", "batch_id": "IM-0001", "prepared_by": "p-0007",
    "period": "2026-03", "card": _CARD, "cards": [_CARD], "approval": _APPROVAL,
    "sub_kind": "DISP.SCRAP", "amount_fen": 120000, "mode": "central", "grade": "B",
    "keeper": "p-0012", "use_dept": "办公室", "place": "3号楼305", "fields": {"place": "3号楼306"},
    "kind": "administrative", "value": 10, "result": "MATCH", "slip_no": "JK-2026-0312",
    "contract_on": "2026-03-12", "ends_on": "2027-03-16", "first_due_on": "2026-03-16",
    "rent_fen": 3000000, "floor_rent_fen": 2800000, "rent_months": 3, "appraisal_fen": 5000000,
    "vendor": "示例维修部", "fault": "无法开机", "opinion": "主板损坏，修理费超过残值",
}  # fmt: skip

_WORTH: Final = {"asset_id": "A-0001", "value_fen": 1000000}
_ITEM: Final = {"name": "手表", "class_code": "A05040000", "pieces": 2, "price_fen": 50000}
_FILE: Final = {"sha256": "ab" * 32, "name": "发票.pdf", "size": 48213}

_OWN: Final[dict[str, dict[str, Any]]] = {
    "AttachDocuments": {"attachments": [_FILE]},
    "RegisterAcquisition": {"sub_kind": "CONFIG.PURCHASE", "approval": _APPROVAL},
    "ImportOpeningCard": {"cards": [{"card": _CARD, "accum_fen": 41500, "done_months": 6}]},
    "SplitCard": {"parts": [{"gross_fen": 120000, "name": "液晶显示器"}], "reason": "分开管理"},
    "MergeCards": {"asset_ids": ["A-0002"], "reason": "同一套设备"},
    "Reclassify": {
        "class_std": "GB/T 14885-2022",
        "class_code": "A02010108",
        "reason": "分类有误",
    },
    "SetSetting": {"name": "treasury_days"},
    "OpenRequest": {"kind": "USE.LEND", "asset_ids": ["A-0001"]},
    "ReviewRequest": {"step": "minutes", "opinion": "同意"},
    "SetRoute": {
        "kind": "DISP",
        "scope": "*",
        "steps": [{"code": "minutes", "zh": "集体决策", "role": "unit_head", "group": 1}],
    },
    "SetLimits": {
        "kind": "DISP",
        "scope": "level:city",
        "rows": [
            {"office": "department", "below_fen": 5000000},
            {"office": "finance", "min_fen": 5000000},
        ],
    },
    "Delegate": {"to_person": "p-0012", "role": "unit_head", "valid_to": "2026-06-30"},
    "EndDelegation": {"to_person": "p-0012", "role": "unit_head"},
    "LeaseOut": {"survey_no": "询价〔2026〕1号", "approval": _APPROVAL},
    "ExtendLease": {"first_due_on": "2026-06-16"},
    "StartImprovement": {"sub_kind": "REPAIR.IMPROVE", "approval": _APPROVAL},
    "CompleteImprovement": {"acceptance": "竣验〔2026〕2号", "remaining_months": 300},
    "StartConstruction": {"approval": _APPROVAL, "project_no": "发改〔2026〕3号"},
    "SpendOnConstruction": {"part": "INSTALL"},
    "DeliverEstimated": {"acceptance": "竣验〔2026〕2号", "things": [_WORTH]},
    "DeliverFinal": {"acceptance": "竣验〔2026〕2号", "things": [_WORTH]},
    "SettleConstruction": {"things": [_WORTH]},
    "Exchange": {"appraisal_no": "评〔2026〕3号", "appraisal_fen": 498000, "approval": _APPROVAL},
    "GrantLand": {"approval": _APPROVAL},
    "RentIn": {"approval": _APPROVAL},
    "SpendOnDevelopment": {"phase": "DEVELOPMENT"},
    "Develop": {"acceptance": "验〔2026〕2号"},
    "ReversePosting": {"outcome": "ACCEPTED", "reason": "价值录错"},
    "ReverseDisposal": {"approval": _APPROVAL, "reason": "处置有误"},
    "RecordConfiscated": {"items": [_ITEM]},
    "CatchUpDepreciation": {"first": "2026-01", "last": "2026-03"},
    "CloseYear": {"year": 2025},
    "AdjustEstimate": {
        "sub_kind": "ESTIMATE.LIFE",
        "new_life_months": 96,
        "document_no": "示例资〔2026〕8号",
        "reason": "重新评估使用年限",
    },
    "ExecuteDisposal": {"evidence": "报废回收单 2026-031"},
}


def example_of(struct: type[msgspec.Struct]) -> dict[str, Any]:
    """A body that `struct` accepts: its required fields, and what its own line adds."""
    required = [field.encode_name for field in msgspec.structs.fields(struct) if field.required]
    body = {name: _VALUES.get(name, "示例") for name in required}
    return body | _OWN.get(struct.__name__, {})
