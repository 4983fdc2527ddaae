"""/live, /ready and /metrics: for the operator's machines."""

from __future__ import annotations

import msgspec
import psycopg
from litestar import Response, get
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest
from psycopg_pool import PoolTimeout

from api.auth.guards import Call, house_of
from api.auth.powers import PUBLIC, Thing, guard


@get("/live", opt=PUBLIC, sync_to_thread=False)
def live() -> dict[str, str]:
    """The process answers."""
    return {"status": "live"}


@get("/ready", opt=PUBLIC, sync_to_thread=True)
def ready(request: Call) -> Response[bytes]:
    """The database answers and no read model is stopped; 503 otherwise."""
    house = house_of(request)
    try:
        with house.pool.connection(timeout=2.0) as connection:
            connection.execute("SELECT 1")
        stopped = [line.name for line in house.clocks.status() if line.error]
    except (psycopg.Error, PoolTimeout):
        return _state(503, "database")
    return _state(503, "stopped", stopped) if stopped else _state(200, "ready")


@get("/metrics", opt=guard(Thing.OPERATIONS, scoped=False), sync_to_thread=True)
def metrics() -> Response[bytes]:
    """Figures in the text form of Prometheus, for an operator's token."""
    return Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)


def _state(status: int, word: str, names: list[str] | None = None) -> Response[bytes]:
    body = msgspec.json.encode({"status": word, "stopped": names or []})
    return Response(body, status_code=status, media_type="application/json")


PROBES = [live, ready, metrics]
