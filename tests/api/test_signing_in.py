"""Sign-in: fresh sessions, lock-out, sign-out on the server, forms from our own pages only."""

from __future__ import annotations

import re
from datetime import timedelta

from litestar import Litestar
from litestar.testing import TestClient

from api.auth.identity import Grant
from api.bootstrap import Works
from api.directory.accounts import DEMO_PASSWORD, create_account
from api.directory.database import run
from api.directory.people import Person
from api.directory.sessions import IDLE, LIFETIME, account_of_session, begin_session
from api.directory.tokens import create_token

Browser = TestClient[Litestar]
GIVEN = {"username": "officer", "password": DEMO_PASSWORD}


def form_of(client: Browser, **given: str) -> dict[str, str]:
    """The fields of the sign-in form with `given` typed in."""
    page = client.get("/sign-in", headers={"Accept": "text/html"}).text
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None
    return {"csrf_token": found[1], "next": "", **given}


def test_the_form_opens_the_workbench(client: Browser) -> None:
    """Name and password lead to the workbench, which greets by name."""
    answer = client.post("/sign-in", data=form_of(client, **GIVEN), follow_redirects=True)

    assert answer.status_code == 200
    assert "林晓岚" in answer.text


def test_a_session_id_chosen_by_the_client_is_never_used(client: Browser) -> None:
    """Whoever plants a cookie before the sign-in holds nothing after it."""
    client.cookies.set("taizhang", "attacker-chosen", domain="testserver.local")
    client.post("/api/v1/session", json=GIVEN)
    fresh = client.cookies["taizhang"]
    client.cookies.clear()
    client.cookies.set("taizhang", "attacker-chosen")

    assert fresh != "attacker-chosen"
    assert client.get("/api/v1/session").status_code == 401


def test_a_second_sign_in_ends_the_session_before_it(client: Browser) -> None:
    """The id changes and the old one opens nothing."""
    client.post("/api/v1/session", json=GIVEN)
    before = client.cookies["taizhang"]
    client.post("/api/v1/session", json=GIVEN)
    assert client.cookies["taizhang"] != before
    client.cookies.clear()
    client.cookies.set("taizhang", before)

    assert client.get("/api/v1/session").status_code == 401


def test_sign_out_kills_the_session_on_the_server(client: Browser) -> None:
    """A copy of the cookie is worthless after signing out."""
    client.post("/api/v1/session", json=GIVEN)
    secret = client.cookies["taizhang"]
    token = client.get("/api/v1/session").json()["csrf_token"]
    ended = client.post("/api/v1/session/end", headers={"X-CSRF-Token": token})
    client.cookies.clear()
    client.cookies.set("taizhang", secret)

    assert ended.status_code == 204
    assert client.get("/api/v1/session").status_code == 401


def test_five_failures_lock_even_the_right_password_out(works: Works, client: Browser) -> None:
    """The fifth failure locks; an unknown name is answered in the same words."""
    create_account(
        works.house.pool, username="locked", password=DEMO_PASSWORD,
        person=Person(person_id="p-locked", name="石某"),
        grants=[Grant(role="unit_head", unit_id="JY")],
    )  # fmt: skip
    for name in ("locked", "nobody-of-that-name"):
        codes = [
            client.post("/api/v1/session", json={"username": name, "password": "wrong"}).json()
            for _ in range(5)
        ]
        assert [c["code"] for c in codes] == ["E_SIGN_IN_FAILED"] * 4 + ["E_LOCKED"]
    right = client.post("/api/v1/session", json={"username": "locked", "password": DEMO_PASSWORD})

    assert right.status_code == 429
    assert right.headers["retry-after"] == "900"


def test_idle_and_old_sessions_open_nothing(works: Works) -> None:
    """Thirty idle minutes or twelve hours end a session."""
    pool, now = works.house.pool, works.house.now()
    account_id = run(pool, "account_id_of", username="officer")[0]["account_id"]
    secret = begin_session(pool, account_id, now)

    assert account_of_session(pool, secret, now + timedelta(minutes=29)) == account_id
    assert account_of_session(pool, secret, now + timedelta(minutes=29) + IDLE) is None
    assert account_of_session(pool, secret, now + LIFETIME) is None


def test_a_form_without_its_token_is_refused(client: Browser) -> None:
    """Sign-in and every other form need the token of the page they were served with."""
    client.get("/sign-in")
    wrong = client.post("/sign-in", data={**GIVEN, "csrf_token": "x"})
    missing = client.post("/sign-in", data=GIVEN)

    assert (wrong.status_code, missing.status_code) == (403, 403)
    assert missing.json()["code"] == "E_CSRF"


def test_another_site_cannot_post(client: Browser) -> None:
    """A foreign Origin is refused even with the right token."""
    form = form_of(client, **GIVEN)
    answer = client.post("/sign-in", data=form, headers={"Origin": "https://elsewhere.example"})

    assert answer.status_code == 403


def test_a_command_by_cookie_needs_the_token(client: Browser) -> None:
    """A script of another site has the cookie at best, never the token."""
    client.post("/api/v1/session", json=GIVEN)
    answer = client.post("/api/v1/commands/declare-idle", json={})

    assert answer.json()["code"] == "E_CSRF"


def test_the_way_back_stays_on_this_site(client: Browser) -> None:
    """`next` to another host is ignored."""
    for target in ("https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example"):
        form = form_of(client, **GIVEN) | {"next": target}
        answer = client.post("/sign-in", data=form, follow_redirects=False)

        assert answer.headers["location"] == "/"


def test_a_program_signs_in_by_token(works: Works, client: Browser) -> None:
    """A bearer token needs neither cookie nor form token; a wrong one opens nothing."""
    account_id = run(works.house.pool, "account_id_of", username="officer")[0]["account_id"]
    token = create_token(works.house.pool, account_id, "handheld", works.house.now())
    answer = client.get("/api/v1/session", headers={"Authorization": f"Bearer {token}"})
    wrong = client.get("/api/v1/session", headers={"Authorization": "Bearer tz_wrong"})

    assert answer.json()["principal"]["username"] == "officer"
    assert wrong.status_code == 401


def test_the_cookie_is_shut_to_scripts_and_bound_to_https(client: Browser) -> None:
    """HttpOnly, SameSite, whole site; `__Host-` and Secure come with https."""
    cookie = client.post("/api/v1/session", json=GIVEN).headers["set-cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/" in cookie


def test_sign_ins_are_recorded(works: Works, client: Browser) -> None:
    """The audit administrator finds who came in and who tried."""
    client.post("/api/v1/session", json=GIVEN)
    client.post("/api/v1/session", json={"username": "officer", "password": "wrong"})
    rows = run(works.house.pool, "access_records", person_id=None, before=None, limit=2)

    assert [row["kind"] for row in rows] == ["sign-in-failed", "sign-in"]
