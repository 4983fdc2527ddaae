"""Chart of accounts of the government accounting system (财会〔2017〕25号, handbook 5.1)."""

from __future__ import annotations

from datetime import date

import msgspec

VALID_FROM = date(2019, 1, 1)


class Account(msgspec.Struct, frozen=True):
    """One account; `normal_side` is where it grows, `contra_of` the account it reduces.

    `kind` is asset, liability, net_assets, income or expense in financial accounting, and
    budget_income, budget_spending or budget_balance in budget accounting.
    """

    code: str
    name: str
    name_en: str
    kind: str
    normal_side: str
    contra_of: str | None
    mark: str


# 1821 was 文物文化资产 until 准则第11号 (2025, date U-M); sub-accounts of 1902 are numbered here.
ACCOUNTS: tuple[Account, ...] = (
    Account("1002", "银行存款", "cash at bank", "asset", "debit", None, "V(C9)"),
    Account(
        "1011", "零余额账户用款额度", "zero-balance account quota", "asset", "debit", None, "V(C9)"
    ),
    Account("1218", "其他应收款", "other receivables", "asset", "debit", None, "V(C9)"),
    Account("1302", "库存物品", "stores", "asset", "debit", None, "U-H"),
    Account("1501", "长期股权投资", "long-term equity investment", "asset", "debit", None, "U-H"),
    Account("1601", "固定资产", "fixed assets", "asset", "debit", None, "V(C9)"),
    Account(
        "1602",
        "固定资产累计折旧",
        "accumulated depreciation of fixed assets",
        "asset",
        "credit",
        "1601",
        "U-H",
    ),
    Account("1611", "工程物资", "construction materials", "asset", "debit", None, "U-H"),
    Account("1613", "在建工程", "construction in progress", "asset", "debit", None, "U-H"),
    Account("1701", "无形资产", "intangible assets", "asset", "debit", None, "U-H"),
    Account(
        "1702",
        "无形资产累计摊销",
        "accumulated amortisation of intangibles",
        "asset",
        "credit",
        "1701",
        "U-H",
    ),
    Account("1703", "研发支出", "development expenditure", "asset", "debit", None, "U-H"),
    Account("1801", "公共基础设施", "public infrastructure", "asset", "debit", None, "U-H"),
    Account(
        "1802",
        "公共基础设施累计折旧(摊销)",
        "accumulated depreciation of infrastructure",
        "asset",
        "credit",
        "1801",
        "U-H",
    ),
    Account("1811", "政府储备物资", "government reserves", "asset", "debit", None, "V(C9)"),
    Account("1821", "文物资源", "cultural resources", "asset", "debit", None, "V(C9)"),
    Account("1831", "保障性住房", "affordable housing", "asset", "debit", None, "V(C9)"),
    Account(
        "1832",
        "保障性住房累计折旧",
        "accumulated depreciation of housing",
        "asset",
        "credit",
        "1831",
        "U-H",
    ),
    Account("1891", "受托代理资产", "assets held for others", "asset", "debit", None, "V(C9)"),
    Account("1901", "长期待摊费用", "long-term deferred expenses", "asset", "debit", None, "V(C9)"),
    Account("1902", "待处理财产损溢", "assets pending disposal", "asset", "debit", None, "V(C9)"),
    Account(
        "1902.01",
        "待处理财产价值",
        "value of assets pending disposal",
        "asset",
        "debit",
        None,
        "U-H",
    ),
    Account("1902.02", "处理净收入", "net proceeds of disposal", "asset", "debit", None, "U-H"),
    Account(
        "2103", "应缴财政款", "payable to the treasury", "liability", "credit", None, "V(C9,P5)"
    ),
    Account("2302", "应付账款", "accounts payable", "liability", "credit", None, "V(C9)"),
    Account("2305", "预收账款", "receipts in advance", "liability", "credit", None, "V(C9)"),
    Account("2502", "长期应付款", "long-term payables", "liability", "credit", None, "V(C9)"),
    Account("3001", "累计盈余", "accumulated surplus", "net_assets", "credit", None, "V(C9)"),
    Account("3301", "本期盈余", "surplus of the period", "net_assets", "credit", None, "V(C9)"),
    Account(
        "3302", "本年盈余分配", "appropriation of surplus", "net_assets", "credit", None, "V(C9)"
    ),
    Account(
        "3401",
        "无偿调拨净资产",
        "net assets of free transfers",
        "net_assets",
        "credit",
        None,
        "V(C9,P7)",
    ),
    Account(
        "3501",
        "以前年度盈余调整",
        "prior-year adjustments",
        "net_assets",
        "credit",
        None,
        "V(C9,P9)",
    ),
    Account(
        "4001", "财政拨款收入", "fiscal appropriation income", "income", "credit", None, "V(C9)"
    ),
    Account("4603", "捐赠收入", "donation income", "income", "credit", None, "V(C9)"),
    Account("4605", "租金收入", "rental income", "income", "credit", None, "V(C9)"),
    Account("4609", "其他收入", "other income", "income", "credit", None, "V(C9)"),
    Account("5001", "业务活动费用", "operating expenses", "expense", "debit", None, "V(C9)"),
    Account("5101", "单位管理费用", "administrative expenses", "expense", "debit", None, "V(C9)"),
    Account("5201", "经营费用", "business expenses", "expense", "debit", None, "V(C9)"),
    Account(
        "5301", "资产处置费用", "asset disposal expenses", "expense", "debit", None, "V(C9,P4,P5)"
    ),
    Account("5901", "其他费用", "other expenses", "expense", "debit", None, "V(C9,P6)"),
    Account(
        "6001",
        "财政拨款预算收入",
        "fiscal appropriation budget income",
        "budget_income",
        "credit",
        None,
        "V(C9)",
    ),
    Account(
        "6609", "其他预算收入", "other budget income", "budget_income", "credit", None, "V(C9)"
    ),
    Account(
        "7101", "行政支出", "administrative spending", "budget_spending", "debit", None, "V(C9)"
    ),
    Account(
        "7201", "事业支出", "institutional spending", "budget_spending", "debit", None, "V(C9)"
    ),
    Account("7301", "经营支出", "business spending", "budget_spending", "debit", None, "V(C9)"),
    Account("7901", "其他支出", "other spending", "budget_spending", "debit", None, "U-H"),
    Account("8001", "资金结存", "balance of funds", "budget_balance", "debit", None, "V(C9)"),
)

BY_CODE: dict[str, Account] = {account.code: account for account in ACCOUNTS}

# Accounts that a card may stand under (handbook 3.1).
CARD_ACCOUNTS: tuple[str, ...] = (
    "1601",
    "1701",
    "1801",
    "1811",
    "1821",
    "1831",
    "1613",
    "1302",
    "1891",
)


def account(code: str) -> Account | None:
    """The account with this code, or None."""
    return BY_CODE.get(code)


def contra_of(code: str) -> str | None:
    """The account that gathers depreciation for `code`: 1601 → 1602; None if there is none."""
    return next((one.code for one in ACCOUNTS if one.contra_of == code), None)


def is_budget(code: str) -> bool:
    """Whether the account belongs to budget accounting (预算会计)."""
    found = BY_CODE.get(code)
    return found is not None and found.kind.startswith("budget_")


def account_for_text(text: str) -> Account | None:
    """The account that a clerk wrote: code, name, or both (1601 固定资产)."""
    bare = text.strip()
    lead = bare[:4]
    if lead.isdigit():
        return BY_CODE.get(lead)
    return next((one for one in ACCOUNTS if one.name == bare), None)
