"""A small city for random commands: its ledger, and what a process in memory would know of it.

Every fact is folded twice: by the ledger from its stored text, and here from the very object that
the decision made. The two must never differ.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

from domain import approval as approvals
from domain import asset as assets
from domain import organisation as org
from domain import process as processes
from domain.asset import Asset
from domain.commands import structs as c
from domain.commands.table import BY_STRUCT
from domain.decisions.decision import Decision
from domain.envelope import Actor, Recorded
from domain.events import RouteStep
from domain.periods import Books, first_day
from domain.process import Process
from domain.refusals import Refused
from tests.domain.book import Book
from tests.domain.orders import warehouse
from tests.domain.things import day

UNITS = {"U1": "administrative", "U2": "institution"}
BOOKS_FROM = "2024-10"
"""The year's end is a few months away."""

ROLES = {
    "officer": "unit_asset_officer",
    "clerk": "unit_asset_officer",
    "accountant": "unit_accountant",
    "head": "unit_head",
    "dept": "competent_dept",
    "affairs": "organ_affairs",
    "finance": "finance",
}
PEOPLE = tuple(ROLES)

_FOLDS: dict[str, tuple[Callable[[str], Any], Callable[[Any, Recorded, Any], Any]]] = {
    "asset": (lambda name: Asset(asset_id=name), assets.fold),
    "process": (lambda name: Process(process_id=name), processes.fold),
    "period": (lambda name: Books(unit_id=name), org.fold_books),
    "org": (lambda name: org.Unit(unit_id=name), org.fold_unit),
    "warehouse": (lambda name: org.Warehouse(warehouse_id=name), org.fold_warehouse),
    "stocktake": (lambda name: org.Stocktake(stocktake_id=name), org.fold_stocktake),
    "rule": (lambda name: org.Setting(name=name), org.fold_setting),
    "approval": (lambda _name: approvals.ApprovalRules(), approvals.fold_rules),
    "delegation": (
        lambda name: approvals.Delegations(person_id=name), approvals.fold_delegations
    ),
}  # fmt: skip
"""What stands before the colon of a stream → its empty state and its fold."""


def actor(person: str, unit: str = "U1", on_behalf_of: str | None = None) -> Actor:
    """A person of the city in the role that goes with the name (of `on_behalf_of`, if given)."""
    role = ROLES[on_behalf_of or person]
    return Actor(person_id=person, role=role, unit_id=unit, on_behalf_of=on_behalf_of)


class Town:
    """Two units under one department, two warehouses, counts; commands go through `give`."""

    def __init__(self) -> None:
        self.book = Book()
        self.memory: dict[str, Any] = {}
        self.passed: Counter[str] = Counter()
        self.refused: Counter[tuple[str, str]] = Counter()
        self.checked = 0
        """How much of the log was looked at by `news`."""
        self._founded()

    def _founded(self) -> None:
        clerk = actor("clerk")
        orders: list[c.Command] = [
            c.RegisterUnit(
                unit_id="D1", name="D1", kind="administrative", occurred_on=day("2024-01-01")
            )
        ]
        for unit, kind in UNITS.items():
            orders += [
                c.RegisterUnit(
                    unit_id=unit, name=unit, kind=kind, parent_id="D1",
                    occurred_on=day("2024-01-01"),
                ),
                c.OpenBooks(unit_id=unit, period=BOOKS_FROM, occurred_on=day("2024-01-01")),
                c.OpenStocktake(
                    stocktake_id=f"T-{unit}", unit_id=unit, occurred_on=day("2024-10-01")
                ),
            ]  # fmt: skip
        orders.append(
            c.SetRoute(
                kind="*", scope="unit:U2", valid_from=day("2024-01-01"),
                steps=(RouteStep(code="minutes", zh="集体决策", role="unit_head", group=1),),
                occurred_on=day("2024-01-01"),
            )
        )  # fmt: skip
        orders.append(
            c.SetSetting(
                name="institution_keeps_rent", value=1, valid_from=day("2024-01-01"),
                occurred_on=day("2024-01-01"),
            )
        )  # fmt: skip
        for order in orders:
            self.book.when(order, actor=clerk)
        warehouse(self.book, "W1", "U2")
        warehouse(self.book, "W2", "U2", "TRANSFER")
        for event in self.book.log:
            body = self.book.streams[event.stream][event.version - 1][1]
            self._remember(event, body)

    # Commands

    def give(self, command: c.Command, by: Actor) -> Decision | None:
        """Try a command; a refusal returns None and must leave nothing behind."""
        name = BY_STRUCT[type(command)].name
        before = self._shape()
        try:
            decision = self.book.when(command, actor=by)
        except Refused as refusal:
            self.refused[name, refusal.code] += 1
            assert before == self._shape(), f"{name} was refused and left something behind"
            return None
        self.passed[name] += 1
        news = self.book.log[before[0] :]

        assert len(news) == len(decision.facts)
        for event, fact in zip(news, decision.facts, strict=True):
            self._remember(event, fact.body)
        return decision

    def _shape(self) -> tuple[int, int, int, dict[tuple[str, str], str]]:
        book = self.book
        events = sum(len(stream) for stream in book.streams.values())
        return len(book.log), events, len(book.journal), dict(book.claimed)

    def _remember(self, event: Recorded, body: Any) -> None:
        kind, _, name = event.stream.partition(":")
        if kind in _FOLDS:
            empty, fold = _FOLDS[kind]
            state = self.memory.get(event.stream)
            self.memory[event.stream] = fold(empty(name) if state is None else state, event, body)

    def stored(self, stream: str) -> Any:
        """The state of a stream folded anew from its stored text."""
        kind, _, name = stream.partition(":")
        empty, fold = _FOLDS[kind]
        state = empty(name)
        for event, body in self.book.streams[stream]:
            state = fold(state, event, body)
        return state

    def news(self) -> list[Recorded]:
        """What was recorded since the last call."""
        found = self.book.log[self.checked :]
        self.checked = len(self.book.log)
        return found

    # What is there

    @property
    def assets(self) -> list[Asset]:
        """All things, as they came."""
        return [state for state in self.memory.values() if isinstance(state, Asset)]

    @property
    def processes(self) -> list[Process]:
        """All processes, as they came."""
        return [state for state in self.memory.values() if isinstance(state, Process)]

    def books(self, unit: str) -> Books:
        """The months of a unit."""
        books: Books = self.memory[f"period:{unit}"]
        return books

    def today(self) -> date:
        """The tenth of the month in which the unit that is furthest ahead stands."""
        ahead = max(self.books(unit).first_free or BOOKS_FROM for unit in UNITS)
        return first_day(ahead).replace(day=10)
