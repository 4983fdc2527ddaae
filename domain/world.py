"""What a decision may look at: states by id, each read remembered with its version.

A decision stays pure: the same streams give the same facts. The reads become the expected
versions and the read-set of the append (design 4.2), so nothing it relied on can move under it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

import msgspec

from domain import approval as approvals
from domain import asset as assets
from domain import organisation as org
from domain import process as processes
from domain.catalogue.classes import number_prefix
from domain.depreciation import Basis
from domain.envelope import Actor, Recorded
from domain.events import Body, Line, VoucherPosted
from domain.labels import new_label_no
from domain.periods import Books
from domain.postings import left_of
from domain.refusals import refuse_unless

Loaded = list[tuple[Recorded, Body]]
Loader = Callable[[str], Loaded]
Holders = Callable[[str, list[str]], dict[str, str]]
"""Kind and keys of claimed numbers → the stream that holds each key that is taken."""
Neighbours = Callable[[processes.Process, tuple[date, date]], list[approvals.Neighbour]]
"""A request and two days → the unit's other batches of its kind asked for between them."""
S = TypeVar("S", bound=msgspec.Struct)

DEFAULT_SETTINGS: dict[str, int | str] = {
    "approval_valid_months": 12,
    "split_batch_days": 30,
    "loan_max_days": 365,
    "reservation_working_days": 5,
    "treasury_days": 10,
    "idle_months": 6,
    "lease_max_years": 5,
    "lease_special_max_years": 10,
    "lend_max_months": 12,
    "institution_keeps_rent": 0,
    "repair_major_fen": 5_000_000,
    "repair_scrap_share": 50,
    "expense_intangibles_below_fen": 0,
}
"""Values used until an administrator sets others (all U-L in the handbook: data, not rules)."""

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Depreciable(msgspec.Struct, frozen=True):
    """A live booked card as the depreciation run sees it; `runs` charged it so far."""

    asset_id: str
    card_no: str
    basis: Basis | None
    runs: int
    exempt_reason: str | None = None


class Totals(msgspec.Struct, frozen=True):
    """What one rule makes of all cards of a unit: as `depreciation_run` would, card by card."""

    rule: str
    count: int
    digest: str
    lines: dict[tuple[str, str], int]
    """Expense and accumulated account to fen."""
    skipped: dict[str, tuple[str, ...]]


class Inputs(msgspec.Struct, frozen=True):
    """What a depreciation run works from: the cards as of one position of the log.

    Or, in place of the cards, their `totals` by a rule, worked out where the cards lie.
    """

    position: int
    cards: tuple[Depreciable, ...]
    ledger_version: int = 0
    """Version of the unit's ledger stream then: a voucher since makes the run start again."""
    totals: Totals | None = None


class Balances(msgspec.Struct, frozen=True):
    """What a unit's books hold at the end of a month, as of one position of the log.

    `accounts` are debits less credits in fen by account of financial accounting; `cards` are the
    same by account of what belongs to single cards, charges of the runs among them.
    """

    position: int
    accounts: dict[str, int]
    cards: dict[str, int] = {}
    ledger_version: int = 0
    """Version of the unit's ledger stream then: a voucher since makes the closing start again."""


