"""Accounts and tokens for the three administrators: who may come in, and which programs."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

from litestar import Response, get, post
from litestar.params import FromPath

from api.auth.administering import (
    account_named,
    issue_token,
    switch_off,
    switch_on,
    withdraw_token,
)
from api.auth.guards import Call
from api.auth.powers import ADMINISTRATORS, CREATE, Thing, guard, may
from api.directory.accounts import accounts
from api.directory.tokens import DAYS, DAYS_MAX, tokens
from api.problems import Problem
from api.web.pages import Page, page_of

_SHOWN: Final = 200


def _(text: str) -> str:
    """Mark `text` for the catalogue; the template translates it."""
    return text


STATUSES: Final = {
    "live": (_("有效"), "good"), "expired": (_("已到期"), "mute"), "revoked": (_("已作废"), "mute"),
}  # fmt: skip
DONE: Final = {
    "off": _("账号已停用，会话和令牌即刻失效。"),
    "on": _("账号已启用。此前的会话和令牌不会恢复。"),
    "revoked": _("令牌已作废，即刻失效。"),
}


@get("/accounts", opt=guard(Thing.ACCOUNTS, scoped=False), sync_to_thread=True)
def account_list(request: Call) -> Response[str]:
    """Everybody who may sign in, and the tokens of programs."""
    page = page_of(request)
    text = page.values("q").get("q", "")[:100].replace("\x00", "")
    found = accounts(page.house.pool, text, _SHOWN + 1)
    held = tokens(page.house.pool, page.house.now(), limit=_SHOWN)
    return page.render(
        "accounts.html", rows=found[:_SHOWN], more=len(found) > _SHOWN, text=text, shown=_SHOWN,
        tokens=held, statuses=STATUSES, names=_names(page, held),
    )  # fmt: skip


@get("/accounts/{username:str}", opt=guard(Thing.ACCOUNTS, scoped=False), sync_to_thread=True)
def account(request: Call, username: FromPath[str]) -> Response[str]:
    """One account with its roles and tokens, and what may be done with it."""
    return _account(page_of(request), username)


@post("/accounts/{username:str}/token", opt=guard(Thing.ACCOUNTS, CREATE, scoped=False),
      sync_to_thread=True, status_code=200)  # fmt: skip
def issue(request: Call, username: FromPath[str]) -> Response[str]:
    """Issue a token; this answer is the only one that shows it."""
    page = page_of(request)
    form = request.state.form
    label, days = str(form.get("label", "")), str(form.get("days", ""))
    try:
        number = int(days) if days.isascii() and days.isdigit() and len(days) < 5 else 0
        token = issue_token(page.house, page.principal, username, label, number)
    except Problem as problem:
        if problem.code == "E_UNKNOWN_USER":
            raise
        return _account(page, username, problem, entered={"label": label, "days": days})
    return _account(page, username, token=token)


@post("/accounts/{username:str}/token/{number:str}/revoke",
      opt=guard(Thing.ACCOUNTS, CREATE, scoped=False), sync_to_thread=True,
      status_code=303)  # fmt: skip
def revoke(request: Call, username: FromPath[str], number: FromPath[str]) -> Response[str]:
    """End a token at once."""
    page = page_of(request)
    token_id = int(number) if number.isascii() and number.isdigit() and len(number) < 19 else -1
    withdraw_token(page.house, page.principal, token_id)
    return _back(username, "revoked")


@post("/accounts/{username:str}/disable", opt=guard(Thing.ACCOUNTS, CREATE, scoped=False),
      sync_to_thread=True, status_code=303)  # fmt: skip
def disable(request: Call, username: FromPath[str]) -> Response[str]:
    """Switch an account off."""
    page = page_of(request)
    try:
        switch_off(page.house, page.principal, username)
    except Problem as problem:
        if problem.code == "E_UNKNOWN_USER":
            raise
        return _account(page, username, problem)
    return _back(username, "off")


@post("/accounts/{username:str}/enable", opt=guard(Thing.ACCOUNTS, CREATE, scoped=False),
      sync_to_thread=True, status_code=303)  # fmt: skip
def enable(request: Call, username: FromPath[str]) -> Response[str]:
    """Switch an account on again."""
    page = page_of(request)
    switch_on(page.house, page.principal, username)
    return _back(username, "on")


def _account(
    page: Page, username: str, problem: Problem | None = None, *, token: str = "",
    entered: dict[str, str] | None = None,
) -> Response[str]:  # fmt: skip
    found = account_named(page.house, username)
    held = tokens(page.house.pool, page.house.now(), username=username, limit=_SHOWN)
    enabled = found["disabled_at"] is None
    may_act = may(page.principal.roles, Thing.ACCOUNTS, CREATE)
    return page.render(
        "account.html", status=problem.status if problem else 200, account=found, tokens=held,
        problem=problem, token=token, statuses=STATUSES, names=_names(page, [*held, found]),
        done=DONE.get(page.values("done").get("done", "")), days_max=DAYS_MAX, may_act=may_act,
        may_issue=may_act and enabled and not ADMINISTRATORS & set(found["roles"]),
        own=username == page.principal.username, path=f"/accounts/{quote(username, safe='')}",
        entered={"label": "", "days": str(DAYS)} | (entered or {}),
    )  # fmt: skip


def _names(page: Page, rows: list[dict[str, Any]]) -> dict[str, str]:
    fields = ("issued_by", "revoked_by", "disabled_by")
    return page.names(*(row[name] for row in rows for name in fields if row.get(name)))


def _back(username: str, done: str) -> Response[str]:
    address = f"/accounts/{quote(username, safe='')}?done={done}"
    return Response("", status_code=303, headers={"Location": address}, media_type="text/html")


ACCOUNTS: Final = [account_list, account, issue, revoke, disable, enable]
