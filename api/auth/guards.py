"""The door of every route: who calls, may he, and did the form come from our own page."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any, Final
from urllib.parse import urlsplit

from anyio import to_thread
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler
from litestar.middleware.authentication import (
    AbstractAuthenticationMiddleware,
    AuthenticationResult,
)

from api.auth.deputies import acting_for
from api.auth.identity import Principal
from api.auth.powers import Thing, permits
from api.directory.accounts import principal_of
from api.directory.sessions import account_of_session
from api.directory.tokens import account_of_token
from api.house import House
from api.problems import Problem

Call = Request[Principal | None, str, Any]
"""A request whose `user` is the principal, None when nobody is signed in.

`auth` says how he came: `cookie`, `token` or empty.
"""

ON_BEHALF_OF: Final = "On-Behalf-Of"
"""The header of commands that names the person for whom the caller acts."""

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")


def house_of(connection: ASGIConnection[Any, Any, Any, Any]) -> House:
    """The parts behind the routes."""
    house: House = connection.app.state.house
    return house


def session_cookie(https: bool) -> str:
    """The cookie's name; `__Host-` needs https and forbids another domain or path."""
    return "__Host-taizhang" if https else "taizhang"


def form_cookie(https: bool) -> str:
    """The cookie that binds the sign-in form to its browser."""
    return "__Host-taizhang-form" if https else "taizhang-form"


class Identify(AbstractAuthenticationMiddleware):
    """Finds the caller from the session cookie or a bearer token; nobody is also an answer."""

    async def authenticate_request(
        self, connection: ASGIConnection[Any, Any, Any, Any]
    ) -> AuthenticationResult:
        """Look the caller up; what is public costs no database call."""
        guard = getattr(connection.scope.get("route_handler"), "opt", {}).get("guard")
        if guard is not None and guard.thing is Thing.PUBLIC:
            return AuthenticationResult(user=None, auth="")
        house = house_of(connection)
        scheme, _, token = connection.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and token:
            user = await to_thread.run_sync(_by_token, house, token.strip())
            return AuthenticationResult(user=user, auth="token")
        secret = connection.cookies.get(session_cookie(house.settings.https))
        if not secret:
            return AuthenticationResult(user=None, auth="")
        user = await to_thread.run_sync(_by_session, house, secret)
        return AuthenticationResult(user=user, auth="cookie" if user else "")


def _by_token(house: House, token: str) -> Principal | None:
    account_id = account_of_token(house.pool, token, house.now())
    return principal_of(house.pool, account_id, house.today()) if account_id else None


def _by_session(house: House, secret: str) -> Principal | None:
    account_id = account_of_session(house.pool, secret, house.now())
    return principal_of(house.pool, account_id, house.today()) if account_id else None


async def check_power(
    connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler
) -> None:
    """Refuse whoever lacks the power that the route declares; an undeclared route refuses all."""
    if connection.scope.get("method") == "OPTIONS":
        return
    guard = handler.opt.get("guard")
    if guard is None:
        raise Problem("E_UNDECLARED")
    if guard.thing is Thing.PUBLIC:
        return
    if connection.user is None:
        raise Problem("E_SIGN_IN")
    person_id = connection.headers.get(ON_BEHALF_OF) if handler.opt.get("deputies") else None
    if person_id:
        house = house_of(connection)
        deputy = await to_thread.run_sync(acting_for, house, connection.user, person_id)
        connection.scope["user"] = deputy
    if not permits(guard, connection.user.roles):
        raise Problem("E_FORBIDDEN")


async def check_form(
    connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler
) -> None:
    """Read the body once for the handler's thread, and refuse what another site has sent.

    Forms carry `csrf_token`; scripts of our pages send it as X-CSRF-Token. Programs with a
    bearer token need none, since no browser adds that header by itself.
    """
    if connection.scope.get("method") in _SAFE:
        return
    request: Call = connection  # type: ignore[assignment] # HTTP routes give a Request
    is_form = request.headers.get("content-type", "").startswith(_FORMS)
    if is_form:
        request.state.form = await request.form()
        request.state.body = b""
    else:
        request.state.form = {}
        request.state.body = await request.body()
    if request.auth == "token" or handler.opt.get("no_form"):
        return
    _check_origin(request)
    sent = request.headers.get("x-csrf-token") or request.state.form.get("csrf_token") or ""
    token = csrf_token(request)
    if not token or not hmac.compare_digest(str(sent).encode(), token.encode()):
        raise Problem("E_CSRF")


def csrf_token(request: ASGIConnection[Any, Any, Any, Any]) -> str:
    """The token of this browser's session, or of its sign-in form; empty without a cookie."""
    https = house_of(request).settings.https
    secret = request.cookies.get(session_cookie(https)) if request.user else None
    secret = secret or request.cookies.get(form_cookie(https))
    return hashlib.sha256(b"csrf:" + secret.encode()).hexdigest() if secret else ""


def _check_origin(request: Call) -> None:
    origin = request.headers.get("origin")
    if origin and origin != "null" and urlsplit(origin).netloc != request.headers.get("host", ""):
        raise Problem("E_CSRF")
