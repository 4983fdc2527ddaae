"""The stocktake: one unit counts what it holds and finds one thing more and some things less."""

from __future__ import annotations

from datetime import date
from functools import partial

from api.demo.cards import card_for
from api.demo.city import Place
from api.demo.goods import GOODS, Good
from api.demo.story import Story, ids
from api.demo.things import IN_USE, Thing
from domain.commands.structs import (
    ApproveLoss,
    CloseStocktake,
    CountMissing,
    OpenStocktake,
    RecordCount,
    RecordGain,
    VerifyGain,
)

STOCKTAKE = "stocktake-1"
_COUNTED_MAX = 1_500


def plan_stocktake(story: Story) -> None:
    """Count one unit in the autumn of the last full year."""
    story.on(date(story.end.year - 1, 9, 15), partial(_count, story))


def _count(story: Story, day: date) -> None:
    place = min(
        (p for p in story.city.places if story.shelf.count(IN_USE, p.unit_id) > 3),
        key=lambda p: story.shelf.count(IN_USE, p.unit_id),
    )
    things = story.shelf.take(IN_USE, place.unit_id, _COUNTED_MAX)
    missing, present = things[: 1 + len(things) // 60], things[1 + len(things) // 60 :]
    opened = OpenStocktake(
        occurred_on=day, stocktake_id=STOCKTAKE, unit_id=place.unit_id, expected=len(things),
        counters=(place.officer.person_id, place.head.person_id),
    )  # fmt: skip
    story.do(opened, place.officer)
    for number, thing in enumerate(present):
        moved = number % 40 == 7
        counted = RecordCount(
            occurred_on=day, stocktake_id=STOCKTAKE, asset_id=thing.asset_id,
            result="MOVED" if moved else "MATCH", place=story.room() if moved else None,
        )  # fmt: skip
        story.do(counted, place.officer)
    story.back(present, day)
    _lose(story, place, missing, day)
    _gain(story, place, day)
    story.later(day, 30, 40, partial(_close, story, place))


def _lose(story: Story, place: Place, things: list[Thing], day: date) -> None:
    for thing in things:
        lost = RecordCount(
            occurred_on=day, stocktake_id=STOCKTAKE, asset_id=thing.asset_id, result="LOSS"
        )
        story.do(lost, place.officer)
    command = CountMissing(
        occurred_on=day, asset_ids=ids(things), stocktake_id=STOCKTAKE,
        second_counter=place.head.person_id, reason="盘点未见实物",
    )  # fmt: skip
    answer = story.do(command, place.officer)
    process_id = answer.created["process_id"][0]
    story.later(day, 18, 28, partial(_approve_loss, story, place, process_id))


def _approve_loss(story: Story, place: Place, process_id: str, day: date) -> None:
    command = ApproveLoss(
        occurred_on=day, process_id=process_id, liability="保管责任已认定，批评教育",
        approval=story.approval(day, place.level, "财资核"),
    )  # fmt: skip
    story.do(command, story.city.office(place.level, "finance"))


def _gain(story: Story, place: Place, day: date) -> None:
    good = _cabinet()
    acquired_on = date(day.year - 3, 5, 20)
    price = good.price_fen(story.rng)
    card = card_for(
        story, place, good, acquired_on, price, keeper=story.keeper(place), acq_way="STOCKTAKE_GAIN"
    )
    found = RecordCount(occurred_on=day, stocktake_id=STOCKTAKE, result="GAIN", place=story.room())
    story.do(found, place.officer)
    gain = RecordGain(
        occurred_on=day, stocktake_id=STOCKTAKE, unit_id=place.unit_id, card=card,
        reason="盘点发现无卡实物",
    )  # fmt: skip
    answer = story.do(gain, place.officer)
    story.cards += 1
    asset_id = answer.created["asset_ids"][0]
    thing = Thing(asset_id, place.unit_id, good, acquired_on, price, card.keeper or "", day)
    story.later(day, 18, 28, partial(_verify, story, place, thing))


def _cabinet() -> Good:
    return next(good for good in GOODS if good.name == "文件柜")


def _verify(story: Story, place: Place, thing: Thing, day: date) -> None:
    command = VerifyGain(
        occurred_on=day, asset_ids=(thing.asset_id,),
        approval=story.approval(day, place.level, "财资核"),
    )  # fmt: skip
    story.do(command, story.city.office(place.level, "finance"))
    story.back([thing], day)


def _close(story: Story, place: Place, day: date) -> None:
    story.do(CloseStocktake(occurred_on=day, stocktake_id=STOCKTAKE), place.officer)
