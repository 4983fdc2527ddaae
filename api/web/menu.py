"""The left menu, in the words that clerks search for (ux 1.6), and the keys that open it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

import msgspec

from api.auth.powers import CREATE, READ, Thing, may


class Item(msgspec.Struct, frozen=True):
    """One line of the menu; `key` is the second key after `g`, `on_phone` puts it at the foot."""

    path: str
    title: str
    thing: Thing
    key: str
    group: str
    on_phone: bool = False
    action: str = READ


def _(text: str) -> str:
    """Mark `text` for the catalogue; the pages translate it."""
    return text


MENU: Final = (
    Item("/", _("工作台"), Thing.OWN_SESSION, "w", "", on_phone=True),
    Item("/assets", _("资产卡片"), Thing.CARD, "c", _("资产"), on_phone=True),
    Item("/do/register-acquisition", _("验收登记"), Thing.CARD, "n", _("资产"), action=CREATE),
    Item("/import", _("导入"), Thing.CARD, "i", _("资产")),
    Item("/scan", _("扫码交接"), Thing.MOVEMENT, "s", _("资产"), on_phone=True),
    Item("/labels", _("标签"), Thing.CARD, "b", _("资产")),
    Item("/warehouse", _("公物仓"), Thing.WAREHOUSE, "p", _("资产"), on_phone=True),
    Item("/stocktakes", _("盘点"), Thing.CENSUS, "k", _("资产")),
    Item("/processes", _("业务单"), Thing.DISPOSAL, "d", _("资产")),
    Item("/requests/new", _("提出申请"), Thing.REQUEST, "r", _("资产"), action=CREATE),
    Item("/ledger", _("账簿"), Thing.VOUCHER, "l", _("核算与监督")),
    Item("/periods", _("期间与结账"), Thing.VOUCHER, "j", _("核算与监督")),
    Item("/issues", _("问题清单"), Thing.ISSUE, "q", _("核算与监督"), on_phone=True),
    Item("/rules", _("审批规则"), Thing.REQUEST, "v", _("核算与监督")),
    Item("/export", _("导出"), Thing.CARD, "e", _("核算与监督")),
    Item("/system", _("系统"), Thing.OPERATIONS, "y", _("管理")),
    Item("/accounts", _("账号与令牌"), Thing.ACCOUNTS, "u", _("管理")),
)


def menu_for(roles: Iterable[str], paths: Collection[str]) -> list[Item]:
    """The lines that somebody with `roles` may open, of those that this server has."""
    held = tuple(roles)
    return [item for item in MENU if item.path in paths and may(held, item.thing, item.action)]
