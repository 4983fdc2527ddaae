"""Import and command pages: two persons, refusals beside fields, one command a form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from api.app import create_app
from api.bootstrap import Works
from api.web.command_fields import BadFieldsError, fields_of, values_of
from domain.commands.structs import RecordProceeds
from domain.commands.table import COMMANDS
from eventstore.embedded import Urls
from tests.api.city import running_city
from tests.api.conftest import Account
from tests.api.imports.workbooks import DESK, HEADING, xlsx
from tests.waiting import wait_until

DAY = "2026-03-18"


@pytest.fixture(scope="module")
def works(database: Urls) -> Iterator[Works]:
    """A running city of this module's own."""
    with running_city(database) as running:
        yield running


@pytest.fixture(scope="module")
def app(works: Works, tmp_path_factory: pytest.TempPathFactory) -> Litestar:
    """The application with a data folder."""
    settings = msgspec.structs.replace(
        works.house.settings, data_dir=tmp_path_factory.mktemp("data")
    )
    return create_app(msgspec.structs.replace(works.house, settings=settings))


@pytest.fixture(scope="module")
def browser(app: Litestar) -> Iterator[TestClient[Litestar]]:
    """A client whose accounts carry their own cookies."""
    with TestClient(app) as client:
        yield client


@pytest.fixture(scope="module")
def officer(browser: TestClient[Litestar]) -> Account:
    """The asset officer."""
    return Account(browser, "officer")


@pytest.fixture(scope="module")
def accountant(browser: TestClient[Litestar]) -> Account:
    """The accountant."""
    return Account(browser, "accountant")


def post(account: Account, path: str, **form: str) -> Any:
    """A posted form with its token, not followed."""
    data = {"csrf_token": account.headers["X-CSRF-Token"], **form}
    return account.post(path, data=data, follow_redirects=False)


def upload(account: Account, data: bytes, unit: str = "JY") -> Any:
    """A posted workbook."""
    form = {
        "csrf_token": account.headers["X-CSRF-Token"], "unit_id": unit,
        "opening_on": "2026-01-01",
    }  # fmt: skip
    files = {"file": ("卡片.xlsx", data)}
    return account.post("/import", data=form, files=files, follow_redirects=False)


def bought(officer: Account, name: str, **more: str) -> list[str]:
    """Ids of accepted things."""
    answer = post(
        officer, "/do/register-acquisition", what="do", unit_id="JY", occurred_on=DAY,
        sub_kind="CONFIG.PURCHASE",
        **{"card.name": name, "card.class_code": "A02010105", "card.acquired_on": DAY,
           "card.gross_fen": "4,980.00"}, **more,
    )  # fmt: skip
    assert answer.status_code == 303, answer.text
    return parse_qs(urlsplit(answer.headers["location"]).query)["asset_ids"][0].split(",")


def test_a_workbook_goes_from_upload_to_the_books(officer: Account, accountant: Account) -> None:
    """Uploaded and submitted by the officer, released by the accountant, with its receipt."""
    answer = upload(officer, xlsx([HEADING, *([f"WEB{n}", *DESK[1:]] for n in range(3))]))
    path = urlsplit(answer.headers["location"]).path
    post(officer, f"{path}/submit")
    post(accountant, f"{path}/release")

    def status() -> str:
        return str(accountant.get(f"{path}/progress").json()["status"])

    wait_until(lambda: status() == "released", status)

    page, receipt = accountant.get(path), accountant.get(f"{path}/receipt.xlsx")
    assert "已入账" in page.text
    assert receipt.content[:2] == b"PK"


def test_the_same_file_again_says_so(officer: Account) -> None:
    """No new batch is made of a file that was uploaded before."""
    data = xlsx([HEADING, ["AGAIN1", *DESK[1:]]])
    first, second = upload(officer, data), upload(officer, data)

    page = officer.get(second.headers["location"])
    assert urlsplit(first.headers["location"]).path == urlsplit(second.headers["location"]).path
    assert "已经上传过" in page.text


def test_a_file_that_is_no_workbook_comes_back_with_a_reason(officer: Account) -> None:
    """The refusal stands on the page; nothing is kept."""
    answer = upload(officer, b"\x00\x01 not a workbook")

    assert answer.status_code == 422
    assert "E_FILE" in answer.text


def test_nobody_uploads_for_a_foreign_unit(officer: Account) -> None:
    """The unit in the form is checked, whatever the page offered."""
    answer = upload(officer, xlsx([HEADING, ["FOREIGN1", *DESK[1:]]]), unit="WJ")

    assert answer.status_code == 403
    assert "E_OUT_OF_SCOPE" in answer.text


