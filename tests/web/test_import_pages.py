"""Import and correction pages in the hands of people: two tabs, wrong files, undone too late."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from api.app import create_app
from api.bootstrap import Works
from api.imports.kept import Batches
from domain.commands.structs import Move
from domain.envelope import Actor
from eventstore.embedded import Urls
from tests.api.city import running_city
from tests.api.conftest import Account
from tests.api.imports.workbooks import DESK, HEADING, xls, xlsx

OFFICER = Actor("p-officer", "unit_asset_officer")


@pytest.fixture(scope="module")
def works(database: Urls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Works]:
    """A running city of this module's own, with a data folder."""
    with running_city(database) as running:
        folder = tmp_path_factory.mktemp("data")
        settings = msgspec.structs.replace(running.house.settings, data_dir=folder)
        running.house = msgspec.structs.replace(running.house, settings=settings)
        yield running


@pytest.fixture(scope="module")
def browser(works: Works) -> Iterator[TestClient[Litestar]]:
    """A client whose accounts carry their own cookies."""
    with TestClient(create_app(works.house)) as client:
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


def upload(account: Account, data: bytes) -> Any:
    """A posted workbook."""
    form = {
        "csrf_token": account.headers["X-CSRF-Token"], "unit_id": "JY", "opening_on": "2026-01-01"
    }  # fmt: skip
    return account.post(
        "/import", data=form, files={"file": ("卡片.xlsx", data)}, follow_redirects=False
    )


def draft(account: Account, name: str, count: int = 2) -> str:
    """The address of a fresh draft."""
    answer = upload(account, xlsx([HEADING, *([f"{name}{n}", *DESK[1:]] for n in range(count))]))
    return str(urlsplit(answer.headers["location"]).path)


def seen(account: Account, path: str) -> str:
    """What the page of a batch remembers of it."""
    found = re.search(r'name="seen" value="([^"]+)"', account.get(path).text)
    assert found is not None
    return found[1]


def released(officer: Account, accountant: Account, works: Works, name: str) -> str:
    """The address of a batch whose cards are in the books."""
    path = draft(officer, name)
    post(officer, f"{path}/submit")
    batch_id = path.rsplit("/", 1)[-1]
    answer = accountant.post(f"/api/v1/imports/{batch_id}/release?wait=true")
    assert answer.json()["status"] == "released"
    return path


def test_a_stale_tab_does_not_submit_what_it_never_showed(officer: Account) -> None:
    """Columns changed in one tab: the other tab's button shows the change instead of acting."""
    path = draft(officer, "TAB")
    before = seen(officer, path)
    post(officer, f"{path}/columns", seen=before, **{"target-1": ""})

    stale = post(officer, f"{path}/submit", seen=before, partial="1")
    discarded = post(officer, f"{path}/discard", seen=before)

    assert (stale.status_code, discarded.status_code) == (409, 409)
    assert "在别处已有变化" in stale.text
    assert "待提交" in officer.get(path).text


def test_a_stale_tab_does_not_release_another_content(
    officer: Account, accountant: Account
) -> None:
    """Taken back, changed and submitted again: what the accountant looked at is gone."""
    path = draft(officer, "REL")
    post(officer, f"{path}/submit")
    looked_at = seen(accountant, path)
    post(officer, f"{path}/take-back")
    post(officer, f"{path}/columns", seen=seen(officer, path), place="三楼")
    post(officer, f"{path}/submit", seen=seen(officer, path))

    stale = post(accountant, f"{path}/release", seen=looked_at)

    assert stale.status_code == 409
    assert "待复核" in accountant.get(path).text


def test_two_tabs_release_once(officer: Account, accountant: Account, works: Works) -> None:
    """The button pressed in both tabs records the cards once."""
    path = released(officer, accountant, works, "TWO")
    head = works.store.log.head()

    again = post(accountant, f"{path}/release")

    assert again.status_code == 303
    assert head == works.store.log.head()


