"""Codes in the tables of the command line, each in the reader's words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from api.auth.powers import TITLES, Role
from api.cli.words import LANG, t
from api.language import translator
from api.web import accounts, imports, words
from api.web.command_words import OPTIONS

_SIDES: Final = {"D": ("借", "debit"), "C": ("贷", "credit")}
_REACHES: Final = {
    "own": ("本单位", "own unit"), "subtree": ("含下属", "with subordinates"),
    "level": ("本级", "its level"), "all": ("全部", "all"),
}  # fmt: skip
_LABELS: Final = {
    "found": ("找到", "found"), "retired": ("已处置", "retired"),
    "unreadable": ("未读出", "not read"),
    "unknown": ("不在本系统", "unknown"), "forged": ("验证不通过", "forged"),
}  # fmt: skip
_ISSUES: Final = {
    "open": ("未解决", "open"), "ended": ("已消除", "ended"), "withdrawn": ("已撤回", "withdrawn"),
}  # fmt: skip
_STEPS: Final = {
    "made": ("新建", "made"), "there": ("已有", "was there"), "changed": ("已更改", "changed"),
    "checked": ("已检查", "checked"),
}  # fmt: skip
_THINGS: Final = {
    "server": ("服务器", "server"), "extension": ("扩展", "extension"), "role": ("角色", "role"),
    "database": ("数据库", "database"), "password": ("口令", "password"),
    "schema": ("模式与表", "schema and tables"),
    "login": ("登录并读日志", "signs in, reads the log"),
}  # fmt: skip
_UNIT_KINDS: Final = {code: (zh, en) for code, zh, en in OPTIONS["RegisterUnit.kind"]}
_LINES: Final = {"voucher": ("凭证", "voucher"), "depreciation": ("折旧", "depreciation")}
_TITLES: Final = {role.value: TITLES[Role(role)] for role in TITLES} | {
    "warehouse": ("公物仓", "warehouse"),
}  # fmt: skip


def _one_of(known: Mapping[str, words.Words]) -> Callable[[str], str]:
    return lambda code: words.pick(known.get(code, (code, code)), LANG)


def _kind(code: str) -> str:
    """The kind of a unit or of a line of the journal."""
    return words.pick((_UNIT_KINDS | _LINES).get(code, (code, code)), LANG)


def _status(code: str) -> str:
    """A status of a batch, a token, a label, a process or an issue."""
    marked = imports.STATUSES.get(code) or accounts.STATUSES.get(code)
    if marked is not None:
        return translator(LANG)(marked[0])
    return words.pick(_LABELS[code], LANG) if code in _LABELS else words.step_name(code, LANG)


CODES: Final[dict[str, Callable[[str], str]]] = {
    "sub_kind": lambda code: words.event_name(code, LANG),
    "kind": lambda code: words.event_name(code, LANG) if code.isupper() else _kind(code),
    "book": _one_of(words.BOOKS), "side": _one_of(_SIDES), "level": _one_of(words.LEVELS),
    "reaches": _one_of(_REACHES), "roles": _one_of(_TITLES), "actor_role": _one_of(_TITLES),
    "status": _status, "issue_status": _one_of(_ISSUES),
    "card_type": lambda code: words.card_type_name(code, LANG),
    "account": lambda code: f"{code} {words.account_name(code, LANG)}",
    "account_code": lambda code: f"{code} {words.account_name(code, LANG)}",
    "step": _one_of(_STEPS), "thing": _one_of(_THINGS),
    "result": lambda code: t("完成", "done") if code == "OK" else code,
}  # fmt: skip
"""How the values of a column are written, by the column's name."""
