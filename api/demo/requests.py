"""Approval in the demo city: its routes and limits, and requests at every stage of their way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

from api.demo.city import CITY_LEVEL, Place
from api.demo.story import Story, ids
from api.demo.things import Thing
from domain.commands.approving import Leave
from domain.commands.structs import (
    ApproveRequest,
    Delegate,
    FileProcess,
    OpenRequest,
    RejectRequest,
    ReturnRequest,
    ReviewRequest,
    SetLimits,
    SetRoute,
    WithdrawRequest,
)
from domain.events import Limit, RequestItem, RouteStep

BIG_FEN = 50_000_000
"""Batches above half a million yuan go to the finance office (demo only)."""

_ROUTE_DAYS = 180
"""So long before its end the story begins to sign steps."""

_MINUTES = RouteStep(code="minutes", zh="集体决策", en="collective decision", role="unit_head",
                     group=1)  # fmt: skip
_VALUE = RouteStep(code="value", zh="财务复核", en="value check", role="unit_accountant", group=2)

# Stages in the order in which a request passes them; a handful is left at each.
_STAGES = (
    "asked", "minutes", "value", "returned", "approved", "cut", "rejected", "withdrawn", "asked",
    "value",
)  # fmt: skip
_KINDS = ("USE.LEND", "REALLOC.CROSS_DEPT", "REPAIR.MAJOR", "CONFIG.PURCHASE")
_WANTED = (
    RequestItem(name="台式计算机", class_code="A02010105", pieces=12, price_fen=498_000),
    RequestItem(name="多功能一体机", class_code="A02020400", pieces=2, price_fen=260_000),
)


def routes_from(story: Story) -> date:
    """The first day on which a request takes steps before its decision."""
    return story.end - timedelta(days=_ROUTE_DAYS)


def set_rules(story: Story, day: date) -> None:
    """Limits from the first day, routes for the last half year; all of it invented.

    In the counties all houses, land and vehicles would go to the government (handbook 8.1).
    """
    finance = story.city.office(CITY_LEVEL, "finance")
    rows = (
        Limit(office="organ_affairs", below_fen=BIG_FEN + 1),
        Limit(office="finance", min_fen=BIG_FEN + 1),
    )
    limits = SetLimits(
        occurred_on=day, kind="DISP", scope="*", valid_from=day, rows=rows,
        source="青泽财资〔2021〕3号（演示）",
    )  # fmt: skip
    route = SetRoute(
        occurred_on=day, kind="*", scope="*", valid_from=routes_from(story),
        steps=(_MINUTES, _VALUE), valid_months=12, source="青泽管资〔2025〕8号（演示）",
    )  # fmt: skip
    story.do(limits, finance)
    story.do(route, finance)


def sign(story: Story, place: Place, process_id: str, day: date, *, until: str = "value") -> None:
    """Sign the steps of the route up to `until`, once there is a route."""
    if day < routes_from(story):
        return
    for code, actor, opinion in (
        ("minutes", place.head, "经局务会研究，同意"),
        ("value", place.accountant, "账实相符"),
    ):
        command = ReviewRequest(occurred_on=day, process_id=process_id, step=code, opinion=opinion)
        story.do(command, actor)
        if code == until:
            return


def file_process(story: Story, place: Place, process_id: str, day: date) -> None:
    """File what is done and paid."""
    number = f"青泽备〔{day.year}〕{story.rng.randint(1, 900)}号"
    command = FileProcess(occurred_on=day, process_id=process_id, document_no=number)
    story.do(command, story.city.office(place.level, "organ_affairs"))


class Requests:
    """The chapter of requests that are not disposals: some at each stage when the story ends."""

    def __init__(self, story: Story) -> None:
        self._story = story

    def plan(self) -> None:
        """Ask in the last weeks, and leave each request at its stage."""
        story = self._story
        for number, stage in enumerate(_STAGES):
            kind = _KINDS[number % len(_KINDS)]
            day = story.end - timedelta(days=30 - 2 * number)
            story.on(max(day, story.start), partial(self._ask, kind, stage))
        story.on(max(story.end - timedelta(days=10), story.start), self._stand_in)

    def _ask(self, kind: str, stage: str, day: date) -> None:
        story = self._story
        buys = kind == "CONFIG.PURCHASE"
        place, things = (story.place(), []) if buys else story.free(3, _plain)
        if not buys and not things:
            return
        other = next(p for p in story.city.places if _may_receive(p, place))
        command = OpenRequest(
            occurred_on=day, kind=kind, unit_id=place.unit_id, asset_ids=ids(things),
            items=_WANTED if buys else (), to_unit=other.unit_id if "REALLOC" in kind else None,
            reason="工作需要",
        )  # fmt: skip
        process_id = story.do(command, place.officer).created["process_id"][0]
        self._lead(place, things, process_id, stage, day)

    def _lead(
        self, place: Place, things: list[Thing], process_id: str, stage: str, day: date
    ) -> None:
        """Take the request as far as its stage, all on the day it was made."""
        story = self._story
        ways: dict[str, Callable[[], None]] = {
            "minutes": lambda: sign(story, place, process_id, day, until="minutes"),
            "value": lambda: sign(story, place, process_id, day),
            "returned": lambda: self._return(place, process_id, day),
            "approved": lambda: self._approve(place, [], process_id, day),
            "cut": lambda: self._approve(place, things[1:], process_id, day),
            "rejected": lambda: self._reject(place, things, process_id, day),
            "withdrawn": lambda: self._withdraw(place, things, process_id, day),
        }
        if stage in ways:
            ways[stage]()

    def _return(self, place: Place, process_id: str, day: date) -> None:
        sign(self._story, place, process_id, day, until="minutes")
        command = ReturnRequest(occurred_on=day, process_id=process_id, reason="请补充会议纪要")
        self._story.do(command, place.accountant)

    def _approve(self, place: Place, cut: list[Thing], process_id: str, day: date) -> None:
        """Approve, without what is cut; what was bought by the dozen is cut by pieces."""
        story = self._story
        sign(story, place, process_id, day)
        left = [Leave(asset_id=thing.asset_id, reason="本单位尚需使用") for thing in cut]
        command = ApproveRequest(
            occurred_on=day, process_id=process_id, leave_out=tuple(left),
            approval=story.approval(day, place.level, "管资处"),
        )  # fmt: skip
        story.do(command, story.city.office(place.level, "organ_affairs"))
        story.back(cut, day)

    def _reject(self, place: Place, things: list[Thing], process_id: str, day: date) -> None:
        command = RejectRequest(occurred_on=day, process_id=process_id, reason="可从公物仓借用")
        self._story.do(command, self._story.city.office(place.level, "organ_affairs"))
        self._story.back(things, day)

    def _withdraw(self, place: Place, things: list[Thing], process_id: str, day: date) -> None:
        command = WithdrawRequest(occurred_on=day, process_id=process_id, reason="计划有变")
        self._story.do(command, place.officer)
        self._story.back(things, day)

    def _stand_in(self, day: date) -> None:
        """The head of the first unit is away, and the accountant stands in."""
        place = self._story.city.places[0]
        command = Delegate(
            occurred_on=day, to_person=place.accountant.person_id, role="unit_head",
            valid_from=day, valid_to=day + timedelta(days=60), reason="外出学习",
        )  # fmt: skip
        self._story.do(command, place.head)


def _plain(thing: Thing) -> bool:
    return thing.good.card_type not in {"vehicle", "house", "land"}


def _may_receive(other: Place, giver: Place) -> bool:
    return other.level == giver.level and other.sort == "organ" and other != giver
