"""Tokens and switching accounts off: only the system administrator, at once, on record."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from api.auth.administering import issue_token, switch_off, switch_on, withdraw_token
from api.auth.identity import Grant, Principal
from api.bootstrap import Works
from api.directory.access import access_records
from api.directory.accounts import DEMO_PASSWORD, create_account, principal_named
from api.directory.people import Person
from api.directory.sessions import account_of_session, begin_session
from api.directory.tokens import account_of_token, create_token, tokens
from api.problems import Problem
from tests.api.conftest import Account, SignedIn

Browser = TestClient[Litestar]
HTML = {"Accept": "text/html"}


def _new(works: Works, username: str) -> int:
    """A program's account of the unit JY."""
    return create_account(
        works.house.pool, username=username, password=DEMO_PASSWORD,
        person=Person(person_id=f"p-{username}", name="对账程序", unit_id="JY"),
        grants=[Grant(role="unit_accountant", unit_id="JY")],
    )  # fmt: skip


def _admin(works: Works) -> Principal:
    found = principal_named(works.house.pool, "sysadmin", works.house.today())
    assert found is not None
    return found


def _status(client: Browser, token: str) -> int:
    """What the API answers to a program with `token`."""
    headers = {"Authorization": f"Bearer {token}"}
    return client.get("/api/v1/queries/periods", headers=headers).status_code


def test_a_token_acts_as_its_account_until_it_is_revoked(works: Works, client: Browser) -> None:
    """It opens what the account may see, tells of its last use, and ends at once."""
    _new(works, "program-1")
    token = issue_token(works.house, _admin(works), "program-1", "夜间对账")
    assert _status(client, token) == 200
    held = tokens(works.house.pool, works.house.now(), username="program-1")
    withdraw_token(works.house, _admin(works), held[0]["token_id"])

    assert [(one["label"], one["status"]) for one in held] == [("夜间对账", "live")]
    assert held[0]["last_used_at"] is not None
    assert _status(client, token) == 401


def test_a_token_opens_nothing_from_the_instant_of_its_expiry(works: Works) -> None:
    """The last microsecond still, the instant itself no more."""
    account_id, now = _new(works, "program-2"), works.house.now()
    token = create_token(works.house.pool, account_id, "一天", now, 1)
    until = now + timedelta(days=1)
    last = until - timedelta(microseconds=1)

    assert account_of_token(works.house.pool, token, last) == account_id
    assert account_of_token(works.house.pool, token, until) is None


def test_only_the_hash_of_a_token_is_kept(works: Works) -> None:
    """Whoever reads the whole directory finds no token in it."""
    account_id = _new(works, "program-3")
    token = create_token(works.house.pool, account_id, "哈希", works.house.now())
    with works.house.pool.connection() as connection:
        rows = connection.execute("SELECT t::text AS line FROM directory.api_token t").fetchall()
    secret = token.removeprefix("tz_")

    assert not [
        row for row in rows if secret in row["line"] or secret.encode().hex() in row["line"]
    ]


def test_a_disabled_account_is_out_at_once_and_comes_back_empty_handed(
    works: Works, client: Browser
) -> None:
    """Session, token and password stop together; enabled again, only the password works."""
    pool, now = works.house.pool, works.house.now()
    account_id = _new(works, "program-4")
    token = issue_token(works.house, _admin(works), "program-4", "对账")
    session = begin_session(pool, account_id, now)
    before = (_status(client, token), account_of_session(pool, session, now))
    switch_off(works.house, _admin(works), "program-4")
    given = {"username": "program-4", "password": DEMO_PASSWORD}
    off = (_status(client, token), account_of_session(pool, session, now))
    refused = client.post("/api/v1/session", json=given).json()["code"]
    switch_on(works.house, _admin(works), "program-4")
    on = (_status(client, token), account_of_session(pool, session, now))

    assert before == (200, account_id)
    assert off == on == (401, None)
    assert refused == "E_SIGN_IN_FAILED"
    assert client.post("/api/v1/session", json=given).status_code == 204


def test_a_session_that_is_open_in_a_browser_ends_with_its_account(
    works: Works, client: Browser
) -> None:
    """The next request of the page is answered with the sign-in."""
    _new(works, "program-5")
    account = Account(client, "program-5")
    switch_off(works.house, _admin(works), "program-5")

    assert account.get("/api/v1/session").status_code == 401


def test_a_new_password_ends_the_sessions_of_the_old_one(works: Works) -> None:
    """Whoever knew the old one is out."""
    pool, now = works.house.pool, works.house.now()
    session = begin_session(pool, _new(works, "program-6"), now)
    _new(works, "program-6")

    assert account_of_session(pool, session, now) is None


