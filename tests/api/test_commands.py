"""Commands over HTTP: keys, repeats, versions, strict JSON and problem documents."""

from __future__ import annotations

import uuid
from typing import Any

import msgspec
import pytest

from api.bootstrap import Works
from api.commands import running
from api.commands.bodies import DEPTH_MAX, parse, pointer_of
from api.commands.examples import example_of
from api.openapi import document
from api.problems import Problem
from domain.commands.table import COMMANDS
from eventstore.embedded import Urls
from projections.queries import QUERIES
from tests.api.conftest import SignedIn
from tests.api.labelled import DAY, bring_in
from tests.holding import held_up

UNIT = {
    "unit_id": "NEW1",
    "name": "澄江市测绘院",
    "kind": "institution",
    "occurred_on": "2024-01-01",
}
URL = "/api/v1/commands/register-unit"


def key() -> dict[str, str]:
    """A header with a fresh command id."""
    return {"Idempotency-Key": str(uuid.uuid4())}


def test_a_repeat_gets_the_first_answer(signed_in: SignedIn) -> None:
    """The same key and body: the same position, marked as replayed."""
    client, headers = signed_in("finance"), key()
    first = client.post(URL, json=UNIT, headers=headers)
    again = client.post(URL, json=UNIT, headers=headers)

    assert (first.status_code, first.headers["idempotency-replayed"]) == (200, "false"), first.text
    assert (again.status_code, again.headers["idempotency-replayed"]) == (200, "true")
    assert first.json()["position"] == again.json()["position"]
    assert again.json()["replayed"]


def test_a_key_serves_one_request_only(signed_in: SignedIn) -> None:
    """The same key with another body is refused, not answered with the first."""
    client, headers = signed_in("finance"), key()
    client.post(URL, json=UNIT | {"unit_id": "NEW2"}, headers=headers)
    other = client.post(URL, json=UNIT | {"unit_id": "NEW3"}, headers=headers)

    assert (other.status_code, other.json()["code"]) == (422, "E_COMMAND_REUSED")


def test_a_rehearsal_records_nothing(signed_in: SignedIn) -> None:
    """dry_run answers like the real thing and leaves the log as it was."""
    client = signed_in("finance")
    body = UNIT | {"unit_id": "NEW4"}
    rehearsed = client.post(URL + "?dry_run=true", json=body, headers=key()).json()
    real = client.post(URL, json=body, headers=key()).json()

    assert (rehearsed["dry_run"], rehearsed["position"]) == (True, 0)
    assert real["position"] > 0


def test_a_card_that_was_read_names_the_version_to_rely_on(
    works: Works, signed_in: SignedIn
) -> None:
    """Who only read the card can say so; a change in between is refused, and shown when read again.

    The version is that of the answer's position, so a past known-at gives the one of then.
    """
    client, thing = signed_in("officer"), bring_in(works)[0]
    url = "/api/v1/commands/move?wait=true"
    body: dict[str, Any] = {"asset_ids": [thing["asset_id"]]}
    body |= {"occurred_on": DAY.isoformat(), "place": "3号楼306"}

    def read(**clocks: str) -> dict[str, Any]:
        given = {"asset_id": thing["asset_id"], **clocks}
        answer = client.get("/api/v1/queries/card", params=given)
        row: dict[str, Any] = answer.json()["rows"][0]
        return row

    first = read()
    match = {"If-Match": f'"{first["stream"]}={first["version"]}"'}
    moved = client.post(url, json=body, headers=key() | match)
    late = client.post(url, json=body | {"place": "3号楼307"}, headers=key() | match)
    then = works.house.now().isoformat()
    second = read()
    again = {"If-Match": f'"{second["stream"]}={second["version"]}"'}
    after = client.post(url, json=body | {"place": "3号楼307"}, headers=key() | again)

    assert moved.status_code == 200, moved.text
    assert {first["stream"]: second["version"]} == moved.json()["versions"]
    assert (late.status_code, late.json()["code"]) == (412, "E_VERSION")
    assert after.status_code == 200, after.text
    assert (second["version"], "3号楼306") == (read(known_at=then)["version"],
                                             read(known_at=then)["place"])  # fmt: skip


