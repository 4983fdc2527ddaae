"""The operator's page: where the log and its read models stand, and what this server runs on."""

from __future__ import annotations

import platform
from typing import Any, Final

from litestar import Response, get

from api import product_version
from api.auth.guards import Call
from api.auth.powers import Thing, guard
from api.web.pages import Page, page_of
from eventstore.statements import statements

_SQL: Final = statements("api.web", "system.sql")


@get("/system", opt=guard(Thing.OPERATIONS, scoped=False), sync_to_thread=True)
def system(request: Call) -> Response[str]:
    """Log head, read models, versions; no business data."""
    page = page_of(request)
    lines = sorted(page.house.clocks.status(), key=lambda line: (line.error is None, line.name))
    return page.render(
        "system.html", lines=lines, log=_asked(page, "log"), database=_asked(page, "database"),
        product=product_version(), python=platform.python_version(), settings=page.house.settings,
        trouble=[line for line in lines if line.error],
        behind=max((line.behind for line in lines), default=0),
    )  # fmt: skip


def _asked(page: Page, name: str) -> dict[str, Any]:
    with page.house.pool.connection() as connection:
        return dict(connection.execute(_SQL[name]).fetchone() or {})


SYSTEM: Final = [system]
