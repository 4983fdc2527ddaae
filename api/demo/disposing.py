"""Things leave: scrap in batches, sales with their money, demolitions, faults of order."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from api.demo import names
from api.demo.city import Place
from api.demo.requests import BIG_FEN, file_process, routes_from, sign
from api.demo.story import Story, ids
from api.demo.things import HOUSES, Thing
from domain.commands.structs import (
    ApplyDisposal,
    ApproveDisposal,
    CloseDisposal,
    ExecuteDisposal,
    PayTreasury,
    RecordDisposalCost,
    RecordExecutedDisposal,
    RecordProceeds,
    RejectDisposal,
    WithdrawDisposal,
)
from domain.envelope import Actor


class Disposals:
    """The chapter of disposals; `unpaid` sales keep the treasury's money."""

    def __init__(self, story: Story) -> None:
        self._story = story
        self._unpaid = story.figures.unpaid

    def plan(self) -> None:
        """Spread the disposals over the span."""
        story, figures = self._story, self._story.figures
        pieces = max(1, round(figures.scrap_pieces / figures.scrap_batches))
        story.spread(figures.scrap_batches, partial(self._scrap, pieces))
        story.spread(figures.sales, self._sell)
        story.spread(figures.failed_sales, self._fail)
        story.spread(figures.demolitions, self._demolish)
        story.spread(figures.unapproved_disposals, self._dispose_unapproved)

    def _approver(self, place: Place, things: list[Thing]) -> Actor:
        big = sum(thing.gross_fen for thing in things) > BIG_FEN
        return self._story.city.office(place.level, "finance" if big else "organ_affairs")

    def _scrap(self, pieces: int, day: date) -> None:
        wanted = self._story.rng.randint(max(1, pieces // 2), pieces + pieces // 2)
        place, things = self._story.free(wanted, lambda t: t.good.is_old(t.acquired_on, day))
        if things:
            command = ApplyDisposal(
                occurred_on=day, asset_ids=ids(things), sub_kind="DISP.SCRAP",
                reason="已达最低使用年限，不能继续使用",
            )  # fmt: skip
            self._apply(place, things, command, "DISP.SCRAP")

    def _sell(self, day: date) -> None:
        story = self._story
        place, things = story.free(story.rng.randint(1, 3), _has_a_price)
        if things:
            floor = sum(thing.gross_fen for thing in things) // story.rng.randint(4, 9)
            self._apply(place, things, _sale(story, day, things, floor), "DISP.SALE", floor)

    def _fail(self, day: date) -> None:
        """A request that leads nowhere: withdrawn, or rejected by the office."""
        story = self._story
        place, things = story.free(story.rng.randint(1, 3), _has_a_price)
        if not things:
            return
        answer = story.do(_sale(story, day, things, 100_00), place.officer)
        process_id = answer.created["process_id"][0]
        story.later(day, 6, 40, partial(self._end_request, place, things, process_id))

    def _end_request(self, place: Place, things: list[Thing], process_id: str, day: date) -> None:
        if self._story.rng.random() < 0.5:
            withdrawn = WithdrawDisposal(occurred_on=day, process_id=process_id, reason="继续使用")
            self._story.do(withdrawn, place.officer)
        else:
            rejected = RejectDisposal(
                occurred_on=day, process_id=process_id, reason="尚可使用，建议入公物仓"
            )
            self._story.do(rejected, self._approver(place, things))
        self._story.back(things, day)

    def _demolish(self, day: date) -> None:
        story = self._story
        held = story.shelf.units_with(HOUSES)
        if not held:
            return
        place = story.places[story.rng.choice(held)]
        things = story.shelf.take(HOUSES, place.unit_id, 1)
        command = ApplyDisposal(
            occurred_on=day, asset_ids=ids(things), sub_kind="DISP.DEMOLISH", reason="危房拆除"
        )
        self._apply(place, things, command, "DISP.DEMOLISH")

    def _apply(
        self, place: Place, things: list[Thing], command: ApplyDisposal, kind: str, floor: int = 0
    ) -> None:
        answer = self._story.do(command, place.officer)
        process_id = answer.created["process_id"][0]
        act = partial(self._approve, place, things, kind, floor, process_id)
        self._story.later(command.occurred_on, 8, 30, act)

    def _approve(
        self, place: Place, things: list[Thing], kind: str, floor: int, process_id: str, day: date
    ) -> None:
        story = self._story
        command = ApproveDisposal(
            occurred_on=day, process_id=process_id,
            approval=story.approval(day, place.level, "财资处"),
        )  # fmt: skip
        sign(story, place, process_id, day)
        story.do(command, self._approver(place, things))
        story.later(day, 5, 40, partial(self._execute, place, kind, floor, process_id))

    def _execute(self, place: Place, kind: str, floor: int, process_id: str, day: date) -> None:
        story = self._story
        price = floor * story.rng.randint(102, 160) // 100
        command = ExecuteDisposal(
            occurred_on=day, process_id=process_id, sub_kind=kind, evidence="处置交接单",
            price_fen=price or None,
        )  # fmt: skip
        story.do(command, place.accountant)
        if kind == "DISP.SALE":
            story.later(day, 1, 8, partial(self._cash, place, process_id, price))
        elif kind == "DISP.SCRAP":
            story.later(day, 2, 12, partial(self._salvage, place, process_id))

    def _cash(self, place: Place, process_id: str, price: int, day: date) -> None:
        story = self._story
        costs = price * story.rng.randint(0, 4) // 100
        command = RecordProceeds(
            occurred_on=day, process_id=process_id, amount_fen=price, costs_fen=costs,
            buyer=story.rng.choice(names.BUYERS),
        )  # fmt: skip
        story.do(command, place.accountant)
        if self._unpaid > 0:
            self._unpaid -= 1
            return
        story.later(day, 1, 6, partial(self._pay, place, process_id, price - costs))

    def _salvage(self, place: Place, process_id: str, day: date) -> None:
        """What the recycler pays, less haulage, is owed to the treasury."""
        story = self._story
        paid = story.rng.randint(3, 90) * 100_00
        proceeds = RecordProceeds(
            occurred_on=day, process_id=process_id, amount_fen=paid,
            buyer=story.rng.choice(names.BUYERS),
        )  # fmt: skip
        story.do(proceeds, place.accountant)
        cost = paid // 10 if story.rng.random() < 0.4 else 0
        if cost:
            haulage = RecordDisposalCost(occurred_on=day, process_id=process_id, amount_fen=cost)
            story.do(haulage, place.accountant)
        story.do(CloseDisposal(occurred_on=day, process_id=process_id), place.accountant)
        story.later(day, 1, 6, partial(self._pay, place, process_id, paid - cost))

    def _pay(self, place: Place, process_id: str, owed: int, day: date) -> None:
        story = self._story
        slip_no = f"缴{day:%Y%m}{story.rng.randrange(10**5):05d}"
        command = PayTreasury(
            occurred_on=day, process_id=process_id, amount_fen=owed, slip_no=slip_no
        )
        story.do(command, place.accountant)
        if day >= routes_from(story):
            story.later(day, 3, 20, partial(file_process, story, place, process_id))

    def _dispose_unapproved(self, day: date) -> None:
        """Thrown away without asking, entered weeks later."""
        story = self._story
        happened = max(story.start, day - timedelta(days=story.rng.randint(10, 50)))
        place, things = story.free(
            1, lambda t: t.last <= happened and t.good.is_old(t.acquired_on, happened)
        )
        if things:
            command = RecordExecutedDisposal(
                occurred_on=happened, asset_ids=ids(things), sub_kind="DISP.SCRAP",
                evidence="情况说明", reason="未经审批自行处置，补录",
            )  # fmt: skip
            story.do(command, place.accountant)


def _has_a_price(thing: Thing) -> bool:
    return thing.good.card_type == "vehicle" or thing.gross_fen > 10_000_00


def _sale(story: Story, day: date, things: list[Thing], floor: int) -> ApplyDisposal:
    return ApplyDisposal(
        occurred_on=day, asset_ids=ids(things), sub_kind="DISP.SALE", reason="更新后闲置",
        appraisal_no=f"青评报字〔{day.year}〕{story.rng.randint(1, 900)}号", floor_fen=floor,
    )  # fmt: skip
