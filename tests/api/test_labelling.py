"""Labels over HTTP: looked up by any text, read from photos, printed, renewed, found forged."""

from __future__ import annotations

import io
import uuid
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar
from PIL import Image

from api.app import create_app
from api.bootstrap import Works
from scanners.images import decode
from tests.api.conftest import SignedIn
from tests.api.labelled import bring_in, with_data_dir

Thing = dict[str, Any]


@pytest.fixture(scope="module")
def things(works: Works) -> list[Thing]:
    """Three labelled things."""
    return bring_in(works)


@pytest.fixture(scope="module")
def app(works: Works, tmp_path_factory: pytest.TempPathFactory) -> Litestar:
    """The application with a data directory."""
    return create_app(with_data_dir(works.house, tmp_path_factory.mktemp("data")))


def scan(signed_in: SignedIn, username: str, typed: str) -> list[Thing]:
    """What the codes in `typed` stand for."""
    answer = signed_in(username).post("/api/v1/scan", json={"typed": typed})
    assert answer.status_code == 200, answer.text
    seen: list[Thing] = answer.json()["seen"]
    return seen


def png(signed_in: SignedIn, thing: Thing, size: str = "60x40") -> bytes:
    """The label of a thing as an image."""
    answer = signed_in("officer").get(f"/labels/{thing['asset_id']}/label.png?size={size}")
    assert answer.status_code == 200, answer.text
    content: bytes = answer.content
    return content


def signed_text(signed_in: SignedIn, thing: Thing) -> str:
    """The text in the printed code."""
    return decode(png(signed_in, thing)).hits[0].text


@pytest.mark.parametrize(
    "form", ["{label}", "{lower}", "{card}", "{text}", "]Q1{text}", "{serial}"]
)
def test_a_thing_is_found_by_whatever_stands_on_it(
    signed_in: SignedIn, things: list[Thing], form: str
) -> None:
    """Label number, signed address, card number and serial all lead to the card."""
    thing = things[0]
    typed = form.format(
        label=thing["label_no"], lower=thing["label_no"].lower(), card=thing["card_no"],
        text=signed_text(signed_in, thing), serial="SN-1",
    )  # fmt: skip
    seen = scan(signed_in, "officer", typed)

    assert [(one["status"], one["thing"]["asset_id"]) for one in seen] == [
        ("found", thing["asset_id"])
    ]


def test_a_burst_without_any_suffix_is_several_labels(
    signed_in: SignedIn, things: list[Thing]
) -> None:
    """A gun that sends nothing after a code loses none."""
    seen = scan(signed_in, "officer", "".join(thing["label_no"] for thing in things))

    assert [one["thing"]["card_no"] for one in seen] == [thing["card_no"] for thing in things]


def test_a_forged_label_opens_nothing(signed_in: SignedIn, things: list[Thing]) -> None:
    """One sign of the signature changed: the thing is not shown, by page or by program."""
    text = signed_text(signed_in, things[0])
    forged = text[:-1] + ("0" if text[-1] != "0" else "1")
    (seen,) = scan(signed_in, "officer", forged)
    page = signed_in("officer").get(
        f"/A/{forged.rsplit('/', 1)[1]}", headers={"Accept": "text/html"}
    )

    assert (seen["status"], seen["code"], seen["thing"]) == ("forged", "E_LABEL_FORGED", None)
    assert page.status_code == 404
    assert "伪造" in page.text
    assert things[0]["card_no"] not in page.text


def test_the_address_in_a_code_opens_the_card(signed_in: SignedIn, things: list[Thing]) -> None:
    """Capitals as printed; signed or bare."""
    text = signed_text(signed_in, things[0])
    for tail in (text.rsplit("/", 1)[1], things[0]["label_no"]):
        answer = signed_in("officer").get(f"/A/{tail}", follow_redirects=False)

        assert answer.status_code == 303
        assert answer.headers["location"] == f"/assets/{things[0]['asset_id']}"