class World:
    """The states that one decision reads; loads each stream once."""

    def __init__(
        self,
        load: Loader,
        *,
        actor: Actor,
        command_id: str,
        today: date,
        depreciables: Callable[[str, str], Inputs] | None = None,
        balances: Callable[[str, str], Balances] | None = None,
        holders: Holders | None = None,
        preload: Callable[[list[str]], None] | None = None,
        neighbours: Neighbours | None = None,
    ) -> None:
        self._load = load
        self._holders = holders
        self._neighbours = neighbours
        self._preload = preload
        self._states: dict[str, Any] = {}
        self._relied: dict[str, int] = {}
        self._ids = 0
        self.actor = actor
        self.command_id = command_id
        self.today = today
        self._depreciables = depreciables
        self._balances = balances

    @property
    def versions(self) -> dict[str, int]:
        """The version of each stream that was read; 0 for a stream that does not exist."""
        return {stream: state.version for stream, state in self._states.items()} | self._relied

    def _state(self, stream: str, empty: S, fold: Callable[[S, Recorded, Any], S]) -> S:
        if stream not in self._states:
            state = empty
            for event, body in self._load(stream):
                state = fold(state, event, body)
            self._states[stream] = state
        found: S = self._states[stream]
        return found

    def asset(self, asset_id: str) -> assets.Asset:
        """Return the asset; refuses `E_UNKNOWN_ASSET`."""
        asset = self._state(f"asset:{asset_id}", assets.Asset(asset_id=asset_id), assets.fold)
        refuse_unless(asset.holding, "E_UNKNOWN_ASSET", asset_id, field="asset_ids")
        return asset

    def unit(self, unit_id: str) -> org.Unit:
        """Return the unit; refuses `E_UNKNOWN_UNIT`."""
        unit = self.maybe_unit(unit_id)
        refuse_unless(unit.version, "E_UNKNOWN_UNIT", unit_id, field="unit_id")
        return unit

    def maybe_unit(self, unit_id: str) -> org.Unit:
        """Return the unit, with version 0 where there is none."""
        return self._state(f"org:{unit_id}", org.Unit(unit_id=unit_id), org.fold_unit)

    def books(self, unit_id: str) -> Books:
        """Return the unit's books, opened or not."""
        return self._state(f"period:{unit_id}", Books(unit_id=unit_id), org.fold_books)

    def process(self, process_id: str) -> processes.Process:
        """Return the process; refuses `E_UNKNOWN_PROCESS`."""
        process = self.maybe_process(process_id)
        refuse_unless(process.version, "E_UNKNOWN_PROCESS", process_id, field="process_id")
        return process

    def maybe_process(self, process_id: str) -> processes.Process:
        """Return the process, with version 0 where there is none."""
        return self._state(
            f"process:{process_id}", processes.Process(process_id=process_id), processes.fold
        )

    def warehouse(self, warehouse_id: str) -> org.Warehouse:
        """Return the warehouse; refuses `E_UNKNOWN_WAREHOUSE`."""
        warehouse = self.maybe_warehouse(warehouse_id)
        refuse_unless(warehouse.version, "E_UNKNOWN_WAREHOUSE", warehouse_id, field="warehouse_id")
        return warehouse

    def maybe_warehouse(self, warehouse_id: str) -> org.Warehouse:
        """Return the warehouse, with version 0 where there is none."""
        return self._state(
            f"warehouse:{warehouse_id}",
            org.Warehouse(warehouse_id=warehouse_id),
            org.fold_warehouse,
        )

    def stocktake(self, stocktake_id: str) -> org.Stocktake:
        """Return the count, with version 0 where there is none."""
        return self._state(
            f"stocktake:{stocktake_id}",
            org.Stocktake(stocktake_id=stocktake_id),
            org.fold_stocktake,
        )

    def calendar(self) -> org.Calendar:
        """Return the city's calendar."""
        return self._state("calendar", org.Calendar(), _fold_calendar)

    def setting(self, name: str, day: date) -> int | str:
        """Return the value of a setting in force on `day`, or its default."""
        value = self.maybe_setting(name).on(day)
        return DEFAULT_SETTINGS[name] if value is None else value

    def maybe_setting(self, name: str) -> org.Setting:
        """Return the setting with all its dated values."""
        return self._state(f"rule:{name}", org.Setting(name=name), org.fold_setting)

    def approval_rules(self) -> approvals.ApprovalRules:
        """Return the routes and limits of approval, past and present."""
        return self._state("approval:rules", approvals.ApprovalRules(), approvals.fold_rules)

    def delegations(self, person_id: str) -> approvals.Delegations:
        """Return who may act for a person."""
        return self._state(
            f"delegation:{person_id}",
            approvals.Delegations(person_id=person_id),
            approvals.fold_delegations,
        )

    def units_above(self, unit_id: str) -> list[org.Unit]:
        """Return the unit and the units above it, the nearest first."""
        units = [self.unit(unit_id)]
        while units[-1].parent_id and all(u.unit_id != units[-1].parent_id for u in units):
            units.append(self.unit(units[-1].parent_id))
        return units

    def depreciables(self, unit_id: str, period: str) -> Inputs:
        """Return the cards that a run of `period` may charge."""
        assert self._depreciables is not None, "this world knows no depreciation inputs"
        inputs = self._depreciables(unit_id, period)
        self._relied[f"ledger:{unit_id}"] = inputs.ledger_version
        return inputs

    def balances(self, unit_id: str, period: str) -> Balances | None:
        """Return what the unit's books hold at the end of `period`; None where nobody can say.

        A ledger without read models closes months unseen; it cannot close a year.
        """
        if self._balances is None:
            return None
        found = self._balances(unit_id, period)
        self._relied[f"ledger:{unit_id}"] = found.ledger_version
        return found

    def holders(self, kind: str, keys: list[str]) -> dict[str, str]:
        """Return key → stream of those of `keys` that are claimed; not part of the read-set."""
        return self._holders(kind, keys) if self._holders is not None else {}

    def neighbours(
        self, process: processes.Process, days: tuple[date, date]
    ) -> list[approvals.Neighbour]:
        """Return the unit's other batches of that kind and time; not part of the read-set."""
        return self._neighbours(process, days) if self._neighbours is not None else []

    def glance(self, asset_ids: list[str]) -> dict[str, assets.Asset]:
        """Return assets as they stand, in whatever unit, without relying on them.

        They are neither read-set nor touched: for what may be told but binds nobody.
        """
        if self._preload is not None:
            self._preload([f"asset:{asset_id}" for asset_id in asset_ids])
        found: dict[str, assets.Asset] = {}
        for asset_id in asset_ids:
            asset = assets.Asset(asset_id=asset_id)
            for event, body in self._load(f"asset:{asset_id}"):
                asset = assets.fold(asset, event, body)
            found[asset_id] = asset
        return found

    def vouchers(self, unit_id: str, process_id: str) -> list[tuple[Recorded, VoucherPosted]]:
        """Return the vouchers of a process in a unit's books, with what is not reversed of them.

        They are not part of the read-set: what is posted never changes, and who reverses it
        relies on the process.
        """
        found = [
            (event, body)
            for event, body in self._load(f"ledger:{unit_id}")
            if event.process_id == process_id and isinstance(body, VoucherPosted)
        ]
        undone: dict[str, list[Line]] = {}
        for _, body in found:
            if body.reverses is not None:
                undone.setdefault(body.reverses, []).extend(body.lines)
        standing = []
        for event, body in found:
            lines = left_of(body.lines, undone.get(body.voucher_id, ()))
            if body.reverses is None and lines:
                standing.append((event, msgspec.structs.replace(body, lines=lines)))
        return standing

    @property
    def touched_units(self) -> set[str]:
        """The units whose things this decision has looked at."""
        return {
            state.holding.unit_id
            for state in self._states.values()
            if isinstance(state, assets.Asset) and state.holding is not None
        } | {
            state.unit_id
            for state in self._states.values()
            if isinstance(state, processes.Process) and state.version
        }

    def new_id(self) -> str:
        """Return the next id of this command: 26 characters, the same on every repeat."""
        self._ids += 1
        digest = hashlib.sha256(f"{self.command_id}:{self._ids}".encode()).digest()
        number = int.from_bytes(digest[:17], "big")
        return "".join(_ALPHABET[(number >> (5 * shift)) & 31] for shift in range(25, -1, -1))

    def new_label(self) -> str:
        """Return a fresh label number, the same on every repeat of this command."""
        return new_label_no(self.new_id().encode())

    def new_card_no(self, class_code: str, day: date) -> str:
        """Return a fresh card number: class letters, year, eight digits (handbook 12)."""
        digest = hashlib.sha256(self.new_id().encode()).digest()
        serial = int.from_bytes(digest[:8], "big") % 100_000_000
        return f"{number_prefix(class_code)}{day.year}{serial:08d}"


def _fold_calendar(_before: org.Calendar, event: Recorded, body: Any) -> org.Calendar:
    return org.Calendar(version=event.version, last_day=body.day)