def test_corrected_columns_are_rehearsed_again(officer: Account) -> None:
    """Taking a column's target away shows in the errors at once; two for one field is refused."""
    path = urlsplit(upload(officer, xlsx([HEADING, ["COLS1", *DESK[1:]]])).headers["location"]).path

    twice = post(officer, f"{path}/columns", **{"target-0": "name", "target-1": "name"})
    without = post(officer, f"{path}/columns", **{"target-1": ""})

    assert (twice.status_code, without.status_code) == (422, 303)
    assert "E_REQUIRED" in officer.get(path).text


def test_the_interface_releases_and_undoes(officer: Account, accountant: Account) -> None:
    """The same way by JSON: prepared, submitted, released and undone as a batch."""
    data = xlsx([HEADING, ["JSON1", *DESK[1:]]])
    batch = officer.post(
        "/api/v1/imports?unit=JY&opening_date=2026-01-01&filename=a.xlsx", content=data,
        headers={"Content-Type": "application/octet-stream"},
    ).json()  # fmt: skip
    path = f"/api/v1/imports/{batch['batch_id']}"
    submitted = officer.post(f"{path}/submit").json()
    refused = officer.post(f"{path}/release?wait=true")
    released = accountant.post(f"{path}/release?wait=true").json()
    undone = accountant.post(f"{path}/undo", json={"reason": "测试撤销"}).json()

    assert refused.status_code == 403
    states = [one["status"] for one in (batch, submitted, released, undone)]
    assert states == ["draft", "submitted", "released", "undone"]


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_field_of_a_command_has_words(name: str) -> None:
    """No form shows the name of a field in the code."""
    fields = fields_of(COMMANDS[name].struct)

    assert [field.name for field in fields if field.zh == field.name] == []


@pytest.mark.parametrize(
    ("name", "field"), [("register-unit", "unit_id"), ("open-warehouse", "warehouse_id")]
)
def test_what_a_command_founds_is_named_not_picked(name: str, field: str) -> None:
    """A new unit or warehouse cannot be chosen from those that exist."""
    kinds = {one.name: one.kind for one in fields_of(COMMANDS[name].struct)}

    assert kinds[field] == "text"


def test_money_is_entered_in_yuan() -> None:
    """Yuan with separators become fen; what is no amount is named by its field."""
    fields = fields_of(RecordProceeds)
    values = values_of(
        fields, {"occurred_on": "2026-01-02", "process_id": "P1", "amount_fen": "1,234.50"}
    )

    assert values["amount_fen"] == 123450
    with pytest.raises(BadFieldsError) as wrong:
        values_of(fields, {"occurred_on": "2026-01-02", "process_id": "P1", "amount_fen": "ten"})
    assert [one.pointer for one in wrong.value.wrong] == ["/amount_fen"]


def test_a_form_is_one_command_however_often_it_is_sent(officer: Account) -> None:
    """A double click on the same form records once."""
    page = officer.get("/do/register-acquisition")
    found = re.search(r'name="command_id" value="([^"]+)"', page.text)
    assert found is not None

    first = bought(officer, "打印机", command_id=found[1])
    second = bought(officer, "打印机", command_id=found[1])
    assert first == second


def test_a_refusal_keeps_what_was_entered(officer: Account) -> None:
    """A wrong amount is marked beside its field, the other values stand."""
    answer = post(
        officer, "/do/register-acquisition", what="do", unit_id="JY", occurred_on=DAY,
        sub_kind="CONFIG.PURCHASE",
        **{"card.name": "扫描仪", "card.class_code": "A02010105", "card.acquired_on": DAY,
           "card.gross_fen": "一千"},
    )  # fmt: skip

    assert answer.status_code == 400
    assert 'value="扫描仪"' in answer.text
    assert 'id="err-card.gross_fen"' in answer.text


def test_trying_shows_the_voucher_and_records_nothing(
    officer: Account, accountant: Account, works: Works
) -> None:
    """The preview of a booking shows both books; the log does not grow."""
    ids = ",".join(bought(officer, "台式计算机"))
    head = works.store.log.head()

    answer = post(accountant, "/do/post-to-books", what="try", asset_ids=ids, occurred_on=DAY)

    assert head == works.store.log.head()
    assert ("预算会计" in answer.text, "4,980.00" in answer.text) == (True, True)


def test_a_correction_shows_old_and_new(officer: Account) -> None:
    """Only the changed field is recorded, with its reason; both values stay in the history."""
    asset_id = bought(officer, "台式计算机")[0]
    form = {"asset_ids": asset_id, "brand": "示例牌", "occurred_on": DAY}
    refused = post(officer, "/do/correct-card", what="do", **form)
    done = post(officer, "/do/correct-card", what="do", reason="铭牌核对", **form)

    again = officer.get(f"/do/correct-card?asset_ids={asset_id}")
    assert (refused.status_code, done.status_code) == (422, 303)
    assert 'data-old="示例牌"' in again.text
