"""Signing in and out, by page and by JSON: always a fresh session, never the client's own id."""

from __future__ import annotations

import secrets
from typing import Any, Final

import msgspec
from litestar import Response, get, post
from litestar.datastructures import Cookie

from api.auth.guards import Call, csrf_token, form_cookie, house_of, session_cookie
from api.auth.powers import PUBLIC, SIGNED_IN
from api.commands.bodies import read_body
from api.directory.access import AccessRecord, record_access
from api.directory.accounts import DEMO_PASSWORD, demo_accounts, principal_of
from api.directory.sessions import LIFETIME, begin_session, check_password, end_session
from api.house import House
from api.language import COOKIE, lang_of
from api.problems import Problem
from api.web.pages import public_page

_NEXT_MAX: Final = 2000


class SignIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a JSON sign-in."""

    username: str
    password: str


@get("/sign-in", opt=PUBLIC, sync_to_thread=True)
def sign_in_page(request: Call) -> Response[str]:
    """The sign-in form; in a demo with its accounts."""
    return _form(request, next_page=request.query_params.get("next", ""))


@post("/sign-in", opt=PUBLIC, sync_to_thread=True, status_code=200)
def sign_in(request: Call) -> Response[Any]:
    """Check the form and begin a session."""
    form = request.state.form
    username = str(form.get("username", ""))
    next_page = str(form.get("next", ""))
    try:
        secret = _begin(request, username, str(form.get("password", "")))
    except Problem as problem:
        return _form(request, next_page=next_page, username=username, problem=problem)
    return Response(
        "", status_code=303, media_type="text/html", headers={"Location": local_path(next_page)},
        cookies=[_session_cookie(house_of(request), secret)],
    )  # fmt: skip


@post("/sign-out", opt=SIGNED_IN, sync_to_thread=True, status_code=303)
def sign_out(request: Call) -> Response[str]:
    """End the session on the server and forget its cookie."""
    _end(request)
    return Response(
        "", status_code=303, media_type="text/html", headers={"Location": "/sign-in"},
        cookies=[_session_cookie(house_of(request), "", gone=True)],
    )  # fmt: skip


@post("/api/v1/session", opt={**PUBLIC, "no_form": True}, sync_to_thread=True, status_code=204)
def begin(request: Call) -> Response[None]:
    """Sign in by JSON; `GET` of the same address tells who one is."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        # A form of another site can send text/plain without asking, JSON it cannot.
        raise Problem("E_MEDIA_TYPE")
    given = read_body(request.state.body, SignIn)
    secret = _begin(request, given.username, given.password)
    return Response(None, status_code=204, cookies=[_session_cookie(house_of(request), secret)])


@get("/api/v1/session", opt=SIGNED_IN, sync_to_thread=True)
def who_am_i(request: Call) -> dict[str, Any]:
    """The caller, his grants, and the token for `X-CSRF-Token`."""
    assert request.user is not None, "the guard lets nobody pass without a principal"
    return {"principal": msgspec.to_builtins(request.user), "csrf_token": csrf_token(request)}


@post("/api/v1/session/end", opt=SIGNED_IN, sync_to_thread=True, status_code=204)
def end(request: Call) -> Response[None]:
    """Sign out by JSON."""
    _end(request)
    return Response(None, status_code=204,
                    cookies=[_session_cookie(house_of(request), "", gone=True)])  # fmt: skip


@get("/language", opt=PUBLIC, sync_to_thread=False)
def choose_language(request: Call) -> Response[str]:
    """Keep the language in a cookie and go back to the page."""
    lang = lang_of(request)
    cookie = Cookie(
        COOKIE, value=lang, path="/", max_age=365 * 86400, httponly=True, samesite="lax",
        secure=house_of(request).settings.https,
    )  # fmt: skip
    target = local_path(request.query_params.get("next", "/"))
    return Response("", status_code=303, media_type="text/html",
                    headers={"Location": target}, cookies=[cookie])  # fmt: skip


def local_path(path: str) -> str:
    """`path` when it lies on this site, else the workbench: nobody is sent elsewhere."""
    sound = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if sound and len(path) <= _NEXT_MAX and path.isascii() else "/"


def _begin(request: Call, username: str, password: str) -> str:
    house = house_of(request)
    now = house.now()
    address = request.client.host if request.client else ""
    if "\x00" in username or not username.isprintable():
        raise Problem("E_SIGN_IN_FAILED")
    try:
        account_id = check_password(house.pool, username, password, now)
    except Problem as problem:
        _record(house, None, "sign-in-failed", address, problem.code)
        raise
    principal = principal_of(house.pool, account_id, house.today())
    if principal is None or not principal.grants:
        raise Problem("E_SIGN_IN_FAILED")
    old = request.cookies.get(session_cookie(house.settings.https))
    if old:
        end_session(house.pool, old, now)
    _record(house, principal.person_id, "sign-in", address, "")
    return begin_session(house.pool, account_id, now, address)


def _end(request: Call) -> None:
    house = house_of(request)
    secret = request.cookies.get(session_cookie(house.settings.https))
    if secret:
        end_session(house.pool, secret, house.now())
    if request.user is not None:
        _record(house, request.user.person_id, "sign-out", "", "")


def _record(house: House, person_id: str | None, kind: str, address: str, question: str) -> None:
    record_access(house.pool, AccessRecord(
        at=house.now(), kind=kind, route="/sign-in", person_id=person_id, address=address,
        question=question,
    ))  # fmt: skip


def _session_cookie(house: House, secret: str, *, gone: bool = False) -> Cookie:
    https = house.settings.https
    return Cookie(
        session_cookie(https), value=secret, path="/", httponly=True, samesite="lax", secure=https,
        max_age=0 if gone else int(LIFETIME.total_seconds()),
    )  # fmt: skip


def _form(
    request: Call, *, next_page: str, username: str = "", problem: Problem | None = None
) -> Response[str]:
    house = house_of(request)
    https = house.settings.https
    bound = request.cookies.get(form_cookie(https)) or secrets.token_urlsafe(24)
    request.cookies[form_cookie(https)] = bound
    response = public_page(
        request, "sign_in.html", status=problem.status if problem else 200,
        next_page=next_page, username=username, problem=problem, csrf=csrf_token(request),
        demo_accounts=demo_accounts(house.pool) if house.settings.demo else [],
        demo_password=DEMO_PASSWORD,
    )  # fmt: skip
    response.set_cookie(Cookie(
        form_cookie(https), value=bound, path="/", httponly=True, samesite="lax", secure=https,
    ))  # fmt: skip
    return response


SIGNING_IN = [sign_in_page, sign_in, sign_out, begin, who_am_i, end, choose_language]