def test_a_photo_of_a_label_finds_the_thing(signed_in: SignedIn, things: list[Thing]) -> None:
    """As a body of its own and as form files, several at once."""
    officer = signed_in("officer")
    turned = io.BytesIO()
    Image.open(io.BytesIO(png(signed_in, things[1]))).rotate(90, expand=True).convert("RGB").save(
        turned, "JPEG"
    )
    single = officer.post(
        "/api/v1/scan", content=turned.getvalue(), headers={"Content-Type": "image/jpeg"}
    )
    files = [("photo", (f"{n}.png", png(signed_in, things[n]), "image/png")) for n in (0, 2)]
    several = officer.post("/api/v1/scan", files=files)

    assert [one["thing"]["card_no"] for one in single.json()["seen"]] == [things[1]["card_no"]]
    assert single.json()["seen"][0]["genuine"] is True
    assert [one["thing"]["card_no"] for one in several.json()["seen"]] == [
        things[0]["card_no"], things[2]["card_no"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "content", "status"),
    [
        ("image/png", b"no picture", 422), ("text/plain", b"x", 400),
        ("application/json", b'{"typed": 3}', 400), ("application/json", b'{"text": "x"}', 400),
    ],
)  # fmt: skip
def test_what_is_no_scan_is_refused(
    signed_in: SignedIn, kind: str, content: bytes, status: int
) -> None:
    """A broken picture, another kind of body, a wrong field: a problem document each."""
    answer = signed_in("officer").post(
        "/api/v1/scan", content=content, headers={"Content-Type": kind}
    )

    assert answer.status_code in (status, 415), answer.text
    assert answer.json()["code"].startswith("E_")


def test_a_foreign_label_and_anothers_thing_are_not_shown(
    signed_in: SignedIn, things: list[Thing]
) -> None:
    """A custodian sees only what he keeps; the answer is the same as for no such label."""
    (seen,) = scan(signed_in, "custodian", things[0]["label_no"])
    missing = signed_in("custodian").get(f"/api/v1/labels/{things[0]['label_no']}")

    assert (seen["status"], seen["thing"]) == ("unknown", None)
    assert (missing.status_code, missing.json()["code"]) == (404, "E_LABEL_UNKNOWN")


def test_the_rules_themselves_say_what_blocks_a_handover(
    signed_in: SignedIn, things: list[Thing]
) -> None:
    """Tried dry, thing by thing; nothing is recorded."""
    officer = signed_in("officer")
    ids = [thing["asset_id"] for thing in things]
    asked = {"act": "issue", "asset_ids": ids}
    early = {"act": "handover", "asset_ids": ids[:1], "occurred_on": "2020-01-01"}

    assert officer.post("/scan/check", json=asked).json() == {"blocks": {}}
    assert officer.post("/scan/check", json=early).json()["blocks"][ids[0]]["code"] == "E_DATE"
    assert signed_in("accountant").post("/scan/check", json=asked).status_code == 403


def print_form(things: list[Thing], **fields: str) -> dict[str, Any]:
    """The fields of the printing form."""
    given = {"key": str(uuid.uuid4()), "size": "a4-24", "used_up": "0", "act": "print"}
    return given | {"reason": ""} | fields | {"asset_ids": [one["asset_id"] for one in things]}


def labels_printed(signed_in: SignedIn, thing: Thing, sub_kind: str) -> int:
    """How often a thing's label was printed or renewed."""
    rows = signed_in("officer").get(
        f"/api/v1/queries/card-history?asset_id={thing['asset_id']}"
    ).json()["rows"]  # fmt: skip
    return sum(row["sub_kind"] == sub_kind for row in rows)


def test_a_double_click_prints_once(signed_in: SignedIn, things: list[Thing]) -> None:
    """One form is one printing, in any number of clicks; the sheet comes each time."""
    officer = signed_in("officer")
    before = labels_printed(signed_in, things[1], "LABEL.PRINT")
    form = print_form(things[1:])
    answers = [officer.post("/labels", data=form) for _ in range(2)]

    assert [answer.content[:5] for answer in answers] == [b"%PDF-", b"%PDF-"]
    assert labels_printed(signed_in, things[1], "LABEL.PRINT") == before + 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"act": "renew"}, "换发新标签号须写明原因"), ({"size": "a0"}, "请选择标签规格"),
        ({"used_up": "-1"}, "已用格数"),
    ],
)  # fmt: skip
def test_a_wrong_form_comes_back_with_its_values(
    signed_in: SignedIn, things: list[Thing], fields: dict[str, str], said: str
) -> None:
    """Nothing is printed or recorded; the choice stands as it was."""
    answer = signed_in("officer").post(
        "/labels", data=print_form(things, **fields), headers={"Accept": "text/html"}
    )

    assert answer.status_code == 400
    assert said in answer.text
    assert things[0]["card_no"] in answer.text