def test_if_match_holds_the_command_to_what_was_read(signed_in: SignedIn) -> None:
    """Another version than expected is 412; a header of another form is 400."""
    client = signed_in("finance")
    setting = {"name": "idle_months", "value": 9, "valid_from": "2024-01-01",
               "occurred_on": "2024-01-01"}  # fmt: skip
    url = "/api/v1/commands/set-setting"
    client.post(url, json=setting, headers=key())
    stale = client.post(
        url, json=setting | {"value": 8}, headers={**key(), "If-Match": '"rule:idle_months=7"'}
    )
    broken = client.post(url, json=setting, headers={**key(), "If-Match": "*"})

    assert (stale.status_code, stale.json()["code"]) == (412, "E_VERSION")
    assert (broken.status_code, broken.json()["code"]) == (400, "E_IF_MATCH")


def test_waiting_shows_the_new_unit_at_once(signed_in: SignedIn) -> None:
    """After wait=true the next read holds what was written."""
    client = signed_in("finance")
    client.post(URL + "?wait=true", json=UNIT | {"unit_id": "NEW6"}, headers=key())
    rows = client.get("/api/v1/queries/units").json()["rows"]

    assert "NEW6" in {row["unit_id"] for row in rows}


@pytest.mark.parametrize(("wait", "shown"), [("", None), ("?wait=true", False)])
def test_a_wait_that_ran_out_says_so(
    database: Urls, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch, wait: str,
    shown: bool | None,
) -> None:  # fmt: skip
    """Recorded and on disk, but not shown yet: the receipt and a header say it."""
    monkeypatch.setattr(running, "WAIT_SECONDS", 0.1)
    client = signed_in("finance")
    unit = UNIT | {"unit_id": f"LATE{len(wait)}"}
    with held_up(database):
        answer = client.post(URL + wait, json=unit, headers=key())

    assert (answer.status_code, answer.json()["shown"]) == (200, shown)
    assert answer.headers.get("wait-completed") == (None if shown is None else "false")
    assert answer.json()["position"] > 0


def test_a_wait_that_was_long_enough_says_so(signed_in: SignedIn) -> None:
    """And the OpenAPI document tells both of field and header."""
    unit = UNIT | {"unit_id": "SHOWN1"}
    answer = signed_in("finance").post(URL + "?wait=true", json=unit, headers=key())
    told = document(COMMANDS, QUERIES)

    assert (answer.json()["shown"], answer.headers["wait-completed"]) == (True, "true")
    assert "shown" in told["components"]["schemas"]["Receipt"]["properties"]
    recorded = told["paths"][URL]["post"]["responses"]["200"]
    assert "Wait-Completed" in recorded["headers"]