@pytest.mark.parametrize(
    ("data", "code"),
    [(xls([HEADING, DESK], password=True), "E_FILE_PASSWORD"), (b"%PDF-1.7", "E_FILE_KIND")],
)
def test_the_wrong_file_twice_leaves_nothing_behind(
    officer: Account, works: Works, data: bytes, code: str
) -> None:
    """Refused with what to do, each time; no batch is kept."""
    before = len(Batches(works.house.pool).of_units(None))

    answers = [upload(officer, data) for _ in range(2)]

    assert [(answer.status_code, code in answer.text) for answer in answers] == [(422, True)] * 2
    assert "请用表格软件" in answers[1].text
    assert before == len(Batches(works.house.pool).of_units(None))


def test_an_undoing_after_a_later_event_names_the_card(
    officer: Account, accountant: Account, works: Works
) -> None:
    """The page says which card was used since; the batch stays in the books."""
    path = released(officer, accountant, works, "LATE")
    asset_id = Batches(works.house.pool).cards_of(path.rsplit("/", 1)[-1])[1][0]
    works.ledger.execute(
        Move(occurred_on=date(2026, 2, 3), asset_ids=(asset_id,), place="二楼"), OFFICER
    )

    answer = post(accountant, f"{path}/undo", reason="单位填错", seen=seen(accountant, path))

    assert answer.status_code == 422
    assert ("LATE1" in answer.text, "LATE0" in answer.text) == (True, False)
    assert "已入账" in accountant.get(path).text


def test_a_month_is_shown_apart_with_its_row_and_column(officer: Account) -> None:
    """The warning stands on the page of the batch, and what was assumed is said once."""
    answer = upload(officer, xlsx([HEADING, ["MON1", *DESK[1:4], "2021.5"]]))

    page = officer.get(answer.headers["location"]).text

    assert "只有年月,按 2021-05-01 处理" in page
    assert "“取得日期”有1处只有年月" in page


def corrections(account: Account, asset_id: str) -> dict[str, str]:
    """The inputs of a card's correction form with their values, as a browser would send them."""
    text = account.get(f"/do/correct-card?asset_ids={asset_id}").text
    tags = re.findall(r"<input[^>]*>", text)
    pairs = (
        (re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)) for tag in tags
    )
    return {name[1]: value[1] for name, value in pairs if name and value}


def test_a_correction_in_one_tab_is_not_taken_back_by_the_other(
    officer: Account, accountant: Account, works: Works
) -> None:
    """Fields that a stale tab left alone keep what was corrected meanwhile; a clash is told."""
    path = released(officer, accountant, works, "FIX")
    asset_id = Batches(works.house.pool).cards_of(path.rsplit("/", 1)[-1])[0][0]
    first, second = corrections(officer, asset_id), corrections(officer, asset_id)
    third = {**first, "command_id": "", "brand": "丙牌", "reason": "核对"}
    done = post(officer, "/do/correct-card", **first | {"brand": "甲牌", "reason": "核对"})
    again = post(officer, "/do/correct-card", **first | {"brand": "甲牌", "reason": "核对"})
    other = post(officer, "/do/correct-card", **second | {"model": "M1", "reason": "核对"})
    clash = post(officer, "/do/correct-card", **third)

    assert [one.status_code for one in (done, again, other, clash)] == [303, 303, 303, 412]
    assert "别人刚把品牌改成了“甲牌”" in clash.text
    now = corrections(officer, asset_id)
    assert (now["brand"], now["model"]) == ("甲牌", "M1")


def test_a_correction_to_a_taken_serial_number_is_shown_before_it_is_recorded(
    officer: Account, accountant: Account, works: Works
) -> None:
    """The preview says that another live card bears the number; it may be recorded all the same."""
    path = released(officer, accountant, works, "SN")
    ids = [one for one, _ in Batches(works.house.pool).cards_of(path.rsplit("/", 1)[-1])]
    form = {"serial_no": "CN-7788", "reason": "铭牌核对"}
    first = corrections(officer, ids[0]) | form
    post(officer, "/do/correct-card", what="do", **first)

    second = corrections(officer, ids[1]) | form
    preview = post(officer, "/do/correct-card", what="try", **second)
    done = post(officer, "/do/correct-card", what="do", **second)

    assert "同品牌型号下出厂编号重复" in preview.text
    assert "E_DUP_SERIAL" in officer.get(done.headers["location"]).text