def test_only_who_may_print_prints(signed_in: SignedIn, things: list[Thing]) -> None:
    """The accountant reads the page, but neither prints nor gets a label's picture."""
    accountant = signed_in("accountant")
    page = accountant.get(f"/labels?asset_ids={things[0]['asset_id']}")

    assert page.status_code == 200
    assert 'id="print"' not in page.text
    assert accountant.post("/labels", data=print_form(things)).status_code == 403
    assert accountant.get(f"/labels/{things[0]['asset_id']}/label.png").status_code == 403


@pytest.mark.parametrize("username", ["officer", "organ", "keeper", "finance", "audit"])
@pytest.mark.parametrize("path", ["/warehouse", "/warehouse?view=loans", "/stocktakes", "/scan"])
def test_the_pages_of_moving_open_for_their_readers(
    signed_in: SignedIn, username: str, path: str
) -> None:
    """Empty lists say what to do; nobody meets an error."""
    answer = signed_in(username).get(path, headers={"Accept": "text/html"})

    assert answer.status_code == 200, answer.text


def test_the_system_page_is_for_operators(signed_in: SignedIn) -> None:
    """It shows where log and read models stand, and no business."""
    shown = signed_in("sysadmin").get("/system")

    assert shown.status_code == 200
    assert "register" in shown.text
    assert signed_in("officer").get("/system").status_code == 403


def test_a_renewed_label_retires_the_old_one(signed_in: SignedIn, things: list[Thing]) -> None:
    """The old number is told as replaced and names the thing; the new one opens it."""
    thing = things[2]
    form = print_form([thing], act="renew", reason="标签遗失")
    answer = signed_in("officer").post("/labels", data=form)
    (old,) = scan(signed_in, "officer", thing["label_no"])
    card = signed_in("officer").get(f"/api/v1/queries/card?asset_id={thing['asset_id']}").json()
    page = signed_in("officer").get(f"/A/{thing['label_no']}", headers={"Accept": "text/html"})

    assert answer.content[:5] == b"%PDF-"
    assert (old["status"], old["thing"]["card_no"]) == ("retired", thing["card_no"])
    assert "已更换的旧标签" in page.text
    assert scan(signed_in, "officer", card["rows"][0]["label_no"])[0]["status"] == "found"


def test_the_sheet_lists_what_one_submission_moved(
    signed_in: SignedIn, things: list[Thing]
) -> None:
    """Two signatures, the former and the new keeper, every thing of the list."""
    key = str(uuid.uuid4())
    body = {
        "occurred_on": "2026-03-17", "asset_ids": [thing["asset_id"] for thing in things],
        "keeper": "p-custodian", "use_dept": "办公室", "place": "3号楼305",
    }  # fmt: skip
    officer = signed_in("officer")
    done = officer.post(
        "/api/v1/commands/issue?wait=true", json=body, headers={"Idempotency-Key": key}
    )
    assert done.status_code == 200, done.text
    sheet = officer.get(f"/scan/sheet?command={key}")

    assert all(thing["card_no"] in sheet.text for thing in things)
    assert "谢雨" in sheet.text
    assert "接收人签字" in sheet.text
    assert officer.get(f"/scan/sheet?command={uuid.uuid4()}").status_code == 404
    assert officer.get("/scan/sheet?command=x").status_code == 404


def test_without_a_data_directory_labels_say_so(works: Works, things: list[Thing]) -> None:
    """No key is ever invented for one request; a bare number needs none."""
    from litestar.testing import TestClient

    from tests.api.conftest import Account

    with TestClient(create_app(works.house), raise_server_exceptions=False) as browser:
        officer = Account(browser, "officer")
        bare = officer.get(f"/api/v1/labels/{things[0]['label_no']}")
        signed = officer.get(f"/api/v1/labels/{things[0]['label_no']}1ABCDEFGHJ")

    assert bare.status_code == 200
    assert (signed.status_code, signed.json()["code"]) == (503, "E_LABEL_NO_DATA_DIR")


def test_the_keys_stay_with_the_server(works: Works, tmp_path: Path) -> None:
    """The ring is a file that only its owner reads."""
    from api.labelling.keys import key_directory, keyring_of

    settings = with_data_dir(works.house, tmp_path).settings
    first, second = keyring_of(settings), keyring_of(settings)

    assert first == second
    assert [file.stat().st_mode & 0o077 for file in key_directory(tmp_path).iterdir()] == [0]