@pytest.mark.parametrize(
    ("username", "label", "days", "code"),
    [
        ("nobody", "对账", 30, "E_UNKNOWN_USER"),
        ("auditadmin", "对账", 30, "E_TOKEN_FOR_ADMINISTRATOR"),
        ("officer", "", 30, "E_FIELDS"),
        ("officer", "x" * 61, 30, "E_FIELDS"),
        ("officer", "对账", 0, "E_FIELDS"),
        ("officer", "对账", 366, "E_FIELDS"),
    ],
)
def test_what_gets_no_token(
    works: Works, username: str, label: str, days: int, code: str
) -> None:  # fmt: skip
    """Unknown names, administrators, no purpose, no sensible time."""
    with pytest.raises(Problem) as refused:
        issue_token(works.house, _admin(works), username, label, days)

    assert code == refused.value.code


def test_one_purpose_has_one_live_token(works: Works) -> None:
    """A second click makes no second token; revoked or expired, the purpose is free again."""
    account_id, now = _new(works, "program-7"), works.house.now()
    create_token(works.house.pool, account_id, "对账", now - timedelta(days=2), 1)
    issue_token(works.house, _admin(works), "program-7", "对账")
    with pytest.raises(Problem) as refused:
        issue_token(works.house, _admin(works), "program-7", "对账")

    assert refused.value.code == "E_TOKEN_LABEL"


def test_nobody_disables_himself(works: Works) -> None:
    """There is always a system administrator left."""
    with pytest.raises(Problem) as refused:
        switch_off(works.house, _admin(works), "sysadmin")

    assert refused.value.code == "E_OWN_ACCOUNT"


def _form(page: str, **given: str) -> dict[str, str]:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None
    return {"csrf_token": found[1], **given}


def test_the_page_issues_shows_once_and_revokes(works: Works, signed_in: SignedIn) -> None:
    """The answer to the form holds the token, no later page does."""
    _new(works, "program-8")
    admin, path = signed_in("sysadmin"), "/accounts/program-8"
    page = admin.get(path, headers=HTML).text
    given = _form(page, label="财务系统", days="30")
    issued = admin.post(f"{path}/token", data=given, headers=HTML)
    token = re.search(r"tz_[\w-]{43}", issued.text)
    later = admin.get(path, headers=HTML).text
    number = tokens(works.house.pool, works.house.now(), username="program-8")[0]["token_id"]
    revoke = f"{path}/token/{number}/revoke"
    again = admin.post(f"{path}/token", data=given, headers=HTML)
    gone = admin.post(revoke, data=_form(later), headers=HTML, follow_redirects=False)

    assert token is not None
    assert (issued.headers["cache-control"], again.status_code) == ("no-store", 409)
    assert "tz_" not in later
    assert (gone.status_code, gone.headers["location"]) == (303, f"{path}?done=revoked")


def test_the_page_switches_off_and_on(works: Works, signed_in: SignedIn) -> None:
    """Two forms, each leads back to the account; the list shows the state."""
    _new(works, "program-9")
    admin, path = signed_in("sysadmin"), "/accounts/program-9"
    form = _form(admin.get(path, headers=HTML).text)
    off = admin.post(f"{path}/disable", data=form, headers=HTML, follow_redirects=False)
    told = admin.get(off.headers["location"], headers=HTML).text
    listed = admin.get("/accounts?q=program-9", headers=HTML).text
    on = admin.post(f"{path}/enable", data=form, headers=HTML, follow_redirects=False)

    assert "账号已停用" in told
    assert "已停用" in listed
    assert "账号已启用" in admin.get(on.headers["location"], headers=HTML).text


@pytest.mark.parametrize("username", ["secadmin", "auditadmin"])
def test_the_other_administrators_look_on(signed_in: SignedIn, username: str) -> None:
    """They see the list and have no buttons; a post of theirs is refused."""
    account = signed_in(username)
    page = account.get("/accounts/officer", headers=HTML)
    refused = [
        account.post(f"/accounts/officer/{act}").status_code
        for act in ("token", "disable", "enable", "token/1/revoke")
    ]

    assert page.status_code == 200
    assert "签发令牌" not in page.text
    assert refused == [403] * 4


def test_every_act_is_on_record(works: Works) -> None:
    """Who did what to which account, never the token itself."""
    _new(works, "program-10")
    admin = _admin(works)
    token = issue_token(works.house, admin, "program-10", "对账", 7)
    number = tokens(works.house.pool, works.house.now(), username="program-10")[0]["token_id"]
    withdraw_token(works.house, admin, number)
    switch_off(works.house, admin, "program-10")
    switch_on(works.house, admin, "program-10")
    rows: list[dict[str, Any]] = access_records(works.house.pool, person_id="p-sysadmin", limit=4)

    assert [row["kind"] for row in rows] == [
        "account-enabled", "account-disabled", "token-revoked", "token-issued",
    ]  # fmt: skip
    assert rows[-1]["question"] == "program-10: 对账, 7 d"
    assert token not in repr(rows)
