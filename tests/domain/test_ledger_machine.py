"""Any sequence of commands in a small city keeps the books, the cards and a hand-kept list equal.

Random commands go to the in-memory ledger. A command that the ledger takes is written into a
model of plain dictionaries; one that it refuses must leave no trace. After every step states,
keepers and money of all things are the same in both.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain.commands import structs as c
from domain.decisions.decision import Decision
from domain.envelope import canonical_json
from domain.periods import first_day, last_day, month_later
from domain.refusals import Refused
from domain.states import TERMINAL
from tests.domain.book import Book, read_body
from tests.domain.model import Model
from tests.domain.orders import accept, city, count_opens, lease, post, warehouse
from tests.domain.things import approved, fen, thing

UNITS = ("U1", "U2")
KINDS = {"laptop": 72, "camera": 60, "sedan": 96, "desk": 180}
picks = st.integers(0, 5)
units = st.sampled_from(UNITS)


class CityMachine(RuleBasedStateMachine):
    """Two units, a few things, every command that moves them."""

    @initialize()
    def begins(self) -> None:
        """Books open in 2024-01, a warehouse at U2, a count at each unit."""
        self.book = city(*UNITS, books_from="2024-01")
        warehouse(self.book, "W1", "U2")
        for unit in UNITS:
            count_opens(self.book, "2024-01-01", f"T-{unit}", unit)
        self.model = Model(month=dict.fromkeys(UNITS, "2024-01"))

    def _day(self, unit: str = "") -> date:
        months = [self.model.month[unit]] if unit else list(self.model.month.values())
        return first_day(max(months)).replace(day=10)

    def _pick(self, number: int) -> str | None:
        """One of the things; mostly one that is still there."""
        gone = [name for name, one in self.model.things.items() if one.state == "DISPOSED"]
        here = [name for name in self.model.things if name not in gone]
        ids = here if here and number else here + gone
        return ids[number % len(ids)] if ids else None

    def _try(self, command: c.Command, by: str = "clerk") -> Decision | None:
        before = len(self.book.log)
        try:
            return self.book.when(command, by)
        except Refused:
            assert before == len(self.book.log)
            return None

    @rule(unit=units, kind=st.sampled_from(sorted(KINDS)), price=st.integers(1, 50_000_000))
    @precondition(lambda self: len(self.model.things) < 8)
    def buys(self, unit: str, kind: str, price: int) -> None:
        """A thing of any price is accepted and booked."""
        on = self._day(unit).isoformat()
        card = thing(kind, "1", on, gross_fen=price)
        ids = accept(self.book, card, on=on, unit=unit)
        post(self.book, ids, on)
        self.model.bought(ids[0], unit, price, KINDS[kind])

    @rule(unit=units)
    def runs_the_month(self, unit: str) -> None:
        """The month's depreciation."""
        period = self.model.month[unit]
        order = c.Depreciate(unit_id=unit, period=period, occurred_on=last_day(period))
        self.book.when(order, "accountant")
        self.model.run(unit)

    @rule(unit=units)
    def closes_the_month(self, unit: str) -> None:
        """A month that was run may be closed; a second time it is refused."""
        books = self.model.month[unit]
        self._try(c.ClosePeriod(unit_id=unit, period=books, occurred_on=first_day(books)))

    @rule(pick=picks, name=st.sampled_from(["return", "idle", "issue", "handover", "move"]))
    def uses(self, pick: int, name: str) -> None:
        """A thing is issued, taken back, handed over or moved."""
        if (asset_id := self._pick(pick)) is None:
            return
        thing_ = self.model.things[asset_id]
        fields: dict[str, Any] = {"asset_ids": (asset_id,), "occurred_on": self._day()}
        orders: dict[str, Callable[[], c.Command]] = {
            "return": lambda: c.ReturnToStore(**fields),
            "idle": lambda: c.DeclareIdle(**fields),
            "issue": lambda: c.Issue(use_dept="office", keeper="issued", **fields),
            "handover": lambda: c.Handover(keeper="handed", **fields),
            "move": lambda: c.Move(place="Room 7", **fields),
        }
        if not self._try(orders[name]()):
            return
        if name in {"return", "idle"}:
            thing_.state = "IDLE"
        if name == "issue":
            thing_.state, thing_.keeper = "IN_USE", "issued"
        if name == "handover":
            thing_.keeper = "handed"

    @rule(pick=picks, cost=st.integers(0, 100_000), beyond=st.booleans())
    def repairs(self, pick: int, cost: int, beyond: bool) -> None:
        """A thing goes to the repairer; if it is there, it comes back."""
        if (asset_id := self._pick(pick)) is None:
            return
        thing_, on = self.model.things[asset_id], self._day()
        ids = (asset_id,)
        if thing_.state == "UNDER_REPAIR":
            done: c.Command = c.CompleteRepair(asset_ids=ids, cost_fen=cost, occurred_on=on)
            if beyond:
                done = c.DeclareBeyondRepair(asset_ids=ids, opinion="坏", occurred_on=on)
            assert self._try(done)
            thing_.state = thing_.back
        elif self._try(c.SendRepair(asset_ids=ids, vendor="shop", fault="bad", occurred_on=on)):
            thing_.state, thing_.back = "UNDER_REPAIR", thing_.state

    @rule(pick=picks, upto=st.integers(1, 4), fen_=st.integers(1, 2_000_000), off=st.booleans())
    def rebuilds(self, pick: int, upto: int, fen_: int, off: bool) -> None:
        """A thing goes some steps through an improvement; removed parts may be approved."""
        if (asset_id := self._pick(pick)) is None:
            return
        for step in ["start", "spend", "remove", "deliver"][:upto]:
            self._rebuilt(asset_id, step, fen_, off)

    def _rebuilt(self, asset_id: str, step: str, amount: int, off: bool) -> None:
        thing_ = self.model.things[asset_id]
        some: dict[str, Any] = {"asset_id": asset_id, "occurred_on": self._day()}
        ok: dict[str, Any] = {**some, "approval": approved("2024-01-01")}
        orders: dict[str, Callable[[], c.Command]] = {
            "start": lambda: c.StartImprovement(
                sub_kind="REPAIR.IMPROVE", project_no="1", plan="扩容", **ok
            ),
            "spend": lambda: c.SpendOnImprovement(amount_fen=amount, payee="builder", **some),
            "remove": lambda: c.RemoveParts(amount_fen=amount // 2 + 1, parts="旧窗", **some),
            "deliver": lambda: c.CompleteImprovement(acceptance="1", remaining_months=24, **some),
        }
        if not (decision := self._try(orders[step](), "officer")):
            return
        if step == "start":
            self.model.rebuilding(asset_id)
        if step == "spend":
            thing_.gross += amount
        if step == "remove":
            thing_.gross -= amount // 2 + 1
            self._written_off(decision.created["process_id"][0], amount // 2 + 1, off)
        if step == "deliver":
            self.model.rebuilt(asset_id, 24)

    def _written_off(self, process_id: str, amount: int, off: bool) -> None:
        order = c.ApproveRemovedParts(
            process_id=process_id, approval=approved("2024-01-01"), occurred_on=self._day()
        )
        if not (off and self._try(order, "approver")):
            self.model.parts.append(amount)

    @rule(pick=picks, name=st.sampled_from(["lease", "lend", "loan"]), back=st.booleans())
    def lets(self, pick: int, name: str, back: bool) -> None:
        """A thing is let, lent outside or to the other unit; what is away may come back."""
        if (asset_id := self._pick(pick)) is None:
            return
        thing_, on, ids = self.model.things[asset_id], self._day(), (asset_id,)
        due, paper = month_later(on, 6), approved("2024-01-01")
        ok: dict[str, Any] = {"asset_ids": ids, "occurred_on": on, "approval": paper}
        other = "U2" if thing_.unit == "U1" else "U1"
        away: dict[str, c.Command] = {
            "lease": lease([asset_id], on.isoformat(), due.isoformat(), "10", approval=paper),
            "lend": c.LendOut(borrower="外单位", purpose="公务", due_on=due, **ok),
            "loan": c.LendBetween(to_unit=other, due_on=due, **ok),
        }
        ends: dict[str, c.Command] = {
            "lease": c.EndLease(asset_ids=ids, occurred_on=on),
            "lend": c.EndLend(asset_ids=ids, occurred_on=on),
            "loan": c.ReturnBetween(asset_ids=ids, inspection="好", occurred_on=on),
        }
        if self._try(away[name]):
            thing_.state = "LEASED_OUT" if name == "lease" else "LENT_OUT"
        if back and self._try(ends[name]):
            thing_.state = "IDLE"

    @rule(pick=picks, freight=st.integers(0, 10_000), kept=st.booleans())
    def gives(self, pick: int, freight: int, kept: bool) -> None:
        """A thing goes to the other unit for good."""
        if (asset_id := self._pick(pick)) is None:
            return
        to_unit = "U2" if self.model.things[asset_id].unit == "U1" else "U1"
        keeper = "received" if kept else None
        order = c.ReallocOut(
            asset_ids=(asset_id,),
            to_unit=to_unit,
            approval=approved("2024-01-01"),
            freight_fen=freight,
            keeper=keeper,
            occurred_on=self._day(),
        )
        if self._try(order):
            self.model.given(asset_id, to_unit, freight, keeper)

    @rule(pick=picks, upto=st.integers(1, 6), give=st.booleans())
    def stores(self, pick: int, upto: int, give: bool) -> None:
        """A thing goes some steps through the public warehouse."""
        if (asset_id := self._pick(pick)) is None:
            return
        for step in ["idle", "in", "list", "reserve", "give" if give else "lend", "back"][:upto]:
            self._stored(asset_id, step)

    def _stored(self, asset_id: str, step: str) -> None:
        thing_, on = self.model.things[asset_id], self._day()
        to_unit = "U2" if thing_.unit == "U1" else "U1"
        some: dict[str, Any] = {"asset_ids": (asset_id,), "occurred_on": on}
        ok: dict[str, Any] = {**some, "approval": approved("2024-01-01")}
        due = date(on.year + (on.month == 12), on.month % 12 + 1, 10)
        orders: dict[str, Callable[[], c.Command]] = {
            "idle": lambda: c.DeclareIdle(**some),
            "in": lambda: c.WarehouseIn(warehouse_id="W1", mode="custody", grade="B", **some),
            "list": lambda: c.List(photo="ab" * 32, **some),
            "reserve": lambda: c.Reserve(for_unit=to_unit, **some),
            "lend": lambda: c.DeliverLoan(borrower_unit=to_unit, due_on=due, **ok),
            "back": lambda: c.ReturnToWarehouse(inspection="好", **some),
            "give": lambda: c.DeliverRealloc(to_unit=to_unit, keeper="received", **ok),
        }
        if not self._try(orders[step]()):
            return
        after = {"idle": "IDLE", "in": "IN_WH_CUSTODY", "lend": "LOANED", "back": "IN_WH_CUSTODY"}
        thing_.state = after.get(step, thing_.state)
        if step == "give":
            self.model.given(asset_id, to_unit, 0, "received")

    @rule(pick=picks)
    def asks_for_disposal(self, pick: int) -> None:
        """A thing is put up for scrapping."""
        if (asset_id := self._pick(pick)) is None:
            return
        order = c.ApplyDisposal(
            asset_ids=(asset_id,),
            sub_kind="DISP.SCRAP",
            min_life_reason="损坏",
            occurred_on=self._day(),
        )
        if decision := self._try(order, "officer"):
            self.model.things[asset_id].asked = decision.created["process_id"][0]

    @rule(pick=picks, step=st.sampled_from(["approve", "withdraw", "revoke", "execute", "execute"]))
    def decides_disposal(self, pick: int, step: str) -> None:
        """The request goes one step on."""
        if (asset_id := self._pick(pick)) is None:
            return
        thing_ = self.model.things[asset_id]
        if thing_.asked is None:
            return
        some: dict[str, Any] = {"process_id": thing_.asked, "occurred_on": self._day()}
        orders: dict[str, Callable[[], c.Command]] = {
            "approve": lambda: c.ApproveDisposal(approval=approved("2024-01-01"), **some),
            "withdraw": lambda: c.WithdrawDisposal(**some),
            "revoke": lambda: c.RevokeApproval(reason="误批", **some),
            "execute": lambda: c.ExecuteDisposal(sub_kind="DISP.SCRAP", **some),
        }
        if not self._try(orders[step](), "approver"):
            return
        if step == "approve":
            thing_.state, thing_.kept = "DISPOSAL_APPROVED", (0, 0, thing_.state)
        if step == "revoke" and thing_.kept:
            thing_.state = thing_.kept[2]
        if step == "withdraw":
            thing_.asked = None
        if step == "execute":
            self.model.gone(asset_id)

    @rule(pick=picks)
    @precondition(lambda self: len(self.model.things) > 3)
    def is_gone_already(self, pick: int) -> None:
        """A disposal that happened without approval is recorded and flagged."""
        if (asset_id := self._pick(pick)) is None:
            return
        order = c.RecordExecutedDisposal(
            asset_ids=(asset_id,), sub_kind="DISP.SCRAP", occurred_on=self._day()
        )
        if decision := self._try(order):
            assert decision.flags == ("E_NO_APPROVAL",)
            self.model.gone(asset_id)

    @rule(pick=picks, step=st.sampled_from(["missing", "found", "written off"]))
    def counts(self, pick: int, step: str) -> None:
        """A thing is missing at the count, found again, or written off."""
        if (asset_id := self._pick(pick)) is None:
            return
        thing_ = self.model.things[asset_id]
        on, ids = self._day(), (asset_id,)
        if step == "missing":
            order: c.Command = c.CountMissing(
                asset_ids=ids,
                stocktake_id=f"T-{thing_.unit}",
                second_counter="second",
                occurred_on=on,
            )
            if decision := self._try(order, "counter"):
                self.model.lost(asset_id)
                thing_.asked = decision.created["process_id"][0]
        elif step == "found":
            if self._try(c.FoundAgain(asset_ids=ids, occurred_on=on)):
                self.model.found(asset_id)
        elif thing_.asked:
            loss = c.ApproveLoss(
                process_id=thing_.asked,
                approval=approved("2024-01-01"),
                liability="保管人",
                occurred_on=on,
            )
            if self._try(loss, "approver"):
                self.model.gone(asset_id)

    @invariant()
    def ledger_and_list_agree(self) -> None:
        """State, keeper, unit, gross and accumulated of each thing are the same in both."""
        for asset_id, expected in self.model.things.items():
            holding = self.book.holding(asset_id)

            assert (expected.state, expected.unit) == (str(holding.state), holding.unit_id)
            if holding.state not in TERMINAL:
                assert expected.keeper == holding.keeper
            for unit in UNITS:
                owns = unit == expected.unit
                gross = self.book.on_asset(unit, asset_id, [expected.account])
                assert gross == self.book.on_asset(unit, asset_id, ["1601", "1613"])
                accum = -self.book.on_asset(unit, asset_id, ["1602"])
                assert (expected.gross if owns else 0, expected.accum if owns else 0) == (
                    gross,
                    accum,
                )
                assert 0 <= accum <= gross

    @invariant()
    def transfers_net_to_zero(self) -> None:
        """3401 over both units is 0; 1902.01 holds what is missing and removed, nothing else."""
        assert sum(self.book.balance(unit, "3401") for unit in UNITS) == 0
        missing = sum(
            t.kept[0] - t.kept[1]
            for t in self.model.things.values()
            if t.state == "LOSS_PENDING" and t.kept
        )
        waiting = missing + sum(self.model.parts)
        assert waiting == sum(self.book.balance(unit, "1902.01") for unit in UNITS)

    def teardown(self) -> None:
        """Replay from the stored text gives the same states; the same ids decide the same."""
        if not hasattr(self, "book"):
            return
        for event in self.book.log:
            assert event.body.encode() == canonical_json(read_body(event))
        _decides_the_same_twice(self.book, self._pick(0), self._day())


def _decides_the_same_twice(book: Book, asset_id: str | None, on: date) -> None:
    """A command repeated with its command id on the same streams makes the same facts and ids."""
    if asset_id is None:
        return
    order = c.PrintLabel(asset_ids=(asset_id,), renew=True, occurred_on=on)
    answers = []
    for _ in range(2):
        twin = Book()
        twin.log = list(book.log)
        for stream, events in book.streams.items():
            twin.streams[stream] = list(events)
        try:
            answers.append(twin.when(order, command_id="00000000-0000-0000-0000-0000000000ff"))
        except Refused as refusal:
            answers.append(Decision(facts=(), flags=(refusal.code,)))

    assert answers[0] == answers[1]


CityMachine.TestCase.settings = settings(
    max_examples=100,
    stateful_step_count=50,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
TestCity = CityMachine.TestCase


def test_the_list_kept_by_hand_knows_the_worked_example() -> None:
    """The model itself charges E02 as the handbook does: 71 x 69.44 and 69.76."""
    model = Model(month={"U1": "2022-03"})
    model.bought("A", "U1", fen("5,000"), 72)
    charges = list(model.things["A"].plan)

    assert charges == [6944] * 71 + [6976]
