"""Commands drawn at random: what every draw needs, things that come in, and the frame of time.

Draws lean towards what the rules allow, so that lives become long; each draw also has its share
of wrong values, and `spoilt` breaks a whole command.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import Any, TypeVar

import msgspec

from domain.asset import Asset
from domain.cards import Card
from domain.catalogue import ways
from domain.commands import structs as c
from domain.events import Approval, Limit, RequestItem, RouteStep
from domain.money import yuan
from domain.periods import add_months, first_day, last_day, period_of
from domain.states import TERMINAL, State
from tests.domain.things import approved, thing
from tests.domain.town import PEOPLE, ROLES, UNITS, Town

T = TypeVar("T")
Order = tuple[c.Command, str]
"""A command and the person who gives it."""

KINDS = ("laptop", "camera", "sedan", "desk", "software", "office", "relic", "land", "copier")
DIRECTIONS = tuple(term.code for term in ways.USE_DIRECTIONS)


class Draws:
    """Draws of one step, all from one seed, about one town."""

    def __init__(self, seed: str, town: Town) -> None:
        self._random = Random(seed)
        self.town = town

    def of(self, options: Sequence[T]) -> T:
        """One of `options`."""
        return self._random.choice(options)

    def chance(self, percent: int) -> bool:
        """True in `percent` of 100 draws."""
        return self._random.randrange(100) < percent

    def fen(self, most: int) -> int:
        """A number from 0 to `most`."""
        return self._random.randint(0, max(0, most))

    def some_fen(self, most: int) -> int:
        """An amount that suits: from 1 to `most`, and now and then anything at all."""
        if self.chance(8):
            return self.of((0, most + 1, 10**12))
        return max(1, self.fen(most))

    def on(self) -> date:
        """The town's day, or one near it, or now and then one far off."""
        today = self.town.today()
        if self.chance(75):
            return today
        far = (-40, 400) if self.chance(10) else (-9, 12)
        return today + timedelta(days=self._random.randint(*far))

    def booked(self, on: date) -> date | None:
        """Mostly left to the ledger; else the same day, a month later, or a month too early."""
        if not self.chance(25):
            return None
        return self.of((on, last_day(period_of(on)), on + timedelta(days=31), on.replace(day=1)))

    def paper(self) -> Approval | None:
        """A decision, mostly an early one."""
        if self.chance(6):
            return self.of((None, approved("2030-01-01")))
        return approved("2024-01-05")

    def unit(self) -> str:
        """One of the units."""
        return self.of(list(UNITS))

    def other(self, unit: str) -> str:
        """Mostly the other unit."""
        return unit if self.chance(5) else next(name for name in UNITS if name != unit)

    def person(self, *likely: str) -> str:
        """One of those likely to do it, or now and then anybody."""
        return self.of(PEOPLE) if self.chance(7) or not likely else self.of(likely)

    def asset(self, *states: State) -> Asset | None:
        """A thing that is there, in one of `states` where one is and the draw is kind."""
        found = [asset for asset in self.town.assets if asset.holding is not None]
        live = [one for one in found if one.holding and one.holding.state not in TERMINAL]
        fit = [one for one in live if one.holding and one.holding.state in states]
        if fit and not self.chance(6):
            return self.of(fit)
        pool = found if self.chance(10) else live
        return self.of(pool) if pool else None

    def together(self, asset: Asset) -> tuple[str, ...]:
        """A thing, sometimes with others of the same unit and state, now and then with any."""
        assert asset.holding is not None
        if not self.chance(25):
            return (asset.asset_id,)
        alike = [
            one.asset_id
            for one in self.town.assets
            if one.holding
            and (one.holding.state, one.holding.unit_id)
            == (asset.holding.state, asset.holding.unit_id)
        ]
        pool = [one.asset_id for one in self.town.assets] if self.chance(5) else alike
        return tuple(dict.fromkeys((asset.asset_id, self.of(pool))))


