"""Register page and card page at 200,000 assets, and a whole command beside a bare handler."""

from __future__ import annotations

import uuid
from typing import Any

import httpx
import psycopg
from litestar import Litestar, post
from psycopg_pool import ConnectionPool

from api.auth.powers import Role
from bench.city import BenchCity, a_city
from bench.results import Row, middle
from bench.serving import add_account, percentile, served, served_house, signed_in, timed

ASSETS = 200_000
PAGES = 60
COMMANDS = 150


def _bare(admin_url: str) -> Litestar:
    """Return the smallest thing that does a durable write: one handler, one INSERT."""
    pool = ConnectionPool(admin_url, min_size=2, kwargs={"autocommit": True}, open=True)
    with pool.connection() as session:
        session.execute("CREATE TABLE bare (id uuid PRIMARY KEY, body text)")

    @post("/move", sync_to_thread=True)
    def move(data: dict[str, Any]) -> dict[str, str]:
        key = uuid.uuid4()
        with pool.connection() as session:
            session.execute("INSERT INTO bare VALUES (%s, %s)", [key, str(data)])
        return {"id": str(key)}

    return Litestar([move], openapi_config=None)


def _things(admin_url: str) -> tuple[str, list[str], list[str]]:
    """Return a large unit, assets over the city, and things of the unit that may move."""
    with psycopg.connect(admin_url) as session:
        unit = session.execute(
            "SELECT unit_id FROM p_register.holding WHERE effective_to = '9999-12-31'"
            " AND position_to = 9223372036854775807 GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
        ).fetchone()
        assert unit is not None
        now = "effective_to = '9999-12-31' AND position_to = 9223372036854775807"
        cards = session.execute(
            f"SELECT asset_id FROM p_register.holding WHERE {now} ORDER BY md5(asset_id) LIMIT 100"
        ).fetchall()
        movable = session.execute(
            f"SELECT asset_id FROM p_register.holding WHERE {now} AND unit_id = %s"
            " AND state IN ('IN_USE', 'IDLE') ORDER BY asset_id LIMIT 200",
            unit,
        ).fetchall()
    return unit[0], [row[0] for row in cards], [row[0] for row in movable]


def run() -> list[Row]:
    """Return p95 of the pages and the ratio of a command to the bare handler."""
    with a_city(ASSETS) as city:
        return _pages(city) + _command(city)


def _pages(city: BenchCity) -> list[Row]:
    unit, cards, _ = _things(city.server.urls().admin_url)
    add_account(city.works, "bench-finance", Role.FINANCE, unit, "all")
    city.works.start()
    rows = []
    with served_house(city.works) as address:
        client = signed_in(address, "bench-finance")
        addresses = {
            "register, whole city": lambda _: "/assets",
            "register, one unit": lambda _: f"/assets?unit={unit}",
            "register, search by name": lambda _: "/assets?q=打印机",
            "register, past day": lambda _: f"/assets?unit={unit}&as_of=2024-06-30",
            "card": lambda n: f"/assets/{cards[n % len(cards)]}",
        }
        for what, path in addresses.items():
            took = timed(lambda n, path=path: client.get(path(n)), PAGES)
            p95 = percentile(took, 0.95)
            rows.append(
                Row("pages", f"{what}, {ASSETS:,} cards, p95", p95, "ms",
                    target="< 50 ms", met=p95 < 50, runs=took)
            )  # fmt: skip
    return rows


def _command(city: BenchCity) -> list[Row]:
    unit, _, movable = _things(city.server.urls().admin_url)
    add_account(city.works, "bench-officer", Role.UNIT_ASSET_OFFICER, unit, "own")
    with served_house(city.works) as address, served(_bare(city.server.urls().admin_url)) as bare:
        client = signed_in(address, "bench-officer")
        plain = signed_bare(bare)

        def move(number: int) -> Any:
            body = {
                "occurred_on": "2026-11-20",
                "asset_ids": [movable[number % len(movable)]],
                "place": f"A座{number + 200}室",
            }
            return client.post(
                "/api/v1/commands/move", json=body,
                headers={"Idempotency-Key": str(uuid.uuid4())},
            )  # fmt: skip

        mine = timed(move, COMMANDS)
        theirs = timed(lambda n: plain.post("/move", json={"place": str(n)}), COMMANDS)
    ratio = middle(mine) / middle(theirs)
    return [
        Row("pages", "a command over HTTP (card moved), median", middle(mine), "ms",
            peer="bare handler with one INSERT", ratio=ratio, target="<= 6", met=ratio <= 6),
        Row("pages", "  bare handler", middle(theirs), "ms"),
    ]  # fmt: skip


def signed_bare(address: str) -> httpx.Client:
    """Return a plain client."""
    return httpx.Client(base_url=address, timeout=60)
