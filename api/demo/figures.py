"""How much happens in the demo city: the figures of handbook 13.3, scaled by cards."""

from __future__ import annotations

from datetime import date

import msgspec

FULL_CARDS = 120_000


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Counts over the whole span; none is below one."""

    assets: int
    opening: int
    bought: int
    donated: int
    from_outside: int
    houses: int
    lands: int
    scrap_batches: int
    scrap_pieces: int
    demolitions: int
    sales: int
    failed_sales: int
    warehouse_batches: int
    transfers: int
    handovers: int
    returns: int
    repairs: int
    corrections: int
    labels: int
    untitled: int
    """Houses and land without a certificate (I15)."""
    idle_batches: int
    """Batches of four things that lie idle too long (I16)."""
    unapproved: int
    over_price: int
    unsearched: int
    late_booked: int
    unapproved_disposals: int
    unpaid: int
    overdue: int


def figures_for(assets: int, start: date, end: date) -> Figures:
    """The counts for `assets` cards between two days."""
    scale = assets / FULL_CARDS
    years = (end - start).days / 365.25

    def total(a_full_city: float) -> int:
        return max(1, round(a_full_city * scale))

    def yearly(a_full_city: float) -> int:
        return total(a_full_city * years)

    bought, donated, from_outside = yearly(7_700), yearly(240), yearly(100)
    return Figures(
        assets=assets,
        opening=max(60, assets - bought - donated - from_outside - 1),
        bought=bought, donated=donated, from_outside=from_outside,
        houses=total(2_900), lands=total(240),
        scrap_batches=yearly(187), scrap_pieces=yearly(7_200), demolitions=yearly(55),
        sales=yearly(83), failed_sales=yearly(69),
        warehouse_batches=yearly(3_900 / 8), transfers=yearly(120),
        handovers=yearly(900), returns=yearly(500), repairs=yearly(1_800),
        corrections=yearly(600), labels=yearly(220),
        # 1,077 issues in all: title 25 %, idle 20 %, the rest of the installed rules 15 %.
        untitled=total(269), idle_batches=total(54),
        unapproved=total(24), over_price=total(30), unsearched=total(24), late_booked=total(30),
        unapproved_disposals=total(8), unpaid=total(8), overdue=total(30),
    )  # fmt: skip
