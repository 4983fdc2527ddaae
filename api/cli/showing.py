"""`show`: a card with its history, the journal, the issue list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import rich_click as click

from api.cli.asking import answer_of, print_answer, say_clocks
from api.cli.desk import Desk, ends_well, reading, unit_option
from api.cli.output import cell, fail, pairs, say, table, to_json
from api.cli.running import period_word
from api.cli.words import LANG, t
from api.web import words

_CARD: Final = (
    "card_no", "name", "state", "overlays", "unit_id", "manage_dept", "use_dept", "keeper",
    "user_id", "place", "label_no", "booked_on", "gross_fen", "accum_fen", "net_fen",
    "warehouse_id", "borrower_unit", "due_on", "process_id", "asset_id",
)  # fmt: skip
"""What a holding says of a card today; the card's own fields follow."""

_HISTORY: Final = ("occurred_on", "booked_on", "recorded_at", "sub_kind", "actor_id", "changes")


@click.group("show", help=t("查看卡片、序时账、问题清单", "Show a card, the journal, the issues"))
def show() -> None:
    """Show."""


@show.command("card", help=t("卡片与变动记录（卡片号、标签号、序列号）", "A card and its history"))
@click.argument("number", metavar="NO")
@reading
@click.pass_obj
@ends_well
def show_card(
    desk: Desk, number: str, as_of: str | None, known_at: str | None, username: str | None, *,
    as_json: bool,
) -> None:  # fmt: skip
    """One card, found by any number on it, with what happened to it."""
    with desk.works() as works:
        found = answer_of(works, "find", {"number": number}, username, as_of, known_at)
        if not found["rows"]:
            fail("E_NOT_FOUND", f"没有编号 {number}。", f"There is no number {number}.")
        asset_id = found["rows"][0]["asset_id"]
        asked = {"asset_id": asset_id}
        card = answer_of(works, "card", asked, username, as_of, known_at)
        history = answer_of(works, "card-history", asked, username, as_of, known_at)
    if as_json:
        say(to_json({"card": card, "history": history}))
        return
    _say_card(card["rows"][0])
    say("")
    table([_told(row) for row in history["rows"]], _HISTORY)
    say_clocks(card)


def _say_card(holding: Mapping[str, Any]) -> None:
    """The holding as it stands, then the card's other fields."""
    pairs((name, holding[name]) for name in _CARD if name in holding)
    stored = dict(holding["card"])
    traits = stored.pop("traits", None) or {}
    pairs((name, value) for name, value in stored.items() if name not in _CARD)
    pairs(traits.items())


def _told(row: Mapping[str, Any]) -> dict[str, Any]:
    """An event as one line: what happened, and each field with its old and new value."""
    changes = [
        f"{words.field_name(one['field'], LANG)} {_from_to(one)}"
        for one in row["changes"]
        if one["old"] != one["new"]
    ]
    said = words.event_name(row["sub_kind"], LANG, row["detail"].get("step"))
    return {**row, "sub_kind": said, "changes": t("；", "; ").join(changes)}


def _from_to(change: Mapping[str, Any]) -> str:
    bare = change["field"].removeprefix("card.")
    old, new = (cell(bare, change[side]) for side in ("old", "new"))
    return f"{old} → {new}" if old else new


@show.command("depreciation", help=t("某月折旧的由来", "Why a month's depreciation is what it is"))
@click.argument("number", metavar="NO")
@click.option(
    "--period", required=True, metavar="YYYY-MM", callback=period_word, help=t("会计期间", "period")
)
@reading
@click.pass_obj
@ends_well
def show_depreciation(
    desk: Desk, number: str, period: str, as_of: str | None, known_at: str | None,
    username: str | None, *, as_json: bool,
) -> None:  # fmt: skip
    """Basis, months, rounding and remainder behind one month's charge, or why there is none."""
    with desk.works() as works:
        found = answer_of(works, "find", {"number": number}, username, as_of, known_at)
        if not found["rows"]:
            fail("E_NOT_FOUND", f"没有编号 {number}。", f"There is no number {number}.")
        asked = {"asset_id": found["rows"][0]["asset_id"], "period": period}
        why = answer_of(works, "depreciation-why", asked, username, as_of, known_at)
    if as_json:
        say(to_json(why))
        return
    if not why["rows"]:
        fail("E_NOT_FOUND", f"{period} 没有这张卡片。", f"There was no such card in {period}.")
    row = why["rows"][0]
    pairs((name, value) for name, value in row.items() if name not in ("zh", "en"))
    say(row["zh"] if LANG == "zh" else row["en"])
    say_clocks(why)


def _shown(name: str, zh: str, en: str, question: str) -> None:
    """Declare `show NAME` for one question."""

    @show.command(name, help=t(zh, en))
    @unit_option
    @click.option("--limit", default=50, show_default=True, help=t("行数", "rows"))
    @reading
    @click.pass_obj
    @ends_well
    def listed(
        desk: Desk, unit: str | None, limit: int, as_of: str | None, known_at: str | None,
        username: str | None, *, as_json: bool,
    ) -> None:  # fmt: skip
        with desk.works() as works:
            values = {"unit": unit, "limit": limit}
            answer = answer_of(works, question, values, username, as_of, known_at)
        print_answer(question, answer, as_json=as_json)


_shown("journal", "序时账", "The journal", "journal")
_shown("issues", "问题清单", "The issue list", "issues")
