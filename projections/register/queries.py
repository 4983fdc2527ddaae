"""The questions asked of single cards: card, history, exact numbers, custody, labels."""

from __future__ import annotations

from typing import Any

import msgspec

from domain.cards import Card
from domain.events import AssetChanged, AssetConfigured, AssetReallocated, Body, Changes
from projections.asof import AsOf, Scope
from projections.entries import BODIES
from projections.queries import Answer, Cursor, Params, QueryError, Row, fetched, query
from projections.register.listing import SQL, RegisterParams, register

CARDS_MAX = 1000
LABELS_MAX = 1000


class CardParams(Params, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One asset by its id, or by a card or label number that it has or had; up to 1,000 by ids.

    With `keeper` only holdings in that person's care are shown.
    """

    asset_id: str | None = None
    asset_ids: tuple[str, ...] = ()
    card_no: str | None = None
    label_no: str | None = None
    keeper: str | None = None


@query("card", "资产卡片", "Card", CardParams)
def card(cur: Cursor, params: CardParams, as_of: AsOf, scope: Scope) -> Answer:
    """All holdings of the assets, the newest first, each with its card and its money.

    `stream` and `version` of a row are what `If-Match` of a command on the asset takes.
    """
    if not (params.asset_id or params.asset_ids or params.card_no or params.label_no):
        raise QueryError(
            "E_CARD_UNNAMED",
            "asset_id",
            "请给出资产编号、卡片编号或标签号之一。",
            "Name the asset by its id, a card number or a label number.",
        )
    if len(params.asset_ids) > CARDS_MAX:
        raise QueryError(
            "E_TOO_MANY",
            "asset_ids",
            f"一次最多查询 {CARDS_MAX} 张卡片，请分批查询。",
            f"At most {CARDS_MAX} cards at a time; ask in parts.",
        )
    values = {**as_of.parameters(), **scope.parameters(), **msgspec.structs.asdict(params)}
    values["asset_ids"] = list(params.asset_ids)
    rows = fetched(cur.execute(SQL["card"], values))
    for row in rows:
        row["card"] = msgspec.to_builtins(msgspec.json.decode(row["card"], type=Card))
    return Answer(rows, {"count": len(rows)})


class CardHistoryParams(Params, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The events of one asset."""

    asset_id: str


@query("card-history", "卡片变动记录", "History of a card", CardHistoryParams)
def card_history(cur: Cursor, params: CardHistoryParams, as_of: AsOf, scope: Scope) -> Answer:
    """What happened to the asset by business date, with old and new values and documents."""
    values = {**as_of.parameters(), **scope.parameters(), "asset_id": params.asset_id}
    rows = fetched(cur.execute(SQL["history"], values))
    for row in rows:
        body = BODIES.read_text(row["type"], row.pop("body"), row["position"])
        row["attachments"] = msgspec.json.decode(row["attachments"])
        row.update(told(body))
    return Answer(rows, {"count": len(rows)})


class FindParams(Params, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A card, label, serial or old number as it stands on the thing; `keeper` narrows."""

    number: str
    keeper: str | None = None


@query("find", "按编号查找", "Find by number", FindParams)
def find(cur: Cursor, params: FindParams, as_of: AsOf, scope: Scope) -> Answer:
    """The holdings that have or had exactly this number."""
    number = params.number.strip()
    numbers = sorted({number, number.upper()})
    values = {
        **as_of.parameters(),
        **scope.parameters(),
        "numbers": numbers,
        "keeper": params.keeper,
    }
    rows = fetched(cur.execute(SQL["find"], values))
    return Answer(rows, {"count": len(rows)})


class CustodyParams(Params, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one person keeps (管理人)."""

    keeper: str
    unit: str | None = None
    cursor: str | None = None
    limit: int = 50


@query("custody", "领用保管台账", "Register of custody", CustodyParams)
def custody(cur: Cursor, params: CustodyParams, as_of: AsOf, scope: Scope) -> Answer:
    """The register of one keeper."""
    asked = RegisterParams(
        keeper=params.keeper,
        unit=params.unit,
        cursor=params.cursor,
        limit=params.limit,
        totals="money",
    )
    return register(cur, asked, as_of, scope)


class LookupLabelsParams(Params, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Label numbers as a scanner read them; at most 1,000."""

    label_nos: tuple[str, ...]


@query("lookup-labels", "标签查询", "Look up labels", LookupLabelsParams)
def lookup_labels(cur: Cursor, params: LookupLabelsParams, as_of: AsOf, scope: Scope) -> Answer:
    """The holding behind each label; `current` is false for a label that was replaced."""
    if len(params.label_nos) > LABELS_MAX:
        raise QueryError(
            "E_TOO_MANY",
            "label_nos",
            f"一次最多查询 {LABELS_MAX} 个标签，请分批查询。",
            f"At most {LABELS_MAX} labels at a time; ask in parts.",
        )
    values = {**as_of.parameters(), **scope.parameters(), "label_nos": list(params.label_nos)}
    rows = fetched(cur.execute(SQL["labels"], values))
    return Answer(rows, {"count": len(rows)})


def told(body: Any) -> Row:
    """The parts of an event's body that a history shows."""
    match body:
        case AssetConfigured():
            first = [_change("card_no", None, body.card_no), *_fields(body.changes, None)]
            return _told(first, body, dict(body.detail), (body.voucher_id,))
        case AssetChanged():
            return _told(
                _fields(body.changes, body.before), body, dict(body.detail), (body.voucher_id,)
            )
        case AssetReallocated():
            moved = [
                _change("unit_id", body.from_unit, body.to_unit),
                _change("card_no", body.from_card_no, body.to_card_no),
            ]
            vouchers = (body.from_voucher_id, body.to_voucher_id)
            return _told([*moved, *_fields(body.changes, None)], body, dict(body.detail), vouchers)
        case _:
            raise TypeError(f"{type(body).__name__} is no fact of an asset")


def _told(
    changes: list[Row],
    body: AssetConfigured | AssetChanged | AssetReallocated,
    detail: Row,
    vouchers: tuple[str | None, ...],
) -> Row:
    return {
        "changes": changes,
        "detail": detail,
        "flags": list(body.flags),
        "approval": _plain(body.approval),
        "voucher_ids": [voucher for voucher in vouchers if voucher],
    }


def _fields(changes: Changes, before: Changes | None) -> list[Row]:
    """One row per field that was set: its name, the old value and the new one."""
    new, old = _plain(changes), _plain(before or Changes())
    cards = {f"card.{name}": value for name, value in (new.pop("card", None) or {}).items()}
    old_card = old.pop("card", None) or {}
    rows = [_change(name, old.get(name), value) for name, value in new.items()]
    rows += [
        _change(name, old_card.get(name.removeprefix("card.")), value)
        for name, value in cards.items()
    ]
    return rows


def _change(field: str, old: Any, new: Any) -> Row:
    return {"field": field, "old": old, "new": new}


def _plain(body: Body | None) -> Any:
    return None if body is None else msgspec.to_builtins(body)