def card(draws: Draws, kind: str, on: date, **more: Any) -> Card:
    """A new card of `kind`, of any price."""
    fields: dict[str, Any] = {}
    fen = max(1, draws.fen(50_000_000))
    if kind == "sedan":
        number = draws.fen(8)
        fields["traits"] = {"vin": f"LSVAA49J{number}32045{number}12", "plate": f"川L8{number}A12"}
    if kind == "software" and draws.chance(50):
        fields["use_direction"] = draws.of(DIRECTIONS)
    if draws.chance(10):
        fen, fields["value_type"] = 100, "NOMINAL"
    if draws.chance(25):
        fields["keeper"] = fields["use_dept"] = None
    if draws.chance(15):
        fields["serial_no"] = f"SN-{draws.fen(3)}"
    if kind == "desk" and draws.chance(50):
        fields["qty_centi"] = 100 * (2 + draws.fen(8))
    return thing(kind, yuan(fen), on.isoformat(), **fields | more)


# What comes in


def buys(draws: Draws) -> Order:
    """Things are accepted: bought, given, or transferred from outside."""
    unit, on = draws.unit(), draws.on()
    kind = draws.of(("CONFIG.PURCHASE", "CONFIG.PURCHASE", "CONFIG.PURCHASE", "CONFIG.PURCHASE",
                     "CONFIG.DONATION_IN", "CONFIG.REALLOC_IN", "CONFIG.BUILD"))  # fmt: skip
    cards = tuple(card(draws, draws.of(KINDS), on) for _ in range(1 + draws.fen(2)))
    total = sum(one.gross_fen for one in cards)
    fields: dict[str, Any] = {}
    if kind == "CONFIG.PURCHASE" and draws.chance(30):
        own = draws.some_fen(total)
        fields = {"own_fen": own, "retention_fen": draws.fen(max(0, total - own))}
    if kind != "CONFIG.PURCHASE" and draws.chance(50):
        fields["costs_fen"] = draws.some_fen(min(total, 100_000))
    if kind == "CONFIG.DONATION_IN":
        fields |= {"donor_kind": draws.of(("state", "company", "person")),
                   "value_basis": draws.of((None, "VOUCHER", "MARKET")),
                   "value_document": "价1号"}  # fmt: skip
    order = c.RegisterAcquisition(
        unit_id=unit, sub_kind=kind, cards=cards, approval=draws.paper(), occurred_on=on, **fields
    )
    return order, draws.person("officer")


def finds(draws: Draws) -> Order:
    """A thing is found at a count."""
    unit, on = draws.unit(), draws.on()
    year = draws.of(("2021-03-01", "2024-10-02"))
    found = card(draws, draws.of(KINDS), date.fromisoformat(year), keeper=None)
    order = c.RecordGain(
        stocktake_id=f"T-{unit}", unit_id=unit, card=found, occurred_on=on,
        booked_on=draws.booked(on),
    )  # fmt: skip
    return order, draws.person("officer")


def brings_in(draws: Draws) -> Order:
    """A card of older books comes in, on the opening date if the draw is kind."""
    unit = draws.unit()
    books = draws.town.books(unit)
    on = first_day(books.first_free or "2024-10") if draws.chance(85) else draws.on()
    number = draws.fen(40)
    old = card(draws, draws.of(KINDS), date(2021, 3, 5), card_no=f"OLD-{number}")
    old = msgspec.structs.replace(old, fiscal_fen=old.gross_fen)
    life, done = old.life_months or 0, draws.fen(old.life_months or 0)
    accum = old.gross_fen * done // life if life and old.value_type != "NOMINAL" else 0
    opening = c.OpeningCard(
        card=old, accum_fen=accum, done_months=done if accum else 0,
        state=draws.of(("IN_USE", "IDLE", "LEASED_OUT")), label_no=None,
    )  # fmt: skip
    order = c.ImportOpeningCard(
        unit_id=unit, batch_id=f"B-{unit}", prepared_by="officer", cards=(opening,), occurred_on=on
    )
    return order, draws.person("accountant")


def undoes_import(draws: Draws) -> Order:
    """Imported cards of one batch are taken back."""
    unit = draws.unit()
    brought = [
        asset.asset_id
        for asset in draws.town.assets
        if asset.registration is not None and asset.registration.opening is not None
    ] or ["none"]
    order = c.UndoImport(
        unit_id=unit, batch_id=f"B-{unit}", asset_ids=(draws.of(brought),), reason="导错",
        occurred_on=draws.on(),
    )  # fmt: skip
    return order, draws.person("accountant")


