"""Every fact the log can hold: one Struct per stable event name.

The names stand in the log for ever. A changed shape is a new number and an upcaster; a new
sub-kind of an existing family is a row of data and needs neither.
"""

from __future__ import annotations

from datetime import date

import msgspec

from domain.cards import Card
from domain.depreciation import Basis
from domain.states import Overlay, State

Scalar = str | int | bool | None


class Body(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """The base of all event bodies: immutable, strict, defaults left out of the stored text."""


class Approval(Body, frozen=True):
    """A decision document (批复): number, date, deciding level, SHA-256 of the file."""

    no: str
    on: date
    level: str
    document: str | None = None
    office: str | None = None
    """Who decided, as `domain.approval` names offices; left out, the office of the actor's role."""


class Changes(Body, frozen=True):
    """The fields of a holding that a fact sets; UNSET means untouched, None means cleared."""

    state: State | msgspec.UnsetType = msgspec.UNSET
    manage_dept: str | None | msgspec.UnsetType = msgspec.UNSET
    use_dept: str | None | msgspec.UnsetType = msgspec.UNSET
    keeper: str | None | msgspec.UnsetType = msgspec.UNSET
    user: str | None | msgspec.UnsetType = msgspec.UNSET
    place: str | None | msgspec.UnsetType = msgspec.UNSET
    label_no: str | None | msgspec.UnsetType = msgspec.UNSET
    process_id: str | None | msgspec.UnsetType = msgspec.UNSET
    warehouse_id: str | None | msgspec.UnsetType = msgspec.UNSET
    borrower_unit: str | None | msgspec.UnsetType = msgspec.UNSET
    due_on: date | None | msgspec.UnsetType = msgspec.UNSET
    reserved_by: str | None | msgspec.UnsetType = msgspec.UNSET
    reserved_until: date | None | msgspec.UnsetType = msgspec.UNSET
    gross_fen: int | msgspec.UnsetType = msgspec.UNSET
    booked_on: date | None | msgspec.UnsetType = msgspec.UNSET
    basis: Basis | None | msgspec.UnsetType = msgspec.UNSET
    original_gross_fen: int | msgspec.UnsetType = msgspec.UNSET
    """Of the asset, not of the holding: known late for what is built."""
    overlays_on: tuple[Overlay, ...] = ()
    overlays_off: tuple[Overlay, ...] = ()
    card: dict[str, Scalar] = {}
    """Corrected card fields by their code in `domain.cards.FIELDS` (traits as `traits.<code>`)."""


class Opening(Body, frozen=True):
    """What an imported card brings along; the old booking facts are memo and post nothing."""

    accum_fen: int = 0
    done_months: int = 0
    old_booked_on: date | None = None
    old_voucher_no: str | None = None
    batch_id: str | None = None
    source_row: int | None = None


class AssetConfigured(Body, frozen=True):
    """A card came into being: purchase, donation, transfer in, gain, opening (配置)."""

    card_no: str
    card: Card
    changes: Changes
    """The first values of the holding: state, label, departments, keeper, place, basis …"""
    original_gross_fen: int
    approval: Approval | None = None
    contract_on: date | None = None
    search_result: str | None = None
    """`matched`, `none`, or None when the public warehouse was not searched."""
    refusal_reason: str | None = None
    flags: tuple[str, ...] = ()
    costs_fen: int = 0
    retention_fen: int = 0
    opening: Opening | None = None
    voucher_id: str | None = None
    detail: dict[str, Scalar] = {}


class AssetChanged(Body, frozen=True):
    """Something happened to a holding: the fields it set, what they were, and its own facts."""

    card_no: str
    changes: Changes
    before: Changes
    approval: Approval | None = None
    flags: tuple[str, ...] = ()
    detail: dict[str, Scalar] = {}
    voucher_id: str | None = None


class AssetReallocated(Body, frozen=True):
    """One holding ended at the donor and another began at the receiver, in one fact."""

    from_unit: str
    from_card_no: str
    to_unit: str
    to_card_no: str
    changes: Changes
    """The first values of the receiver's holding."""
    gross_fen: int
    accum_fen: int
    done_months: int
    freight_fen: int = 0
    approval: Approval | None = None
    flags: tuple[str, ...] = ()
    detail: dict[str, Scalar] = {}
    from_voucher_id: str | None = None
    to_voucher_id: str | None = None


class RequestItem(Body, frozen=True):
    """A line of a request for things that are not there yet: what, how many, at what price."""

    name: str
    class_code: str
    pieces: int
    price_fen: int
    """Of one piece."""


class Cut(Body, frozen=True):
    """What was cut from a request: a thing, or pieces and money of its item `item` (from 0)."""

    reason: str
    asset_id: str | None = None
    item: int | None = None
    pieces: int = 1
    fen: int = 0


class ProcessOpened(Body, frozen=True):
    """A request about one or more assets: acquisition, disposal, count loss, import batch."""

    kind: str
    asset_ids: tuple[str, ...] = ()
    amount_fen: int = 0
    """Sum of original values (账面原值) of the batch, the base of approval limits."""
    requester: str | None = None
    flags: tuple[str, ...] = ()
    detail: dict[str, Scalar] = {}
    items: tuple[RequestItem, ...] = ()


class ProcessStep(Body, frozen=True):
    """One step of a process: approved, executed, proceeds, costs, settled, paid …"""

    amount_fen: int = 0
    approval: Approval | None = None
    flags: tuple[str, ...] = ()
    detail: dict[str, Scalar] = {}
    voucher_id: str | None = None
    steps: tuple[str, ...] = ()
    """Route steps signed by this fact, or, of a return, those that must be taken again."""
    cut: tuple[Cut, ...] = ()
    """What an approval leaves out (审减)."""
    pieces: int | None = None
    """How many things an approval lets pass."""


class Line(Body, frozen=True):
    """One side of an entry; `book` is FA (财务会计) or BA (预算会计), `side` D or C, `fen` > 0."""

    book: str
    account: str
    side: str
    fen: int
    asset_id: str | None = None


class VoucherPosted(Body, frozen=True):
    """A voucher (记账凭证) in one unit's books; each book balances by itself."""

    voucher_id: str
    summary: str
    rule: str
    """The posting rule of `domain.postings` that made the lines."""
    lines: tuple[Line, ...]
    reverses: str | None = None


class DepreciationRun(Body, frozen=True):
    """The month's depreciation of one unit: totals stored, lines derived (design 4.4)."""

    period: str
    inputs_position: int
    count: int
    lines: tuple[Line, ...]
    digest: str
    """SHA-256 over the sorted `asset_id:fen` lines."""
    skipped: dict[str, tuple[str, ...]] = {}
    """Reason to asset ids of every live booked card that got no line."""


class PeriodClosed(Body, frozen=True):
    """A period of one unit takes no more vouchers."""

    period: str
    balances: dict[str, int] = {}


class BooksOpened(Body, frozen=True):
    """The first period of a unit's books in this system."""

    period: str


class DayPassed(Body, frozen=True):
    """A day has passed for the whole city; what falls due on it is now true."""

    day: date


class UnitRegistered(Body, frozen=True):
    """A unit of the organisation tree; `kind` administrative, institution or temporary."""

    name: str
    kind: str
    level: str
    """`city` or the county's id: the level whose offices supervise the unit."""
    parent_id: str | None = None
    credit_code: str | None = None
    headcount: int = 0
    roles: tuple[str, ...] = ()
    """Offices the unit holds: finance, organ_affairs, discipline, audit, warehouse."""


class WarehouseOpened(Body, frozen=True):
    """A public warehouse (公物仓) with its title mode: TRANSFER, CUSTODY or SUSPENSE."""

    name: str
    title_mode: str
    place: str = ""


class SettingSet(Body, frozen=True):
    """A dated setting of the rules, such as `treasury_days`."""

    name: str
    value: int | str
    valid_from: date
    source: str = ""


class RouteStep(Body, frozen=True):
    """One step before the approval; steps of one `group` run side by side, groups in order.

    `signers` people must sign it (会签); only batches of `from_fen` and more need it.
    """

    code: str
    zh: str
    role: str
    group: int
    en: str = ""
    signers: int = 1
    from_fen: int = 0


class RouteSet(Body, frozen=True):
    """The way of one kind of request through its steps, from a day on, for a scope."""

    kind: str
    scope: str
    valid_from: date
    steps: tuple[RouteStep, ...] = ()
    valid_to: date | None = None
    valid_months: int | None = None
    """How long the approval holds; None takes the general setting."""
    source: str = ""


class Limit(Body, frozen=True):
    """Which office approves: values from `min_fen` to below `below_fen`, of a thing or a batch."""

    office: str
    basis: str = "batch"
    min_fen: int = 0
    below_fen: int | None = None
    asset_kinds: tuple[str, ...] = ()
    """Only where one of these is in the batch; empty means any."""
    filing_to: str | None = None


class LimitsSet(Body, frozen=True):
    """The approval limits (审批权限) of one kind of request, from a day on, for a scope."""

    kind: str
    scope: str
    valid_from: date
    rows: tuple[Limit, ...] = ()
    valid_to: date | None = None
    source: str = ""


class Delegated(Body, frozen=True):
    """Somebody stands in for the person of this stream, in one role and for stated days."""

    to_person: str
    role: str
    valid_from: date
    valid_to: date


class DelegationEnded(Body, frozen=True):
    """A delegation ends before its day: the deputy acts no more from this fact's date on."""

    to_person: str
    role: str


class StocktakeOpened(Body, frozen=True):
    """A count of one unit at a base date; `frozen` forbids moves meanwhile."""

    base_on: date
    expected: int
    frozen: bool = False
    counters: tuple[str, ...] = ()


class StocktakeCounted(Body, frozen=True):
    """One thing counted: result code of handbook 9.3, where and by whom."""

    result: str
    asset_id: str | None = None
    card_no: str | None = None
    label_no: str | None = None
    counter: str = ""
    place: str | None = None
    detail: dict[str, Scalar] = {}


class StocktakeClosed(Body, frozen=True):
    """The count is closed with its figures per result code."""

    figures: dict[str, int] = {}


EVENTS: dict[str, type[Body]] = {
    "asset.configured/1": AssetConfigured,
    "asset.booked/1": AssetChanged,
    "asset.used/1": AssetChanged,
    "asset.reallocated/1": AssetReallocated,
    "asset.warehoused/1": AssetChanged,
    "asset.repaired/1": AssetChanged,
    "asset.disposed/1": AssetChanged,
    "asset.corrected/1": AssetChanged,
    "asset.counted/1": AssetChanged,
    "asset.labelled/1": AssetChanged,
    "asset.requested/1": AssetChanged,
    "process.opened/1": ProcessOpened,
    "process.approved/1": ProcessStep,
    "process.rejected/1": ProcessStep,
    "process.withdrawn/1": ProcessStep,
    "process.revoked/1": ProcessStep,
    "process.executed/1": ProcessStep,
    "process.proceeds_recorded/1": ProcessStep,
    "process.cost_recorded/1": ProcessStep,
    "process.compensation_claimed/1": ProcessStep,
    "process.compensation_received/1": ProcessStep,
    "process.settled/1": ProcessStep,
    "process.treasury_paid/1": ProcessStep,
    "process.retention_paid/1": ProcessStep,
    "process.undone/1": ProcessStep,
    "process.extended/1": ProcessStep,
    "process.rent_recognised/1": ProcessStep,
    "process.reviewed/1": ProcessStep,
    "process.returned/1": ProcessStep,
    "process.resubmitted/1": ProcessStep,
    "process.filed/1": ProcessStep,
    "ledger.voucher_posted/1": VoucherPosted,
    "ledger.depreciation_run/1": DepreciationRun,
    "period.opened/1": BooksOpened,
    "period.closed/1": PeriodClosed,
    "calendar.day_passed/1": DayPassed,
    "org.unit_registered/1": UnitRegistered,
    "org.warehouse_opened/1": WarehouseOpened,
    "rule.setting_set/1": SettingSet,
    "rule.route_set/1": RouteSet,
    "rule.limits_set/1": LimitsSet,
    "org.delegated/1": Delegated,
    "org.delegation_ended/1": DelegationEnded,
    "stocktake.opened/1": StocktakeOpened,
    "stocktake.counted/1": StocktakeCounted,
    "stocktake.closed/1": StocktakeClosed,
}
"""Stable event name to the Struct of its body."""

ASSET_TYPES = frozenset(name for name in EVENTS if name.startswith("asset."))
