"""The application: every route in one place, with the doors and headers around them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from litestar import Litestar, Router
from litestar.datastructures import CacheControlHeader, State
from litestar.handlers import HTTPRouteHandler
from litestar.middleware import DefineMiddleware
from litestar.plugins.prometheus import PrometheusConfig
from litestar.static_files import create_static_files_router

from api.answers import EXCEPTION_HANDLERS, add_headers
from api.attachments.routes import attachment_routes
from api.auth.guards import Identify, check_form, check_power
from api.auth.powers import PUBLIC
from api.auth.signing_in import SIGNING_IN
from api.commands.routes import command_routes
from api.house import House
from api.imports.routes import API_IMPORTS
from api.logs import configure_logs
from api.month_routes import MONTHS
from api.openapi import SCHEMA
from api.probes import PROBES
from api.queries.routes import query_routes
from api.web.rendering import STATIC
from api.web.routes import page_routes


def create_app(house: House, more: Sequence[HTTPRouteHandler] = ()) -> Litestar:
    """The ASGI application over `house`; `more` adds routes of packages beside this one."""
    configure_logs()
    static = create_static_files_router(
        path="/static", directories=[str(STATIC)], opt=PUBLIC, send_as_attachment=False,
        cache_control=CacheControlHeader(max_age=86400, public=True),
    )  # fmt: skip
    routes: list[Any] = [
        *PROBES, *SIGNING_IN, *page_routes(), *SCHEMA, *API_IMPORTS, *MONTHS,
        *attachment_routes(house.settings), *more,
        *command_routes(house.commands), *query_routes(house.queries), static,
    ]  # fmt: skip
    app = Litestar(
        # As one router: the framework would wrap a handler for its thread again for each further
        # method that is registered by itself at the same path.
        route_handlers=[Router(path="/", route_handlers=routes)],
        guards=[check_power, check_form],
        middleware=[
            PrometheusConfig(app_name="taizhang", prefix="taizhang", group_path=True).middleware,
            DefineMiddleware(Identify),
        ],
        before_send=[add_headers],
        exception_handlers=EXCEPTION_HANDLERS,
        openapi_config=None,
        request_max_body_size=house.settings.body_bytes_max,
        state=State({"house": house}),
        debug=False,
        logging_config=None,
    )
    app.state.paths = frozenset(route.path for route in app.routes)
    return app