def is_granted_land(draws: Draws) -> Order:
    """Land is allocated: at cost, at nominal amount, or without value."""
    on = draws.on()
    value = draws.of((0, 100, 5_000_000))
    fields: dict[str, Any] = {"value_type": "NOMINAL"} if value == 100 else {}
    costs = draws.of((0, min(value, 2_000_000), 3_000))
    order = c.GrantLand(
        unit_id=draws.unit(), card=thing("land", yuan(value), on.isoformat(), **fields),
        decision_no="划拨1号", costs_fen=costs, own_fen=draws.of((0, costs // 2)),
        approval=draws.paper(), occurred_on=on,
    )  # fmt: skip
    return order, draws.person("officer")


def rents_in(draws: Draws) -> Order:
    """A thing of others is rented."""
    on = draws.on()
    rented = thing(draws.of(("copier", "sedan", "office")), "0", on.isoformat())
    order = c.RentIn(
        unit_id=draws.unit(), card=rented, lessor="便民公司", contract_no="租1号",
        ends_on=on + timedelta(days=draws.of((365, 30, 0))), rent_fen=draws.fen(10_000),
        approval=draws.paper(), occurred_on=on,
    )  # fmt: skip
    return order, draws.person("officer")


def begins_to_build(draws: Draws) -> Order:
    """A project of construction, or a purchase to be installed."""
    on = draws.on()
    kind = draws.of(("CONFIG.BUILD", "CONFIG.PURCHASE_INSTALL"))
    what = ("office", "hall") if kind == "CONFIG.BUILD" else ("server", "copier")
    cards = tuple(thing(draws.of(what), "1,000", on.isoformat()) for _ in range(1 + draws.fen(1)))
    order = c.StartConstruction(
        unit_id=draws.unit(), project_no="发改1号", cards=cards, sub_kind=kind,
        approval=draws.paper(), occurred_on=on,
    )  # fmt: skip
    return order, draws.person("officer")


def researches(draws: Draws) -> Order:
    """The first spending on an own project."""
    on = draws.on()
    amount = draws.some_fen(3_000_000)
    order = c.SpendOnDevelopment(
        unit_id=draws.unit(), project_no="研1号", phase=draws.of(("DEVELOPMENT", "RESEARCH")),
        amount_fen=amount, payee="软件公司", own_fen=draws.of((0, amount // 2, amount + 1)),
        occurred_on=on, booked_on=draws.booked(on),
    )  # fmt: skip
    return order, draws.person("accountant")


def confiscates(draws: Draws) -> Order:
    """Goods are confiscated; they stand in no card."""
    items = (RequestItem(name="香烟", class_code="A07000000", pieces=5, price_fen=10_000),)
    order = c.RecordConfiscated(
        unit_id=draws.unit(), decision_no="罚1号", items=items, occurred_on=draws.on()
    )
    return order, draws.person("officer")


COMING = (
    *(buys,) * 5,
    finds,
    brings_in,
    undoes_import,
    is_granted_land,
    rents_in,
    begins_to_build,
    researches,
    confiscates,
)
"""What brings something in; most things are bought."""


# Time and rules


def runs(draws: Draws) -> Order:
    """A month's depreciation, mostly the next one that waits."""
    unit = draws.unit()
    period = draws.town.books(unit).first_free or "2024-10"
    if draws.chance(8):
        period = add_months(period, draws.of((1, -1)))
    return c.Depreciate(unit_id=unit, period=period, occurred_on=last_day(period)), "accountant"


def closes(draws: Draws) -> Order:
    """A month is closed, or a year."""
    unit = draws.unit()
    period = draws.town.books(unit).first_open or "2024-10"
    if draws.town.books(unit).runs[-1:] < (period,) and not draws.chance(10):
        return c.Depreciate(unit_id=unit, period=period, occurred_on=last_day(period)), "accountant"
    on = last_day(period)
    if period.endswith("-12") and not draws.chance(10):
        return c.CloseYear(unit_id=unit, year=int(period[:4]), occurred_on=on), "accountant"
    reason = "补录前月" if draws.chance(10) else None
    order = c.ClosePeriod(unit_id=unit, period=period, reason=reason, occurred_on=on)
    return order, "accountant"


def counts_anew(draws: Draws) -> Order:
    """A count is opened or closed."""
    unit, on = draws.unit(), draws.on()
    name = f"T-{unit}-{draws.fen(2)}"
    order: c.Command = c.OpenStocktake(stocktake_id=name, unit_id=unit, occurred_on=on)
    if draws.chance(50):
        order = c.CloseStocktake(stocktake_id=name, occurred_on=on)
    return order, draws.person("officer")


def sets_rules(draws: Draws) -> Order:
    """A route, limits, a setting, or a day that passed."""
    on = draws.on()
    kind = draws.of(("USE.LEASE", "DISP.SCRAP", "REALLOC", "*"))
    step = RouteStep(code="value", zh="财务复核", role=draws.of(("unit_head", "unit_accountant")),
                     group=1)  # fmt: skip
    limits = (
        Limit(office="organ_affairs", below_fen=1_000_000),
        Limit(office=draws.of(("finance", "organ_affairs")), min_fen=1_000_000),
    )
    orders: tuple[c.Command, ...] = (
        c.PassDay(occurred_on=on),
        c.SetLimits(kind=kind, scope="*", valid_from=on, rows=limits, occurred_on=on),
        c.SetRoute(kind=kind, scope=draws.of(("unit:U2", "*", "unit:none")), valid_from=on,
                   steps=draws.of(((step,), (step, step))), occurred_on=on),
        c.SetSetting(name="institution_keeps_rent", value=draws.of((0, 1)), valid_from=on,
                     occurred_on=on),
    )  # fmt: skip
    return draws.of(orders), "clerk"


def delegates(draws: Draws) -> Order:
    """Somebody lets another act in his place, or ends it."""
    on, person = draws.on(), draws.of(("affairs", "finance", "dept", "head"))
    to, role = draws.person(*PEOPLE), ROLES[person]
    order: c.Command = c.Delegate(
        to_person=to, role=role, valid_from=on, valid_to=on + timedelta(days=60), occurred_on=on
    )
    if draws.chance(30):
        order = c.EndDelegation(to_person=to, role=role, occurred_on=on)
    return order, person


def founds(draws: Draws) -> Order:
    """Units, books and warehouses that are there already, or new ones."""
    on, name = draws.on(), draws.of(("U2", "N1"))
    orders: tuple[c.Command, ...] = (
        c.RegisterUnit(unit_id=name, name=name, kind="institution", occurred_on=on),
        c.OpenBooks(unit_id=draws.of(("N1", "U1")), period=period_of(on), occurred_on=on),
        c.OpenWarehouse(warehouse_id=f"W{draws.fen(3)}", unit_id="U2", name="仓", occurred_on=on),
    )
    return draws.of(orders), "clerk"


FRAME = (runs, runs, runs, closes, closes, sets_rules, delegates, counts_anew, founds)


def spoilt(draws: Draws, command: c.Command) -> c.Command:
    """The command with one of its fields broken: another thing, day, amount, process, paper."""
    assets = [asset.asset_id for asset in draws.town.assets] or ["none"]
    processes = [process.process_id for process in draws.town.processes] or ["none"]
    wrong: dict[str, Sequence[Any]] = {
        "asset_id": [*assets, "none"],
        "asset_ids": [(name,) for name in (*assets, "none")],
        "process_id": [*processes, "none", None],
        "amount_fen": [0, 1, 10**14],
        "occurred_on": [date(2020, 1, 1), date(2100, 1, 1), draws.town.today()],
        "booked_on": [date(2024, 9, 30), date(2026, 1, 1), draws.town.today()],
        "approval": [None, approved("2099-01-01")],
        "unit_id": ["none", *UNITS],
        "to_unit": ["none", *UNITS],
        "sub_kind": ["NONE", "DISP.SALE", "REPAIR.MAJOR", "CONFIG.PURCHASE"],
        "cost_fen": [0, 10**14],
        "costs_fen": [0, 10**14],
        "own_fen": [10**14, 1],
    }
    names = [name for name in command.__struct_fields__ if name in wrong]
    name = draws.of(names or ["occurred_on"])
    value = draws.of(wrong[name])
    optional = {one.name for one in msgspec.structs.fields(type(command)) if not one.required}
    if value is None and name not in optional:
        return command
    return msgspec.structs.replace(command, **{name: value})