def test_a_page_after_a_wait_that_ran_out_says_so(
    database: Urls, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page that the form leads to tells that it may not hold yet what was recorded."""
    monkeypatch.setattr(running, "WAIT_SECONDS", 0.1)
    client = signed_in("finance")
    form = {"csrf_token": client.headers["X-CSRF-Token"], "command_id": str(uuid.uuid4())}
    with held_up(database):
        sent = client.post(
            "/do/register-unit", data=form | UNIT | {"unit_id": "LATE9", "level": "city"},
            follow_redirects=False,
        )  # fmt: skip
    late = client.get(sent.headers["location"])
    other = client.get(sent.headers["location"].replace("late=1", ""))

    assert (sent.status_code, "late=1" in sent.headers["location"]) == (303, True), sent.text
    assert ("页面还没有显示出来" in late.text, "页面还没有显示出来" in other.text) == (True, False)
    assert "late=1" not in late.text


DEEP = b'{"a":' + b"[" * 2000 + b"]" * 2000 + b"}"
ABUSE = [
    (b"", "E_JSON"), (b"{", "E_JSON"), (b"[1]", "E_FIELDS"), (b"null", "E_FIELDS"),
    (b"\xff\xfe", "E_JSON"), (DEEP, "E_JSON_DEPTH"), (b'{"headcount": NaN}', "E_JSON_NUMBER"),
    (b'{"headcount": Infinity}', "E_JSON_NUMBER"), (b'{"headcount": 1e3}', "E_JSON_NUMBER"),
    (b'{"headcount": 1.0}', "E_JSON_NUMBER"),
    (b'{"headcount": %s}' % (b"9" * 5000), "E_JSON_NUMBER"),
    (b'{"name": "a", "name": "b"}', "E_JSON_DUPLICATE"), (b'{"name": "\\u0000"}', "E_JSON_TEXT"),
    (b'{"name": "\\ud800"}', "E_JSON_TEXT"), (b'{"stranger": 1}', "E_FIELDS"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "code"), ABUSE, ids=range(len(ABUSE)))
def test_hostile_json_is_the_callers_fault(signed_in: SignedIn, body: bytes, code: str) -> None:
    """400 with a stable code, never a 500 and never a silent guess."""
    answer = signed_in("finance").post(
        URL, content=body, headers={**key(), "Content-Type": "application/json"}
    )

    assert (400, code) == (answer.status_code, answer.json()["code"]), answer.text


def test_fields_are_named_by_json_pointer(signed_in: SignedIn) -> None:
    """Whoever sends a wrong type learns which field."""
    answer = signed_in("finance").post(URL, json=UNIT | {"headcount": "many"}, headers=key())

    assert answer.json()["errors"][0]["pointer"] == "/headcount"


@pytest.mark.parametrize(
    ("path", "pointer"),
    [("$.cards[0].name", "/cards/0/name"), ("$", ""), ("$.traits[...]", "/traits/...")],
)
def test_pointers_follow_from_the_path(path: str, pointer: str) -> None:
    """msgspec's path in the form of RFC 6901."""
    assert pointer == pointer_of(path)


def test_depth_within_the_bound_is_read() -> None:
    """Brackets inside texts do not count."""
    assert parse(b'{"a":"' + b"[" * 99 + b'"}') == {"a": "[" * 99}
    parse(b"[" * DEPTH_MAX + b"]" * DEPTH_MAX)
    with pytest.raises(Problem):
        parse(b"[" * (DEPTH_MAX + 1) + b"]" * (DEPTH_MAX + 1))


@pytest.mark.parametrize(
    ("headers", "code", "status"),
    [({}, "E_IDEMPOTENCY_KEY", 400), ({"Idempotency-Key": "7"}, "E_IDEMPOTENCY_KEY", 400),
     ({**key(), "Content-Type": "text/plain"}, "E_MEDIA_TYPE", 415)],
)  # fmt: skip
def test_headers_are_demanded(
    signed_in: SignedIn, headers: dict[str, str], code: str, status: int
) -> None:
    """A write without a command id, or in another media type, is refused."""
    sent = {"Content-Type": "application/json", **headers}
    answer = signed_in("finance").post(URL, content=msgspec.json.encode(UNIT), headers=sent)

    assert (status, code) == (answer.status_code, answer.json()["code"])


def test_a_large_body_is_refused(signed_in: SignedIn) -> None:
    """413 before anything is parsed."""
    answer = signed_in("finance").post(
        URL, content=b" " * 5_000_000, headers={**key(), "Content-Type": "application/json"}
    )

    assert (answer.status_code, answer.json()["code"]) == (413, "E_TOO_LARGE")


def test_problems_speak_the_asked_language(signed_in: SignedIn) -> None:
    """Chinese by default, English on request; the code stays."""
    client = signed_in("finance")
    zh = client.get("/api/v1/queries/register?as_of=2999-01-01").json()
    en = client.get("/api/v1/queries/register?as_of=2999-01-01&lang=en").json()

    assert (zh["detail"], zh["code"]) == ("截止日期不能晚于今天。", "E_DAY_FUTURE")
    assert (
        en["detail"],
        en["code"],
    ) == ("The as-of date may not lie in the future.", "E_DAY_FUTURE")


@pytest.mark.parametrize(
    ("query", "code"),
    [("as_of=yesterday", "E_PARAMETER"), ("known_at=2026-01-01T00:00:00", "E_KNOWN_AT"),
     ("known_at=x", "E_KNOWN_AT"), ("limit=0", "E_PARAMETER"), ("limit=9999999", "E_PARAMETER"),
     ("cursor=!!", "E_CURSOR"), ("stranger=1", "E_PARAMETER"), ("q=%00", "E_JSON_TEXT"),
     ("q=a&q=b", "E_PARAMETER"), ("unit=%F0%9F%92%A9", "E_OUT_OF_SCOPE")],
)  # fmt: skip
def test_hostile_parameters_are_the_callers_fault(
    signed_in: SignedIn, query: str, code: str
) -> None:
    """A 4xx with its code for everything that can stand in an address."""
    answer = signed_in("officer").get(f"/api/v1/queries/register?{query}")

    assert answer.status_code in (400, 403), answer.text
    assert code == answer.json()["code"]


def test_an_answer_repeats_its_clocks(signed_in: SignedIn) -> None:
    """as_of, known_at and position stand in every answer."""
    clocks = {"as_of": "2024-05-01", "known_at": "2024-06-01T00:00:00+08:00"}
    answer = signed_in("officer").get("/api/v1/queries/units", params=clocks).json()

    assert {**clocks, "position": 0} == {key: answer[key] for key in (*clocks, "position")}


def test_unknown_addresses_and_methods_are_problems_too(signed_in: SignedIn) -> None:
    """404 and 405 in the same form."""
    client = signed_in("officer")
    missing = client.get("/api/v1/nothing")
    method = client.get(URL)

    assert (missing.status_code, missing.json()["code"]) == (404, "E_NOT_FOUND")
    assert (method.status_code, method.json()["code"]) == (405, "E_METHOD")
    assert missing.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_example_is_a_valid_body(name: str) -> None:
    """What the interface's page shows can be sent as it stands."""
    struct = COMMANDS[name].struct

    assert isinstance(msgspec.convert(example_of(struct), struct), struct)


def test_the_document_lists_every_command_and_query(signed_in: SignedIn) -> None:
    """OpenAPI and the registries cannot drift apart; the page shows all of them."""
    made: dict[str, Any] = document(COMMANDS, QUERIES)
    paths = {f"/api/v1/commands/{name}" for name in COMMANDS}
    paths |= {f"/api/v1/queries/{name}" for name in QUERIES} | {"/api/v1/session"}
    paths |= {"/api/v1/attachments", "/api/v1/attachments/{sha256}"}
    client = signed_in("officer")
    page = client.get("/schema", headers={"Accept": "text/html"})

    assert paths == set(made["paths"])
    assert client.get("/schema/openapi.json").json()["openapi"] == "3.1.0"
    assert all(path in page.text for path in paths)


def test_answers_carry_the_security_headers(signed_in: SignedIn) -> None:
    """No inline script, no framing, no sniffing, no caching; static files may be kept."""
    for path in ("/", "/api/v1/nothing", "/static/shell.js"):
        headers = signed_in("officer").get(path).headers

        assert "script-src 'self'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert ("no-store" in headers["cache-control"]) == (not path.startswith("/static"))


def test_probes_answer(signed_in: SignedIn) -> None:
    """/live for everybody, /metrics for the operator alone."""
    assert signed_in("officer").get("/live").status_code == 200
    assert signed_in("officer").get("/metrics").status_code == 403
    assert "taizhang" in signed_in("sysadmin").get("/metrics").text
