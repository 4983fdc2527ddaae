"""Daily life: hand-overs, returns and issues, repairs, corrections, transfers, idle things."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from api.demo import names
from api.demo.city import Place
from api.demo.story import Story, ids
from api.demo.things import Thing
from domain.commands.structs import (
    CompleteRepair,
    CorrectCard,
    DeclareBeyondRepair,
    DeclareIdle,
    Handover,
    Issue,
    Move,
    ReallocOut,
    ReturnToStore,
    SendRepair,
)


def plan_daily_life(story: Story) -> None:
    """Spread the movements inside the units and between them."""
    figures = story.figures
    story.spread(figures.handovers, partial(_hand_over, story))
    story.spread(figures.returns, partial(_return, story))
    story.spread(figures.repairs, partial(_send_repair, story))
    story.spread(figures.corrections, partial(_correct, story))
    story.spread(figures.transfers, partial(_declare_for_transfer, story), after_days=40)
    story.spread(figures.idle_batches, partial(_leave_idle, story), after_days=40)


def _hand_over(story: Story, day: date) -> None:
    """A keeper hands things over; one entry in five is late, some things only change rooms."""
    late = story.rng.random() < 0.2
    happened = day - timedelta(days=story.rng.randint(20, 80)) if late else day
    if happened < story.start:
        happened = day
    place, things = story.free(story.rng.randint(1, 6), lambda thing: thing.last <= happened)
    if not things:
        return
    reason = "补录" if late else None
    if story.rng.random() < 0.25:
        move = Move(occurred_on=happened, asset_ids=ids(things), place=story.room(), reason=reason)
        story.do(move, place.officer)
    else:
        keeper = story.keeper(place, but=things[0].keeper)
        command = Handover(
            occurred_on=happened, asset_ids=ids(things), keeper=keeper, user=keeper,
            use_dept=story.rng.choice(place.departments), reason=reason,
        )  # fmt: skip
        story.do(command, place.officer)
        for thing in things:
            thing.keeper = keeper
    story.back(things, happened)


def _return(story: Story, day: date) -> None:
    place, things = story.free(story.rng.randint(1, 4))
    if things:
        command = ReturnToStore(occurred_on=day, asset_ids=ids(things), place="单位库房")
        story.do(command, place.officer)
        story.later(day, 20, 110, partial(_issue, story, place, things))


def _issue(story: Story, place: Place, things: list[Thing], day: date) -> None:
    keeper = story.keeper(place)
    command = Issue(
        occurred_on=day, asset_ids=ids(things), use_dept=story.rng.choice(place.departments),
        keeper=keeper, place=story.room(),
    )  # fmt: skip
    story.do(command, place.officer)
    for thing in things:
        thing.keeper = keeper
    story.back(things, day)


def _leave_idle(story: Story, day: date) -> None:
    """Four things stand idle for longer than the rule allows."""
    place, things = story.free(4)
    if things:
        story.do(DeclareIdle(occurred_on=day, asset_ids=ids(things)), place.officer)
        story.later(day, 230, 420, partial(_issue, story, place, things))


def _needs_repair(thing: Thing) -> bool:
    return thing.good.card_type in {"equipment", "vehicle"}


def _send_repair(story: Story, day: date) -> None:
    place, things = story.free(1, _needs_repair)
    if things:
        rng = story.rng
        command = SendRepair(
            occurred_on=day, asset_ids=ids(things), vendor=rng.choice(names.REPAIRERS),
            fault=rng.choice(names.FAULTS),
        )  # fmt: skip
        story.do(command, place.officer)
        story.later(day, 3, 25, partial(_end_repair, story, place, things))


def _end_repair(story: Story, place: Place, things: list[Thing], day: date) -> None:
    if story.rng.random() < 0.06:
        beyond = DeclareBeyondRepair(
            occurred_on=day, asset_ids=ids(things), opinion="主要部件损坏，维修费用超过残值"
        )
        story.do(beyond, place.officer)
    else:
        most = max(90, min(8_000, things[0].gross_fen // 500))
        cost = story.rng.randint(80, most) * 100
        done = CompleteRepair(occurred_on=day, asset_ids=ids(things), cost_fen=cost)
        story.do(done, place.accountant)
    story.back(things, day)


def _correct(story: Story, day: date) -> None:
    """A wrong serial number or model is put right."""
    place, things = story.free(1, lambda thing: thing.good.card_type == "equipment")
    if not things:
        return
    thing = things[0]
    field = story.rng.choice(("serial_no", "model", "remark"))
    value = {
        "serial_no": f"{story.rng.randrange(16**10):010X}",
        "model": story.rng.choice(thing.good.models)[1] + "A",
        "remark": "铭牌信息已核对",
    }[field]
    command = CorrectCard(
        occurred_on=day, asset_id=thing.asset_id, fields={field: value},
        reason="与实物铭牌不符，按铭牌更正",
    )  # fmt: skip
    story.do(command, place.officer)
    story.back(things, day)


def _declare_for_transfer(story: Story, day: date) -> None:
    place, things = story.free(story.rng.randint(1, 6))
    if things:
        story.do(DeclareIdle(occurred_on=day, asset_ids=ids(things)), place.officer)
        story.later(day, 12, 60, partial(_transfer, story, place, things))


def _transfer(story: Story, place: Place, things: list[Thing], day: date) -> None:
    """The organ affairs office gives the things to another unit for good."""
    receiver = story.place()
    while receiver.unit_id == place.unit_id:
        receiver = story.place()
    keeper = story.keeper(receiver)
    affairs = story.city.office(place.level if place.level != "songyu" else "city", "organ_affairs")
    command = ReallocOut(
        occurred_on=day, asset_ids=ids(things), to_unit=receiver.unit_id,
        approval=story.approval(day - timedelta(days=5), place.level, "事务调"),
        keeper=keeper, use_dept=story.rng.choice(receiver.departments), place=story.room(),
    )  # fmt: skip
    story.do(command, affairs)
    for thing in things:
        thing.unit_id, thing.keeper = receiver.unit_id, keeper
    story.back(things, day)
